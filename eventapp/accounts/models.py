"""Accounts, one-time sign-in challenges and server-side sessions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventapp.core.database import Base, LowerCase, UtcDateTime


class Account(Base):
    """Somebody who signs in; no password exists anywhere."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(LowerCase(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(8))
    is_admin: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def audit_label(self) -> str:
        """Return the person's name."""
        return self.name


class SignInChallenge(Base):
    """One mail with a link and a code: ten minutes, one use, few tries, the link only in the browser that asked.

    Link and code are worked out from the id and the instant with the secret keys; nothing of them is stored.
    """

    __tablename__ = "sign_in_challenge"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int | None] = mapped_column(  # None: nobody has that address, which the asker must not learn
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    browser_hash: Mapped[str | None] = mapped_column(String(64), index=True)  # None: made by a command, any browser
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)

    account: Mapped[Account | None] = relationship()


class AccountSession(Base):
    """A signed-in browser; the cookie holds the token, this row its hash, so that it can be ended here."""

    __tablename__ = "account_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    browser: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    account: Mapped[Account] = relationship()


class StepUp(Base):
    """A fresh code before something sensitive: ten minutes, few tries, one browser; then it is open for a while.

    The code is worked out from the id and the instant with the secret keys; nothing of it is stored.
    """

    __tablename__ = "step_up"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(40), index=True)  # whose: "account:3", "invitation:12"
    browser_hash: Mapped[str] = mapped_column(String(64), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)  # of the code, then of what it opened
    passed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
