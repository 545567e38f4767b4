"""The attribution rule of a session, names that may stand, and the consent of people who are quoted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventapp.accounts.models import Account
from eventapp.core.database import Base, LowerCase, UtcDateTime, state_column
from eventapp.events.states import AttributionRule
from eventapp.notes.attribution.states import ConsentState
from eventapp.notes.session_notes.models import NoteEntry


class SessionRule(Base):
    """The rule of a session that does not follow the event's."""

    __tablename__ = "session_rule"
    __table_args__ = (UniqueConstraint("event_id", "session_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    session_id: Mapped[int]  # no foreign key: notes outlive a session of the draft
    rule: Mapped[AttributionRule] = mapped_column(state_column(AttributionRule))


class NameOverride(Base):
    """Somebody's decision that a name may stand in a text or file in spite of the rule, with the reason."""

    __tablename__ = "name_override"
    __table_args__ = (UniqueConstraint("event_id", "subject", "name_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    subject: Mapped[str] = mapped_column(String(40))  # what it is about: "publication:3", "resource:7"
    name_hash: Mapped[str] = mapped_column(String(64))  # of the name without accents, case and order; never the name
    reason: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    account: Mapped[Account | None] = relationship()


class QuoteConsent(Base):
    """A question to somebody whether their words may be quoted, and the answer."""

    __tablename__ = "quote_consent"
    __table_args__ = (Index(None, "event_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("note_entry.id", ondelete="CASCADE"), index=True)
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id", ondelete="SET NULL"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(LowerCase(254))
    language: Mapped[str] = mapped_column(String(8))  # of the mail
    words: Mapped[str] = mapped_column(Text)  # as they were asked for; other words need another consent
    with_name: Mapped[bool] = mapped_column(default=False)  # chosen by the person: their name may stand beside it
    state: Mapped[ConsentState] = mapped_column(state_column(ConsentState), default=ConsentState.ASKED)
    link_version: Mapped[int] = mapped_column(default=1)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    entry: Mapped[NoteEntry] = relationship()

    @property
    def audit_label(self) -> str:
        """Return a number: neither the words nor the person belong in the audit."""
        return str(self.id)
