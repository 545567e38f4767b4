"""Signing a test client in without the mail, for tests about something else."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

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


def browser_cookies(app: Flask, account_id: int, url: str) -> list[dict[str, Any]]:
    """Return the cookies with which a browser is signed in to the site at an address."""
    client = app.test_client()
    sign_in(app, client, account_id)
    cookie = client.get_cookie("session", domain="localhost")
    assert cookie is not None
    return [{"name": "session", "value": cookie.value, "url": url}]
