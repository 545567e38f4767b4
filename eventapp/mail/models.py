"""The outbox: one row a mail, written in the transaction of the command that causes it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, deferred, mapped_column

from eventapp.core.database import Base, UtcDateTime, state_column
from eventapp.mail.states import MessageState


class OutboxMessage(Base):
    """One mail to one recipient, rendered when it was written; personal links are put in at delivery."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        Index(None, "state", "next_attempt_at", "id"),
        Index(None, "event_id", "id"),
        Index(None, "event_id", "state", "id"),
        Index(None, "event_id", "kind", "id"),
        Index(None, "about", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(60))
    about: Mapped[str | None] = mapped_column(String(60))  # "registration:12": what the mail speaks of
    state: Mapped[MessageState] = mapped_column(state_column(MessageState), default=MessageState.QUEUED)
    recipient: Mapped[str] = mapped_column(String(254))
    recipient_name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(8))
    reply_to: Mapped[str | None] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(300))
    text_body: Mapped[str] = deferred(mapped_column(Text), group="bodies")
    html_body: Mapped[str] = deferred(mapped_column(Text), group="bodies")
    links: Mapped[dict[str, Any]] = mapped_column(JSON)  # {"personal": {"purpose": …, "id": 12, "path": …}}
    attachments: Mapped[list[Any]] = mapped_column(JSON)  # [["agenda_pdf", {…}]]: made at delivery
    headers: Mapped[dict[str, str]] = mapped_column(JSON)
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_attempt_at: Mapped[datetime] = mapped_column(UtcDateTime)  # the machine's time, as the next two
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claimed_by: Mapped[str | None] = mapped_column(String(80))
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(String(500))
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def audit_label(self) -> str:
        """Return the subject."""
        return self.subject
