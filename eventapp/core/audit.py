"""The audit: who did what to which thing, when, and which fields changed; never the values of sensitive ones."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import JSON, ColumnElement, Index, String, Text, and_, cast, delete, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.core.context import ActorKind, Context
from eventapp.core.database import Base, UtcDateTime

Things = Mapping[str, Collection[int]]  # ids by kind of object

# What an entry may still say once it says no longer of whom.
_NAMELESS = ("from", "to", "fields")
_STRUCK_OUT = "…"


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


def list_about(ctx: Context, event_id: int, things: Things) -> Sequence[AuditEntry]:
    """Return every entry of the event about one of the things, the oldest first."""
    return ctx.session.scalars(
        select(AuditEntry).where(AuditEntry.event_id == event_id, _is_about(things)).order_by(AuditEntry.id)
    ).all()


def forget_person(ctx: Context, event_id: int, things: Things, *, participants: Collection[int]) -> int:
    """Keep that something was done, and no longer to whom or by which participant; return how many entries."""
    ctx.session.flush()
    about = list_about(ctx, event_id, things)
    for entry in about:
        # The number goes too: a database may give it to somebody else, whose history this is not.
        entry.object_id, entry.object_label = 0, ""
        entry.details = {name: entry.details[name] for name in _NAMELESS if name in entry.details}
    done_by = ctx.session.scalars(
        select(AuditEntry).where(
            AuditEntry.event_id == event_id,
            AuditEntry.actor_kind == ActorKind.PARTICIPANT,
            AuditEntry.actor_id.in_(participants),
        )
    ).all()
    for entry in done_by:
        entry.actor_id, entry.actor_label = None, ""
    return len({*about, *done_by})


def strike_out(ctx: Context, event_id: int, phrases: Collection[str]) -> int:
    """Strike the phrases out of what the event's entries say, such as a reason that names somebody; return how many."""
    wanted = sorted((each for each in phrases if each), key=len, reverse=True)
    if not wanted:
        return 0
    said = cast(AuditEntry.details, Text)
    quoted = {form for each in wanted for form in (each, json.dumps(each)[1:-1])}
    found = ctx.session.scalars(
        select(AuditEntry).where(
            AuditEntry.event_id == event_id, or_(*(said.icontains(each, autoescape=True) for each in quoted))
        )
    ).all()
    for entry in found:
        entry.details = _without(entry.details, wanted)
    return len(found)


def purge(ctx: Context, event_id: int, kinds: Collection[str], limit: int) -> int:
    """Delete up to `limit` entries of the event about these kinds of things and return how many."""
    chosen = (
        select(AuditEntry.id)
        .where(AuditEntry.event_id == event_id, AuditEntry.object_type.in_(kinds))
        .order_by(AuditEntry.id)
        .limit(limit)
    )
    ids = ctx.session.scalars(chosen).all()
    ctx.session.execute(delete(AuditEntry).where(AuditEntry.id.in_(ids)))
    return len(ids)


def says_why() -> ColumnElement[bool]:
    """Return the condition of an entry with a reason in somebody's own words."""
    return cast(AuditEntry.details, Text).contains('"reason"')


def drop_reasons(ctx: Context, event_id: int, limit: int) -> int:
    """Drop the reasons, which may name people, from up to `limit` entries of the event and return from how many."""
    found = ctx.session.scalars(
        select(AuditEntry).where(AuditEntry.event_id == event_id, says_why()).order_by(AuditEntry.id).limit(limit)
    ).all()
    for entry in found:
        entry.details = _without_reason(entry.details)
    return len(found)


def _is_about(things: Things) -> ColumnElement[bool]:
    return or_(
        *(and_(AuditEntry.object_type == kind, AuditEntry.object_id.in_(ids)) for kind, ids in sorted(things.items()))
    )


def _without_reason(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_reason(each) for name, each in value.items() if name != "reason"}
    return [_without_reason(each) for each in value] if isinstance(value, list) else value


def _without(value: Any, phrases: Sequence[str]) -> Any:
    if isinstance(value, str):
        for phrase in phrases:
            value = re.sub(re.escape(phrase), _STRUCK_OUT, value, flags=re.IGNORECASE)
        return value
    if isinstance(value, dict):
        return {name: _without(each, phrases) for name, each in value.items()}
    return [_without(each, phrases) for each in value] if isinstance(value, list) else value
