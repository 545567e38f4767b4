"""The languages of the interface, by their own names."""

from __future__ import annotations

LANGUAGES = {"en": "English", "fr": "Français", "es": "Español"}
DEFAULT_LANGUAGE = "en"
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})


def own_name(code: str) -> str:
    """Return the language's name in that language, or the code."""
    return LANGUAGES.get(code, code)


def interface_language(code: str) -> str:
    """Return the language in which the interface writes to somebody who reads this one: it, or the default."""
    return code if code in LANGUAGES else DEFAULT_LANGUAGE


def direction(code: str) -> str:
    """Return `ltr` or `rtl`, for the `dir` attribute."""
    return "rtl" if code in RIGHT_TO_LEFT else "ltr"
