"""What several parts of the room read: funds, requests, hotels and the books."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from eventapp.core.context import Context
from eventapp.core.errors import NotFound
from eventapp.events.models import Event
from eventapp.registrations.models import Registration
from eventapp.registrations.states import State
from eventapp.sponsorship.models import Fund, Hotel, LedgerEntry, SponsorshipRequest


def get_fund(ctx: Context, event: Event, fund_id: int) -> Fund:
    """Return a fund of the event. Raises `NotFound`."""
    found = ctx.session.scalar(select(Fund).where(Fund.id == fund_id, Fund.event_id == event.id))
    if found is None:
        raise NotFound(_("There is no such fund in this event."))
    return found


def list_funds(ctx: Context, event: Event) -> Sequence[Fund]:
    """Return the funds of the event in their order, with their hotels and nights."""
    return ctx.session.scalars(
        select(Fund)
        .where(Fund.event_id == event.id)
        .options(selectinload(Fund.hotels).selectinload(Hotel.nights))
        .order_by(Fund.position, Fund.id)
    ).all()


def opens_at(fund: Fund) -> datetime | None:
    """Return from when the fund takes requests; its own day, or the event's."""
    return fund.opens_at or fund.event.sponsorship_opens_at


def closes_at(fund: Fund) -> datetime | None:
    """Return until when the fund takes requests; its own day, or the event's."""
    return fund.closes_at or fund.event.sponsorship_closes_at


def takes_requests(fund: Fund, now: datetime) -> bool:
    """Tell whether somebody may ask the fund now; without an opening day nobody may yet."""
    opens, closes = opens_at(fund), closes_at(fund)
    return fund.closed_at is None and opens is not None and opens <= now and (closes is None or now < closes)


def place_is_open(request: SponsorshipRequest) -> bool:
    """Tell whether the person's place at the event is not confirmed, so that nobody books travel for it yet."""
    return request.registration_id is not None and request.registration.state is not State.APPROVED


def find_request(ctx: Context, registration: Registration) -> SponsorshipRequest | None:
    """Return the participant's request."""
    return ctx.session.scalar(
        select(SponsorshipRequest)
        .where(SponsorshipRequest.registration_id == registration.id)
        .options(joinedload(SponsorshipRequest.fund), selectinload(SponsorshipRequest.lines))
    )


def list_entries(ctx: Context, fund: Fund) -> Sequence[LedgerEntry]:
    """Return the books of the fund, the first entry first."""
    return ctx.session.scalars(select(LedgerEntry).where(LedgerEntry.fund_id == fund.id).order_by(LedgerEntry.id)).all()
