"""What a proposal may say; what the person may know of where their request stands."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from flask_babel import gettext as _
from sqlalchemy import select

from eventapp.core.context import Context
from eventapp.core.errors import DomainError
from eventapp.core.formatting import day_in_words
from eventapp.core.money import MOST, fits, in_words
from eventapp.events.states import EventState
from eventapp.registrations.states import ENDED as REGISTRATION_ENDED
from eventapp.registrations.states import Mode
from eventapp.sponsorship.deciding.rules import LineProposal, Proposal
from eventapp.sponsorship.models import Fund, Hotel, HotelNight, Line, SponsorshipRequest
from eventapp.sponsorship.states import LineMode, LineState, Outcome, RequestState

LONGEST_STAY = 60  # nights
TOLD = frozenset({RequestState.OFFERED, RequestState.REJECTED})  # where the words of the decision are shown
REOPENED = frozenset({LineState.REQUESTED, LineState.REFUSED, LineState.RELEASED})


def waits_meanwhile(request: SponsorshipRequest) -> bool:
    """Tell whether the person knows to be on the waiting list while something is proposed for them."""
    return request.state is RequestState.PROPOSED and request.released_at is not None


def state_to_person(request: SponsorshipRequest) -> RequestState:
    """Return where the request stands as far as the person may know.

    A proposal is hidden until it is released; what is decided once more stands as it was told before, until then.
    """
    if request.told_state is not None:
        return RequestState(request.told_state)
    if request.state is not RequestState.PROPOSED:
        return request.state
    return RequestState.WAITLISTED if waits_meanwhile(request) else RequestState.IN_REVIEW


def words_to_person(request: SponsorshipRequest) -> str:
    """Return what was written to the person with the decision that they know."""
    if request.told_state is not None:
        return request.told_words
    return request.decision_words if request.state in TOLD else ""


def why_final(request: SponsorshipRequest) -> str:
    """Return why a request that ended cannot be decided once more, or nothing when it can."""
    person = request.registration if request.registration_id is not None else None
    if person is None or person.state in REGISTRATION_ENDED or request.event.state is EventState.CANCELLED:
        return str(_("This person does not take part any more."))
    if person.mode is not Mode.IN_PERSON:
        return str(_("This person takes part remotely. Support is for people who take part in person."))
    if any(line.state not in REOPENED for line in request.lines):
        return str(_("Something is booked or paid for this request already, so it cannot be decided again."))
    return ""


def check_proposal(ctx: Context, fund: Fund, request: SponsorshipRequest, proposal: Proposal, *, few: bool) -> None:
    """Raise `DomainError`, with its field, for what the proposal may not say; amounts are fields `amount-<line>`."""
    if few and not proposal.reason.strip():
        raise DomainError(_("Fewer than two people have scored this. Say why it is decided now."), field="reason")
    if proposal.outcome is Outcome.WAITLIST and (request.state is RequestState.WAITLISTED or waits_meanwhile(request)):
        raise DomainError(_("This person is on the waiting list already."), field="outcome")
    if proposal.outcome is not Outcome.OFFER:
        return
    lines = {line.id: line for line in request.lines}
    if not proposal.lines.keys() <= lines.keys():
        raise DomainError(_("One of the lines is not part of this request. Open the page again."))
    for line_id, given in proposal.lines.items():
        _check_line(ctx, fund, lines[line_id], given)
    if not any(each.is_given for each in proposal.lines.values()):
        raise DomainError(_("An offer covers something. Give at least one amount."), field="outcome")
    check_stay(ctx, fund, proposal.hotel_id, proposal.first_night, proposal.last_night)


def most_for(fund: Fund, line: Line) -> Decimal | None:
    """Return how much may be proposed for the line: its cap, and no more than was asked for in the same currency."""
    asked = line.estimate if line.currency == fund.currency else None
    return min((each for each in (fund.cap(line.kind), asked) if each is not None), default=None)


def _check_line(ctx: Context, fund: Fund, line: Line, given: LineProposal) -> None:
    field = f"amount-{line.id}"
    if given.amount < 0 or given.amount > MOST or not fits(given.amount, fund.currency):
        raise DomainError(_("Write an amount in %(currency)s.", currency=fund.currency), field=field)
    if given.mode is LineMode.IN_KIND:
        if given.amount:
            raise DomainError(_("What a host gives costs the fund nothing. Leave the amount empty."), field=field)
        return
    cap = fund.cap(line.kind)
    if cap is not None and given.amount > cap:
        most = in_words(cap, fund.currency, ctx.language)
        raise DomainError(_("The fund pays at most %(cap)s for this.", cap=most), field=field)
    if line.currency == fund.currency and given.amount > line.estimate:
        asked = in_words(line.estimate, line.currency, ctx.language)
        raise DomainError(_("That is more than was asked for: %(asked)s.", asked=asked), field=field)


def check_stay(ctx: Context, fund: Fund, hotel_id: int | None, first: date | None, last: date | None) -> None:
    """Raise `DomainError`, with its field, for nights that the fund has no rooms for, however many are free."""
    if hotel_id is None:
        if first or last:
            raise DomainError(_("Choose the hotel of these nights."), field="hotel")
        return
    hotel = ctx.session.scalar(select(Hotel).where(Hotel.id == hotel_id, Hotel.fund_id == fund.id))
    if hotel is None:
        raise DomainError(_("Choose a hotel of this fund."), field="hotel")
    if first is None or last is None:
        raise DomainError(_("Give the first and the last night."), field="first_night")
    if last < first:
        raise DomainError(_("The last night is before the first."), field="last_night")
    if (last - first).days >= LONGEST_STAY:
        raise DomainError(_("That is a very long stay. Check the nights."), field="last_night")
    nights = set(ctx.session.scalars(select(HotelNight.night).where(HotelNight.hotel_id == hotel.id)))
    for day in range((last - first).days + 1):
        night = first.fromordinal(first.toordinal() + day)
        if night not in nights:
            raise DomainError(
                _(
                    "%(hotel)s has no rooms for the night of %(night)s.",
                    hotel=hotel.name,
                    night=day_in_words(night, ctx.language),
                ),
                field="first_night" if night == first else "last_night",
            )
