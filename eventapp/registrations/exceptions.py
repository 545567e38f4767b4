"""One person's exception to the deadline: the form stays open for them after it closed for the others."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from flask_babel import gettext as _

from eventapp.core import audit
from eventapp.core.context import Context
from eventapp.core.errors import Conflict, DomainError
from eventapp.core.formatting import moment_in_words
from eventapp.core.wall_time import to_instant
from eventapp.events.models import Event
from eventapp.events.states import EventState
from eventapp.invitations import messages as letters
from eventapp.invitations import queries as invitations
from eventapp.invitations.models import Invitation
from eventapp.invitations.states import ACTIVE, InvitationState
from eventapp.mail import service as mail
from eventapp.registrations import messages, queries
from eventapp.registrations.states import ENDED


def latest(event: Event) -> datetime:
    """Return the instant at which the event ends at its place: no form stays open beyond."""
    return to_instant(datetime.combine(event.ends_on + timedelta(days=1), time.min), event.timezone)


def in_force(event: Event, invitation: Invitation) -> bool:
    """Tell whether the person has longer than the others, now or later."""
    return queries.form_closes(event, invitation) > queries.registration_closes(event)


def why_impossible(ctx: Context, event: Event, invitation: Invitation) -> str | None:
    """Return why nobody's form can be kept open longer, or this person's cannot, in words; None when it can."""
    if event.state is not EventState.PUBLISHED or ctx.now >= latest(event):
        return str(_("A form can be kept open longer while the event is published and not over."))
    if invitation.state not in ACTIVE:
        return str(_("This invitation no longer stands. Make it a draft again before you keep the form open."))
    registration = queries.find_registration(ctx, invitation.id)
    if registration is not None and registration.state in ENDED:
        return str(_("This registration has ended. Reinstate it before you keep the form open."))
    return None


def will_be_told(ctx: Context, event: Event, invitation: Invitation) -> bool:
    """Tell whether a mail goes to the person: once the form is closed for the others, and they know of it."""
    return ctx.now >= queries.registration_closes(event) and invitation.state is not InvitationState.DRAFT


def keep_open(ctx: Context, invitation: Invitation, until: datetime, *, reason: str) -> bool:
    """Keep the form open for this person until an instant; return whether a mail says so.

    An earlier time to answer the letter moves along. Raises `Conflict` when nothing can be kept open, and
    `DomainError` for `until` when that is not longer than for everybody, past, or beyond the event's end.
    """
    if not reason.strip():
        raise DomainError(_("Say why; it is kept in the history."), field="reason")
    invitations.lock(ctx, invitation)
    event = invitation.event
    impossible = why_impossible(ctx, event, invitation)
    if impossible is not None:
        raise Conflict(impossible)
    _require_sensible(ctx, event, until)
    changed = audit.changed_fields(invitation, {"form_open_until_at": until})
    if invitation.state is not InvitationState.ACCEPTED and _before(invitation.answer_by_at, until):
        changed += audit.changed_fields(invitation, {"answer_by_at": until})
    if not changed:
        return False
    details = {"fields": changed, "until": until.isoformat(), "reason": reason.strip()}
    audit.record(ctx, invitation, "keep-open", details)
    mail.cancel_pending(ctx, letters.about(invitation), kinds=[messages.FORM_KEPT_OPEN])
    told = will_be_told(ctx, event, invitation)
    if told:
        mail.enqueue(ctx, messages.form_kept_open(ctx, invitation, queries.find_registration(ctx, invitation.id)))
    return told


def end(ctx: Context, invitation: Invitation) -> None:
    """End the exception: the deadline of everybody counts again; a mail that has not left is called back."""
    invitations.lock(ctx, invitation)
    if invitation.form_open_until_at is None:
        return
    invitation.form_open_until_at = None
    audit.record(ctx, invitation, "end-keep-open", {"fields": ["form_open_until_at"]})
    mail.cancel_pending(ctx, letters.about(invitation), kinds=[messages.FORM_KEPT_OPEN])


def _before(earlier: datetime | None, later: datetime) -> bool:
    return earlier is not None and earlier < later


def _require_sensible(ctx: Context, event: Event, until: datetime) -> None:
    closes_at, end_of_event = queries.registration_closes(event), latest(event)
    if until <= ctx.now:
        raise DomainError(_("This time is past. Choose a later one."), field="until")
    if until <= closes_at:
        moment = moment_in_words(closes_at, event.timezone, ctx.language)
        raise DomainError(
            _("The form is open for everybody until %(moment)s. Choose a later time.", moment=moment), field="until"
        )
    if until > end_of_event:
        raise DomainError(_("The event is over by then. Choose an earlier time."), field="until")
