"""How the words of a read-out are laid out in parts: pure functions of paragraphs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from eventapp.notes.paragraphs import TITLE, Paragraph, new_key, replace_part, text_of
from eventapp.notes.session_notes.states import EntryKind

INTRODUCTION = "introduction"
RECOMMENDATIONS = "recommendations"
OUTLOOK = "outlook"
PLAIN_PARTS = (INTRODUCTION, RECOMMENDATIONS, OUTLOOK)
KINDS = (
    EntryKind.KEY_POINT,
    EntryKind.IDEA,
    EntryKind.RECOMMENDATION,
    EntryKind.OUTLOOK,
    EntryKind.QUESTION,
    EntryKind.COMMITMENT,
)
"""What an insight can be."""

LONGEST_HEADING = 160
LONGEST_INSIGHT = 6_000
LONGEST_PLACE = 80
MOST_PLACES = 20
_INSIGHT = re.compile(r"insight:([1-9][0-9]{0,9})")

Parts = Mapping[str, Sequence[Paragraph]]


class InsightWords(NamedTuple):
    """The words of an insight."""

    heading: str
    text: str


@dataclass(frozen=True)
class InsightValues:
    """What an insight says, and what surrounds it."""

    heading: str
    text: str
    kind: EntryKind = EntryKind.KEY_POINT
    theme_id: int | None = None
    places: Sequence[dict[str, str]] = ()


def insight_part(insight_id: int) -> str:
    """Return the name of the part that holds the words of an insight."""
    return f"insight:{insight_id}"


def insight_of(part: str) -> int | None:
    """Return the id of the insight whose words a part holds, None for another part."""
    match = _INSIGHT.fullmatch(part)
    return int(match[1]) if match else None


def parts_of(paragraphs: Sequence[Paragraph]) -> dict[str, list[Paragraph]]:
    """Return the paragraphs below the title by their part, in the order of the text.

    What belongs to none of the parts of a read-out stands in its introduction.
    """
    found: dict[str, list[Paragraph]] = {}
    for each in paragraphs:
        if each.key != TITLE:
            known = each.part in PLAIN_PARTS or insight_of(each.part) is not None
            found.setdefault(each.part if known else INTRODUCTION, []).append(each)
    return found


def insight_ids(parts: Parts) -> list[int]:
    """Return the ids of the insights that the text holds, in its order."""
    return [insight_id for part in parts if (insight_id := insight_of(part)) is not None]


def assemble(title: str, parts: Parts, order: Sequence[int] | None = None) -> tuple[Paragraph, ...]:
    """Return the whole text: title, introduction, the insights in the order given, recommendations, outlook."""
    ids = insight_ids(parts) if order is None else order
    names = (INTRODUCTION, *map(insight_part, ids), RECOMMENDATIONS, OUTLOOK)
    return (
        Paragraph(TITLE, title),
        *(paragraph._replace(part=name) for name in names for paragraph in parts.get(name, ())),
    )


def insight_paragraphs(
    old: Sequence[Paragraph], words: InsightWords, part: str, fresh: Callable[[], str] = new_key
) -> tuple[Paragraph, ...]:
    """Return the paragraphs of an insight as it was rewritten; the heading is the first and keeps its key."""
    heading = Paragraph(old[0].key if old else fresh(), words.heading, part)
    return (heading, *replace_part(list(old[1:]), words.text, part=part, fresh=fresh))


def words_of(paragraphs: Sequence[Paragraph]) -> InsightWords:
    """Return heading and text of an insight."""
    return InsightWords(paragraphs[0].text if paragraphs else "", text_of(paragraphs[1:]))


def heading_from(text: str) -> str:
    """Return the first sentence of a note as a heading, cut at a word when it is too long."""
    line = " ".join(text.split())
    sentence = re.split(r"(?<=[.!?…])\s", line, maxsplit=1)[0].rstrip(".")
    if len(sentence) <= LONGEST_HEADING:
        return sentence
    return sentence[: LONGEST_HEADING - 1].rsplit(" ", 1)[0].rstrip(" ,;:–—") + "…"
