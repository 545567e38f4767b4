"""The audit: who did what to which thing, when, and which fields changed; never the values of sensitive ones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.core.context import Context
from eventapp.core.database import Base, UtcDateTime


class AuditEntry(Base):
    """One line of the audit; never changed, only purged by retention."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index(None, "event_id", "at", "id"),
        Index(None, "event_id", "object_type", "object_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_kind: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[int | None]
    actor_label: Mapped[str] = mapped_column(String(200))
    event_id: Mapped[int | None]
    object_type: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[int]
    object_label: Mapped[str] = mapped_column(String(300))
    action: Mapped[str] = mapped_column(String(60))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)


class Auditable(Protocol):
    """A thing whose life is recorded: its table names it, `audit_label` says which one it is."""

    __tablename__: str

    @property
    def id(self) -> int:
        """Return the number of its row."""
        ...

    @property
    def audit_label(self) -> str:
        """Return a short name by which a person recognises the thing."""
        ...


def record(ctx: Context, thing: Auditable, action: str, details: Mapping[str, Any] | None = None) -> None:
    """Write that the context's actor did `action` to the thing.

    `details` holds JSON values: changed field names, from and to states, a reason. The event is the thing's
    `event_id`, or the thing itself when it is an event.
    """
    ctx.session.flush()
    event_id = thing.id if thing.__tablename__ == "event" else getattr(thing, "event_id", None)
    ctx.session.add(
        AuditEntry(
            at=ctx.now,
            actor_kind=ctx.actor.kind,
            actor_id=ctx.actor.id,
            actor_label=ctx.actor.label[:200],
            event_id=event_id,
            object_type=thing.__tablename__,
            object_id=thing.id,
            object_label=thing.audit_label[:300],
            action=action,
            details=dict(details or {}),
        )
    )


def changed_fields(thing: object, values: Mapping[str, Any]) -> list[str]:
    """Set the values on the thing and return the names of those that changed, sorted."""
    changed = [name for name, value in values.items() if getattr(thing, name) != value]
    for name in changed:
        setattr(thing, name, values[name])
    return sorted(changed)
