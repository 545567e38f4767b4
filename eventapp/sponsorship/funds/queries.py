"""How the funds of an event stand: money, places, rooms and the last lines of the books, in few reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import exists, func, select

from eventapp.core.context import Context
from eventapp.core.errors import NotFound
from eventapp.events.models import Event
from eventapp.sponsorship.ledger import NOTHING, Balance, rooms_held
from eventapp.sponsorship.models import Fund, Hotel, LedgerEntry, Line, SponsorshipRequest
from eventapp.sponsorship.states import HOLDS_PLACE, EntryKind

_LAST_ENTRIES = 6
_DAYS_AROUND = 2  # people arrive before the event and leave after it


@dataclass(frozen=True)
class Night:
    """The rooms of one hotel in one night."""

    hotel_id: int
    night: date
    rooms: int
    held: int


@dataclass(frozen=True)
class Rooms:
    """The rooms of a fund: a row a night, in it a cell a hotel."""

    hotels: Sequence[Hotel]
    rows: Sequence[tuple[date, Sequence[Night]]]

    @property
    def filled(self) -> Sequence[tuple[date, Sequence[Night]]]:
        """Return the nights in which there is a room at all."""
        return [(night, cells) for night, cells in self.rows if any(cell.rooms or cell.held for cell in cells)]


def balances(ctx: Context, event: Event) -> Mapping[int, Balance]:
    """Return the balance of every fund of the event, in one read."""
    entered = (LedgerEntry.budget, LedgerEntry.committed, LedgerEntry.spent)
    budget, committed, spent = (func.sum(each, type_=each.type) for each in entered)
    rows = ctx.session.execute(
        select(LedgerEntry.fund_id, budget, committed, spent)
        .join(Fund, Fund.id == LedgerEntry.fund_id)
        .where(Fund.event_id == event.id)
        .group_by(LedgerEntry.fund_id)
    )
    return {each: Balance(*(amount or NOTHING for amount in amounts)) for each, *amounts in rows}


def places_taken(ctx: Context, event: Event) -> Mapping[int, int]:
    """Return how many people each fund sponsors or has an open offer to."""
    rows = ctx.session.execute(
        select(SponsorshipRequest.fund_id, func.count().label("number"))
        .where(SponsorshipRequest.event_id == event.id, SponsorshipRequest.state.in_(HOLDS_PLACE))
        .group_by(SponsorshipRequest.fund_id)
    )
    return Counter({row.fund_id: row.number for row in rows})


def currency_is_fixed(ctx: Context, fund: Fund) -> bool:
    """Tell whether amounts in the fund's currency were promised, proposed or entered after the first budget."""
    entries = ctx.session.scalar(select(func.count()).where(LedgerEntry.fund_id == fund.id)) or 0
    is_proposed = exists().where(
        Line.request_id == SponsorshipRequest.id,
        SponsorshipRequest.fund_id == fund.id,
        Line.proposed.is_not(None),
    )
    return entries > 1 or bool(ctx.session.scalar(select(is_proposed)))


def get_hotel(ctx: Context, fund: Fund, hotel_id: int) -> Hotel:
    """Return a hotel of the fund. Raises `NotFound`."""
    found = ctx.session.scalar(select(Hotel).where(Hotel.id == hotel_id, Hotel.fund_id == fund.id))
    if found is None:
        raise NotFound(_("This fund has no such hotel."))
    return found


def usual_nights(event: Event) -> list[date]:
    """Return the nights that people may need: from two days before the event to two days after it."""
    first, last = event.starts_on - timedelta(days=_DAYS_AROUND), event.ends_on + timedelta(days=_DAYS_AROUND)
    return [first + timedelta(days=count) for count in range((last - first).days + 1)]


def rooms_of(ctx: Context, event: Event, fund: Fund, more: Iterable[date] = ()) -> Rooms:
    """Return the fund's rooms in the usual nights, in those that are kept, and in the ones added."""
    there = {(hotel.id, each.night): each.rooms for hotel in fund.hotels for each in hotel.nights}
    held = rooms_held(ctx, [hotel.id for hotel in fund.hotels])
    nights = sorted({*usual_nights(event), *(night for _hotel, night in [*there, *held]), *more})
    return Rooms(
        fund.hotels,
        [
            (
                night,
                [
                    Night(each.id, night, there.get((each.id, night), 0), held.get((each.id, night), 0))
                    for each in fund.hotels
                ],
            )
            for night in nights
        ],
    )


def last_entries(ctx: Context, fund: Fund, kinds: Collection[EntryKind] = tuple(EntryKind)) -> Sequence[LedgerEntry]:
    """Return the last lines of the books, the latest first."""
    return ctx.session.scalars(
        select(LedgerEntry)
        .where(LedgerEntry.fund_id == fund.id, LedgerEntry.kind.in_(kinds))
        .order_by(LedgerEntry.id.desc())
        .limit(_LAST_ENTRIES)
    ).all()
