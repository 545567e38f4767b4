"""The whole life of a registration, readable at a glance, and the words its answers are chosen from."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from eventapp.core.states import Machine


class State(StrEnum):
    """Where a registration stands."""

    SUBMITTED = "submitted"
    APPROVED = "approved"
    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    REVOKED = "revoked"


class Action(StrEnum):
    """What can happen to a registration."""

    APPROVE = "approve"
    WAITLIST = "waitlist"
    DECLINE = "decline"
    OFFER = "offer"
    ACCEPT = "accept"
    PASS = "pass"  # noqa: S105 - no secret: an offer passed on
    LAPSE = "lapse"
    WITHDRAW = "withdraw"
    REVOKE = "revoke"
    REINSTATE = "reinstate"


_S, _A = State, Action

TRANSITIONS: Mapping[tuple[State, Action], State] = {
    (_S.SUBMITTED, _A.APPROVE): _S.APPROVED,
    (_S.SUBMITTED, _A.WAITLIST): _S.WAITLISTED,
    (_S.SUBMITTED, _A.DECLINE): _S.DECLINED,
    (_S.SUBMITTED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.WAITLISTED, _A.OFFER): _S.OFFERED,
    (_S.WAITLISTED, _A.APPROVE): _S.APPROVED,
    (_S.WAITLISTED, _A.DECLINE): _S.DECLINED,
    (_S.WAITLISTED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.OFFERED, _A.ACCEPT): _S.APPROVED,
    (_S.OFFERED, _A.PASS): _S.WITHDRAWN,
    (_S.OFFERED, _A.LAPSE): _S.LAPSED,
    (_S.OFFERED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.APPROVED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.APPROVED, _A.REVOKE): _S.REVOKED,
    (_S.DECLINED, _A.REINSTATE): _S.SUBMITTED,
    (_S.WITHDRAWN, _A.REINSTATE): _S.SUBMITTED,
    (_S.LAPSED, _A.REINSTATE): _S.SUBMITTED,
    (_S.REVOKED, _A.REINSTATE): _S.SUBMITTED,
}

MACHINE = Machine(TRANSITIONS)

HOLDS_SEAT = frozenset({_S.APPROVED, _S.OFFERED})
ENDED = frozenset({_S.DECLINED, _S.WITHDRAWN, _S.LAPSED, _S.REVOKED})


class Mode(StrEnum):
    """How somebody takes part."""

    IN_PERSON = "in_person"
    REMOTE = "remote"


class Sector(StrEnum):
    """Where somebody works."""

    LOCAL_GOVERNMENT = "local_government"
    NATIONAL_GOVERNMENT = "national_government"
    CIVIL_SOCIETY = "civil_society"
    ACADEMIA = "academia"
    PRIVATE_SECTOR = "private_sector"
    INTERNATIONAL_ORGANISATION = "international_organisation"
