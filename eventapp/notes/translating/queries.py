"""What translators look at: what is to do in each language, and a text beside its translation."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from sqlalchemy import select

from eventapp.core.context import Context
from eventapp.core.errors import NotFound
from eventapp.events.models import Event
from eventapp.notes import paragraphs, queries
from eventapp.notes.models import Publication, Revision
from eventapp.notes.paragraphs import TITLE, Paragraph, by_key, fingerprint, paragraph_state
from eventapp.notes.queries import Status
from eventapp.notes.rules import Piece, difference
from eventapp.notes.states import ParagraphState, PublicationState
from eventapp.notes.translating import rules, words
from eventapp.notes.translating.rules import Hint, Sent


@dataclass(frozen=True)
class ToDo:
    """What there is to do in one text in one language; `next_key` is the first paragraph to look at."""

    status: Status
    counts: Mapping[ParagraphState, int]
    words: int  # of the source, of what is missing or outdated
    next_key: str | None

    @property
    def is_closed(self) -> bool:
        """Tell whether nothing may be changed any more."""
        return self.status.publication is not None and self.status.publication.state is PublicationState.FINAL

    @property
    def name(self) -> str:
        """Return how people name the text."""
        return words.name_of(self.status.kind, self.status.day)


@dataclass(frozen=True)
class InLanguage:
    """All texts that are translated into a language."""

    language: str
    texts: Sequence[ToDo]

    @property
    def words(self) -> int:
        """Return how many words of the sources are to be translated."""
        return sum(each.words for each in self.texts if not each.is_closed)

    @property
    def to_do(self) -> int:
        """Return how many paragraphs want another look."""
        return sum(
            count
            for each in self.texts
            if not each.is_closed
            for state, count in each.counts.items()
            if state is not ParagraphState.REVIEWED
        )


@dataclass(frozen=True)
class Other:
    """The paragraph in yet another language."""

    language: str
    text: str
    state: ParagraphState


@dataclass(frozen=True)
class Row:
    """One paragraph: source, translation and where it stands; `number` counts from 1, the title is 0."""

    key: str
    number: int
    part: str
    part_name: str  # the heading over the part
    source: str
    text: str  # of the translation
    reviewed: bool
    state: ParagraphState
    changed: Sequence[Piece] = ()  # the source since it was translated, when that is known
    others: Sequence[Other] = ()
    hints: Sequence[tuple[Hint, str]] = ()
    wrong: str = ""

    @property
    def is_title(self) -> bool:
        """Tell whether it is the title."""
        return self.key == TITLE

    @property
    def name(self) -> str:
        """Return how people name the paragraph."""
        return str(_("Title") if self.is_title else _("Paragraph %(number)d", number=self.number))


@dataclass(frozen=True)
class Sheet:
    """A text beside its translation into one language, as both stand now."""

    status: Status
    publication: Publication
    language: str
    source: Revision
    latest: Revision | None
    rows: Sequence[Row]

    @property
    def states(self) -> dict[str, ParagraphState]:
        """Return where each paragraph stands, in the order of the text."""
        return {row.key: row.state for row in self.rows}

    @property
    def counts(self) -> dict[ParagraphState, int]:
        """Return how many paragraphs stand where."""
        states = [row.state for row in self.rows]
        return {state: states.count(state) for state in ParagraphState}

    @property
    def is_closed(self) -> bool:
        """Tell whether nothing may be changed any more."""
        return self.publication.state is PublicationState.FINAL

    @property
    def name(self) -> str:
        """Return how people name the text."""
        return words.name_of(self.status.kind, self.status.day)

    def only(self, states: set[ParagraphState]) -> Sheet:
        """Return the sheet with the paragraphs that stand in one of these states."""
        return replace(self, rows=[row for row in self.rows if row.state in states])

    def typed(self, sent: Mapping[str, Sent], wrong: Mapping[str, str]) -> Sheet:
        """Return the sheet as somebody sent it; only what was sent is on it."""
        rows = [
            replace(row, text=mine.text, reviewed=mine.reviewed, wrong=wrong.get(row.key, ""))
            for row in self.rows
            if (mine := sent.get(row.key)) is not None
        ]
        return replace(self, rows=rows)


def list_to_do(ctx: Context, event: Event) -> list[InLanguage]:
    """Return what there is to do in each language of the event, in as many queries as `list_statuses`."""
    statuses = [status for status in queries.list_statuses(ctx, event) if status.source.latest is not None]
    found = []
    for language in event.languages:
        texts = [_to_do(status, language) for status in statuses if status.source.language != language]
        if texts:
            found.append(InLanguage(language, texts))
    return found


def _to_do(status: Status, language: str) -> ToDo:
    mine = status.language(language)
    source = status.source.latest.paragraphs if status.source.latest else ()
    states = paragraphs.states(source, mine.latest.paragraphs if mine.latest else ())
    words_to_do = rules.count_words(each.text for each in source if states.get(each.key) in rules.TO_TRANSLATE)
    return ToDo(status, mine.counts, words_to_do, rules.next_to_do(states))


def get_sheet(ctx: Context, event: Event, slug: str, language: str) -> Sheet:
    """Return a text beside its translation.

    Raises `NotFound` when there is nothing to translate, or for the language that it is written in.
    """
    queries.check_language(event, language)
    status = queries.get_named(ctx, event, slug)
    source = status.source.latest
    if status.publication is None or source is None:
        raise NotFound(_("There is nothing to translate yet."))
    if language == status.source.language:
        raise NotFound(_("This is the language in which the text is written, not a translation."))
    latest = status.language(language).latest
    twins = by_key(latest.paragraphs) if latest else {}
    others = [
        (each.language, by_key(each.latest.paragraphs))
        for each in status.languages[1:]
        if each.latest and each.language != language
    ]
    before = _rendered(ctx, status.publication, source.paragraphs, twins)
    insights = list(dict.fromkeys(each.part for each in source.paragraphs if each.part.startswith("insight:")))
    rows = []
    for number, origin in enumerate((each for each in source.paragraphs if each.text), start=0 if source.title else 1):
        twin = twins.get(origin.key)
        state = paragraph_state(origin, twin)
        text = twin.text if twin else ""
        rows.append(
            Row(
                key=origin.key,
                number=number,
                part=origin.part,
                part_name=words.part(origin.part, insights),
                source=origin.text,
                text=text,
                reviewed=state is ParagraphState.REVIEWED,
                state=state,
                changed=difference(before[origin.key], origin.text) if origin.key in before else (),
                others=_others(origin, others),
                hints=rules.hints(origin.text, text),
            )
        )
    return Sheet(status, status.publication, language, source, latest, rows)


def _others(origin: Paragraph, languages: Sequence[tuple[str, Mapping[str, Paragraph]]]) -> list[Other]:
    return [
        Other(language, twins[origin.key].text, paragraph_state(origin, twins[origin.key]))
        for language, twins in languages
        if origin.key in twins and twins[origin.key].text
    ]


def _rendered(
    ctx: Context, publication: Publication, source: Sequence[Paragraph], twins: Mapping[str, Paragraph]
) -> dict[str, str]:
    """Return, for each outdated translation, the source that it renders, from the latest revision that says it."""
    wanted = {
        each.key: twins[each.key].of
        for each in source
        if paragraph_state(each, twins.get(each.key)) is ParagraphState.OUTDATED
    }
    found: dict[str, str] = {}
    if not wanted:
        return found
    revisions = ctx.session.scalars(
        select(Revision.paragraphs)
        .where(Revision.publication_id == publication.id, Revision.language == publication.source_language)
        .order_by(Revision.number.desc())
        .execution_options(yield_per=20)  # a text that is saved by itself has hundreds
    )
    for revision in revisions:
        for each in revision:
            if wanted.get(each.key) == fingerprint(each.text):
                found.setdefault(each.key, each.text)
        if len(found) == len(wanted):
            revisions.close()
            break
    return found


@dataclass(frozen=True)
class Clashing:
    """A paragraph that two people changed; `row` holds the text of whoever came second."""

    row: Row
    theirs: str
    difference: Sequence[Piece]  # from theirs to the text of whoever came second
    source_changed: Sequence[Piece]  # empty when the original is as it was


@dataclass(frozen=True)
class Clash:
    """All that somebody wanted to save when others had changed the same: nothing of it is lost."""

    sheet: Sheet
    clashing: Sequence[Clashing]
    others: Sequence[Row]  # changed as well, by nobody else
    gone: Sequence[str]  # texts whose paragraph is no longer in the original


def look_at_clash(
    ctx: Context,
    sheet: Sheet,
    sent: Mapping[str, Sent],
    keys: Collection[str],
    *,
    base_revision: int,
    source_revision: int,
) -> Clash:
    """Return what somebody sent beside what others saved; `keys` are the paragraphs that both changed."""
    base = queries.find_revision(ctx, sheet.publication, sheet.language, base_revision)
    seen = queries.find_revision(ctx, sheet.publication, sheet.status.source.language, source_revision)
    looked_at = by_key(seen.paragraphs) if seen else {}
    changed = rules.changes(seen.paragraphs if seen else (), base.paragraphs if base else (), sent)
    clashing, others = [], []
    for row in sheet.rows:
        mine = changed.get(row.key)
        if mine is None:
            continue
        origin = looked_at.get(row.key)
        other_source = origin is not None and origin.text != row.source
        typed = replace(row, text=mine.text, reviewed=mine.reviewed and not other_source)
        if row.key not in keys:
            others.append(typed)
            continue
        pieces = difference(origin.text, row.source) if origin is not None and other_source else ()
        clashing.append(Clashing(typed, row.text, difference(row.text, mine.text), pieces))
    here = {row.key for row in sheet.rows}
    gone = [sent[key].text for key in sent if key in keys and key not in here and sent[key].text]
    return Clash(sheet, clashing, others, gone)
