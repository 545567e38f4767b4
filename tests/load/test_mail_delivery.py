"""No mail is lost and none doubled: processes that are killed, and several workers on one outbox, on both engines."""

from __future__ import annotations

import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from eventapp.application import create_app
from eventapp.core.context import SYSTEM
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.mail import service
from eventapp.mail.delivery import LEASE
from eventapp.mail.models import OutboxMessage
from eventapp.mail.states import MessageState
from tests.load import mail_worker, processes
from tests.load.processes import exit_code
from tests.support import databases
from tests.support.fixtures import NewDatabase
from tests.support.mail import Inbox, a_draft, smtp_server

pytestmark = pytest.mark.load

MANY = 500
FEW = 60
Start = Callable[[str], ForkServerProcess]


@pytest.fixture
def post() -> Iterator[tuple[Inbox, str]]:
    """A real SMTP server."""
    with smtp_server() as running:
        yield running


@pytest.fixture
def own_app(engine: str, new_database: NewDatabase, tmp_path: Path) -> Flask:
    """An application on a database of its own, on the machine's clock as its workers are."""
    return create_app(databases.settings_for(new_database(engine, tmp_path), tmp_path))


@pytest.fixture
def start(own_app: Flask, tmp_path: Path, post: tuple[Inbox, str]) -> Iterator[Start]:
    """Start worker processes that behave as told; those still alive at the end are ended."""
    running: list[ForkServerProcess] = []

    def one(behaviour: str) -> ForkServerProcess:
        url = own_app.config["SQLALCHEMY_DATABASE_URI"]
        running.append(processes.process(mail_worker.work, url, tmp_path, post[1], behaviour))
        return running[-1]

    yield one
    for process in running:
        if process.is_alive():
            process.kill()
            process.join()


def _fill(app: Flask, count: int) -> None:
    with app.app_context(), unit_of_work(SYSTEM) as ctx:
        for n in range(count):
            service.enqueue(ctx, a_draft(recipient=f"guest{n}@example.org"))


def _states(app: Flask) -> dict[MessageState, int]:
    with app.app_context():
        rows = reading().session.execute(
            select(OutboxMessage.state, func.count(OutboxMessage.id)).group_by(OutboxMessage.state)
        )
        return {row[0]: row[1] for row in rows}


def test_a_mail_committed_before_a_kill_arrives_once_after_the_restart(
    own_app: Flask, start: Start, post: tuple[Inbox, str]
) -> None:
    assert exit_code(start("writes")) == -signal.SIGKILL
    assert _states(own_app) == {MessageState.QUEUED: 1}
    for _ in range(2):
        assert exit_code(start("once")) == 0
    assert len(post[0].messages) == 1
    assert _states(own_app) == {MessageState.SENT: 1}


def test_a_worker_killed_before_its_mark_repeats_the_mail_at_most_once_under_the_same_message_id(
    own_app: Flask, start: Start, post: tuple[Inbox, str]
) -> None:
    _fill(own_app, 1)
    assert exit_code(start("dies")) == -signal.SIGKILL
    assert _states(own_app) == {MessageState.SENDING: 1}
    assert exit_code(start("once")) == 0
    assert len(post[0].messages) == 1, "the lease still runs"
    with own_app.app_context(), unit_of_work(SYSTEM) as ctx:
        ctx.session.execute(update(OutboxMessage).values(claimed_at=datetime.now(UTC) - LEASE))
    for _ in range(2):
        assert exit_code(start("once")) == 0
    assert len(post[0].messages) == 2
    assert len({message["Message-ID"] for message in post[0].messages}) == 1
    assert _states(own_app) == {MessageState.SENT: 1}


def test_two_workers_share_five_hundred_mails_and_send_each_once(
    own_app: Flask, start: Start, post: tuple[Inbox, str]
) -> None:
    _fill(own_app, MANY)
    workers = [start("once"), start("once")]
    assert [exit_code(worker) for worker in workers] == [0, 0]
    assert Counter(post[0].recipients) == {f"guest{n}@example.org": 1 for n in range(MANY)}
    assert _states(own_app) == {MessageState.SENT: MANY}
    with own_app.app_context():
        shares = reading().session.execute(
            select(OutboxMessage.claimed_by, func.count(OutboxMessage.id)).group_by(OutboxMessage.claimed_by)
        )
        assert len(list(shares)) == 2, "both worked"


@pytest.mark.parametrize("engine", ["postgresql"])  # the control needs one engine to show that it can fail
def test_without_the_guard_the_same_workers_send_mails_twice(
    own_app: Flask, start: Start, post: tuple[Inbox, str]
) -> None:
    _fill(own_app, FEW)
    workers = [start("careless"), start("careless")]
    assert [exit_code(worker) for worker in workers] == [0, 0]
    assert max(Counter(post[0].recipients).values()) == 2


def test_a_worker_asked_to_stop_finishes_the_mail_in_hand(
    own_app: Flask, start: Start, post: tuple[Inbox, str]
) -> None:
    _fill(own_app, 3)
    reached = threading.Event()

    def slowly(_message: object) -> str:
        reached.set()
        time.sleep(1.5)
        return "250 OK"

    post[0].answer_to_data = slowly
    worker = start("forever")
    assert reached.wait(60)
    worker.terminate()
    assert exit_code(worker, 30) == 0
    assert len(post[0].messages) == 1
    assert _states(own_app) == {MessageState.SENT: 1, MessageState.QUEUED: 2}
