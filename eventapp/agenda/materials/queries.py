"""Reads of materials: an organiser's, the public's and a participant's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from eventapp.agenda import queries as agenda
from eventapp.agenda.materials.models import Material
from eventapp.agenda.materials.states import Audience
from eventapp.agenda.snapshot import SessionEntry
from eventapp.core.context import Context
from eventapp.core.errors import NotFound
from eventapp.events.models import Event


@dataclass(frozen=True)
class OfSession:
    """A session with its materials, and whether it is still in the draft."""

    session: SessionEntry
    materials: Sequence[Material]
    in_draft: bool = True


def list_of_session(ctx: Context, event: Event, session_id: int) -> Sequence[Material]:
    """Return all materials of a session, in order, without the bytes of files."""
    return ctx.session.scalars(
        select(Material)
        .where(Material.event_id == event.id, Material.session_id == session_id)
        .order_by(Material.position, Material.id)
    ).all()


def count_of_session(ctx: Context, event: Event, session_id: int) -> int:
    """Return how many materials a session has."""
    wanted = select(func.count(Material.id)).where(Material.event_id == event.id, Material.session_id == session_id)
    return ctx.session.scalar(wanted) or 0


def get(ctx: Context, event: Event, material_id: int) -> Material:
    """Return a material of this event. Raises `NotFound`."""
    found = ctx.session.scalar(select(Material).where(Material.id == material_id, Material.event_id == event.id))
    if found is None:
        raise NotFound(_("Somebody took this material away meanwhile."))
    return found


def get_session(ctx: Context, event: Event, session_id: int) -> OfSession:
    """Return a session with its materials, also one that only the last release has. Raises `NotFound`."""
    found = next((each for each in list_by_session(ctx, event, everywhere=True) if each.session.id == session_id), None)
    if found is None:
        raise NotFound(_("There is no such session in this agenda."))
    return found


def list_by_session(ctx: Context, event: Event, *, everywhere: bool = False) -> list[OfSession]:
    """Return the draft's sessions with their materials, then those that only the last release has.

    Pauses and such that are gone are left out unless they have materials, or `everywhere` is wanted.
    """
    by_session: dict[int, list[Material]] = {}
    wanted = select(Material).where(Material.event_id == event.id).order_by(Material.position, Material.id)
    for material in ctx.session.scalars(wanted):
        by_session.setdefault(material.session_id, []).append(material)
    draft = agenda.draft_of(ctx, event).sessions
    release = agenda.latest_release(ctx, event)
    here = {session.id for session in draft}
    gone = [session for session in release.snapshot.sessions if session.id not in here] if release else []
    return [
        *(
            OfSession(session, by_session.get(session.id, ()))
            for session in draft
            if everywhere or session.id in by_session or not session.is_quiet
        ),
        *(
            OfSession(session, by_session.get(session.id, ()), in_draft=False)
            for session in gone
            if everywhere or session.id in by_session
        ),
    ]


def shown_to_public(ctx: Context, event: Event, session_id: int) -> Sequence[Material]:
    """Return what everybody sees now of a session that is released."""
    return ctx.session.scalars(
        select(Material)
        .where(
            Material.event_id == event.id,
            Material.session_id == session_id,
            Material.audience == Audience.EVERYBODY,
            *_now(ctx),
        )
        .order_by(Material.position, Material.id)
    ).all()


def shown_to_participants(ctx: Context, event: Event) -> list[OfSession]:
    """Return what those who take part see now, under the released sessions in their order."""
    release = agenda.latest_release(ctx, event)
    if release is None:
        return []
    by_session: dict[int, list[Material]] = {}
    wanted = select(Material).where(Material.event_id == event.id, *_now(ctx))
    for material in ctx.session.scalars(wanted.order_by(Material.position, Material.id)):
        by_session.setdefault(material.session_id, []).append(material)
    return [
        OfSession(session, by_session[session.id]) for session in release.snapshot.sessions if session.id in by_session
    ]


def find_file(ctx: Context, event: Event, name: str, *audiences: Audience) -> Material | None:
    """Return the file of that name if the audiences see it now, in a session of the last release."""
    found = ctx.session.scalar(
        select(Material).where(
            Material.event_id == event.id, Material.name == name, Material.audience.in_(audiences), *_now(ctx)
        )
    )
    if found is None:
        return None
    release = agenda.latest_release(ctx, event)
    is_released = release is not None and release.snapshot.find_session(found.session_id) is not None
    return found if is_released else None


def _now(ctx: Context) -> tuple[ColumnElement[bool], ...]:
    return (
        or_(Material.shown_from_at.is_(None), Material.shown_from_at <= ctx.now),
        or_(Material.shown_until_at.is_(None), Material.shown_until_at > ctx.now),
    )
