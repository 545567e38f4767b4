"""What registrations forget: needs, half-filled forms, and whole people; the counts of them are kept elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, delete, or_, select, update

from eventapp.core.context import Context
from eventapp.invitations.models import Invitation
from eventapp.registrations.models import Registration, RegistrationDraft


def has_needs() -> ColumnElement[bool]:
    """Return the condition of a registration that still tells what somebody eats or needs."""
    return or_(
        Registration.dietary != "",
        Registration.access_needs != "",
        Registration.decided_answers.is_not(None),  # may tell them as they were when it was decided
    )


def forget_needs(ctx: Context, event_id: int, limit: int) -> int:
    """Blank what up to `limit` people eat and need, and return of how many."""
    ids = ctx.session.scalars(
        select(Registration.id)
        .where(Registration.event_id == event_id, has_needs())
        .order_by(Registration.id)
        .limit(limit)
    ).all()
    ctx.session.execute(
        update(Registration)
        .where(Registration.id.in_(ids))
        .values(dietary="", access_needs="", decided_answers=None, changed_at=None)
    )
    return len(ids)


def forget_drafts(ctx: Context, event_id: int, limit: int) -> int:
    """Delete up to `limit` half-filled forms of the event and return how many."""
    ids = ctx.session.scalars(
        select(RegistrationDraft.id)
        .join(Invitation, Invitation.id == RegistrationDraft.invitation_id)
        .where(Invitation.event_id == event_id)
        .order_by(RegistrationDraft.id)
        .limit(limit)
    ).all()
    ctx.session.execute(delete(RegistrationDraft).where(RegistrationDraft.id.in_(ids)))
    return len(ids)


def list_of(ctx: Context, invitation_ids: Collection[int]) -> Sequence[Registration]:
    """Return the registrations that answer the invitations, by id."""
    return ctx.session.scalars(
        select(Registration).where(Registration.invitation_id.in_(invitation_ids)).order_by(Registration.id)
    ).all()


def delete_of(ctx: Context, invitation_ids: Collection[int]) -> None:
    """Delete the registrations and half-filled forms behind the invitations; check-ins and places go with them."""
    ctx.session.flush()
    ctx.session.execute(delete(RegistrationDraft).where(RegistrationDraft.invitation_id.in_(invitation_ids)))
    ctx.session.execute(delete(Registration).where(Registration.invitation_id.in_(invitation_ids)))
