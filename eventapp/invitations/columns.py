"""Recognise the columns and values of the lists that people keep: headers, countries, categories, languages, days."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from functools import lru_cache

from eventapp.core.formatting import country_choices, language_name
from eventapp.core.languages import LANGUAGES
from eventapp.core.text import fold
from eventapp.events.models import Category

# The first name of each column is the one in the template file; all are compared folded, letters and digits only.
HEADERS: Mapping[str, tuple[str, ...]] = {
    "email": (
        "email", "e-mail", "mail", "email address", "e-mail address", "address", "courriel", "adresse", "mél",
        "adresse électronique", "adresse e-mail", "adresse mail", "adresse courriel", "correo", "correo electrónico",
        "dirección", "dirección de correo",
    ),
    "name": (
        "name", "full name", "participant", "invitee", "guest", "nom", "nom complet", "nom et prénom", "prénom et nom",
        "nombre", "nombre completo", "nombre y apellidos", "nombre y apellido",
    ),
    "first_name": ("first name", "given name", "forename", "prénom", "nombre de pila"),
    "last_name": ("last name", "surname", "family name", "nom de famille", "apellido", "apellidos"),
    "organisation": (
        "organisation", "organization", "institution", "company", "employer", "entity", "organisme", "structure",
        "collectivité", "entreprise", "organización", "institución", "entidad", "empresa",
    ),
    "position": (
        "position", "job title", "title", "role", "function", "fonction", "poste", "titre", "cargo", "función",
        "puesto",
    ),
    "country": ("country", "country code", "pays", "code pays", "país", "código de país", "código país"),
    "category": (
        "category", "type", "kind", "group", "catégorie", "groupe", "categoría", "grupo", "tipo",
    ),
    "language": (
        "language", "lang", "language code", "preferred language", "langue", "langue préférée", "idioma", "lengua",
        "idioma preferido",
    ),
    "reason": (
        "reason", "why", "why this person", "motive", "raison", "motif", "pourquoi", "razón", "motivo", "por qué",
    ),
    "personal_message": (
        "message", "personal message", "note", "message personnel", "mot personnel", "mensaje", "mensaje personal",
    ),
    "preapproved": (
        "preapproved", "pre-approved", "confirmed", "approuvé d'avance", "préapprouvé", "preaprobado", "preaprobada",
        "aprobado",
    ),
    "answer_by_at": (
        "answer by", "answer-by", "reply by", "deadline", "rsvp", "rsvp by", "réponse avant", "répondre avant",
        "date limite", "échéance", "responder antes de", "respuesta antes de", "fecha límite", "plazo",
        "plazo de respuesta",
    ),
}  # fmt: skip

TEMPLATE_COLUMNS = (
    "email", "name", "organisation", "position", "country", "category", "language", "reason", "message",
    "preapproved", "answer by",
)  # fmt: skip

# What people write and CLDR does not: former, short and English names in common use.
_COUNTRY_ALIASES = {
    "usa": "US", "us": "US", "united states of america": "US", "america": "US", "eeuu": "US", "etats unis": "US",
    "etats unis d amerique": "US", "uk": "GB", "great britain": "GB", "england": "GB", "scotland": "GB",
    "wales": "GB", "northern ireland": "GB", "grande bretagne": "GB", "angleterre": "GB", "gran bretana": "GB",
    "inglaterra": "GB", "ivory coast": "CI", "cote divoire": "CI", "costa de marfil": "CI",
    "czech republic": "CZ", "republique tcheque": "CZ",
    "republica checa": "CZ", "turkey": "TR", "russian federation": "RU", "federation de russie": "RU",
    "republic of korea": "KR", "korea": "KR", "coree": "KR", "corea": "KR", "viet nam": "VN", "holland": "NL",
    "the netherlands": "NL", "drc": "CD", "rdc": "CD", "dr congo": "CD", "democratic republic of the congo": "CD",
    "republique democratique du congo": "CD", "republica democratica del congo": "CD", "congo": "CG", "burma": "MM",
    "swaziland": "SZ", "cape verde": "CV", "macedonia": "MK", "palestine": "PS", "palestina": "PS",
    "state of palestine": "PS", "uae": "AE", "emirates": "AE", "the gambia": "GM", "timor leste": "TL",
    "lao pdr": "LA", "syrian arab republic": "SY", "iran islamic republic of": "IR",
    "united republic of tanzania": "TZ",
    "bolivia plurinational state of": "BO", "venezuela bolivarian republic of": "VE", "republic of moldova": "MD",
    "el": "GR",
}  # fmt: skip

_YES = frozenset({"1", "yes", "y", "true", "x", "oui", "o", "vrai", "si", "s", "verdadero"})
_NO = frozenset({"", "0", "no", "n", "false", "non", "faux", "falso"})
_MORE_LANGUAGES = {"anglais": "en", "ingles": "en", "francais": "fr", "espagnol": "es", "castellano": "es", "eng": "en",
                   "fre": "fr", "fra": "fr", "spa": "es"}  # fmt: skip
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::\d{2})?)?")
_DAY_FIRST = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})(?:,? (\d{1,2}):(\d{2}))?")
_END_OF_DAY = time(23, 59)


def key(text: str) -> str:
    """Return the text as it is compared: folded, only letters and digits, single spaces."""
    return " ".join(re.sub(r"[^\w]+|_", " ", fold(text)).split())


@lru_cache(maxsize=1)
def _header_names() -> Mapping[str, str]:
    return {key(name): field for field, names in HEADERS.items() for name in names}


def recognise(header: Sequence[str]) -> dict[str, int]:
    """Return for each field the place of its column; the first column that names a field is taken."""
    found: dict[str, int] = {}
    for place, title in enumerate(header):
        bare = re.sub(r"[(\[*:].*", "", title)  # "Country (ISO)", "Email *"
        field = _header_names().get(key(title)) or _header_names().get(key(bare))
        if field is not None and field not in found:
            found[field] = place
    return found


@lru_cache(maxsize=1)
def _countries() -> Mapping[str, str]:
    known = dict(_COUNTRY_ALIASES)
    for language in LANGUAGES:
        for code, name in country_choices(language):
            known.setdefault(key(name), code)
            known.setdefault(key(code), code)
            known.setdefault(key(re.sub(r"\(.*?\)", "", name)), code)
    return known


def country_of(text: str) -> str | None:
    """Return the ISO 3166-1 code of a country given by code or by name in any language of the interface."""
    return _countries().get(key(text))


def category_names(categories: Sequence[Category]) -> Mapping[str, int]:
    """Return every name of every category, as it is compared, with the category's id."""
    return {key(name): category.id for category in categories for name in category.name.values()}


@lru_cache(maxsize=8)
def language_names(codes: tuple[str, ...]) -> Mapping[str, str]:
    """Return every way to name one of the languages, as it is compared, with its code."""
    known = {word: code for word, code in _MORE_LANGUAGES.items() if code in codes}
    for code in codes:
        known[key(code)] = code
        for reader in {*LANGUAGES, code} & set(LANGUAGES):
            known[key(language_name(code, reader))] = code
    return known


def yes_or_no(text: str) -> bool | None:
    """Return what a cell of yes or no says, or None when it says neither; empty means no."""
    word = key(text)
    return True if word in _YES else False if word in _NO else None


def wall_time_of(text: str) -> datetime | None:
    """Return the wall time that a cell gives; a day alone means its end. None when it is no date.

    Days are read as ISO 8601 or with the day first, as most of the world writes them.
    """
    if (iso := _DAY.fullmatch(text)) is not None:
        year, month, day, hour, minute = iso.groups()
    elif (other := _DAY_FIRST.fullmatch(text)) is not None:
        day, month, year, hour, minute = other.groups()
    else:
        return None
    try:
        clock = time(int(hour), int(minute)) if hour is not None else _END_OF_DAY
        return datetime.combine(date(int(year), int(month), int(day)), clock)
    except ValueError:
        return None
