"""What is published: its immutable revisions in each language, its editions, and the notes behind its paragraphs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Dialect, ForeignKey, Index, String, Text, TypeDecorator, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventapp.accounts.models import Account
from eventapp.core.database import Base, TranslatedText, UtcDateTime, state_column
from eventapp.core.translated import Translated
from eventapp.events.models import Event
from eventapp.notes.paragraphs import Paragraph, Printed, text_of, title_of
from eventapp.notes.states import PublicationKind, PublicationState


class ParagraphList(TypeDecorator[tuple[Paragraph, ...]]):
    """The paragraphs of a text as a JSON list, in their order."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Sequence[Paragraph] | None, dialect: Dialect) -> list[dict[str, Any]]:
        """Store each paragraph as an object."""
        return [paragraph._asdict() for paragraph in value or ()]

    def process_result_value(self, value: list[dict[str, Any]] | None, dialect: Dialect) -> tuple[Paragraph, ...]:
        """Return the stored paragraphs."""
        return tuple(Paragraph(**stored) for stored in value or ())


class PrintedText(TypeDecorator[dict[str, tuple[Printed, ...]]]):
    """The paragraphs of an edition as JSON, by the language of the page."""

    impl = JSON
    cache_ok = True

    def process_bind_param(
        self, value: Mapping[str, Sequence[Printed]] | None, dialect: Dialect
    ) -> dict[str, list[dict[str, str]]]:
        """Store each paragraph as an object."""
        return {language: [each._asdict() for each in printed] for language, printed in (value or {}).items()}

    def process_result_value(
        self, value: dict[str, list[dict[str, str]]] | None, dialect: Dialect
    ) -> dict[str, tuple[Printed, ...]]:
        """Return the stored paragraphs."""
        return {language: tuple(Printed(**each) for each in stored) for language, stored in (value or {}).items()}


class Publication(Base):
    """A day summary, the read-out or the guidelines: written in one language, translated paragraph by paragraph."""

    __tablename__ = "publication"
    __table_args__ = (UniqueConstraint("event_id", "kind", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    kind: Mapped[PublicationKind] = mapped_column(state_column(PublicationKind))
    number: Mapped[int]  # of the day: 1 for the first; 0 for what there is once an event
    day: Mapped[date | None]
    source_language: Mapped[str] = mapped_column(String(8))  # in which it is written; the others translate it
    state: Mapped[PublicationState] = mapped_column(state_column(PublicationState), default=PublicationState.DRAFTING)
    remarks: Mapped[str] = mapped_column(Text, default="")  # why it was sent back last
    approved_revision: Mapped[int | None]  # of the source language
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    event: Mapped[Event] = relationship()
    approved_by: Mapped[Account | None] = relationship()

    @property
    def audit_label(self) -> str:
        """Return the number of the day, or what it is."""
        return str(self.number) if self.kind is PublicationKind.SUMMARY else self.kind.value


class Revision(Base):
    """One saved text of a publication in one language; never changed."""

    __tablename__ = "publication_revision"
    __table_args__ = (UniqueConstraint("publication_id", "language", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id", ondelete="CASCADE"), index=True)
    language: Mapped[str] = mapped_column(String(8))
    number: Mapped[int]  # 1, 2, 3 … per language; a save names the one it started from
    paragraphs: Mapped[tuple[Paragraph, ...]] = mapped_column(ParagraphList)  # the first is the title
    restored_from: Mapped[int | None]  # the number of the revision whose text this is again
    author_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    author: Mapped[Account | None] = relationship()

    @property
    def title(self) -> str:
        """Return the title, empty when it has none yet."""
        return title_of(self.paragraphs)

    @property
    def text(self) -> str:
        """Return everything below the title as Markdown; what is not translated is left out."""
        return text_of(self.paragraphs)


class Edition(Base):
    """A publication as it was published: a snapshot that never changes again."""

    __tablename__ = "publication_edition"
    __table_args__ = (UniqueConstraint("publication_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    source_language: Mapped[str] = mapped_column(String(8))
    paragraphs: Mapped[dict[str, tuple[Printed, ...]]] = mapped_column(PrintedText)  # by the language of the page
    revisions: Mapped[dict[str, int]] = mapped_column(JSON)  # language -> number of the revision it was made from
    extra: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # what a read-out holds beside its words
    note: Mapped[Translated] = mapped_column(TranslatedText)  # why there is a later edition
    content_hash: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)

    publication: Mapped[Publication] = relationship()


class Source(Base):
    """A note behind a paragraph of a publication; seen by the team only."""

    __tablename__ = "publication_source"
    __table_args__ = (
        UniqueConstraint("publication_id", "paragraph_key", "entry_id"),
        Index(None, "entry_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id", ondelete="CASCADE"))
    paragraph_key: Mapped[str] = mapped_column(String(20))
    entry_id: Mapped[int] = mapped_column(ForeignKey("note_entry.id", ondelete="CASCADE"))
