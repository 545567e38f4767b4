"""The lives of a request, of its lines, of a review and of a letter, readable at a glance, and their vocabulary."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from eventapp.core.states import Machine


class RequestState(StrEnum):
    """Where a request stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    INFO_NEEDED = "info_needed"
    IN_REVIEW = "in_review"
    PROPOSED = "proposed"  # decided, and known to nobody outside yet
    OFFERED = "offered"
    ACCEPTED = "accepted"
    TRAVELLED = "travelled"
    SETTLED = "settled"
    WAITLISTED = "waitlisted"
    REJECTED = "rejected"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


class RequestAction(StrEnum):
    """What can happen to a request."""

    SUBMIT = "submit"
    ASK_INFO = "ask-info"
    ANSWER = "answer"
    START_REVIEW = "start-review"
    PROPOSE = "propose"
    TAKE_BACK = "take-back"
    OFFER = "offer"
    WAITLIST = "waitlist"
    REJECT = "reject"
    RECONSIDER = "reconsider"
    ACCEPT = "accept"
    DECLINE = "decline"
    EXPIRE = "expire"
    WITHDRAW = "withdraw"
    CANCEL = "cancel"
    CALL_OFF = "call-off"  # with the event, before anything was promised
    TRAVEL = "travel"
    NO_SHOW = "no-show"
    SETTLE = "settle"


_S, _A = RequestState, RequestAction

REQUEST_TRANSITIONS: Mapping[tuple[RequestState, RequestAction], RequestState] = {
    (_S.DRAFT, _A.SUBMIT): _S.SUBMITTED,
    (_S.DRAFT, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.SUBMITTED, _A.ASK_INFO): _S.INFO_NEEDED,
    (_S.SUBMITTED, _A.START_REVIEW): _S.IN_REVIEW,
    (_S.SUBMITTED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.SUBMITTED, _A.CALL_OFF): _S.CANCELLED,
    (_S.INFO_NEEDED, _A.ANSWER): _S.SUBMITTED,
    (_S.INFO_NEEDED, _A.START_REVIEW): _S.IN_REVIEW,  # when no answer comes
    (_S.INFO_NEEDED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.INFO_NEEDED, _A.CALL_OFF): _S.CANCELLED,
    (_S.IN_REVIEW, _A.PROPOSE): _S.PROPOSED,
    (_S.IN_REVIEW, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.IN_REVIEW, _A.CALL_OFF): _S.CANCELLED,
    (_S.PROPOSED, _A.TAKE_BACK): _S.IN_REVIEW,
    (_S.PROPOSED, _A.OFFER): _S.OFFERED,
    (_S.PROPOSED, _A.WAITLIST): _S.WAITLISTED,
    (_S.PROPOSED, _A.REJECT): _S.REJECTED,
    (_S.PROPOSED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.PROPOSED, _A.CALL_OFF): _S.CANCELLED,
    (_S.WAITLISTED, _A.PROPOSE): _S.PROPOSED,
    (_S.WAITLISTED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.WAITLISTED, _A.CALL_OFF): _S.CANCELLED,
    (_S.REJECTED, _A.RECONSIDER): _S.IN_REVIEW,
    (_S.OFFERED, _A.ACCEPT): _S.ACCEPTED,
    (_S.OFFERED, _A.DECLINE): _S.DECLINED,
    (_S.OFFERED, _A.EXPIRE): _S.EXPIRED,
    (_S.OFFERED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.OFFERED, _A.CANCEL): _S.CANCELLED,
    (_S.DECLINED, _A.RECONSIDER): _S.IN_REVIEW,
    (_S.EXPIRED, _A.RECONSIDER): _S.IN_REVIEW,
    (_S.WITHDRAWN, _A.RECONSIDER): _S.IN_REVIEW,  # of who takes part in person after all
    (_S.ACCEPTED, _A.TRAVEL): _S.TRAVELLED,
    (_S.ACCEPTED, _A.NO_SHOW): _S.NO_SHOW,
    (_S.ACCEPTED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.ACCEPTED, _A.CANCEL): _S.CANCELLED,
    (_S.TRAVELLED, _A.SETTLE): _S.SETTLED,
}

REQUESTS = Machine(REQUEST_TRANSITIONS)

# What of its lines is not paid is committed; in any other state only what is booked (`BOOKED`) and owed for it.
HOLDS_MONEY = frozenset({_S.OFFERED, _S.ACCEPTED, _S.TRAVELLED})
HOLDS_PLACE = frozenset({_S.OFFERED, _S.ACCEPTED, _S.TRAVELLED, _S.SETTLED, _S.NO_SHOW})  # and its room-nights
ENDED = frozenset({_S.REJECTED, _S.DECLINED, _S.EXPIRED, _S.WITHDRAWN, _S.CANCELLED, _S.NO_SHOW, _S.SETTLED})


class Outcome(StrEnum):
    """What is proposed for a request; hidden until decisions are released."""

    OFFER = "offer"
    WAITLIST = "waitlist"
    REJECT = "reject"


class Need(StrEnum):
    """How much somebody needs the support, in their own judgement."""

    NEEDED = "needed"  # cannot come without
    PARTLY = "partly"  # can pay a part
    WELCOME = "welcome"  # could come without, with difficulty


class LineKind(StrEnum):
    """What a line of a request pays for."""

    TRAVEL = "travel"
    ACCOMMODATION = "accommodation"
    VISA_FEE = "visa_fee"
    LOCAL_TRANSPORT = "local_transport"


class LineMode(StrEnum):
    """How a line is paid."""

    PREPAID = "prepaid"  # we book and pay
    REIMBURSED = "reimbursed"  # the person pays first
    IN_KIND = "in_kind"  # given by a host; no money moves


class LineState(StrEnum):
    """Where a line stands."""

    REQUESTED = "requested"
    APPROVED = "approved"
    BOOKED = "booked"
    CLAIMED = "claimed"
    AUTHORISED = "authorised"
    PAID = "paid"
    REFUSED = "refused"
    RELEASED = "released"


class LineAction(StrEnum):
    """What can happen to a line."""

    APPROVE = "approve"
    REFUSE = "refuse"
    BOOK = "book"
    CLAIM = "claim"
    RETURN = "return"  # to the person or the booker, to be put right
    AUTHORISE = "authorise"
    PAY = "pay"
    RELEASE = "release"
    REOPEN = "reopen"


_L, _LA = LineState, LineAction

LINE_TRANSITIONS: Mapping[tuple[LineState, LineAction], LineState] = {
    (_L.REQUESTED, _LA.APPROVE): _L.APPROVED,
    (_L.REQUESTED, _LA.REFUSE): _L.REFUSED,
    (_L.REQUESTED, _LA.RELEASE): _L.RELEASED,
    (_L.APPROVED, _LA.BOOK): _L.BOOKED,
    (_L.APPROVED, _LA.CLAIM): _L.CLAIMED,
    (_L.APPROVED, _LA.RELEASE): _L.RELEASED,
    (_L.BOOKED, _LA.AUTHORISE): _L.AUTHORISED,
    (_L.BOOKED, _LA.RETURN): _L.APPROVED,
    (_L.BOOKED, _LA.RELEASE): _L.RELEASED,
    (_L.CLAIMED, _LA.AUTHORISE): _L.AUTHORISED,
    (_L.CLAIMED, _LA.RETURN): _L.APPROVED,
    (_L.CLAIMED, _LA.RELEASE): _L.RELEASED,
    (_L.AUTHORISED, _LA.PAY): _L.PAID,
    (_L.AUTHORISED, _LA.RETURN): _L.APPROVED,
    (_L.AUTHORISED, _LA.RELEASE): _L.RELEASED,
    (_L.REFUSED, _LA.REOPEN): _L.REQUESTED,
    (_L.RELEASED, _LA.REOPEN): _L.REQUESTED,
}

LINES = Machine(LINE_TRANSITIONS)

BOOKED = frozenset({_L.BOOKED, _L.AUTHORISED})  # while bookings of it stand they are owed, however the request ends


class EntryKind(StrEnum):
    """What a line of the books records."""

    BUDGET = "budget"
    COMMITMENT = "commitment"
    RELEASE = "release"
    PAYMENT = "payment"
    REFUND = "refund"


class ReviewState(StrEnum):
    """Where one reviewer's part in a request stands."""

    ASSIGNED = "assigned"
    SCORED = "scored"
    RECUSED = "recused"


class ReviewAction(StrEnum):
    """What a reviewer does with a request."""

    SCORE = "score"
    RECUSE = "recuse"


REVIEW_TRANSITIONS: Mapping[tuple[ReviewState, ReviewAction], ReviewState] = {
    (ReviewState.ASSIGNED, ReviewAction.SCORE): ReviewState.SCORED,
    (ReviewState.ASSIGNED, ReviewAction.RECUSE): ReviewState.RECUSED,
    (ReviewState.SCORED, ReviewAction.SCORE): ReviewState.SCORED,
    (ReviewState.SCORED, ReviewAction.RECUSE): ReviewState.RECUSED,
}

REVIEWS = Machine(REVIEW_TRANSITIONS)


class LetterKind(StrEnum):
    """What a letter is for."""

    SUPPORT = "support"
    VISA = "visa"


class LetterState(StrEnum):
    """Whether a letter still holds."""

    VALID = "valid"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"


class LetterAction(StrEnum):
    """What can happen to an issued letter."""

    SUPERSEDE = "supersede"
    REVOKE = "revoke"


LETTER_TRANSITIONS: Mapping[tuple[LetterState, LetterAction], LetterState] = {
    (LetterState.VALID, LetterAction.SUPERSEDE): LetterState.SUPERSEDED,
    (LetterState.VALID, LetterAction.REVOKE): LetterState.REVOKED,
}

LETTERS = Machine(LETTER_TRANSITIONS)


class SensitiveKind(StrEnum):
    """Data that only one officer sees."""

    PASSPORT = "passport"
    BANK = "bank"
