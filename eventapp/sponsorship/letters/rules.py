"""Letters as text: the fixed set of placeholders, putting values in, numbers, and whether a letter holds; pure."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from markupsafe import Markup, escape

from eventapp.core import markdown
from eventapp.registrations.codes import ALPHABET
from eventapp.sponsorship.states import LetterKind, LetterState, RequestState

_MARK = re.compile(r"\{([^{}\n]{1,60})\}")
_ALONE = re.compile(r"<p>\s*\{([a-z_]+)\}\s*</p>")
_RANDOM_LETTERS = 8

# What each placeholder stands for; the first ones go into every letter, the others need a passport.
PLACEHOLDERS: Mapping[str, LazyString] = {
    "name": _l("the person’s name"),
    "organisation": _l("the organisation"),
    "position": _l("the position there"),
    "city": _l("the city the person comes from"),
    "country": _l("the country the person comes from"),
    "event": _l("the title of the event"),
    "dates": _l("the days of the event"),
    "place": _l("the town"),
    "venue": _l("the house"),
    "hosts": _l("the hosts of the event"),
    "fund": _l("the fund that pays"),
    "covered": _l("the list of what is paid, with amounts"),
    "hotel": _l("the hotel and the nights"),
    "arrival": _l("the day of arrival"),
    "departure": _l("the day of departure"),
    "date": _l("the day of the letter"),
    "number": _l("the number of the letter"),
}
SENSITIVE: Mapping[str, LazyString] = {
    "passport_name": _l("name as in the passport"),
    "passport_number": _l("number of the passport"),
    "nationality": _l("nationality"),
    "born_on": _l("date of birth"),
    "passport_issued_on": _l("day of issue of the passport"),
    "passport_expires_on": _l("last day of the passport"),
}


class Standing(StrEnum):
    """What somebody who checks a letter is told."""

    VALID = "valid"
    SUPERSEDED = "superseded"
    OUTDATED = "outdated"  # what it promises was changed since
    REVOKED = "revoked"


# A letter promises something only while its request stands.
_STANDS = frozenset({RequestState.ACCEPTED, RequestState.TRAVELLED, RequestState.SETTLED})


def placeholders_of(kind: LetterKind) -> dict[str, LazyString]:
    """Return what may stand in braces in letters of the kind, with what it means."""
    return {**PLACEHOLDERS, **(SENSITIVE if kind is LetterKind.VISA else {})}


def unknown_in(kind: LetterKind, text: str) -> list[str]:
    """Return what stands in braces in the text and is no placeholder of the kind, each once."""
    known = placeholders_of(kind)
    return list(dict.fromkeys(mark for mark in _MARK.findall(text) if mark not in known))


def needs_passport(texts: Sequence[str]) -> bool:
    """Tell whether any of the texts names something of a passport."""
    return any(mark in SENSITIVE for text in texts for mark in _MARK.findall(text))


def put_in(body: str, values: Mapping[str, str | Sequence[str]]) -> Markup:
    """Return the Markdown body as safe HTML with the values in place of their placeholders.

    Values are put in after the Markdown was read, so none can bring marks of its own. A list becomes a list where its
    placeholder stands alone, and a sentence's enumeration elsewhere. What is not among the values stays as it stands.
    """
    return fill_html(str(markdown.render(body)), values)


def fill_html(html: str, values: Mapping[str, str | Sequence[str]]) -> Markup:
    """Return safe HTML with the values, escaped, in place of their placeholders; an empty one leaves no paragraph."""
    html = _ALONE.sub(lambda found: _block(found[0], values.get(found[1])), html)
    return Markup(_MARK.sub(lambda found: _inline(found[0], values.get(found[1])), html))  # noqa: S704 - escaped


def put_in_line(text: str, values: Mapping[str, str | Sequence[str]]) -> str:
    """Return one line of plain text with the values in place of their placeholders."""
    return _MARK.sub(lambda found: _plain(found[0], values.get(found[1])), text)


def new_number(kind: LetterKind, event_id: int, turn: int) -> str:
    """Return a number: kind, event, turn, and 40 random bits, so that nobody finds letters by counting."""
    number = secrets.randbits(5 * _RANDOM_LETTERS)
    random = "".join(ALPHABET[number >> 5 * place & 31] for place in range(_RANDOM_LETTERS))
    return f"{kind.value[0].upper()}{event_id}-{turn:03}-{random[:4]}-{random[4:]}"


def read_number(typed: str) -> str:
    """Return a number as it was printed, however it was typed."""
    return re.sub(r"\s", "", typed).upper()[:40]


def standing_of(state: LetterState, request: RequestState, *, promised: Sequence[str], now: Sequence[str]) -> Standing:
    """Return whether a letter holds: where its request stands, what it promised in figures, and what is so now."""
    if state is LetterState.SUPERSEDED:
        return Standing.SUPERSEDED
    if state is not LetterState.VALID or request not in _STANDS:
        return Standing.REVOKED
    return Standing.VALID if list(promised) == list(now) else Standing.OUTDATED


def _block(whole: str, value: str | Sequence[str] | None) -> str:
    if value is not None and not value:
        return ""
    if value is None or isinstance(value, str):
        return whole
    return "<ul>" + "".join(f"<li>{escape(each)}</li>" for each in value) + "</ul>"


def _inline(whole: str, value: str | Sequence[str] | None) -> str:
    if value is None:
        return whole
    return str(escape(_plain(whole, value))).replace("{", "&#123;")  # no value brings a placeholder along


def _plain(whole: str, value: str | Sequence[str] | None) -> str:
    if value is None:
        return whole
    return value if isinstance(value, str) else "; ".join(value)
