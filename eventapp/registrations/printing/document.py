"""Badges and certificates as documents: HTML for the PDF engine, a pure function of what is given."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from babel import Locale
from babel.core import UnknownLocaleError
from flask_babel import force_locale
from flask_babel import gettext as _
from jinja2 import Environment

from eventapp.core import qr
from eventapp.core.formatting import country_name, days_in_words, list_in_words, short_day_in_words
from eventapp.core.languages import direction, interface_language
from eventapp.events.models import Event
from eventapp.events.states import InstitutionKind
from eventapp.registrations.codes import spaced
from eventapp.registrations.models import Registration
from eventapp.registrations.printing import rules
from eventapp.registrations.printing.states import PrintKind
from eventapp.registrations.states import Mode

BADGES = "printing/pdf/badges.html"
CERTIFICATES = "printing/pdf/certificates.html"
BADGES_A_SHEET = 8
COLOURS = 8
MOST_SIGNATURES = 3


@dataclass(frozen=True)
class Words:
    """Words with the size of type at which they fit, and their direction."""

    text: str
    points: int
    rtl: bool
    tall: bool


@dataclass(frozen=True)
class Badge:
    """What a badge says of one person. Nothing else about them is known here."""

    name: Words
    organisation: Words
    country: str
    speaks: str
    category: Words
    colour: int  # 1 to 8, beside the category's name
    code: str
    qr: str


@dataclass(frozen=True)
class Certificate:
    """What a certificate says, in the person's language."""

    language: str
    heading: str
    certifies: str
    name: Words
    of: str
    took_part: str
    title: Words
    where_and_when: str
    attended: str
    issued: str
    hosts: Sequence[str]
    signature: str


def print_language(event: Event) -> str:
    """Return the language of what everybody reads: the event's first, if the interface speaks it."""
    return interface_language(event.first_language)


def badges_html(templates: Environment, event: Event, people: Iterable[Registration], kind: PrintKind) -> str:
    """Return the badges in the event's first language: eight on a sheet of A4, or one a page."""
    language = print_language(event)
    with force_locale(language):
        badges = [badge_of(event, person, language) for person in people]
        if kind is PrintKind.BADGE_SHEETS:
            pages = [badges[at : at + BADGES_A_SHEET] for at in range(0, len(badges), BADGES_A_SHEET)]
        else:
            pages = [[badge] for badge in badges]
        return templates.get_template(BADGES).render(
            pages=pages,
            on_sheets=kind is PrintKind.BADGE_SHEETS,
            title=_fitted(event.title.text(language), rules.TITLE),
            where=f"{event.place.text(language)}, {days_in_words(event.starts_on, event.ends_on, language)}",
            hosts=_hosts(event, language),
            language=language,
            direction=direction(language),
        )


def badge_of(event: Event, person: Registration, language: str) -> Badge:
    """Return what the person's badge says, in the language."""
    category = person.category
    position = next(n for n, each in enumerate(event.categories) if each.id == category.id)
    return Badge(
        name=_fitted(person.name, rules.NAME),
        organisation=_fitted(person.organisation, rules.ORGANISATION),
        country=country_name(person.country, language),
        speaks=_speaks(person.speaks),
        category=_fitted(category.name.text(language), rules.CATEGORY),
        colour=position % COLOURS + 1,
        code=spaced(person.code),
        qr=qr.data_uri(person.code),
    )


def certificates_html(
    templates: Environment, event: Event, people: Iterable[tuple[Registration, Sequence[date]]], language: str
) -> str:
    """Return a certificate a page, each in the person's language; `language` is that of the document as a whole."""
    certificates = [certificate_of(event, person, days) for person, days in people]
    with force_locale(language):
        return templates.get_template(CERTIFICATES).render(
            certificates=certificates,
            title=event.title.text(language),
            hosts=_hosts(event, language),
            language=language,
            direction=direction(language),
        )


def certificate_of(event: Event, person: Registration, days: Sequence[date]) -> Certificate:
    """Return what the person's certificate says; `days` are those on which the person was there."""
    language = certificate_language(person)
    span = days_in_words(event.starts_on, event.ends_on, language)
    place = event.place.text(language)
    listed = list_in_words([short_day_in_words(day, language) for day in sorted(days)], language)
    with force_locale(language):
        remote = person.mode is Mode.REMOTE
        return Certificate(
            language=language,
            heading=_("Certificate of attendance"),
            certifies=_("This is to certify that"),
            name=_fitted(person.name, rules.CERTIFIED_NAME),
            of=f"{person.organisation}, {country_name(person.country, language)}",
            took_part=_("took part remotely in") if remote else _("took part in"),
            title=_fitted(event.title.text(language), rules.CERTIFIED_TITLE),
            where_and_when=_("%(place)s, %(days)s", place=place, days=span),
            attended="" if set(days) >= set(event.days) else _("Present on %(days)s.", days=listed),
            issued=_("%(place)s, %(day)s", place=place, day=days_in_words(event.ends_on, event.ends_on, language)),
            hosts=_hosts(event, language)[:MOST_SIGNATURES],
            signature=_("Name and signature"),
        )


def certificate_language(person: Registration) -> str:
    """Return the language of the person's certificate."""
    return interface_language(person.language)


def _fitted(text: str, box: rules.Box) -> Words:
    return Words(text, rules.fitting_size(text, box), rules.reads_from_the_right(text), rules.is_tall(text))


def _hosts(event: Event, language: str) -> list[str]:
    return [each.name.text(language) for each in event.institutions if each.kind is InstitutionKind.ORGANISER]


def _speaks(codes: Sequence[str]) -> str:
    """Return the languages by their own names, which their speakers know at sight; by their codes if too many."""
    named = " · ".join(_own_name(code) for code in codes)
    return named if rules.fits(named, rules.SPEAKS) else " · ".join(code.upper() for code in codes)


@lru_cache(maxsize=512)
def _own_name(code: str) -> str:
    try:
        name = Locale.parse(code).get_language_name(code) or code
    except (UnknownLocaleError, ValueError):
        name = code.upper()
    return f"{name[:1].upper()}{name[1:]}"
