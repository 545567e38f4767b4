"""A registration that ended, and an invitation that organisers opened again after it: the person may register anew."""

from __future__ import annotations

from flask_babel.speaklater import LazyString
from sqlalchemy import func, select

from eventapp.core.audit import AuditEntry
from eventapp.core.context import Context
from eventapp.invitations.models import Invitation
from eventapp.invitations.states import InvitationAction
from eventapp.registrations import words
from eventapp.registrations.models import Registration
from eventapp.registrations.states import ENDED, Action, State

_ENDS = (Action.DECLINE, Action.PASS, Action.LAPSE, Action.WITHDRAW, Action.REVOKE)


def ended_with_invitation(registration: Registration) -> bool:
    """Tell whether it ended because organisers took the invitation back; who withdraws is given no reason."""
    return registration.state is State.WITHDRAWN and bool(registration.decision_reason)


def state_in_words(registration: Registration) -> LazyString:
    """Return where it stands, as organisers read it."""
    return words.INVITATION_TAKEN_BACK if ended_with_invitation(registration) else words.STATE[registration.state]


def invited_again(ctx: Context, registration: Registration) -> bool:
    """Tell whether the registration ended and organisers have opened the invitation again since.

    The audit tells what came first, whatever the clock says; whoever withdraws and accepts once more by themselves
    was not invited again.
    """
    if registration.state not in ENDED:
        return False
    reopened = _last(ctx, registration.event_id, Invitation, registration.invitation_id, InvitationAction.REOPEN)
    return reopened > _last(ctx, registration.event_id, Registration, registration.id, *_ENDS)


def _last(
    ctx: Context,
    event_id: int,
    kind: type[Invitation | Registration],
    object_id: int,
    *actions: InvitationAction | Action,
) -> int:
    """Return the number of the last entry about such an action; nought when there is none."""
    found = ctx.session.scalar(
        select(func.max(AuditEntry.id)).where(
            AuditEntry.event_id == event_id,
            AuditEntry.object_type == kind.__tablename__,
            AuditEntry.object_id == object_id,
            AuditEntry.action.in_([each.value for each in actions]),
        )
    )
    return found or 0
