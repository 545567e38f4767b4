"""What is still known of sessions that the draft no longer has: their numbers, UIDs and keys in files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from eventapp.agenda import queries as agenda
from eventapp.agenda.editing.models import EditStep
from eventapp.agenda.models import AgendaRelease
from eventapp.core.context import Context
from eventapp.events.models import Event


@dataclass(frozen=True)
class Identity:
    """What names a session for ever: sign-ups, materials and addresses go by the number, calendars by the UID."""

    session_id: int
    uid: str


def identities(ctx: Context, event: Event) -> dict[str, Identity]:
    """Return by UID, and by key in a file, the sessions that the last release or a step of editing knows."""
    found: dict[str, Identity] = {}
    last = agenda.find_latest(ctx, event)  # it has all that were ever released, those that are gone as cancelled
    for session in last.snapshot["sessions"] if last else ():
        found[session["uid"]] = Identity(session["id"], session["uid"])
    for session_id, state in _states(ctx, event):
        identity = found.setdefault(state["uid"], Identity(session_id, state["uid"]))
        if state["source_key"]:
            found.setdefault(state["source_key"], identity)
    return found


def source_keys(ctx: Context, event: Event) -> dict[str, str]:
    """Return by UID what sessions were called in the files they came from, as the newest steps of editing knew it."""
    keys: dict[str, str] = {}
    for _session_id, state in _states(ctx, event):
        if state["source_key"]:
            keys.setdefault(state["uid"], state["source_key"])
    return keys


def released_elsewhere(ctx: Context, event: Event, uids: set[str]) -> set[str]:
    """Return those of the UIDs that the releases of other events have given away."""
    if not uids:
        return set()
    newest = (
        select(AgendaRelease.event_id, func.max(AgendaRelease.number).label("number"))
        .where(AgendaRelease.event_id != event.id)
        .group_by(AgendaRelease.event_id)
        .subquery()
    )
    snapshots = ctx.session.scalars(
        select(AgendaRelease.snapshot).join(
            newest, (AgendaRelease.event_id == newest.c.event_id) & (AgendaRelease.number == newest.c.number)
        )
    )
    return {session["uid"] for snapshot in snapshots for session in snapshot["sessions"]} & uids


def _states(ctx: Context, event: Event) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield numbers and states of the sessions that steps of editing touched, the newest first."""
    steps = ctx.session.scalars(select(EditStep).where(EditStep.event_id == event.id).order_by(EditStep.id.desc()))
    for step in steps:
        for states in (step.after, step.before):
            for key, state in states.items():
                if state is not None:
                    yield int(key), state
