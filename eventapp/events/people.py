"""Commands about the roles of people in an event."""

from __future__ import annotations

from flask_babel import gettext as _

from eventapp.accounts.models import Account
from eventapp.accounts.queries import find_account
from eventapp.accounts.service import add_account
from eventapp.core import audit
from eventapp.core.access import Role
from eventapp.core.context import Context
from eventapp.core.errors import Conflict, DomainError
from eventapp.events import messages
from eventapp.events.models import Event, Membership
from eventapp.events.queries import count_owners, find_membership
from eventapp.events.service import lock
from eventapp.mail import service as mail


def give_role(ctx: Context, event: Event, email: str, name: str, role: Role) -> Membership:
    """Give the person of the address a role, with a new account if there is none, and tell them.

    Raises `DomainError` when they have the role already or their account was closed.
    """
    lock(ctx, event)
    account = find_account(ctx.session, email) or _new_account(ctx, event, email, name)
    if account.disabled_at is not None:
        raise DomainError(_("This account was closed. An administrator can open it again."), field="email")
    if find_membership(ctx, event, account, role) is not None:
        raise DomainError(_("%(name)s has this role already.", name=account.name), field="role")
    membership = Membership(event_id=event.id, account=account, role=role, created_at=ctx.now)
    ctx.session.add(membership)
    ctx.session.flush()
    audit.record(ctx, membership, "give", {"role": role.value})
    mail.enqueue(ctx, messages.role_given(ctx, event, membership))
    return membership


def take_role(ctx: Context, event: Event, membership: Membership) -> None:
    """Take a role from somebody, at once. Raises `Conflict` for the last owner."""
    lock(ctx, event)
    if membership.role is Role.OWNER and count_owners(ctx, event) <= 1:
        raise Conflict(_("An event needs an owner. Make somebody else owner first."))
    audit.record(ctx, membership, "take", {"role": membership.role.value})
    ctx.session.delete(membership)


def _new_account(ctx: Context, event: Event, email: str, name: str) -> Account:
    if not name:
        raise DomainError(_("We do not know this address yet. Add the person’s name."), field="name")
    return add_account(ctx, email, name, event.first_language)
