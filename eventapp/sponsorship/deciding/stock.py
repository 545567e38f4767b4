"""A fund's money, rooms and places as they stand, and requests as candidates for them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from eventapp.core.context import Context
from eventapp.registrations.balance import OTHER, Dimension, Group, Stage, gender_of
from eventapp.registrations.models import Registration
from eventapp.sponsorship import ledger
from eventapp.sponsorship.deciding.policy import most_for
from eventapp.sponsorship.deciding.what_if import Candidate, Stock
from eventapp.sponsorship.models import Fund, Hotel, HotelNight, Line, SponsorshipRequest
from eventapp.sponsorship.states import HOLDS_PLACE, LineMode, Outcome, RequestState

_GENDERS = frozenset({"women", "men", "non-binary"})


def stock_of(ctx: Context, fund: Fund, *, with_holders: bool = True) -> Stock:
    """Return what the fund has left; exact under its lock."""
    rows = ctx.session.execute(
        select(HotelNight.hotel_id, HotelNight.night, HotelNight.rooms)
        .join(Hotel, Hotel.id == HotelNight.hotel_id)
        .where(Hotel.fund_id == fund.id)
    ).all()
    held = ledger.rooms_held(ctx, {row.hotel_id for row in rows})
    rooms = {(hotel, night): rooms - held.get((hotel, night), 0) for hotel, night, rooms in rows}
    places = None if fund.places is None else fund.places - ledger.places_taken(ctx, fund.id)
    holders: list[Group] = []
    if with_holders:
        people = ctx.session.scalars(
            select(Registration)
            .join(SponsorshipRequest, SponsorshipRequest.registration_id == Registration.id)
            .where(SponsorshipRequest.fund_id == fund.id, SponsorshipRequest.state.in_(HOLDS_PLACE))
        ).all()
        holders = [group_of(each) for each in people]
    return Stock(ledger.balance_of(ctx, fund.id).available, rooms, places, holders)


def candidate(fund: Fund, request: SponsorshipRequest) -> Candidate:
    """Return what an offer would cost: as it is proposed, or else as much as may be given of what was asked."""
    proposed = request.state is RequestState.PROPOSED and request.outcome is Outcome.OFFER
    if proposed:
        amounts: list[Decimal | None] = [
            _cost(line, line.proposed) for line in request.lines if line.proposed is not None
        ]
    else:
        amounts = [most_for(fund, line) for line in request.lines]
    return Candidate(
        request.id,
        sum((each for each in amounts if each is not None), Decimal(0)),
        [(request.hotel_id, night) for night in ledger.nights_of(request) if request.hotel_id is not None],
        any(each is None for each in amounts),
        group_of(request.registration) if request.registration_id is not None else None,
    )


def group_of(person: Registration) -> Group:
    """Return the person as one of those who are counted; their gender in one of few words, never in their own."""
    gender = gender_of(person.gender)
    answers = {
        Dimension.COUNTRY: person.country,
        Dimension.SECTOR: person.sector.value,
        Dimension.GENDER: gender if gender in _GENDERS or not gender else OTHER,
        Dimension.LANGUAGE: person.language,
        Dimension.FIRST_TIME: "yes" if person.first_time else "no",
    }
    return Group(1, frozenset({Stage.APPROVED}), answers)


def read_all(ctx: Context, fund: Fund, states: Collection[RequestState]) -> Sequence[SponsorshipRequest]:
    """Return the fund's requests in these states as they now stand, the earliest first; exact under the lock."""
    return ctx.session.scalars(
        select(SponsorshipRequest)
        .where(SponsorshipRequest.fund_id == fund.id, SponsorshipRequest.state.in_(states))
        .options(
            joinedload(SponsorshipRequest.registration),
            joinedload(SponsorshipRequest.hotel),
            selectinload(SponsorshipRequest.lines),
        )
        .order_by(SponsorshipRequest.submitted_at, SponsorshipRequest.id)
        .execution_options(populate_existing=True)
    ).all()


def _cost(line: Line, amount: Decimal | None) -> Decimal | None:
    return Decimal(0) if line.mode is LineMode.IN_KIND else amount
