"""Commands that change registrations; whatever gives or frees a seat runs under the event's lock (`seats`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import inspect, select

from eventapp.core import audit
from eventapp.core.context import Context
from eventapp.core.errors import Conflict, DomainError
from eventapp.events.models import Category, Event
from eventapp.events.states import EventState
from eventapp.invitations.models import Invitation
from eventapp.invitations.states import InvitationState
from eventapp.mail import service as mail
from eventapp.registrations import again, hooks, messages, own_answers, queries, seats, snapshots, waitlist
from eventapp.registrations.answers import Answers
from eventapp.registrations.models import Registration, RegistrationDraft
from eventapp.registrations.questions import asking
from eventapp.registrations.questions.files import CheckedFile, tidy
from eventapp.registrations.rules import Window, full_because
from eventapp.registrations.seats import NoSeatLeft, discard_draft
from eventapp.registrations.states import ENDED, HOLDS_SEAT, MACHINE, Action, Mode, State


class RegistrationClosed(DomainError):
    """Registration has not opened yet, or is over."""


class NotInvited(DomainError):
    """The invitation was not accepted, or no longer holds."""


def submit(
    ctx: Context,
    invitation: Invitation,
    answers: Answers,
    own: Mapping[str, Any] | None = None,
    *,
    at_any_time: bool = False,
) -> Registration:
    """Register the invited person and return the registration; a second call returns the first one, unchanged.

    Whose registration ended, and whose invitation was opened again since, gets that registration back with the new
    answers.
    Somebody approved beforehand gets a seat at once, or a place on the waiting list, unless they chose another
    category than the one they were approved for. Organisers may register somebody `at_any_time`, and without some of
    the answers to own questions, or all. Raises `NotInvited`, `RegistrationClosed`, `FormChanged` and `NoPlaceLeft`.
    """
    invited = _lock_invitation(ctx, invitation)
    earlier = queries.find_registration(ctx, invited.id)  # nobody else can add it now; so the seats are locked later
    event = seats.lock_capacity(ctx, invited.event_id)
    if earlier is not None:
        ctx.session.refresh(earlier)
        if not again.invited_again(ctx, earlier):
            return earlier
    if invited.state is not InvitationState.ACCEPTED:
        raise NotInvited(_("This invitation has not been accepted, or it is no longer open. Open its link again."))
    if at_any_time:
        require_taking_place(event)
    else:
        _require_open(ctx, event, invited)
    category, columns = _category(ctx, event, answers.category_id), _own_columns(invited, answers)
    registration = earlier or Registration(event=event, invitation=invited, state=State.SUBMITTED, own_answers={})
    if earlier is not None:
        _open_again(ctx, earlier)
    for name, value in columns.items():
        setattr(registration, name, value)
    registration.category = category
    registration.submitted_at = registration.updated_at = ctx.now
    form: asking.Form = ()
    if own is not None:
        form, registration.own_answers = own_answers.to_store(
            ctx, event.id, own, registration.own_answers, some_are_enough=at_any_time
        )
    ctx.session.add(registration)
    ctx.session.flush()
    discard_draft(ctx, invited.id)
    own_answers.settle(ctx, registration, form, is_new=earlier is None)
    audit.record(ctx, registration, "submit-again" if earlier else "submit", {"to": State.SUBMITTED.value})
    if not invited.preapproved or invited.category_id not in (None, registration.category.id):
        mail.enqueue(ctx, messages.registration_received(ctx, registration))
        return registration
    try:
        seats.require_seat(ctx, event, registration.mode, registration.category_id)
    except NoSeatLeft:
        waitlist.put_on(ctx, registration)
    else:
        passed_over = waitlist.passed_over(ctx, event, registration.mode)
        seats.confirm(ctx, registration, Action.APPROVE, approved_beforehand=True, **passed_over)
    return registration


def change_answers(
    ctx: Context, registration: Registration, answers: Answers, own: Mapping[str, Any] | None = None
) -> list[str]:
    """Change a participant's answers and return the names of those that changed.

    Somebody who holds a seat keeps it unless the new mode or category has one free, and a place on a limited option
    unless the new one has one free. Without `own`, answers to own questions stay. Raises `RegistrationClosed`,
    `NoSeatLeft`, `FormChanged`, `NoPlaceLeft` and `Conflict` when the registration has ended.
    """
    event = seats.locked(ctx, registration)
    _require_open(ctx, event, registration.invitation)
    if registration.state in ENDED:
        raise Conflict(_("This registration has ended; its answers cannot be changed any more."))
    category = _category(ctx, event, answers.category_id)
    before, after = (registration.mode, registration.category_id), (answers.mode, answers.category_id)
    waited_for_a_seat = registration.state is State.WAITLISTED and not _is_free(ctx, event, *before)
    passed_over: dict[str, Any] = {}
    if before != after and registration.state in HOLDS_SEAT:
        seats.require_seat(ctx, event, *after, freed=before)
        passed_over = waitlist.passed_over_by_change(ctx, event, before, after)
    snapshots.before_change(registration)
    columns = _own_columns(registration.invitation, answers)
    if own is not None:
        form, columns[snapshots.OWN] = own_answers.to_store(ctx, event.id, own, registration.own_answers)
    changed = audit.changed_fields(registration, columns)
    registration.category = category
    discard_draft(ctx, registration.invitation_id)
    if own is not None:
        own_answers.settle(ctx, registration, form)
    if not changed:
        return []
    registration.updated_at = ctx.now
    snapshots.note_change(ctx, registration)
    if before != after and registration.state in HOLDS_SEAT:
        registration.override_reason = ""  # the seat that they moved to was free
    if registration.state is State.WAITLISTED and before[0] is not answers.mode:
        registration.waitlist_rank = waitlist.last_rank(ctx, event.id) + 1
    fields = [name for name in changed if name != "search_text"]
    audit.record(ctx, registration, "edit", {"fields": fields, **passed_over})
    if before != after and registration.state in HOLDS_SEAT:
        waitlist.seat_freed(ctx, event, *before)
    if before[0] is not registration.mode:
        confirmed = registration.state is State.APPROVED
        for listener in (*hooks.mode_chosen, *(hooks.mode_changed if confirmed else ())):
            listener(ctx, registration)
    if waited_for_a_seat and before[0] is not answers.mode and _in_the_category_decided_on(registration):
        waitlist.fits_now(ctx, event, registration)
    return changed


def approve(
    ctx: Context,
    registration: Registration,
    *,
    override_reason: str = "",
    passing_over_reason: str = "",
    at_the_door: bool = False,
) -> None:
    """Give the registration a seat and tell the participant.

    Raises `NoSeatLeft` when there is none, unless an organiser says why one is given all the same; the reason
    is kept and shown. Raises `waitlist.PassesOver` when people before on the waiting list, whom a seat fits too, are
    passed over without a reason; `at_the_door` nobody is asked for one, and only who is passed over is recorded.
    """
    event = seats.locked(ctx, registration)
    _require_not_cancelled(event)
    MACHINE.target(registration.state, Action.APPROVE)
    beyond = {}
    try:
        seats.require_seat(ctx, event, registration.mode, registration.category_id)
    except NoSeatLeft:
        if not override_reason.strip():
            raise
        beyond = {"override_reason": override_reason.strip()}
    reason = passing_over_reason or override_reason
    if at_the_door and not reason.strip():
        details = waitlist.passed_over_by(ctx, event, registration)
    else:
        details = waitlist.passing_over(ctx, event, registration, reason)
    seats.confirm(ctx, registration, Action.APPROVE, **beyond, **details)


def put_on_waitlist(ctx: Context, registration: Registration) -> None:
    """Put the registration at the end of the waiting list and tell the participant."""
    _require_not_cancelled(seats.locked(ctx, registration))
    waitlist.put_on(ctx, registration)


def decline(ctx: Context, registration: Registration, *, reason: str = "") -> None:
    """Decline the registration and tell the participant, with a reason if one is given."""
    seats.locked(ctx, registration)
    seats.end(ctx, registration, Action.DECLINE, decision_reason=reason.strip())
    mail.enqueue(ctx, messages.declined(ctx, registration))


def revoke(ctx: Context, registration: Registration, *, reason: str) -> None:
    """Take a confirmation back, which frees the seat, and tell the participant why.

    Raises `DomainError` when no reason is given.
    """
    if not reason.strip():
        raise DomainError(_("Say why; the participant will read it."), field="reason")
    event = seats.locked(ctx, registration)
    seats.end(ctx, registration, Action.REVOKE, decision_reason=reason.strip())
    mail.enqueue(ctx, messages.revoked(ctx, registration))
    waitlist.seat_freed(ctx, event, registration.mode, registration.category_id)


def reinstate(ctx: Context, registration: Registration) -> None:
    """Open an ended registration again for a decision and tell the participant."""
    _require_not_cancelled(seats.locked(ctx, registration))
    MACHINE.target(registration.state, Action.REINSTATE)
    if registration.invitation.state is InvitationState.REVOKED:
        raise Conflict(_("The invitation was revoked. Reopen and send it first."))
    _open_again(ctx, registration)
    mail.enqueue(ctx, messages.reinstated(ctx, registration))


def see_changes(ctx: Context, registration: Registration, *, changed_at: str) -> None:
    """Take what the participant changed since the decision for seen.

    `changed_at` is the change that was looked at, in ISO 8601. Raises `Conflict` when there is a later one; when all
    was seen before, nothing happens.
    """
    seats.locked(ctx, registration)
    if registration.changed_at is None:
        return
    if registration.changed_at.isoformat() != changed_at:
        raise Conflict(_("The answers were changed again in the meantime. Here is how they stand now."))
    snapshots.take(registration)
    audit.record(ctx, registration, "see-changes")


def withdraw(ctx: Context, registration: Registration, *, reason: str = "") -> None:
    """Withdraw at the participant's wish, which frees a seat that was held, and confirm it.

    A second call changes nothing.
    """
    event = seats.locked(ctx, registration)
    if registration.state is State.WITHDRAWN:
        return
    held, confirmed = registration.state in HOLDS_SEAT, registration.state is State.APPROVED
    seats.end(ctx, registration, Action.WITHDRAW, **({"reason": reason.strip()} if reason.strip() else {}))
    mail.enqueue(ctx, messages.withdrawal_confirmed(ctx, registration, had_seat=confirmed))
    _withdrawn(ctx, registration)
    if held:
        waitlist.seat_freed(ctx, event, registration.mode, registration.category_id)


def save_draft(
    ctx: Context, invitation: Invitation, page: str, answers: Mapping[str, Any], own: Mapping[str, Any] | None = None
) -> RegistrationDraft:
    """Keep the answers of one page, or to `own` questions, until the whole form is submitted."""
    _lock_invitation(ctx, invitation)
    draft = queries.find_draft(ctx, invitation.id)
    if draft is None:
        draft = RegistrationDraft(invitation_id=invitation.id, answers={}, pages_done=[])
        ctx.session.add(draft)
    draft.answers = {**draft.answers, **answers}
    if own:
        draft.answers[snapshots.OWN] = {**draft.answers.get(snapshots.OWN, {}), **own}
    if page and page not in draft.pages_done:
        draft.pages_done = [*draft.pages_done, page]
    draft.updated_at = ctx.now
    ctx.session.flush()
    return draft


def save_own_answers(
    ctx: Context, invitation: Invitation, page: str, values: Mapping[str, Any], uploads: Mapping[int, CheckedFile]
) -> dict[str, str]:
    """Keep answers to own questions and files in the draft; return the names of the files by question."""
    own = own_answers.add_files(ctx, invitation.event_id, invitation.id, uploads)
    draft = save_draft(ctx, invitation, page, {}, {**values, **own})
    if own or None in values.values():
        tidy(ctx, draft.invitation_id)
    return own


def note_private(
    ctx: Context, registration: Registration, private: Mapping[str, Any], uploads: Mapping[int, CheckedFile]
) -> list[str]:
    """Keep what organisers note for their private questions; return the keys of those that changed.

    Raises `NoPlaceLeft`.
    """
    seats.locked(ctx, registration)
    return own_answers.set_private(ctx, registration, private, uploads)


def end_with_invitation(ctx: Context, invitation: Invitation, reason: str) -> None:
    """End the registration of an invitation that was revoked; only somebody confirmed is told from here.

    The others read of it in the mail about the invitation.
    """
    registration = queries.find_registration(ctx, invitation.id)
    if registration is None:
        return
    event = seats.locked(ctx, registration)
    if registration.state in ENDED:
        return
    had_seat = registration.state in HOLDS_SEAT
    if MACHINE.allows(registration.state, Action.REVOKE):
        seats.end(ctx, registration, Action.REVOKE, decision_reason=reason, with_invitation=True)
        mail.enqueue(ctx, messages.revoked(ctx, registration))
    else:
        seats.end(ctx, registration, Action.WITHDRAW, decision_reason=reason, with_invitation=True)
        _withdrawn(ctx, registration)
    if had_seat:
        waitlist.seat_freed(ctx, event, registration.mode, registration.category_id)


def tell_event_cancelled(ctx: Context, event: Event) -> None:
    """Tell everybody who is confirmed, or still hopes to be, that the event does not take place."""
    waiting = ctx.session.scalars(
        select(Registration)
        .where(Registration.event_id == event.id, Registration.state.not_in(ENDED))
        .order_by(Registration.id)
    ).all()
    files = [make(ctx, event) for make in hooks.files_with_cancellation]
    for registration in waiting:
        seats.call_back(ctx, registration)
        more = [ref for made in files for ref in made.get(registration.id, ())]
        had_seat = registration.state is State.APPROVED
        mail.enqueue(ctx, messages.event_cancelled(ctx, registration, had_seat=had_seat, more=more))


def _open_again(ctx: Context, registration: Registration) -> None:
    """Open an ended registration for a decision and take its places again, as far as they are free. Needs the lock."""
    MACHINE.move(ctx, registration, Action.REINSTATE)
    registration.decided_at = registration.decided_answers = registration.changed_at = None
    registration.decision_reason = registration.override_reason = ""
    own_answers.take_again(ctx, registration)
    seats.call_back(ctx, registration)


def _lock_invitation(ctx: Context, invitation: Invitation) -> Invitation:
    """Lock one person's invitation, always before the seats: two clicks, or a revocation, wait for each other."""
    (invitation_id,) = inspect(invitation).identity or (None,)  # `.id` would read all that is read again below
    return ctx.session.scalars(
        select(Invitation)
        .where(Invitation.id == invitation_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()


def _is_free(ctx: Context, event: Event, mode: Mode, category_id: int) -> bool:
    occupancy = queries.occupancy_of(ctx, event.id)
    return full_because(queries.capacity_of(ctx, event), occupancy, mode, category_id) is None


def _in_the_category_decided_on(registration: Registration) -> bool:
    """Tell whether organisers know the category: nobody gives themselves a seat kept for another."""
    return str((registration.decided_answers or {}).get("category_id")) == str(registration.category.id)


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


def _require_not_cancelled(event: Event) -> None:
    if event.state is EventState.CANCELLED:
        raise Conflict(_("This event was cancelled; nobody can be given a seat."))


def require_taking_place(event: Event) -> None:
    """Refuse, as `Conflict`, to register somebody for an event that was cancelled or that nobody can know of yet."""
    if event.state is EventState.CANCELLED:
        raise Conflict(_("This event was cancelled; nobody can be registered."))
    if event.state not in {EventState.PUBLISHED, EventState.CLOSED}:
        raise Conflict(_("People can be registered once the event is published, and until it is archived."))


def _require_open(ctx: Context, event: Event, invitation: Invitation) -> None:
    window = queries.registration_window(ctx, event, invitation)
    if window is Window.NOT_YET:
        raise RegistrationClosed(_("Registration has not opened yet. What you have filled in is kept."))
    if window is Window.CLOSED:
        raise RegistrationClosed(_("Registration is closed. What you have filled in is kept."))


def _withdrawn(ctx: Context, registration: Registration) -> None:
    for listener in hooks.withdrawn:
        listener(ctx, registration)
