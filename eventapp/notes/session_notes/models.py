"""The notes of one rapporteur on one session, entry by entry."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventapp.accounts.models import Account
from eventapp.core.database import Base, TranslatedText, UtcDateTime, WallTime, state_column
from eventapp.core.translated import Translated
from eventapp.notes.session_notes.states import EntryKind, NoteState


class SessionNote(Base):
    """What one rapporteur noted in one session: theirs alone until they hand it in."""

    __tablename__ = "session_note"
    __table_args__ = (
        UniqueConstraint("event_id", "session_id", "author_id"),
        Index(None, "event_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    session_id: Mapped[int] = mapped_column(index=True)  # no foreign key: notes outlive a session of the draft
    session_title: Mapped[Translated] = mapped_column(TranslatedText)  # as it was when the notes were begun
    starts_local: Mapped[datetime] = mapped_column(WallTime)  # likewise
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    language: Mapped[str] = mapped_column(String(8))
    state: Mapped[NoteState] = mapped_column(state_column(NoteState), default=NoteState.PRIVATE)
    remarks: Mapped[str] = mapped_column(Text, default="")  # why they were returned last
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    author: Mapped[Account] = relationship(foreign_keys=author_id)
    decided_by: Mapped[Account | None] = relationship(foreign_keys=decided_by_id)
    entries: Mapped[list[NoteEntry]] = relationship(
        back_populates="note",
        order_by="(NoteEntry.position, NoteEntry.id)",
        cascade="all, delete-orphan",
    )

    @property
    def audit_label(self) -> str:
        """Return the title of the session, in whichever language there is one."""
        return self.session_title.text("en")


class NoteEntry(Base):
    """One thing noted; each is saved by itself, so that two devices never undo each other."""

    __tablename__ = "note_entry"
    __table_args__ = (UniqueConstraint("note_id", "key"), Index(None, "note_id", "position"))

    id: Mapped[int] = mapped_column(primary_key=True)
    note_id: Mapped[int] = mapped_column(ForeignKey("session_note.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(40))  # made where it was typed, so that a save can be sent again
    position: Mapped[int]
    kind: Mapped[EntryKind] = mapped_column(state_column(EntryKind))
    text: Mapped[str] = mapped_column(Text)
    speaker: Mapped[str] = mapped_column(String(200), default="")
    version: Mapped[int] = mapped_column(default=1)  # grows with each save; a save names the one it started from
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # crossed out; can be brought back

    note: Mapped[SessionNote] = relationship(back_populates="entries")
