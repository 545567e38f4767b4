"""Addresses for those who run the service: alive, ready, figures; nothing private."""

from __future__ import annotations

from flask import Flask, Response
from sqlalchemy import text

from eventapp.core.access import public
from eventapp.core.database import db


def install(app: Flask) -> None:
    """Add the operations addresses."""
    app.add_url_rule("/livez", "livez", livez)
    app.add_url_rule("/readyz", "readyz", readyz)


@public("a load balancer asks whether the process lives")
def livez() -> Response:
    """Answer that the process answers."""
    return Response("ok\n", content_type="text/plain; charset=utf-8")


@public("a load balancer asks whether requests can be served")
def readyz() -> Response:
    """Answer that the database answers; 503 by the error page when it does not."""
    db.session.execute(text("SELECT 1"))
    return Response("ready\n", content_type="text/plain; charset=utf-8")
