"""A fresh code before something sensitive, for staff and for holders of a personal link alike.

The code goes by mail to the person and works only in the browser that asked. Times are the machine's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from eventapp.accounts.models import StepUp
from eventapp.accounts.queries import hash_of
from eventapp.accounts.rules import CHALLENGE_LIFETIME, MAX_TRIES, code_of, is_code, version_of
from eventapp.core.context import Context
from eventapp.core.tokens import LinkKeys
from eventapp.mail import service as mail
from eventapp.mail.drafts import Draft, SecretRef

OPEN_FOR = timedelta(minutes=15)
_PURPOSE = "step-up-code"
_PURGE_AFTER = timedelta(days=1)


class Wrong(StrEnum):
    """Why a code opens nothing."""

    OVER = "over"  # used, expired, or too many tries
    CODE = "code"


@dataclass(frozen=True)
class Asker:
    """Whoever asks for a code: `subject` such as "account:3" or "invitation:12", and where the mail goes."""

    subject: str
    address: str
    name: str
    language: str


def ask(ctx: Context, asker: Asker, browser_nonce: str, machine_now: datetime) -> None:
    """Mail a new code to the asker; an earlier one that is still open stops working."""
    ctx.session.execute(
        delete(StepUp).where(StepUp.subject == asker.subject, StepUp.browser_hash == hash_of(browser_nonce))
    )
    challenge = StepUp(
        subject=asker.subject,
        browser_hash=hash_of(browser_nonce),
        created_at=machine_now,
        expires_at=machine_now + CHALLENGE_LIFETIME,
        tries=0,
    )
    ctx.session.add(challenge)
    ctx.session.flush()
    mail.enqueue(ctx, _code_asked(asker, challenge))


def open_with_code(
    ctx: Context, keys: LinkKeys, subject: str, typed: str, browser_nonce: str, machine_now: datetime
) -> Wrong | None:
    """Open what is sensitive for a while if the code is right, else count the try and return what is wrong."""
    found = ctx.session.scalar(_of(subject, browser_nonce).with_for_update())
    spent = found is None or found.passed_at is not None or found.tries >= MAX_TRIES
    if found is None or spent or machine_now >= found.expires_at:
        return Wrong.OVER
    if not is_code(typed, keys.keys, found.id, version_of(found.created_at), _PURPOSE):
        found.tries += 1
        return Wrong.OVER if found.tries >= MAX_TRIES else Wrong.CODE
    found.passed_at = machine_now
    found.expires_at = machine_now + OPEN_FOR
    return None


def is_open(session: Session, subject: str, browser_nonce: str | None, machine_now: datetime) -> bool:
    """Tell whether the subject typed a right code in this browser a short while ago."""
    found = session.scalar(_of(subject, browser_nonce)) if browser_nonce else None
    return found is not None and found.passed_at is not None and machine_now < found.expires_at


def waits_for_code(session: Session, subject: str, browser_nonce: str | None, machine_now: datetime) -> bool:
    """Tell whether a code is on its way to the subject for this browser."""
    found = session.scalar(_of(subject, browser_nonce)) if browser_nonce else None
    return found is not None and found.passed_at is None and found.tries < MAX_TRIES and machine_now < found.expires_at


def step_up_code(session: Session, keys: LinkKeys, challenge_id: int) -> str | None:
    """Return the code of a challenge that was not used, for its mail."""
    found = session.get(StepUp, challenge_id)
    if found is None or found.passed_at is not None:
        return None
    return code_of(keys.keys[0], found.id, version_of(found.created_at), _PURPOSE)


def purge(ctx: Context, machine_now: datetime) -> int:
    """Forget challenges a day after their end; return how many."""
    gone = ctx.session.execute(delete(StepUp).where(StepUp.expires_at < machine_now - _PURGE_AFTER))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _of(subject: str, browser_nonce: str) -> Select[StepUp]:
    return (
        select(StepUp)
        .where(StepUp.subject == subject, StepUp.browser_hash == hash_of(browser_nonce))
        .order_by(StepUp.id.desc())
        .limit(1)
    )


def _code_asked(asker: Asker, challenge: StepUp) -> Draft:
    with force_locale(asker.language):
        subject = _("Your code")
    return Draft(
        kind="accounts/code_asked",
        recipient=asker.address,
        recipient_name=asker.name,
        language=asker.language,
        subject=subject,
        values={"minutes": int(CHALLENGE_LIFETIME.total_seconds() // 60)},
        about=f"step_up:{challenge.id}",
        secrets={"code": SecretRef("step_up_code", challenge.id)},
        urgent=True,
    )
