"""Links and files that participants share."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from eventapp.core.database import Base, UtcDateTime, state_column
from eventapp.events.models import Theme
from eventapp.notes.resources.states import ResourceState


class Resource(Base):
    """A link or a file by theme, country and language; public once somebody has looked at it."""

    __tablename__ = "resource"
    __table_args__ = (
        Index(None, "event_id", "state"),
        UniqueConstraint("event_id", "key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(40))  # of the form, so that a second press adds no second one
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id", ondelete="SET NULL"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)  # staff who added it
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("note_entry.id", ondelete="SET NULL"), index=True)
    state: Mapped[ResourceState] = mapped_column(state_column(ResourceState), default=ResourceState.PROPOSED)
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(String(500), default="")  # plain: what it is good for
    theme_id: Mapped[int | None] = mapped_column(ForeignKey("theme.id", ondelete="SET NULL"), index=True)
    country: Mapped[str] = mapped_column(String(2), default="")  # ISO 3166-1 alpha-2 that it is about; empty: none
    language: Mapped[str] = mapped_column(String(8))  # in which it is written
    url: Mapped[str] = mapped_column(String(500), default="")
    name: Mapped[str | None] = mapped_column(String(64), unique=True)  # random; part of the file's address
    filename: Mapped[str] = mapped_column(String(200), default="")
    media_type: Mapped[str] = mapped_column(String(100), default="")
    size: Mapped[int] = mapped_column(default=0)  # bytes
    properties: Mapped[dict[str, str]] = mapped_column(
        JSON, default=dict
    )  # what the file says about itself: author, title
    data: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    reason: Mapped[str] = mapped_column(Text, default="")  # told to who proposed it
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    theme: Mapped[Theme | None] = relationship()

    @property
    def audit_label(self) -> str:
        """Return the title."""
        return self.title
