"""The books of a fund under one lock: whatever promises, frees or moves money, rooms or places goes through here.

The lock protocol, in one place:

1. `lock_fund` locks the fund's row. A command that needs an invitation or an event as well locks them before, in that
   order (`registrations.seats`); several funds are locked by ascending id.
2. `locked` reads the request and its lines again: what was read before may be old by now.
3. Money is added up from the entries, room-nights and places are counted from rows, never kept in a counter.
4. Entries are only added. What was promised and is no longer needed is given back by an entry of its own.

On SQLite the unit of work began with BEGIN IMMEDIATE and is alone already.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from flask_babel import gettext as _
from sqlalchemy import delete, func, select

from eventapp.core import audit
from eventapp.core.context import Context
from eventapp.core.errors import Conflict
from eventapp.core.formatting import day_in_words
from eventapp.core.money import in_words
from eventapp.sponsorship.models import Fund, Hotel, HotelNight, LedgerEntry, Line, RoomHeld, SponsorshipRequest
from eventapp.sponsorship.states import HOLDS_PLACE, EntryKind, LineMode

NOTHING = Decimal(0)


class NotEnoughMoney(Conflict):
    """The fund has not so much left; `available` says how much it has."""

    def __init__(self, fund: Fund, available: Decimal, language: str) -> None:
        super().__init__(
            _(
                "“%(fund)s” has %(available)s left, which is not enough.",
                fund=fund.name.text(language),
                available=in_words(available, fund.currency, language),
            )
        )
        self.available = available


class NoRoomLeft(Conflict):
    """All rooms of a hotel are held for a night."""

    def __init__(self, hotel: Hotel, night: date, language: str) -> None:
        super().__init__(
            _(
                "%(hotel)s has no room left for the night of %(night)s.",
                hotel=hotel.name,
                night=day_in_words(night, language),
            )
        )
        self.night = night


class NoPlaceInFund(Conflict):
    """As many people are sponsored as the fund has places."""

    def __init__(self, fund: Fund, language: str) -> None:
        super().__init__(_("All places of “%(fund)s” are given.", fund=fund.name.text(language)))


@dataclass(frozen=True)
class Balance:
    """What a fund may spend, has promised and has paid, in its currency."""

    budget: Decimal
    committed: Decimal
    spent: Decimal

    @property
    def available(self) -> Decimal:
        """Return what can still be promised."""
        return self.budget - self.committed - self.spent


def lock_fund(ctx: Context, fund_id: int) -> Fund:
    """Lock the fund until the unit of work ends and return it as it now stands."""
    ctx.session.flush()
    return ctx.session.scalars(
        select(Fund).where(Fund.id == fund_id).with_for_update(key_share=True).execution_options(populate_existing=True)
    ).one()


def locked(ctx: Context, request: SponsorshipRequest) -> Fund:
    """Lock the request's fund, read the request and its lines again, and return the fund."""
    fund = lock_fund(ctx, request.fund_id)
    ctx.session.refresh(request)
    for line in request.lines:
        ctx.session.refresh(line)
    return fund


def balance_of(ctx: Context, fund_id: int) -> Balance:
    """Return the fund's balance, added up from its entries; exact under the lock."""
    budget, committed, spent = ctx.session.execute(
        select(
            func.sum(LedgerEntry.budget, type_=LedgerEntry.budget.type),
            func.sum(LedgerEntry.committed, type_=LedgerEntry.committed.type),
            func.sum(LedgerEntry.spent, type_=LedgerEntry.spent.type),
        ).where(LedgerEntry.fund_id == fund_id)
    ).one()
    return Balance(budget or NOTHING, committed or NOTHING, spent or NOTHING)


def committed_by_line(ctx: Context, request: SponsorshipRequest) -> dict[int, Decimal]:
    """Return how much is promised and not paid yet, by line."""
    return _by_line(ctx, request, "committed")


def spent_by_line(ctx: Context, request: SponsorshipRequest) -> dict[int, Decimal]:
    """Return how much is paid, refunds taken off, by line."""
    return _by_line(ctx, request, "spent")


def change_budget(ctx: Context, fund: Fund, budget: Decimal, note: str = "") -> None:
    """Set the budget by an entry over the difference. Needs the lock.

    Raises `NotEnoughMoney` below what is promised and paid.
    """
    now = balance_of(ctx, fund.id)
    if budget == now.budget:
        return
    if budget < now.committed + now.spent:
        raise NotEnoughMoney(fund, now.available, ctx.language)
    fund.budget = budget
    _enter(ctx, fund, None, EntryKind.BUDGET, budget=budget - now.budget, note=note)


def promise(ctx: Context, fund: Fund, line: Line, amount: Decimal, note: str = "") -> None:
    """Promise the amount for the line; nothing for what a host gives. Needs the lock. Raises `NotEnoughMoney`."""
    if line.mode is LineMode.IN_KIND or amount == 0:
        return
    if amount < 0:
        raise ValueError("a promise is not negative; release what is not needed")
    available = balance_of(ctx, fund.id).available
    if amount > available:
        raise NotEnoughMoney(fund, available, ctx.language)
    _enter(ctx, fund, line, EntryKind.COMMITMENT, committed=amount, note=note)


def release(ctx: Context, fund: Fund, line: Line, amount: Decimal | None = None, note: str = "") -> Decimal:
    """Give back what is promised for the line and not paid, or that much of it; return how much. Needs the lock."""
    promised = committed_by_line(ctx, line.request).get(line.id, NOTHING)
    given_back = promised if amount is None else amount
    if given_back < 0 or given_back > promised:
        raise ValueError("no more is released than is promised")
    if given_back:
        _enter(ctx, fund, line, EntryKind.RELEASE, committed=-given_back, note=note)
    return given_back


def pay(ctx: Context, fund: Fund, line: Line, amount: Decimal, *, reference: str = "", note: str = "") -> None:
    """Record a payment out of what is promised for the line. Needs the lock. Raises `NotEnoughMoney` beyond that."""
    promised = committed_by_line(ctx, line.request).get(line.id, NOTHING)
    if amount <= 0:
        raise ValueError("a payment is above nothing")
    if amount > promised:
        raise NotEnoughMoney(fund, promised, ctx.language)
    _enter(ctx, fund, line, EntryKind.PAYMENT, committed=-amount, spent=amount, reference=reference, note=note)


def refund(ctx: Context, fund: Fund, line: Line, amount: Decimal, *, reference: str = "", note: str = "") -> None:
    """Record money that came back; it can be promised again. Needs the lock. Raises `Conflict` beyond what was paid."""
    paid = spent_by_line(ctx, line.request).get(line.id, NOTHING)
    if amount <= 0:
        raise ValueError("a refund is above nothing")
    if amount > paid:
        raise Conflict(
            _("No more can come back than was paid: %(paid)s.", paid=in_words(paid, fund.currency, ctx.language))
        )
    _enter(ctx, fund, line, EntryKind.REFUND, spent=-amount, reference=reference, note=note)


def nights_of(request: SponsorshipRequest) -> Iterator[date]:
    """Yield the nights of the stay that is proposed, each by the day on which it begins."""
    if request.hotel_id is None or request.first_night is None or request.last_night is None:
        return
    night = request.first_night
    while night <= request.last_night:
        yield night
        night += timedelta(days=1)


def rooms_held(ctx: Context, hotel_ids: Collection[int]) -> dict[tuple[int, date], int]:
    """Return how many rooms are held, by hotel and night; exact under the fund's lock."""
    rows = ctx.session.execute(
        select(RoomHeld.hotel_id, RoomHeld.night, func.count())
        .where(RoomHeld.hotel_id.in_(hotel_ids))
        .group_by(RoomHeld.hotel_id, RoomHeld.night)
    )
    return {(hotel_id, night): count for hotel_id, night, count in rows}


def hold_rooms(ctx: Context, request: SponsorshipRequest) -> None:
    """Hold a room for every night of the stay. Needs the lock. Raises `NoRoomLeft`."""
    nights = list(nights_of(request))
    if not nights or request.hotel is None:
        return
    there = {
        each.night: each.rooms
        for each in ctx.session.scalars(select(HotelNight).where(HotelNight.hotel_id == request.hotel_id))
    }
    held = rooms_held(ctx, [request.hotel.id])
    for night in nights:
        if held.get((request.hotel.id, night), 0) >= there.get(night, 0):
            raise NoRoomLeft(request.hotel, night, ctx.language)
    ctx.session.add_all(RoomHeld(request_id=request.id, hotel_id=request.hotel.id, night=night) for night in nights)
    ctx.session.flush()


def free_rooms(ctx: Context, request: SponsorshipRequest) -> None:
    """Give the request's rooms back. Needs the lock."""
    ctx.session.execute(delete(RoomHeld).where(RoomHeld.request_id == request.id))


def places_taken(ctx: Context, fund_id: int) -> int:
    """Return how many people the fund sponsors or has an open offer to; exact under the lock."""
    counted = select(func.count()).select_from(SponsorshipRequest)
    holding = (SponsorshipRequest.fund_id == fund_id, SponsorshipRequest.state.in_(HOLDS_PLACE))
    return ctx.session.scalar(counted.where(*holding)) or 0


def require_place(ctx: Context, fund: Fund) -> None:
    """Make sure that one more person can be sponsored. Needs the lock. Raises `NoPlaceInFund`."""
    if fund.places is not None and places_taken(ctx, fund.id) >= fund.places:
        raise NoPlaceInFund(fund, ctx.language)


def _by_line(ctx: Context, request: SponsorshipRequest, column: str) -> dict[int, Decimal]:
    amount = getattr(LedgerEntry, column)
    rows = ctx.session.execute(
        select(LedgerEntry.line_id, func.sum(amount, type_=amount.type))
        .where(LedgerEntry.request_id == request.id, LedgerEntry.line_id.is_not(None))
        .group_by(LedgerEntry.line_id)
    )
    return {line_id: total for line_id, total in rows if line_id is not None}


def _enter(
    ctx: Context,
    fund: Fund,
    line: Line | None,
    kind: EntryKind,
    *,
    budget: Decimal = NOTHING,
    committed: Decimal = NOTHING,
    spent: Decimal = NOTHING,
    note: str = "",
    reference: str = "",
) -> None:
    ctx.session.add(
        LedgerEntry(
            fund_id=fund.id,
            request_id=line.request_id if line is not None else None,
            line_id=line.id if line is not None else None,
            kind=kind,
            budget=budget,
            committed=committed,
            spent=spent,
            note=note[:300],
            reference=reference[:100],
            entered_at=ctx.now,
            actor_kind=ctx.actor.kind,
            actor_id=ctx.actor.id,
            actor_label=ctx.actor.label[:200],
        )
    )
    ctx.session.flush()
    audit.record(ctx, line or fund, f"enter-{kind.value}")  # how much stands in the books, which fewer people read
