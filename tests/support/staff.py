"""Signing a test client in without the mail, for tests about something else."""

from __future__ import annotations

import secrets
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from eventapp.accounts.models import AccountSession
from eventapp.accounts.queries import hash_of
from eventapp.core.context import SYSTEM
from eventapp.core.unit_of_work import unit_of_work


def sign_in(app: Flask, client: FlaskClient, account_id: int) -> None:
    """Give the client's cookie a live session of the account."""
    token = secrets.token_urlsafe(24)
    with app.app_context(), unit_of_work(SYSTEM) as ctx:
        now = app.extensions["clock"].machine_now()
        ctx.session.add(
            AccountSession(
                account_id=account_id,
                token_hash=hash_of(token),
                browser="test",
                created_at=now,
                last_seen_at=now,
                expires_at=now + timedelta(days=7),
            )
        )
    with client.session_transaction() as cookie:
        cookie["staff"] = token
