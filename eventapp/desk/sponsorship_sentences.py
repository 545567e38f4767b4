"""The audit of sponsorship in words. Things are named by their numbers: who is sponsored stands on no list."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

KIND: Mapping[str, LazyString] = {
    "sponsorship_fund": _l("Funds of sponsorship"),
    "sponsorship_hotel": _l("Hotels of sponsorship"),
    "sponsorship_request": _l("Requests for support"),
    "sponsorship_line": _l("Lines of requests for support"),
    "sponsorship_successor": _l("Who could come next"),
    "sponsorship_review": _l("Reviews of requests"),
    "sponsorship_conflict": _l("Conflicts of interest"),
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
        "export-accounts": _l("Books of fund “%(thing)s” taken (%(format)s): %(count)s entries"),
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
    "sponsorship_request": {
        "submit": _l("%(thing)s’s request for support: sent"),
        "edit": _l("%(thing)s’s request for support: changed"),
        "ask-less": _l("%(thing)s’s request for support: brought down"),
        "ask-info": _l("%(thing)s’s request for support: asked the person a question"),
        "answer": _l("%(thing)s’s request for support: question answered"),
        "start-review": _l("%(thing)s’s request for support: review started"),
        "discuss": _l("%(thing)s’s request for support: remark written"),
        "propose": _l("%(thing)s’s request for support: decision proposed"),
        "edit-proposal": _l("%(thing)s’s request for support: proposal changed"),
        "take-back": _l("%(thing)s’s request for support: proposal taken back"),
        "offer": _l("%(thing)s’s request for support: offered"),
        "waitlist": _l("%(thing)s’s request for support: on the waiting list"),
        "reject": _l("%(thing)s’s request for support: not supported"),
        "remind-offer": _l("%(thing)s’s request for support: reminded of the offer"),
        "reconsider": _l("%(thing)s’s request for support: taken up again"),
        "accept": _l("%(thing)s’s request for support: offer accepted"),
        "decline": _l("%(thing)s’s request for support: offer declined"),
        "expire": _l("%(thing)s’s request for support: offer run out"),
        "withdraw": _l("%(thing)s’s request for support: withdrawn"),
        "cancel": _l("%(thing)s’s request for support: cancelled"),
        "travel": _l("%(thing)s’s request for support: travelled"),
        "no-show": _l("%(thing)s’s request for support: did not come"),
        "settle": _l("%(thing)s’s request for support: settled"),
    },
    "sponsorship_line": {
        "approve": _l("Line “%(thing)s”: approved"),
        "refuse": _l("Line “%(thing)s”: refused"),
        "book": _l("Line “%(thing)s”: booked"),
        "claim": _l("Line “%(thing)s”: receipts handed in"),
        "return": _l("Line “%(thing)s”: given back to be put right"),
        "authorise": _l("Line “%(thing)s”: authorised"),
        "pay": _l("Line “%(thing)s”: paid"),
        "release": _l("Line “%(thing)s”: no longer needed"),
        "reopen": _l("Line “%(thing)s”: opened again"),
        "book-more": _l("Line “%(thing)s”: booked once more"),
        "cancel-booking": _l("Line “%(thing)s”: booking cancelled"),
        "add-receipt": _l("Line “%(thing)s”: receipt added"),
        "remove-receipt": _l("Line “%(thing)s”: receipt removed"),
        "check-receipt": _l("Line “%(thing)s”: receipt found in order"),
        "refuse-receipt": _l("Line “%(thing)s”: receipt refused"),
        "raise": _l("Line “%(thing)s”: more approved"),
        "lower": _l("Line “%(thing)s”: less approved"),
        "change-mode": _l("Line “%(thing)s”: paid another way"),
        "enter-commitment": _l("Line “%(thing)s”: promise entered in the books"),
        "enter-release": _l("Line “%(thing)s”: money given back in the books"),
        "enter-payment": _l("Line “%(thing)s”: payment entered in the books"),
        "enter-refund": _l("Line “%(thing)s”: refund entered in the books"),
    },
    "sponsorship_review": {
        "assign": _l("Review (%(thing)s): assigned"),
        "unassign": _l("Review (%(thing)s): taken back"),
        "score": _l("Review (%(thing)s): scored"),
        "recuse": _l("Review (%(thing)s): left to others"),
    },
    "sponsorship_conflict": {"declare": _l("Request %(thing)s: conflict of interest declared")},
}
