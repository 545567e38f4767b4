"""Places in sessions under the event's lock: whatever gives or frees one goes through here.

The lock protocol, in one place:

1. `enter` locks the event's row, after the invitation where a command needs that too, and reads the registration
   again. It is the lock of seats (`registrations.seats`) and of releases (`agenda.service.lock`), so nobody's
   participation ends and no session changes meanwhile. Not the session's row: the draft may have lost it while the
   released agenda still shows it.
2. The release is read under the lock; what a page showed before may be old by now.
3. Places are counted from the rows of people who are confirmed and come in person, never kept in a counter
   (`is_free`). Whoever takes part remotely takes no place in the room.
4. A place that became free goes to the waiting list in the same transaction (`fill`), in the order of time. Somebody
   who is elsewhere at that time is passed over, keeps the rank and is told once.

On SQLite the unit of work began with BEGIN IMMEDIATE and is alone already.
"""

from __future__ import annotations

from flask_babel import gettext as _

from eventapp.agenda import queries as agenda
from eventapp.agenda.signup import messages, queries, rules
from eventapp.agenda.signup.models import SignUp
from eventapp.agenda.signup.states import MACHINE, SignUpAction
from eventapp.agenda.snapshot import SessionEntry, Snapshot
from eventapp.core.context import Context
from eventapp.core.errors import Conflict, NotFound
from eventapp.mail import service as mail
from eventapp.registrations import seats
from eventapp.registrations.models import Registration
from eventapp.registrations.states import Mode, State


class NotConfirmed(Conflict):
    """Only confirmed participants choose sessions."""


def enter(ctx: Context, registration: Registration) -> Snapshot:
    """Lock the event and return its released agenda. Raises `NotConfirmed` and `NotFound`."""
    event = seats.locked(ctx, registration)
    if registration.state is not State.APPROVED:
        raise NotConfirmed(_("Sessions can be chosen once the participation is confirmed."))
    release = agenda.latest_release(ctx, event)
    if release is None:
        raise NotFound(_("The agenda is not public yet."))
    return release.snapshot


def is_free(ctx: Context, registration: Registration, session: SessionEntry) -> bool:
    """Tell whether the person fits into the session. Needs the lock."""
    taken = queries.count_chosen(ctx, registration.event_id, Mode.IN_PERSON)
    return rules.has_room(session, registration.mode, taken[session.id])


def chosen_sessions(ctx: Context, registration: Registration, snapshot: Snapshot) -> list[SessionEntry]:
    """Return the sessions that the person has chosen."""
    chosen = queries.list_chosen_by(ctx, [registration.id])[registration.id]
    return [each for each in snapshot.sessions if each.id in chosen]


def fill(ctx: Context, event_id: int, snapshot: Snapshot) -> int:
    """Give places that are free to those who wait for them, tell them, and return how many. Needs the lock."""
    waiting = queries.list_waiting(ctx, event_id)
    if not waiting:
        return 0
    sessions = {each.id: each for each in snapshot.sessions}
    taken = queries.count_chosen(ctx, event_id, Mode.IN_PERSON)
    chosen = queries.list_chosen_by(ctx, {each.registration_id for each in waiting})
    moved = 0
    for each in waiting:
        session, mode = sessions.get(each.session_id), each.registration.mode
        if session is None or not rules.may_choose(snapshot, session, mode, ctx.now):
            continue
        if not rules.has_room(session, mode, taken[session.id]):
            continue
        own = chosen[each.registration_id]
        in_the_way = rules.clashing(session, [sessions[other] for other in own if other in sessions])
        if in_the_way:
            _pass_over(ctx, each, snapshot, session, in_the_way)
            continue
        MACHINE.move(ctx, each, SignUpAction.MOVE_UP)
        confirm(ctx, each, snapshot, session, moved_up=True)
        own.add(session.id)
        taken[session.id] += rules.takes_a_place(session, mode)
        moved += 1
    return moved


def confirm(
    ctx: Context,
    sign_up: SignUp,
    snapshot: Snapshot,
    session: SessionEntry,
    *,
    moved_up: bool = False,
    reason: str = "",
) -> None:
    """Tell somebody who has signed up that the place is theirs, with the entry for the calendar."""
    mail.cancel_pending(ctx, about=messages.about(sign_up))
    draft = messages.session_chosen(ctx, sign_up, snapshot, session, moved_up=moved_up, reason=reason)
    mail.enqueue(ctx, draft)
    sign_up.revision += 1
    sign_up.passed_over_at = None


def _pass_over(
    ctx: Context, sign_up: SignUp, snapshot: Snapshot, session: SessionEntry, in_the_way: list[SessionEntry]
) -> None:
    if sign_up.passed_over_at is None:
        sign_up.passed_over_at = ctx.now
        mail.enqueue(ctx, messages.session_passed_over(sign_up, snapshot, session, in_the_way))
