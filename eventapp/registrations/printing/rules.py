"""How large a name can be printed, by a measure that needs no font at hand, and what tells it from a new one."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

# Widths in parts of the type size, of a bold grotesque (Liberation Sans Bold, which has Arial's measures).
_WIDTHS = {
    0.28: "ijlI.,:;'’‘|! ·",
    0.34: "ft-()[]/‐",
    0.39: "r",
    0.56: "aceksvxyzJ0123456789",
    0.62: "bdghnopquFLTZß",
    0.68: "EPSVXY",
    0.73: "ABCDHKNRU&",
    0.79: "GOQw",
    0.90: "mMæÆœŒ",
    0.95: "W@—",
}
_WIDTH_OF = {letter: width for width, letters in _WIDTHS.items() for letter in letters}
_OTHER_WIDTH = 0.64
_WIDE_WIDTH = 1.0
REGULAR = 0.93  # of the bold widths
_SLACK = 0.96  # real lines are a little shorter: kerning and fonts differ
_TALL = ("ARABIC", "HEBREW", "SYRIAC", "THAANA", "DEVANAGARI", "BENGALI", "TAMIL", "THAI", "LAO", "KHMER", "MYANMAR",
         "TIBETAN", "SINHALA", "GUJARATI", "TELUGU", "KANNADA", "MALAYALAM", "GURMUKHI")  # fmt: skip


@dataclass(frozen=True)
class Box:
    """Where words must fit: sizes of type to try from the largest, width and height, all in points."""

    sizes: Sequence[int]
    width: float
    height: float
    lines: int = 2  # at most, but at the two smallest sizes as many as the height holds
    weight: float = 1.0


NAME = Box(sizes=(28, 25, 22, 19, 17, 15, 13, 11, 9, 8), width=226, height=52)
ORGANISATION = Box(sizes=(11, 10, 9, 8, 7, 6), width=167, height=27, weight=REGULAR)
CATEGORY = Box(sizes=(9, 8, 7, 6), width=226, height=11, lines=1)
TITLE = Box(sizes=(7, 6), width=226, height=17, weight=REGULAR)
SPEAKS = Box(sizes=(8,), width=167, height=10, lines=1, weight=REGULAR)
CERTIFIED_NAME = Box(sizes=(40, 34, 28, 24, 19, 15, 12), width=640, height=84)
CERTIFIED_TITLE = Box(sizes=(24, 21, 17, 14, 12), width=640, height=60)


def fitting_size(text: str, box: Box) -> int:
    """Return the largest size at which the words fit into the box; the smallest when they fit at none."""
    for place, size in enumerate(box.sizes):
        most = int(box.height // (size * leading(text)))
        if place < len(box.sizes) - 2:
            most = min(most, box.lines)
        if _fits(text, size, box, most):
            return size
    return box.sizes[-1]


def fits(text: str, box: Box) -> bool:
    """Tell whether the words fit into the box at some size."""
    size = box.sizes[-1]
    return _fits(text, size, box, int(box.height // (size * leading(text))))


def leading(text: str) -> float:
    """Return how far lines stand apart, in parts of the size: scripts with marks above and below need more."""
    return 1.45 if is_tall(text) else 1.12


def is_tall(text: str) -> bool:
    """Tell whether the words are in a script whose letters reach far above and below the line."""
    return any(unicodedata.name(letter, "").startswith(_TALL) for letter in text if ord(letter) > 0x58F)


def reads_from_the_right(text: str) -> bool:
    """Tell the direction of the words by their first letter that has one (Unicode UAX #9, rules P2 and P3)."""
    for letter in text:
        kind = unicodedata.bidirectional(letter)
        if kind in ("L", "R", "AL"):
            return kind != "L"
    return False


def _fits(text: str, size: float, box: Box, most_lines: int) -> bool:
    room = box.width * _SLACK / (size * box.weight)
    lines, used = 1, 0.0
    for word in _words(text):
        width = sum(_width(letter) for letter in word.rstrip())
        if width > room:
            return False
        if used + width > room:
            lines, used = lines + 1, 0.0
        used += sum(_width(letter) for letter in word)
    return lines <= most_lines


def _words(text: str) -> list[str]:
    """Return the pieces between which a line may break, with the spaces that follow them."""
    pieces, piece = [], ""
    for letter in text:
        piece += letter
        if letter in " -‐" or unicodedata.east_asian_width(letter) in "WF":
            pieces.append(piece)
            piece = ""
    return [*pieces, piece] if piece else pieces


def _width(letter: str) -> float:
    if unicodedata.combining(letter):
        return 0.0
    if unicodedata.east_asian_width(letter) in "WF":
        return _WIDE_WIDTH
    base = unicodedata.normalize("NFD", letter)[0]
    return _WIDTH_OF.get(base, _OTHER_WIDTH)


def imprint(name: str, organisation: str) -> str:
    """Return what tells whether a badge still says the same; too short to tell by it what it said."""
    return hashlib.sha256(f"{name}\n{organisation}".encode()).hexdigest()[:4]
