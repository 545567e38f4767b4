"""The floors that pages are measured beside: what Flask alone, and Flask with one query, can do on this machine."""

from __future__ import annotations

import os
import sqlite3

from flask import Flask, Response

QUERY = "SELECT public_version FROM event WHERE slug = ?"
SLUG = "barcelona-2024"
BODY = os.urandom(15 * 1024)

app = Flask(__name__)
connection = sqlite3.connect(os.environ["FLOOR_DATABASE"], check_same_thread=False)


@app.get("/ok")
def ok() -> str:
    """Answer two letters."""
    return "ok"


@app.get("/one-query")
def one_query() -> Response:
    """Ask the bare driver, without SQLAlchemy, for one row and answer 15 KB that lie ready."""
    connection.execute(QUERY, (SLUG,)).fetchone()
    return Response(BODY)
