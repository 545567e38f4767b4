"""The audit of sponsorship in words. Things are named by their numbers: who is sponsored stands on no list."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

KIND: Mapping[str, LazyString] = {
    "sponsorship_fund": _l("Funds of sponsorship"),
    "sponsorship_hotel": _l("Hotels of sponsorship"),
    "sponsorship_workplace": _l("Where staff work"),
    "sponsorship_sensitive_record": _l("Passport and bank data"),
}

SENTENCES: Mapping[str, Mapping[str, LazyString]] = {
    "sponsorship_fund": {
        "add": _l("Fund “%(thing)s” added"),
        "edit": _l("Fund “%(thing)s” changed"),
        "move": _l("Fund “%(thing)s” moved in the list"),
        "close": _l("Fund “%(thing)s” closed to new requests"),
        "reopen": _l("Fund “%(thing)s” opened again"),
        "enter-budget": _l("Fund “%(thing)s”: budget entered in the books"),
    },
    "sponsorship_hotel": {
        "add": _l("Hotel “%(thing)s” added"),
        "edit": _l("Hotel “%(thing)s” changed"),
        "remove": _l("Hotel “%(thing)s” removed"),
        "set-rooms": _l("Hotel “%(thing)s”: number of rooms changed"),
    },
    "sponsorship_sensitive_record": {
        "ask": _l("Request %(thing)s: asked for passport or bank data"),
        "give": _l("Request %(thing)s: passport or bank data given and sealed"),
        "read": _l("Request %(thing)s: passport or bank data read"),
        "forget": _l("Request %(thing)s: passport or bank data deleted"),
        "seal-anew": _l("Request %(thing)s: passport or bank data sealed with a new key"),
    },
}
