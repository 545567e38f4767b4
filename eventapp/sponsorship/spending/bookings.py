"""Commands over what we book and pay ahead, never above what is approved for the line."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext as _

from eventapp.core import audit
from eventapp.core.context import Context
from eventapp.core.errors import Conflict, DomainError
from eventapp.mail import service as mail
from eventapp.sponsorship import ledger
from eventapp.sponsorship.models import SponsorshipRequest
from eventapp.sponsorship.queries import place_is_open
from eventapp.sponsorship.spending import messages
from eventapp.sponsorship.spending.models import Booking
from eventapp.sponsorship.spending.queries import get_booking
from eventapp.sponsorship.spending.rules import Rate
from eventapp.sponsorship.spending.standing import (
    RUNNING,
    changed_meanwhile,
    converted_by,
    in_fund_words,
    lock_line,
    rate_for,
    require_running,
)
from eventapp.sponsorship.states import LINES, LineAction, LineMode, LineState


@dataclass(frozen=True)
class BookingValues:
    """What was booked, and what it costs in its own currency; `rate` is not needed for the fund's."""

    supplier: str
    amount: Decimal
    currency: str
    reference: str = ""
    details: str = ""
    rate: Rate | None = None


def book(ctx: Context, request: SponsorshipRequest, line_id: int, values: BookingValues, *, seen: int) -> bool:
    """Record a booking and tell the person; return False when it was recorded before, by the same form sent twice.

    `seen` is how many bookings of the line the form knew. Raises `DomainError` above what is approved, and `Conflict`.
    """
    _fund, account = lock_line(ctx, request, line_id)
    line = account.line
    if len(account.bookings) != seen:
        if account.bookings and _is_same(account.bookings[-1], values):
            return False
        raise changed_meanwhile()
    require_running(request)
    if place_is_open(request):
        raise Conflict(_("This person’s place at the event is not confirmed yet. Book as soon as it is."))
    if line.mode is not LineMode.PREPAID:
        raise Conflict(_("This line is not booked and paid by us. Change how it is paid first."))
    if line.state is not LineState.BOOKED:
        LINES.target(line.state, LineAction.BOOK)
    rate = rate_for(ctx, request, values.currency, values.rate)
    cost = converted_by(request, values.amount, rate)
    if account.booked + cost > account.approved:
        raise DomainError(
            _(
                "That is %(cost)s. Of the %(approved)s approved, %(left)s is not booked yet. Raise the line first.",
                cost=in_fund_words(ctx, line, cost),
                approved=in_fund_words(ctx, line, account.approved),
                left=in_fund_words(ctx, line, account.approved - account.booked),
            ),
            field="amount",
        )
    booking = Booking(
        event_id=request.event_id,
        line_id=line.id,
        line=line,
        supplier=values.supplier,
        reference=values.reference,
        details=values.details,
        amount=values.amount,
        currency=values.currency,
        rate=rate.value,
        rate_on=rate.on,
        rate_source=rate.source,
        converted=cost,
        booked_by_id=ctx.actor.id,
        booked_at=ctx.now,
    )
    ctx.session.add(booking)
    ctx.session.flush()
    if line.state is LineState.BOOKED:
        audit.record(ctx, line, "book-more")
    else:
        LINES.move(ctx, line, LineAction.BOOK)
    if request.registration_id is not None:
        mail.enqueue(ctx, messages.booked(ctx, request, booking))
    return True


def cancel(ctx: Context, request: SponsorshipRequest, line_id: int, booking_id: int) -> bool:
    """Take a booking out of what will be paid and tell the person; return False when that was done before.

    When the request has ended, what was kept for the booking is given back. Raises `Conflict` once its payment is
    authorised.
    """
    fund, account = lock_line(ctx, request, line_id)
    line, booking = account.line, get_booking(ctx, account.line, booking_id)
    ctx.session.refresh(booking)
    if booking.cancelled_at is not None:
        return False
    if line.state is not LineState.BOOKED:
        raise Conflict(_("This booking is authorised, paid or given back already, so it cannot be cancelled here."))
    booking.cancelled_at = ctx.now
    audit.record(ctx, line, "cancel-booking")
    over = request.state not in RUNNING
    if over:
        ledger.release(ctx, fund, line, account.committed - account.owed)
    if len(account.live_bookings) == 0:
        LINES.move(ctx, line, LineAction.RELEASE if over else LineAction.RETURN)
    if request.registration_id is not None:
        mail.enqueue(ctx, messages.booking_cancelled(ctx, request, booking))
    return True


def _is_same(booking: Booking, values: BookingValues) -> bool:
    return (booking.supplier, booking.reference, booking.details, booking.amount, booking.currency) == (
        values.supplier,
        values.reference,
        values.details,
        values.amount,
        values.currency,
    )
