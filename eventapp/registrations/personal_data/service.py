"""Commands about personal data: ask to be erased, take it back, erase.

Locks, in the order of `seats`: the person's invitations by id, then the event.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select

from eventapp.core import audit
from eventapp.core.context import Context
from eventapp.events.models import Event
from eventapp.invitations import messages as letters
from eventapp.invitations import queries as invitation_queries
from eventapp.invitations import retention as invitation_retention
from eventapp.invitations.models import Invitation
from eventapp.mail import retention as mail_retention
from eventapp.mail import service as mail
from eventapp.registrations import retention as registration_retention
from eventapp.registrations import seats
from eventapp.registrations import service as registering
from eventapp.registrations.models import Registration
from eventapp.registrations.personal_data import counting, hooks, messages, people, queries
from eventapp.registrations.personal_data.models import ErasureRequest
from eventapp.registrations.personal_data.rules import ends_at
from eventapp.registrations.personal_data.states import MACHINE, ErasureAction, ErasureState
from eventapp.registrations.printing import retention as printed
from eventapp.registrations.questions import retention as files
from eventapp.registrations.states import HOLDS_SEAT, Action
from eventapp.registrations.states import MACHINE as LIFE


def ask(ctx: Context, invitation: Invitation) -> ErasureRequest:
    """Ask, as the person, to be erased, and confirm it by mail; a second call changes nothing."""
    invitation_queries.lock(ctx, invitation)
    waiting = queries.find_open(ctx, invitation.id)
    if waiting is not None:
        return waiting
    request = _note_request(ctx, invitation.event_id, invitation.id)
    mail.enqueue(ctx, messages.erasure_asked(request, invitation))
    return request


def take_back(ctx: Context, invitation: Invitation) -> None:
    """Take the request back, as the person; nothing happens when none waits any more."""
    invitation_queries.lock(ctx, invitation)
    waiting = queries.find_open(ctx, invitation.id)
    if waiting is None:
        return
    MACHINE.move(ctx, waiting, ErasureAction.TAKE_BACK)
    waiting.answered_at = ctx.now
    mail.cancel_pending(ctx, messages.about(waiting))


def carry_out(ctx: Context, event: Event, invitation_id: int) -> bool:
    """Erase the person behind the invitation for good and keep the counts; return False when it was done before.

    A registration that stands is withdrawn first, so that its seat goes to the next; once the event is over it
    counts as it ended. One last mail goes to the address, and the outbox forgets it once it has left.
    Raises `NotFound` for an invitation of another event.
    """
    queries.get_number(ctx, event, invitation_id)
    own = invitation_retention.lock_all_of(ctx, event, invitation_id)
    if not own:
        return False
    event = seats.lock_capacity(ctx, event.id)
    latest = next((each for each in own if each.id == invitation_id), own[-1])
    held_seat = _withdraw(ctx, event, own)
    requests = _requests(ctx, event, own, invitation_id)
    address, language = _address_of(ctx, latest)
    written_to = any(each.sent_at is not None for each in own) or bool(
        registration_retention.list_of(ctx, [each.id for each in own])
    )
    _erase(ctx, event, own)
    for request in requests:
        _note_done(ctx, request)
    if written_to:
        mail.enqueue(ctx, messages.erased(requests[0], event, address=address, language=language, had_seat=held_seat))
    return True


def reapply(ctx: Context) -> int:
    """Erase again whom a restored backup brought back although the record says that they were erased.

    Somebody invited after that day, to whom the database gave the same number, is somebody else.
    """
    back = ctx.session.execute(
        select(Invitation.id, Event)
        .join(ErasureRequest, ErasureRequest.invitation_id == Invitation.id)
        .join(Event, Event.id == ErasureRequest.event_id)
        .where(
            ErasureRequest.state == ErasureState.CARRIED_OUT,
            ErasureRequest.event_id == Invitation.event_id,
            Invitation.email != "",
            Invitation.created_at <= ErasureRequest.answered_at,
        )
        .order_by(Invitation.id)
        .limit(20)
    ).all()
    for invitation_id, event in back:
        own = invitation_retention.lock_all_of(ctx, event, invitation_id)
        if own:
            locked = seats.lock_capacity(ctx, event.id)
            _withdraw(ctx, locked, own)
            _erase(ctx, locked, own)
            audit.record(ctx, locked, "erase-again", {"count": 1})
    return len(back)


def expire(ctx: Context, event: Event, limit: int) -> int:
    """Turn up to `limit` people of an event whose time is over into counts, and return how many."""
    everybody = invitation_retention.lock_next(ctx, event.id, limit)
    if not everybody:
        return 0
    event = seats.lock_capacity(ctx, event.id)
    ids = [each.id for each in everybody]
    registrations = registration_retention.list_of(ctx, ids)
    _count(ctx, event, everybody, registrations)
    together = people.rows_of(ctx, event, everybody).person
    for forget in hooks.erased:
        forget(ctx, together)
    for request in queries.list_open_of(ctx, ids):
        _note_done(ctx, request)
    _delete(ctx, event, ids)
    audit.record(ctx, event, "expire-people", {"count": len(ids)})
    return len(ids)


def _note_done(ctx: Context, request: ErasureRequest) -> None:
    MACHINE.move(ctx, request, ErasureAction.CARRY_OUT)
    request.answered_at = ctx.now


def _note_request(ctx: Context, event_id: int, invitation_id: int) -> ErasureRequest:
    request = ErasureRequest(
        event_id=event_id, invitation_id=invitation_id, state=ErasureState.REQUESTED, requested_at=ctx.now
    )
    ctx.session.add(request)
    audit.record(ctx, request, "ask")
    return request


def _requests(ctx: Context, event: Event, own: Sequence[Invitation], invitation_id: int) -> list[ErasureRequest]:
    """Return the person's requests that wait, or one written now, at a wish that came another way."""
    return list(queries.list_open_of(ctx, [each.id for each in own])) or [_note_request(ctx, event.id, invitation_id)]


def _withdraw(ctx: Context, event: Event, own: Sequence[Invitation]) -> bool:
    """Withdraw what stands while the event is to come, and tell whether a seat was held."""
    held = False
    if ctx.now >= ends_at(event.ends_on, event.timezone):
        return held
    for registration in registration_retention.list_of(ctx, [each.id for each in own]):
        if LIFE.allows(registration.state, Action.WITHDRAW):
            held = held or registration.state in HOLDS_SEAT
            registering.withdraw(ctx, registration)
    ctx.session.flush()
    return held


def _address_of(ctx: Context, invitation: Invitation) -> tuple[str, str]:
    """Return where and in which language to write to the person for the last time."""
    found = registration_retention.list_of(ctx, [invitation.id])
    return (found[0].email, found[0].language) if found else (invitation.email, invitation.language)


def _erase(ctx: Context, event: Event, own: Sequence[Invitation]) -> None:
    """Count the person, then delete or blank every row that names them. Needs the locks."""
    rows = people.rows_of(ctx, event, own)
    person, ids, interest_ids = rows.person, rows.invitation_ids, [each.id for each in rows.interests]
    _count(ctx, event, own, rows.registrations)
    for forget in hooks.erased:
        forget(ctx, person)
    _forget_proposals(ctx, event, ids, person.names)
    mail_retention.forget_person(ctx, event.id, abouts=rows.abouts, addresses=rows.addresses)
    audit.forget_person(ctx, event.id, rows.things, participants=ids)
    audit.strike_out(ctx, event.id, {*rows.addresses, *(name for name in person.names if " " in name)})
    invitation_retention.strip_previews(ctx, event.id, rows.addresses)
    invitation_retention.forget_interests(ctx, event, interest_ids)
    if rows.registrations:
        printed.forget_documents(ctx, event.id)
    _delete(ctx, event, ids)


def _forget_proposals(ctx: Context, event: Event, ids: Sequence[int], names: Collection[str]) -> None:
    """Take the person's name out of what was written to whom they proposed, and to who proposed them."""
    beside = {letters.about(each) for each in invitation_retention.list_beside(ctx, ids)}
    if not beside:
        return
    patterns = invitation_retention.forget_proposals(ctx, ids, names)
    mail_retention.rewrite(ctx, event.id, beside, lambda text: invitation_retention.without(text, patterns))


def _count(ctx: Context, event: Event, own: Sequence[Invitation], registrations: Sequence[Registration]) -> None:
    came = counting.who_came(ctx, event, [each.id for each in registrations])
    counting.add(ctx, event, counting.tally(own, registrations, came))


def _delete(ctx: Context, event: Event, invitation_ids: Sequence[int]) -> None:
    files.delete_of(ctx, invitation_ids)
    registration_retention.delete_of(ctx, invitation_ids)
    invitation_retention.blank(ctx, event, invitation_ids)
    ctx.session.flush()
    ctx.session.expire_all()  # what was deleted and blanked in bulk is still known to the session as it was
