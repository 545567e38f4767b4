"""Requests given to reviewers: all at once, one by hand, and to a substitute when somebody steps back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import delete, select

from eventapp.accounts.models import Account
from eventapp.core import audit
from eventapp.core.context import Context
from eventapp.core.errors import Conflict, NotFound
from eventapp.events.models import Event
from eventapp.sponsorship.models import SponsorshipRequest
from eventapp.sponsorship.review import conflicts, queries
from eventapp.sponsorship.review.assigning import plan, substitute
from eventapp.sponsorship.review.duties import Duty, done_in, other_duty
from eventapp.sponsorship.review.models import Review
from eventapp.sponsorship.review.scoring import REVIEWS_NEEDED
from eventapp.sponsorship.states import ENDED, RequestState, ReviewState


@dataclass(frozen=True)
class Given:
    """What assigning came to: how many were given, and how many requests are still short of reviewers."""

    assigned: int
    short: int


@dataclass(frozen=True)
class Pool:
    """Who may review what: reviewers who have said where they work, and the pairs that may not be."""

    reviewers: Mapping[int, Account]
    barred: Collection[tuple[int, int]]  # (request, reviewer)
    load: Mapping[int, int]

    def able(self, request_id: int) -> list[int]:
        """Return who may review the request, those who carry least first."""
        free = [each for each in self.reviewers if (request_id, each) not in self.barred]
        return sorted(free, key=lambda each: (self.load.get(each, 0), each))


def lock_review(ctx: Context, event_id: int) -> None:
    """Let nobody else assign reviewers in the event until the unit of work ends; never with a fund locked already."""
    ctx.session.flush()
    ctx.session.scalars(select(Event.id).where(Event.id == event_id).with_for_update(key_share=True)).one()


def pool_of(ctx: Context, event: Event) -> Pool:
    """Return who may review what in the event; a constant number of reads."""
    accounts = {each.id: each for each in queries.list_reviewers(ctx, event)}
    ready = queries.list_ready(ctx, event, accounts)
    reviewers = {account_id: account for account_id, account in accounts.items() if account_id in ready}
    barred = {
        (request_id, account_id)
        for account_id, hidden in conflicts.conflicts_among(ctx, event, reviewers).items()
        for request_id in hidden
    }
    for request_id, done in done_in(ctx, event).items():
        barred.update((request_id, each) for each in reviewers if other_duty(done, each, Duty.SCORE) is not None)
    reviews = ctx.session.execute(select(Review.request_id, Review.account_id).where(Review.event_id == event.id))
    barred.update((request_id, account_id) for request_id, account_id in reviews)  # nobody is asked twice
    return Pool(reviewers, barred, Counter(each.account_id for each in _standing(ctx, event)))


def assign_all(ctx: Context, event: Event) -> Given:
    """Give every request in review that the acting person may see its reviewers, evenly."""
    lock_review(ctx, event.id)
    requests = conflicts.list_requests(ctx, event, {RequestState.IN_REVIEW})
    pool = pool_of(ctx, event)
    wanted = {each.id: each for each in requests}
    existing = {(each.request_id, each.account_id) for each in _standing(ctx, event) if each.request_id in wanted}
    elsewhere = Counter(pool.load) - Counter(reviewer for _request, reviewer in existing)
    made = plan(list(wanted), list(pool.reviewers), pool.barred, existing, load=elsewhere)
    for request_id, account_id in made.assigned:
        _give(ctx, wanted[request_id], pool.reviewers[account_id])
    return Given(len(made.assigned), len(made.missing))


def assign(ctx: Context, request: SponsorshipRequest, account_id: int) -> Review:
    """Give a request to one reviewer by hand. Raises `Conflict` when they may not have it, or are the acting person."""
    lock_review(ctx, request.event_id)
    ctx.session.refresh(request)
    _refuse_unless_in_review(request)
    _refuse_own(ctx, account_id)
    pool = pool_of(ctx, request.event)
    account = pool.reviewers.get(account_id)
    if account is None:
        raise NotFound(_("There is no such reviewer in this event."))
    if account_id not in pool.able(request.id):
        raise Conflict(_("%(name)s cannot review this request. Choose somebody else.", name=account.name))
    return _give(ctx, request, account)


def take_back(ctx: Context, request: SponsorshipRequest, review_id: int) -> None:
    """Take a request from another reviewer who has not scored it yet, for somebody else to read it."""
    lock_review(ctx, request.event_id)
    review = ctx.session.scalar(
        select(Review).where(Review.id == review_id, Review.request_id == request.id).with_for_update()
    )
    if review is None:
        raise NotFound(_("There is no such reviewer in this event."))
    _refuse_own(ctx, review.account_id)
    if review.state is not ReviewState.ASSIGNED:
        raise Conflict(_("The reviewer has scored the request or stepped back meanwhile, so nothing was changed."))
    audit.record(ctx, review, "unassign")
    ctx.session.execute(delete(Review).where(Review.id == review.id))


def give_to_substitute(ctx: Context, request: SponsorshipRequest) -> Review | None:
    """Give the request to whoever carries least, if reviewers are lacking; the review must be locked."""
    if request.state is not RequestState.IN_REVIEW:
        return None
    ctx.session.flush()
    event = request.event
    if sum(1 for each in _standing(ctx, event) if each.request_id == request.id) >= REVIEWS_NEEDED:
        return None
    pool = pool_of(ctx, event)
    chosen = substitute(pool.able(request.id), pool.load)
    return _give(ctx, request, pool.reviewers[chosen]) if chosen is not None else None


def why_short(ctx: Context, event: Event, parts: Sequence[queries.Part]) -> Sequence[str]:
    """Return in sentences why requests cannot get enough reviewers now; nothing when assigning would do."""
    reviewers = queries.list_reviewers(ctx, event)
    if len(reviewers) < REVIEWS_NEEDED:
        return [_("Each request needs two reviewers. Give more people the role of reviewer.")]
    pool = pool_of(ctx, event)
    silent = [each.name for each in reviewers if each.id not in pool.reviewers]
    stuck = [each for each in parts if each.lacking > len(pool.able(each.request.id))]
    if not stuck:
        return []
    why = [
        _(
            "%(name)s: everybody else is in conflict, has stepped back, or has another part in the request.",
            name=each.request.registration.name,
        )
        for each in stuck
        if len(pool.reviewers) >= REVIEWS_NEEDED
    ]
    if silent:
        why.append(
            _("Not available yet, because they have not said where they work: %(names)s.", names=", ".join(silent))
        )
    return why


def _give(ctx: Context, request: SponsorshipRequest, account: Account) -> Review:
    review = Review(event_id=request.event_id, request_id=request.id, account_id=account.id, assigned_at=ctx.now)
    ctx.session.add(review)
    audit.record(ctx, review, "assign")
    return review


def _standing(ctx: Context, event: Event) -> Sequence[Review]:
    return ctx.session.scalars(
        select(Review)
        .join(Review.request)
        .where(
            Review.event_id == event.id,
            Review.state != ReviewState.RECUSED,
            SponsorshipRequest.state.not_in(ENDED),
        )
    ).all()


def _refuse_own(ctx: Context, account_id: int) -> None:
    if account_id == conflicts.acting_account(ctx):
        raise Conflict(_("Somebody else gives you requests to review, and takes them back."))


def _refuse_unless_in_review(request: SponsorshipRequest) -> None:
    if request.state is not RequestState.IN_REVIEW:
        raise Conflict(_("Reviewers read a request once its review has started."))
