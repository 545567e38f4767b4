"""Reads of the outbox for the desk."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, not_, or_, select
from sqlalchemy.orm import undefer_group

from eventapp.core.access import Permission
from eventapp.core.audit import AuditEntry
from eventapp.core.context import Context
from eventapp.core.errors import NotFound
from eventapp.mail import hooks
from eventapp.mail.models import OutboxMessage
from eventapp.mail.states import MessageState

PAGE_LENGTH = 50


@dataclass(frozen=True)
class MailFilter:
    """What the list is narrowed to; None and empty mean everything."""

    state: MessageState | None = None
    kind: str | None = None
    search: str = ""
    page: int = 1

    @property
    def narrows(self) -> bool:
        """Tell whether the list is narrowed at all."""
        return bool(self.state or self.kind or self.search)


@dataclass(frozen=True)
class MailPage:
    """One page of the list and how many mails there are in all."""

    messages: Sequence[OutboxMessage]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """Return how many pages there are, one at least."""
        return max(1, -(-self.total // PAGE_LENGTH))

    @property
    def first(self) -> int:
        """Return the number of the first mail shown, counted from 1."""
        return (self.page - 1) * PAGE_LENGTH + 1

    @property
    def last(self) -> int:
        """Return the number of the last mail shown."""
        return (self.page - 1) * PAGE_LENGTH + len(self.messages)


def readable_things(
    ctx: Context, event_id: int, kinds: Collection[str], permissions: Collection[Permission]
) -> Collection[str]:
    """Return the things whose confidential mails may be read by who acts; nothing is asked when no kind is such."""
    if not any(is_confidential(kind) for kind in kinds):
        return frozenset()
    return {about for ask in hooks.CONFIDENTIAL.values() for about in ask(ctx, event_id, permissions)}


def is_confidential(kind: str) -> bool:
    """Tell whether mails of the kind are not for everybody who may see the log."""
    return kind.startswith(tuple(hooks.CONFIDENTIAL))


def may_be_read(message: OutboxMessage, readable: Collection[str]) -> bool:
    """Tell whether more than kind and state of the mail is shown, given the things that may be read about."""
    return not is_confidential(message.kind) or message.about in readable


def list_messages(ctx: Context, event_id: int, wanted: MailFilter, readable: Collection[str]) -> MailPage:
    """Return a page of the event's mails without their bodies, the newest first.

    Searching finds no confidential mail but those about the readable things.
    """
    conditions = _conditions(event_id, wanted, readable)
    total = ctx.session.scalar(select(func.count(OutboxMessage.id)).where(*conditions)) or 0
    page = min(max(1, wanted.page), max(1, -(-total // PAGE_LENGTH)))
    rows = (
        select(OutboxMessage)
        .where(*conditions)
        .order_by(OutboxMessage.id.desc())
        .limit(PAGE_LENGTH)
        .offset((page - 1) * PAGE_LENGTH)
    )
    return MailPage(ctx.session.scalars(rows).all(), total, page)


def list_kinds(ctx: Context, event_id: int) -> Sequence[str]:
    """Return the kinds of mail that the event has sent, sorted."""
    return ctx.session.scalars(
        select(OutboxMessage.kind).where(OutboxMessage.event_id == event_id).distinct().order_by(OutboxMessage.kind)
    ).all()


def get_message(ctx: Context, event_id: int, message_id: int) -> OutboxMessage:
    """Return a mail of this event with its bodies. Raises `NotFound`."""
    found = ctx.session.scalar(
        select(OutboxMessage)
        .options(undefer_group("bodies"))
        .where(OutboxMessage.id == message_id, OutboxMessage.event_id == event_id)
    )
    if found is None:
        raise NotFound(_("There is no such mail."))
    return found


def list_history(ctx: Context, message: OutboxMessage) -> Sequence[AuditEntry]:
    """Return what happened to the mail, the latest last."""
    return ctx.session.scalars(
        select(AuditEntry)
        .where(
            AuditEntry.event_id == message.event_id,
            AuditEntry.object_type == OutboxMessage.__tablename__,
            AuditEntry.object_id == message.id,
        )
        .order_by(AuditEntry.id)
    ).all()


def count_failed(ctx: Context, event_id: int) -> int:
    """Return how many of the event's mails have failed and wait for somebody."""
    return (
        ctx.session.scalar(
            select(func.count(OutboxMessage.id)).where(
                OutboxMessage.event_id == event_id, OutboxMessage.state == MessageState.FAILED
            )
        )
        or 0
    )


def _conditions(event_id: int, wanted: MailFilter, readable: Collection[str]) -> list[ColumnElement[bool]]:
    conditions = [OutboxMessage.event_id == event_id]
    if wanted.state is not None:
        conditions.append(OutboxMessage.state == wanted.state)
    if wanted.kind:
        conditions.append(OutboxMessage.kind == wanted.kind)
    if wanted.search:
        columns = (OutboxMessage.recipient, OutboxMessage.recipient_name, OutboxMessage.subject)
        conditions.append(or_(*(column.icontains(wanted.search, autoescape=True) for column in columns)))
        for beginning in hooks.CONFIDENTIAL:
            open_to_all = not_(OutboxMessage.kind.startswith(beginning, autoescape=True))
            conditions.append(or_(open_to_all, OutboxMessage.about.in_(sorted(readable))))
    return conditions
