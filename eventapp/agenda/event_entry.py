"""The event itself as a calendar entry: its days, its place, nobody's name."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from eventapp.agenda import calendar
from eventapp.core.audit import AuditEntry
from eventapp.core.context import Context
from eventapp.events.models import Event, Institution
from eventapp.events.states import EventAction, EventState, InstitutionKind

_UIDS = uuid.UUID("7b9e1d3a-4f52-4a86-9c1e-0d6b8a2f5e13")  # fixed for ever: UIDs of events grow from it


_SHOWN = frozenset({"title", "place", "venue", "contact_email", "starts_on", "ends_on", "languages", "slug"})
_SHOWN_OF_HOSTS = frozenset({"name", "kind"})


def event_entry(ctx: Context, event: Event, language: str, *, url: str) -> bytes:
    """Return the days of the event as a feed. SEQUENCE and LAST-MODIFIED move when something it says was changed."""
    changes = _changes(ctx, event)
    meeting = calendar.Participation(
        uid=str(uuid.uuid5(_UIDS, f"{event.created_at.isoformat()}/{event.id}")),
        sequence=len(changes),
        stamp=max((change.at for change in changes), default=event.created_at),
        name="",
        email="",
        title=event.title,
        place=event.place,
        venue=event.venue,
        hosts=tuple(each.name for each in event.institutions if each.kind is InstitutionKind.ORGANISER),
        contact_email=event.contact_email,
        starts_on=event.starts_on,
        ends_on=event.ends_on,
        url=url,
    )
    return calendar.event_calendar(meeting, language, cancelled=event.state is EventState.CANCELLED)


def _changes(ctx: Context, event: Event) -> list[AuditEntry]:
    """Return from the audit each change of what the entry says; entries about the event itself are never purged."""
    entries = ctx.session.scalars(
        select(AuditEntry).where(
            AuditEntry.event_id == event.id,
            AuditEntry.object_type.in_((Event.__tablename__, Institution.__tablename__)),
        )
    )
    return [entry for entry in entries if _shows(entry)]


def _shows(entry: AuditEntry) -> bool:
    of_event = entry.object_type == Event.__tablename__
    if entry.action == "edit":
        return not (_SHOWN if of_event else _SHOWN_OF_HOSTS).isdisjoint(entry.details.get("fields", ()))
    return entry.action == EventAction.CANCEL if of_event else True
