"""Reads of accounts, their challenges and their sessions."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload

from eventapp.accounts.models import Account, AccountSession, SignInChallenge
from eventapp.accounts.rules import IDLE_LIMIT, code_of, version_of
from eventapp.core.context import Context
from eventapp.core.errors import NotFound
from eventapp.core.tokens import LinkKeys, Purpose

# Asked by every request of somebody signed in, so written out once.
_OF_TOKEN = (
    select(AccountSession)
    .options(joinedload(AccountSession.account))
    .where(AccountSession.token_hash == bindparam("token_hash"))
)


def hash_of(secret: str) -> str:
    """Return what the database keeps of a random secret: its SHA-256, in hex."""
    return hashlib.sha256(secret.encode()).hexdigest()


def find_account(session: Session, email: str) -> Account | None:
    """Return the account of the address, which is compared without case."""
    return session.scalar(select(Account).where(Account.email == email.strip().lower()))


def find_live_session(session: Session, token: str, now: datetime) -> AccountSession | None:
    """Return the signed-in session of the token with its account, unless it has ended or grown too old."""
    found = session.scalar(_OF_TOKEN, {"token_hash": hash_of(token)})
    if found is None or found.ended_at is not None or found.account.disabled_at is not None:
        return None
    if now >= found.expires_at or now - found.last_seen_at >= IDLE_LIMIT:
        return None
    return found


def list_live_sessions(ctx: Context, account: Account, machine_now: datetime) -> Sequence[AccountSession]:
    """Return the browsers in which the account is signed in, the one used last first."""
    return ctx.session.scalars(
        select(AccountSession)
        .where(
            AccountSession.account_id == account.id,
            AccountSession.ended_at.is_(None),
            AccountSession.expires_at > machine_now,
            AccountSession.last_seen_at > machine_now - IDLE_LIMIT,
        )
        .order_by(AccountSession.last_seen_at.desc(), AccountSession.id.desc())
    ).all()


def get_own_session(ctx: Context, account: Account, session_id: int) -> AccountSession:
    """Return a session of this account. Raises `NotFound`."""
    found = ctx.session.scalar(
        select(AccountSession).where(AccountSession.id == session_id, AccountSession.account_id == account.id)
    )
    if found is None:
        raise NotFound(_("There is no such session."))
    return found


def find_challenge_by_link(session: Session, keys: LinkKeys, token: str) -> SignInChallenge | None:
    """Return the challenge whose link this is, used, expired or not."""
    claimed = keys.object_id(token)
    if claimed is None or claimed >= 2**31:
        return None
    found = session.get(SignInChallenge, claimed)
    if found is None or not keys.opens(token, Purpose.SIGN_IN, found.id, version_of(found.created_at)):
        return None
    return found


def sign_in_version(session: Session, challenge_id: int) -> int | None:
    """Return what the link of an unused challenge is made with; a used one needs no mail any more."""
    found = session.get(SignInChallenge, challenge_id)
    return version_of(found.created_at) if found is not None and found.used_at is None else None


def sign_in_code(session: Session, keys: LinkKeys, challenge_id: int) -> str | None:
    """Return the code of an unused challenge."""
    version = sign_in_version(session, challenge_id)
    return code_of(keys.keys[0], challenge_id, version) if version is not None else None
