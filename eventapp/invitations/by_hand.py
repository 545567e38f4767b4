"""Invitations that people accept by another way than their link: by letter, by telephone, at the door."""

from __future__ import annotations

from eventapp.core.context import Context
from eventapp.events.models import Event
from eventapp.invitations import messages, queries, service
from eventapp.invitations.models import Invitation
from eventapp.invitations.service import InvitationValues
from eventapp.invitations.states import MACHINE, InvitationAction, InvitationState
from eventapp.mail import service as mail


def record_acceptance(ctx: Context, event: Event, values: InvitationValues) -> Invitation:
    """Return the accepted invitation of the address: the one that stands, or else a new one with these values.

    Letters and reminders that have not left are called back. Raises `DomainError` for a language or category that
    the event does not have.
    """
    invitation = queries.find_active(ctx, event, values["email"])
    if invitation is None:
        invitation = service.invite(ctx, event, values)
    else:
        queries.lock(ctx, invitation)
    if invitation.state is InvitationState.ACCEPTED:
        return invitation
    MACHINE.move(ctx, invitation, InvitationAction.RECORD)
    invitation.answered_at = ctx.now
    mail.cancel_pending(ctx, messages.about(invitation))
    ctx.session.flush()
    return invitation
