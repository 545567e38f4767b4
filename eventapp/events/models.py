"""The event and what belongs to it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from eventapp.accounts.models import Account
from eventapp.core.access import Role
from eventapp.core.database import Base, TranslatedText, UtcDateTime, state_column
from eventapp.core.translated import Translated
from eventapp.events.states import Accent, AttributionRule, EventState, InstitutionKind


class Event(Base):
    """A peer-exchange workshop."""

    __tablename__ = "event"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="days"),
        CheckConstraint("capacity_in_person >= 0 AND capacity_remote >= 0", name="capacities"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    state: Mapped[EventState] = mapped_column(state_column(EventState), default=EventState.DRAFT, index=True)
    title: Mapped[Translated] = mapped_column(TranslatedText)
    summary: Mapped[Translated] = mapped_column(TranslatedText)
    description: Mapped[Translated] = mapped_column(TranslatedText)  # Markdown
    place: Mapped[Translated] = mapped_column(TranslatedText)  # the town
    venue: Mapped[Translated] = mapped_column(
        TranslatedText
    )  # the house and its address, or that it is to be confirmed
    timezone: Mapped[str] = mapped_column(String(60))
    starts_on: Mapped[date] = mapped_column(index=True)
    ends_on: Mapped[date]
    languages: Mapped[list[str]] = mapped_column(JSON)  # ordered; the first is required
    accent: Mapped[Accent] = mapped_column(state_column(Accent), default=Accent.TEAL)
    contact_email: Mapped[str] = mapped_column(String(254))
    capacity_in_person: Mapped[int]
    capacity_remote: Mapped[int]
    registration_opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    registration_closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    offer_days: Mapped[int] = mapped_column(default=3, server_default="3")  # for how long an offered seat is kept
    decisions_by: Mapped[date | None]  # the day by which organisers promise an answer
    sponsorship_opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sponsorship_closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    travel_rule: Mapped[Translated] = mapped_column(TranslatedText)
    privacy_notice: Mapped[Translated] = mapped_column(TranslatedText)  # Markdown
    retention_days: Mapped[int] = mapped_column(default=365)
    attribution_rule: Mapped[AttributionRule] = mapped_column(
        state_column(AttributionRule), default=AttributionRule.CHATHAM_HOUSE
    )
    public_version: Mapped[int] = mapped_column(default=1)  # grows with every change that the public can see
    # Random, new with every change of the event's own questions, so that a form once read need not be read again.
    form_stamp: Mapped[str] = mapped_column(String(32), default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    institutions: Mapped[list[Institution]] = relationship(
        order_by="Institution.position", cascade="all, delete-orphan"
    )
    themes: Mapped[list[Theme]] = relationship(order_by="Theme.number", cascade="all, delete-orphan")
    categories: Mapped[list[Category]] = relationship(order_by="Category.position", cascade="all, delete-orphan")
    places: Mapped[list[Place]] = relationship(order_by="Place.position", cascade="all, delete-orphan")

    @property
    def audit_label(self) -> str:
        """Return the title in the first language."""
        return self.title.text(self.languages[0])

    @property
    def first_language(self) -> str:
        """Return the language in which everything must exist."""
        return self.languages[0]

    @property
    def days(self) -> list[date]:
        """Return every day of the event."""
        return [self.starts_on + timedelta(days=n) for n in range((self.ends_on - self.starts_on).days + 1)]


class Institution(Base):
    """An organisation that runs or supports the event."""

    __tablename__ = "institution"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    kind: Mapped[InstitutionKind] = mapped_column(state_column(InstitutionKind))
    name: Mapped[Translated] = mapped_column(TranslatedText)
    text: Mapped[Translated] = mapped_column(TranslatedText)
    url: Mapped[str] = mapped_column(String(500), default="")
    logo: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))  # re-encoded, 200 KB at most
    logo_type: Mapped[str | None] = mapped_column(String(40))
    logo_name: Mapped[str | None] = mapped_column(String(64), unique=True)  # random; part of the public address

    @property
    def audit_label(self) -> str:
        """Return the name, in whichever language there is one."""
        return self.name.text("en")


class Theme(Base):
    """A numbered theme of the event."""

    __tablename__ = "theme"
    __table_args__ = (UniqueConstraint("event_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    title: Mapped[Translated] = mapped_column(TranslatedText)
    text: Mapped[Translated] = mapped_column(TranslatedText)
    working_group_url: Mapped[str] = mapped_column(String(500), default="")

    @property
    def audit_label(self) -> str:
        """Return number and title."""
        return f"{self.number}. {self.title.text('en')}"


class Category(Base):
    """A category of participants, with the most and the fewest seats in person it may hold."""

    __tablename__ = "category"
    __table_args__ = (
        CheckConstraint("quota IS NULL OR quota >= 0", name="quota"),
        CheckConstraint("reserved >= 0", name="reserved"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    name: Mapped[Translated] = mapped_column(TranslatedText)
    quota: Mapped[int | None]  # seats in person at most; None: no limit of its own
    reserved: Mapped[int] = mapped_column(default=0)  # seats in person kept free for it

    @property
    def audit_label(self) -> str:
        """Return the name, in whichever language there is one."""
        return self.name.text("en")


class Place(Base):
    """A room or hall of the venue."""

    __tablename__ = "place"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    name: Mapped[Translated] = mapped_column(TranslatedText)
    directions: Mapped[Translated] = mapped_column(TranslatedText)
    capacity: Mapped[int | None]

    @property
    def audit_label(self) -> str:
        """Return the name, in whichever language there is one."""
        return self.name.text("en")


class Membership(Base):
    """A role that an account has in an event."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("event_id", "account_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    role: Mapped[Role] = mapped_column(state_column(Role))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    account: Mapped[Account] = relationship()
    event: Mapped[Event] = relationship()

    @property
    def audit_label(self) -> str:
        """Return the person's name and the role."""
        return f"{self.account.name}, {self.role}"
