"""Registrations and the half-filled forms before them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventapp.core.database import Base, LowerCase, UtcDateTime, state_column
from eventapp.events.models import Category, Event
from eventapp.invitations.models import Invitation
from eventapp.registrations.codes import new_code
from eventapp.registrations.states import Mode, Sector, State


class Registration(Base):
    """One person's answers and where the decision on them stands; a seat is held by the state alone."""

    __tablename__ = "registration"
    __table_args__ = (
        Index(None, "event_id", "state", "mode", "category_id"),
        Index(None, "event_id", "submitted_at"),
        Index(None, "event_id", "country"),
        Index(None, "event_id", "search_text"),
        Index(None, "event_id", "changed_at"),
        Index("uq_registration_code", "code", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitation.id"), unique=True)
    state: Mapped[State] = mapped_column(state_column(State))
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(LowerCase(254), index=True)
    language: Mapped[str] = mapped_column(String(8))  # of mails and documents
    organisation: Mapped[str] = mapped_column(String(200))
    position: Mapped[str] = mapped_column(String(200))
    sector: Mapped[Sector] = mapped_column(state_column(Sector))
    country: Mapped[str] = mapped_column(String(2))  # ISO 3166-1 alpha-2
    city: Mapped[str] = mapped_column(String(200))
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"), index=True)
    mode: Mapped[Mode] = mapped_column(state_column(Mode))
    speaks: Mapped[list[str]] = mapped_column(JSON)
    interpretation: Mapped[list[str]] = mapped_column(JSON)  # languages that the person needs interpreted
    dietary: Mapped[str] = mapped_column(Text, default="")
    access_needs: Mapped[str] = mapped_column(Text, default="")
    first_time: Mapped[bool]
    gender: Mapped[str] = mapped_column(String(100), default="")  # self-described, optional
    why: Mapped[str] = mapped_column(String(300), default="")  # "why I am coming"
    consent_directory: Mapped[bool] = mapped_column(default=False)
    consent_photos: Mapped[bool] = mapped_column(default=False)
    consent_mail_after: Mapped[bool] = mapped_column(default=False)
    wants_summaries: Mapped[bool] = mapped_column(default=False)
    search_text: Mapped[str] = mapped_column(String(700), default="")  # `answers.search_text`
    submitted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decision_reason: Mapped[str] = mapped_column(Text, default="")  # told to the person on a revocation
    override_reason: Mapped[str] = mapped_column(Text, default="")  # why a seat was given beyond capacity
    waitlisted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    waitlist_rank: Mapped[int | None]
    offer_expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    offer_reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    code: Mapped[str] = mapped_column(String(8), default=new_code, server_default="")  # on the badge; opens nothing
    own_answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")  # by question id
    decided_answers: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True)
    )  # as they were when it was decided
    changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # last change by the person since the decision

    event: Mapped[Event] = relationship()
    invitation: Mapped[Invitation] = relationship()
    category: Mapped[Category] = relationship()

    @property
    def audit_label(self) -> str:
        """Return the person's name."""
        return self.name


class RegistrationDraft(Base):
    """Answers saved page by page until they are submitted."""

    __tablename__ = "registration_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitation.id", ondelete="CASCADE"), unique=True)
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    pages_done: Mapped[list[str]] = mapped_column(JSON)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
