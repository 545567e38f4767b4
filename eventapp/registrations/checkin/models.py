"""Check-ins: who was there on which day."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventapp.core.database import Base, UtcDateTime, state_column
from eventapp.registrations.checkin.states import CheckInState, Way
from eventapp.registrations.models import Registration

_PRESENT_ONLY = text("state = 'present'")


class CheckIn(Base):
    """One person was there on one day; a second scan of the day finds it."""

    __tablename__ = "check_in"
    __table_args__ = (
        Index(
            "uq_check_in_present_day",
            "registration_id",
            "day",
            unique=True,
            sqlite_where=_PRESENT_ONLY,
            postgresql_where=_PRESENT_ONLY,
        ),
        UniqueConstraint("event_id", "key"),
        Index(None, "event_id", "day", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), index=True)
    state: Mapped[CheckInState] = mapped_column(state_column(CheckInState), default=CheckInState.PRESENT)
    way: Mapped[Way] = mapped_column(state_column(Way))
    day: Mapped[date]  # of the event's place
    scanned_at: Mapped[datetime] = mapped_column(UtcDateTime)  # when it happened, by the phone if it was offline
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)  # when we learned of it
    key: Mapped[str] = mapped_column(String(64))  # made by whoever scans: the same scan sent twice counts once
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    checked_in_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)

    registration: Mapped[Registration] = relationship()

    @property
    def audit_label(self) -> str:
        """Return the person's name."""
        return self.registration.name
