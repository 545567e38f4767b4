"""The words of sponsorship: names of states, lines and needs for staff, and plain sentences for the person."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from eventapp.sponsorship.states import (
    EntryKind,
    LetterKind,
    LetterState,
    LineKind,
    LineMode,
    LineState,
    Need,
    Outcome,
    RequestState,
    ReviewState,
    SensitiveKind,
)

STATE: Mapping[RequestState, LazyString] = {
    RequestState.DRAFT: _l("Being filled in"),
    RequestState.SUBMITTED: _l("Request sent"),
    RequestState.INFO_NEEDED: _l("Waiting for an answer"),
    RequestState.IN_REVIEW: _l("In review"),
    RequestState.PROPOSED: _l("Proposed"),
    RequestState.OFFERED: _l("Offered"),
    RequestState.ACCEPTED: _l("Accepted"),
    RequestState.TRAVELLED: _l("Travelled"),
    RequestState.SETTLED: _l("Settled"),
    RequestState.WAITLISTED: _l("On the waiting list"),
    RequestState.REJECTED: _l("Not supported"),
    RequestState.DECLINED: _l("Offer declined"),
    RequestState.EXPIRED: _l("Offer run out"),
    RequestState.WITHDRAWN: _l("Withdrawn"),
    RequestState.CANCELLED: _l("Cancelled"),
    RequestState.NO_SHOW: _l("Did not come"),
}

# What a person reads about their own request; a proposal is not known to them yet, so it reads as a review does.
STATE_FOR_PERSON: Mapping[RequestState, LazyString] = {
    RequestState.DRAFT: _l("You have not sent your request yet."),
    RequestState.SUBMITTED: _l("We have your request."),
    RequestState.INFO_NEEDED: _l("We have a question about your request."),
    RequestState.IN_REVIEW: _l("Your request is being read."),
    RequestState.PROPOSED: _l("Your request is being read."),
    RequestState.OFFERED: _l("We offer you support. Say by the deadline whether you take it."),
    RequestState.ACCEPTED: _l("You have accepted our support."),
    RequestState.TRAVELLED: _l("You have travelled. What is still open is being settled."),
    RequestState.SETTLED: _l("Everything is settled."),
    RequestState.WAITLISTED: _l("You are on the waiting list. We write to you if money becomes free."),
    RequestState.REJECTED: _l("We cannot support your trip this time."),
    RequestState.DECLINED: _l("You have declined our offer."),
    RequestState.EXPIRED: _l("Our offer has run out without an answer from you."),
    RequestState.WITHDRAWN: _l("Your request for support is withdrawn."),
    RequestState.CANCELLED: _l("Your request for support was cancelled."),
    RequestState.NO_SHOW: _l("You did not come to the event, so what was left of your support was given back."),
}

OUTCOME: Mapping[Outcome, LazyString] = {
    Outcome.OFFER: _l("Offer"),
    Outcome.WAITLIST: _l("Waiting list"),
    Outcome.REJECT: _l("No support"),
}

NEED: Mapping[Need, LazyString] = {
    Need.NEEDED: _l("Cannot come without"),
    Need.PARTLY: _l("Can pay a part"),
    Need.WELCOME: _l("Could come without, with difficulty"),
}

NEED_FOR_PERSON: Mapping[Need, LazyString] = {
    Need.NEEDED: _l("I cannot come without this support."),
    Need.PARTLY: _l("I or my organisation can pay a part."),
    Need.WELCOME: _l("I could come without it, with difficulty."),
}

LINE: Mapping[LineKind, LazyString] = {
    LineKind.TRAVEL: _l("Travel"),
    LineKind.ACCOMMODATION: _l("Accommodation"),
    LineKind.VISA_FEE: _l("Visa fee"),
    LineKind.LOCAL_TRANSPORT: _l("Local transport"),
}

LINE_FOR_PERSON: Mapping[LineKind, LazyString] = {
    LineKind.TRAVEL: _l("The trip there and back, by train, coach or plane"),
    LineKind.ACCOMMODATION: _l("Hotel nights"),
    LineKind.VISA_FEE: _l("The fee for a visa"),
    LineKind.LOCAL_TRANSPORT: _l("Getting around at the place, and to and from stations and airports"),
}

MODE: Mapping[LineMode, LazyString] = {
    LineMode.PREPAID: _l("Booked and paid by us"),
    LineMode.REIMBURSED: _l("Paid back against receipts"),
    LineMode.IN_KIND: _l("Given by a host"),
}

MODE_FOR_PERSON: Mapping[LineMode, LazyString] = {
    LineMode.PREPAID: _l("We book and pay it for you."),
    LineMode.REIMBURSED: _l("You pay first, and we pay you back against your receipts."),
    LineMode.IN_KIND: _l("A host gives it; nothing is paid."),
}

LINE_STATE: Mapping[LineState, LazyString] = {
    LineState.REQUESTED: _l("Asked for"),
    LineState.APPROVED: _l("Approved"),
    LineState.BOOKED: _l("Booked"),
    LineState.CLAIMED: _l("Receipts handed in"),
    LineState.AUTHORISED: _l("Authorised"),
    LineState.PAID: _l("Paid"),
    LineState.REFUSED: _l("Refused"),
    LineState.RELEASED: _l("Given back"),
}

LINE_STATE_FOR_PERSON: Mapping[LineState, LazyString] = {
    LineState.REQUESTED: _l("You have asked for this."),
    LineState.APPROVED: _l("This is covered."),
    LineState.BOOKED: _l("This is booked for you."),
    LineState.CLAIMED: _l("We have your receipts and are checking them."),
    LineState.AUTHORISED: _l("The payment is on its way."),
    LineState.PAID: _l("This is paid."),
    LineState.REFUSED: _l("This is not covered."),
    LineState.RELEASED: _l("This is not needed any more."),
}

ENTRY: Mapping[EntryKind, LazyString] = {
    EntryKind.BUDGET: _l("Budget"),
    EntryKind.COMMITMENT: _l("Promised"),
    EntryKind.RELEASE: _l("Given back"),
    EntryKind.PAYMENT: _l("Payment"),
    EntryKind.REFUND: _l("Refund"),
}

REVIEW_STATE: Mapping[ReviewState, LazyString] = {
    ReviewState.ASSIGNED: _l("To score"),
    ReviewState.SCORED: _l("Scored"),
    ReviewState.RECUSED: _l("Left to others"),
}

LETTER: Mapping[LetterKind, LazyString] = {
    LetterKind.SUPPORT: _l("Support letter"),
    LetterKind.VISA: _l("Visa invitation letter"),
}

LETTER_STATE: Mapping[LetterState, LazyString] = {
    LetterState.VALID: _l("Valid"),
    LetterState.SUPERSEDED: _l("Replaced by a newer letter"),
    LetterState.REVOKED: _l("Revoked"),
}

SENSITIVE: Mapping[SensitiveKind, LazyString] = {
    SensitiveKind.PASSPORT: _l("Passport"),
    SensitiveKind.BANK: _l("Bank account"),
}
