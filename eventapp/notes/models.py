"""Day summaries, their immutable revisions and their published editions."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventapp.accounts.models import Account
from eventapp.core.database import Base, TranslatedText, UtcDateTime, state_column
from eventapp.core.translated import Translated
from eventapp.events.models import Event
from eventapp.notes.states import SummaryState


class Summary(Base):
    """What one day brought, written by rapporteurs in every language."""

    __tablename__ = "summary"
    __table_args__ = (UniqueConstraint("event_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]  # of the day: 1 for the first
    day: Mapped[date]
    state: Mapped[SummaryState] = mapped_column(state_column(SummaryState), default=SummaryState.DRAFTING)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    event: Mapped[Event] = relationship()

    @property
    def audit_label(self) -> str:
        """Return the number of the day."""
        return str(self.number)


class SummaryRevision(Base):
    """One saved text of a summary in one language; never changed."""

    __tablename__ = "summary_revision"
    __table_args__ = (UniqueConstraint("summary_id", "language", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    summary_id: Mapped[int] = mapped_column(ForeignKey("summary.id", ondelete="CASCADE"), index=True)
    language: Mapped[str] = mapped_column(String(8))
    number: Mapped[int]  # 1, 2, 3 … per language; a save names the one it started from
    title: Mapped[str] = mapped_column(String(300))
    text: Mapped[str]  # Markdown
    author_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    author: Mapped[Account | None] = relationship()


class SummaryEdition(Base):
    """A summary as it was published: a snapshot that never changes again."""

    __tablename__ = "summary_edition"
    __table_args__ = (UniqueConstraint("summary_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    summary_id: Mapped[int] = mapped_column(ForeignKey("summary.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    titles: Mapped[Translated] = mapped_column(TranslatedText)
    texts: Mapped[Translated] = mapped_column(TranslatedText)  # Markdown
    revisions: Mapped[dict[str, int]] = mapped_column(JSON)  # language -> number of the revision it was made from
    note: Mapped[str] = mapped_column(String(300), default="")
    content_hash: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
