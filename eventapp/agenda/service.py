"""Commands that change the draft agenda and release it."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from eventapp.agenda import hooks, queries, rules
from eventapp.agenda.models import AgendaRelease, AgendaSession, SessionPerson
from eventapp.agenda.snapshot import Snapshot, succeed, to_json
from eventapp.agenda.values import PersonValues, SessionValues
from eventapp.core import audit
from eventapp.core.context import ActorKind, Context
from eventapp.core.errors import Conflict, DomainError
from eventapp.core.translated import Translated
from eventapp.core.wall_time import problem_of
from eventapp.events.models import Event
from eventapp.events.states import EventState


class ChangedMeanwhile(Conflict):
    """Somebody else saved the session, or the draft, after this form was opened."""


def add_session(
    ctx: Context,
    event: Event,
    values: SessionValues,
    *,
    session_id: int | None = None,
    uid: str = "",
    as_it_was: bool = False,
) -> AgendaSession:
    """Add a session to the draft, one that was there before with its number and UID.

    Raises `DomainError` as `check` does.
    """
    check(event, values, as_it_was=as_it_was)
    session = AgendaSession(
        id=session_id,
        event_id=event.id,
        uid=uid or str(uuid.uuid4()),
        created_at=ctx.now,
        updated_at=ctx.now,
        **columns(values),
    )
    session.people = people(values)
    ctx.session.add(session)
    audit.record(ctx, session, "add")
    return session


def edit_session(
    ctx: Context, event: Event, session: AgendaSession, values: SessionValues, *, seen_at: datetime
) -> list[str]:
    """Change a session of the draft and return the names of the fields that changed.

    `seen_at` is the `updated_at` that the editor started from. Raises `ChangedMeanwhile` when it is no longer
    that, and `DomainError` for times or references that cannot be.
    """
    ctx.session.execute(select(AgendaSession.id).where(AgendaSession.id == session.id).with_for_update())
    ctx.session.refresh(session)
    if session.updated_at != seen_at:
        raise ChangedMeanwhile(
            _(
                "Somebody else saved this session while you were editing it. "
                "What you typed is still below; save again to put it in the place of theirs."
            )
        )
    check(event, values)
    changed = set_values(ctx, session, values)
    if changed:
        audit.record(ctx, session, "edit", {"fields": changed})
    return changed


def set_values(ctx: Context, session: AgendaSession, values: SessionValues) -> list[str]:
    """Give the session of the draft these values and return the names of the fields that changed."""
    changed = audit.changed_fields(session, columns(values))
    if [_values_of(person) for person in session.people] != list(values.people):
        session.people = people(values)
        changed.append("people")
    if changed:
        session.updated_at = max(ctx.now, session.updated_at + timedelta(microseconds=1))  # it names the version
    return changed


def duplicate_session(ctx: Context, session: AgendaSession) -> AgendaSession:
    """Add a copy of a session to the draft, at the same time and place."""
    return add_session(ctx, session.event, values_of(session), as_it_was=True)


def delete_session(ctx: Context, session: AgendaSession) -> None:
    """Take a session out of the draft; if it was released, the next release says that it is cancelled."""
    audit.record(ctx, session, "delete")
    ctx.session.delete(session)


def release(
    ctx: Context, event: Event, note: Translated | None = None, *, seen_hash: str | None = None
) -> AgendaRelease:
    """Freeze the draft as the agenda that everybody sees.

    `seen_hash` is the content hash of the draft that was looked at. Raises `ChangedMeanwhile` when it is another now,
    `DomainError` when there is no session, `Conflict` when nothing changed since the last release or the
    event is cancelled or archived: what its last release said of every session stays true.
    """
    lock(ctx, event)
    if not may_release(event):
        raise Conflict(_("This event is cancelled or archived, so its agenda is released no more."))
    draft = queries.draft_of(ctx, event)
    if seen_hash is not None and seen_hash != draft.content_hash:
        raise ChangedMeanwhile(
            _(
                "Somebody changed the draft while you were looking at it, so nothing is released yet. "
                "This page shows it as it is now: look it over, then release."
            )
        )
    if not draft.sessions:
        raise DomainError(_("The agenda has no session yet. Add one, then release it."))
    return _freeze(ctx, event, draft, note or Translated())


def may_release(event: Event) -> bool:
    """Tell whether the agenda of the event can still be released."""
    return event.state not in (EventState.CANCELLED, EventState.ARCHIVED)


def release_cancellation(ctx: Context, event: Event) -> AgendaRelease | None:
    """Release the agenda with every session cancelled, because the event is; None when nothing was released."""
    lock(ctx, event)
    last = queries.latest_release(ctx, event)
    if last is None or all(session.cancelled for session in last.snapshot.sessions):
        return None
    return _freeze(ctx, event, replace(last.snapshot, sessions=()), Translated())


def values_of(session: AgendaSession) -> SessionValues:
    """Return what the session says, as values for another."""
    return SessionValues(
        kind=session.kind,
        title=session.title,
        text=session.text,
        starts_local=session.starts_local,
        ends_local=session.ends_local,
        theme_id=session.theme_id,
        place_id=session.place_id,
        languages=tuple(session.languages),
        interpretation=session.interpretation,
        streamed=session.streamed,
        sign_up=session.sign_up,
        capacity=session.capacity,
        people=tuple(_values_of(person) for person in session.people),
    )


def _freeze(ctx: Context, event: Event, draft: Snapshot, note: Translated) -> AgendaRelease:
    row = queries.find_latest(ctx, event)
    last = queries.released(row).snapshot if row else None
    snapshot = succeed(draft, last, ctx.now)
    if row is not None and snapshot.content_hash == row.content_hash:
        raise Conflict(
            _("Nothing has changed since release %(number)d, so there is nothing to release.", number=row.number)
        )
    made = AgendaRelease(
        event_id=event.id,
        number=row.number + 1 if row else 1,
        note=note,
        snapshot=to_json(snapshot),
        changes=[rules.change_to_json(change) for change in rules.changes_between(last, snapshot)],
        content_hash=snapshot.content_hash,
        contacts=queries.contacts_of(ctx, event),
        released_at=ctx.now,
        released_by_id=ctx.actor.id if ctx.actor.kind is ActorKind.STAFF else None,
    )
    ctx.session.add(made)
    event.public_version += 1
    audit.record(ctx, made, "release", {"sessions": len(snapshot.sessions), "changes": len(made.changes)})
    for listener in hooks.released:
        listener(ctx, event, made)
    return made


def lock(ctx: Context, event: Event) -> None:
    """Let releases and large edits of an event wait for each other (on SQLite the unit of work itself does)."""
    ctx.session.execute(select(Event.id).where(Event.id == event.id).with_for_update(key_share=True))
    ctx.session.expire(event)  # with its themes and institutions


def check(event: Event, values: SessionValues, *, as_it_was: bool = False) -> None:
    """Raise `DomainError`, naming the field, for a title, times, places or references that cannot be.

    A session that is or was there already (`as_it_was`) may be from when the event had another first language.
    """
    if not as_it_was and event.first_language not in values.title:
        raise DomainError(_("Give the session a title in the first language of the event."), field="title")
    if values.capacity is not None and values.capacity < 1:
        raise DomainError(_("Write how many places there are, from 1, or leave it empty."), field="capacity")
    check_slot(event, values)
    if values.theme_id is not None and values.theme_id not in {theme.id for theme in event.themes}:
        raise DomainError(_("Choose one of the themes of this event."), field="theme_id")
    institutions = {institution.id for institution in event.institutions} | {None}
    if any(person.institution_id not in institutions for person in values.people):
        raise DomainError(_("Choose one of the institutions of this event."), field="people")


def check_slot(event: Event, values: SessionValues) -> None:
    """Raise `DomainError`, naming the field, for times or a place that cannot be."""
    if values.ends_local <= values.starts_local:
        raise DomainError(_("The session must end after it starts."), field="ends_local")
    for field, wall in (("starts_local", values.starts_local), ("ends_local", values.ends_local)):
        if problem_of(wall, event.timezone) is not None:
            raise DomainError(_("Clocks change then, so this time is unclear. Choose another."), field=field)
    if values.place_id is not None and values.place_id not in {place.id for place in event.places}:
        raise DomainError(_("Choose one of the places of this event."), field="place_id")


def columns(values: SessionValues) -> dict[str, object]:
    """Return the values as the session's own columns."""
    return {
        "kind": values.kind,
        "title": values.title,
        "text": values.text,
        "theme_id": values.theme_id,
        "place_id": values.place_id,
        "starts_local": values.starts_local,
        "ends_local": values.ends_local,
        "languages": list(values.languages),
        "interpretation": values.interpretation,
        "streamed": values.streamed,
        "sign_up": values.sign_up,
        "capacity": values.capacity,
    }


def people(values: SessionValues) -> list[SessionPerson]:
    """Return the people of the values as rows, in their order."""
    return [
        SessionPerson(
            position=position,
            role=person.role,
            state=person.state,
            name=person.name,
            affiliation=person.affiliation,
            institution_id=person.institution_id,
            email=person.email,
        )
        for position, person in enumerate(values.people, start=1)
    ]


def _values_of(person: SessionPerson) -> PersonValues:
    return PersonValues(
        role=person.role,
        state=person.state,
        name=person.name,
        affiliation=person.affiliation,
        institution_id=person.institution_id,
        email=person.email,
    )
