"""A letter for an invented person, so that organisers see what they worded."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from flask_babel import force_locale
from flask_babel import gettext as _
from jinja2 import Environment

from eventapp.core.formatting import country_name, day_in_words, days_in_words
from eventapp.core.money import in_words
from eventapp.events.models import Event
from eventapp.sponsorship.letters import document
from eventapp.sponsorship.letters.models import LetterTemplate, Signature
from eventapp.sponsorship.states import LineKind
from eventapp.sponsorship.words import LINE

NUMBER = "X0-000-0000-0000"  # no letter has it


def html_of(
    templates: Environment,
    template: LetterTemplate,
    signature: Signature,
    event: Event,
    language: str,
    base_url: str,
) -> str:
    """Return the HTML of the sample."""
    with force_locale(language):
        values = {
            "name": "Amina Example",
            "organisation": str(_("City of Example")),
            "position": str(_("Head of planning")),
            "city": "Example",
            "country": country_name("SN", language),
            "event": event.title.text(language),
            "dates": days_in_words(event.starts_on, event.ends_on, language),
            "place": event.place.text(language),
            "venue": event.venue.text(language),
            "hosts": "; ".join(document.hosts_of(event, language)),
            "fund": str(_("Travel fund")),
            "covered": [
                document.prepaid(LINE[LineKind.TRAVEL], in_words(Decimal(600), "EUR", language)),
                document.in_kind(LINE[LineKind.ACCOMMODATION]),
            ],
            "hotel": "",
            "arrival": day_in_words(event.starts_on - timedelta(days=1), language),
            "departure": day_in_words(event.ends_on, language),
            "date": document.long_day(event.starts_on - timedelta(days=30), language),
            "number": NUMBER,
        }
        passport = document.sensitive_values(
            {
                "given_names": "Amina",
                "surname": "Example",
                "number": "XX0000000",
                "nationality": "SN",
                "born_on": "1980-02-03",
                "issued_on": "2020-01-01",
                "expires_on": "2030-01-01",
            },
            language,
        )
    address = f"{base_url}/verify/{NUMBER}"
    snapshot = document.freeze(template, signature, values, language=language, address=address, event=event)
    return document.html_of(templates, snapshot, passport, language)
