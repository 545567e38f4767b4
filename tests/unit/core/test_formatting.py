"""Dates as each language says them."""

from __future__ import annotations

from datetime import date

import pytest

from eventapp.core.formatting import day_in_words, days_in_words, list_in_words


@pytest.mark.parametrize(
    ("first", "last", "language", "words"),
    [
        (date(2024, 11, 7), date(2024, 11, 8), "en", "7–8 November 2024"),
        (date(2024, 11, 7), date(2024, 11, 8), "fr", "7 et 8 novembre 2024"),
        (date(2024, 11, 7), date(2024, 11, 8), "es", "7 y 8 de noviembre de 2024"),
        (date(2024, 11, 1), date(2024, 11, 3), "fr", "1er–3 novembre 2024"),
        (date(2024, 10, 31), date(2024, 11, 1), "fr", "31 octobre – 1er novembre 2024"),
        (date(2024, 11, 7), date(2024, 11, 7), "fr", "7 novembre 2024"),
    ],
)
def test_a_span_of_days_is_said_as_the_language_says_it(first: date, last: date, language: str, words: str) -> None:
    """Two days running are joined by a word in French and Spanish, and the first of a month is « 1er »."""
    assert days_in_words(first, last, language) == words


def test_only_the_first_of_the_month_is_an_ordinal_in_french() -> None:
    """« 1er », but « 11 »."""
    assert day_in_words(date(2024, 11, 1), "fr") == "vendredi 1er novembre 2024"
    assert day_in_words(date(2024, 11, 11), "fr") == "lundi 11 novembre 2024"


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["francés", "inglés"], "francés e inglés"),
        (["español", "francés", "inglés"], "español, francés e inglés"),
        (["inglés", "francés"], "inglés y francés"),
        (["agua", "hielo"], "agua y hielo"),
        (["inglés"], "inglés"),
    ],
)
def test_spanish_says_e_before_the_sound_of_i(names: list[str], words: str) -> None:
    """The library's lists always say `y`."""
    assert list_in_words(names, "es") == words
