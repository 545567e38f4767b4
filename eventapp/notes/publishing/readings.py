"""A publication as somebody reads it in a language: a pure function of the edition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eventapp.notes.models import Edition, Publication
from eventapp.notes.paragraphs import TITLE
from eventapp.notes.rules import teaser_of


@dataclass(frozen=True)
class Block:
    """A paragraph to be shown, or several that follow each other in one language."""

    key: str
    text: str  # Markdown
    language: str
    part: str


@dataclass(frozen=True)
class Reading:
    """A publication as somebody reads it in `language`; `written_in` is the language of its title."""

    language: str
    written_in: str
    title: str
    blocks: Sequence[Block]
    teaser: str
    publication: Publication
    edition: Edition

    @property
    def pending(self) -> bool:
        """Tell whether something is not translated yet, and so stands in another language."""
        return any(block.language != self.language for block in self.blocks) or self.language != self.written_in

    @property
    def all_pending(self) -> bool:
        """Tell whether nothing is translated yet."""
        return all(block.language != self.language for block in self.blocks) and self.language != self.written_in


def read_in(language: str, publication: Publication, edition: Edition) -> Reading:
    """Return the edition as its page in the language shows it; a language that came later reads the source."""
    printed = edition.paragraphs.get(language) or edition.paragraphs[edition.source_language]
    title = next((each for each in printed if each.key == TITLE), None)
    body = [Block(each.key, each.text, each.language, each.part) for each in printed if each.key != TITLE]
    return Reading(
        language=language,
        written_in=title.language if title else edition.source_language,
        title=title.text if title else "",
        blocks=body,
        teaser=teaser_of("\n\n".join(block.text for block in body)),
        publication=publication,
        edition=edition,
    )
