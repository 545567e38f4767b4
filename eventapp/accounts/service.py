"""Commands about accounts: asking to sign in, signing in, ending sessions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from eventapp.accounts.models import AccountSession
from eventapp.core.context import Context


def touch_session(ctx: Context, session_id: int, machine_now: datetime) -> None:
    """Note that the session is in use, which keeps it from ending idle."""
    ctx.session.execute(update(AccountSession).where(AccountSession.id == session_id).values(last_seen_at=machine_now))
