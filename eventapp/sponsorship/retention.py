"""What of requests the clock forgets: drafts that were never sent, and receipts that nobody can audit any more."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import or_, select

from eventapp.core.context import Context
from eventapp.events.models import Event
from eventapp.registrations.personal_data.retention import DRAFT_DAYS
from eventapp.registrations.personal_data.rules import ends_at
from eventapp.sponsorship.models import Fund, Line, SponsorshipRequest
from eventapp.sponsorship.spending.models import Receipt
from eventapp.sponsorship.states import RequestState

BATCH = 200


def forget_due(ctx: Context) -> int:
    """Forget up to a batch of what was never sent and of files of receipts; return how many. Amounts stay."""
    return _forget_unsent(ctx) + _forget_receipts(ctx)


def _forget_unsent(ctx: Context) -> int:
    unsent = ctx.session.scalars(
        select(SponsorshipRequest)
        .join(Event, Event.id == SponsorshipRequest.event_id)
        .where(
            Event.ends_on <= (ctx.now - timedelta(days=DRAFT_DAYS - 1)).date(),
            or_(SponsorshipRequest.state == RequestState.DRAFT, SponsorshipRequest.saved.is_not(None)),
        )
        .order_by(SponsorshipRequest.id)
        .limit(BATCH)
    ).all()
    number = 0
    for request in unsent:
        if ctx.now < ends_at(request.event.ends_on, request.event.timezone) + timedelta(days=DRAFT_DAYS):
            continue
        number += 1
        if request.state is RequestState.DRAFT:
            ctx.session.delete(request)
        else:
            request.saved, request.pages_done = None, []
    ctx.session.flush()
    return number


def _forget_receipts(ctx: Context) -> int:
    over = ctx.session.scalars(
        select(Fund).join(Event, Event.id == Fund.event_id).where(Event.ends_on < ctx.now.date())
    ).all()
    due = [
        fund.id
        for fund in over
        if ctx.now >= ends_at(fund.event.ends_on, fund.event.timezone) + timedelta(days=fund.audit_days)
    ]
    receipts = ctx.session.scalars(
        select(Receipt)
        .join(Line, Line.id == Receipt.line_id)
        .join(SponsorshipRequest, SponsorshipRequest.id == Line.request_id)
        .where(SponsorshipRequest.fund_id.in_(due), Receipt.data.is_not(None))
        .order_by(Receipt.id)
        .limit(BATCH)
    ).all()
    for receipt in receipts:
        receipt.data, receipt.filename, receipt.what = None, "", ""
    return len(receipts)
