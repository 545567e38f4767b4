"""Commands of the day itself: announce, say that a session runs late, give the way in, and join."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from eventapp.agenda import queries as agenda
from eventapp.agenda import service as agenda_service
from eventapp.agenda.live import queries
from eventapp.agenda.live.models import Announcement, RemoteAccess
from eventapp.agenda.live.rules import DELAYS, MOST_AT_ONCE, is_link, most_at_once
from eventapp.agenda.live.values import AnnouncementValues
from eventapp.agenda.models import AgendaRelease, AgendaSession
from eventapp.agenda.rules import change_from_json
from eventapp.agenda.snapshot import SessionEntry
from eventapp.core import audit
from eventapp.core.context import Context
from eventapp.core.errors import Conflict, DomainError, NotFound
from eventapp.core.wall_time import to_wall
from eventapp.events.models import Event
from eventapp.registrations.checkin.models import CheckIn
from eventapp.registrations.checkin.states import CheckInState, Way
from eventapp.registrations.models import Registration


def announce(ctx: Context, event: Event, values: AnnouncementValues) -> Announcement:
    """Put a line on top of every page of the event. Raises `DomainError` for times or a number that cannot be."""
    agenda_service.lock(ctx, event)
    made = Announcement(event_id=event.id, created_at=ctx.now, **_checked(ctx, event, values))
    ctx.session.add(made)
    audit.record(ctx, made, "add")
    event.public_version += 1
    return made


def edit_announcement(ctx: Context, event: Event, announcement: Announcement, values: AnnouncementValues) -> None:
    """Change the line or its times. Raises `DomainError` for times or a number that cannot be."""
    agenda_service.lock(ctx, event)
    changed = audit.changed_fields(announcement, _checked(ctx, event, values, besides=announcement))
    if changed:
        audit.record(ctx, announcement, "edit", {"fields": changed})
        event.public_version += 1


def end_announcement(ctx: Context, event: Event, announcement: Announcement) -> None:
    """Take the line off the pages now; one that was never shown is forgotten. A second click changes nothing."""
    agenda_service.lock(ctx, event)
    ctx.session.refresh(announcement)
    if announcement.ends_at <= ctx.now:
        return
    event.public_version += 1
    if announcement.starts_at > ctx.now:
        audit.record(ctx, announcement, "remove")
        ctx.session.delete(announcement)
        return
    announcement.ends_at = ctx.now
    audit.record(ctx, announcement, "end")


@dataclass
class _Public:
    """A session as the audit names it, which the public sees and the draft may no longer have."""

    event_id: int
    id: int
    audit_label: str
    __tablename__: str = AgendaSession.__tablename__


def set_delay(ctx: Context, event: Event, session_id: int, minutes: int) -> SessionEntry:
    """Say that the session runs late by so many minutes, 0 for on time, until it is over, and return it.

    It is part of no release and no calendar: an entry that moves by ten minutes while people sit in the room would
    reach most calendars hours later, and would still be wrong there when the delay is made up. Raises
    `DomainError` for other minutes, `NotFound` when the public sees no such session, `Conflict` if it is cancelled.
    """
    agenda_service.lock(ctx, event)
    release = agenda.find_latest(ctx, event)
    entry = agenda.released(release).snapshot.find_session(session_id) if release else None
    if release is None or entry is None:
        raise NotFound(_("There is no such session in this agenda."))
    if minutes not in DELAYS:
        raise DomainError(_("Choose one of the given minutes."), field="minutes")
    if entry.cancelled:
        raise Conflict(_("This session is cancelled, so it cannot run late."))
    ctx.session.refresh(release, ["delays"])
    key = str(session_id)
    if release.delays.get(key, 0) != minutes:
        release.delays = {**release.delays, key: minutes}
        label = entry.title.text("en")
        audit.record(ctx, _Public(event.id, session_id, label), "delay", {"minutes": minutes})
        event.public_version += 1
    return entry


def keep_delays(ctx: Context, event: Event, release: AgendaRelease) -> None:
    """Keep what was said of the last release, but forget how late sessions ran that this one moves to another time."""
    moved = {str(change.session_id) for change in map(change_from_json, release.changes) if change.is_retimed}
    said = ctx.session.scalar(
        select(AgendaRelease.delays).where(
            AgendaRelease.event_id == event.id, AgendaRelease.number == release.number - 1
        )
    )
    release.delays = {key: minutes for key, minutes in (said or {}).items() if key not in moved}


def set_access(
    ctx: Context, event: Event, session: AgendaSession | SessionEntry | None, *, url: str, passcode: str
) -> RemoteAccess | None:
    """Give the way in for remote participants to one session, or to all that have none of their own.

    An empty link takes it away. Raises `DomainError` for what is no link. Neither link nor passcode is ever written
    to the audit.
    """
    if url and not is_link(url):
        raise DomainError(_("Give a full web address that begins with https:// or http://."), field="url")
    if passcode and not url:
        raise DomainError(_("Give the link that the passcode belongs to."), field="url")
    agenda_service.lock(ctx, event)  # two cannot both add the one of the whole event
    access = queries.accesses_of(ctx, event).get(session.id if session else None)
    if not url:
        if access is not None:
            audit.record(ctx, access, "remove")
            ctx.session.delete(access)
        return None
    if access is None:
        access = RemoteAccess(
            event_id=event.id,
            session_id=session.id if session else None,
            url=url,
            passcode=passcode,
            updated_at=ctx.now,
        )
        ctx.session.add(access)
        audit.record(ctx, access, "add")
        return access
    changed = audit.changed_fields(access, {"url": url, "passcode": passcode})
    if changed:
        access.updated_at = ctx.now
        audit.record(ctx, access, "edit", {"fields": changed})
    return access


def join(ctx: Context, event: Event, registration: Registration, session_id: int) -> str:
    """Return the link of a session that the person can join now, and record that they are there today.

    Raises `NotFound` when there is no such session for this person, `Conflict` when it is not open now.
    """
    ctx.session.execute(select(Registration.id).where(Registration.id == registration.id).with_for_update())
    ctx.session.refresh(registration)
    found = next(
        (each for each in queries.connections_of(ctx, event, registration) if each.session.id == session_id), None
    )
    if found is None:
        raise NotFound(_("There is no connection for you to this session now."))
    accesses = queries.accesses_of(ctx, event)
    access = accesses.get(session_id) or accesses.get(None)
    if not found.is_open or access is None:
        raise Conflict(_("The connection is not open yet."))
    _record_attendance(ctx, event, registration)
    return access.url


def _record_attendance(ctx: Context, event: Event, registration: Registration) -> None:
    """Record once a day that the person is there; what the desk has undone stays undone."""
    day = to_wall(ctx.now, event.timezone).date()
    key = f"remote-{registration.id}-{day.isoformat()}"
    known = ctx.session.scalar(
        select(CheckIn.id)
        .where(
            CheckIn.registration_id == registration.id,
            (CheckIn.key == key) | ((CheckIn.day == day) & (CheckIn.state == CheckInState.PRESENT)),
        )
        .limit(1)
    )
    if known is not None:
        return
    made = CheckIn(
        event_id=event.id,
        registration=registration,
        state=CheckInState.PRESENT,
        way=Way.REMOTE,
        day=day,
        scanned_at=ctx.now,
        recorded_at=ctx.now,
        key=key,
    )
    ctx.session.add(made)
    audit.record(ctx, made, "join", {"way": Way.REMOTE.value, "day": day.isoformat()})


def _checked(
    ctx: Context, event: Event, values: AnnouncementValues, *, besides: Announcement | None = None
) -> dict[str, object]:
    """Return the columns of an announcement that can be. Raises `DomainError`."""
    starts_at: datetime = values.starts_at or (besides.starts_at if besides else ctx.now)
    if event.first_language not in values.text:
        raise DomainError(_("Write the announcement in the first language of the event."), field="text")
    if values.ends_at <= max(ctx.now, starts_at):
        raise DomainError(_("It must end later than it starts, and later than now."), field="ends_at")
    others = [each for each in queries.list_announcements(ctx, event) if besides is None or each.id != besides.id]
    periods = [(each.starts_at, each.ends_at) for each in others]
    if most_at_once([*periods, (starts_at, values.ends_at)]) > MOST_AT_ONCE:
        raise DomainError(
            _(
                "At most %(number)d announcements are shown at once. End one, or choose other times.",
                number=MOST_AT_ONCE,
            )
        )
    return {"text": values.text, "starts_at": starts_at, "ends_at": values.ends_at}
