"""The command by which organisers do not take up a proposed colleague, kindly."""

from __future__ import annotations

from flask_babel import gettext as _

from eventapp.core.context import Context
from eventapp.core.errors import Conflict
from eventapp.invitations import messages, queries, service
from eventapp.invitations.models import Invitation
from eventapp.invitations.states import InvitationState
from eventapp.mail import service as mail


def is_open(invitation: Invitation) -> bool:
    """Tell whether it is a proposed colleague to whom no letter ever went."""
    drafted = invitation.state is InvitationState.DRAFT and invitation.sent_at is None
    return drafted and invitation.delegated_from_id is not None


def decline_proposal(ctx: Context, invitation: Invitation, *, sentence: str = "", tell: bool = True) -> None:
    """Do not invite the proposed colleague, who is told nothing, and thank the proposer by mail if asked to.

    Raises `Conflict` when it is no proposal, or a letter went out in the meantime.
    """
    queries.lock(ctx, invitation)
    proposer = invitation.delegated_from
    if proposer is None or not is_open(invitation):
        raise Conflict(_("This invitation has changed in the meantime, and that step is no longer possible."))
    service.revoke(ctx, invitation, sentence)
    if tell:
        mail.enqueue(ctx, messages.proposal_declined(ctx, invitation, proposer, sentence))
