"""One person at the door, scanned by many phones at the same moment, in several processes, on both engines.

One check-in comes of it and every other phone is told of the first. With the lock taken away the same scans run into
the database's unique index, which is the last guard; with that gone too there would be two, so the test can fail.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from eventapp.application import create_app
from eventapp.core.audit import AuditEntry
from eventapp.core.context import SYSTEM
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.registrations.checkin.models import CheckIn
from eventapp.registrations.states import State
from tests.load import check_in_worker, processes
from tests.support import databases
from tests.support.clock import StoppedClock
from tests.support.factories import make_event, make_registration
from tests.support.fixtures import NewDatabase

pytestmark = pytest.mark.load

PHONES = 2
SCANS = 8  # of each phone
AtOnce = Callable[[str, str, list[list[str]]], Counter[str]]


@pytest.fixture
def own_app(engine: str, new_database: NewDatabase, tmp_path: Path) -> Flask:
    """An application on a database of its own, which the processes of the test share."""
    return create_app(databases.settings_for(new_database(engine, tmp_path), tmp_path), clock=StoppedClock())


@pytest.fixture
def code(own_app: Flask) -> str:
    """The code of somebody who is confirmed."""
    with own_app.app_context(), unit_of_work(SYSTEM) as ctx:
        return make_registration(ctx, make_event(ctx), state=State.APPROVED).code


@pytest.fixture
def at_once(own_app: Flask, tmp_path: Path) -> AtOnce:
    """Let several phones scan the code at the same moment, each scan with its key, and count the answers."""

    def run(guard: str, code: str, keys: list[list[str]]) -> Counter[str]:
        same = (own_app.config["SQLALCHEMY_DATABASE_URI"], tmp_path, guard, code)
        parts = [(*same, own) for own in keys]
        return processes.counted(check_in_worker.scan_together, parts, together=sum(map(len, keys)))

    return run


def keys_of(phones: int, scans: int) -> list[list[str]]:
    return [[f"phone-{phone}-scan-{n}" for n in range(scans)] for phone in range(phones)]


def check_ins(app: Flask) -> tuple[int, int]:
    """Return how many check-ins there are, and how many the audit tells of."""
    with app.app_context():
        session = reading(SYSTEM).session
        told = session.scalars(select(AuditEntry.id).where(AuditEntry.action == "check-in")).all()
        return len(session.scalars(select(CheckIn.id)).all()), len(told)


def test_16_scans_of_one_badge_are_one_check_in_and_15_are_told(own_app: Flask, code: str, at_once: AtOnce):
    assert at_once("locked", code, keys_of(PHONES, SCANS)) == {"welcome": 1, "already": 15}
    assert check_ins(own_app) == (1, 1)


def test_one_scan_sent_16_times_at_once_is_one_check_in_and_always_welcome(own_app: Flask, code: str, at_once: AtOnce):
    assert at_once("locked", code, [["the-same-scan"] * SCANS] * PHONES) == {"welcome": 16}
    assert check_ins(own_app) == (1, 1)


@pytest.mark.parametrize("engine", ["postgresql"])  # the control needs one engine to show that it can fail
def test_without_the_lock_the_index_refuses_and_without_it_the_same_scans_are_many(
    own_app: Flask, code: str, at_once: AtOnce
):
    assert at_once("unlocked", code, keys_of(PHONES, 2)) == {"welcome": 1, "refused by the database": 3}
    assert check_ins(own_app) == (1, 1)
    with own_app.app_context(), unit_of_work(SYSTEM) as ctx:
        ctx.session.execute(text("DROP INDEX uq_check_in_present_day"))
        ctx.session.execute(text("DELETE FROM check_in"))
    assert at_once("unlocked", code, keys_of(PHONES, 2)) == {"welcome": 4}
    assert check_ins(own_app)[0] == 4
