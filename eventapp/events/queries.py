"""Reads of events and of the roles of people in them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TypeVar

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, bindparam, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload, undefer

from eventapp.accounts.models import Account
from eventapp.core.access import Role
from eventapp.core.audit import Auditable, AuditEntry
from eventapp.core.context import Context
from eventapp.core.errors import NotFound
from eventapp.events.models import Category, Event, Institution, Membership, Place, Theme
from eventapp.events.states import PUBLIC_STATES

Part = Institution | Theme | Category | Place
P = TypeVar("P", bound=Part)

# Asked by nearly every request, so written out once.
_OF_SLUG = select(Event).where(Event.slug == bindparam("slug"))
_ROLES = select(Membership.role).where(
    Membership.event_id == bindparam("event_id"), Membership.account_id == bindparam("account_id")
)


def find_event(session: Session, slug: str) -> Event | None:
    """Return the event of the address."""
    return session.scalar(_OF_SLUG, {"slug": slug})


def get_event(session: Session, slug: str) -> Event:
    """Return the event of the address. Raises `NotFound`."""
    found = find_event(session, slug)
    if found is None:
        raise NotFound(_("There is no such event."))
    return found


def list_public_events(ctx: Context) -> Sequence[Event]:
    """Return the events that the public may see, the next one first."""
    return ctx.session.scalars(
        select(Event).where(Event.state.in_(PUBLIC_STATES)).order_by(Event.starts_on.desc())
    ).all()


def roles_of(session: Session, event_id: int, account_id: int) -> frozenset[Role]:
    """Return the roles an account has in an event."""
    return frozenset(session.scalars(_ROLES, {"event_id": event_id, "account_id": account_id}))


def get_category(ctx: Context, event: Event, category_id: int) -> Category:
    """Return a category of this event. Raises `NotFound`."""
    found = ctx.session.scalar(select(Category).where(Category.id == category_id, Category.event_id == event.id))
    if found is None:
        raise NotFound(_("There is no such category."))
    return found


def has_role_anywhere(ctx: Context, account_id: int, roles: Collection[Role]) -> bool:
    """Tell whether the account has one of the roles in any event."""
    found = ctx.session.scalar(
        select(Membership.id).where(Membership.account_id == account_id, Membership.role.in_(roles)).limit(1)
    )
    return found is not None


def list_slugs_like(ctx: Context, beginning: str) -> Sequence[str]:
    """Return the addresses of events that begin alike."""
    return ctx.session.scalars(select(Event.slug).where(Event.slug.startswith(beginning, autoescape=True))).all()


def list_members(ctx: Context, event: Event) -> Sequence[Membership]:
    """Return the roles of people in the event with their accounts, by name."""
    return ctx.session.scalars(
        select(Membership)
        .join(Membership.account)
        .options(contains_eager(Membership.account))
        .where(Membership.event_id == event.id)
        .order_by(Account.name, Account.id, Membership.role)
    ).all()


def get_membership(ctx: Context, event: Event, membership_id: int) -> Membership:
    """Return a role of somebody in this event. Raises `NotFound`."""
    found = ctx.session.scalar(
        select(Membership)
        .options(joinedload(Membership.account))
        .where(Membership.id == membership_id, Membership.event_id == event.id)
    )
    if found is None:
        raise NotFound(_("This role was removed already."))
    return found


def count_owners(ctx: Context, event: Event) -> int:
    """Return how many owners the event has whose accounts can be used."""
    return (
        ctx.session.scalar(
            select(func.count())
            .select_from(Membership)
            .join(Membership.account)
            .where(Membership.event_id == event.id, Membership.role == Role.OWNER, Account.disabled_at.is_(None))
        )
        or 0
    )


def get_part(ctx: Context, event: Event, model: type[P], part_id: int) -> P:
    """Return an institution, theme, category or place of this event. Raises `NotFound`."""
    found = ctx.session.scalar(select(model).where(model.id == part_id, model.event_id == event.id))
    if found is None:
        raise NotFound(_("There is no such thing in this event. It may have been removed."))
    return found


def find_logo(ctx: Context, event: Event, logo_name: str) -> Institution | None:
    """Return the institution whose logo has this name, the picture loaded."""
    return ctx.session.scalar(
        select(Institution)
        .options(undefer(Institution.logo))
        .where(Institution.event_id == event.id, Institution.logo_name == logo_name)
    )


def get_institution_with_logo(ctx: Context, event: Event, institution_id: int) -> Institution:
    """Return an institution of this event with its picture. Raises `NotFound`."""
    found = ctx.session.scalar(
        select(Institution)
        .options(undefer(Institution.logo))
        .where(Institution.event_id == event.id, Institution.id == institution_id)
    )
    if found is None or found.logo is None:
        raise NotFound(_("There is no logo."))
    return found


def last_edit(ctx: Context, thing: Auditable) -> int:
    """Return the mark of the latest change of the thing; an edit form carries it and a save compares it."""
    return ctx.session.scalar(select(func.max(AuditEntry.id)).where(*_about(thing))) or 0


def list_edits_since(ctx: Context, thing: Auditable, mark: int) -> Sequence[AuditEntry]:
    """Return the edits of the thing that came after the mark, the oldest first."""
    return ctx.session.scalars(
        select(AuditEntry)
        .where(*_about(thing), AuditEntry.id > mark, AuditEntry.action == "edit")
        .order_by(AuditEntry.id)
    ).all()


def _about(thing: Auditable) -> tuple[ColumnElement[bool], ...]:
    event_id = thing.id if isinstance(thing, Event) else getattr(thing, "event_id", None)
    return (
        AuditEntry.event_id == event_id,
        AuditEntry.object_type == thing.__tablename__,
        AuditEntry.object_id == thing.id,
    )


def find_membership(ctx: Context, event: Event, account: Account, role: Role) -> Membership | None:
    """Return the account's role of this kind in the event."""
    return ctx.session.scalar(
        select(Membership).where(
            Membership.event_id == event.id, Membership.account_id == account.id, Membership.role == role
        )
    )
