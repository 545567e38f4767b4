"""Who may do what to an event beyond the permissions of a role."""

from __future__ import annotations

from eventapp.accounts.models import Account
from eventapp.core.access import Role
from eventapp.core.context import Context
from eventapp.events.queries import has_role_anywhere

CREATORS = frozenset({Role.OWNER, Role.ORGANISER})


def may_create(ctx: Context, account: Account) -> bool:
    """Tell whether the account may create events: administrators, and whoever organises one already."""
    return account.is_admin or has_role_anywhere(ctx, account.id, CREATORS)
