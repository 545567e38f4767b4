"""A file of sessions that an organiser looked at and has not confirmed yet."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.core.database import Base, UtcDateTime


class AgendaImport(Base):
    """The preview of an import: the sessions as read, with their problems; the draft is untouched before a yes."""

    __tablename__ = "agenda_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    filename: Mapped[str] = mapped_column(String(200))
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # as read, with what is wrong in each
    losses: Mapped[list[list[Any]]] = mapped_column(JSON)  # what the file says and we cannot keep, and how often
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def audit_label(self) -> str:
        """Return the name of the file."""
        return self.filename
