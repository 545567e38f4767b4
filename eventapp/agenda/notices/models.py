"""The notices that go with a release, once somebody has looked at them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventapp.agenda.models import AgendaRelease
from eventapp.agenda.notices.states import NoticesState
from eventapp.core.database import Base, UtcDateTime, state_column


class ReleaseNotices(Base):
    """Whether the people whose sessions a release changed were told of it; who they are follows from the release."""

    __tablename__ = "release_notices"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("agenda_release.id", ondelete="CASCADE"), unique=True)
    state: Mapped[NoticesState] = mapped_column(state_column(NoticesState), default=NoticesState.TO_REVIEW)
    people: Mapped[int] = mapped_column(default=0)  # how many are to be told, then how many were
    written: Mapped[int] = mapped_column(default=0, server_default="0")  # to how many of them the mail is written
    told: Mapped[dict[str, Any]] = mapped_column(  # whom, and what, as it was looked at; empty once all is written
        JSON, default=dict, server_default="{}", deferred=True
    )
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    release: Mapped[AgendaRelease] = relationship()

    @property
    def is_under_way(self) -> bool:
        """Tell whether the mails are to go and some of them are not written yet."""
        return self.state is NoticesState.SENT and self.written < self.people

    @property
    def audit_label(self) -> str:
        """Return the release's number."""
        return str(self.release.number)
