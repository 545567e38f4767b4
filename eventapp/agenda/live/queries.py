"""Reads of the day itself: announcements, delays, and the way in for remote participants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from eventapp.agenda import queries as agenda
from eventapp.agenda.live.models import Announcement, RemoteAccess
from eventapp.agenda.live.rules import closes_at, opens_at, still_late
from eventapp.agenda.models import AgendaRelease
from eventapp.agenda.snapshot import SessionEntry, Snapshot
from eventapp.core.context import Context
from eventapp.core.errors import NotFound
from eventapp.core.wall_time import to_wall
from eventapp.events.models import Event
from eventapp.events.states import EventState
from eventapp.registrations.models import Registration
from eventapp.registrations.states import Mode, State


@dataclass(frozen=True)
class Connection:
    """A session that a remote participant can join, now or later; the link itself is not in it."""

    session: SessionEntry
    late: int
    opens_at: datetime
    is_open: bool
    is_given: bool  # whether organisers have said where it is; told only while open
    passcode: str


def is_on_today(ctx: Context, event: Event) -> bool:
    """Tell whether this is one of the event's days, and there is an agenda to look into."""
    today = to_wall(ctx.now, event.timezone).date()
    return (
        event.starts_on <= today <= event.ends_on
        and event.state is not EventState.CANCELLED
        and agenda.has_release(ctx, event)
    )


def list_shown(ctx: Context, event: Event) -> Sequence[Announcement]:
    """Return the announcements that stand on top of every page now, the newest first."""
    return ctx.session.scalars(
        select(Announcement)
        .where(Announcement.event_id == event.id, Announcement.starts_at <= ctx.now, Announcement.ends_at > ctx.now)
        .order_by(Announcement.starts_at.desc(), Announcement.id.desc())
    ).all()


def has_announcements(ctx: Context, event: Event) -> bool:
    """Tell whether any announcement is shown now or later."""
    found = select(Announcement.id).where(Announcement.event_id == event.id, Announcement.ends_at > ctx.now).limit(1)
    return ctx.session.scalar(found) is not None


def list_announcements(ctx: Context, event: Event, *, ended: bool = False) -> Sequence[Announcement]:
    """Return the announcements shown now or later in their order, or those that have ended, the latest first."""
    if ended:
        past = select(Announcement).where(Announcement.event_id == event.id, Announcement.ends_at <= ctx.now)
        return ctx.session.scalars(past.order_by(Announcement.ends_at.desc()).limit(20)).all()
    ahead = select(Announcement).where(Announcement.event_id == event.id, Announcement.ends_at > ctx.now)
    return ctx.session.scalars(ahead.order_by(Announcement.starts_at, Announcement.id)).all()


def get_announcement(ctx: Context, event: Event, announcement_id: int) -> Announcement:
    """Return an announcement of this event. Raises `NotFound`."""
    found = ctx.session.scalar(
        select(Announcement).where(Announcement.id == announcement_id, Announcement.event_id == event.id)
    )
    if found is None:
        raise NotFound(_("There is no such announcement in this event."))
    return found


def delays_of(ctx: Context, event: Event, snapshot: Snapshot) -> dict[int, int]:
    """Return by how many minutes sessions run late that are not over yet, by the session's id."""
    said = ctx.session.scalar(
        select(AgendaRelease.delays)
        .where(AgendaRelease.event_id == event.id)
        .order_by(AgendaRelease.number.desc())
        .limit(1)
    )
    return still_late(snapshot, {int(key): minutes for key, minutes in (said or {}).items()}, ctx.now)


def accesses_of(ctx: Context, event: Event) -> dict[int | None, RemoteAccess]:
    """Return the ways in by the session's id; that of the whole event under None."""
    rows = ctx.session.scalars(select(RemoteAccess).where(RemoteAccess.event_id == event.id))
    return {each.session_id: each for each in rows}


def list_sessions(ctx: Context, event: Event) -> list[SessionEntry]:
    """Return the sessions of the draft, then those that only the public still sees: each can have a way in."""
    draft = agenda.draft_of(ctx, event).sessions
    release = agenda.latest_release(ctx, event)
    here = {session.id for session in draft}
    public = release.snapshot.sessions if release else ()
    return [*draft, *(session for session in public if session.id not in here and not session.cancelled)]


def get_session(ctx: Context, event: Event, session_id: int) -> SessionEntry:
    """Return a session that can have a way in. Raises `NotFound`."""
    found = next((each for each in list_sessions(ctx, event) if each.id == session_id), None)
    if found is None:
        raise NotFound(_("There is no such session in this agenda."))
    return found


def may_join(registration: Registration) -> bool:
    """Tell whether the person is a confirmed remote participant."""
    return registration.state is State.APPROVED and registration.mode is Mode.REMOTE


def connections_of(ctx: Context, event: Event, registration: Registration) -> list[Connection]:
    """Return the sessions that the person can join now, and those that come first after them.

    A session is joined when it is streamed, or has a way in of its own.
    """
    release = agenda.latest_release(ctx, event) if may_join(registration) else None
    if release is None or event.state is EventState.CANCELLED:
        return []
    snapshot, accesses = release.snapshot, accesses_of(ctx, event)
    delays = delays_of(ctx, event, snapshot)
    ahead = [
        _connection(ctx, snapshot, session, delays.get(session.id, 0), accesses)
        for session in snapshot.sessions
        if not session.cancelled
        and (session.streamed or session.id in accesses)
        and ctx.now < closes_at(snapshot, session, delays.get(session.id, 0))
    ]
    now = [each for each in ahead if each.is_open]
    later = [each for each in ahead if not each.is_open]
    return [*now, *(each for each in later if each.opens_at == min(other.opens_at for other in later))]


def _connection(
    ctx: Context, snapshot: Snapshot, session: SessionEntry, late: int, accesses: dict[int | None, RemoteAccess]
) -> Connection:
    is_open = opens_at(snapshot, session) <= ctx.now
    access = (accesses.get(session.id) or accesses.get(None)) if is_open else None
    return Connection(
        session=session,
        late=late,
        opens_at=opens_at(snapshot, session),
        is_open=is_open,
        is_given=access is not None,
        passcode=access.passcode if access else "",
    )
