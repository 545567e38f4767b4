"""Where members of staff work, in their own words; whatever they said before keeps counting."""

from __future__ import annotations

from sqlalchemy import select

from eventapp.accounts.models import Account
from eventapp.core import audit
from eventapp.core.context import Context
from eventapp.events.models import Event
from eventapp.sponsorship.review.conflicts import acting_account, find_workplace
from eventapp.sponsorship.review.models import Workplace
from eventapp.sponsorship.review.service import step_back_where_in_conflict


def state_workplace(ctx: Context, event: Event, organisation: str) -> Workplace:
    """Keep where the acting member of staff works; requests of that house are hidden from them from now on.

    Requests of a house they named before stay hidden. What they were given to review and may not see any more goes to
    somebody else.
    """
    # Somebody who sends the form twice finds the first already there.
    account = ctx.session.get_one(Account, acting_account(ctx), with_for_update={"key_share": True})
    latest = find_workplace(ctx, event)
    if latest is None or latest.organisation != organisation:
        found = _named_before(ctx, event, account, organisation)
        if found is None:
            found = Workplace(event_id=event.id, account_id=account.id, organisation=organisation, stated_at=ctx.now)
            ctx.session.add(found)
        found.stated_at = ctx.now
        audit.record(ctx, found, "add" if latest is None else "edit")
        ctx.session.flush()
        latest = found
    step_back_where_in_conflict(ctx, event, account)
    return latest


def _named_before(ctx: Context, event: Event, account: Account, organisation: str) -> Workplace | None:
    return ctx.session.scalar(
        select(Workplace).where(
            Workplace.event_id == event.id,
            Workplace.account_id == account.id,
            Workplace.organisation == organisation,
        )
    )
