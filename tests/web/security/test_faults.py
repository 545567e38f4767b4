"""When what we stand on fails: a clear page, nothing half-done, and the request in hand is finished."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.exc import OperationalError

from eventapp.core.access import Role
from eventapp.core.config import ROOT
from eventapp.core.database import db
from eventapp.mail.transports import FolderTransport, NotAccepted
from eventapp.registrations.models import Registration
from tests.support import world as worlds
from tests.support.browsing import Page, Visitor
from tests.support.factories import make_event, make_member, make_registration
from tests.support.fixtures import Work
from tests.unit.mail.test_letters import a_letter
from tests.web.security.test_links import rows

pytestmark = pytest.mark.both_engines


@contextmanager
def failing(app: Flask, beginning: str) -> Iterator[None]:
    """Let the database go away at the first statement that begins so."""

    def gone(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(beginning):
            raise OperationalError("server closed the connection unexpectedly", {}, Exception())

    with app.app_context():
        engine = db.engine
    sqlalchemy_event.listen(engine, "before_cursor_execute", gone)
    try:
        yield
    finally:
        sqlalchemy_event.remove(engine, "before_cursor_execute", gone)


@pytest.fixture
def decision(work: Work, staff: Callable[[Any], Visitor]) -> tuple[Visitor, Page]:
    """An organiser before the button that confirms somebody."""
    with work() as ctx:
        event = make_event(ctx, slug="here")
        registration = make_registration(ctx, event)
        organiser = make_member(ctx, event, Role.ORGANISER)
        address = f"/desk/here/registrations/{registration.id}"
    visitor = staff(organiser)
    return visitor, visitor.get(address)


@pytest.mark.parametrize("at", ["UPDATE registration", "INSERT INTO audit_entry", "INSERT INTO outbox_message"])
def test_a_database_that_goes_away_leaves_nothing_half_done(
    app: Flask, work: Work, decision: tuple[Visitor, Page], at: str
) -> None:
    organiser, page = decision
    before = rows(work)
    with failing(app, at):
        answer = organiser.submit(page, action="/approve", follow=False)
    assert answer.status == 503
    assert "Nothing was saved" in answer.text
    assert rows(work) == before
    assert organiser.submit(page, action="/approve", follow=False).status == 303
    assert rows(work) != before


@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_full_disk_is_said_and_nothing_is_half_done(app: Flask, work: Work, decision: tuple[Visitor, Page]) -> None:
    organiser, page = decision
    before = rows(work)

    def full(connection: Any, *_: Any) -> None:
        connection.execute("PRAGMA max_page_count=1")  # SQLite takes the pages there are

    with app.app_context():
        engine = db.engine
        engine.dispose()
        with closing(sqlite3.connect(engine.url.database or "")) as connection:
            connection.execute("VACUUM")  # no free page is left over from what other tests removed
        sqlalchemy_event.listen(engine, "checkout", full)
    try:
        statuses = [organiser.submit(page, {"override": "x" * 100}, action="/approve", follow=False).status]
        for _ in range(40):  # until the last page is used up
            visitor = Visitor(app.test_client())
            visitor.client.environ_base["REMOTE_ADDR"] = f"192.0.2.{len(statuses)}"
            form = visitor.get("/en/here/interest")
            values = {"name": "A" * 150, "email": f"a{len(statuses)}@example.org", "organisation": "B" * 150}
            values |= {"country": "KE", "motivation": "word " * 300}
            statuses.append(visitor.submit(form, values, follow=False, action="/interest").status)
            if statuses[-1] == 503:
                break
    finally:
        sqlalchemy_event.remove(engine, "checkout", full)
        with app.app_context():
            db.engine.dispose()
    assert statuses[-1] == 503
    assert set(statuses) <= {303, 429, 503}
    with work() as ctx:
        mails = ctx.session.execute(db.text("SELECT count(*) FROM outbox_message")).scalar()
        interests = ctx.session.execute(db.text("SELECT count(*) FROM interest")).scalar()
        approved = ctx.session.query(Registration).filter_by(state="approved").count()
    assert mails == interests + approved
    assert before


def test_a_full_mail_folder_keeps_the_mail_for_later_and_leaves_no_piece(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        write(path, data[: len(data) // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(NotAccepted) as refusal:
        FolderTransport(tmp_path).send(a_letter())
    assert not refusal.value.final
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("engine", ["sqlite"])
def test_documents_without_a_place_to_be_kept(app: Flask, work: Work) -> None:
    worlds.build(app)
    folder = app.extensions["settings"].instance / "documents"
    shutil.rmtree(folder, ignore_errors=True)
    folder.write_text("not a folder")
    try:
        answer = app.test_client().get("/en/here/agenda.pdf")
    finally:
        folder.unlink()
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF")
    assert app.test_client().get("/en/here/agenda.pdf").status_code == 200


def test_a_request_in_hand_is_finished_when_the_service_is_told_to_stop(tmp_path: Path) -> None:
    """The request waits for the writer's lock that this test holds while SIGTERM arrives."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    file = tmp_path / "app.sqlite"
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{file}",
        "PORT": str(port),
        "MAIL_URL": f"dir:{tmp_path / 'mailbox'}",
        "SECRET_KEY": "s" * 40,
        "LINK_KEYS": "l" * 40,
    }
    run = [sys.executable, "-m", "flask", "--app", "wsgi"]
    subprocess.run([*run, "db", "upgrade"], cwd=ROOT, env=environment, check=True, capture_output=True)
    server = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "wsgi:app", "--log-level", "warning"]
    process = subprocess.Popen(server, cwd=ROOT, env=environment)
    try:
        cookie, token = _form(port)
        lock = sqlite3.connect(file, isolation_level=None, timeout=30)
        lock.execute("BEGIN IMMEDIATE")
        answers: list[int] = []
        sender = threading.Thread(target=lambda: answers.append(_send(port, cookie, token)))
        sender.start()
        time.sleep(1)
        process.send_signal(signal.SIGTERM)
        time.sleep(1)
        assert answers == []
        lock.execute("COMMIT")
        sender.join(20)
        assert answers == [303]
        assert process.wait(20) == 0
        assert lock.execute("SELECT count(*) FROM sign_in_challenge").fetchone() == (1,)
        lock.close()
    finally:
        process.kill()
        process.wait()


def _form(port: int) -> tuple[str, str]:
    deadline = time.monotonic() + 30
    while True:
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request("GET", "/sign-in")
            answer = connection.getresponse()
            body = answer.read().decode()
            cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]
            return cookie, body.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        finally:
            connection.close()


def _send(port: int, cookie: str, token: str) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", "/sign-in", f"csrf_token={token}&email=jo%40example.org", headers)
        return connection.getresponse().status
    finally:
        connection.close()
