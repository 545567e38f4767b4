"""Who booked and who authorised payments, for the rule that four parts in a request are four people's."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from eventapp.core.context import Context
from eventapp.events.models import Event
from eventapp.sponsorship.models import Line
from eventapp.sponsorship.spending.models import Authorisation, Booking


def authorised_by(ctx: Context, event: Event, request_id: int | None) -> Collection[tuple[int, int]]:
    """Return request and account of each authorisation that stands, of one request or of all of the event."""
    wanted = (
        select(Line.request_id, Authorisation.authorised_by_id)
        .join(Line, Line.id == Authorisation.line_id)
        .where(Authorisation.event_id == event.id, Authorisation.taken_back_at.is_(None))
    )
    if request_id is not None:
        wanted = wanted.where(Line.request_id == request_id)
    rows = ctx.session.execute(wanted)
    return [(found, account) for found, account in rows if account is not None]


def booked_by(ctx: Context, event: Event, request_id: int | None) -> Collection[tuple[int, int]]:
    """Return request and account of each booking that stands, of one request or of all of the event."""
    wanted = (
        select(Line.request_id, Booking.booked_by_id)
        .join(Line, Line.id == Booking.line_id)
        .where(Booking.event_id == event.id, Booking.cancelled_at.is_(None))
    )
    if request_id is not None:
        wanted = wanted.where(Line.request_id == request_id)
    rows = ctx.session.execute(wanted)
    return [(found, account) for found, account in rows if account is not None]
