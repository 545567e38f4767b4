"""Commands of decisions: propose, release all at once, answer, end, look at again; all under the fund's lock."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select

from eventapp.core import audit
from eventapp.core.context import SYSTEM, ActorKind, Context
from eventapp.core.errors import Conflict, DomainError
from eventapp.events.models import Event
from eventapp.events.states import EventState
from eventapp.mail import service as mail
from eventapp.mail.drafts import Draft
from eventapp.sponsorship import ledger
from eventapp.sponsorship.deciding import hooks, messages, policy, queries, successors
from eventapp.sponsorship.deciding.plan import Released, release_plan
from eventapp.sponsorship.deciding.rules import Proposal, due_reminder, offer_deadline
from eventapp.sponsorship.models import Fund, SponsorshipRequest
from eventapp.sponsorship.review.duties import Duty, refuse_second_duty
from eventapp.sponsorship.review.scoring import REVIEWS_NEEDED
from eventapp.sponsorship.states import (
    BOOKED,
    HOLDS_PLACE,
    LINES,
    REQUESTS,
    LineAction,
    LineState,
    Outcome,
    RequestAction,
    RequestState,
)

log = logging.getLogger("eventapp.sponsorship")


class OfferOver(Conflict):
    """The time to answer an offer is over."""


class NothingReleased(Conflict):
    """Something does not fit, or changed since it was looked at; nothing was released."""

    def __init__(self, message: str, problems: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.problems = problems


_FREES = frozenset({RequestAction.DECLINE, RequestAction.EXPIRE, RequestAction.WITHDRAW, RequestAction.CANCEL})


def propose(ctx: Context, request: SponsorshipRequest, proposal: Proposal) -> None:
    """Propose what becomes of a request, or change what was proposed; the person learns it with the release.

    Raises `IllegalMove`, `SecondDuty` for whoever scored the request or paid for it, and `DomainError` with its field
    for what a proposal may not say.
    """
    fund = ledger.locked(ctx, request)
    refuse_second_duty(ctx, request, Duty.OFFER)
    if request.state is not RequestState.PROPOSED:
        REQUESTS.target(request.state, RequestAction.PROPOSE)
    few = queries.count_scored(ctx, request) < REVIEWS_NEEDED
    policy.check_proposal(ctx, fund, request, proposal, few=few)
    for line in request.lines:
        given = proposal.lines.get(line.id) if proposal.outcome is Outcome.OFFER else None
        line.proposed = given.amount if given is not None and given.is_given else None
        if given is not None and given.is_given:
            line.mode = given.mode
    with_stay = proposal.outcome is Outcome.OFFER
    request.hotel_id = proposal.hotel_id if with_stay else None
    request.first_night = proposal.first_night if with_stay else None
    request.last_night = proposal.last_night if with_stay else None
    request.outcome = proposal.outcome
    request.decision_words, request.proposal_note = proposal.words, proposal.note
    request.proposed_by_id = ctx.actor.id if ctx.actor.kind is ActorKind.STAFF else None
    request.proposed_at = request.updated_at = ctx.now
    details = {"reason": proposal.reason.strip()} if few else {}
    if request.state is RequestState.PROPOSED:
        audit.record(ctx, request, "edit-proposal", details)
    else:
        REQUESTS.move(ctx, request, RequestAction.PROPOSE, **details)
    successors.close_for(ctx, request)
    ctx.session.flush()


def take_back(ctx: Context, request: SponsorshipRequest) -> None:
    """Take a proposal back, which nobody outside has learned; whoever was on the waiting list is there again."""
    ledger.locked(ctx, request)
    refuse_second_duty(ctx, request, Duty.OFFER)
    waited = policy.waits_meanwhile(request)
    REQUESTS.move(ctx, request, RequestAction.WAITLIST if waited else RequestAction.TAKE_BACK)
    request.outcome = Outcome.WAITLIST if waited else None
    request.decision_words, request.updated_at = "", ctx.now
    request.proposed_by_id = request.proposed_at = None
    request.hotel_id = request.first_night = request.last_night = None
    for line in request.lines:
        line.proposed = None
    ctx.session.flush()


def release_all(ctx: Context, scope: Fund | Event, expected: str) -> Released:
    """Release every decision of the fund or event that is proposed, all at once, and tell each person.

    `expected` is the fingerprint of what the page said would happen (`plan.Plan`). What the actor must not see or
    has another part in is left to somebody else. Raises `NothingReleased` when something changed or does not fit.
    """
    funds = _locked_funds(ctx, scope)
    event = scope if isinstance(scope, Event) else scope.event
    ctx.session.refresh(event)
    plan = release_plan(ctx, event, funds)
    if event.state is EventState.CANCELLED:
        raise NothingReleased(_("This event was cancelled; nothing is released."))
    if plan.fingerprint != expected:
        raise NothingReleased(_("Something changed since you opened this page. Nothing was released; look again."))
    if plan.problems:
        raise NothingReleased(_("Not everything fits. Nothing was released."), plan.problems)
    by_id = {fund.id: fund for fund in funds}
    for request in plan.requests:
        _release(ctx, by_id[request.fund_id], request)
    return plan.result


def _release(ctx: Context, fund: Fund, request: SponsorshipRequest) -> None:
    request.released_by_id = ctx.actor.id if ctx.actor.kind is ActorKind.STAFF else None
    request.released_at = request.updated_at = ctx.now
    request.told_state, request.told_words = None, ""
    if request.outcome is Outcome.OFFER:
        _offer(ctx, fund, request)
    elif request.outcome is Outcome.WAITLIST:
        REQUESTS.move(ctx, request, RequestAction.WAITLIST)
        _tell(ctx, request, messages.waitlisted)
    else:
        REQUESTS.move(ctx, request, RequestAction.REJECT)
        request.ended_at = ctx.now
        for line in request.lines:
            LINES.move(ctx, line, LineAction.REFUSE)
        _tell(ctx, request, messages.rejected)


def _offer(ctx: Context, fund: Fund, request: SponsorshipRequest) -> None:
    ledger.require_place(ctx, fund)
    for line in request.lines:
        if line.proposed is None:
            LINES.move(ctx, line, LineAction.REFUSE)
            continue
        ledger.promise(ctx, fund, line, line.proposed)
        line.approved = line.proposed
        LINES.move(ctx, line, LineAction.APPROVE)
    ledger.hold_rooms(ctx, request)
    event = request.event
    request.offer_expires_at = offer_deadline(ctx.now, fund.offer_days, event.timezone, event.starts_on)
    request.offer_reminded_for = None
    REQUESTS.move(ctx, request, RequestAction.OFFER, until=request.offer_expires_at.isoformat())
    ctx.session.flush()
    _tell(ctx, request, messages.offered)


def accept(ctx: Context, request: SponsorshipRequest) -> None:
    """Accept the offer, at the person's wish; a second call changes nothing.

    Raises `OfferOver` from the deadline on, whether or not the clock's job has already been there.
    """
    ledger.locked(ctx, request)
    if request.state is RequestState.ACCEPTED:
        return
    REQUESTS.target(request.state, RequestAction.ACCEPT)
    if request.offer_expires_at is None or ctx.now >= request.offer_expires_at:
        raise OfferOver(_("The time to answer is over; the support is no longer kept for you."))
    REQUESTS.move(ctx, request, RequestAction.ACCEPT)
    request.accepted_at = request.updated_at = ctx.now
    request.offer_expires_at = None
    call_back(ctx, request)
    _tell(ctx, request, messages.accepted)


def decline(ctx: Context, request: SponsorshipRequest, reason: str = "") -> None:
    """Decline the offer, at the person's wish; a second call changes nothing."""
    ledger.locked(ctx, request)
    if request.state is RequestState.DECLINED:
        return
    end(ctx, request, RequestAction.DECLINE, reason)


def end(ctx: Context, request: SponsorshipRequest, action: RequestAction, reason: str = "") -> None:
    """End a request by declining, expiry, withdrawal, cancellation, absence or settling; give back what is not owed.

    What standing bookings of a line cost stays promised, and can be paid, until they are paid or cancelled. Its mails
    that have not left are called back; who calls tells the person. A successor is suggested when money or a
    place became free. Raises `IllegalMove`.
    """
    fund = ledger.locked(ctx, request)
    held_place = request.state in HOLDS_PLACE
    REQUESTS.move(ctx, request, action)
    promised, booked = ledger.committed_by_line(ctx, request), _booked(ctx, request)
    for line in request.lines:
        there = promised.get(line.id, ledger.NOTHING)
        owed = min(there, booked.get(line.id, ledger.NOTHING)) if line.state in BOOKED else ledger.NOTHING
        ledger.release(ctx, fund, line, there - owed)
        if not owed and LINES.allows(line.state, LineAction.RELEASE):
            LINES.move(ctx, line, LineAction.RELEASE)
    if request.state not in HOLDS_PLACE:
        ledger.free_rooms(ctx, request)
        request.hotel_id = request.first_night = request.last_night = None
    request.told_state, request.told_words = None, ""
    request.ended_at = request.updated_at = ctx.now
    request.end_reason = reason.strip()
    request.offer_expires_at = request.offer_reminded_for = None
    ctx.session.flush()
    call_back(ctx, request)
    successors.close_for(ctx, request)
    if held_place and action in _FREES and request.event.state is not EventState.CANCELLED:
        successors.suggest(ctx, fund, request)


def cancel(ctx: Context, request: SponsorshipRequest, reason: str) -> None:
    """Take an offer or a promise back, with a reason that the person is told. Raises `DomainError` without one."""
    if not reason.strip():
        raise DomainError(_("Say why; the person is told."), field="reason")
    end(ctx, request, RequestAction.CANCEL, reason)
    _tell(ctx, request, messages.cancelled)


def reconsider(ctx: Context, request: SponsorshipRequest) -> None:
    """Open a request that was rejected, declined or withdrawn, or has expired, for another decision.

    The person goes on reading what they were told, until that is released.
    """
    ledger.locked(ctx, request)
    refuse_second_duty(ctx, request, Duty.OFFER)
    REQUESTS.target(request.state, RequestAction.RECONSIDER)
    if why_not := policy.why_final(request):
        raise Conflict(why_not)
    request.told_state, request.told_words = request.state.value, policy.words_to_person(request)
    REQUESTS.move(ctx, request, RequestAction.RECONSIDER)
    for line in request.lines:
        if line.state in (LineState.REFUSED, LineState.RELEASED):
            LINES.move(ctx, line, LineAction.REOPEN)
            line.proposed = line.approved = None
    request.outcome = request.proposed_by_id = request.proposed_at = None
    request.released_by_id = request.released_at = request.ended_at = None
    request.hotel_id = request.first_night = request.last_night = None
    request.decision_words = request.end_reason = ""
    request.updated_at = ctx.now
    call_back(ctx, request)


def call_back(ctx: Context, request: SponsorshipRequest) -> None:
    """Stop mails about decisions that have not left: what they say no longer holds."""
    mail.cancel_pending(ctx, about=messages.about(request), kinds=messages.OF_DECISIONS)


def lapse_due(ctx: Context) -> int:
    """Let offers expire whose time is over, tell the people, and return how many."""
    number = 0
    overdue = (SponsorshipRequest.state == RequestState.OFFERED) & (SponsorshipRequest.offer_expires_at <= ctx.now)
    for request in _each_locked(ctx, overdue):
        with _alone(ctx, request):
            end(ctx, request, RequestAction.EXPIRE)
            _tell(ctx, request, messages.offer_expired)
            number += 1
    return number


def remind_due(ctx: Context) -> int:
    """Remind people six, three and one day before their offer ends, and return how many."""
    number = 0
    waiting = (SponsorshipRequest.state == RequestState.OFFERED) & (SponsorshipRequest.offer_expires_at > ctx.now)
    open_offers = ctx.session.scalars(select(SponsorshipRequest).where(waiting)).all()
    due = [each.id for each in open_offers if _reminder(each, ctx.now) is not None]
    for request in _each_locked(ctx, waiting & SponsorshipRequest.id.in_(due)):
        with _alone(ctx, request):
            request.offer_reminded_for = _reminder(request, ctx.now)
            audit.record(ctx, request, "remind-offer")
            _tell(ctx, request, messages.offer_reminder)
            number += 1
    return number


def end_with_event(ctx: Context, event: Event) -> None:
    """End every request of a cancelled event; tell those who had an offer or a promise what that means for them."""
    by_itself = replace(ctx, actor=SYSTEM)
    ways = (RequestAction.CANCEL, RequestAction.CALL_OFF)
    states = [each for each in RequestState if any(REQUESTS.allows(each, way) for way in ways)]
    for request in _each_locked(ctx, (SponsorshipRequest.event_id == event.id) & SponsorshipRequest.state.in_(states)):
        request.saved = None
        if REQUESTS.allows(request.state, RequestAction.CANCEL):
            end(by_itself, request, RequestAction.CANCEL)
            _tell(ctx, request, messages.cancelled_with_event)
        else:
            end(by_itself, request, RequestAction.CALL_OFF)
            mail.cancel_pending(ctx, about=messages.about(request))


def _locked_funds(ctx: Context, scope: Fund | Event) -> list[Fund]:
    if isinstance(scope, Fund):
        return [ledger.lock_fund(ctx, scope.id)]
    ids = ctx.session.scalars(select(Fund.id).where(Fund.event_id == scope.id).order_by(Fund.id)).all()
    return [ledger.lock_fund(ctx, each) for each in ids]


def _each_locked(ctx: Context, which: ColumnElement[bool]) -> Iterator[SponsorshipRequest]:
    """Yield the requests as they stand once their fund is locked, fund by fund."""
    fund_ids = ctx.session.scalars(select(SponsorshipRequest.fund_id).where(which).distinct()).all()
    for fund_id in sorted(fund_ids):
        ledger.lock_fund(ctx, fund_id)
        yield from ctx.session.scalars(
            select(SponsorshipRequest)
            .where(SponsorshipRequest.fund_id == fund_id, which)
            .order_by(SponsorshipRequest.offer_expires_at.nulls_last(), SponsorshipRequest.id)
            .execution_options(populate_existing=True)
        ).all()


@contextmanager
def _alone(ctx: Context, request: SponsorshipRequest) -> Iterator[None]:
    """Do something to one request of many; when that fails it is logged and undone, and the others go on."""
    number = request.id
    try:
        with ctx.session.begin_nested():
            yield
            ctx.session.flush()
    except Exception:
        log.exception("request for support %d could not be brought on", number)


def _booked(ctx: Context, request: SponsorshipRequest) -> Mapping[int, Decimal]:
    if not hooks.BOOKED_FOR:
        raise RuntimeError("nobody says what bookings cost: application.wiring fills BOOKED_FOR")
    return {line_id: cost for ask in hooks.BOOKED_FOR for line_id, cost in ask(ctx, request).items()}


def _reminder(request: SponsorshipRequest, now: datetime) -> int | None:
    if request.released_at is None or request.offer_expires_at is None:
        return None
    return due_reminder(request.released_at, request.offer_expires_at, now, request.offer_reminded_for)


def _tell(ctx: Context, request: SponsorshipRequest, message: Callable[[Context, SponsorshipRequest], Draft]) -> None:
    """Write to the person, unless they were erased."""
    if request.registration_id is not None:
        mail.enqueue(ctx, message(ctx, request))
