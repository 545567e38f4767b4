"""Rapporteurs whose pages save a note with every pause, on each engine."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from eventapp.accounts.models import Account
from eventapp.core.context import SYSTEM
from eventapp.core.unit_of_work import reading
from eventapp.demo.content import SLUG
from eventapp.events.queries import find_event
from eventapp.notes.session_notes import queries
from eventapp.notes.session_notes.models import NoteEntry, SessionNote
from tests.load import filling
from tests.load.served import environment, production
from tests.load.servers import BenchFailed, Server, serve
from tests.load.table import Row
from tests.support.databases import new_postgres_database, postgres_server

CLIENTS = 8
ENTRIES, SAVES = 12, 8  # of each client, and of each entry
PER_SECOND = 100
WORDS = "What was tried, what came of it, and what others can take home from it. "


@dataclass(frozen=True)
class Writer:
    """A rapporteur with a tablet."""

    account_id: int
    headers: dict[str, str]


def rows(app: Flask, server: Server, folder: Path) -> list[Row]:
    """Measure the saves of eight rapporteurs on SQLite, then on PostgreSQL."""
    measured = [_row("SQLite", app, server)]
    own = folder / "autosave"
    own.mkdir()
    url = new_postgres_database(postgres_server(folder / "postgresql"), "autosave")
    filling.load_sample(url, own)
    with serve("tests.load.served:application()", 4, environment(url, own), "/readyz") as other:
        return [*measured, _row("PostgreSQL", production(url, own), other)]


def _row(engine: str, app: Flask, server: Server) -> Row:
    writers, path = _writers(app), _path(app)
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(lambda writer: _write(server, path, writer, 1), writers))  # uncounted, so that none is the first
        began = time.perf_counter()
        timed = pool.map(lambda writer: _write(server, path, writer, ENTRIES), writers)
        latencies = sorted(itertools.chain.from_iterable(timed))
        seconds = time.perf_counter() - began
    sent = CLIENTS * ENTRIES * SAVES
    per_second, p99 = sent / seconds, 1000 * latencies[int(0.99 * len(latencies))]
    lost = CLIENTS * ENTRIES - _whole(app)
    return Row(
        f"autosave of a note, {engine}, {CLIENTS} clients",
        f"{per_second:.0f}/s, p99 {p99:.0f} ms, {lost} notes lost",
        f"≥ {PER_SECOND}/s, nothing lost",
        per_second >= PER_SECOND and not lost,
        {"per_second": per_second, "p50_ms": 1000 * latencies[len(latencies) // 2], "p99_ms": p99, "lost": lost},
    )


def _write(server: Server, path: str, writer: Writer, entries: int) -> list[float]:
    """Write notes, each growing from save to save, and return how long every save took."""
    latencies = []
    for number in range(entries):
        for version in range(SAVES):
            text = _text(number if entries > 1 else -1, version)
            entry = {"kind": "idea", "text": text, "speaker": "", "removed": False}
            body = json.dumps({**entry, "base": version, "account": writer.account_id}).encode()
            began = time.perf_counter()
            key = f"entry-{entries}-{number:03d}"
            status, _headers, answer = server.send("POST", path.replace("KEY", key), body, writer.headers)
            latencies.append(time.perf_counter() - began)
            if status != 200:
                raise BenchFailed(f"a save answers {status}: {answer[:200]!r}")
    return latencies


def _text(number: int, version: int) -> str:
    return f"{number}: {WORDS * (version + 1)}".strip()


def _whole(app: Flask) -> int:
    """Return how many notes hold all that was written last."""
    last = [_text(number, SAVES - 1) for number in range(ENTRIES)]
    with app.app_context():
        entries: Sequence[NoteEntry] = (
            reading(SYSTEM)
            .session.scalars(
                select(NoteEntry).join(SessionNote).where(NoteEntry.text.in_(last), NoteEntry.version == SAVES)
            )
            .all()
        )
        return len(entries)


def _writers(app: Flask) -> list[Writer]:
    emails = [f"autosave{number}@example.org" for number in range(CLIENTS)]
    cookies = [filling.organiser(app, email) for email in emails]
    more = {"Content-Type": "application/json", "X-CSRFToken": filling.Cookies(app).csrf_token()}
    with app.app_context():
        session = reading(SYSTEM).session
        ids = {row[0]: row[1] for row in session.execute(select(Account.email, Account.id))}
    return [Writer(ids[email], {**cookie, **more}) for email, cookie in zip(emails, cookies, strict=True)]


def _path(app: Flask) -> str:
    with app.app_context():
        ctx = reading(SYSTEM)
        event = find_event(ctx.session, SLUG)
        session = queries.session_now(ctx, event) if event is not None else None
        if session is None:
            raise BenchFailed("the sample event has no session to take notes of")
        return f"/desk/{SLUG}/notes/sessions/{session.id}/entries/KEY"
