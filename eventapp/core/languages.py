"""The languages of the interface, by their own names."""

from __future__ import annotations

LANGUAGES = {"en": "English", "fr": "Français", "es": "Español"}
DEFAULT_LANGUAGE = "en"
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})


def own_name(code: str) -> str:
    """Return the language's name in that language, or the code."""
    return LANGUAGES.get(code, code)


def direction(code: str) -> str:
    """Return `ltr` or `rtl`, for the `dir` attribute."""
    return "rtl" if code in RIGHT_TO_LEFT else "ltr"
