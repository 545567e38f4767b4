"""Reads of events and of the roles of people in them."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from eventapp.core.access import Role
from eventapp.core.context import Context
from eventapp.core.errors import NotFound
from eventapp.events.models import Category, Event, Membership
from eventapp.events.states import PUBLIC_STATES


def find_event(session: Session, slug: str) -> Event | None:
    """Return the event of the address."""
    return session.scalar(select(Event).where(Event.slug == slug))


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
    rows = session.scalars(
        select(Membership.role).where(Membership.event_id == event_id, Membership.account_id == account_id)
    )
    return frozenset(rows)


def list_memberships_of(session: Session, account_id: int) -> Sequence[Membership]:
    """Return an account's roles with their events, the latest event first."""
    return session.scalars(
        select(Membership)
        .join(Membership.event)
        .options(joinedload(Membership.event))
        .where(Membership.account_id == account_id)
        .order_by(Event.starts_on.desc(), Membership.role)
    ).all()


def get_category(ctx: Context, event: Event, category_id: int) -> Category:
    """Return a category of this event. Raises `NotFound`."""
    found = ctx.session.scalar(select(Category).where(Category.id == category_id, Category.event_id == event.id))
    if found is None:
        raise NotFound(_("There is no such category."))
    return found
