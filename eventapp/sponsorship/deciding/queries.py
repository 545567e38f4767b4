"""What deciders look at: what scores come to, what each fund has left, and suggestions that wait for a human."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction

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
from eventapp.sponsorship.review.scoring import Standing, standing_of
from eventapp.sponsorship.states import ReviewState


def standings_in(ctx: Context, request_ids: Collection[int]) -> Mapping[int, Standing]:
    """Return what the scores of each request come to; one read."""
    by_request: dict[int, list[Review]] = defaultdict(list)
    scored = select(Review).where(Review.request_id.in_(request_ids), Review.state == ReviewState.SCORED)
    for review in ctx.session.scalars(scored):
        by_request[review.request_id].append(review)
    return {each: standing_of(by_request[each]) for each in request_ids}


def best_first(
    requests: Sequence[SponsorshipRequest], standings: Mapping[int, Standing | None]
) -> list[SponsorshipRequest]:
    """Return the requests by mean, the best first, then by the need that reviewers saw, then by when they were sent."""

    def rank(request: SponsorshipRequest) -> tuple[Fraction, Fraction, float, int]:
        standing = standings.get(request.id)
        mean, need = (standing.mean, standing.need) if standing is not None else (None, None)
        sent = request.submitted_at.timestamp() if request.submitted_at else 0.0
        return (-_known(mean), -_known(need), sent, request.id)

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


def _known(value: Fraction | None) -> Fraction:
    return Fraction(-1) if value is None else value
