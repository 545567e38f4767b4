"""The one draft of the agenda, and its releases."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventapp.accounts.models import Account
from eventapp.agenda.states import PersonRole, PersonState, SessionKind
from eventapp.core.database import Base, LowerCase, TranslatedText, UtcDateTime, WallTime, state_column
from eventapp.core.translated import Translated
from eventapp.events.models import Event, Institution, Place, Theme


class AgendaSession(Base):
    """An entry of the draft agenda."""

    __tablename__ = "agenda_session"
    __table_args__ = (
        CheckConstraint("ends_local > starts_local", name="times"),
        Index(None, "event_id", "starts_local"),
        Index(None, "event_id", "source_key"),
        {"sqlite_autoincrement": True},  # releases keep the ids of deleted sessions, so none may come again
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    uid: Mapped[str] = mapped_column(
        String(120), unique=True
    )  # of its calendar entry; never changes (RFC 5545 §3.8.4.7)
    kind: Mapped[SessionKind] = mapped_column(state_column(SessionKind))
    title: Mapped[Translated] = mapped_column(TranslatedText)
    text: Mapped[Translated] = mapped_column(TranslatedText)  # Markdown
    theme_id: Mapped[int | None] = mapped_column(ForeignKey("theme.id"), index=True)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)
    starts_local: Mapped[datetime] = mapped_column(WallTime)
    ends_local: Mapped[datetime] = mapped_column(WallTime)
    languages: Mapped[list[str]] = mapped_column(JSON)
    interpretation: Mapped[bool] = mapped_column(default=False)
    streamed: Mapped[bool] = mapped_column(default=False)
    capacity: Mapped[int | None]  # places to sign up for; None: no limit of its own
    sign_up: Mapped[bool] = mapped_column(default=False, server_default=false())  # whether one signs up for it
    source_key: Mapped[str] = mapped_column(String(200), default="", server_default="")  # in the file it came from
    late_minutes: Mapped[int] = mapped_column(
        default=0, server_default="0"
    )  # now `AgendaRelease.delays`; the version before reads it
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    event: Mapped[Event] = relationship()
    theme: Mapped[Theme | None] = relationship()
    place: Mapped[Place | None] = relationship()
    people: Mapped[list[SessionPerson]] = relationship(order_by="SessionPerson.position", cascade="all, delete-orphan")

    @property
    def audit_label(self) -> str:
        """Return the title, in whichever language there is one."""
        return self.title.text("en")


class SessionPerson(Base):
    """Somebody in a session: a person, an institution's representative, or nobody named yet."""

    __tablename__ = "session_person"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("agenda_session.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    role: Mapped[PersonRole] = mapped_column(state_column(PersonRole))
    state: Mapped[PersonState] = mapped_column(state_column(PersonState))
    name: Mapped[str] = mapped_column(String(200), default="")
    email: Mapped[str] = mapped_column(LowerCase(254), default="", server_default="")  # for our mails; never published
    affiliation: Mapped[Translated] = mapped_column(TranslatedText)
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institution.id"), index=True)

    institution: Mapped[Institution | None] = relationship()


class AgendaRelease(Base):
    """The agenda as it was released: a snapshot that never changes again, and how late its sessions run."""

    __tablename__ = "agenda_release"
    __table_args__ = (UniqueConstraint("event_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    note: Mapped[Translated] = mapped_column(TranslatedText)
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSON)
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # against the release before
    content_hash: Mapped[str] = mapped_column(String(64))
    contacts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")  # uid → addresses to tell
    delays: Mapped[dict[str, int]] = mapped_column(  # session → minutes late on the day; the draft may not have it
        JSON, default=dict, server_default="{}"
    )
    released_at: Mapped[datetime] = mapped_column(UtcDateTime)
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)

    released_by: Mapped[Account | None] = relationship()

    @property
    def audit_label(self) -> str:
        """Return the number."""
        return str(self.number)
