"""Requests to be erased, and the anonymous counts that stay of erased people."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.core.database import Base, UtcDateTime, state_column
from eventapp.registrations.personal_data.states import ErasureState


class ErasureRequest(Base):
    """Somebody asks to be erased; names nobody, so that it can stay as the record that it was done."""

    __tablename__ = "erasure_request"
    __table_args__ = (Index(None, "event_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    # the number of an invitation; no foreign key: the row outlives what was erased
    invitation_id: Mapped[int] = mapped_column(index=True)
    state: Mapped[ErasureState] = mapped_column(state_column(ErasureState), default=ErasureState.REQUESTED)
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def audit_label(self) -> str:
        """Return a label that names nobody."""
        return f"#{self.invitation_id}"


class AnonymousCount(Base):
    """How many erased people gave an answer, one dimension at a time, so that nobody can be put together again."""

    __tablename__ = "anonymous_count"
    __table_args__ = (UniqueConstraint("event_id", "stage", "dimension", "value"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    stage: Mapped[str] = mapped_column(String(20))  # invited, registered, approved, present
    dimension: Mapped[str] = mapped_column(String(20))
    value: Mapped[str] = mapped_column(String(100))
    people: Mapped[int]
