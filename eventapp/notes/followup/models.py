"""The one idea each participant takes home."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventapp.core.database import Base, UtcDateTime, state_column
from eventapp.notes.followup.states import Outcome, TakeHomeState
from eventapp.registrations.models import Registration


class TakeHome(Base):
    """What somebody takes home, and what became of it; without the person once they are erased."""

    __tablename__ = "take_home"
    __table_args__ = (Index(None, "event_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id", ondelete="SET NULL"), unique=True)
    state: Mapped[TakeHomeState] = mapped_column(state_column(TakeHomeState), default=TakeHomeState.ASKED)
    link_version: Mapped[int] = mapped_column(default=1)
    idea: Mapped[str] = mapped_column(Text, default="")
    outcome: Mapped[Outcome | None] = mapped_column(state_column(Outcome))
    outcome_text: Mapped[str] = mapped_column(Text, default="")
    may_share: Mapped[bool] = mapped_column(default=False)  # the words may stand in the report, without the name
    wants_mail: Mapped[bool] = mapped_column(default=False)  # the question after 90 days
    language: Mapped[str] = mapped_column(String(8))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    asked_again_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    registration: Mapped[Registration | None] = relationship()

    @property
    def audit_label(self) -> str:
        """Return a number: what somebody takes home is theirs."""
        return str(self.id)
