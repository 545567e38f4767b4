"""The floors that pages are measured beside: what Flask alone, and Flask with one query, can do on this machine."""

from __future__ import annotations

import os
import sqlite3

from flask import Flask, Response

QUERY = "SELECT public_version FROM event WHERE slug = ?"
SLUG = "barcelona-2024"
BODY = os.urandom(15 * 1024)
bodies: dict[int, bytes] = {}

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


@app.get("/one-query/<int:size>")
def one_query_and_many_bytes(size: int) -> Response:
    """Answer as `one_query` does, with so many bytes that lie ready."""
    connection.execute(QUERY, (SLUG,)).fetchone()
    if size not in bodies:
        bodies[size] = os.urandom(size)
    return Response(bodies[size])
