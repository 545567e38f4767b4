"""What reviewers and coordinators read: assignments, scores as far as one may see them, remarks and progress."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from eventapp.accounts.models import Account
from eventapp.core.access import Permission, Role
from eventapp.core.context import Context
from eventapp.core.errors import NotFound
from eventapp.core.text import fold
from eventapp.events.models import Event, Membership
from eventapp.sponsorship.models import SponsorshipRequest
from eventapp.sponsorship.review import conflicts
from eventapp.sponsorship.review.models import Remark, Review, Workplace
from eventapp.sponsorship.review.scoring import REVIEWS_NEEDED, Standing, standing_of
from eventapp.sponsorship.states import ENDED, RequestState, ReviewState


@dataclass(frozen=True)
class Part:
    """A request with the reviews that count for it, and what they come to as far as the reader may know."""

    request: SponsorshipRequest
    reviews: Sequence[Review]  # of those who did not step back
    stepped_back: Sequence[Review]
    standing: Standing | None  # None: the reader has not scored it, and may have to

    @property
    def done(self) -> int:
        """Return how many have scored."""
        return sum(1 for each in self.reviews if each.state is ReviewState.SCORED)

    @property
    def lacking(self) -> int:
        """Return how many reviewers are still to be found."""
        return max(REVIEWS_NEEDED - len(self.reviews), 0)

    @property
    def left(self) -> int:
        """Return how many of the reviewers have still to score."""
        return len(self.reviews) - self.done

    @property
    def asks_to_talk(self) -> bool:
        """Tell whether the scores are far apart."""
        return self.standing is not None and bool(self.standing.to_discuss)


def parts_of(ctx: Context, event: Event, requests: Sequence[SponsorshipRequest]) -> dict[int, Part]:
    """Return the review of each of the requests, which the reader may see; one read for all of them.

    Scores of others stay hidden, their sum too, from every reviewer of the event who has not scored the request: it may
    be given to them yet.
    """
    reader = conflicts.acting_account(ctx)
    is_reviewer = ctx.session.scalar(
        select(Membership.id).where(
            Membership.event_id == event.id, Membership.account_id == reader, Membership.role == Role.REVIEWER
        )
    )
    by_request: dict[int, list[Review]] = defaultdict(list)
    for review in ctx.session.scalars(
        select(Review).where(Review.event_id == event.id).options(joinedload(Review.account)).order_by(Review.id)
    ):
        by_request[review.request_id].append(review)
    return {each.id: _part(each, by_request[each.id], reader, is_reviewer=is_reviewer is not None) for each in requests}


def part_of(ctx: Context, request: SponsorshipRequest) -> Part:
    """Return the review of one request."""
    return parts_of(ctx, request.event, [request])[request.id]


def _part(request: SponsorshipRequest, reviews: Sequence[Review], reader: int, *, is_reviewer: bool) -> Part:
    standing = [each for each in reviews if each.state is not ReviewState.RECUSED]
    mine = next((each for each in standing if each.account_id == reader), None)
    kept_from = is_reviewer if mine is None else mine.state is ReviewState.ASSIGNED
    return Part(
        request=request,
        reviews=standing,
        stepped_back=[each for each in reviews if each.state is ReviewState.RECUSED],
        standing=None if kept_from else standing_of([each for each in standing if each.state is ReviewState.SCORED]),
    )


def list_mine(ctx: Context, event: Event) -> Sequence[Review]:
    """Return the acting reviewer's assignments with their requests, those to score first, then the earliest sent."""
    found = ctx.session.scalars(
        select(Review)
        .join(Review.request)
        .where(
            Review.event_id == event.id,
            Review.account_id == conflicts.acting_account(ctx),
            Review.state != ReviewState.RECUSED,
            SponsorshipRequest.state.not_in(ENDED),
            SponsorshipRequest.registration_id.is_not(None),
        )
        .options(joinedload(Review.request).joinedload(SponsorshipRequest.registration))
        .order_by(SponsorshipRequest.submitted_at, SponsorshipRequest.id)
    ).all()
    hidden = conflicts.hidden_from(ctx, event)
    return sorted((each for each in found if each.request_id not in hidden), key=lambda each: not is_to_score(each))


def is_to_score(review: Review) -> bool:
    """Tell whether the reviewer has still something to do for the request."""
    return review.state is ReviewState.ASSIGNED and review.request.state is RequestState.IN_REVIEW


def get_mine(ctx: Context, event: Event, request_id: int) -> Review:
    """Return the acting reviewer's part in a request they may see. Raises `NotFound` for every other."""
    request = conflicts.get_request(ctx, event, request_id)
    found = ctx.session.scalar(
        select(Review).where(
            Review.request_id == request.id,
            Review.account_id == conflicts.acting_account(ctx),
            Review.state != ReviewState.RECUSED,
        )
    )
    if found is None or request.state in ENDED:
        raise NotFound(_("There is no such request in this event."))
    return found


def list_reviewers(ctx: Context, event: Event) -> Sequence[Account]:
    """Return who reviews requests of the event, by name."""
    return ctx.session.scalars(
        select(Account)
        .join(Membership, Membership.account_id == Account.id)
        .where(Membership.event_id == event.id, Membership.role == Role.REVIEWER, Account.disabled_at.is_(None))
        .order_by(Account.name, Account.id)
    ).all()


def list_ready(ctx: Context, event: Event, account_ids: Collection[int]) -> Collection[int]:
    """Return those of the accounts that have said where they work; nobody else is given a request."""
    return set(
        ctx.session.scalars(
            select(Workplace.account_id).where(Workplace.event_id == event.id, Workplace.account_id.in_(account_ids))
        )
    )


def list_names(ctx: Context, event: Event) -> Sequence[SponsorshipRequest]:
    """Return the requests on whose names somebody looks to declare a conflict: all that are alive and not hidden."""
    return conflicts.list_requests(ctx, event, frozenset(RequestState) - ENDED)


def list_remarks(ctx: Context, request: SponsorshipRequest) -> Sequence[Remark]:
    """Return the discussion of the request, the first remark first."""
    return ctx.session.scalars(
        select(Remark).where(Remark.request_id == request.id).options(joinedload(Remark.account)).order_by(Remark.id)
    ).all()


def may_discuss(part: Part, reader: int, permissions: Collection[Permission]) -> bool:
    """Tell whether somebody may read and write remarks: who has scored, and who decides and sees the scores."""
    if part.standing is None:
        return False
    return Permission.SPONSORSHIP_DECIDE in permissions or any(each.account_id == reader for each in part.reviews)


@dataclass(frozen=True)
class Workload:
    """How far one reviewer has come."""

    account: Account
    assigned: int
    scored: int
    stepped_back: int
    has_said_where: bool

    @property
    def left(self) -> int:
        """Return how many requests wait for their score."""
        return self.assigned - self.scored


@dataclass(frozen=True)
class Progress:
    """How far the review has come."""

    parts: Sequence[Part]  # in review, and visible to the reader
    workloads: Sequence[Workload]
    to_start: int

    @property
    def lacking(self) -> Sequence[Part]:
        """Return the requests that need more reviewers."""
        return [each for each in self.parts if each.lacking]

    @property
    def to_discuss(self) -> Sequence[Part]:
        """Return the requests whose scores are far apart."""
        return [each for each in self.parts if each.asks_to_talk]

    @property
    def complete(self) -> int:
        """Return how many requests have all their scores."""
        return sum(1 for each in self.parts if not each.lacking and not each.left)


def progress_of(ctx: Context, event: Event) -> Progress:
    """Return how far the review of the event has come; a constant number of reads."""
    visible = conflicts.list_requests(ctx, event)
    parts = parts_of(ctx, event, [each for each in visible if each.state is RequestState.IN_REVIEW])
    return Progress(
        parts=list(parts.values()),
        workloads=list_workloads(ctx, event, {each.id for each in visible}),
        to_start=sum(1 for each in visible if each.state is RequestState.SUBMITTED),
    )


def list_workloads(ctx: Context, event: Event, among: Collection[int] | None = None) -> Sequence[Workload]:
    """Return what each reviewer has, and whoever stopped being one in the middle of it; of requests that are alive.

    Of `among` if given: who reads a request that is kept from the reader is nothing for them to work out.
    """
    reviewers = {each.id: each for each in list_reviewers(ctx, event)}
    states: dict[int, list[ReviewState]] = defaultdict(list)
    for review in ctx.session.scalars(
        select(Review)
        .join(Review.request)
        .where(Review.event_id == event.id, SponsorshipRequest.state.not_in(ENDED))
        .options(joinedload(Review.account))
    ):
        if among is not None and review.request_id not in among:
            continue
        reviewers.setdefault(review.account_id, review.account)
        states[review.account_id].append(review.state)
    ready = list_ready(ctx, event, reviewers)
    return [
        Workload(
            account=account,
            assigned=sum(1 for state in states[account_id] if state is not ReviewState.RECUSED),
            scored=states[account_id].count(ReviewState.SCORED),
            stepped_back=states[account_id].count(ReviewState.RECUSED),
            has_said_where=account_id in ready,
        )
        for account_id, account in sorted(reviewers.items(), key=lambda item: (fold(item[1].name), item[0]))
    ]
