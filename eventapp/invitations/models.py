"""Invitations, expressions of interest and the previews of imports."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventapp.core.database import Base, LowerCase, UtcDateTime, state_column
from eventapp.events.models import Category, Event, Theme
from eventapp.invitations.states import InterestState, InvitationState

_ACTIVE_ONLY = text("state IN ('draft', 'sent', 'accepted')")


class Invitation(Base):
    """One person asked to come; the personal link to it is the key to that person's participation."""

    __tablename__ = "invitation"
    __table_args__ = (
        Index(
            "uq_invitation_active_address",
            "event_id",
            "email",
            unique=True,
            sqlite_where=_ACTIVE_ONLY,
            postgresql_where=_ACTIVE_ONLY,
        ),
        Index(None, "event_id", "state"),
        Index(None, "event_id", "country"),
        Index(None, "event_id", "search_text"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    state: Mapped[InvitationState] = mapped_column(state_column(InvitationState), default=InvitationState.DRAFT)
    email: Mapped[str] = mapped_column(LowerCase(254), index=True)
    name: Mapped[str] = mapped_column(String(200))
    organisation: Mapped[str] = mapped_column(String(200), default="")
    position: Mapped[str] = mapped_column(String(200), default="")
    country: Mapped[str] = mapped_column(String(2), default="")  # ISO 3166-1 alpha-2
    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"), index=True)
    language: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(Text, default="")  # why this person; part of the letter
    personal_message: Mapped[str] = mapped_column(Text, default="")
    answer_by_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    form_open_until_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # longer than for the others
    preapproved: Mapped[bool] = mapped_column(default=False)
    address_locked: Mapped[bool] = mapped_column(default=False)
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    delegated_from_id: Mapped[int | None] = mapped_column(ForeignKey("invitation.id"), index=True)
    interest_id: Mapped[int | None] = mapped_column(ForeignKey("interest.id"), index=True)
    link_version: Mapped[int] = mapped_column(default=1)
    search_text: Mapped[str] = mapped_column(String(700), default="")  # folded name, organisation, address
    decline_reason: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reminder_count: Mapped[int] = mapped_column(default=0)
    no_reminders_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    event: Mapped[Event] = relationship()
    category: Mapped[Category | None] = relationship()
    delegated_from: Mapped[Invitation | None] = relationship(remote_side=[id])

    @property
    def audit_label(self) -> str:
        """Return the invited person's name."""
        return self.name

    @property
    def closes_at(self) -> datetime | None:
        """Return until when this person may register: for some longer than for the others; None without an end."""
        closes_at, own = self.event.registration_closes_at, self.form_open_until_at
        return closes_at if closes_at is None or own is None else max(closes_at, own)


class Interest(Base):
    """Somebody who was not invited and says that they would like to come."""

    __tablename__ = "interest"
    __table_args__ = (Index(None, "event_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    state: Mapped[InterestState] = mapped_column(state_column(InterestState), default=InterestState.UNCONFIRMED)
    email: Mapped[str] = mapped_column(LowerCase(254), index=True)
    name: Mapped[str] = mapped_column(String(200))
    organisation: Mapped[str] = mapped_column(String(200))
    country: Mapped[str] = mapped_column(String(2))
    motivation: Mapped[str] = mapped_column(Text)
    theme_id: Mapped[int | None] = mapped_column(ForeignKey("theme.id"), index=True)
    language: Mapped[str] = mapped_column(String(8))
    link_version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    event: Mapped[Event] = relationship()
    theme: Mapped[Theme | None] = relationship()

    @property
    def audit_label(self) -> str:
        """Return the person's name."""
        return self.name


class ImportPreview(Base):
    """A file that an organiser looked at and has not confirmed yet; no invitation exists before that."""

    __tablename__ = "import_preview"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    filename: Mapped[str] = mapped_column(String(200))
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # as checked, with their problems
    ignored_columns: Mapped[list[str]] = mapped_column(JSON)  # titles that name nothing we keep
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def audit_label(self) -> str:
        """Return the name of the file."""
        return self.filename
