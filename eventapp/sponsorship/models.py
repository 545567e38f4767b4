"""Funds with their hotels, requests with their lines, room-nights held, and the append-only books."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, event
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from eventapp.core.database import Base, TranslatedText, UtcDateTime, state_column
from eventapp.core.money import AmountColumn
from eventapp.core.translated import Translated
from eventapp.events.models import Event
from eventapp.registrations.models import Registration
from eventapp.sponsorship.states import (
    EntryKind,
    LineKind,
    LineMode,
    LineState,
    Need,
    Outcome,
    RequestState,
)


class Fund(Base):
    """Money, places and hotel rooms of one giver; its row is the lock of everything that it holds."""

    __tablename__ = "sponsorship_fund"
    __table_args__ = (
        CheckConstraint("budget >= 0", name="budget"),
        CheckConstraint("places IS NULL OR places >= 0", name="places"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    name: Mapped[Translated] = mapped_column(TranslatedText)
    text: Mapped[Translated] = mapped_column(TranslatedText)  # Markdown, for applicants
    currency: Mapped[str] = mapped_column(String(3))  # ISO 4217; fixed once something is in the books
    budget: Mapped[Decimal] = mapped_column(AmountColumn)  # the sum of its budget entries
    places: Mapped[int | None]  # at most so many people; None: as many as the budget carries
    cap_travel: Mapped[Decimal | None] = mapped_column(AmountColumn)  # at most so much a line; None: no cap
    cap_accommodation: Mapped[Decimal | None] = mapped_column(AmountColumn)
    cap_visa_fee: Mapped[Decimal | None] = mapped_column(AmountColumn)
    cap_local_transport: Mapped[Decimal | None] = mapped_column(AmountColumn)
    opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # None: as the event says
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decisions_by: Mapped[date | None]  # the day by which applicants are promised an answer
    offer_days: Mapped[int] = mapped_column(default=7)  # for how long an offer is open
    claims_until: Mapped[date | None]  # the last day to hand in receipts
    audit_days: Mapped[int] = mapped_column(default=1826)  # after the event: until then auditors may ask
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # takes no requests any more

    event: Mapped[Event] = relationship()
    hotels: Mapped[list[Hotel]] = relationship(
        back_populates="fund", order_by="Hotel.position", cascade="all, delete-orphan"
    )

    @property
    def audit_label(self) -> str:
        """Return the name, in whichever language there is one."""
        return self.name.text("en")

    def cap(self, kind: LineKind) -> Decimal | None:
        """Return how much a line of the kind may cost at most."""
        caps: dict[LineKind, Decimal | None] = {
            LineKind.TRAVEL: self.cap_travel,
            LineKind.ACCOMMODATION: self.cap_accommodation,
            LineKind.VISA_FEE: self.cap_visa_fee,
            LineKind.LOCAL_TRANSPORT: self.cap_local_transport,
        }
        return caps[kind]


class Hotel(Base):
    """A house in which a fund has rooms."""

    __tablename__ = "sponsorship_hotel"

    id: Mapped[int] = mapped_column(primary_key=True)
    fund_id: Mapped[int] = mapped_column(ForeignKey("sponsorship_fund.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(300), default="")

    fund: Mapped[Fund] = relationship(back_populates="hotels")
    nights: Mapped[list[HotelNight]] = relationship(order_by="HotelNight.night", cascade="all, delete-orphan")

    @property
    def event_id(self) -> int:
        """Return the event, in whose audit the hotel stands."""
        return self.fund.event_id

    @property
    def audit_label(self) -> str:
        """Return the name."""
        return self.name


class HotelNight(Base):
    """So many rooms in a hotel for the night that begins on a day."""

    __tablename__ = "sponsorship_hotel_night"
    __table_args__ = (
        UniqueConstraint("hotel_id", "night"),
        CheckConstraint("rooms >= 0", name="rooms"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    hotel_id: Mapped[int] = mapped_column(ForeignKey("sponsorship_hotel.id", ondelete="CASCADE"), index=True)
    night: Mapped[date]
    rooms: Mapped[int]


class SponsorshipRequest(Base):
    """What one participant asks a fund for, and where that stands; what is filled in is saved page by page."""

    __tablename__ = "sponsorship_request"
    __table_args__ = (
        Index(None, "fund_id", "state"),
        Index(None, "event_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    fund_id: Mapped[int] = mapped_column(ForeignKey("sponsorship_fund.id"), index=True)
    registration_id: Mapped[int | None] = mapped_column(  # None: the person was erased, the books stay
        ForeignKey("registration.id", ondelete="SET NULL"), unique=True
    )
    state: Mapped[RequestState] = mapped_column(state_column(RequestState), default=RequestState.DRAFT)
    saved: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # as typed, until it is sent
    pages_done: Mapped[list[str]] = mapped_column(JSON, default=list)
    origin_city: Mapped[str] = mapped_column(String(200), default="")
    origin_country: Mapped[str] = mapped_column(String(2), default="")  # ISO 3166-1 alpha-2
    arrives_on: Mapped[date | None]
    leaves_on: Mapped[date | None]
    motivation: Mapped[str] = mapped_column(Text, default="")
    take_home: Mapped[str] = mapped_column(Text, default="")
    other_funding: Mapped[str] = mapped_column(Text, default="")
    need: Mapped[Need | None] = mapped_column(state_column(Need))
    need_words: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    info_question: Mapped[str] = mapped_column(Text, default="")
    info_asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    info_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    info_answer: Mapped[str] = mapped_column(Text, default="")
    info_answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[Outcome | None] = mapped_column(state_column(Outcome))  # proposed, and the last one released
    proposal_note: Mapped[str] = mapped_column(Text, default="")  # among those who decide
    decision_words: Mapped[str] = mapped_column(Text, default="")  # told to the person
    told_state: Mapped[str | None] = mapped_column(String(40))  # a RequestState, while it is decided once more
    told_words: Mapped[str] = mapped_column(Text, default="")
    hotel_id: Mapped[int | None] = mapped_column(ForeignKey("sponsorship_hotel.id"), index=True)
    first_night: Mapped[date | None]
    last_night: Mapped[date | None]
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    proposed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    offer_expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    offer_reminded_for: Mapped[int | None]  # days before the deadline that the last reminder was for
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    end_reason: Mapped[str] = mapped_column(Text, default="")

    event: Mapped[Event] = relationship()
    fund: Mapped[Fund] = relationship()
    registration: Mapped[Registration] = relationship()  # of everybody but who was erased
    hotel: Mapped[Hotel | None] = relationship()
    lines: Mapped[list[Line]] = relationship(back_populates="request", order_by="Line.id", cascade="all, delete-orphan")

    @property
    def audit_label(self) -> str:
        """Return the number: who asks for sponsorship stands on no list, nor in the audit of the event."""
        return f"#{self.id}"

    @property
    def person_name(self) -> str:
        """Return the person's name; the request's number where they were erased."""
        return self.registration.name if self.registration_id is not None else erased_name(self.id)


class Line(Base):
    """One thing that a request asks to be paid: what the person expects it to cost, what is proposed and approved."""

    __tablename__ = "sponsorship_line"
    __table_args__ = (
        UniqueConstraint("request_id", "kind"),
        CheckConstraint("estimate >= 0", name="estimate"),
        CheckConstraint("proposed IS NULL OR proposed >= 0", name="proposed"),
        CheckConstraint("approved IS NULL OR approved >= 0", name="approved"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("sponsorship_request.id", ondelete="CASCADE"), index=True)
    kind: Mapped[LineKind] = mapped_column(state_column(LineKind))
    state: Mapped[LineState] = mapped_column(state_column(LineState), default=LineState.REQUESTED)
    estimate: Mapped[Decimal] = mapped_column(AmountColumn)
    currency: Mapped[str] = mapped_column(String(3))  # of the estimate
    note: Mapped[str] = mapped_column(String(300), default="")
    mode: Mapped[LineMode] = mapped_column(state_column(LineMode), default=LineMode.PREPAID)
    proposed: Mapped[Decimal | None] = mapped_column(AmountColumn)  # in the fund's currency; hidden until released
    approved: Mapped[Decimal | None] = mapped_column(AmountColumn)  # in the fund's currency
    returned_because: Mapped[str] = mapped_column(Text, default="")  # told to the person, until they send it again
    returned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    request: Mapped[SponsorshipRequest] = relationship(back_populates="lines")

    @property
    def audit_label(self) -> str:
        """Return the request's number and the kind of the line."""
        return f"#{self.request_id}, {self.kind}"


class RoomHeld(Base):
    """One room for one night, held for a request from its offer on; counted from these rows under the fund's lock."""

    __tablename__ = "sponsorship_room_held"
    __table_args__ = (
        UniqueConstraint("request_id", "night"),
        Index(None, "hotel_id", "night"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("sponsorship_request.id", ondelete="CASCADE"), index=True)
    hotel_id: Mapped[int] = mapped_column(ForeignKey("sponsorship_hotel.id"), index=True)
    night: Mapped[date]


class LedgerEntry(Base):
    """One line of a fund's books: what it adds to budget, committed and spent. Never changed, never removed."""

    __tablename__ = "sponsorship_ledger_entry"
    __table_args__ = (Index(None, "fund_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    fund_id: Mapped[int] = mapped_column(ForeignKey("sponsorship_fund.id"), index=True)
    request_id: Mapped[int | None] = mapped_column(ForeignKey("sponsorship_request.id"), index=True)
    line_id: Mapped[int | None] = mapped_column(ForeignKey("sponsorship_line.id"), index=True)
    kind: Mapped[EntryKind] = mapped_column(state_column(EntryKind))
    budget: Mapped[Decimal] = mapped_column(AmountColumn)
    committed: Mapped[Decimal] = mapped_column(AmountColumn)
    spent: Mapped[Decimal] = mapped_column(AmountColumn)
    note: Mapped[str] = mapped_column(String(300), default="")
    reference: Mapped[str] = mapped_column(String(100), default="")  # of the payment
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_kind: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[int | None]
    actor_label: Mapped[str] = mapped_column(String(200))


def erased_name(request_id: int) -> str:
    """Return what stands in the accounts for somebody who was erased."""
    return str(_("#%(number)d, erased", number=request_id))


class LedgerIsAppendOnly(RuntimeError):
    """Something tried to change or remove a line of the books."""


@event.listens_for(LedgerEntry, "before_update")
@event.listens_for(LedgerEntry, "before_delete")
def _refuse_to_rewrite(_mapper: Mapper[Any], _connection: object, entry: LedgerEntry) -> None:
    raise LedgerIsAppendOnly(f"entry {entry.id} of the books stays as it was written")
