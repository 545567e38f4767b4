"""Commands about rapporteurs' notes: each entry is saved by itself and covers nobody's words; handing in, checking.

Saves are not in the audit: there is one a second, and they are their author's alone. What is handed in is.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import bindparam, func, select

from eventapp.core.context import ActorKind, Context
from eventapp.core.database import id_of
from eventapp.core.errors import Conflict, DomainError, NotFound
from eventapp.core.text import clean_line, clean_text
from eventapp.events.models import Event
from eventapp.mail import service as mail
from eventapp.notes.session_notes import messages, queries, rules
from eventapp.notes.session_notes.models import NoteEntry, SessionNote
from eventapp.notes.session_notes.states import NOTES, WRITABLE, NoteAction
from eventapp.notes.session_notes.values import EntryValues

TOUCH_EVERY = timedelta(minutes=1)  # an entry knows its own time; a save need not write two rows

# Asked by every save, so written out once.
_OWN = (
    select(SessionNote)
    .where(
        SessionNote.event_id == bindparam("event_id"),
        SessionNote.session_id == bindparam("session_id"),
        SessionNote.author_id == bindparam("author_id"),
    )
    .with_for_update()
    .execution_options(populate_existing=True)
)
_ENTRY = (
    select(NoteEntry)
    .where(NoteEntry.note_id == bindparam("note_id"), NoteEntry.key == bindparam("key"))
    .execution_options(populate_existing=True)
)


class StaleEntry(Conflict):
    """The entry was saved somewhere else after this text was begun; `theirs` is what it says now, as `version`."""

    def __init__(self, entry: NoteEntry) -> None:
        super().__init__(_("This note was changed on another device while you were writing. Both texts are kept here."))
        self.theirs, self.version, self.language = _values_of(entry), entry.version, entry.note.language


class HandedIn(Conflict):
    """The notes are handed in, so nothing in them changes."""

    def __init__(self) -> None:
        super().__init__(_("These notes are handed in. Take them back to change them."))


def save_entry(
    ctx: Context, event: Event, session_id: int, key: str, values: EntryValues, base_version: int
) -> NoteEntry:
    """Save one entry of one's own notes and return it; the first one begins the notes.

    `key` was made where the entry was typed and `base_version` is the version that the writer saw, 0 for a new one:
    the same save may come twice. Raises `StaleEntry` when the entry was saved since with other words, `HandedIn`,
    `NotFound` for a session that the agenda does not have, and `DomainError` for a text that is empty or too long.
    """
    values = _clean(values)
    note = open_note(ctx, event, session_id)
    entry = find_entry(ctx, note, key)
    if entry is not None and _values_of(entry) == values:
        return entry
    if note.state not in WRITABLE:
        raise HandedIn
    if entry is None:
        entry = _add(ctx, note, key, values)
    else:
        refuse_stale(entry, base_version)
        entry.kind, entry.text, entry.speaker = values.kind, values.text, values.speaker
        entry.removed_at = (entry.removed_at or ctx.now) if values.removed else None
        entry.version += 1
        entry.updated_at = ctx.now
    if ctx.now - note.updated_at >= TOUCH_EVERY:
        note.updated_at = ctx.now
    ctx.session.flush()
    return entry


def refuse_stale(entry: NoteEntry, base_version: int) -> None:
    """Raise `StaleEntry` unless the writer started from the words that are there."""
    if entry.version != base_version:
        raise StaleEntry(entry)


def cross_out(ctx: Context, event: Event, session_id: int, key: str, *, removed: bool) -> NoteEntry:
    """Cross an entry out or bring it back, whatever version of it was looked at. Raises `HandedIn`, `NotFound`."""
    entry = get_own_entry(ctx, event, session_id, key)
    return save_entry(ctx, event, session_id, key, replace(_values_of(entry), removed=removed), entry.version)


def move_entry(ctx: Context, event: Event, session_id: int, key: str, *, up: bool) -> None:
    """Exchange an entry with the one before or after it; at the end nothing happens. Raises `HandedIn`, `NotFound`."""
    note = get_own_entry(ctx, event, session_id, key).note
    if note.state not in WRITABLE:
        raise HandedIn
    order = [entry.key for entry in note.entries]
    here = order.index(key)
    there = here - 1 if up else here + 1
    if 0 <= there < len(order):
        order[here], order[there] = order[there], order[here]
    places = {each: place for place, each in enumerate(order, start=1)}
    for entry in note.entries:
        entry.position = places[entry.key]
    note.updated_at = ctx.now


def set_language(ctx: Context, event: Event, session_id: int, language: str) -> None:
    """Say in which language one's own notes are. Raises `DomainError` for one that the event does not have."""
    note = open_note(ctx, event, session_id)
    if language not in event.languages:
        raise DomainError(_("The event has no such language."), field="language")
    note.language = language


def open_note(ctx: Context, event: Event, session_id: int) -> SessionNote:
    """Return one's own notes of the session, held until the end of the transaction; begin them when there are none.

    Raises `NotFound` for a session that the agenda does not have, unless notes of it were begun before it went.
    """
    note = find_locked(ctx, event, session_id)
    if note is not None:
        return note
    if ctx.actor.kind is not ActorKind.STAFF or ctx.actor.id is None:
        raise NotFound(_("Only people of the team take notes."))
    session = queries.get_session(ctx, event, session_id)
    ctx.session.scalar(select(Event.id).where(Event.id == event.id).with_for_update())  # one first save at a time
    note = find_locked(ctx, event, session_id)
    if note is None:
        note = SessionNote(
            event_id=event.id,
            session_id=session_id,
            session_title=session.title,
            starts_local=session.starts_local,
            author_id=ctx.actor.id,
            language=ctx.language if ctx.language in event.languages else event.languages[0],
            created_at=ctx.now,
            updated_at=ctx.now,
        )
        ctx.session.add(note)
        ctx.session.flush()
    return note


def find_locked(ctx: Context, event: Event, session_id: int) -> SessionNote | None:
    """Return one's own notes of the session, held until the end of the transaction, or None."""
    return ctx.session.scalar(_OWN, {"event_id": id_of(event), "session_id": session_id, "author_id": ctx.actor.id})


def find_entry(ctx: Context, note: SessionNote, key: str) -> NoteEntry | None:
    """Return an entry of the notes as the database has it now, crossed out or not."""
    return ctx.session.scalar(_ENTRY, {"note_id": note.id, "key": key})


def get_own_entry(ctx: Context, event: Event, session_id: int, key: str) -> NoteEntry:
    """Return an entry of one's own notes, as `find_entry` does. Raises `NotFound`."""
    note = find_locked(ctx, event, session_id)
    entry = find_entry(ctx, note, key) if note is not None else None
    if entry is None:
        raise NotFound(_("There is no such note."))
    return entry


def _add(ctx: Context, note: SessionNote, key: str, values: EntryValues) -> NoteEntry:
    count, last = ctx.session.execute(
        select(func.count(NoteEntry.id), func.max(NoteEntry.position)).where(NoteEntry.note_id == note.id)
    ).one()
    if count >= rules.MOST_ENTRIES:
        raise DomainError(
            _("One session can have %(max)d notes. Write on in the last one.", max=rules.MOST_ENTRIES), field="text"
        )
    entry = NoteEntry(
        note_id=note.id,
        key=key,
        position=(last or 0) + 1,
        kind=values.kind,
        text=values.text,
        speaker=values.speaker,
        version=1,
        created_at=ctx.now,
        updated_at=ctx.now,
        removed_at=ctx.now if values.removed else None,
    )
    ctx.session.add(entry)
    return entry


def _values_of(entry: NoteEntry) -> EntryValues:
    return EntryValues(entry.kind, entry.text, entry.speaker, entry.removed_at is not None)


def _clean(values: EntryValues) -> EntryValues:
    """Return the values without controls. Raises `DomainError` for a text that is empty or too long."""
    text, speaker = clean_text(values.text), clean_line(values.speaker)
    if not text:
        raise DomainError(_("Write something, or cross the note out."), field="text")
    if len(text) > rules.LONGEST_TEXT:
        raise DomainError(
            _("This note is too long: use at most %(max)d characters, and a new note for the rest.",
              max=rules.LONGEST_TEXT),
            field="text",
        )  # fmt: skip
    if len(speaker) > rules.LONGEST_SPEAKER:
        raise DomainError(_("Use at most %(max)d characters.", max=rules.LONGEST_SPEAKER), field="speaker")
    return replace(values, text=text, speaker=speaker)


def submit(ctx: Context, event: Event, session_id: int) -> SessionNote:
    """Hand one's own notes in. Raises `NotFound`, `IllegalMove`, `DomainError` when nothing is noted."""
    note = _get_own(ctx, event, session_id)
    if not any(entry.removed_at is None for entry in note.entries):
        raise DomainError(_("Nothing is noted yet."))
    NOTES.move(ctx, note, NoteAction.SUBMIT)
    _decided(note, None, None)
    note.submitted_at = ctx.now
    return note


def take_back(ctx: Context, event: Event, session_id: int) -> SessionNote:
    """Take one's own notes back before they are accepted. Raises `NotFound`, `IllegalMove`."""
    note = _get_own(ctx, event, session_id)
    NOTES.move(ctx, note, NoteAction.TAKE_BACK)
    note.submitted_at = None
    return note


def accept(ctx: Context, event: Event, note_id: int, seen: str | None = None) -> SessionNote:
    """Accept notes that were handed in; `seen` is the time (ISO 8601) when those were that somebody has read.

    Raises `NotFound`, `IllegalMove`, `Conflict`.
    """
    note = _get_handed_in(ctx, event, note_id)
    if seen is not None and (note.submitted_at is None or note.submitted_at.isoformat() != seen):
        raise Conflict(_("These notes were handed in anew after you opened this page. Look at them, then accept."))
    NOTES.move(ctx, note, NoteAction.ACCEPT)
    _decided(note, ctx.now, ctx.actor.id)
    note.remarks = ""
    return note


def send_back(ctx: Context, event: Event, note_id: int, remarks: str) -> SessionNote:
    """Return notes to their author, accepted ones as well, saying why.

    Raises `NotFound`, `IllegalMove`, `DomainError` without remarks.
    """
    remarks = clean_text(remarks)
    if not remarks:
        raise DomainError(_("Say what is missing, so that the author can go on."), field="remarks")
    if len(remarks) > rules.LONGEST_REMARKS:
        raise DomainError(_("Use at most %(max)d characters.", max=rules.LONGEST_REMARKS), field="remarks")
    note = _get_handed_in(ctx, event, note_id)
    accepted = NOTES.allows(note.state, NoteAction.REOPEN)
    NOTES.move(ctx, note, NoteAction.REOPEN if accepted else NoteAction.RETURN)
    _decided(note, ctx.now, ctx.actor.id)
    note.remarks = remarks
    mail.cancel_pending(ctx, about=messages.about(note))  # an older one that has not gone yet
    mail.enqueue(ctx, messages.notes_returned(event, note))
    return note


def _decided(note: SessionNote, at: datetime | None, by: int | None) -> None:
    note.decided_at, note.decided_by_id = at, by


def _get_own(ctx: Context, event: Event, session_id: int) -> SessionNote:
    note = find_locked(ctx, event, session_id)
    if note is None:
        raise NotFound(_("There is no such note."))
    return note


def _get_handed_in(ctx: Context, event: Event, note_id: int) -> SessionNote:
    note = queries.get_readable(ctx, event, note_id)
    ctx.session.refresh(note, with_for_update={"of": SessionNote})
    if note.state not in queries.READABLE and note.author_id != ctx.actor.id:
        raise NotFound(_("There are no such notes, or nobody has handed them in."))
    return note
