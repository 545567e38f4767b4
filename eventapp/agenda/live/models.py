"""Announcements, and the way in for remote participants."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.core.database import Base, TranslatedText, UtcDateTime
from eventapp.core.translated import Translated


class Announcement(Base):
    """A line on top of every page of the event, until its end."""

    __tablename__ = "announcement"
    __table_args__ = (Index(None, "event_id", "ends_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    text: Mapped[Translated] = mapped_column(TranslatedText)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def audit_label(self) -> str:
        """Return the text, in whichever language there is one."""
        return self.text.text("en")


class RemoteAccess(Base):
    """Link and passcode for remote participants: of one session, or of all that have none of their own.

    Never part of a release, a calendar, a mail or an export. It stays when its session is deleted from the draft: the
    public still sees the session until the next release, and the deletion can be undone. Nobody is led to it once
    the last release has no such session.
    """

    __tablename__ = "remote_access"
    __table_args__ = (Index("uq_remote_access_session", "event_id", "session_id", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    session_id: Mapped[int | None] = mapped_column(index=True)  # no foreign key: it outlives its session in the draft
    url: Mapped[str] = mapped_column(String(500))
    passcode: Mapped[str] = mapped_column(String(100), default="")
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def audit_label(self) -> str:
        """Return what it is for, without the link."""
        return str(self.session_id or "")
