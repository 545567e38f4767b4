"""Commands that change registrations; whatever gives or frees a seat runs under the event's lock.

The lock protocol, in one place: `lock_capacity` locks the event's row, then `_locked` re-reads the registration,
then seats are counted from the rows. On SQLite the unit of work began with BEGIN IMMEDIATE and is alone already.
"""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, func, inspect, select

from eventapp.core import audit
from eventapp.core.context import Context
from eventapp.core.errors import Conflict, DomainError
from eventapp.events.models import Category, Event
from eventapp.invitations.models import Invitation
from eventapp.invitations.states import InvitationState
from eventapp.mail import service as mail
from eventapp.registrations import hooks, messages, queries
from eventapp.registrations.answers import Answers
from eventapp.registrations.models import Registration, RegistrationDraft
from eventapp.registrations.rules import Full, Window, full_because, moved
from eventapp.registrations.states import ENDED, HOLDS_SEAT, MACHINE, Action, Mode, State


class NoSeatLeft(Conflict):
    """No seat is left; `full` names what is in the way."""

    def __init__(self, full: Full) -> None:
        super().__init__(no_seat_words(full))
        self.full = full


class RegistrationClosed(DomainError):
    """Registration has not opened yet, or is over."""


class NotInvited(DomainError):
    """The invitation was not accepted, or no longer holds."""


def no_seat_words(full: Full) -> str:
    """Return the sentence that names what is full."""
    sentences: dict[Full, str] = {
        Full.IN_PERSON: _("All seats in person are taken."),
        Full.CATEGORY: _("All seats in person of this category are taken."),
        Full.RESERVED: _("The seats in person that are left are kept for other categories."),
        Full.REMOTE: _("All remote places are taken."),
    }
    return sentences[full]


def lock_capacity(ctx: Context, event_id: int) -> Event:
    """Lock the event's seats until the unit of work ends and return the event as it now stands.

    FOR NO KEY UPDATE: two deciders wait for each other, while rows that only refer to the event can be written.
    """
    return ctx.session.scalars(
        select(Event)
        .where(Event.id == event_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()


def require_seat(
    ctx: Context, event: Event, mode: Mode, category_id: int, *, freed: tuple[Mode, int] | None = None
) -> None:
    """Raise `NoSeatLeft` unless a seat is free; `freed` is the seat given up in exchange. Needs the lock."""
    occupancy = moved(queries.occupancy_of(ctx, event.id), freed=freed)
    full = full_because(queries.capacity_of(ctx, event), occupancy, mode, category_id)
    if full is not None:
        raise NoSeatLeft(full)


def submit(ctx: Context, invitation: Invitation, answers: Answers) -> Registration:
    """Register the invited person and return the registration; a second call returns the first one, unchanged.

    Somebody approved beforehand gets a seat at once, or a place on the waiting list. Raises `NotInvited` and
    `RegistrationClosed`.
    """
    invited = _lock_invitation(ctx, invitation)
    event = lock_capacity(ctx, invited.event_id)
    earlier = queries.find_registration(ctx, invited.id)
    if earlier is not None:
        return earlier
    if invited.state is not InvitationState.ACCEPTED:
        raise NotInvited(_("This invitation has not been accepted, or it is no longer open. Open its link again."))
    _require_open(ctx, event)
    registration = Registration(
        event=event,
        invitation=invited,
        category=_category(ctx, event, answers.category_id),
        state=State.SUBMITTED,
        submitted_at=ctx.now,
        updated_at=ctx.now,
        **_own_columns(invited, answers),
    )
    ctx.session.add(registration)
    ctx.session.flush()
    discard_draft(ctx, invited.id)
    audit.record(ctx, registration, "submit", {"to": State.SUBMITTED.value})
    if not invited.preapproved:
        mail.enqueue(ctx, messages.registration_received(ctx, registration))
        return registration
    try:
        require_seat(ctx, event, registration.mode, registration.category_id)
    except NoSeatLeft:
        _put_on_waitlist(ctx, registration)
        mail.enqueue(ctx, messages.waitlisted(ctx, registration))
    else:
        _give_seat(ctx, registration, approved_beforehand=True)
    return registration


def change_answers(ctx: Context, registration: Registration, answers: Answers) -> list[str]:
    """Change a participant's answers and return the names of those that changed.

    Somebody who holds a seat keeps it unless the new mode or category has one free. Raises `RegistrationClosed`,
    `NoSeatLeft` and `Conflict` when the registration has ended.
    """
    event = _locked(ctx, registration)
    _require_open(ctx, event)
    if registration.state in ENDED:
        raise Conflict(_("This registration has ended; its answers cannot be changed any more."))
    category = _category(ctx, event, answers.category_id)
    before, after = (registration.mode, registration.category_id), (answers.mode, answers.category_id)
    if before != after and registration.state in HOLDS_SEAT:
        require_seat(ctx, event, *after, freed=before)
    changed = audit.changed_fields(registration, _own_columns(registration.invitation, answers))
    registration.category = category
    discard_draft(ctx, registration.invitation_id)
    if not changed:
        return []
    registration.updated_at = ctx.now
    if registration.state is State.WAITLISTED and before[0] is not answers.mode:
        registration.waitlist_rank = _last_rank(ctx, event.id) + 1
    audit.record(ctx, registration, "edit", {"fields": [name for name in changed if name != "search_text"]})
    if before != after and registration.state in HOLDS_SEAT:
        _freed(ctx, event, *before)
    return changed


def approve(ctx: Context, registration: Registration, *, override_reason: str = "") -> None:
    """Give the registration a seat and tell the participant.

    Raises `NoSeatLeft` when there is none, unless an organiser says why one is given all the same; the reason
    is kept and shown.
    """
    event = _locked(ctx, registration)
    MACHINE.target(registration.state, Action.APPROVE)
    try:
        require_seat(ctx, event, registration.mode, registration.category_id)
    except NoSeatLeft:
        if not override_reason.strip():
            raise
        _give_seat(ctx, registration, override_reason=override_reason.strip())
    else:
        _give_seat(ctx, registration)


def waitlist(ctx: Context, registration: Registration) -> None:
    """Put the registration at the end of the waiting list and tell the participant."""
    _locked(ctx, registration)
    _put_on_waitlist(ctx, registration)
    _call_back(ctx, registration)
    mail.enqueue(ctx, messages.waitlisted(ctx, registration))


def decline(ctx: Context, registration: Registration, *, reason: str = "") -> None:
    """Decline the registration and tell the participant, with a reason if one is given."""
    _locked(ctx, registration)
    _end(ctx, registration, Action.DECLINE, decision_reason=reason.strip())
    mail.enqueue(ctx, messages.declined(ctx, registration))


def revoke(ctx: Context, registration: Registration, *, reason: str) -> None:
    """Take a confirmation back, which frees the seat, and tell the participant why.

    Raises `DomainError` when no reason is given.
    """
    if not reason.strip():
        raise DomainError(_("Say why; the participant will read it."), field="reason")
    event = _locked(ctx, registration)
    _end(ctx, registration, Action.REVOKE, decision_reason=reason.strip())
    mail.enqueue(ctx, messages.revoked(ctx, registration))
    _freed(ctx, event, registration.mode, registration.category_id)


def reinstate(ctx: Context, registration: Registration) -> None:
    """Open an ended registration again for a decision and tell the participant."""
    _locked(ctx, registration)
    MACHINE.target(registration.state, Action.REINSTATE)
    if registration.invitation.state is InvitationState.REVOKED:
        raise Conflict(_("The invitation was revoked. Reopen and send it first."))
    MACHINE.move(ctx, registration, Action.REINSTATE)
    registration.decided_at = None
    registration.decision_reason = registration.override_reason = ""
    _call_back(ctx, registration)
    mail.enqueue(ctx, messages.reinstated(ctx, registration))


def withdraw(ctx: Context, registration: Registration, *, reason: str = "") -> None:
    """Withdraw at the participant's wish, which frees a seat that was held, and confirm it.

    A second call changes nothing.
    """
    event = _locked(ctx, registration)
    if registration.state is State.WITHDRAWN:
        return
    had_seat = registration.state in HOLDS_SEAT
    _end(ctx, registration, Action.WITHDRAW, **({"reason": reason.strip()} if reason.strip() else {}))
    mail.enqueue(ctx, messages.withdrawal_confirmed(ctx, registration, had_seat=had_seat))
    _withdrawn(ctx, registration)
    if had_seat:
        _freed(ctx, event, registration.mode, registration.category_id)


def save_draft(ctx: Context, invitation: Invitation, page: str, answers: dict[str, Any]) -> RegistrationDraft:
    """Keep the answers of one page until the whole form is submitted."""
    _lock_invitation(ctx, invitation)
    draft = queries.find_draft(ctx, invitation.id)
    if draft is None:
        draft = RegistrationDraft(invitation_id=invitation.id, answers={}, pages_done=[])
        ctx.session.add(draft)
    draft.answers = {**draft.answers, **answers}
    if page and page not in draft.pages_done:
        draft.pages_done = [*draft.pages_done, page]
    draft.updated_at = ctx.now
    ctx.session.flush()
    return draft


def discard_draft(ctx: Context, invitation_id: int) -> None:
    """Forget the half-filled form."""
    ctx.session.execute(delete(RegistrationDraft).where(RegistrationDraft.invitation_id == invitation_id))


def end_with_invitation(ctx: Context, invitation: Invitation, reason: str) -> None:
    """End the registration of an invitation that was revoked; only somebody confirmed is told from here.

    The others read of it in the mail about the invitation.
    """
    registration = queries.find_registration(ctx, invitation.id)
    if registration is None:
        return
    event = _locked(ctx, registration)
    if registration.state in ENDED:
        return
    had_seat = registration.state in HOLDS_SEAT
    if MACHINE.allows(registration.state, Action.REVOKE):
        _end(ctx, registration, Action.REVOKE, decision_reason=reason)
        mail.enqueue(ctx, messages.revoked(ctx, registration))
    else:
        _end(ctx, registration, Action.WITHDRAW)
        _withdrawn(ctx, registration)
    if had_seat:
        _freed(ctx, event, registration.mode, registration.category_id)


def tell_event_cancelled(ctx: Context, event: Event) -> None:
    """Tell everybody who is confirmed, or still hopes to be, that the event does not take place."""
    waiting = ctx.session.scalars(
        select(Registration)
        .where(Registration.event_id == event.id, Registration.state.not_in(ENDED))
        .order_by(Registration.id)
    ).all()
    for registration in waiting:
        _call_back(ctx, registration)
        mail.enqueue(ctx, messages.event_cancelled(ctx, registration, had_seat=registration.state is State.APPROVED))


def _lock_invitation(ctx: Context, invitation: Invitation) -> Invitation:
    """Lock one person's invitation, always before the seats: two clicks, or a revocation, wait for each other."""
    (invitation_id,) = inspect(invitation).identity or (None,)  # `.id` would read all that is read again below
    return ctx.session.scalars(
        select(Invitation)
        .where(Invitation.id == invitation_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()


def _locked(ctx: Context, registration: Registration) -> Event:
    """Lock the event's seats and read the registration again: what was read before may be old by now."""
    event = lock_capacity(ctx, registration.event_id)
    ctx.session.refresh(registration)
    return event


def _give_seat(ctx: Context, registration: Registration, **details: Any) -> None:
    MACHINE.move(ctx, registration, Action.APPROVE, **details)
    registration.override_reason = details.get("override_reason", "")
    _decided(ctx, registration)
    _call_back(ctx, registration)
    mail.enqueue(ctx, messages.participation_confirmed(ctx, registration))


def _put_on_waitlist(ctx: Context, registration: Registration) -> None:
    MACHINE.move(ctx, registration, Action.WAITLIST)
    _decided(ctx, registration)
    registration.waitlist_rank = _last_rank(ctx, registration.event_id) + 1
    registration.waitlisted_at = ctx.now
    ctx.session.flush()


def _end(
    ctx: Context, registration: Registration, action: Action, *, decision_reason: str = "", **details: Any
) -> None:
    MACHINE.move(ctx, registration, action, **details)
    _decided(ctx, registration)
    registration.decision_reason = decision_reason
    registration.override_reason = ""
    discard_draft(ctx, registration.invitation_id)
    _call_back(ctx, registration)


def _decided(ctx: Context, registration: Registration) -> None:
    registration.decided_at = registration.updated_at = ctx.now
    registration.waitlist_rank = registration.waitlisted_at = None


def _call_back(ctx: Context, registration: Registration) -> None:
    """Stop mails that have not left: what they say no longer holds."""
    mail.cancel_pending(ctx, about=messages.about(registration))


def _last_rank(ctx: Context, event_id: int) -> int:
    return (
        ctx.session.scalar(select(func.max(Registration.waitlist_rank)).where(Registration.event_id == event_id)) or 0
    )


def _category(ctx: Context, event: Event, category_id: int) -> Category:
    found = ctx.session.scalar(select(Category).where(Category.id == category_id, Category.event_id == event.id))
    if found is None:
        raise DomainError(_("Choose a category from the list."), field="category_id")
    return found


def _own_columns(invitation: Invitation, answers: Answers) -> dict[str, Any]:
    """Return the columns that answers fill; a locked address stays the one that was invited."""
    columns = answers.columns()
    if invitation.address_locked:
        columns["email"] = invitation.email
    return columns


def _require_open(ctx: Context, event: Event) -> None:
    window = queries.registration_window(ctx, event)
    if window is Window.NOT_YET:
        raise RegistrationClosed(_("Registration has not opened yet. What you have filled in is kept."))
    if window is Window.CLOSED:
        raise RegistrationClosed(_("Registration is closed. What you have filled in is kept."))


def _freed(ctx: Context, event: Event, mode: Mode, category_id: int) -> None:
    for listener in hooks.seat_freed:
        listener(ctx, event, mode, category_id)


def _withdrawn(ctx: Context, registration: Registration) -> None:
    for listener in hooks.withdrawn:
        listener(ctx, registration)
