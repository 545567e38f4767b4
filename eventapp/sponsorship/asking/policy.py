"""Who may ask, change, answer and withdraw."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from eventapp.events.states import EventState
from eventapp.registrations.models import Registration
from eventapp.registrations.states import Mode, State
from eventapp.sponsorship.asking.answers import WantedLine
from eventapp.sponsorship.models import Fund, SponsorshipRequest
from eventapp.sponsorship.queries import takes_requests
from eventapp.sponsorship.states import REQUESTS, LineKind, RequestAction, RequestState

MAY_ASK = frozenset({State.SUBMITTED, State.WAITLISTED, State.OFFERED, State.APPROVED})
NOT_DECIDED = frozenset({RequestState.SUBMITTED, RequestState.INFO_NEEDED})
MAY_ASK_LESS = NOT_DECIDED | {RequestState.IN_REVIEW, RequestState.PROPOSED, RequestState.WAITLISTED}
COVERED = frozenset({RequestState.OFFERED, RequestState.ACCEPTED, RequestState.TRAVELLED, RequestState.SETTLED})


def may_ask(registration: Registration) -> bool:
    """Tell whether the participant may ask for support: approved or pending, and in person."""
    standing = registration.state in MAY_ASK and registration.mode is Mode.IN_PERSON
    return standing and registration.event.state is not EventState.CANCELLED


def may_change(request: SponsorshipRequest, now: datetime) -> bool:
    """Tell whether a request that was sent can still be changed as the person likes."""
    open_to_them = request.state in NOT_DECIDED and takes_requests(request.fund, now)
    return open_to_them and may_ask(request.registration)


def may_ask_less(request: SponsorshipRequest, now: datetime) -> bool:
    """Tell whether a request that was sent can only go down from now on.

    A request that is proposed for something counts as one in review, for the person does not know that; one that is
    decided once more has ended as far as they know.
    """
    runs = request.state in MAY_ASK_LESS and request.told_state is None
    return runs and not may_change(request, now) and may_ask(request.registration)


def may_withdraw(request: SponsorshipRequest) -> bool:
    """Tell whether the person can withdraw; what was never sent is simply deleted."""
    return ends_by_withdrawal(request) and request.told_state is None


def ends_by_withdrawal(request: SponsorshipRequest) -> bool:
    """Tell whether a request that was sent has not ended yet, whatever the person knows of that."""
    return request.state is not RequestState.DRAFT and REQUESTS.allows(request.state, RequestAction.WITHDRAW)


def may_answer_offer(request: SponsorshipRequest, now: datetime) -> bool:
    """Tell whether an offer waits for the person's answer."""
    until = request.offer_expires_at
    open_offer = request.state is RequestState.OFFERED and until is not None and now < until
    return open_offer and may_ask(request.registration)


def may_answer_question(request: SponsorshipRequest) -> bool:
    """Tell whether a question waits for the person's answer; a late answer is better than none."""
    return request.state is RequestState.INFO_NEEDED


def over_caps(fund: Fund, lines: Iterable[WantedLine]) -> list[tuple[LineKind, Decimal]]:
    """Return the kinds of lines that ask for more than the fund pays at most, each with that amount."""
    capped = ((line, fund.cap(line.kind)) for line in lines if line.currency == fund.currency)
    return [(line.kind, cap) for line, cap in capped if cap is not None and line.estimate > cap]
