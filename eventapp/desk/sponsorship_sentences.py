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
    "sponsorship_letter_template": _l("Words of letters"),
    "sponsorship_signature": _l("Who signs letters"),
    "sponsorship_letter": _l("Letters"),
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
    "sponsorship_letter_template": {
        "add": _l("Words of a letter (%(thing)s): written"),
        "edit": _l("Words of a letter (%(thing)s): changed"),
    },
    "sponsorship_signature": {
        "add": _l("Letters are signed by %(thing)s"),
        "edit": _l("Who signs letters (%(thing)s): changed"),
    },
    "sponsorship_letter": {
        "issue": _l("Letter %(thing)s: issued"),
        "supersede": _l("Letter %(thing)s: superseded by a newer one"),
        "revoke": _l("Letter %(thing)s: taken back"),
        "read": _l("Letter %(thing)s: opened, with the passport data in it"),
        "forget": _l("Letter %(thing)s: passport data deleted"),
    },
    "sponsorship_sensitive_record": {
        "ask": _l("Request %(thing)s: asked for passport or bank data"),
        "give": _l("Request %(thing)s: passport or bank data given and sealed"),
        "read": _l("Request %(thing)s: passport or bank data read"),
        "forget": _l("Request %(thing)s: passport or bank data deleted"),
        "seal-anew": _l("Request %(thing)s: passport or bank data sealed with a new key"),
    },
}
