"""Sign-ups for sessions, and the personal calendar feed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventapp.agenda.signup.states import SignUpState
from eventapp.core.database import Base, UtcDateTime, state_column
from eventapp.registrations.models import Registration


class SignUp(Base):
    """A participant's choice of a session of the released agenda; places are counted from these rows."""

    __tablename__ = "session_sign_up"
    __table_args__ = (
        UniqueConstraint("registration_id", "session_id"),
        Index(None, "event_id", "session_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    session_id: Mapped[int]  # of a release; no foreign key: the draft may drop the session before it is cancelled
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), index=True)
    state: Mapped[SignUpState] = mapped_column(state_column(SignUpState))
    since_at: Mapped[datetime] = mapped_column(UtcDateTime)  # its rank on the waiting list
    revision: Mapped[int] = mapped_column(default=0)  # of its calendar entry: mailed, taken back, mailed again …
    passed_over_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # told that a place could not be theirs

    registration: Mapped[Registration] = relationship()

    @property
    def is_entered(self) -> bool:
        """Tell whether the entry was mailed and not taken back since."""
        return self.revision % 2 == 1

    @property
    def audit_label(self) -> str:
        """Return the participant's name."""
        return self.registration.name


class CalendarFeed(Base):
    """A participant's own calendar address; a higher version makes the addresses before it dead."""

    __tablename__ = "calendar_feed"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), unique=True)
    version: Mapped[int] = mapped_column(default=1)
    language: Mapped[str] = mapped_column(String(8))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    registration: Mapped[Registration] = relationship()

    @property
    def audit_label(self) -> str:
        """Return the participant's name."""
        return self.registration.name
