"""How much room a text takes on paper, estimated without setting it, so that a size can be chosen before."""

from __future__ import annotations

MM_PER_POINT = 25.4 / 72
# Widths of the sheets' bold letters in hundredths of their size; letters not named are as wide as the widest usual one.
_WIDTHS = {
    28: " ,./I\\ijl|·ÌÍÎÏìíîïı’‘'",
    34: "!()-:;[]`ftr*",
    50: '“”"«»z–',
    56: "0123456789aceksvxyàáâãäåçèéêëýÿ$¿¡J_§",
    61: "?FLTZbdghnopqußñòóôõöùúûü#+=<>~^",
    67: "EPSVXYÈÉÊËÝ",
    73: "&ABCDHKNRUÀÁÂÃÄÅÇÑÙÚÛÜ",
    78: "GOQwÒÓÔÕÖ",
}
_WIDTH_OF = {letter: width for width, letters in _WIDTHS.items() for letter in letters}
_WIDEST = 94
_COMPLEX = 62  # Arabic and other joined letters, on average
_FULL = 105  # Chinese, Japanese, Korean, pictures


def width_of(text: str, size: float) -> float:
    """Return the width in millimetres of a text set in one line of bold letters of that size in points."""
    return sum(_letter(letter) for letter in text) * size * MM_PER_POINT / 100


def lines_of(text: str, width: float, size: float) -> int:
    """Return how many lines the text takes in a column of that width in millimetres; long words are broken."""
    lines, used = 1, 0.0
    space = width_of(" ", size)
    for word in text.split():
        needed = width_of(word, size)
        if used and used + space + needed <= width:
            used += space + needed
            continue
        lines += used > 0
        while needed > width:
            lines += 1
            needed -= width * 0.9  # a break seldom falls on the very edge
        used = max(needed, 0.01)
    return lines


def shortened(text: str, most: int) -> str:
    """Return the text, or its beginning up to a whole word with an ellipsis when it is longer than `most` letters."""
    if len(text) <= most:
        return text
    beginning = text[: most - 1]
    return (beginning.rpartition(" ")[0] or beginning).rstrip(" ,;:–-") + "…"


def _letter(letter: str) -> int:
    known = _WIDTH_OF.get(letter)
    if known is not None:
        return known
    code = ord(letter)
    if code < 0x590:
        return _WIDEST
    return _COMPLEX if code < 0x1100 else _FULL
