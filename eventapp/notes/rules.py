"""What follows from the texts alone: how two of them differ, how one begins, what an edition's hash is."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from eventapp.core import markdown
from eventapp.notes.alignment import aligned, longest_rising
from eventapp.notes.paragraphs import Paragraph, Printed, by_key

LONGEST_TITLE = 300
LONGEST_TEXT = 60_000
LONGEST_NOTE = 300
LONGEST_REMARKS = 2_000
_PIECES = re.compile(r"\s+|\w+|[^\w\s]")


class Piece(NamedTuple):
    """A stretch of text that two versions share (`same`), or that only the old or the new one has."""

    kind: str  # "same", "removed", "added"
    text: str


class Change(NamedTuple):
    """What became of one paragraph between two versions; `pieces` join to both of its texts."""

    key: str
    kind: str  # "same", "changed", "added", "removed", "moved", "confirmed" (the words stayed, a review was done)
    pieces: list[Piece]


def compare(old: Sequence[Paragraph], new: Sequence[Paragraph]) -> list[Change]:
    """Return what became of each paragraph, in the order of the new version, what is gone where it stood before."""
    before, after = by_key(old), by_key(new)
    stayed = _in_order([each.key for each in old if each.key in after], [each.key for each in new])
    changes: list[Change] = []
    waiting = iter(old)
    for paragraph in new:
        if paragraph.key in stayed:
            for each in waiting:
                if each.key not in after:
                    changes.append(Change(each.key, "removed", difference(each.text, "")))
                if each.key == paragraph.key:
                    break
        changes.append(_change(before.get(paragraph.key), paragraph, paragraph.key in stayed))
    changes += [Change(each.key, "removed", difference(each.text, "")) for each in waiting if each.key not in after]
    return changes


def _change(old: Paragraph | None, new: Paragraph, stayed: bool) -> Change:
    pieces = difference(old.text if old else "", new.text)
    if old is None or (new.text and not old.text):
        return Change(new.key, "added" if new.text else "same", pieces)
    if old.text != new.text:
        return Change(new.key, "changed" if new.text else "removed", pieces)
    if not stayed:
        return Change(new.key, "moved", pieces)
    confirmed = new.text and (new.reviewed, new.of) != (old.reviewed, old.of)
    return Change(new.key, "confirmed" if confirmed else "same", pieces)


def _in_order(old: Sequence[str], new: Sequence[str]) -> set[str]:
    """Return the most keys that both have in the same order; all others were moved."""
    places = {key: place for place, key in enumerate(new)}
    return {old[index] for index in longest_rising([places[key] for key in old])}


def difference(old: str, new: str) -> list[Piece]:
    """Return how the new text differs from the old one, word by word; the pieces join to both texts."""
    pieces: list[Piece] = []
    for kind, text in _by_lines(old.splitlines(keepends=True), new.splitlines(keepends=True)):
        if not text:
            continue
        if pieces and pieces[-1].kind == kind:
            pieces[-1] = Piece(kind, pieces[-1].text + text)
        else:
            pieces.append(Piece(kind, text))
    return pieces


def _by_lines(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str]]:
    for same, old_lines, new_lines in aligned(old, new):
        if same:
            yield "same", "".join(old_lines)
        else:
            for alike, gone, come in aligned(*(_PIECES.findall("".join(lines)) for lines in (old_lines, new_lines))):
                yield ("same" if alike else "removed"), "".join(gone)
                yield "added", "" if alike else "".join(come)


def teaser_of(text: str, longest: int = 320) -> str:
    """Return the first paragraph of a Markdown text as plain words, cut at a word when it is too long."""
    for block in re.split(r"\n{2,}", text.strip()):
        if block.lstrip().startswith(("#", ">", "-", "*", "|", "```")):
            continue
        words = " ".join(markdown.plain(block).split())
        if words:
            return words if len(words) <= longest else words[:longest].rsplit(" ", 1)[0].rstrip(" ,;:–—") + "…"
    return ""


def content_hash(texts: Mapping[str, Sequence[Printed]], extra: Mapping[str, Any]) -> str:
    """Return the SHA-256 of all that an edition says, in hex."""
    words = json.dumps([sorted(texts.items()), extra], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(words.encode()).hexdigest()
