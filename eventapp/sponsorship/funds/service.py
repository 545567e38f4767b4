"""Commands of the coordinator: funds, their budgets and hotels, never below what is promised, paid or held.

The event's row is locked before a fund's, as everywhere; whatever could break a promise is checked under both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from eventapp.core import audit
from eventapp.core.context import Context
from eventapp.core.errors import Conflict, DomainError
from eventapp.core.formatting import day_in_words
from eventapp.core.money import in_words
from eventapp.core.translated import Translated
from eventapp.core.wall_time import to_wall
from eventapp.events.models import Event
from eventapp.events.service import lock, refuse_stale
from eventapp.sponsorship import ledger
from eventapp.sponsorship.funds import queries
from eventapp.sponsorship.models import Fund, Hotel, HotelNight
from eventapp.sponsorship.queries import list_funds

MOST_FUNDS = 20
MOST_HOTELS = 12
FURTHEST_NIGHT_DAYS = 60

Cell = tuple[int, date]  # hotel and night


def add_fund(ctx: Context, event: Event, values: Mapping[str, Any], budget: Decimal, note: str = "") -> Fund:
    """Add a fund with its first budget, after the others. Raises `DomainError` naming the field that cannot be."""
    lock(ctx, event)
    funds = list_funds(ctx, event)
    if len(funds) >= MOST_FUNDS:
        raise DomainError(_("There can be at most %(count)d of them.", count=MOST_FUNDS))
    position = max((each.position for each in funds), default=0) + 1
    fund = Fund(
        **{"text": Translated(), **values},
        event_id=event.id,
        position=position,
        budget=ledger.NOTHING,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    ctx.session.add(fund)
    ctx.session.flush()
    _check(event, fund)
    audit.record(ctx, fund, "add")
    ledger.change_budget(ctx, ledger.lock_fund(ctx, fund.id), budget, note)
    return fund


def edit_fund(
    ctx: Context, event: Event, fund: Fund, values: Mapping[str, Any], budget: Decimal, note: str = "", *, seen: int
) -> list[str]:
    """Change a fund and return the names of the fields that changed; its budget goes through the books.

    Raises `StaleEdit` when somebody else has changed the same fields since `seen`, `NotEnoughMoney` for a budget
    below what is promised and paid, and `DomainError` naming the field.
    """
    lock(ctx, event)
    fund = ledger.lock_fund(ctx, fund.id)
    refuse_stale(ctx, fund, {**values, "budget": budget}, seen)
    if values["currency"] != fund.currency and queries.currency_is_fixed(ctx, fund):
        raise DomainError(
            _("Amounts in %(currency)s are in the books, so the currency stays.", currency=fund.currency),
            field="currency",
        )
    _check_places(ctx, fund, values["places"])
    fields = audit.changed_fields(fund, values)
    _check(event, fund)
    if budget != fund.budget:
        _change_budget(ctx, fund, budget, note)
        fields = sorted([*fields, "budget"])
    if fields:
        fund.updated_at = ctx.now
        audit.record(ctx, fund, "edit", {"fields": fields})
    return fields


def move_fund(ctx: Context, event: Event, fund: Fund, places: int) -> None:
    """Move a fund up (negative) or down the list; it stops at the ends."""
    lock(ctx, event)
    order = list(list_funds(ctx, event))
    here = order.index(fund)
    there = min(max(here + places, 0), len(order) - 1)
    if here == there:
        return
    order.insert(there, order.pop(here))
    for position, each in enumerate(order, start=1):
        each.position = position
    audit.record(ctx, fund, "move")


def close_fund(ctx: Context, fund: Fund) -> None:
    """Take no more requests; what is promised stays promised."""
    fund = ledger.lock_fund(ctx, fund.id)
    if fund.closed_at is None:
        fund.closed_at = ctx.now
        audit.record(ctx, fund, "close")


def reopen_fund(ctx: Context, fund: Fund) -> None:
    """Take requests again, within the days that are set."""
    fund = ledger.lock_fund(ctx, fund.id)
    if fund.closed_at is not None:
        fund.closed_at = None
        audit.record(ctx, fund, "reopen")


def add_hotel(ctx: Context, fund: Fund, values: Mapping[str, Any]) -> Hotel:
    """Add a hotel after the others, without rooms yet. Raises `DomainError`."""
    fund = ledger.lock_fund(ctx, fund.id)
    if len(fund.hotels) >= MOST_HOTELS:
        raise DomainError(_("There can be at most %(count)d of them.", count=MOST_HOTELS))
    _refuse_same_name(fund, values["name"], None)
    hotel = Hotel(**values, position=max((each.position for each in fund.hotels), default=0) + 1)
    fund.hotels.append(hotel)
    ctx.session.flush()
    audit.record(ctx, hotel, "add")
    return hotel


def edit_hotel(ctx: Context, fund: Fund, hotel: Hotel, values: Mapping[str, Any], *, seen: int) -> list[str]:
    """Change a hotel's name and address and return what changed. Raises `StaleEdit` and `DomainError`."""
    fund = ledger.lock_fund(ctx, fund.id)
    ctx.session.refresh(hotel)
    refuse_stale(ctx, hotel, values, seen)
    _refuse_same_name(fund, values["name"], hotel)
    fields = audit.changed_fields(hotel, values)
    if fields:
        audit.record(ctx, hotel, "edit", {"fields": fields})
    return fields


def remove_hotel(ctx: Context, fund: Fund, hotel: Hotel) -> None:
    """Remove a hotel in which nobody stays or shall stay. Raises `Conflict` otherwise."""
    ledger.lock_fund(ctx, fund.id)
    audit.record(ctx, hotel, "remove")
    name = hotel.name
    try:
        with ctx.session.begin_nested():
            ctx.session.delete(hotel)
            ctx.session.flush()
    except IntegrityError:
        raise Conflict(
            _(
                "Rooms in “%(hotel)s” are held or proposed for somebody. Give these people other rooms first.",
                hotel=name,
            )
        ) from None
    ctx.session.expire(fund, ["hotels"])


@dataclass(frozen=True)
class OtherRooms:
    """A number of rooms that somebody else changed in the meantime."""

    hotel: Hotel
    night: date
    rooms: int


class StaleRooms(Conflict):
    """Somebody saved other numbers for the same nights; nothing was overwritten."""

    def __init__(self, others: Sequence[OtherRooms]) -> None:
        super().__init__(_("Somebody changed the same nights while you were writing. Nothing was overwritten."))
        self.others = others


class TooFewRooms(Conflict):
    """More rooms are held than there would be; `cells` says where."""

    def __init__(self, cells: Sequence[tuple[Hotel, date, int]], language: str) -> None:
        hotel, night, held = cells[0]
        super().__init__(
            ngettext(
                "%(hotel)s: %(num)d room is held for the night of %(night)s, so there cannot be fewer.",
                "%(hotel)s: %(num)d rooms are held for the night of %(night)s, so there cannot be fewer.",
                held,
                hotel=hotel.name,
                night=day_in_words(night, language),
            )
        )
        self.cells = {(each.id, its_night) for each, its_night, _held in cells}


def set_rooms(
    ctx: Context, event: Event, fund: Fund, wanted: Mapping[Cell, int], before: Mapping[Cell, int]
) -> Sequence[Cell]:
    """Set the rooms of hotels by night and return which changed; `before` is what the page showed.

    Only what was changed on the page is written, so two people can fill different nights at once. Raises
    `StaleRooms`, and `TooFewRooms` below what is held.
    """
    fund = ledger.lock_fund(ctx, fund.id)
    hotels = {each.id: each for each in fund.hotels}
    nights = ctx.session.scalars(
        select(HotelNight).where(HotelNight.hotel_id.in_(hotels)).execution_options(populate_existing=True)
    )
    there = {(each.hotel_id, each.night): each for each in nights}
    stored = {cell: night.rooms for cell, night in there.items()}
    meant = {
        cell: rooms
        for cell, rooms in wanted.items()
        if cell[0] in hotels and rooms != before.get(cell, 0) and rooms != stored.get(cell, 0)
    }
    stale = [cell for cell in meant if stored.get(cell, 0) != before.get(cell, 0)]
    if stale:
        raise StaleRooms([OtherRooms(hotels[cell[0]], cell[1], stored.get(cell, 0)) for cell in sorted(stale)])
    _check_nights(event, meant)
    held = ledger.rooms_held(ctx, list(hotels))
    too_few = [(hotels[cell[0]], cell[1], held[cell]) for cell in sorted(meant) if meant[cell] < held.get(cell, 0)]
    if too_few:
        raise TooFewRooms(too_few, ctx.language)
    for (hotel_id, day), rooms in meant.items():
        if (hotel_id, day) in there:
            there[hotel_id, day].rooms = rooms
        else:
            ctx.session.add(HotelNight(hotel_id=hotel_id, night=day, rooms=rooms))
    for hotel_id in sorted({cell[0] for cell in meant}):
        changed = sorted(day.isoformat() for its_hotel, day in meant if its_hotel == hotel_id)
        audit.record(ctx, hotels[hotel_id], "set-rooms", {"nights": changed})
    ctx.session.flush()
    for hotel in hotels.values():
        ctx.session.expire(hotel, ["nights"])
    return sorted(meant)


def _change_budget(ctx: Context, fund: Fund, budget: Decimal, note: str) -> None:
    try:
        ledger.change_budget(ctx, fund, budget, note)
    except ledger.NotEnoughMoney:
        balance = ledger.balance_of(ctx, fund.id)
        raise DomainError(
            _(
                "%(amount)s are promised or paid, so the budget cannot be less.",
                amount=in_words(balance.committed + balance.spent, fund.currency, ctx.language),
            ),
            field="budget",
        ) from None


def _check_places(ctx: Context, fund: Fund, places: int | None) -> None:
    if places is None or (fund.places is not None and places >= fund.places):
        return
    taken = ledger.places_taken(ctx, fund.id)
    if places < taken:
        raise DomainError(
            ngettext(
                "%(num)d person is sponsored or has an open offer, so there cannot be fewer places.",
                "%(num)d people are sponsored or have an open offer, so there cannot be fewer places.",
                taken,
            ),
            field="places",
        )


def _check(event: Event, fund: Fund) -> None:
    opens, closes = fund.opens_at or event.sponsorship_opens_at, fund.closes_at or event.sponsorship_closes_at
    if opens is not None and closes is not None and closes <= opens:
        raise DomainError(_("It has to close after it opens."), field="closes_at")
    if closes is not None and fund.decisions_by is not None and fund.decisions_by < _day(event, closes):
        raise DomainError(_("The answer cannot come before requests close."), field="decisions_by")
    if fund.claims_until is not None and fund.claims_until < event.ends_on:
        raise DomainError(_("Receipts come after the trip: choose a day after the event."), field="claims_until")


def _day(event: Event, instant: datetime) -> date:
    return to_wall(instant, event.timezone).date()


def _check_nights(event: Event, cells: Mapping[Cell, int]) -> None:
    for _hotel, night in cells:
        if abs((night - event.starts_on).days) > FURTHEST_NIGHT_DAYS:
            raise DomainError(_("Choose nights within %(count)d days of the event.", count=FURTHEST_NIGHT_DAYS))


def _refuse_same_name(fund: Fund, name: str, hotel: Hotel | None) -> None:
    if any(each is not hotel and each.name.casefold() == name.casefold() for each in fund.hotels):
        raise DomainError(_("This fund has a hotel of that name already."), field="name")
