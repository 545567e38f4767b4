"""Reads of rapporteurs' notes: what was accepted, in the order of the agenda, and what is still missing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from eventapp.agenda import queries as agenda
from eventapp.agenda.live import queries as live
from eventapp.agenda.snapshot import SessionEntry, Snapshot
from eventapp.agenda.states import QUIET_KINDS, SessionKind
from eventapp.core.context import Context
from eventapp.core.errors import NotFound
from eventapp.events.models import Event
from eventapp.notes.session_notes.models import NoteEntry, SessionNote
from eventapp.notes.session_notes.states import NoteState

READABLE = frozenset({NoteState.SUBMITTED, NoteState.ACCEPTED})
"""The states in which others of the team read the notes; in all others they are their author's alone."""

_UNNOTED_KINDS = QUIET_KINDS | {SessionKind.SOCIAL}  # nobody takes notes there


@dataclass(frozen=True)
class SessionStatus:
    """A session of the agenda and the notes of it that others may know of."""

    session: SessionEntry
    handed_in: Sequence[SessionNote]  # submitted or accepted, each with its author
    mine: SessionNote | None = None  # of who asks, in whatever state

    @property
    def is_noted(self) -> bool:
        """Tell whether notes of it were accepted."""
        return any(note.state is NoteState.ACCEPTED for note in self.handed_in)

    @property
    def is_wanted(self) -> bool:
        """Tell whether somebody should take notes of it: it takes place, and is neither a pause nor social."""
        return not self.session.cancelled and self.session.kind not in _UNNOTED_KINDS


@dataclass(frozen=True)
class DayStatus:
    """One day of the agenda: its sessions, and where their notes stand."""

    day: date
    number: int  # of the event's days, from 1; 0 for a day outside the event
    sessions: Sequence[SessionStatus]

    @property
    def wanted(self) -> int:
        """Return of how many sessions notes are wanted."""
        return sum(each.is_wanted for each in self.sessions)

    @property
    def missing(self) -> list[SessionStatus]:
        """Return the sessions of which notes are wanted and none were accepted yet."""
        return [each for each in self.sessions if each.is_wanted and not each.is_noted]

    @property
    def to_read(self) -> list[SessionNote]:
        """Return the notes that were handed in and wait for somebody to read them."""
        return [note for each in self.sessions for note in each.handed_in if note.state is NoteState.SUBMITTED]


def agenda_of(ctx: Context, event: Event) -> Snapshot:
    """Return the agenda that notes are taken of: the latest release, the draft before the first."""
    release = agenda.latest_release(ctx, event)
    return release.snapshot if release else agenda.draft_of(ctx, event)


def get_session(ctx: Context, event: Event, session_id: int) -> SessionEntry:
    """Return a session of the agenda that notes are taken of. Raises `NotFound`."""
    found = agenda_of(ctx, event).find_session(session_id)
    if found is None:
        raise NotFound(_("There is no such session in this agenda."))
    return found


def require_session(ctx: Context, event: Event, session_id: int) -> None:
    """Raise `NotFound` unless the agenda has the session or who asks has begun notes of it before it went."""
    begun = select(SessionNote.id).where(
        SessionNote.event_id == event.id,
        SessionNote.session_id == session_id,
        SessionNote.author_id == ctx.actor.id,
    )
    if ctx.session.scalar(begun) is None:
        get_session(ctx, event, session_id)


def list_days(ctx: Context, event: Event) -> list[DayStatus]:
    """Return every day of the agenda with its sessions and their notes, mine and those handed in, in three queries.

    A cancelled session is there only for the notes that were taken of it.
    """
    snapshot = agenda_of(ctx, event)
    handed_in: dict[int, list[SessionNote]] = {}
    mine: dict[int, SessionNote] = {}
    for note in ctx.session.scalars(
        select(SessionNote)
        .where(SessionNote.event_id == event.id)
        .options(joinedload(SessionNote.author))
        .order_by(SessionNote.submitted_at, SessionNote.id)
    ):
        if note.state in READABLE:
            handed_in.setdefault(note.session_id, []).append(note)
        if note.author_id == ctx.actor.id:
            mine[note.session_id] = note
    numbers = {day: number for number, day in enumerate(event.days, start=1)}
    return [
        DayStatus(
            day.date,
            numbers.get(day.date, 0),
            [
                SessionStatus(session, handed_in.get(session.id, ()), mine.get(session.id))
                for session in day.sessions
                if not session.cancelled or session.id in handed_in or session.id in mine
            ],
        )
        for day in snapshot.days
    ]


def missing_by_day(ctx: Context, event: Event) -> list[DayStatus]:
    """Return the days of the event on which notes are wanted, each telling what is `missing` and `to_read`.

    Missing are the sessions without accepted notes that are neither pauses nor social and not cancelled, whether or
    not they are over; `wanted` says of how many. The hub of the notes and the page of the sessions show it.
    """
    return [day for day in list_days(ctx, event) if day.wanted]


def list_accepted(ctx: Context, event: Event, day: date | None = None) -> list[SessionNote]:
    """Return the accepted notes, of one day or of all, in the order of the agenda, then of their handing in.

    Each comes with its author and with `entries` in their order, without those crossed out. Read only: whoever
    changes a note loads it by `get_own` or `get_readable`. A session that moved counts where it is now.
    """
    snapshot = agenda_of(ctx, event)
    places = {session.id: (session.starts_local, place) for place, session in enumerate(snapshot.sessions)}
    notes = ctx.session.scalars(
        select(SessionNote)
        .where(SessionNote.event_id == event.id, SessionNote.state == NoteState.ACCEPTED)
        .options(
            joinedload(SessionNote.author),
            selectinload(SessionNote.entries.and_(NoteEntry.removed_at.is_(None))),
        )
        .order_by(SessionNote.submitted_at, SessionNote.id)
        .execution_options(populate_existing=True)
    ).all()

    def place_of(note: SessionNote) -> tuple[datetime, int]:
        return places.get(note.session_id, (note.starts_local, len(places)))

    return sorted((note for note in notes if day in (None, place_of(note)[0].date())), key=place_of)


def list_entries(ctx: Context, event: Event, entry_ids: Collection[int]) -> Sequence[NoteEntry]:
    """Return those of the entries that the team may read, with note and author, in the order of the sessions."""
    return ctx.session.scalars(
        _readable_entries(event)
        .where(NoteEntry.id.in_(entry_ids))
        .order_by(SessionNote.starts_local, SessionNote.session_id, SessionNote.id, NoteEntry.position, NoteEntry.id)
    ).all()


def _readable_entries(event: Event) -> Select[NoteEntry]:
    return (
        select(NoteEntry)
        .join(NoteEntry.note)
        .where(*_readable(event), NoteEntry.removed_at.is_(None))
        .options(contains_eager(NoteEntry.note).joinedload(SessionNote.author))
    )


def _readable(event: Event) -> tuple[ColumnElement[bool], ...]:
    return SessionNote.event_id == event.id, SessionNote.state.in_(READABLE)


def find_own(ctx: Context, event: Event, session_id: int) -> SessionNote | None:
    """Return what who asks has noted of the session, with every entry, or None."""
    return ctx.session.scalar(
        select(SessionNote)
        .where(
            SessionNote.event_id == event.id,
            SessionNote.session_id == session_id,
            SessionNote.author_id == ctx.actor.id,
        )
        .options(selectinload(SessionNote.entries))
        .execution_options(populate_existing=True)
    )


def get_readable(ctx: Context, event: Event, note_id: int) -> SessionNote:
    """Return notes that were handed in, or one's own, with every entry. Raises `NotFound`."""
    found = ctx.session.scalar(
        select(SessionNote)
        .where(SessionNote.id == note_id, SessionNote.event_id == event.id)
        .options(joinedload(SessionNote.author), selectinload(SessionNote.entries))
        .execution_options(populate_existing=True)
    )
    if found is None or (found.state not in READABLE and found.author_id != ctx.actor.id):
        raise NotFound(_("There are no such notes, or nobody has handed them in."))
    return found


def count_to_read(ctx: Context, event: Event) -> int:
    """Return how many notes were handed in and wait for somebody to read them."""
    return (
        ctx.session.scalar(
            select(func.count(SessionNote.id)).where(
                SessionNote.event_id == event.id, SessionNote.state == NoteState.SUBMITTED
            )
        )
        or 0
    )


def count_returned_to_me(ctx: Context, event: Event) -> int:
    """Return how many notes of whoever asks came back with remarks."""
    return (
        ctx.session.scalar(
            select(func.count(SessionNote.id)).where(
                SessionNote.event_id == event.id,
                SessionNote.state == NoteState.RETURNED,
                SessionNote.author_id == ctx.actor.id,
            )
        )
        or 0
    )


def session_now(ctx: Context, event: Event) -> SessionEntry | None:
    """Return the session that is on now, delays included, else the next, else the last; pauses do not count.

    Of several at once it is the one that I have begun notes of, else the first. None when there is no session at all.
    """
    snapshot = agenda_of(ctx, event)
    sessions = [each for each in snapshot.sessions if not each.cancelled and each.kind not in _UNNOTED_KINDS]
    if not sessions:
        return None
    delays = live.delays_of(ctx, event, snapshot)
    begun = set(
        ctx.session.scalars(
            select(SessionNote.session_id).where(
                SessionNote.event_id == event.id, SessionNote.author_id == ctx.actor.id
            )
        )
    )

    def span(session: SessionEntry) -> tuple[datetime, datetime]:
        late = delays.get(session.id, 0)
        starts, ends = snapshot.instants(session)
        return starts + timedelta(minutes=late), ends + timedelta(minutes=late)

    on = [each for each in sessions if span(each)[0] <= ctx.now < span(each)[1]]
    if on:
        return next((each for each in on if each.id in begun), on[0])
    return next((each for each in sessions if span(each)[0] > ctx.now), sessions[-1])
