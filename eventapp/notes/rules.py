"""What follows from the texts alone: how two of them differ, how one begins, what an edition's hash is."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from eventapp.core import markdown
from eventapp.notes.paragraphs import Printed

LONGEST_TITLE = 300
LONGEST_TEXT = 60_000
LONGEST_NOTE = 300
LONGEST_REMARKS = 2_000
_MOST_WORDS_COMPARED = 4_000  # a longer changed passage is shown as replaced: comparing it takes too long
_PIECES = re.compile(r"\s+|\w+|[^\w\s]")


class Piece(NamedTuple):
    """A stretch of text that two versions share (`same`), or that only the old or the new one has."""

    kind: str  # "same", "removed", "added"
    text: str


def difference(old: str, new: str) -> list[Piece]:
    """Return how the new text differs from the old one, word by word; the pieces join to both texts."""
    pieces: list[Piece] = []
    for piece in _compare(old.splitlines(keepends=True), new.splitlines(keepends=True), by_line=True):
        if pieces and pieces[-1].kind == piece.kind:
            pieces[-1] = Piece(piece.kind, pieces[-1].text + piece.text)
        else:
            pieces.append(piece)
    return pieces


def _compare(old: Sequence[str], new: Sequence[str], *, by_line: bool) -> Iterator[Piece]:
    matcher = SequenceMatcher(None, old, new)
    for kind, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        gone, come = "".join(old[old_from:old_to]), "".join(new[new_from:new_to])
        if kind == "equal":
            yield Piece("same", gone)
        elif kind == "replace" and by_line:
            words = _PIECES.findall(gone), _PIECES.findall(come)
            if max(map(len, words)) > _MOST_WORDS_COMPARED:
                yield from (Piece("removed", gone), Piece("added", come))
            else:
                yield from _compare(*words, by_line=False)
        else:
            if gone:
                yield Piece("removed", gone)
            if come:
                yield Piece("added", come)


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
