"""The words of a fund's fields."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

FIELD: Mapping[str, LazyString] = {
    "name": _l("Name"),
    "text": _l("Text for applicants"),
    "currency": _l("Currency"),
    "budget": _l("Budget"),
    "places": _l("People at most"),
    "cap_travel": _l("Travel, at most"),
    "cap_accommodation": _l("Accommodation, at most"),
    "cap_visa_fee": _l("Visa fee, at most"),
    "cap_local_transport": _l("Local transport, at most"),
    "opens_at": _l("Requests from"),
    "closes_at": _l("Requests until"),
    "decisions_by": _l("Answer promised by"),
    "offer_days": _l("Days to accept an offer"),
    "claims_until": _l("Receipts until"),
    "address": _l("Address"),
}
