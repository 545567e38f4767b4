"""Reads of accounts and their sessions."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from eventapp.accounts.models import Account, AccountSession

IDLE_LIMIT = timedelta(hours=12)


def hash_of(secret: str) -> str:
    """Return what the database keeps of a random secret: its SHA-256, in hex."""
    return hashlib.sha256(secret.encode()).hexdigest()


def find_account(session: Session, email: str) -> Account | None:
    """Return the account of the address, which is compared without case."""
    return session.scalar(select(Account).where(Account.email == email.strip().lower()))


def find_live_session(session: Session, token: str, now: datetime) -> AccountSession | None:
    """Return the signed-in session of the token with its account, unless it has ended or grown too old."""
    found = session.scalar(
        select(AccountSession)
        .options(joinedload(AccountSession.account))
        .where(AccountSession.token_hash == hash_of(token))
    )
    if found is None or found.ended_at is not None or found.account.disabled_at is not None:
        return None
    if now >= found.expires_at or now - found.last_seen_at >= IDLE_LIMIT:
        return None
    return found
