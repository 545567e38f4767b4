"""The words people read for the states and fields of invitations and expressions of interest."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from eventapp.invitations.states import InterestState, InvitationState

STATE: Mapping[InvitationState, LazyString] = {
    InvitationState.DRAFT: _l("Draft"),
    InvitationState.SENT: _l("No answer yet"),
    InvitationState.ACCEPTED: _l("Accepted"),
    InvitationState.DECLINED: _l("Cannot come"),
    InvitationState.DELEGATED: _l("Proposed a colleague"),
    InvitationState.EXPIRED: _l("Not answered in time"),
    InvitationState.REVOKED: _l("Taken back"),
}

TONE: Mapping[InvitationState, str] = {
    InvitationState.DRAFT: "quiet",
    InvitationState.SENT: "wait",
    InvitationState.ACCEPTED: "good",
    InvitationState.DECLINED: "stop",
    InvitationState.DELEGATED: "stop",
    InvitationState.EXPIRED: "stop",
    InvitationState.REVOKED: "stop",
}

INTEREST_STATE: Mapping[InterestState, LazyString] = {
    InterestState.UNCONFIRMED: _l("Address not confirmed"),
    InterestState.OPEN: _l("Waits for an answer"),
    InterestState.INVITED: _l("Invited"),
    InterestState.DECLINED: _l("Declined"),
}

INTEREST_TONE: Mapping[InterestState, str] = {
    InterestState.UNCONFIRMED: "quiet",
    InterestState.OPEN: "wait",
    InterestState.INVITED: "good",
    InterestState.DECLINED: "stop",
}

FIELD: Mapping[str, LazyString] = {
    "email": _l("Address"),
    "name": _l("Name"),
    "organisation": _l("Organisation"),
    "position": _l("Position"),
    "country": _l("Country"),
    "category_id": _l("Category"),
    "language": _l("Language"),
    "reason": _l("Why this person"),
    "personal_message": _l("Personal message"),
    "answer_by_at": _l("Answer by"),
    "form_open_until_at": _l("Form open until"),
    "preapproved": _l("Confirmed without a decision"),
    "address_locked": _l("Address stays as it is"),
}
