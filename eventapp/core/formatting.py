"""Dates, times and countries in words, in any language of the interface."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, get_timezone_location
from babel.lists import format_list

from eventapp.core.text import fold
from eventapp.core.wall_time import to_wall

_PAIRS_IN_WORDS = frozenset({"fr", "es"})
_E_FOR_Y = re.compile(r"h?[ií](?![aeo])", re.IGNORECASE)  # "francés e inglés"; CLDR's lists do not know it
_NOT_COUNTRIES = frozenset({"EU", "EZ", "UN", "ZZ", "XA", "XB", "QO", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"})


def day_in_words(day: date, language: str) -> str:
    """Return weekday, day, month and year: `Thursday 7 November 2024`, `jeudi 7 novembre 2024`."""
    return _format(day, "EEEE d MMMM y", language)


def short_day_in_words(day: date, language: str) -> str:
    """Return weekday, day and month: `Thursday 7 November`."""
    return _format(day, "EEEE d MMMM", language)


def days_in_words(first: date, last: date, language: str) -> str:
    """Return a span of days as short as it can be said in full: `7–8 November 2024`, `30 June – 2 July 2025`.

    Two days running are joined by a word where the language does so: `7 et 8 novembre 2024`.
    """
    if first == last:
        return _format(first, "d MMMM y", language)
    if (first.year, first.month) == (last.year, last.month):
        head, tail = _format(first, "d", language), _format(last, "d MMMM y", language)
        joined_by_a_word = language in _PAIRS_IN_WORDS and (last - first).days == 1
        return list_in_words((head, tail), language) if joined_by_a_word else f"{head}–{tail}"
    head_pattern = "d MMMM" if first.year == last.year else "d MMMM y"
    head = _format(first, head_pattern, language)
    return f"{head} – {_format(last, 'd MMMM y', language)}"


def time_in_words(moment: time | datetime) -> str:
    """Return hours and minutes on the 24-hour clock: `09:30`."""
    return moment.strftime("%H:%M")


def moment_in_words(instant: datetime, zone: str, language: str) -> str:
    """Return an instant as day and time at the place: `Thursday 12 September 2024, 09:00`."""
    wall = to_wall(instant, zone)
    return f"{day_in_words(wall.date(), language)}, {time_in_words(wall)}"


def zone_in_words(zone: str, language: str, at: datetime) -> str:
    """Return the zone's city with its offset at the instant: `Madrid, UTC+1`."""
    city = get_timezone_location(zone, locale=language, return_city=True)
    return f"{city}, {utc_offset(zone, at)}"


def utc_offset(zone: str, at: datetime) -> str:
    """Return the offset of the zone at the instant: `UTC+1`, `UTC+5:30`, `UTC`."""
    offset = to_wall(at, zone) - to_wall(at, "UTC")
    minutes = round(offset.total_seconds() / 60)
    if minutes == 0:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '−'}{hours}" + (f":{rest:02}" if rest else "")


def list_in_words(words: Iterable[str], language: str, *, either: bool = False) -> str:
    """Return words joined as the language joins them: `English, French and Spanish`, or `… or …` for either."""
    listed = list(words)
    text = format_list(listed, style="or" if either else "standard", locale=_locale(language))
    if not either and language == "es" and len(listed) > 1 and _E_FOR_Y.match(listed[-1]):
        return text.removesuffix(f" y {listed[-1]}") + f" e {listed[-1]}"
    return text


def language_name(code: str, language: str) -> str:
    """Return the name of a language in another: `français` for `fr` in French."""
    return str(Locale(language).languages.get(code, code))


def country_name(code: str, language: str) -> str:
    """Return the name of a country (ISO 3166-1 alpha-2) in the language."""
    return str(Locale(language).territories.get(code, code))


@lru_cache(maxsize=8)
def country_choices(language: str) -> tuple[tuple[str, str], ...]:
    """Return `(code, name)` of every country, sorted as the language reads."""
    names = Locale(language).territories.items()
    countries = [
        (code, name) for code, name in names if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES
    ]
    return tuple(sorted(countries, key=lambda country: fold(country[1])))


@lru_cache(maxsize=2048)
def _format(day: date, pattern: str, language: str) -> str:
    text = format_date(day, _pattern(pattern, language), locale=_locale(language))
    return re.sub(r"\b1\b", "1er", text, count=1) if language == "fr" and day.day == 1 else text


def _locale(language: str) -> str:
    return "en_GB" if language == "en" else language


def _pattern(pattern: str, language: str) -> str:
    """Return a CLDR pattern in the word order of the language."""
    return pattern.replace("d MMMM", "d 'de' MMMM").replace("MMMM y", "MMMM 'de' y") if language == "es" else pattern
