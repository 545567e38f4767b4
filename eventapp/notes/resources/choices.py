"""What the forms and filters of resources offer, in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _

from eventapp.core.formatting import country_choices, country_name, language_name
from eventapp.core.text import fold
from eventapp.events.models import Event
from eventapp.notes.resources.queries import NO_THEME, PublicList

Choices = Sequence[tuple[str, str]]


def themes_of(event: Event, language: str) -> list[tuple[int, str]]:
    """Return id, number and title of each theme."""
    return [(each.id, f"{each.number}. {each.title.text(language)}") for each in event.themes]


def countries(language: str) -> Sequence[tuple[str, str]]:
    """Return every country."""
    return country_choices(language)


def languages(codes: Sequence[str], language: str) -> list[tuple[str, str]]:
    """Return the languages with their names."""
    return [(code, language_name(code, language)) for code in codes]


def filters(found: PublicList, language: str) -> tuple[Choices, Choices, Choices]:
    """Return what the public list can be filtered by: themes, countries, languages, each with its number."""
    themes = [
        (code, _counted(_("No theme") if code == NO_THEME else _theme(found, code, language), number))
        for code, number in sorted(found.themes.items(), key=lambda item: (item[0] == NO_THEME, item[0].zfill(4)))
    ]
    places = {code: country_name(code, language) for code in found.countries}
    tongues = {code: language_name(code, language) for code in found.languages}
    return themes, _named(places, found.countries), _named(tongues, found.languages)


def _theme(found: PublicList, code: str, language: str) -> str:
    return f"{code}. {found.titles[code].text(language)}"


def _named(names: Mapping[str, str], numbers: Mapping[str, int]) -> Choices:
    ordered = sorted(names.items(), key=lambda item: fold(item[1]))
    return [(code, _counted(name, numbers[code])) for code, name in ordered]


def _counted(name: str, number: int) -> str:
    return f"{name} ({number})"
