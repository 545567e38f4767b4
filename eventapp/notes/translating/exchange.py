"""What a translator's file would change, compared with the text as it stands now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eventapp.core.context import Context
from eventapp.notes import queries
from eventapp.notes.paragraphs import Paragraph, by_key, paragraph_state
from eventapp.notes.rules import Piece, difference
from eventapp.notes.states import ParagraphState
from eventapp.notes.translating import rules, words, xliff
from eventapp.notes.translating.queries import Row, Sheet
from eventapp.notes.translating.rules import Hint, Sent
from eventapp.notes.translating.xliff import Fault, Origin, Unit


@dataclass(frozen=True)
class Change:
    """A paragraph that the file would change; with `clashes` somebody else changed it since the file was made."""

    row: Row
    mine: Sent
    clashes: bool
    difference: Sequence[Piece]
    hints: Sequence[tuple[Hint, str]]


@dataclass(frozen=True)
class Plan:
    """All that a file would change."""

    changes: Sequence[Change]
    same: int
    empty: int  # not translated in the file either

    @property
    def clashes(self) -> int:
        """Return how many paragraphs somebody else changed since the file was made."""
        return sum(change.clashes for change in self.changes)


def export(sheet: Sheet) -> bytes:
    """Return the text and its translation for a translator's tool."""
    twins = sheet.latest.paragraphs if sheet.latest else ()
    return xliff.write(_origin(sheet), sheet.source.paragraphs, twins, _notes(sheet))


def look(ctx: Context, sheet: Sheet, content: bytes) -> Plan:
    """Return what a file would change; nothing is written. Raises `Fault`."""
    base, units = xliff.read(content, _origin(sheet), sheet.source.paragraphs)
    revision = queries.find_revision(ctx, sheet.publication, sheet.language, base) if base else None
    if base and revision is None:
        raise Fault("not_ours")
    return plan(sheet, revision.paragraphs if revision else (), units)


def plan(sheet: Sheet, base: Sequence[Paragraph], units: Mapping[str, Unit]) -> Plan:
    """Compare the paragraphs of a file with the translation from which it was made, and with the one of now."""
    begun = by_key(base)
    twins = by_key(sheet.latest.paragraphs if sheet.latest else ())
    sources = by_key(sheet.source.paragraphs)
    changes, same, empty = [], 0, 0
    for row in sheet.rows:
        unit, before, twin = units[row.key], begun.get(row.key), twins.get(row.key)
        text = rules.clean(row.key, unit.target)
        if not text:
            empty += 1
            continue
        was_reviewed = paragraph_state(sources[row.key], before) is ParagraphState.REVIEWED
        reworded = text != (before.text if before else "")
        # “reviewed” was said by our own export where it was so then: of other words the file says it not
        mine = Sent(text, unit.reviewed and not (reworded and was_reviewed))
        confirmed = unit.reviewed and not was_reviewed
        if not (reworded or confirmed) or rules.is_said(sources[row.key], twin, mine):
            same += 1
            continue
        clashes = row.text not in {text, before.text if before else ""}
        changes.append(Change(row, mine, clashes, difference(row.text, text), rules.hints(row.source, text)))
    return Plan(changes, same, empty)


def filename(sheet: Sheet) -> str:
    """Return how the file is called: the text and its two languages."""
    return f"{sheet.status.slug}.{sheet.status.source.language}-{sheet.language}.xlf"


def _origin(sheet: Sheet) -> Origin:
    publication = sheet.publication
    return Origin(
        event=publication.event.slug,
        slug=sheet.status.slug,
        identity=f"{publication.event_id}/{publication.id}",
        source_language=publication.source_language,
        language=sheet.language,
        source_revision=sheet.source.number,
        base_revision=sheet.latest.number if sheet.latest else 0,
    )


def _notes(sheet: Sheet) -> dict[str, str]:
    return {
        row.key: words.note(
            is_title=row.is_title, part_name=row.part_name, state=row.state, has_marks=rules.has_marks(row.source)
        )
        for row in sheet.rows
    }
