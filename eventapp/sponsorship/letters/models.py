"""Templates of letters, who signs them, and the letters that were issued."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from eventapp.core.database import Base, TranslatedText, UtcDateTime, state_column
from eventapp.core.translated import Translated
from eventapp.sponsorship.models import SponsorshipRequest
from eventapp.sponsorship.states import LetterKind, LetterState


class LetterTemplate(Base):
    """The words of one kind of letter in an event, with placeholders from a fixed set."""

    __tablename__ = "sponsorship_letter_template"
    __table_args__ = (UniqueConstraint("event_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    kind: Mapped[LetterKind] = mapped_column(state_column(LetterKind))
    subject: Mapped[Translated] = mapped_column(TranslatedText)
    body: Mapped[Translated] = mapped_column(TranslatedText)  # Markdown with placeholders
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def audit_label(self) -> str:
        """Return the kind."""
        return self.kind.value


class Signature(Base):
    """Who signs the letters of an event: name, function, and a picture of the signature."""

    __tablename__ = "sponsorship_signature"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    function: Mapped[Translated] = mapped_column(TranslatedText)
    address: Mapped[str] = mapped_column(Text, default="")  # the head of the letter
    picture: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))  # PNG, made anew from what was uploaded
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def audit_label(self) -> str:
        """Return the name."""
        return self.name


class Letter(Base):
    """One issued letter, frozen: what it said, in which language, signed by whom; its number is checked in public."""

    __tablename__ = "sponsorship_letter"
    __table_args__ = (Index(None, "request_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("sponsorship_request.id", ondelete="CASCADE"), index=True)
    kind: Mapped[LetterKind] = mapped_column(state_column(LetterKind))
    state: Mapped[LetterState] = mapped_column(state_column(LetterState), default=LetterState.VALID)
    number: Mapped[str] = mapped_column(String(40), unique=True)  # with a random part that cannot be guessed
    language: Mapped[str] = mapped_column(String(8))
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSON)  # all that the document is made from, but nothing sensitive
    sealed: Mapped[str | None] = mapped_column(Text)  # the sensitive rest of it, encrypted; None: none, or forgotten
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    superseded_by_id: Mapped[int | None] = mapped_column(ForeignKey("sponsorship_letter.id"), index=True)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    request: Mapped[SponsorshipRequest] = relationship()

    @property
    def audit_label(self) -> str:
        """Return the number."""
        return self.number
