"""The end of a trip: who travelled, who did not come, and the accounts closed with what is left given back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from eventapp.core.context import Context
from eventapp.core.errors import Conflict
from eventapp.core.wall_time import to_wall
from eventapp.events.models import Event
from eventapp.registrations.checkin.models import CheckIn
from eventapp.registrations.checkin.states import CheckInState
from eventapp.sponsorship import ledger
from eventapp.sponsorship.deciding.service import end
from eventapp.sponsorship.models import SponsorshipRequest
from eventapp.sponsorship.review import conflicts
from eventapp.sponsorship.states import REQUESTS, LineMode, LineState, RequestAction, RequestState

OPEN = frozenset({LineState.BOOKED, LineState.CLAIMED, LineState.AUTHORISED})  # somebody waits for a payment
_S = RequestState


def has_begun(ctx: Context, event: Event) -> bool:
    """Tell whether the first day of the event has come, at its place."""
    return to_wall(ctx.now, event.timezone).date() >= event.starts_on


def days_there(ctx: Context, requests: Sequence[SponsorshipRequest]) -> Mapping[int, int]:
    """Return on how many days each person was checked in, by request; those of nobody are left out."""
    by_registration = {each.registration_id: each.id for each in requests}
    days: dict[int, set[date]] = {}
    rows = ctx.session.execute(
        select(CheckIn.registration_id, CheckIn.day).where(
            CheckIn.registration_id.in_([each for each in by_registration if each is not None]),
            CheckIn.state == CheckInState.PRESENT,
        )
    )
    for registration_id, day in rows:
        days.setdefault(by_registration[registration_id], set()).add(day)
    return {request_id: len(found) for request_id, found in days.items()}


def mark_travelled(ctx: Context, event: Event, request_ids: Collection[int]) -> int:
    """Note that these people made the trip; return how many were not noted before. Others' numbers are left out."""
    if not has_begun(ctx, event):
        raise Conflict(_("The event has not begun yet."))
    accepted = conflicts.list_requests(ctx, event, {_S.ACCEPTED}, erased=True)
    wanted = [each for each in accepted if each.id in request_ids]
    noted = 0
    for request in sorted(wanted, key=lambda each: (each.fund_id, each.id)):
        ledger.locked(ctx, request)
        if request.state is _S.ACCEPTED:
            REQUESTS.move(ctx, request, RequestAction.TRAVEL)
            noted += 1
    return noted


def no_show(ctx: Context, request: SponsorshipRequest, reason: str) -> bool:
    """Note that the person did not come and give back what is not owed; return False when that was done before.

    What is booked stays promised until it is paid. Raises `Conflict` before the event has begun, and while receipts
    of the person are authorised and not paid.
    """
    ledger.locked(ctx, request)
    if request.state is _S.NO_SHOW:
        return False
    REQUESTS.target(request.state, RequestAction.NO_SHOW)
    if not has_begun(ctx, request.event):
        raise Conflict(_("The event has not begun yet."))
    if any(line.state is LineState.AUTHORISED and line.mode is LineMode.REIMBURSED for line in request.lines):
        raise Conflict(_("Receipts are authorised and not paid. Pay them, or have the authorisation taken back first."))
    end(ctx, request, RequestAction.NO_SHOW, reason)
    return True


def is_ready(ctx: Context, request: SponsorshipRequest) -> bool:
    """Tell whether nothing of the trip is open any more, or only what nobody can claim any more."""
    if request.state is not _S.TRAVELLED:
        return False
    last_day = request.fund.claims_until
    over = last_day is not None and to_wall(ctx.now, request.event.timezone).date() > last_day
    for line in request.lines:
        if line.state in OPEN:
            return False
        may_be_claimed = line.state is LineState.APPROVED and line.mode is LineMode.REIMBURSED
        if may_be_claimed and (not over or line.returned_at is not None):
            return False
    return True


def settle(ctx: Context, request: SponsorshipRequest) -> bool:
    """Close the accounts of the trip and give back what is left; return False when that was done before.

    Raises `Conflict` while a line waits for a payment.
    """
    ledger.locked(ctx, request)
    if request.state is _S.SETTLED:
        return False
    REQUESTS.target(request.state, RequestAction.SETTLE)
    if any(line.state in OPEN for line in request.lines):
        raise Conflict(_("Something is booked, handed in or authorised and not paid yet."))
    end(ctx, request, RequestAction.SETTLE)
    return True


def list_ready(ctx: Context, event: Event) -> Sequence[SponsorshipRequest]:
    """Return the trips that can be settled now, among those that the acting member of staff may see."""
    travelled = conflicts.list_requests(ctx, event, {_S.TRAVELLED}, erased=True)
    return [each for each in travelled if is_ready(ctx, each)]


def settle_ready(ctx: Context, event: Event) -> int:
    """Settle every trip that is ready; return how many."""
    ready = sorted(list_ready(ctx, event), key=lambda each: (each.fund_id, each.id))
    return sum(1 for each in ready if settle(ctx, each))
