"""Rapporteurs' notes to test with."""

from __future__ import annotations

import itertools
from datetime import datetime
from typing import Any

from eventapp.core.context import Context
from eventapp.events.models import Event
from eventapp.notes.session_notes.models import NoteEntry, SessionNote
from eventapp.notes.session_notes.states import EntryKind, NoteState
from tests.support.factories import make_account, tr

_numbers = itertools.count(1)


def make_note(ctx: Context, event: Event, **fields: Any) -> SessionNote:
    """Accepted notes of a new rapporteur on a session of the first day; `session_id` is of no agenda unless given."""
    author_id = fields.pop("author_id", None) or make_account(ctx).id
    state = fields.get("state", NoteState.ACCEPTED)
    values: dict[str, Any] = {
        "event_id": event.id,
        "session_id": 900_000 + next(_numbers),
        "session_title": tr("Opening"),
        "starts_local": datetime.combine(event.starts_on, datetime.min.time()).replace(hour=9),
        "author_id": author_id,
        "language": "en",
        "state": state,
        "submitted_at": None if state is NoteState.PRIVATE else ctx.now,
        "decided_at": ctx.now if state in {NoteState.ACCEPTED, NoteState.RETURNED} else None,
        "created_at": ctx.now,
        "updated_at": ctx.now,
        **fields,
    }
    note = SessionNote(**values)
    ctx.session.add(note)
    ctx.session.flush()
    return note


def make_entry(ctx: Context, note: SessionNote, **fields: Any) -> NoteEntry:
    """A key point at the end of the notes."""
    n = next(_numbers)
    values: dict[str, Any] = {
        "note_id": note.id,
        "key": f"entry-{n}",
        "position": n,
        "kind": EntryKind.KEY_POINT,
        "text": f"Point {n}.",
        "created_at": ctx.now,
        "updated_at": ctx.now,
        **fields,
    }
    entry = NoteEntry(**values)
    ctx.session.add(entry)
    ctx.session.flush()
    ctx.session.expire(note, ["entries"])
    return entry
