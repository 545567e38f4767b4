"""What follows from a text and its translation alone: what was changed, where the marks differ, how much is to do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from eventapp.core.text import clean_line, clean_text
from eventapp.notes.paragraphs import TITLE, Paragraph, by_key, paragraph_state, split
from eventapp.notes.states import ParagraphState

TO_TRANSLATE = frozenset({ParagraphState.MISSING, ParagraphState.OUTDATED})

_HEADING = re.compile(r"^ {0,3}(#{1,6})(?=\s|$)", re.MULTILINE)
_POINT = re.compile(r"^\s*(?:([-*+])|\d{1,9}[.)])\s", re.MULTILINE)
_QUOTE = re.compile(r"^ {0,3}>", re.MULTILINE)
_LINK = re.compile(r"\]\(\s*<?([^\s)>]+)|<((?:https?://|mailto:)[^\s>]+)>")
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|\w+(?:[’'-]\w+)*")


class Sent(NamedTuple):
    """A paragraph as a translator sent it."""

    text: str
    reviewed: bool


class Hint(StrEnum):
    """A difference between the marks of a text and of its translation; perhaps meant, so only said."""

    HEADING = "heading"
    LIST = "list"
    QUOTE = "quote"
    LINK_GONE = "link_gone"
    LINK_ADDED = "link_added"


def clean(key: str, text: str) -> str:
    """Return a translated paragraph as it is stored."""
    return clean_line(text) if key == TITLE else "\n\n".join(split(clean_text(text)))


def changes(source: Sequence[Paragraph], twins: Sequence[Paragraph], sent: Mapping[str, Sent]) -> dict[str, Sent]:
    """Return what was changed of the paragraphs sent, compared with the texts that the translator began from.

    Another text is a change, and so is a tick set or removed. An outdated twin that was neither reworded nor ticked
    is none: it must not become a translation of words that nobody compared it with.
    """
    sources, before = by_key(source), by_key(twins)
    changed = {}
    for key, mine in sent.items():
        twin, origin = before.get(key), sources.get(key)
        if mine.text != (twin.text if twin else "") or (
            (mine.text or mine.reviewed)
            and origin is not None
            and mine.reviewed != (paragraph_state(origin, twin) is ParagraphState.REVIEWED)
        ):
            changed[key] = mine
    return changed


def is_said(source: Paragraph, twin: Paragraph | None, mine: Sent) -> bool:
    """Tell whether the translation stands already as it was sent."""
    return (
        twin is not None
        and twin.text == mine.text
        and paragraph_state(source, twin)
        in ({ParagraphState.REVIEWED} if mine.reviewed else {ParagraphState.DRAFT, ParagraphState.MISSING})
    )


def hints(source: str, twin: str) -> list[tuple[Hint, str]]:
    """Return how the marks of a translation differ from those of its source; the text is the address of a link."""
    if not twin:
        return []
    found = []
    if _HEADING.findall(source) != _HEADING.findall(twin):
        found.append((Hint.HEADING, ""))
    if [bool(mark) for mark in _POINT.findall(source)] != [bool(mark) for mark in _POINT.findall(twin)]:
        found.append((Hint.LIST, ""))
    if bool(_QUOTE.search(source)) != bool(_QUOTE.search(twin)):
        found.append((Hint.QUOTE, ""))
    here, there = _links(source), _links(twin)
    found += [(Hint.LINK_GONE, address) for address in here if address not in there]
    found += [(Hint.LINK_ADDED, address) for address in there if address not in here]
    return found


def has_marks(text: str) -> bool:
    """Tell whether a text holds marks of Markdown that its translation should keep."""
    return "**" in text or any(mark.search(text) for mark in (_HEADING, _POINT, _QUOTE, _LINK))


def _links(text: str) -> list[str]:
    return list(dict.fromkeys(one or other for one, other in _LINK.findall(text)))


def count_words(texts: Iterable[str]) -> int:
    """Return how many words there are; where words are not parted, every letter is one."""
    return sum(len(_WORD.findall(text)) for text in texts)


def next_to_do(states: Mapping[str, ParagraphState], after: str = "") -> str | None:
    """Return the key of the next paragraph to look at in the order of the text, from the beginning again at its end."""
    keys = list(states)
    start = keys.index(after) + 1 if after in states else 0
    return next((key for key in keys[start:] + keys[:start] if states[key] is not ParagraphState.REVIEWED), None)
