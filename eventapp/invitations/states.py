"""The lives of an invitation and of an expression of interest."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from eventapp.core.states import Machine


class InvitationState(StrEnum):
    """Where an invitation stands."""

    DRAFT = "draft"
    SENT = "sent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    DELEGATED = "delegated"
    EXPIRED = "expired"
    REVOKED = "revoked"


class InvitationAction(StrEnum):
    """What can happen to an invitation."""

    SEND = "send"
    ACCEPT = "accept"
    RECORD = "record"  # the acceptance came by another way: by letter, by telephone, at the door
    DECLINE = "decline"
    DELEGATE = "delegate"
    EXPIRE = "expire"
    REVOKE = "revoke"
    REOPEN = "reopen"


_S, _A = InvitationState, InvitationAction

TRANSITIONS: Mapping[tuple[InvitationState, InvitationAction], InvitationState] = {
    (_S.DRAFT, _A.SEND): _S.SENT,
    (_S.SENT, _A.SEND): _S.SENT,  # sent again, with the same link
    (_S.SENT, _A.ACCEPT): _S.ACCEPTED,
    (_S.DRAFT, _A.RECORD): _S.ACCEPTED,
    (_S.SENT, _A.RECORD): _S.ACCEPTED,
    (_S.SENT, _A.DECLINE): _S.DECLINED,
    (_S.SENT, _A.DELEGATE): _S.DELEGATED,  # declined with a colleague proposed instead
    (_S.SENT, _A.EXPIRE): _S.EXPIRED,
    (_S.DECLINED, _A.ACCEPT): _S.ACCEPTED,  # a change of mind while registration is open
    (_S.ACCEPTED, _A.DECLINE): _S.DECLINED,  # before the form was submitted
    (_S.ACCEPTED, _A.DELEGATE): _S.DELEGATED,
    (_S.DRAFT, _A.REVOKE): _S.REVOKED,
    (_S.SENT, _A.REVOKE): _S.REVOKED,
    (_S.ACCEPTED, _A.REVOKE): _S.REVOKED,
    (_S.DECLINED, _A.REOPEN): _S.DRAFT,
    (_S.EXPIRED, _A.REOPEN): _S.DRAFT,
    (_S.REVOKED, _A.REOPEN): _S.DRAFT,
}

MACHINE = Machine(TRANSITIONS)

ACTIVE = frozenset({_S.DRAFT, _S.SENT, _S.ACCEPTED})  # one of these per address and event


class InterestState(StrEnum):
    """Where an expression of interest stands."""

    UNCONFIRMED = "unconfirmed"
    OPEN = "open"
    INVITED = "invited"
    DECLINED = "declined"


class InterestAction(StrEnum):
    """What can happen to an expression of interest."""

    CONFIRM = "confirm"
    INVITE = "invite"
    DECLINE = "decline"


INTEREST_TRANSITIONS: Mapping[tuple[InterestState, InterestAction], InterestState] = {
    (InterestState.UNCONFIRMED, InterestAction.CONFIRM): InterestState.OPEN,
    (InterestState.OPEN, InterestAction.INVITE): InterestState.INVITED,
    (InterestState.OPEN, InterestAction.DECLINE): InterestState.DECLINED,
    (InterestState.DECLINED, InterestAction.INVITE): InterestState.INVITED,
}

INTEREST_MACHINE = Machine(INTEREST_TRANSITIONS)
