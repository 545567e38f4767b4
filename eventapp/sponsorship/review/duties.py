"""Scoring, offering, authorising and paying one request are four people's work: who has which part, and who is refused.

The parts are read from what was done, never kept apart: reviews that are scored; who proposed or released the offer,
promised money or booked; authorisations that stand; payments in the books.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from enum import StrEnum

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import and_, select

from eventapp.core.context import ActorKind, Context
from eventapp.core.errors import Conflict
from eventapp.events.models import Event
from eventapp.sponsorship.models import LedgerEntry, SponsorshipRequest
from eventapp.sponsorship.review.conflicts import acting_account
from eventapp.sponsorship.review.models import Review
from eventapp.sponsorship.states import EntryKind, ReviewState


class Duty(StrEnum):
    """One part in the handling of a request."""

    SCORE = "score"
    OFFER = "offer"
    AUTHORISE = "authorise"
    PAY = "pay"


Done = Mapping[int, Mapping[Duty, Collection[int]]]  # accounts by duty, by request

# Spending stands above review: it says here, for an event or one request, which accounts did what; see wiring.
WhoDid = Callable[[Context, Event, int | None], Collection[tuple[int, int]]]  # (request, account)
AUTHORISED_BY: list[WhoDid] = []
BOOKED_BY: list[WhoDid] = []
_IN_BOOKS = {EntryKind.COMMITMENT: Duty.OFFER, EntryKind.PAYMENT: Duty.PAY}

_REFUSED: Mapping[Duty, LazyString] = {
    Duty.SCORE: _l("You scored this request, so somebody else takes this step."),
    Duty.OFFER: _l("You decided, promised or booked something for this request, so somebody else takes this step."),
    Duty.AUTHORISE: _l("You authorised a payment of this request, so somebody else takes this step."),
    Duty.PAY: _l("You paid for this request, so somebody else takes this step."),
}


class SecondDuty(Conflict):
    """The person already has another part in the request; `held` says which."""

    def __init__(self, held: Duty) -> None:
        super().__init__(
            _("%(why)s Scoring, offering, authorising and paying are done by different people.", why=_REFUSED[held])
        )
        self.held = held


def other_duty(done: Mapping[Duty, Collection[int]], account_id: int, wanted: Duty) -> Duty | None:
    """Return the part that the account already has and that excludes the wanted one."""
    return next((duty for duty in Duty if duty is not wanted and account_id in done.get(duty, ())), None)


def refuse_second_duty(ctx: Context, request: SponsorshipRequest, duty: Duty) -> None:
    """Raise `SecondDuty` when the acting member of staff already has another part in the request.

    The system takes no part and is never refused: what it does by itself is nobody's judgement.
    """
    if ctx.actor.kind == ActorKind.SYSTEM:
        return
    ctx.session.flush()
    held = other_duty(duties_of(ctx, request), acting_account(ctx), duty)
    if held is not None:
        raise SecondDuty(held)


def duties_of(ctx: Context, request: SponsorshipRequest) -> Mapping[Duty, Collection[int]]:
    """Return the accounts that have each part in the request."""
    return _done(ctx, request.event, request.id).get(request.id, {})


def barred_from(ctx: Context, event: Event, duty: Duty) -> Mapping[int, Duty]:
    """Return the requests of the event in which the acting member of staff cannot take the part, each with why."""
    account_id = acting_account(ctx)
    held = {request_id: other_duty(done, account_id, duty) for request_id, done in _done(ctx, event, None).items()}
    return {request_id: other for request_id, other in held.items() if other is not None}


def done_in(ctx: Context, event: Event) -> Done:
    """Return who has which part in the requests of the event."""
    return _done(ctx, event, None)


def _done(ctx: Context, event: Event, request_id: int | None) -> Done:
    """Return who did what to one request or to all of the event, in five reads. Raises `RuntimeError` when unwired."""
    if not (AUTHORISED_BY and BOOKED_BY):
        raise RuntimeError("nobody says who booked and authorised: application.wiring fills BOOKED_BY, AUTHORISED_BY")

    of_these = SponsorshipRequest.event_id == event.id
    if request_id is not None:
        of_these = and_(of_these, SponsorshipRequest.id == request_id)
    done: dict[int, dict[Duty, set[int]]] = defaultdict(lambda: defaultdict(set))
    scored = (
        select(Review.request_id, Review.account_id)
        .join(SponsorshipRequest, SponsorshipRequest.id == Review.request_id)
        .where(of_these, Review.state == ReviewState.SCORED)
    )
    for found, account in ctx.session.execute(scored):
        done[found][Duty.SCORE].add(account)
    offered = select(SponsorshipRequest.id, SponsorshipRequest.proposed_by_id, SponsorshipRequest.released_by_id).where(
        of_these
    )
    for found, *accounts in ctx.session.execute(offered):
        done[found][Duty.OFFER].update(account for account in accounts if account is not None)
    entered = (
        select(LedgerEntry.request_id, LedgerEntry.kind, LedgerEntry.actor_id)
        .join(SponsorshipRequest, SponsorshipRequest.id == LedgerEntry.request_id)
        .where(of_these, LedgerEntry.kind.in_(_IN_BOOKS), LedgerEntry.actor_kind == ActorKind.STAFF)
        .distinct()
    )
    for entered_for, kind, actor in ctx.session.execute(entered):
        if entered_for is not None and actor is not None:
            done[entered_for][_IN_BOOKS[kind]].add(actor)
    for duty, asked in ((Duty.OFFER, BOOKED_BY), (Duty.AUTHORISE, AUTHORISED_BY)):
        for ask in asked:
            for found, account in ask(ctx, event, request_id):
                done[found][duty].add(account)
    return done
