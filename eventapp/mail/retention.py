"""What the outbox forgets: everything to one person, texts that are old, rows of events long over."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.orm import undefer_group

from eventapp.core.audit import AuditEntry
from eventapp.core.context import Context
from eventapp.mail.models import OutboxMessage
from eventapp.mail.states import MessageState

_LEFT = frozenset({MessageState.SENT, MessageState.FAILED, MessageState.CANCELLED})


def list_of_person(
    ctx: Context, event_id: int, *, abouts: Collection[str], addresses: Collection[str]
) -> Sequence[OutboxMessage]:
    """Return the event's mails about these things or to these addresses, with their texts, the oldest first."""
    return ctx.session.scalars(
        select(OutboxMessage)
        .options(undefer_group("bodies"))
        .where(OutboxMessage.event_id == event_id, _is_of(abouts, addresses))
        .order_by(OutboxMessage.id)
    ).all()


def forget_person(ctx: Context, event_id: int, *, abouts: Collection[str], addresses: Collection[str]) -> int:
    """Delete the event's mails about these things or to these addresses, sent or not, and return how many.

    A mail about another participant who shares the address stays: it is that person's.
    """
    ctx.session.flush()
    ids = ctx.session.scalars(
        select(OutboxMessage.id).where(OutboxMessage.event_id == event_id, _is_of(abouts, addresses)).with_for_update()
    ).all()
    return _delete(ctx, ids)


def rewrite(ctx: Context, event_id: int, abouts: Collection[str], change: Callable[[str], str]) -> None:
    """Change the texts of the event's mails about these things, sent or not, such as to take a name out of them."""
    if not abouts:
        return
    found = ctx.session.scalars(
        select(OutboxMessage)
        .options(undefer_group("bodies"))
        .where(OutboxMessage.event_id == event_id, OutboxMessage.about.in_(sorted(abouts)))
        .with_for_update()
    ).all()
    for message in found:
        message.subject = change(message.subject)
        message.text_body = change(message.text_body)
        message.html_body = change(message.html_body)
    ctx.session.flush()


def forget_texts(ctx: Context, event_id: int, before: datetime, limit: int) -> int:
    """Blank the texts of mails written before the instant and delete what never left; return how many mails."""
    old = (OutboxMessage.event_id == event_id, OutboxMessage.created_at < before)
    ids = ctx.session.scalars(
        select(OutboxMessage.id).where(*old, has_text()).order_by(OutboxMessage.id).limit(limit)
    ).all()
    unsent = ctx.session.scalars(
        select(OutboxMessage.id).where(OutboxMessage.id.in_(ids), OutboxMessage.state != MessageState.SENT)
    ).all()
    _delete(ctx, unsent)
    ctx.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id.in_(ids))
        .values(text_body="", html_body="", links={}, attachments=[])
    )
    return len(ids)


def forget_event(ctx: Context, event_id: int, limit: int) -> int:
    """Delete up to `limit` mails of an event and return how many."""
    return _delete(
        ctx,
        ctx.session.scalars(
            select(OutboxMessage.id).where(OutboxMessage.event_id == event_id).order_by(OutboxMessage.id).limit(limit)
        ).all(),
    )


def forget_without_event(ctx: Context, before: datetime, limit: int) -> int:
    """Delete mails of no event, such as those to sign in, that were written before the instant."""
    old = (OutboxMessage.event_id.is_(None), OutboxMessage.created_at < before, OutboxMessage.state.in_(_LEFT))
    return _delete(ctx, ctx.session.scalars(select(OutboxMessage.id).where(*old).limit(limit)).all())


def forget_once_left(ctx: Context, kinds: Collection[str], gave_up_before: datetime) -> int:
    """Delete mails of these kinds as soon as they have left, and those that could not by the instant."""
    gone = or_(
        OutboxMessage.state == MessageState.SENT,
        and_(OutboxMessage.state.in_(_LEFT), OutboxMessage.created_at < gave_up_before),
    )
    return _delete(
        ctx, ctx.session.scalars(select(OutboxMessage.id).where(OutboxMessage.kind.in_(kinds), gone).limit(500)).all()
    )


def has_text() -> ColumnElement[bool]:
    """Return the condition of a mail whose text is still there."""
    return OutboxMessage.text_body != ""


def _is_of(abouts: Collection[str], addresses: Collection[str]) -> ColumnElement[bool]:
    of_nobody_else = or_(
        OutboxMessage.about.is_(None),
        and_(OutboxMessage.about.not_like("registration:%"), OutboxMessage.about.not_like("invitation:%")),
    )
    to_them = OutboxMessage.recipient.in_(sorted(addresses))
    return or_(OutboxMessage.about.in_(sorted(abouts)), and_(to_them, of_nobody_else))


def _delete(ctx: Context, ids: Sequence[int]) -> int:
    """Delete the mails with what the audit says of them: its labels are subjects."""
    if not ids:
        return 0
    ctx.session.execute(
        delete(AuditEntry).where(AuditEntry.object_type == OutboxMessage.__tablename__, AuditEntry.object_id.in_(ids))
    )
    ctx.session.execute(delete(OutboxMessage).where(OutboxMessage.id.in_(ids)))
    return len(ids)
