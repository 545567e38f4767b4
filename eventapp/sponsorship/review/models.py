"""Assignments with their scores, remarks in the discussion, declared conflicts, and where a member of staff works."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventapp.accounts.models import Account
from eventapp.core.database import Base, UtcDateTime, state_column
from eventapp.sponsorship.models import SponsorshipRequest
from eventapp.sponsorship.states import ReviewState


class Review(Base):
    """One reviewer's part in a request: assigned, then scored or left to others."""

    __tablename__ = "sponsorship_review"
    __table_args__ = (
        UniqueConstraint("request_id", "account_id"),
        CheckConstraint("relevance IS NULL OR relevance BETWEEN 0 AND 5", name="relevance"),
        CheckConstraint("application IS NULL OR application BETWEEN 0 AND 5", name="application"),
        CheckConstraint("equity IS NULL OR equity BETWEEN 0 AND 5", name="equity"),
        CheckConstraint("need IS NULL OR need BETWEEN 0 AND 5", name="need"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("sponsorship_request.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    state: Mapped[ReviewState] = mapped_column(state_column(ReviewState), default=ReviewState.ASSIGNED)
    relevance: Mapped[int | None]
    application: Mapped[int | None]  # ability to apply it at home
    equity: Mapped[int | None]
    need: Mapped[int | None]  # told apart; no part of the mean
    comment: Mapped[str] = mapped_column(Text, default="")
    assigned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    scored_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recusal_reason: Mapped[str] = mapped_column(Text, default="")

    request: Mapped[SponsorshipRequest] = relationship()
    account: Mapped[Account] = relationship()

    @property
    def audit_label(self) -> str:
        """Return the reviewer's name and the number of the request, which a reviewer in conflict may not open."""
        return f"{self.account.name}, #{self.request_id}"


class Remark(Base):
    """A word in the discussion of a request."""

    __tablename__ = "sponsorship_remark"
    __table_args__ = (Index(None, "request_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("sponsorship_request.id", ondelete="CASCADE"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)

    account: Mapped[Account | None] = relationship()


class DeclaredConflict(Base):
    """A request that a member of staff declared not to be for them."""

    __tablename__ = "sponsorship_conflict"
    __table_args__ = (UniqueConstraint("request_id", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("sponsorship_request.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str] = mapped_column(Text, default="")
    declared_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def audit_label(self) -> str:
        """Return the number of the request."""
        return f"#{self.request_id}"


class Workplace(Base):
    """Where a member of staff works or said to have worked: who is of the same house is kept away.

    A correction adds one, for otherwise whoever is kept from a request could open it by another answer.
    """

    __tablename__ = "sponsorship_workplace"
    __table_args__ = (UniqueConstraint("event_id", "account_id", "organisation"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    organisation: Mapped[str] = mapped_column(String(200))
    stated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def audit_label(self) -> str:
        """Return the organisation."""
        return self.organisation
