"""The mails about bookings, claims and payments, in the language the person chose."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from eventapp.core.context import Context
from eventapp.core.formatting import day_in_words
from eventapp.core.languages import interface_language
from eventapp.core.money import in_words
from eventapp.mail.drafts import Draft
from eventapp.sponsorship import words
from eventapp.sponsorship.drafts import to_person
from eventapp.sponsorship.models import Line, SponsorshipRequest
from eventapp.sponsorship.spending.models import Booking, Receipt


def about(request: SponsorshipRequest) -> str:
    """Return the name under which unsent mails on the money of a request are called back."""
    return f"sponsorship-money:{request.id}"


def booked(ctx: Context, request: SponsorshipRequest, booking: Booking) -> Draft:
    """Tell the person what was booked for them."""
    return _draft(
        ctx, request, "booked", lambda title: _("Booked for you: %(event)s", event=title), booking.line, booking=booking
    )


def booking_cancelled(ctx: Context, request: SponsorshipRequest, booking: Booking) -> Draft:
    """Tell the person that a booking does not hold any more."""
    return _draft(
        ctx,
        request,
        "booking_cancelled",
        lambda title: _("A booking was cancelled: %(event)s", event=title),
        booking.line,
        booking=booking,
    )


def claim_returned(ctx: Context, request: SponsorshipRequest, line: Line) -> Draft:
    """Ask the person to put something right in what they handed in."""
    return _draft(
        ctx,
        request,
        "claim_returned",
        lambda title: _("Your receipts need another look: %(event)s", event=title),
        line,
        reason=line.returned_because,
    )


def paid(ctx: Context, request: SponsorshipRequest, line: Line, amount: Decimal, refused: Sequence[Receipt]) -> Draft:
    """Say what was paid to the person, and which receipts were left out and why."""
    return _draft(
        ctx,
        request,
        "paid",
        lambda title: _("We have paid you: %(event)s", event=title),
        line,
        amount=in_words(amount, request.fund.currency, _language(request)),
        refused=list(refused),
    )


def line_changed(ctx: Context, request: SponsorshipRequest, line: Line, reason: str) -> Draft:
    """Tell the person how a line of their support stands now, and why it changed."""
    language = _language(request)
    with force_locale(language):
        how = str(words.MODE_FOR_PERSON[line.mode])
        standing = str(words.LINE_STATE_FOR_PERSON[line.state])
    return _draft(
        ctx,
        request,
        "line_changed",
        lambda title: _("Your support has changed: %(event)s", event=title),
        line,
        reason=reason,
        amount=in_words(line.approved or Decimal(0), request.fund.currency, language),
        how=how,
        standing=standing,
    )


def stay_changed(ctx: Context, request: SponsorshipRequest, reason: str) -> Draft:
    """Tell the person for which nights a room is kept for them now, and why that changed."""
    language = _language(request)
    hotel, first, last = request.hotel, request.first_night, request.last_night
    with force_locale(language):
        if hotel is None or first is None or last is None:
            stay = _("No room is kept for you.")
        elif first == last:
            stay = _("%(hotel)s, the night of %(night)s", hotel=hotel.name, night=day_in_words(first, language))
        else:
            stay = _(
                "%(hotel)s, from the night of %(first)s to that of %(last)s",
                hotel=hotel.name,
                first=day_in_words(first, language),
                last=day_in_words(last, language),
            )
    return _draft(
        ctx,
        request,
        "stay_changed",
        lambda title: _("Your support has changed: %(event)s", event=title),
        None,
        stay=stay,
        reason=reason,
    )


def _draft(
    _ctx: Context,
    request: SponsorshipRequest,
    message: str,
    subject: Callable[[str], str],
    line: Line | None,
    **values: Any,
) -> Draft:
    def all_values(_language: str) -> dict[str, Any]:
        line_name = str(words.LINE[line.kind]) if line is not None else ""
        return {"registration": request.registration, "line": line, "line_name": line_name, **values}

    return to_person(request, message, subject, about=about(request), values=all_values)


def _language(request: SponsorshipRequest) -> str:
    return interface_language(request.registration.language)
