"""What was booked, handed in, authorised and paid, line by line; and where each line stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import undefer

from eventapp.core.context import Context
from eventapp.core.errors import NotFound
from eventapp.sponsorship.models import LedgerEntry, Line, SponsorshipRequest
from eventapp.sponsorship.spending.models import Authorisation, Booking, Receipt
from eventapp.sponsorship.spending.rules import NOTHING, most_to_authorise
from eventapp.sponsorship.states import BOOKED, EntryKind, LineMode, LineState


@dataclass(frozen=True)
class LineAccount:
    """One line with all that happened to its money, in the fund's currency."""

    line: Line
    bookings: Sequence[Booking] = ()  # those cancelled too
    receipts: Sequence[Receipt] = ()
    authorisation: Authorisation | None = None  # the one that stands
    entries: Sequence[LedgerEntry] = field(default_factory=tuple)

    @property
    def approved(self) -> Decimal:
        """Return how much is approved."""
        return self.line.approved or NOTHING

    @property
    def live_bookings(self) -> Sequence[Booking]:
        """Return the bookings that were not cancelled."""
        return [each for each in self.bookings if each.cancelled_at is None]

    @property
    def booked(self) -> Decimal:
        """Return what the live bookings cost."""
        return sum((each.converted for each in self.live_bookings), NOTHING)

    @property
    def checked(self) -> Decimal:
        """Return what the receipts that were found in order come to."""
        return sum((each.converted for each in self.receipts if each.converted is not None), NOTHING)

    @property
    def unchecked(self) -> Sequence[Receipt]:
        """Return the receipts that nobody has looked at."""
        return [each for each in self.receipts if each.checked_at is None]

    @property
    def refused(self) -> Sequence[Receipt]:
        """Return the receipts that were refused."""
        return [each for each in self.receipts if each.refused_because]

    @property
    def most_to_authorise(self) -> Decimal:
        """Return how much may be paid at most."""
        return most_to_authorise(self.approved, [self.booked if self.line.mode is LineMode.PREPAID else self.checked])

    @property
    def committed(self) -> Decimal:
        """Return what is promised and not paid."""
        return sum((each.committed for each in self.entries), NOTHING)

    @property
    def spent(self) -> Decimal:
        """Return what was paid, refunds taken off."""
        return sum((each.spent for each in self.entries), NOTHING)

    @property
    def refunds(self) -> Sequence[LedgerEntry]:
        """Return the entries over money that came back."""
        return [each for each in self.entries if each.kind is EntryKind.REFUND]

    @property
    def payments(self) -> Sequence[LedgerEntry]:
        """Return the entries over money that went out."""
        return [each for each in self.entries if each.kind is EntryKind.PAYMENT]

    @property
    def owed(self) -> Decimal:
        """Return what of the promise stays when the request ends: what is booked and has to be paid all the same."""
        return min(self.booked, self.committed) if self.line.state in BOOKED else NOTHING

    @property
    def is_untouched(self) -> bool:
        """Tell whether nothing happened to the line since it was approved."""
        return self.line.state is LineState.APPROVED and not self.live_bookings and not self.receipts


def accounts_of(ctx: Context, lines: Iterable[Line]) -> Mapping[int, LineAccount]:
    """Return the account of each line by its number; four reads, however many lines."""
    by_id = {line.id: line for line in lines}
    bookings: dict[int, list[Booking]] = defaultdict(list)
    for booking in ctx.session.scalars(select(Booking).where(Booking.line_id.in_(by_id)).order_by(Booking.id)):
        bookings[booking.line_id].append(booking)
    receipts: dict[int, list[Receipt]] = defaultdict(list)
    for receipt in ctx.session.scalars(select(Receipt).where(Receipt.line_id.in_(by_id)).order_by(Receipt.id)):
        receipts[receipt.line_id].append(receipt)
    standing = {
        each.line_id: each
        for each in ctx.session.scalars(
            select(Authorisation).where(Authorisation.line_id.in_(by_id), Authorisation.taken_back_at.is_(None))
        )
    }
    entries: dict[int, list[LedgerEntry]] = defaultdict(list)
    in_books = select(LedgerEntry).where(LedgerEntry.line_id.in_(by_id)).order_by(LedgerEntry.id)
    for entry in ctx.session.scalars(in_books):
        entries[entry.line_id or 0].append(entry)
    return {
        number: LineAccount(line, bookings[number], receipts[number], standing.get(number), entries[number])
        for number, line in by_id.items()
    }


def account_of(ctx: Context, line: Line) -> LineAccount:
    """Return the account of one line."""
    return accounts_of(ctx, [line])[line.id]


def booked_for(ctx: Context, request: SponsorshipRequest) -> Mapping[int, Decimal]:
    """Return what the standing bookings of the request's lines cost, by line, as they are now."""
    rows = ctx.session.execute(
        select(Booking.line_id, func.sum(Booking.converted, type_=Booking.converted.type).label("cost"))
        .where(Booking.line_id.in_([line.id for line in request.lines]), Booking.cancelled_at.is_(None))
        .group_by(Booking.line_id)
    )
    return {row.line_id: row.cost for row in rows}


def get_line(request: SponsorshipRequest, line_id: int) -> Line:
    """Return a line of the request. Raises `NotFound`."""
    found = next((line for line in request.lines if line.id == line_id), None)
    if found is None:
        raise NotFound(_("There is no such line in this request."))
    return found


def get_booking(ctx: Context, line: Line, booking_id: int) -> Booking:
    """Return a booking of the line. Raises `NotFound`."""
    found = ctx.session.scalar(select(Booking).where(Booking.id == booking_id, Booking.line_id == line.id))
    if found is None:
        raise NotFound(_("There is no such booking."))
    return found


def get_receipt(ctx: Context, request: SponsorshipRequest, name: str) -> Receipt:
    """Return a receipt of one of the request's lines by its random name. Raises `NotFound`."""
    found = ctx.session.scalar(
        select(Receipt).where(Receipt.name == name, Receipt.line_id.in_([line.id for line in request.lines]))
    )
    if found is None:
        raise NotFound(_("There is no such receipt."))
    return found


def file_of(ctx: Context, request: SponsorshipRequest, name: str) -> Receipt:
    """Return a receipt with its file. Raises `NotFound`, also when the file was forgotten after its time."""
    found = ctx.session.get_one(
        Receipt, get_receipt(ctx, request, name).id, options=[undefer(Receipt.data)], populate_existing=True
    )
    if found.data is None:
        raise NotFound(_("This file is no longer kept."))
    return found
