"""Bookings that we pay ahead, and receipts: amounts in their own currency with the rate, its date and its source."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from eventapp.core.database import Base, UtcDateTime
from eventapp.core.money import AmountColumn, RateColumn
from eventapp.sponsorship.models import Line


class Booking(Base):
    """What was booked for a prepaid line, and what it costs the fund."""

    __tablename__ = "sponsorship_booking"
    __table_args__ = (CheckConstraint("amount >= 0", name="amount"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("sponsorship_line.id", ondelete="CASCADE"), index=True)
    supplier: Mapped[str] = mapped_column(String(200))
    reference: Mapped[str] = mapped_column(String(100), default="")
    details: Mapped[str] = mapped_column(Text, default="")  # told to the person: flight, house, nights
    amount: Mapped[Decimal] = mapped_column(AmountColumn)
    currency: Mapped[str] = mapped_column(String(3))
    rate: Mapped[Decimal] = mapped_column(RateColumn)  # one unit of `currency` in the fund's currency
    rate_on: Mapped[date]
    rate_source: Mapped[str] = mapped_column(String(100), default="")
    converted: Mapped[Decimal] = mapped_column(AmountColumn)  # in the fund's currency; stored, never worked out again
    booked_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    booked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    line: Mapped[Line] = relationship()

    @property
    def audit_label(self) -> str:
        """Return supplier and reference."""
        return f"{self.supplier} {self.reference}".strip()


class Receipt(Base):
    """A receipt for a line: a photo or a PDF, and what it says; the rate is entered by whoever checks it."""

    __tablename__ = "sponsorship_receipt"
    __table_args__ = (CheckConstraint("amount >= 0", name="amount"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("sponsorship_line.id", ondelete="CASCADE"), index=True)
    spent_on: Mapped[date]
    what: Mapped[str] = mapped_column(String(200), default="")
    amount: Mapped[Decimal] = mapped_column(AmountColumn)
    currency: Mapped[str] = mapped_column(String(3))
    rate: Mapped[Decimal | None] = mapped_column(RateColumn)  # one unit of `currency` in the fund's currency
    rate_on: Mapped[date | None]
    rate_source: Mapped[str] = mapped_column(String(100), default="")
    converted: Mapped[Decimal | None] = mapped_column(AmountColumn)  # in the fund's currency; never worked out again
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    refused_because: Mapped[str] = mapped_column(String(300), default="")
    name: Mapped[str] = mapped_column(String(64), unique=True)  # random; part of the address
    filename: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]  # bytes
    data: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))  # None: forgotten after the audit period
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    line: Mapped[Line] = relationship()

    @property
    def audit_label(self) -> str:
        """Return what it is for."""
        return self.what or self.filename


class Authorisation(Base):
    """Who let a line be paid, and how much: a third person, neither scorer nor giver of the offer, nor who pays."""

    __tablename__ = "sponsorship_authorisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("sponsorship_line.id", ondelete="CASCADE"), index=True)
    amount: Mapped[Decimal] = mapped_column(AmountColumn)  # in the fund's currency
    authorised_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    authorised_at: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    line: Mapped[Line] = relationship()

    @property
    def audit_label(self) -> str:
        """Return the label of the line."""
        return self.line.audit_label
