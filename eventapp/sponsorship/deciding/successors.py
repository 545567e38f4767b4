"""Who could come next when somebody's support ended: one suggestion to a human, who proposes or sets it aside."""

from __future__ import annotations

from sqlalchemy import select

from eventapp.core import audit
from eventapp.core.context import Context
from eventapp.mail import service as mail
from eventapp.registrations.states import ENDED as REGISTRATION_ENDED
from eventapp.sponsorship.deciding import messages, queries
from eventapp.sponsorship.deciding.models import Successor
from eventapp.sponsorship.deciding.stock import candidate, read_all, stock_of
from eventapp.sponsorship.deciding.what_if import Stock, what_if
from eventapp.sponsorship.models import Fund, SponsorshipRequest
from eventapp.sponsorship.states import RequestState


def suggest(ctx: Context, fund: Fund, ended: SponsorshipRequest) -> Successor | None:
    """Suggest the best-scored person on the waiting list whom what is free now fits, and tell the coordinators.

    None when nobody waits. What was suggested after the same request before is forgotten. Needs the lock.
    """
    waiting = [each for each in read_all(ctx, fund, {RequestState.WAITLISTED}) if _takes_part(each)]
    if not waiting:
        return None
    ranked = queries.best_first(waiting, queries.standings_in(ctx, [each.id for each in waiting]))
    already = {each.suggested_id for each in queries.list_suggestions(ctx, fund)}
    stock = stock_of(ctx, fund, with_holders=False)
    fitting = (each for each in ranked if each.id not in already and _fits(stock, fund, each))
    chosen = next(fitting, None)
    found = ctx.session.scalar(select(Successor).where(Successor.ended_id == ended.id))
    if found is None:
        found = Successor(event_id=fund.event_id, fund_id=fund.id, ended_id=ended.id)
        ctx.session.add(found)
    found.suggested_id = chosen.id if chosen is not None else None
    found.made_at, found.closed_at = ctx.now, None
    audit.record(ctx, found, "suggest-successor")
    for account in queries.list_coordinators(ctx, fund.event):
        mail.enqueue(ctx, messages.successor_suggested(ctx, fund, account, anybody=chosen is not None))
    return found


def set_aside(ctx: Context, successor: Successor) -> None:
    """Close a suggestion that a human does not follow; a second call changes nothing."""
    if successor.closed_at is None:
        successor.closed_at = ctx.now
        audit.record(ctx, successor, "set-aside-successor")


def close_for(ctx: Context, request: SponsorshipRequest) -> None:
    """Close open suggestions of a person who was proposed, or asks no more. Needs the lock."""
    open_ones = ctx.session.scalars(
        select(Successor).where(Successor.suggested_id == request.id, Successor.closed_at.is_(None))
    )
    for successor in open_ones:
        successor.closed_at = ctx.now


def _takes_part(request: SponsorshipRequest) -> bool:
    return request.registration_id is not None and request.registration.state not in REGISTRATION_ENDED


def _fits(stock: Stock, fund: Fund, request: SponsorshipRequest) -> bool:
    """Tell whether the person's costs fit as far as they are known, and something is left for those that are not."""
    wanted = candidate(fund, request)
    after = what_if(stock, [wanted])
    return after.fits and (not wanted.unknown or after.money_left > 0)
