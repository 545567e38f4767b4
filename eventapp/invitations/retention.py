"""What invitations and expressions of interest forget.

A row that a link in somebody's mailbox names keeps its number and nothing else: were the number given out again,
the old link would open somebody else's invitation.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Select, Text, cast, or_, select, update

from eventapp.core.context import Context
from eventapp.events.models import Event
from eventapp.invitations.models import ImportPreview, Interest, Invitation
from eventapp.invitations.states import InterestState, InvitationState


def list_all_of(ctx: Context, event: Event, invitation_id: int) -> Sequence[Invitation]:
    """Return every invitation of the person in the event, by id; none when the person was erased before."""
    return ctx.session.scalars(_all_of(event, invitation_id)).all()


def lock_all_of(ctx: Context, event: Event, invitation_id: int) -> Sequence[Invitation]:
    """Lock and return every invitation of the person in the event, by id; none when the person was erased before."""
    ctx.session.flush()
    locked = _all_of(event, invitation_id).with_for_update().execution_options(populate_existing=True)
    return ctx.session.scalars(locked).all()


def lock_next(ctx: Context, event_id: int, limit: int) -> Sequence[Invitation]:
    """Lock and return up to `limit` invitations of the event that still name somebody."""
    return ctx.session.scalars(
        select(Invitation)
        .where(Invitation.event_id == event_id, Invitation.email != "")
        .order_by(Invitation.id)
        .limit(limit)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def blank(ctx: Context, event: Event, ids: Collection[int]) -> None:
    """Leave nothing of the invitations but their numbers, and let no link open them.

    The state is written directly: this is no step in the life of an invitation, there is none any more.
    """
    ctx.session.flush()
    chosen = Invitation.id.in_(ids)
    ctx.session.execute(update(Invitation).where(Invitation.delegated_from_id.in_(ids)).values(delegated_from_id=None))
    nothing: dict[str, Any] = dict.fromkeys(
        ("email", "name", "organisation", "position", "country", "reason", "personal_message", "search_text"), ""
    )
    nothing |= dict.fromkeys(
        ("category_id", "answer_by_at", "form_open_until_at", "invited_by_id", "delegated_from_id", "interest_id",
         "sent_at", "answered_at", "reminded_at", "no_reminders_at")
    )  # fmt: skip
    ctx.session.execute(
        update(Invitation)
        .where(chosen)
        .values(
            **nothing,
            state=InvitationState.REVOKED,
            language=event.first_language,
            preapproved=False,
            address_locked=False,
            decline_reason="",
            reminder_count=0,
            link_version=Invitation.link_version + 1,
            created_at=ctx.now,
        )
    )


def list_interests_of(ctx: Context, event_id: int, addresses: Collection[str]) -> Sequence[Interest]:
    """Return what people with these addresses said when they were not invited."""
    return ctx.session.scalars(
        select(Interest)
        .where(Interest.event_id == event_id, Interest.email.in_(sorted(addresses)), Interest.email != "")
        .order_by(Interest.id)
    ).all()


def forget_interests(ctx: Context, event: Event, ids: Collection[int]) -> int:
    """Leave nothing of the expressions of interest but their numbers, and return how many."""
    ctx.session.flush()
    ctx.session.execute(
        update(Interest)
        .where(Interest.event_id == event.id, Interest.id.in_(ids))
        .values(
            email="",
            name="",
            organisation="",
            country="",
            motivation="",
            theme_id=None,
            language=event.first_language,
            link_version=Interest.link_version + 1,
            created_at=ctx.now,
            confirmed_at=None,
            answered_at=None,
        )
    )
    return len(ids)


def list_interest_ids(ctx: Context, event_id: int, limit: int, *, invited_too: bool = False) -> Sequence[int]:
    """Return up to `limit` expressions of interest that still name somebody; those invited only if asked for."""
    query = select(Interest.id).where(Interest.event_id == event_id, Interest.email != "")
    if not invited_too:
        query = query.where(Interest.state != InterestState.INVITED)
    return ctx.session.scalars(query.order_by(Interest.id).limit(limit)).all()


def strip_previews(ctx: Context, event_id: int, addresses: Collection[str]) -> int:
    """Take the rows with these addresses out of lists that wait to be imported, and return how many lists."""
    wanted = {each.casefold() for each in addresses if each}
    said = cast(ImportPreview.rows, Text)
    found = ctx.session.scalars(
        select(ImportPreview)
        .where(
            ImportPreview.event_id == event_id, or_(*(said.icontains(each, autoescape=True) for each in sorted(wanted)))
        )
        .with_for_update()
    ).all()
    for preview in found:
        preview.rows = [row for row in preview.rows if not _names(row, wanted)]
    return len(found)


def _all_of(event: Event, invitation_id: int) -> Select[Invitation]:
    address = select(Invitation.email).where(
        Invitation.id == invitation_id, Invitation.event_id == event.id, Invitation.email != ""
    )
    return (
        select(Invitation)
        .where(Invitation.event_id == event.id, Invitation.email == address.scalar_subquery())
        .order_by(Invitation.id)
    )


def _names(value: Any, addresses: Collection[str]) -> bool:
    if isinstance(value, dict):
        return any(_names(each, addresses) for each in value.values())
    if isinstance(value, list):
        return any(_names(each, addresses) for each in value)
    return isinstance(value, str) and any(address in value.casefold() for address in addresses)
