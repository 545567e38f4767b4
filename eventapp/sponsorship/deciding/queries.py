"""What deciders look at: marks of requests, what each fund has left, and suggestions that wait for a human."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext as _
from sqlalchemy import func, select

from eventapp.accounts.models import Account
from eventapp.core.access import Role
from eventapp.core.context import Context
from eventapp.core.errors import NotFound
from eventapp.events.models import Event, Membership
from eventapp.sponsorship.deciding.models import Successor
from eventapp.sponsorship.models import Fund, SponsorshipRequest
from eventapp.sponsorship.review.models import Review
from eventapp.sponsorship.states import ReviewState

WIDE = Decimal(2)  # a spread above it asks for a discussion


@dataclass(frozen=True)
class Marks:
    """What reviewers made of one request: the mean of their means, how far apart these are, and need apart."""

    scored: int
    assigned: int
    mean: Decimal | None
    spread: Decimal
    need: Decimal | None

    @property
    def is_wide(self) -> bool:
        """Tell whether the reviewers should talk."""
        return self.spread > WIDE


NO_MARKS = Marks(0, 0, None, Decimal(0), None)


def marks_of(reviews: Sequence[Review]) -> Marks:
    """Return the marks of one request; whoever recused themselves counts for nothing."""
    part = [each for each in reviews if each.state is not ReviewState.RECUSED]
    scored = [each for each in part if each.state is ReviewState.SCORED]
    means = [Decimal(each.relevance + each.application + each.equity) / 3 for each in scored]  # type: ignore[operator]
    needs = [each.need for each in scored if each.need is not None]
    return Marks(
        len(scored),
        len(part),
        sum(means, Decimal(0)) / len(means) if means else None,
        max(means) - min(means) if means else Decimal(0),
        Decimal(sum(needs)) / len(needs) if needs else None,
    )


def marks_in(ctx: Context, request_ids: Collection[int]) -> Mapping[int, Marks]:
    """Return the marks by request; one read."""
    by_request: dict[int, list[Review]] = defaultdict(list)
    for review in ctx.session.scalars(select(Review).where(Review.request_id.in_(request_ids))):
        by_request[review.request_id].append(review)
    return {each: marks_of(by_request[each]) for each in request_ids}


def best_first(requests: Sequence[SponsorshipRequest], marks: Mapping[int, Marks]) -> list[SponsorshipRequest]:
    """Return the requests by mean, the best first, then by the need that reviewers saw, then by the day they came."""

    def rank(request: SponsorshipRequest) -> tuple[Decimal, Decimal, float, int]:
        of = marks.get(request.id, NO_MARKS)
        mean = of.mean if of.mean is not None else Decimal(-1)
        need = of.need if of.need is not None else Decimal(-1)
        sent = request.submitted_at.timestamp() if request.submitted_at else 0.0
        return (-mean, -need, sent, request.id)

    return sorted(requests, key=rank)


def count_scored(ctx: Context, request: SponsorshipRequest) -> int:
    """Return how many people have scored the request."""
    counted = select(func.count()).select_from(Review)
    return ctx.session.scalar(counted.where(Review.request_id == request.id, Review.state == ReviewState.SCORED)) or 0


def list_coordinators(ctx: Context, event: Event) -> Sequence[Account]:
    """Return who coordinates sponsorship in the event; without anybody named for it, its owners."""
    for role in (Role.COORDINATOR, Role.OWNER):
        found = ctx.session.scalars(
            select(Account)
            .join(Membership, Membership.account_id == Account.id)
            .where(Membership.event_id == event.id, Membership.role == role, Account.disabled_at.is_(None))
            .order_by(Account.id)
        ).all()
        if found:
            return found
    return []


def list_suggestions(ctx: Context, fund: Fund) -> Sequence[Successor]:
    """Return the suggestions of the fund that nobody has closed, the oldest first."""
    return ctx.session.scalars(
        select(Successor)
        .where(Successor.fund_id == fund.id, Successor.closed_at.is_(None))
        .order_by(Successor.made_at, Successor.id)
    ).all()


def get_suggestion(ctx: Context, event: Event, successor_id: int) -> Successor:
    """Return an open suggestion of the event. Raises `NotFound`."""
    found = ctx.session.scalar(
        select(Successor).where(
            Successor.id == successor_id, Successor.event_id == event.id, Successor.closed_at.is_(None)
        )
    )
    if found is None:
        raise NotFound(_("There is no such suggestion in this event."))
    return found
