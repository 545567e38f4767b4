"""Reads of invitations and expressions of interest."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from eventapp.core.tokens import LinkKeys, Purpose
from eventapp.invitations.models import Invitation
from eventapp.invitations.states import InvitationState

_OPENS = frozenset(InvitationState) - {InvitationState.DRAFT, InvitationState.REVOKED}


def find_by_token(session: Session, keys: LinkKeys, token: str) -> Invitation | None:
    """Return the invitation that the personal link opens, with its event; a revoked or reissued one opens none."""
    claimed = keys.object_id(token)
    if claimed is None or claimed >= 2**31:
        return None
    found = _find(session, claimed)
    if found is None or not keys.opens(token, Purpose.PARTICIPATION, found.id, found.link_version):
        return None
    return found


def find_opened(session: Session, event_id: int, invitation_id: int, link_version: int) -> Invitation | None:
    """Return the invitation that a browser opened before, unless its link was reissued or revoked since."""
    found = _find(session, invitation_id)
    if found is None or found.event_id != event_id or found.link_version != link_version:
        return None
    return found


def _find(session: Session, invitation_id: int) -> Invitation | None:
    return session.scalar(
        select(Invitation)
        .options(joinedload(Invitation.event), joinedload(Invitation.category))
        .where(Invitation.id == invitation_id, Invitation.state.in_(_OPENS))
    )
