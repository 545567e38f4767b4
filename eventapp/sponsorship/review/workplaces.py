"""Where members of staff work, in their own words, said once for each event and put right when it changes."""

from __future__ import annotations

from eventapp.accounts.models import Account
from eventapp.core import audit
from eventapp.core.context import Context
from eventapp.events.models import Event
from eventapp.sponsorship.review.conflicts import acting_account, find_workplace
from eventapp.sponsorship.review.models import Workplace
from eventapp.sponsorship.review.service import step_back_where_in_conflict


def state_workplace(ctx: Context, event: Event, organisation: str) -> Workplace:
    """Keep where the acting member of staff works; requests of that house are hidden from them from now on.

    What they were given to review and may not see any more goes to somebody else.
    """
    # Somebody who sends the form twice finds the first already there.
    account = ctx.session.get_one(Account, acting_account(ctx), with_for_update={"key_share": True})
    found = find_workplace(ctx, event)
    if found is None:
        found = Workplace(event_id=event.id, account_id=account.id, organisation=organisation, stated_at=ctx.now)
        ctx.session.add(found)
        audit.record(ctx, found, "add")
    elif changed := audit.changed_fields(found, {"organisation": organisation}):
        found.stated_at = ctx.now
        audit.record(ctx, found, "edit", {"fields": changed})
    ctx.session.flush()
    step_back_where_in_conflict(ctx, event, account)
    return found
