"""Which sessions somebody may choose, which are for everybody, and which exclude each other: pure functions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from eventapp.agenda.rules import overlap
from eventapp.agenda.snapshot import SessionEntry, Snapshot
from eventapp.agenda.states import SessionKind
from eventapp.registrations.states import Mode


def is_open_to(session: SessionEntry, mode: Mode) -> bool:
    """Tell whether somebody who takes part this way can be in the session: remotely only if it is streamed."""
    return mode is Mode.IN_PERSON or session.streamed


def may_choose(snapshot: Snapshot, session: SessionEntry, mode: Mode, now: datetime) -> bool:
    """Tell whether the session can still be put into one's agenda: until it begins."""
    return not session.cancelled and is_open_to(session, mode) and now < snapshot.instants(session)[0]


def takes_a_place(session: SessionEntry, mode: Mode) -> bool:
    """Tell whether whoever takes part this way takes one of the session's places, which are those in the room."""
    return session.sign_up and session.capacity is not None and mode is Mode.IN_PERSON


def has_room(session: SessionEntry, mode: Mode, taken: int) -> bool:
    """Tell whether one more person who takes part this way fits in."""
    return session.capacity is None or not takes_a_place(session, mode) or taken < session.capacity


def clashing(session: SessionEntry, chosen: Iterable[SessionEntry]) -> list[SessionEntry]:
    """Return the chosen sessions that exclude this one: both need a sign-up, and nobody can be in two places."""
    return [other for other in overlapping(session, chosen) if session.sign_up and other.sign_up]


def overlapping(session: SessionEntry, others: Iterable[SessionEntry]) -> list[SessionEntry]:
    """Return the sessions that take place at the same time; pauses and cancelled ones are in nobody's way."""
    if session.is_quiet or session.cancelled:
        return []
    return [
        other
        for other in others
        if other.id != session.id and not other.is_quiet and not other.cancelled and overlap(session, other)
    ]


def for_everybody(snapshot: Snapshot) -> frozenset[int]:
    """Return the ids of the sessions that are in everybody's agenda.

    Those without sign-up that are no parallel session, and have no other such session beside them: where there are
    two, one chooses. A cancelled one stays, so that calendars learn of it.
    """
    common = [each for each in snapshot.sessions if not each.sign_up and each.kind is not SessionKind.PARALLEL]
    beside = _with_another_beside([each for each in common if not each.is_quiet and not each.cancelled])
    return frozenset(each.id for each in common) - beside


def _with_another_beside(sessions: Iterable[SessionEntry]) -> set[int]:
    """Return the ids of those that overlap another, in one pass through them in order."""
    found: set[int] = set()
    longest: SessionEntry | None = None  # of those before, the one that ends last
    for session in sorted(sessions, key=lambda each: each.starts_local):
        if longest is not None and session.starts_local < longest.ends_local:
            found |= {session.id, longest.id}
        if longest is None or session.ends_local > longest.ends_local:
            longest = session
    return found
