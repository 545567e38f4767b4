"""Commands on the draft that can be undone: what one session's form does, and moves of several at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import selectinload

from eventapp.agenda import queries as agenda
from eventapp.agenda import service as sessions
from eventapp.agenda.editing import queries, rules, stored
from eventapp.agenda.editing.models import EditStep
from eventapp.agenda.editing.rules import Slot
from eventapp.agenda.models import AgendaSession
from eventapp.agenda.values import SessionValues
from eventapp.core import audit
from eventapp.core.context import ActorKind, Context
from eventapp.core.errors import Conflict, DomainError
from eventapp.events.models import Event

MOST_STEPS = 100  # kept an event
FARTHEST_MINUTES = 24 * 60


def add(ctx: Context, event: Event, values: SessionValues, *, once: str = "") -> AgendaSession:
    """Add a session to the draft, or return the one that this very form added. Raises `DomainError` as `check` does."""
    sessions.lock(ctx, event)
    already = _added_by(ctx, event, once)
    if already is not None:
        return already
    session = sessions.add_session(ctx, event, values)
    ctx.session.flush()
    _keep_step(ctx, event, "add", {}, [session], {"once": once})
    return session


def edit(ctx: Context, event: Event, session: AgendaSession, values: SessionValues, *, seen_at: datetime) -> list[str]:
    """Change one session by its form and return the changed fields. Raises `ChangedMeanwhile` and `DomainError`."""
    sessions.lock(ctx, event)
    before = _as_they_are(ctx, event, [session.id])
    changed = sessions.edit_session(ctx, event, session, values, seen_at=seen_at)
    if changed:
        _keep_step(ctx, event, "edit", before, [session], {})
    return changed


def duplicate(ctx: Context, event: Event, session: AgendaSession, *, once: str = "") -> AgendaSession:
    """Add a copy of the session, at the same time and place, or return the one that this very button added."""
    sessions.lock(ctx, event)
    already = _added_by(ctx, event, once)
    if already is not None:
        return already
    copy = sessions.duplicate_session(ctx, session)
    ctx.session.flush()
    _keep_step(ctx, event, "duplicate", {}, [copy], {"once": once})
    return copy


def remove(ctx: Context, event: Event, session: AgendaSession) -> None:
    """Take the session out of the draft."""
    sessions.lock(ctx, event)
    before = _as_they_are(ctx, event, [session.id])
    about = {"title": session.title.as_dict(), "count": 1}
    sessions.delete_session(ctx, session)
    ctx.session.flush()
    _keep_step(ctx, event, "delete", before, [], about)


def shift(ctx: Context, event: Event, day: date, after: datetime, minutes: int) -> int:
    """Shift the day's sessions from `after` on by minutes, later or earlier, and return how many were.

    Raises `DomainError` when one would leave the day, or a clock change would make its time unclear.
    """
    if not 0 < abs(minutes) <= FARTHEST_MINUTES:
        raise DomainError(_("Write by how many minutes, such as 15 or -10."), field="minutes")

    def moved(slots: Sequence[Slot]) -> list[Slot]:
        late = rules.shifted(slots, day, after, minutes)
        if any(slot.starts_local.date() != day for slot in late):
            raise DomainError(_("A session would leave its day. Shift by less."), field="minutes")
        return late

    return _rearrange(ctx, event, "shift", moved, {"minutes": minutes})


def move_to_day(ctx: Context, event: Event, session_ids: Iterable[int], day: date) -> int:
    """Move the sessions to another day of the event, at the same times, and return how many were.

    Raises `DomainError` for a day that is none of the event's.
    """
    wanted = set(session_ids)
    if day not in event.days:
        raise DomainError(_("Choose one of the days of the event."), field="day")
    return _rearrange(
        ctx,
        event,
        "move_day",
        lambda slots: rules.on_day([slot for slot in slots if slot.id in wanted], day),
        {"day": day.isoformat()},
    )


def move_whole_day(ctx: Context, event: Event, from_day: date, day: date) -> int:
    """Move all sessions of a day to another and return how many were. Raises `DomainError` as `move_to_day`."""
    rows = agenda.list_draft_sessions(ctx, event)
    return move_to_day(ctx, event, [row.id for row in rows if row.starts_local.date() == from_day], day)


def exchange(ctx: Context, event: Event, session_id: int, *, earlier: bool) -> int:
    """Exchange the session with the one before or after it in its place; at the end of the row nothing changes."""

    def moved(slots: Sequence[Slot]) -> list[Slot]:
        slot = _slot(slots, session_id)
        other = rules.neighbour(slots, slot, earlier=earlier)
        return rules.exchanged(slot, other) if other is not None else []

    return _rearrange(ctx, event, "exchange", moved, {"earlier": earlier}, first=session_id)


def postpone(ctx: Context, event: Event, session_id: int, minutes: int) -> int:
    """Move one session by minutes, later or earlier. Raises `DomainError` when it would leave its day."""

    def moved(slots: Sequence[Slot]) -> list[Slot]:
        slot = _slot(slots, session_id)
        there = rules.postponed(slot, minutes)
        if there.starts_local.date() != slot.starts_local.date():
            raise DomainError(_("The session would leave its day."))
        return [there]

    return _rearrange(ctx, event, "postpone", moved, {"minutes": minutes})


def resize(ctx: Context, event: Event, session_id: int, minutes: int) -> int:
    """Make one session longer or shorter by minutes. Raises `DomainError` when nothing of it would be left."""
    return _rearrange(
        ctx,
        event,
        "resize",
        lambda slots: [rules.resized(_slot(slots, session_id), minutes)],
        {"minutes": minutes},
    )


def put_at(ctx: Context, event: Event, session_id: int, starts_local: datetime, place_id: int | None) -> int:
    """Put one session at a time and place, as long as before. Raises `DomainError` for a place of another event."""
    place = next((each for each in event.places if each.id == place_id), None)
    return _rearrange(
        ctx,
        event,
        "put",
        lambda slots: [replace(_slot(slots, session_id).at(starts_local), place_id=place_id)],
        {"starts_local": starts_local.isoformat()} | ({"place": place.name.as_dict()} if place is not None else {}),
    )


@dataclass(frozen=True)
class Wanted:
    """A session as it shall be: changed where the draft has `session_id`, else added.

    A session that is added has that number again, and its UID, if they are still free.
    """

    values: SessionValues
    session_id: int | None = None
    uid: str = ""
    source_key: str = ""


def put_many(
    ctx: Context,
    event: Event,
    action: str,
    wanted: Sequence[Wanted],
    *,
    removed: Collection[int] = (),
    about: Mapping[str, Any] | None = None,
    as_it_was: bool = False,
) -> int:
    """Change, add and remove sessions as one step and return how many. Raises `DomainError` as `service.check`.

    `about` is what the step's sentence says beside how many they are and the title of one.
    """
    sessions.lock(ctx, event)
    known = {each.session_id for each in wanted if each.session_id is not None} | {*removed}
    before = _as_they_are(ctx, event, known)
    rows = {row.id: row for row in agenda.list_draft_sessions(ctx, event) if row.id in known}
    gone = [rows[session_id] for session_id in sorted(removed) if session_id in rows]
    named = {"title": gone[0].title.as_dict()} if gone else {}
    for going in gone:
        sessions.delete_session(ctx, going)
    ctx.session.flush()
    touched: list[AgendaSession] = []
    free = _free_uids(ctx, {each.uid for each in wanted if each.session_id not in rows and each.uid})
    free_ids = _free_ids(ctx, {each.session_id for each in wanted if each.session_id not in rows})
    for each in wanted:
        row = rows.get(each.session_id) if each.session_id is not None else None
        if row is None:
            is_free = each.uid in free
            row = sessions.add_session(
                ctx,
                event,
                each.values,
                session_id=each.session_id if is_free and each.session_id in free_ids else None,
                uid=each.uid if is_free else "",
                as_it_was=as_it_was,
            )
            free.discard(each.uid)
        else:
            sessions.check(event, each.values, as_it_was=as_it_was)
            audit.record(ctx, row, "edit", {"fields": sessions.set_values(ctx, row, each.values)})
        row.source_key = each.source_key
        touched.append(row)
    ctx.session.flush()
    count = len(touched) + len(gone)
    if count:
        _keep_step(ctx, event, action, before, touched, {**named, **(about or {}), "count": count})
    return count


def _free_uids(ctx: Context, uids: set[str]) -> set[str]:
    """Return those of the UIDs that no session of any event has: a UID names one session for ever."""
    taken = set(ctx.session.scalars(select(AgendaSession.uid).where(AgendaSession.uid.in_(uids))))
    return uids - taken


def _free_ids(ctx: Context, ids: set[int | None]) -> set[int | None]:
    """Return those of the numbers that no session has now; none is ever given to another session."""
    taken = ctx.session.scalars(select(AgendaSession.id).where(AgendaSession.id.in_(ids - {None})))
    return ids - {None, *taken}


def undo(ctx: Context, event: Event, step_id: int) -> EditStep:
    """Take the last step back and return it.

    Raises `Conflict` when it is no longer the last one, or a session was changed since by other means.
    """
    sessions.lock(ctx, event)
    step = queries.last_step(ctx, event)
    if step is None or step.id != step_id:
        raise Conflict(_("Another step was made or undone meanwhile. Look at the agenda as it is now."))
    touched = {int(key) for key in (*step.before, *step.after)}
    if _as_they_are(ctx, event, touched) != step.after:
        raise Conflict(_("A session of this step was changed since, so the step cannot be undone."))
    for key, state in step.before.items():
        _restore(ctx, event, int(key), state)
    for key in step.after.keys() - step.before.keys():
        sessions.delete_session(ctx, agenda.get_draft_session(ctx, event, int(key)))
    step.undone_at = ctx.now
    ctx.session.flush()
    return step


def _restore(ctx: Context, event: Event, session_id: int, state: dict[str, Any]) -> None:
    """Give a session the state it had, and its number and UID again if it was deleted."""
    values = stored.values_from(state)
    try:
        sessions.check(event, values, as_it_was=True)
    except DomainError as error:
        raise Conflict(
            _(
                "This step cannot be undone: “%(title)s” had a place, a theme, an institution or a time "
                "that the event no longer has.",
                title=values.title.text(event.first_language),
            )
        ) from error
    row = ctx.session.get(AgendaSession, session_id)
    if row is not None:
        changed = sessions.set_values(ctx, row, values)
        audit.record(ctx, row, "edit", {"fields": changed, "undo": True})
        return
    row = AgendaSession(
        id=session_id,
        event_id=event.id,
        uid=state["uid"],
        source_key=state["source_key"],
        created_at=datetime.fromisoformat(state["created_at"]),
        updated_at=ctx.now,
        **sessions.columns(values),
    )
    row.people = sessions.people(values)
    ctx.session.add(row)
    audit.record(ctx, row, "add", {"undo": True})


def _rearrange(
    ctx: Context,
    event: Event,
    action: str,
    moved: Callable[[Sequence[Slot]], Sequence[Slot]],
    about: Mapping[str, Any],
    *,
    first: int | None = None,
) -> int:
    """Give sessions other times and places, as one step; return how many are elsewhere than before.

    `about` is what the step's sentence says beside how many they are and the title of one, of `first` if given.
    """
    sessions.lock(ctx, event)
    rows = {row.id: row for row in agenda.list_draft_sessions(ctx, event)}
    slots = [Slot(row.id, row.starts_local, row.ends_local, row.place_id) for row in rows.values()]
    changed = [slot for slot in moved(slots) if slot not in slots]
    if not changed:
        return 0
    before = {str(slot.id): stored.to_json(rows[slot.id]) for slot in changed}
    for slot in changed:
        row = rows[slot.id]
        values = replace(
            sessions.values_of(row),
            starts_local=slot.starts_local,
            ends_local=slot.ends_local,
            place_id=slot.place_id,
        )
        _check_slot(event, values)
        fields = sessions.set_values(ctx, row, values)
        audit.record(ctx, row, "edit", {"fields": fields})
    ctx.session.flush()
    changed.sort(key=lambda slot: slot.id != first)
    _keep_step(ctx, event, action, before, [rows[slot.id] for slot in changed], about)
    return len(changed)


def _check_slot(event: Event, values: SessionValues) -> None:
    """Raise `DomainError`, naming the session, for a time or place that cannot be; all else is as it was."""
    try:
        sessions.check_slot(event, values)
    except DomainError as error:
        title = values.title.text(event.first_language)
        raise DomainError(
            _("“%(title)s” cannot be put there: %(reason)s", title=title, reason=error.message), field=error.field
        ) from error


def _slot(slots: Sequence[Slot], session_id: int) -> Slot:
    found = next((slot for slot in slots if slot.id == session_id), None)
    if found is None:
        raise Conflict(_("Somebody took this session out of the draft meanwhile."))
    return found


def _added_by(ctx: Context, event: Event, once: str) -> AgendaSession | None:
    """Return what the form of that name has added; a form that is sent twice adds one session."""
    step = queries.find_step(ctx, event, once) if once else None
    return ctx.session.get(AgendaSession, int(next(iter(step.after)))) if step else None


def _as_they_are(ctx: Context, event: Event, ids: Iterable[int]) -> dict[str, Any]:
    """Return those of the sessions that are in the draft, as JSON by id."""
    wanted = set(ids)
    ctx.session.flush()
    rows = ctx.session.scalars(
        select(AgendaSession)
        .where(AgendaSession.event_id == event.id, AgendaSession.id.in_(wanted))
        .options(selectinload(AgendaSession.people))
        .execution_options(populate_existing=True)
    )
    return {str(row.id): stored.to_json(row) for row in rows}


def _keep_step(
    ctx: Context,
    event: Event,
    action: str,
    before: dict[str, Any],
    touched: Sequence[AgendaSession],
    about: Mapping[str, Any],
) -> None:
    """Remember a step, and forget the oldest beyond the bound."""
    named = {"title": touched[0].title.as_dict(), "count": len(touched)} if touched else {}
    step = EditStep(
        event_id=event.id,
        action=action,
        before=before,
        after=_as_they_are(ctx, event, [row.id for row in touched]),
        about={**named, **about},
        made_at=ctx.now,
        made_by_id=ctx.actor.id if ctx.actor.kind is ActorKind.STAFF else None,
    )
    ctx.session.add(step)
    ctx.session.flush()
    oldest = ctx.session.scalar(
        select(EditStep.id)
        .where(EditStep.event_id == event.id)
        .order_by(EditStep.id.desc())
        .offset(MOST_STEPS)
        .limit(1)
    )
    if oldest is not None:
        ctx.session.execute(delete(EditStep).where(EditStep.event_id == event.id, EditStep.id <= oldest))
