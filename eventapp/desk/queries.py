"""Reads of the organiser's home: my events, the last actions, the audit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, func, not_, or_, select

from eventapp.accounts.models import Account
from eventapp.core.access import Permission, Role
from eventapp.core.audit import AuditEntry
from eventapp.core.context import ActorKind, Context
from eventapp.events.models import Event, Membership
from eventapp.invitations.models import Invitation
from eventapp.invitations.states import InvitationState
from eventapp.mail.models import OutboxMessage
from eventapp.mail.states import MessageState
from eventapp.sponsorship.confidential import by_the_person, entries_for

PAGE_SIZE = 50
SOON = timedelta(days=2)
# What the machine does to every mail would bury what people did; the mail log shows it.
_MACHINERY = OutboxMessage.__tablename__


@dataclass(frozen=True)
class MyEvent:
    """An event and the roles one has in it."""

    event: Event
    roles: tuple[Role, ...]


@dataclass(frozen=True)
class AuditFilters:
    """What the audit is narrowed to; empty values narrow nothing."""

    kind: str = ""
    actor: str = ""
    search: str = ""
    object_id: int | None = None


@dataclass(frozen=True)
class AuditPage:
    """One page of the audit, the newest first."""

    entries: Sequence[AuditEntry]
    total: int
    number: int

    @property
    def pages(self) -> int:
        """Return how many pages there are, one at least."""
        return max(1, -(-self.total // PAGE_SIZE))


def list_my_events(ctx: Context, account: Account) -> list[MyEvent]:
    """Return the events the account has a role in, the latest first; an administrator sees all."""
    roles: dict[int, list[Role]] = {}
    for event_id, role in ctx.session.execute(
        select(Membership.event_id, Membership.role).where(Membership.account_id == account.id)
    ):
        roles.setdefault(event_id, []).append(role)
    wanted = select(Event).order_by(Event.starts_on.desc(), Event.id.desc())
    if not account.is_admin:
        wanted = wanted.where(Event.id.in_(roles))
    order = list(Role)
    return [
        MyEvent(event, tuple(sorted(roles.get(event.id, ()), key=order.index))) for event in ctx.session.scalars(wanted)
    ]


def list_last_actions(
    ctx: Context, event: Event, permissions: Collection[Permission], limit: int = 8
) -> Sequence[AuditEntry]:
    """Return what people did last in the event, as far as somebody with these permissions may know."""
    return ctx.session.scalars(
        select(AuditEntry)
        .where(
            AuditEntry.event_id == event.id,
            AuditEntry.object_type != _MACHINERY,
            entries_for(ctx, event, permissions),
        )
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(limit)
    ).all()


def page_of_audit(
    ctx: Context, event: Event, filters: AuditFilters, number: int, permissions: Collection[Permission]
) -> AuditPage:
    """Return one page of what somebody with these permissions may know; a number beyond the last means the last."""
    where = [*_where(event, filters), entries_for(ctx, event, permissions)]
    total = ctx.session.scalar(select(func.count()).select_from(AuditEntry).where(*where)) or 0
    number = min(max(1, number), max(1, -(-total // PAGE_SIZE)))
    wanted = select(AuditEntry).where(*where).order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    entries = ctx.session.scalars(wanted.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)).all()
    return AuditPage(entries, total, number)


def list_actors(ctx: Context, event: Event) -> Sequence[tuple[str, str]]:
    """Return `(key, name)` of the staff who acted in the event; participants are found by searching."""
    rows = ctx.session.execute(
        select(AuditEntry.actor_id, func.max(AuditEntry.actor_label))
        .where(AuditEntry.event_id == event.id, AuditEntry.actor_kind == ActorKind.STAFF)
        .group_by(AuditEntry.actor_id)
        .order_by(func.max(AuditEntry.actor_label))
    )
    return [(f"{ActorKind.STAFF}:{actor_id}", label) for actor_id, label in rows]


def list_kinds(ctx: Context, event: Event) -> Sequence[str]:
    """Return the kinds of things the event's audit speaks of."""
    return ctx.session.scalars(select(AuditEntry.object_type).where(AuditEntry.event_id == event.id).distinct()).all()


def count_failed_mail(ctx: Context, event: Event) -> int:
    """Return how many mails of the event were given up."""
    return (
        ctx.session.scalar(
            select(func.count())
            .select_from(OutboxMessage)
            .where(OutboxMessage.event_id == event.id, OutboxMessage.state == MessageState.FAILED)
        )
        or 0
    )


def count_expiring_invitations(ctx: Context, event: Event) -> int:
    """Return how many invitations without an answer lapse within two days."""
    return (
        ctx.session.scalar(
            select(func.count())
            .select_from(Invitation)
            .where(
                Invitation.event_id == event.id,
                Invitation.state == InvitationState.SENT,
                Invitation.answer_by_at > ctx.now,
                Invitation.answer_by_at <= ctx.now + SOON,
            )
        )
        or 0
    )


def _where(event: Event, filters: AuditFilters) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = [AuditEntry.event_id == event.id]
    if filters.kind:
        where.append(AuditEntry.object_type == filters.kind)
    if filters.object_id is not None:
        where.append(AuditEntry.object_id == filters.object_id)
    kind, _, actor_id = filters.actor.partition(":")
    if kind in set(ActorKind):
        where.append(AuditEntry.actor_kind == kind)
        if actor_id.isdecimal() and len(actor_id) < 10:
            where += [AuditEntry.actor_id == int(actor_id), not_(by_the_person())]
    if filters.search:
        where.append(
            or_(
                AuditEntry.object_label.icontains(filters.search, autoescape=True),
                and_(AuditEntry.actor_label.icontains(filters.search, autoescape=True), not_(by_the_person())),
            )
        )
    return where
