"""How notes become paragraphs of a text, and which paragraphs they are in once somebody has reworded them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from eventapp.core.text import fold
from eventapp.notes.likeness import weight, words_of
from eventapp.notes.paragraphs import TITLE, Paragraph, split
from eventapp.notes.session_notes.states import EntryKind

_FOUND = 0.5  # from this part of a note’s words on, a paragraph is about it


class Point(NamedTuple):
    """A note as the text takes it up."""

    id: int
    session: str  # the title of the session, in the language of the text
    kind: EntryKind
    text: str


def paragraph_of(point: Point) -> str:
    """Return the note as one paragraph of Markdown, a quote as a quote. Who said it stays out of it."""
    lines = [line.strip() for line in point.text.splitlines() if line.strip()]
    return "\n".join(f"> {line}" for line in lines) if point.kind is EntryKind.QUOTE else "\n".join(lines)


def draft_of(points: Sequence[Point]) -> str:
    """Return a first text: a heading for each session, then its notes in their order."""
    parts: list[str] = []
    for session, noted in groupby(points, key=lambda point: point.session):
        parts += [f"## {session}", *filter(None, map(paragraph_of, noted))]
    return "\n\n".join(parts)


def with_point(text: str, point: Point) -> str:
    """Return the text with the note at the end of its session's part, which is begun when there is none."""
    parts = split(text)
    wanted = fold(point.session)
    heading = next(
        (at for at, part in enumerate(parts) if is_heading(part) and fold(part.lstrip("# ")) == wanted), None
    )
    if heading is None:
        parts += [f"## {point.session}", paragraph_of(point)]
    else:
        end = next((at for at in range(heading + 1, len(parts)) if is_heading(parts[at])), len(parts))
        parts.insert(end, paragraph_of(point))
    return "\n\n".join(parts)


def is_heading(part: str) -> bool:
    """Tell whether a paragraph is a heading and no more."""
    return part.startswith("#") and "\n" not in part


def find_paragraphs(points: Sequence[Point], paragraphs: Sequence[Paragraph]) -> dict[int, str]:
    """Return the key of the paragraph that each note has become, by the note's id; none for what is not there.

    Word for word goes first, each such paragraph for one note; else it is the one with most of the note's words.
    """
    found: dict[int, str] = {}
    texts = [each for each in paragraphs if each.key != TITLE and not is_heading(each.text)]
    exact: dict[str, list[str]] = {}
    for each in reversed(texts):
        exact.setdefault(each.text, []).append(each.key)
    words = [words_of(each.text) for each in texts]
    holders: dict[str, list[int]] = {}
    for place, theirs in enumerate(words):
        for word in theirs:
            holders.setdefault(word, []).append(place)
    for point in points:
        if keys := exact.get("\n\n".join(split(paragraph_of(point)))):
            found[point.id] = keys.pop()
            continue
        mine = words_of(point.text)
        common: Counter[int] = Counter()
        for word, count in mine.items():
            for place in holders.get(word, ()):
                common[place] += len(word) * min(count, words[place][word])
        likest = max(common, key=lambda place: (common[place], -weight(words[place]), -place), default=None)
        if likest is not None and common[likest] >= _FOUND * weight(mine):
            found[point.id] = texts[likest].key
    return found


def used_in(paragraphs: Sequence[Paragraph], sources: Mapping[str, Sequence[int]]) -> dict[int, list[int]]:
    """Return the numbers of the paragraphs, the first being 1, that each note stands behind, by the note's id."""
    numbers: dict[int, list[int]] = {}
    body = [each for each in paragraphs if each.key != TITLE and each.text]
    for number, paragraph in enumerate(body, start=1):
        for entry_id in sources.get(paragraph.key, ()):
            numbers.setdefault(entry_id, []).append(number)
    return numbers
