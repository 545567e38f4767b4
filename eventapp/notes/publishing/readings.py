"""A publication as somebody reads it in a language, and what changed between two of its editions: pure functions."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup

from eventapp.core import markdown
from eventapp.notes.models import Edition, Publication
from eventapp.notes.paragraphs import TITLE, Printed
from eventapp.notes.rules import Piece, difference, teaser_of


@dataclass(frozen=True)
class Block:
    """A paragraph to be shown."""

    key: str
    text: str  # Markdown
    language: str
    part: str


@dataclass(frozen=True)
class Shown:
    """A paragraph as HTML."""

    key: str
    html: Markup
    language: str
    depth: int  # how deep it stands inside the items of lists that began before it
    pending: bool  # it stands in the language of the source, for want of a translation
    opens_pending: bool  # the first of several such
    changed: bool  # since the edition before
    direction: str  # "rtl" for words in a script that runs so, else "ltr"


@dataclass(frozen=True)
class Reading:
    """A publication as somebody reads it in `language`; `written_in` is the language of its title."""

    language: str
    written_in: str
    title: str
    blocks: Sequence[Block]
    teaser: str
    teaser_in: str  # the language of the teaser
    publication: Publication
    edition: Edition

    @property
    def title_pending(self) -> bool:
        """Tell whether the title is not translated yet."""
        return self.written_in != self.language

    @property
    def pending_count(self) -> int:
        """Return how many paragraphs, the title included, are not translated yet."""
        return sum(block.language != self.language for block in self.blocks) + self.title_pending

    @property
    def pending(self) -> bool:
        """Tell whether something is not translated yet, and so stands in another language."""
        return self.pending_count > 0

    @property
    def all_pending(self) -> bool:
        """Tell whether nothing is translated yet."""
        return self.pending_count == len(self.blocks) + 1

    def shown(self, changed: Collection[str] = (), heading_base: int = 2) -> list[Shown]:
        """Return the paragraphs as HTML; `changed` are the keys of those to be marked."""
        return show(self.blocks, self.language, changed, heading_base)


def show(blocks: Sequence[Block], language: str, changed: Collection[str] = (), heading_base: int = 2) -> list[Shown]:
    """Return paragraphs that belong together as HTML, for a page in the language."""
    rendered = markdown.render_blocks([block.text for block in blocks], heading_base=heading_base)
    shown: list[Shown] = []
    for block, (html, depth) in zip(blocks, rendered, strict=True):
        pending = block.language != language
        opens = pending and not (shown and shown[-1].pending)
        runs = direction_of(block.text)
        shown.append(Shown(block.key, html, block.language, depth, pending, opens, block.key in changed, runs))
    return shown


def direction_of(text: str) -> str:
    """Return the direction of the first letter that has one, as Unicode's bidirectional algorithm does (UAX 9, P2)."""
    for letter in text:
        match unicodedata.bidirectional(letter):
            case "L":
                return "ltr"
            case "R" | "AL":
                return "rtl"
    return "ltr"


def read_in(
    language: str, publication: Publication, edition: Edition, without: Collection[str] = frozenset()
) -> Reading:
    """Return the edition as its page in the language shows it; a language that came later reads the source.

    `without` are the keys of paragraphs that an earlier edition had and nobody shall read any more.
    """
    printed = [each for each in printed_in(edition, language) if each.key not in without]
    title = next((each for each in printed if each.key == TITLE), None)
    body = [Block(each.key, each.text, each.language, each.part) for each in printed if each.key != TITLE]
    begins = next(((teaser, block.language) for block in body if (teaser := teaser_of(block.text))), ("", language))
    return Reading(
        language=language,
        written_in=title.language if title else edition.source_language,
        title=title.text if title else "",
        blocks=body,
        teaser=begins[0],
        teaser_in=begins[1],
        publication=publication,
        edition=edition,
    )


def printed_in(edition: Edition, language: str) -> Sequence[Printed]:
    """Return the paragraphs of an edition as the page in the language shows them."""
    return edition.paragraphs.get(language) or edition.paragraphs[edition.source_language]


class Change(NamedTuple):
    """A paragraph that an edition has changed, added or left out, word by word."""

    key: str
    kind: str  # "changed", "added", "removed"
    language: str
    pieces: Sequence[Piece]


def changes(old: Edition, new: Edition, language: str) -> list[Change]:
    """Return what the newer of two editions changed for readers of the language, in the order of the text.

    A translation that has come meanwhile is no change of what is said: its paragraph is left out here.
    """
    before, after = printed_in(old, language), printed_in(new, language)
    olds, news = {each.key: each for each in before}, {each.key: each for each in after}
    sources = (
        {each.key: each.text for each in printed_in(each_edition, old.source_language)} for each_edition in (old, new)
    )
    old_source, new_source = sources
    found: list[Change] = []
    gone = _gone_after(before, news)
    found += [_change(each, None) for each in gone.get("", ())]
    for each in after:
        previous = olds.get(each.key)
        if previous is None:
            found.append(_change(None, each))
        elif previous.text != each.text:
            if previous.language == each.language:
                found.append(_change(previous, each))
            elif old_source.get(each.key) != new_source.get(each.key):
                found.append(Change(each.key, "changed", each.language, [Piece("added", markdown.plain(each.text))]))
        found += [_change(left, None) for left in gone.get(each.key, ())]
    return found


def hushed(changes: Sequence[Change], keys: Collection[str]) -> list[Change]:
    """Return the changes without the words that were taken out of these paragraphs: they are not said once more."""
    return [
        each._replace(pieces=[piece for piece in each.pieces if piece.kind != "removed"]) if each.key in keys else each
        for each in changes
    ]


def _gone_after(before: Sequence[Printed], news: Collection[str]) -> dict[str, list[Printed]]:
    """Return the paragraphs that have gone, by the key of the one that they stood behind."""
    found: dict[str, list[Printed]] = {}
    last = ""
    for each in before:
        if each.key in news:
            last = each.key
        else:
            found.setdefault(last, []).append(each)
    return found


def _change(old: Printed | None, new: Printed | None) -> Change:
    there = new or old
    assert there is not None  # noqa: S101 - one of the two is given
    before, after = old.text if old else "", new.text if new else ""
    kind = "changed" if old and new else "added" if new else "removed"
    if markdown.plain(before) != markdown.plain(after):  # else a mark has changed, and is shown
        before, after = markdown.plain(before), markdown.plain(after)
    return Change(there.key, kind, there.language, difference(before, after))
