"""The event itself as a calendar entry: its days, its place, nobody's name."""

from __future__ import annotations

import uuid

from eventapp.agenda import calendar
from eventapp.events.models import Event
from eventapp.events.states import EventState, InstitutionKind

_UIDS = uuid.UUID("7b9e1d3a-4f52-4a86-9c1e-0d6b8a2f5e13")  # fixed for ever: UIDs of events grow from it


def event_entry(event: Event, language: str, *, url: str) -> bytes:
    """Return the days of the event as a feed. SEQUENCE and LAST-MODIFIED move when the event itself was changed."""
    changed_after = event.updated_at - event.created_at
    meeting = calendar.Participation(
        uid=str(uuid.uuid5(_UIDS, f"{event.created_at.isoformat()}/{event.id}")),
        sequence=int(changed_after.total_seconds()),
        stamp=event.updated_at,
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
