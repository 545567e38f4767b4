"""Commands about invitations: write, send, answer, remind, reissue, take back."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any, TypedDict, cast

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from eventapp.core import audit
from eventapp.core.context import ActorKind, Context
from eventapp.core.errors import Conflict, DomainError
from eventapp.core.text import fold
from eventapp.events.models import Event
from eventapp.events.queries import get_category
from eventapp.events.states import EventState
from eventapp.invitations import delegation, hooks, messages, queries, rules
from eventapp.invitations.delegation import Colleague
from eventapp.invitations.errors import AlreadyInvited, ChangedMeanwhile, NotAnswerable
from eventapp.invitations.models import Invitation
from eventapp.invitations.rules import Answering
from eventapp.invitations.states import ACTIVE, MACHINE, InvitationAction, InvitationState
from eventapp.mail import service as mail
from eventapp.mail.models import OutboxMessage


class InvitationValues(TypedDict, total=False):
    """What organisers say of an invitation; only address, name and language are needed."""

    email: str
    name: str
    organisation: str
    position: str
    country: str
    category_id: int | None
    language: str
    reason: str
    personal_message: str
    answer_by_at: datetime | None
    preapproved: bool
    address_locked: bool


EDITABLE = tuple(InvitationValues.__annotations__)


def invite(
    ctx: Context,
    event: Event,
    values: InvitationValues,
    *,
    delegated_from: Invitation | None = None,
    interest_id: int | None = None,
) -> Invitation:
    """Write a draft, which nobody is told of yet.

    Raises `AlreadyInvited` when the address has an invitation that stands, and `DomainError` for a language or
    category that the event does not have.
    """
    checked = _checked(ctx, event, values)
    _refuse_second(ctx, event, checked["email"])
    invitation = Invitation(
        event_id=event.id,
        state=InvitationState.DRAFT,
        invited_by_id=ctx.actor.id if ctx.actor.kind is ActorKind.STAFF else None,
        delegated_from_id=delegated_from.id if delegated_from is not None else None,
        interest_id=interest_id,
        created_at=ctx.now,
        **checked,
    )
    invitation.search_text = searchable(invitation.name, invitation.organisation, invitation.email)
    ctx.session.add(invitation)
    _flush(ctx)
    audit.record(ctx, invitation, "create")
    return invitation


def edit(ctx: Context, invitation: Invitation, values: InvitationValues, *, seen: str | None = None) -> None:
    """Change an invitation; the address only while nobody has it.

    `seen` is the `fingerprint` from which the change started. Raises `ChangedMeanwhile` when somebody saved since.
    """
    _lock(ctx, invitation)
    if seen is not None and seen != fingerprint(invitation):
        raise ChangedMeanwhile
    if invitation.state not in ACTIVE:
        raise Conflict(_("This invitation no longer stands. Make it a draft again before you change it."))
    merged: InvitationValues = {"email": invitation.email, "name": invitation.name, **values}
    merged.setdefault("language", invitation.language)
    checked = delegation.in_the_language_of_the_letter(invitation, _checked(ctx, invitation.event, merged))
    if checked["email"] != invitation.email:
        if invitation.state is not InvitationState.DRAFT:
            raise DomainError(_("The letter went to this address. Send a new link to change it."), field="email")
        _refuse_second(ctx, invitation.event, checked["email"])
    changed = audit.changed_fields(invitation, checked)
    if changed:
        invitation.search_text = searchable(invitation.name, invitation.organisation, invitation.email)
        _flush(ctx)
        audit.record(ctx, invitation, "edit", {"fields": changed})


def send(ctx: Context, invitation: Invitation) -> bool:
    """Send the letter of a draft; return False when it was sent already, by a second click or somebody else."""
    _lock(ctx, invitation)
    if invitation.state is InvitationState.SENT:
        return False
    require_sendable(ctx, invitation)
    MACHINE.move(ctx, invitation, InvitationAction.SEND)
    _mail_letter(ctx, invitation)
    return True


def send_again(ctx: Context, invitation: Invitation) -> None:
    """Send the letter once more, with the same link. Raises `Conflict` shortly after the last time."""
    _lock(ctx, invitation)
    if invitation.state is not InvitationState.SENT:
        MACHINE.target(invitation.state, InvitationAction.ACCEPT)
        raise Conflict(_("Only a letter without an answer can be sent again."))
    require_sendable(ctx, invitation)
    if invitation.sent_at is not None and ctx.now - invitation.sent_at < rules.LINK_COOLDOWN:
        raise Conflict(_("This letter was sent a few minutes ago. Wait a little before you send it again."))
    MACHINE.move(ctx, invitation, InvitationAction.SEND)
    _mail_letter(ctx, invitation)


def accept(ctx: Context, invitation: Invitation) -> None:
    """Record that the person takes part; a second click changes nothing. Raises `NotAnswerable`."""
    _lock(ctx, invitation)
    if invitation.state is InvitationState.ACCEPTED:
        return
    why = answering(ctx, invitation)
    if why is not Answering.OPEN:
        raise NotAnswerable(why)
    if invitation.state is InvitationState.DECLINED:
        _refuse_second(ctx, invitation.event, invitation.email)
    MACHINE.move(ctx, invitation, InvitationAction.ACCEPT)
    invitation.answered_at = ctx.now
    invitation.decline_reason = ""
    _flush(ctx)


def decline(
    ctx: Context, invitation: Invitation, *, reason: str = "", instead: Colleague | None = None
) -> Invitation | None:
    """Record that the person cannot come and return the draft for the colleague they propose, if any.

    Whether that colleague is invited already is not told; organisers find it with the proposal. A second click
    changes nothing. Raises `NotAnswerable`, and `Conflict` when a registration stands, which is withdrawn instead.
    """
    _lock(ctx, invitation)
    if invitation.state in {InvitationState.DECLINED, InvitationState.DELEGATED}:
        return None
    why = answering(ctx, invitation)
    if why not in {Answering.OPEN, Answering.CLOSED}:
        raise NotAnswerable(why)
    if hooks.is_registered(ctx, invitation):
        raise Conflict(_("You have registered already. Open your participation to withdraw."))
    if instead is not None and instead.address == invitation.email:
        raise DomainError(_("This is your own address. Give the address of your colleague."), field="colleague_email")
    standing = queries.find_active(ctx, invitation.event, instead.address) if instead is not None else None
    action = InvitationAction.DECLINE if instead is None else InvitationAction.DELEGATE
    MACHINE.move(ctx, invitation, action, **({"standing": standing.id} if standing is not None else {}))
    invitation.answered_at = ctx.now
    invitation.decline_reason = reason
    mail.cancel_pending(ctx, messages.about(invitation))
    _flush(ctx)
    if instead is None or standing is not None:
        return None
    values = delegation.draft_values(ctx, invitation, instead)
    try:
        with ctx.session.begin_nested():
            return invite(ctx, invitation.event, cast("InvitationValues", values), delegated_from=invitation)
    except AlreadyInvited:  # somebody else proposed the same colleague at the same moment
        return None


def revoke(ctx: Context, invitation: Invitation, reason: str) -> None:
    """Take an invitation back, end its link and tell the person if a letter had gone out."""
    _lock(ctx, invitation)
    told = invitation.state is not InvitationState.DRAFT
    MACHINE.move(ctx, invitation, InvitationAction.REVOKE, reason=reason)
    invitation.link_version += 1
    mail.cancel_pending(ctx, messages.about(invitation))
    written = [tell(ctx, invitation, reason) for tell in hooks.revoked]
    if told and not any(written):
        mail.enqueue(ctx, messages.invitation_revoked(ctx, invitation, reason))


def reissue(ctx: Context, invitation: Invitation, *, email: str | None = None) -> None:
    """Send a new link, to another address if given; the old one, and what was handed out behind it, is dead.

    Raises `AlreadyInvited` when the other address has an invitation of its own.
    """
    _lock(ctx, invitation)
    if invitation.state not in {InvitationState.SENT, InvitationState.ACCEPTED}:
        raise Conflict(_("Only an invitation that was sent and still stands can get a new link."))
    address = (email or invitation.email).strip().lower()
    changed = []
    if address != invitation.email:
        _refuse_second(ctx, invitation.event, address)
        changed = audit.changed_fields(invitation, {"email": address})
        invitation.search_text = searchable(invitation.name, invitation.organisation, invitation.email)
    invitation.link_version += 1
    mail.cancel_pending(ctx, messages.about(invitation))
    _flush(ctx)
    for tell in hooks.reissued:
        tell(ctx, invitation)
    audit.record(ctx, invitation, "reissue", {"fields": changed} if changed else {})
    if invitation.state is InvitationState.SENT:
        _mail_letter(ctx, invitation)
    else:
        mail.enqueue(ctx, messages.link_asked_for(ctx, invitation))


def reopen(ctx: Context, invitation: Invitation) -> None:
    """Make a draft again of an invitation that was declined, not answered or taken back."""
    _lock(ctx, invitation)
    MACHINE.target(invitation.state, InvitationAction.REOPEN)
    _refuse_second(ctx, invitation.event, invitation.email)
    MACHINE.move(ctx, invitation, InvitationAction.REOPEN)
    invitation.answered_at = None
    invitation.decline_reason = ""
    invitation.reminded_at = None
    if invitation.answer_by_at is not None and invitation.answer_by_at <= ctx.now:
        invitation.answer_by_at = None
    _flush(ctx)


def delete_draft(ctx: Context, invitation: Invitation) -> None:
    """Remove a draft that was never sent."""
    _lock(ctx, invitation)
    if not deletable(invitation):
        raise Conflict(_("Only a draft that was never sent can be deleted."))
    audit.record(ctx, invitation, "delete")
    ctx.session.delete(invitation)
    ctx.session.flush()


def remind(ctx: Context, invitation: Invitation, *, pause_days: int = 1) -> bool:
    """Remind somebody who has not answered; return False when that is not, or no longer, due."""
    _lock(ctx, invitation)
    due = rules.may_be_reminded(
        state=invitation.state,
        sent_at=invitation.sent_at,
        reminded_at=invitation.reminded_at,
        no_reminders_at=invitation.no_reminders_at,
        answer_by_at=invitation.answer_by_at,
        now=ctx.now,
        pause_days=pause_days,
    )
    if not due:
        return False
    invitation.reminded_at = ctx.now
    invitation.reminder_count += 1
    audit.record(ctx, invitation, "remind")
    mail.enqueue(ctx, messages.reminded(ctx, invitation))
    return True


def refuse_reminders(ctx: Context, invitation: Invitation) -> None:
    """Record that the person wants no more reminders; what has not left yet is called back."""
    _lock(ctx, invitation)
    if invitation.no_reminders_at is not None:
        return
    invitation.no_reminders_at = ctx.now
    audit.record(ctx, invitation, "refuse-reminders")
    mail.cancel_pending(ctx, messages.about(invitation), kinds=[messages.REMINDER])


def mail_links_again(ctx: Context, email: str) -> int:
    """Mail the links of an address to that address and return how many; none that were mailed minutes ago."""
    return sum(mail_link_again(ctx, each) for each in queries.list_to_mail_again(ctx, email.strip().lower()))


def mail_link_again(ctx: Context, invitation: Invitation) -> bool:
    """Mail the personal link to its holder, unless that happened minutes ago."""
    recently = (
        OutboxMessage.about == messages.about(invitation),
        OutboxMessage.kind == messages.LINK_AGAIN,
        OutboxMessage.created_at > ctx.now - rules.LINK_COOLDOWN,
    )
    if ctx.session.scalar(select(func.count()).select_from(OutboxMessage).where(*recently)):
        return False
    mail.enqueue(ctx, messages.link_asked_for(ctx, invitation))
    return True


def expire_overdue(ctx: Context) -> int:
    """Let the invitations expire whose time to answer has run out, and return how many."""
    overdue = queries.list_overdue(ctx)
    for invitation in overdue:
        MACHINE.move(ctx, invitation, InvitationAction.EXPIRE)
        mail.cancel_pending(ctx, messages.about(invitation))
    return len(overdue)


def answering(ctx: Context, invitation: Invitation) -> Answering:
    """Tell whether the invitation can be answered now."""
    event = invitation.event
    return rules.answering(
        event_state=event.state,
        ends_on=event.ends_on,
        zone=event.timezone,
        closes_at=invitation.closes_at,
        state=invitation.state,
        answer_by_at=invitation.answer_by_at,
        now=ctx.now,
    )


def require_sendable(ctx: Context, invitation: Invitation) -> None:
    """Refuse with the reason, as `DomainError`, a letter that cannot go out now."""
    event = invitation.event
    if event.state is not EventState.PUBLISHED or rules.is_past(event.ends_on, event.timezone, ctx.now):
        raise DomainError(_("Letters can be sent while the event is published and not over."))
    if invitation.closes_at is not None and ctx.now >= invitation.closes_at:
        raise DomainError(_("Registration has closed. Move its end, or keep the form open for this person."))
    if invitation.answer_by_at is not None and ctx.now >= invitation.answer_by_at:
        raise DomainError(_("The time to answer by is over. Choose a later one first."), field="answer_by_at")


def deletable(invitation: Invitation) -> bool:
    """Tell whether the draft may be deleted: one that was never sent and nobody proposed; a proposal gets an answer."""
    return (
        invitation.state is InvitationState.DRAFT
        and invitation.sent_at is None
        and invitation.delegated_from_id is None
    )


def fingerprint(invitation: Invitation) -> str:
    """Return a short value that changes with every field that organisers can edit."""
    values = [str(getattr(invitation, name)) for name in (*EDITABLE, "state")]
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:16]


def searchable(name: str, organisation: str, email: str) -> str:
    """Return what the search of the list looks through."""
    return fold(f"{name} {organisation} {email}")[:700]


def _checked(ctx: Context, event: Event, values: InvitationValues) -> dict[str, Any]:
    checked: dict[str, Any] = {name: value for name, value in values.items() if name in EDITABLE}
    checked["email"] = values["email"].strip().lower()
    if values["language"] not in event.languages:
        raise DomainError(_("Choose one of the event’s languages."), field="language")
    category_id = values.get("category_id")
    if category_id is not None:
        get_category(ctx, event, category_id)
    return checked


def _refuse_second(ctx: Context, event: Event, email: str) -> None:
    existing = queries.find_active(ctx, event, email)
    if existing is not None:
        raise AlreadyInvited(existing)


def _mail_letter(ctx: Context, invitation: Invitation) -> None:
    mail.cancel_pending(ctx, messages.about(invitation))
    invitation.sent_at = ctx.now
    mail.enqueue(ctx, messages.invited(ctx, invitation))


def _lock(ctx: Context, invitation: Invitation) -> None:
    """Read the invitation afresh and keep others from changing it until the unit of work ends."""
    queries.lock(ctx, invitation)


def _flush(ctx: Context) -> None:
    """Write what has changed; the index that allows one standing invitation an address speaks last."""
    try:
        ctx.session.flush()
    except IntegrityError as error:
        if "uq_invitation_active_address" in str(error.orig) or "invitation.event_id, invitation.email" in str(
            error.orig
        ):
            raise AlreadyInvited from error
        raise
