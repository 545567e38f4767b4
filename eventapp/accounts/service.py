"""Commands about accounts: asking to sign in, signing in, ending sessions.

Their times are the machine's, given as `machine_now`: a sign-in lasts as long in any story.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, or_, select, update

from eventapp.accounts import messages, queries
from eventapp.accounts.models import Account, AccountSession, SignInChallenge
from eventapp.accounts.rules import (
    CHALLENGE_LIFETIME,
    COMMAND_LINK_LIFETIME,
    MAX_TRIES,
    SESSION_LIFETIME,
    browser_in_words,
    is_code,
    version_of,
)
from eventapp.core import audit
from eventapp.core.context import Actor, ActorKind, Context
from eventapp.core.forms import normal_address
from eventapp.core.text import clean_line
from eventapp.core.tokens import LinkKeys, Purpose
from eventapp.mail import service as mail

_PURGE_CHALLENGES_AFTER = timedelta(days=1)
_PURGE_SESSIONS_AFTER = timedelta(days=30)


class Refusal(StrEnum):
    """Why a link or code does not sign in."""

    UNKNOWN = "unknown"
    OVER = "over"  # used, expired, or too many tries
    OTHER_BROWSER = "other_browser"
    WRONG_CODE = "wrong_code"


def add_account(ctx: Context, email: str, name: str, language: str, *, admin: bool = False) -> Account:
    """Return the account of the address, made if there is none; an existing one keeps its name and language.

    Raises `ValueError` when the address is not one.
    """
    email = normal_address(email)
    account = queries.find_account(ctx.session, email)
    if account is None:
        account = Account(
            email=email, name=clean_line(name)[:200], language=language, is_admin=admin, created_at=ctx.now
        )
        ctx.session.add(account)
        audit.record(ctx, account, "create")
    elif admin and not account.is_admin:
        account.is_admin = True
        audit.record(ctx, account, "edit", {"fields": ["is_admin"]})
    return account


def edit_account(ctx: Context, account: Account, *, name: str, language: str) -> None:
    """Change one's own name and language."""
    fields = audit.changed_fields(account, {"name": name, "language": language})
    if fields:
        audit.record(ctx, account, "edit", {"fields": fields})


def ask_to_sign_in(ctx: Context, email: str, browser_nonce: str, machine_now: datetime) -> None:
    """Mail a link and a code to the address if somebody has it; the same work is done if nobody has."""
    account = queries.find_account(ctx.session, email)
    known = account is not None and account.disabled_at is None
    challenge = SignInChallenge(
        account_id=account.id if account is not None and known else None,
        browser_hash=queries.hash_of(browser_nonce),
        created_at=machine_now,
        expires_at=machine_now + CHALLENGE_LIFETIME,
        tries=0,
    )
    ctx.session.add(challenge)
    ctx.session.flush()
    if account is not None and known:
        mail.enqueue(ctx, messages.sign_in_asked(account, challenge))
    else:
        nobody = Account(email=email, name="", language=ctx.language)
        mail.rehearse(messages.sign_in_asked(nobody, challenge))


def link_for_any_browser(
    ctx: Context, keys: LinkKeys, account: Account, machine_now: datetime, lifetime: timedelta = COMMAND_LINK_LIFETIME
) -> str:
    """Return the token of a one-time link that works in any browser, for those who run the service."""
    challenge = SignInChallenge(
        account_id=account.id, created_at=machine_now, expires_at=machine_now + lifetime, tries=0
    )
    ctx.session.add(challenge)
    ctx.session.flush()
    audit.record(ctx, account, "make_sign_in_link")
    return keys.token(Purpose.SIGN_IN, challenge.id, version_of(challenge.created_at))


def check_link(
    ctx: Context, keys: LinkKeys, token: str, browser_nonce: str | None, machine_now: datetime
) -> SignInChallenge | Refusal:
    """Return the challenge that the link would use up, or why it would not; changes nothing."""
    challenge = queries.find_challenge_by_link(ctx.session, keys, token)
    if challenge is None or challenge.account is None:
        return Refusal.UNKNOWN
    if _is_over(challenge, machine_now):
        return Refusal.OVER
    asked_here = browser_nonce is not None and queries.hash_of(browser_nonce) == challenge.browser_hash
    if challenge.browser_hash is not None and not asked_here:
        return Refusal.OTHER_BROWSER
    return challenge


def sign_in_with_link(
    ctx: Context, keys: LinkKeys, token: str, browser_nonce: str | None, machine_now: datetime
) -> Account | Refusal:
    """Use up the link and return its account, or why it does not sign in."""
    found = check_link(ctx, keys, token, browser_nonce, machine_now)
    if isinstance(found, Refusal):
        return found
    challenge = _locked(ctx, found.id)
    if challenge is None or _is_over(challenge, machine_now):
        return Refusal.OVER
    return _used(challenge, machine_now)


def sign_in_with_code(
    ctx: Context, keys: LinkKeys, typed: str, browser_nonce: str, machine_now: datetime
) -> Account | Refusal:
    """Use up the newest challenge of the browser if the code is right, else count the try."""
    newest = ctx.session.scalar(
        select(SignInChallenge.id)
        .where(SignInChallenge.browser_hash == queries.hash_of(browser_nonce))
        .order_by(SignInChallenge.id.desc())
        .limit(1)
    )
    challenge = _locked(ctx, newest) if newest is not None else None
    if challenge is None or _is_over(challenge, machine_now):
        return Refusal.OVER
    right = is_code(typed, keys.keys, challenge.id, version_of(challenge.created_at))
    if not right or challenge.account is None:
        challenge.tries += 1
        return Refusal.OVER if challenge.tries >= MAX_TRIES else Refusal.WRONG_CODE
    return _used(challenge, machine_now)


def open_session(ctx: Context, account: Account, user_agent: str, machine_now: datetime) -> str:
    """Open a session of the account and return its token, which only the browser's cookie keeps."""
    token = secrets.token_urlsafe(32)
    ctx.session.add(
        AccountSession(
            account_id=account.id,
            token_hash=queries.hash_of(token),
            browser=browser_in_words(user_agent),
            created_at=machine_now,
            last_seen_at=machine_now,
            expires_at=machine_now + SESSION_LIFETIME,
        )
    )
    audit.record(_as(ctx, account), account, "sign_in")
    return token


def touch_session(ctx: Context, session_id: int, machine_now: datetime) -> None:
    """Note that the session is in use, which keeps it from ending idle."""
    ctx.session.execute(update(AccountSession).where(AccountSession.id == session_id).values(last_seen_at=machine_now))


def end_session(ctx: Context, account: Account, session_id: int, machine_now: datetime) -> None:
    """End one session of the account, so that no copy of its cookie opens anything. Raises `NotFound`."""
    found = queries.get_own_session(ctx, account, session_id)
    if found.ended_at is None:
        found.ended_at = machine_now
        audit.record(ctx, account, "end_session", {"browser": found.browser})


def end_other_sessions(ctx: Context, account: Account, kept_id: int, machine_now: datetime) -> int:
    """End every session of the account but one and return how many."""
    others = [each for each in queries.list_live_sessions(ctx, account, machine_now) if each.id != kept_id]
    for each in others:
        each.ended_at = machine_now
    if others:
        audit.record(ctx, account, "end_other_sessions", {"sessions": len(others)})
    return len(others)


def purge(ctx: Context, machine_now: datetime) -> int:
    """Forget challenges a day after their end and sessions a month after theirs; return how many rows."""
    challenges = ctx.session.execute(
        delete(SignInChallenge).where(SignInChallenge.expires_at < machine_now - _PURGE_CHALLENGES_AFTER)
    )
    old = machine_now - _PURGE_SESSIONS_AFTER
    sessions = ctx.session.execute(
        delete(AccountSession).where(or_(AccountSession.expires_at < old, AccountSession.ended_at < old))
    )
    return int(challenges.rowcount + sessions.rowcount)  # type: ignore[attr-defined]


def _locked(ctx: Context, challenge_id: int) -> SignInChallenge | None:
    """Return the challenge as it stands now, kept from others until the end of the unit of work."""
    return ctx.session.scalar(
        select(SignInChallenge)
        .where(SignInChallenge.id == challenge_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _is_over(challenge: SignInChallenge, machine_now: datetime) -> bool:
    disabled = challenge.account is not None and challenge.account.disabled_at is not None
    spent = challenge.used_at is not None or challenge.tries >= MAX_TRIES
    return spent or disabled or machine_now >= challenge.expires_at


def _used(challenge: SignInChallenge, machine_now: datetime) -> Account | Refusal:
    challenge.used_at = machine_now
    return challenge.account or Refusal.UNKNOWN


def _as(ctx: Context, account: Account) -> Context:
    return replace(ctx, actor=Actor(ActorKind.STAFF, account.id, account.name))
