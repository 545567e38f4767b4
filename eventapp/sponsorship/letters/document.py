"""A letter as a document: what is frozen when it is issued, and the HTML of the PDF, a pure function of that."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from jinja2 import Environment

from eventapp.core import qr
from eventapp.core.formatting import country_name, day_in_words, days_in_words
from eventapp.core.languages import direction, interface_language
from eventapp.core.money import in_words
from eventapp.events.models import Event
from eventapp.events.states import InstitutionKind
from eventapp.sponsorship.ledger import NOTHING
from eventapp.sponsorship.letters import rules
from eventapp.sponsorship.letters.models import Letter, LetterTemplate, Signature
from eventapp.sponsorship.letters.rules import Standing
from eventapp.sponsorship.models import SponsorshipRequest
from eventapp.sponsorship.states import LineMode, LineState
from eventapp.sponsorship.words import LINE

LETTER = "sponsorship/pdf/letter.html"
_COVERED = frozenset({LineState.APPROVED, LineState.BOOKED, LineState.CLAIMED, LineState.AUTHORISED, LineState.PAID})
Values = Mapping[str, str | Sequence[str]]


def standing_of(letter: Letter) -> Standing:
    """Return whether a letter holds now."""
    request = letter.request
    promised = letter.snapshot.get("promise", ())
    return rules.standing_of(letter.state, request.state, promised=promised, now=promise_of(request))


def language_of(request: SponsorshipRequest) -> str:
    """Return the language of the person's letters: theirs, if the interface speaks it."""
    language = request.registration.language
    return interface_language(language)


def values_of(request: SponsorshipRequest, number: str, today: date) -> dict[str, Any]:
    """Return what the placeholders stand for, in the person's language; nothing sensitive."""
    language = language_of(request)
    event, person = request.event, request.registration
    with force_locale(language):
        return {
            "name": person.name,
            "organisation": person.organisation,
            "position": person.position,
            "city": request.origin_city or person.city,
            "country": country_name(request.origin_country or person.country, language),
            "event": event.title.text(language),
            "dates": days_in_words(event.starts_on, event.ends_on, language),
            "place": event.place.text(language),
            "venue": event.venue.text(language),
            "hosts": "; ".join(hosts_of(event, language)),
            "fund": request.fund.name.text(language),
            "covered": covered_by(request, language),
            "hotel": stay_of(request, language),
            "arrival": day_in_words(request.arrives_on or event.starts_on, language),
            "departure": day_in_words(request.leaves_on or event.ends_on, language),
            "date": long_day(today, language),
            "number": number,
        }


def sensitive_values(passport: Mapping[str, str], language: str) -> dict[str, str]:
    """Return what the sensitive placeholders stand for, from a passport's data as it was sealed."""
    return {
        "passport_name": f"{passport.get('given_names', '')} {passport.get('surname', '')}".strip(),
        "passport_number": passport.get("number", ""),
        "nationality": country_name(passport.get("nationality", ""), language),
        "born_on": long_day(date.fromisoformat(passport["born_on"]), language),
        "passport_issued_on": long_day(date.fromisoformat(passport["issued_on"]), language),
        "passport_expires_on": long_day(date.fromisoformat(passport["expires_on"]), language),
    }


def covered_by(request: SponsorshipRequest, language: str) -> list[str]:
    """Return what is paid, a line each, with how and how much."""
    lines = []
    for line in request.lines:
        if line.state not in _COVERED:
            continue
        kind = LINE[line.kind]
        amount = in_words(line.approved or NOTHING, request.fund.currency, language)
        if line.mode is LineMode.IN_KIND:
            lines.append(in_kind(kind))
        elif line.mode is LineMode.PREPAID:
            lines.append(prepaid(kind, amount))
        else:
            lines.append(str(_("%(kind)s: paid back against receipts, up to %(amount)s", kind=kind, amount=amount)))
    return lines


def prepaid(kind: object, amount: str) -> str:
    """Return the words for what is booked and paid for the person."""
    return str(_("%(kind)s: booked and paid by us, up to %(amount)s", kind=kind, amount=amount))


def in_kind(kind: object) -> str:
    """Return the words for what a host gives."""
    return str(_("%(kind)s: given by the hosts", kind=kind))


def promise_of(request: SponsorshipRequest) -> list[str]:
    """Return what a letter promises in figures: one that promises something else than holds now is out of date."""
    lines = [
        f"{line.kind} {line.mode} {line.approved or NOTHING:f}" for line in request.lines if line.state in _COVERED
    ]
    return [*lines, f"{request.hotel_id} {request.first_night} {request.last_night}"]


def stay_of(request: SponsorshipRequest, language: str) -> str:
    """Return the hotel and the nights in a sentence, or nothing without one."""
    if request.hotel is None or request.first_night is None or request.last_night is None:
        return ""
    first, last = (day_in_words(day, language) for day in (request.first_night, request.last_night))
    where = ", ".join(part for part in (request.hotel.name, request.hotel.address) if part)
    if request.first_night == request.last_night:
        return str(_("A room is held at %(hotel)s for the night of %(night)s.", hotel=where, night=first))
    return str(
        _(
            "A room is held at %(hotel)s from the night of %(first)s to that of %(last)s.",
            hotel=where,
            first=first,
            last=last,
        )
    )


def hosts_of(event: Event, language: str) -> list[str]:
    """Return the institutions that host the event."""
    return [each.name.text(language) for each in event.institutions if each.kind is InstitutionKind.ORGANISER]


def freeze(
    template: LetterTemplate,
    signature: Signature,
    values: Values,
    *,
    language: str,
    address: str,
    event: Event,
    promise: Sequence[str] = (),
) -> dict[str, Any]:
    """Return all that the document is made from but what is sensitive; `address` is where it can be checked."""
    return {
        "subject": rules.put_in_line(template.subject.text(language), values),
        "body": str(rules.put_in(template.body.text(language), values)),
        "head": signature.address,
        "hosts": hosts_of(event, language),
        "accent": event.accent.value,
        "event": values["event"],
        "number": values["number"],
        "place_and_date": f"{values['place']}, {values['date']}",
        "signed_by": signature.name,
        "function": signature.function.text(language),
        "picture": _data_uri(signature.picture) if signature.picture else "",
        "address": address,
        "promise": promise,
    }


def html_of(templates: Environment, snapshot: Mapping[str, Any], sensitive: Mapping[str, str], language: str) -> str:
    """Return the HTML of the PDF; the same for the same arguments."""
    with force_locale(language):
        return templates.get_template(LETTER).render(
            letter=snapshot,
            subject=rules.put_in_line(snapshot["subject"], sensitive),
            body=rules.fill_html(snapshot["body"], sensitive),
            qr=qr.data_uri(snapshot["address"]),
            language=language,
            direction=direction(language),
        )


def media_type_of(picture: bytes) -> str:
    """Return the media type of a picture that was made anew when it was uploaded."""
    return "image/png" if picture.startswith(b"\x89PNG") else "image/jpeg"


def _data_uri(picture: bytes) -> str:
    return f"data:{media_type_of(picture)};base64,{base64.b64encode(picture).decode()}"


def long_day(day: date, language: str) -> str:
    """Return a day as letters are dated, without its weekday."""
    return days_in_words(day, day, language)
