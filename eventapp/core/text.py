"""Small questions about text: folding for search, cleaning of what people type."""

from __future__ import annotations

import re
import unicodedata

# Controls, and what neither XML nor UTF-8 can carry.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
# What a line never holds. Other spaces are typography: French puts U+00A0 or U+202F before “:” and inside quotes.
_NOT_IN_LINE = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]+")

# Letters that Unicode does not take apart, as people type them on a keyboard without them.
_PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe"})


def fold(text: str) -> str:
    """Return the text without accents and case, for comparing and searching."""
    decomposed = unicodedata.normalize("NFKD", text.casefold()).translate(_PLAIN)
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


def clean_line(text: str) -> str:
    """Return the text as one trimmed line: no controls or line breaks, single plain spaces, composed letters."""
    return unicodedata.normalize("NFC", _NOT_IN_LINE.sub(" ", text).strip())


def clean_text(text: str) -> str:
    """Return the text with LF line breaks, no controls and composed letters."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _CONTROLS.sub("", unified)).strip()
