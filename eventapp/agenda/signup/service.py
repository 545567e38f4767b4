"""Commands about one's own agenda: choose, leave, exchange; what follows when a participation or a release changes."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from flask_babel import gettext as _
from sqlalchemy import delete

from eventapp.agenda import queries as agenda
from eventapp.agenda.models import AgendaRelease
from eventapp.agenda.signup import feeds, messages, places, queries, rules
from eventapp.agenda.signup.messages import Left
from eventapp.agenda.signup.models import CalendarFeed, SignUp
from eventapp.agenda.signup.states import MACHINE, SignUpAction, SignUpState
from eventapp.agenda.snapshot import SessionEntry, Snapshot
from eventapp.core import audit
from eventapp.core.context import Context
from eventapp.core.errors import Conflict, DomainError, NotFound
from eventapp.events.models import Event
from eventapp.mail import service as mail
from eventapp.registrations.models import Registration
from eventapp.registrations.states import Mode


class Clash(Conflict):
    """The session takes place while the person is signed up for `others`; one can be exchanged for the other."""

    def __init__(self, session: SessionEntry, others: Sequence[SessionEntry]) -> None:
        super().__init__(_("This session overlaps another that was signed up for."))
        self.session = session
        self.others = others


class NoPlaceLeft(Conflict):
    """The last place went to somebody else."""


def choose(ctx: Context, registration: Registration, session_id: int) -> SignUp:
    """Put a session into the person's agenda, or the person on its waiting list; a second time changes nothing.

    Raises `Clash`, `NotConfirmed`, `NotFound`, and `Conflict` for a session that cannot be chosen any more.
    """
    snapshot = places.enter(ctx, registration)
    session = _open_session(ctx, registration, snapshot, session_id)
    earlier = queries.find_sign_up(ctx, registration.id, session_id)
    if earlier is not None and earlier.state is not SignUpState.LEFT:
        return earlier
    if not places.is_free(ctx, registration, session):
        return _wait(ctx, registration, snapshot, session)
    _require_no_clash(ctx, registration, snapshot, session)
    return _take(ctx, registration, snapshot, session)


def exchange(ctx: Context, registration: Registration, session_id: int) -> SignUp:
    """Leave what clashes with the session and take it instead, both or neither.

    Raises `NoPlaceLeft` when the session is full, and what `choose` raises.
    """
    snapshot = places.enter(ctx, registration)
    session = _open_session(ctx, registration, snapshot, session_id)
    earlier = queries.find_sign_up(ctx, registration.id, session_id)
    if earlier is not None and earlier.state is SignUpState.CHOSEN:
        return earlier
    if not places.is_free(ctx, registration, session):
        raise NoPlaceLeft(_("The last place has just gone to somebody else. Nothing was changed."))
    given_up = rules.clashing(session, places.chosen_sessions(ctx, registration, snapshot))
    _leave(ctx, registration, snapshot, given_up, Left.EXCHANGED)
    taken = _take(ctx, registration, snapshot, session)
    places.fill(ctx, registration.event_id, snapshot)
    return taken


def leave(ctx: Context, registration: Registration, session_id: int) -> None:
    """Take a session out of the person's agenda, which frees a place; a second time changes nothing.

    Raises `NotConfirmed`, `NotFound`, and `Conflict` once the session has begun.
    """
    snapshot = places.enter(ctx, registration)
    session = _find(snapshot, session_id)
    if session.sign_up and not session.cancelled and ctx.now >= snapshot.instants(session)[0]:
        raise Conflict(_("This session has begun; it stays in your agenda."))
    _leave(ctx, registration, snapshot, [session], Left.BY_CHOICE)
    places.fill(ctx, registration.event_id, snapshot)


def add(ctx: Context, registration: Registration, session_id: int, *, reason: str) -> SignUp:
    """Give somebody a place for the organisers, beyond the limit too, and tell the person why.

    Raises `DomainError` without a reason, and what `choose` raises.
    """
    if not reason.strip():
        raise DomainError(_("Say why; the participant will read it."), field="reason")
    snapshot = places.enter(ctx, registration)
    session = _find(snapshot, session_id)
    if session.cancelled or not rules.is_open_to(session, registration.mode):
        raise Conflict(_("This person cannot be in this session: it is cancelled, or it is not streamed."))
    earlier = queries.find_sign_up(ctx, registration.id, session_id)
    if earlier is not None and earlier.state is SignUpState.CHOSEN:
        return earlier
    _require_no_clash(ctx, registration, snapshot, session)
    return _take(ctx, registration, snapshot, session, reason=reason.strip())


def remove(ctx: Context, registration: Registration, session_id: int, *, reason: str) -> None:
    """Take somebody out of a session for the organisers, and tell the person why.

    Raises `DomainError` without a reason.
    """
    if not reason.strip():
        raise DomainError(_("Say why; the participant will read it."), field="reason")
    snapshot = places.enter(ctx, registration)
    _leave(ctx, registration, snapshot, [_find(snapshot, session_id)], Left.TAKEN_OUT, reason=reason.strip())
    places.fill(ctx, registration.event_id, snapshot)


def end_with_registration(ctx: Context, registration: Registration) -> None:
    """Free the places of somebody whose registration ended, and end the calendar feed. The event is locked."""
    feeds.end(ctx, registration)
    release = agenda.latest_release(ctx, registration.event) if queries.list_own(ctx, registration.id) else None
    if release is None:
        return
    _leave(ctx, registration, release.snapshot, release.snapshot.sessions, Left.PARTICIPATION_ENDED)
    places.fill(ctx, registration.event_id, release.snapshot)


def follow_mode(ctx: Context, registration: Registration) -> None:
    """Leave what somebody who now takes part in another way cannot be in, or finds full. The event is locked."""
    own = {each.session_id: each for each in queries.list_own(ctx, registration.id)}
    release = agenda.latest_release(ctx, registration.event) if own else None
    if release is None:
        return
    snapshot = release.snapshot
    mine = [each for each in snapshot.sessions if each.id in own]
    closed = [each for each in mine if not rules.is_open_to(each, registration.mode)]
    _leave(ctx, registration, snapshot, closed, Left.NOT_REMOTELY)
    taken = queries.count_chosen(ctx, registration.event_id, Mode.IN_PERSON)
    for session in mine:
        counted = rules.takes_a_place(session, registration.mode) and own[session.id].state is SignUpState.CHOSEN
        if counted and not rules.has_room(session, registration.mode, taken[session.id] - 1):
            _leave(ctx, registration, snapshot, [session], Left.NO_PLACE_IN_THE_ROOM)
            _wait(ctx, registration, snapshot, session)
    places.fill(ctx, registration.event_id, snapshot)


def follow_release(ctx: Context, event: Event, release: AgendaRelease) -> None:
    """End what is streamed no more for those who are remote; give places to those who wait. The event is locked."""
    snapshot = agenda.released(release).snapshot
    closed = [each for each in snapshot.sessions if not each.cancelled and not rules.is_open_to(each, Mode.REMOTE)]
    for registration in queries.list_remote(ctx, event.id, [each.id for each in closed]):
        _leave(ctx, registration, snapshot, closed, Left.NOT_STREAMED)
    if queries.list_waiting(ctx, event.id):
        places.fill(ctx, event.id, snapshot)


def forget(ctx: Context, registration_ids: Collection[int]) -> None:
    """Delete what is held here about these participants: sign-ups and calendar feeds."""
    ctx.session.execute(delete(SignUp).where(SignUp.registration_id.in_(registration_ids)))
    ctx.session.execute(delete(CalendarFeed).where(CalendarFeed.registration_id.in_(registration_ids)))


def _find(snapshot: Snapshot, session_id: int) -> SessionEntry:
    found = snapshot.find_session(session_id)
    if found is None:
        raise NotFound(_("There is no such session in this agenda."))
    return found


def _open_session(ctx: Context, registration: Registration, snapshot: Snapshot, session_id: int) -> SessionEntry:
    session = _find(snapshot, session_id)
    if not rules.is_open_to(session, registration.mode):
        raise Conflict(_("This session is not streamed, so it takes place without remote participants."))
    if not rules.may_choose(snapshot, session, registration.mode, ctx.now):
        raise Conflict(_("This session is cancelled or has begun; it cannot be chosen any more."))
    return session


def _require_no_clash(ctx: Context, registration: Registration, snapshot: Snapshot, session: SessionEntry) -> None:
    others = rules.clashing(session, places.chosen_sessions(ctx, registration, snapshot))
    if others:
        raise Clash(session, others)


def _take(
    ctx: Context, registration: Registration, snapshot: Snapshot, session: SessionEntry, *, reason: str = ""
) -> SignUp:
    sign_up = _set(ctx, registration, session, SignUpState.CHOSEN, reason=reason)
    if session.sign_up or reason:
        places.confirm(ctx, sign_up, snapshot, session, reason=reason)
    return sign_up


def _wait(ctx: Context, registration: Registration, snapshot: Snapshot, session: SessionEntry) -> SignUp:
    sign_up = _set(ctx, registration, session, SignUpState.WAITING)
    mail.enqueue(ctx, messages.session_waited_for(sign_up, snapshot, session))
    return sign_up


def _set(
    ctx: Context, registration: Registration, session: SessionEntry, state: SignUpState, *, reason: str = ""
) -> SignUp:
    details = {"session": session.title.text("en"), **({"reason": reason} if reason else {})}
    action = SignUpAction.CHOOSE if state is SignUpState.CHOSEN else SignUpAction.WAIT
    sign_up = queries.find_sign_up(ctx, registration.id, session.id)
    if sign_up is None:
        sign_up = SignUp(
            event_id=registration.event_id,
            session_id=session.id,
            registration=registration,
            state=state,
            since_at=ctx.now,
            revision=0,
        )
        ctx.session.add(sign_up)
        audit.record(ctx, sign_up, action.value, {"to": state.value, **details})
        return sign_up
    if sign_up.state is SignUpState.WAITING:
        action = SignUpAction.MOVE_UP
    else:
        sign_up.since_at = ctx.now
    MACHINE.move(ctx, sign_up, action, **details)
    sign_up.passed_over_at = None
    return sign_up


def _leave(
    ctx: Context,
    registration: Registration,
    snapshot: Snapshot,
    sessions: Sequence[SessionEntry],
    why: Left,
    *,
    reason: str = "",
) -> None:
    """Leave those of the sessions that were chosen or waited for; one mail tells of all that had been confirmed."""
    by_id = {each.id: each for each in sessions}
    told: list[tuple[SignUp, SessionEntry]] = []
    for sign_up in queries.list_own(ctx, registration.id):
        session = by_id.get(sign_up.session_id)
        if session is None:
            continue
        was_confirmed = sign_up.is_entered
        details = {"session": session.title.text("en"), **({"reason": reason} if reason else {})}
        MACHINE.move(ctx, sign_up, SignUpAction.LEAVE, **details)
        mail.cancel_pending(ctx, about=messages.about(sign_up))
        sign_up.passed_over_at = None
        if was_confirmed or (why is Left.TAKEN_OUT and not session.cancelled):
            told.append((sign_up, session))
    if told:
        if why is Left.BY_CHOICE and all(session.cancelled for _sign_up, session in told):
            why = Left.CANCELLED  # the notices of that release were not sent, or the entry would be taken back
        mail.enqueue(ctx, messages.sessions_left(ctx, registration, snapshot, told, why, reason=reason))
        for sign_up, _session in told:
            sign_up.revision += sign_up.is_entered
