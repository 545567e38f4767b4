"""Reads of the draft agenda and of its releases."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import defer, joinedload, selectinload, undefer

from eventapp.agenda.models import AgendaRelease, AgendaSession, SessionPerson
from eventapp.agenda.snapshot import PersonEntry, SessionEntry, Snapshot, ThemeEntry, from_json, order
from eventapp.core.context import Context
from eventapp.core.errors import NotFound
from eventapp.core.translated import Translated
from eventapp.events.models import Event, Institution
from eventapp.events.states import InstitutionKind

_WITH_ALL = (
    joinedload(AgendaSession.theme),
    joinedload(AgendaSession.place),
    selectinload(AgendaSession.people).joinedload(SessionPerson.institution),
)


_REVISIONS = 1000  # nobody signs up for one session and leaves it so often between two releases


@dataclass(frozen=True)
class Released:
    """A release as its readers know it."""

    number: int
    note: Translated
    released_at: datetime
    content_hash: str
    snapshot: Snapshot

    @cached_property
    def touched_at(self) -> datetime:
        """Return when any session last changed."""
        return max((session.last_modified for session in self.snapshot.sessions), default=self.released_at)

    def mailed_revision(self, revision: int) -> int:
        """Return the number to add to a session's own in an entry that is mailed: it grows with every release.

        `revision` counts what the same person was mailed of the session by signing up and leaving.
        """
        return self.number * _REVISIONS + revision


@dataclass(frozen=True)
class Logo:
    """The picture of a host, as an address that carries the picture itself."""

    name: Translated
    address: str


def list_draft_sessions(ctx: Context, event: Event) -> Sequence[AgendaSession]:
    """Return the sessions of the draft in the order of the agenda, read afresh with all that belongs to them."""
    return ctx.session.scalars(
        select(AgendaSession)
        .where(AgendaSession.event_id == event.id)
        .order_by(AgendaSession.starts_local, AgendaSession.ends_local, AgendaSession.id)
        .options(*_WITH_ALL)
        .execution_options(populate_existing=True)  # else a place chosen in this very transaction is not yet there
    ).all()


def get_draft_session(ctx: Context, event: Event, session_id: int) -> AgendaSession:
    """Return a session of this event's draft. Raises `NotFound`."""
    found = ctx.session.scalar(
        select(AgendaSession)
        .where(AgendaSession.id == session_id, AgendaSession.event_id == event.id)
        .options(*_WITH_ALL)
    )
    if found is None:
        raise NotFound(_("There is no such session in this agenda."))
    return found


def draft_of(ctx: Context, event: Event) -> Snapshot:
    """Return the draft as plain values."""
    return draft_snapshot(event, list_draft_sessions(ctx, event))


def latest_release(ctx: Context, event: Event) -> Released | None:
    """Return the release that the public sees, or None before the first."""
    row = find_latest(ctx, event)
    return released(row) if row else None


def find_latest(ctx: Context, event: Event) -> AgendaRelease | None:
    """Return the row of the newest release, or None."""
    return ctx.session.scalar(
        select(AgendaRelease).where(AgendaRelease.event_id == event.id).order_by(AgendaRelease.number.desc()).limit(1)
    )


def has_release(ctx: Context, event: Event) -> bool:
    """Tell whether the public can see an agenda."""
    return ctx.session.scalar(select(AgendaRelease.id).where(AgendaRelease.event_id == event.id).limit(1)) is not None


def list_logos(ctx: Context, event: Event) -> list[Logo]:
    """Return the logos of the hosts that have one, in the order of the hosts."""
    hosts = ctx.session.scalars(
        select(Institution)
        .where(
            Institution.event_id == event.id,
            Institution.kind == InstitutionKind.ORGANISER,
            Institution.logo_name.is_not(None),
        )
        .order_by(Institution.position)
        .options(undefer(Institution.logo))
    )
    return [
        Logo(host.name, f"data:{host.logo_type};base64,{base64.b64encode(host.logo).decode()}")
        for host in hosts
        if host.logo
    ]


def list_releases(ctx: Context, event: Event) -> Sequence[AgendaRelease]:
    """Return the releases without their snapshots, the newest first."""
    return ctx.session.scalars(
        select(AgendaRelease)
        .where(AgendaRelease.event_id == event.id)
        .order_by(AgendaRelease.number.desc())
        .options(defer(AgendaRelease.snapshot), joinedload(AgendaRelease.released_by))
    ).all()


def count_draft_sessions(ctx: Context, event: Event) -> int:
    """Return how many sessions the draft has."""
    return ctx.session.scalar(select(func.count(AgendaSession.id)).where(AgendaSession.event_id == event.id)) or 0


def released(row: AgendaRelease) -> Released:
    """Return the release as plain values."""
    return Released(row.number, row.note, row.released_at, row.content_hash, from_json(row.snapshot))


def draft_snapshot(event: Event, sessions: Sequence[AgendaSession]) -> Snapshot:
    """Return the draft as a snapshot that was never released."""
    hosts = [each.name for each in event.institutions if each.kind is InstitutionKind.ORGANISER]
    return Snapshot(
        title=event.title,
        place=event.place,
        venue=event.venue,
        zone=event.timezone,
        starts_on=event.starts_on,
        ends_on=event.ends_on,
        languages=tuple(event.languages),
        contact_email=event.contact_email,
        hosts=tuple(hosts),
        themes=tuple(ThemeEntry(theme.number, theme.title) for theme in event.themes),
        sessions=tuple(sorted((entry_of(session) for session in sessions), key=order)),
    )


def entry_of(session: AgendaSession) -> SessionEntry:
    """Return a session of the draft as a plain value."""
    return SessionEntry(
        id=session.id,
        uid=session.uid,
        kind=session.kind,
        title=session.title,
        text=session.text,
        theme=session.theme.number if session.theme else None,
        place_id=session.place_id,
        place=session.place.name if session.place else Translated(),
        starts_local=session.starts_local,
        ends_local=session.ends_local,
        languages=tuple(session.languages),
        interpretation=session.interpretation,
        streamed=session.streamed,
        sign_up=session.sign_up,
        capacity=session.capacity,
        people=tuple(_person_of(person) for person in session.people),
    )


def contacts_of(ctx: Context, event: Event) -> dict[str, list[dict[str, str]]]:
    """Return by session UID the names and addresses of people who gave one; a release keeps them, nobody sees them."""
    rows = ctx.session.execute(
        select(AgendaSession.uid, SessionPerson.name, SessionPerson.email)
        .join(SessionPerson, SessionPerson.session_id == AgendaSession.id)
        .where(AgendaSession.event_id == event.id, SessionPerson.email != "")
        .order_by(AgendaSession.id, SessionPerson.position)
    )
    contacts: dict[str, list[dict[str, str]]] = {}
    for uid, name, email in rows:
        contacts.setdefault(uid, []).append({"name": name, "email": email})
    return contacts


def _person_of(person: SessionPerson) -> PersonEntry:
    institution = person.institution.name if person.institution else Translated()
    return PersonEntry(person.role, person.state, person.name, person.affiliation, institution)
