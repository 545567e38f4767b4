"""Nobody is given a seat that does not exist, however many decide at once, in several processes, on both engines.

Each test has its negative control: with the lock taken away the same load must oversell, else it proves nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from eventapp.application import create_app
from eventapp.core.context import SYSTEM
from eventapp.core.database import db
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.invitations.states import InvitationState
from eventapp.mail.models import OutboxMessage
from eventapp.registrations.models import Registration
from eventapp.registrations.states import State
from tests.load import capacity_worker, processes
from tests.support import databases
from tests.support.clock import StoppedClock
from tests.support.factories import make_event, make_invitation, make_registration
from tests.support.fixtures import NewDatabase

pytestmark = pytest.mark.load

PROCESSES = 4


@pytest.fixture
def own_app(engine: str, new_database: NewDatabase, tmp_path: Path) -> Flask:
    """An application on a database of its own, which the processes of the test share."""
    return create_app(databases.settings_for(new_database(engine, tmp_path), tmp_path), clock=StoppedClock())


Deciders = Callable[[str, str, list[int]], Counter[str]]


@pytest.fixture
def at_once(own_app: Flask, tmp_path: Path) -> Deciders:
    """Let several processes act on the ids at the same moment and count what each act came to."""

    def run(guard: str, command: str, ids: list[int]) -> Counter[str]:
        same = (own_app.config["SQLALCHEMY_DATABASE_URI"], tmp_path, guard, command)
        parts = [(*same, ids[n::PROCESSES]) for n in range(PROCESSES)]
        return processes.counted(capacity_worker.decide, parts, together=PROCESSES * capacity_worker.THREADS)

    return run


def candidates(app: Flask, *, how_many: int, seats: int) -> list[int]:
    """Make registrations that wait for a decision and return their ids."""
    with app.app_context(), unit_of_work(SYSTEM) as ctx:
        event = make_event(ctx, capacity_in_person=seats)
        return [make_registration(ctx, event).id for _n in range(how_many)]


def invited_beforehand(app: Flask, *, how_many: int, seats: int) -> list[int]:
    """Make accepted invitations that were approved beforehand and return their ids."""
    with app.app_context(), unit_of_work(SYSTEM) as ctx:
        event = make_event(ctx, capacity_in_person=seats)
        return [
            make_invitation(ctx, event, state=InvitationState.ACCEPTED, preapproved=True).id for _n in range(how_many)
        ]


def states_of(app: Flask) -> Counter[State]:
    """Count the registrations by state."""
    with app.app_context():
        return Counter(reading(SYSTEM).session.scalars(select(Registration.state)))


def mails_of(app: Flask) -> Counter[str]:
    """Count the mails by kind."""
    with app.app_context():
        return Counter(reading(SYSTEM).session.scalars(select(OutboxMessage.kind)))


def test_32_approvals_of_one_seat_confirm_one_and_tell_31(own_app: Flask, at_once: Deciders):
    ids = candidates(own_app, how_many=32, seats=1)
    assert at_once("locked", "approve", ids) == {"approved": 1, "full:in_person": 31}
    assert states_of(own_app) == {State.APPROVED: 1, State.SUBMITTED: 31}
    assert mails_of(own_app) == {"registrations/participation_confirmed": 1}


@pytest.mark.parametrize("engine", ["postgresql"])  # the control needs one engine to show that it can fail
def test_without_the_lock_the_same_approvals_oversell(own_app: Flask, at_once: Deciders):
    ids = candidates(own_app, how_many=32, seats=1)
    at_once("unlocked", "approve", ids)
    assert states_of(own_app)[State.APPROVED] > 1


def test_200_approved_beforehand_fill_100_seats_and_the_rest_waits_in_order(own_app: Flask, at_once: Deciders):
    ids = invited_beforehand(own_app, how_many=200, seats=100)
    assert at_once("locked", "submit", ids) == {"approved": 100, "waitlisted": 100}
    assert states_of(own_app) == {State.APPROVED: 100, State.WAITLISTED: 100}
    assert mails_of(own_app) == {"registrations/participation_confirmed": 100, "registrations/waitlisted": 100}
    with own_app.app_context():
        session = reading(SYSTEM).session
        waiting = session.execute(
            select(Registration.id, Registration.waitlist_rank)
            .where(Registration.state == State.WAITLISTED)
            .order_by(Registration.id)
        ).all()
        last_seated = session.scalar(select(func.max(Registration.id)).where(Registration.state == State.APPROVED))
    assert [rank for _id, rank in waiting] == list(range(1, 101)), "ranks follow the order of registration"
    assert last_seated is not None
    assert last_seated < waiting[0].id, "nobody was seated after somebody who had to wait"


@pytest.mark.parametrize("engine", ["postgresql"])  # the control needs one engine to show that it can fail
def test_without_the_lock_the_same_registrations_oversell(own_app: Flask, at_once: Deciders):
    ids = invited_beforehand(own_app, how_many=64, seats=4)
    at_once("unlocked", "submit", ids)
    assert states_of(own_app)[State.APPROVED] > 4


def test_the_databases_are_what_they_claim(own_app: Flask, engine: str):
    with own_app.app_context():
        assert db.engine.dialect.name == engine
