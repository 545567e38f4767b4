"""Bookings and receipts as a part of the participant's own page, and money as a part of the request's at the desk."""

from __future__ import annotations

from collections.abc import Sequence

from eventapp.core.access import Permission
from eventapp.core.context import Context
from eventapp.sponsorship.models import Line, SponsorshipRequest
from eventapp.sponsorship.sections import Section
from eventapp.sponsorship.spending import claims, work
from eventapp.sponsorship.spending.queries import accounts_of
from eventapp.sponsorship.states import LineMode, LineState, RequestState
from eventapp.sponsorship.words import ENTRY, LINE, LINE_STATE, LINE_STATE_FOR_PERSON, MODE

_PROMISED = frozenset({RequestState.ACCEPTED, RequestState.TRAVELLED, RequestState.SETTLED, RequestState.NO_SHOW})
_NOT_GIVEN = frozenset({LineState.REQUESTED, LineState.REFUSED, LineState.RELEASED})


def claimable(request: SponsorshipRequest) -> Sequence[Line]:
    """Return the lines that are, or were, paid back to the person against receipts."""
    if request.state not in _PROMISED:
        return []
    return [line for line in request.lines if line.mode is LineMode.REIMBURSED and line.state not in _NOT_GIVEN]


def mine(ctx: Context, request: SponsorshipRequest) -> Section | None:
    """Return what is booked for the person, and where their receipts stand."""
    if request.state not in _PROMISED:
        return None
    accounts = accounts_of(ctx, request.lines)
    booked = [each for line in request.lines for each in accounts[line.id].live_bookings]
    to_claim = claimable(request)
    if not booked and not to_claim:
        return None
    return Section(
        "sponsorship/my/_claims.html",
        {
            "bookings": booked,
            "accounts": [accounts[line.id] for line in to_claim],
            "open_lines": [line.id for line in to_claim if claims.is_open(ctx, request, line)],
            "last_day": request.fund.claims_until,
            "line_words": LINE,
            "states": LINE_STATE_FOR_PERSON,
        },
    )


def at_the_desk(ctx: Context, request: SponsorshipRequest) -> Section | None:
    """Return all money of the request, once something was promised."""
    accounts = accounts_of(ctx, request.lines)
    if request.state not in _PROMISED and not any(each.owed or each.payments for each in accounts.values()):
        return None
    return Section(
        "sponsorship/spending/_section.html",
        {
            "found": request,
            "fund": request.fund,
            "accounts": [accounts[line.id] for line in request.lines],
            "step_of": work.step_of,
            "line_words": LINE,
            "line_states": LINE_STATE,
            "modes": MODE,
            "entry_words": ENTRY,
        },
        Permission.SPONSORSHIP_VIEW,
    )
