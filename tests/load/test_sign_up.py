"""The last place of a session under several processes at once, on both engines, with the negative control."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from eventapp.agenda import service
from eventapp.agenda.signup.models import SignUp
from eventapp.agenda.states import SessionKind
from eventapp.agenda.values import SessionValues
from eventapp.application import create_app
from eventapp.core.context import SYSTEM
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.mail.models import OutboxMessage
from eventapp.registrations.states import State
from tests.load import processes, sign_up_worker
from tests.support import databases
from tests.support.clock import StoppedClock
from tests.support.factories import make_event, make_registration, tr
from tests.support.fixtures import NewDatabase

pytestmark = pytest.mark.load

PROCESSES, PEOPLE = 2, 8


@pytest.fixture
def own_app(engine: str, new_database: NewDatabase, tmp_path: Path) -> Flask:
    """An application on a database of its own, which the processes of the test share."""
    return create_app(databases.settings_for(new_database(engine, tmp_path), tmp_path), clock=StoppedClock())


def race(app: Flask, folder: Path, guard: str) -> Counter[str]:
    """Let eight people sign up for the one place of a session at the same moment; return what each was told."""
    with app.app_context(), unit_of_work(SYSTEM) as ctx:
        event = make_event(ctx)
        people = [make_registration(ctx, event, state=State.APPROVED).id for _n in range(PEOPLE)]
        values = SessionValues(
            kind=SessionKind.VISIT,
            title=tr("Visit"),
            starts_local=datetime(2024, 11, 7, 10),
            ends_local=datetime(2024, 11, 7, 11),
            sign_up=True,
            capacity=1,
        )
        session_id = service.add_session(ctx, event, values).id
        service.release(ctx, event)
    same = (app.config["SQLALCHEMY_DATABASE_URI"], folder, guard, session_id)
    parts = [(*same, people[n::PROCESSES]) for n in range(PROCESSES)]
    return processes.counted(sign_up_worker.sign_up_together, parts, together=PEOPLE)


def test_eight_sign_ups_for_one_place_give_one_and_a_line_of_seven(own_app: Flask, tmp_path: Path):
    assert race(own_app, tmp_path, "locked") == {"chosen": 1, "waiting": PEOPLE - 1}
    with own_app.app_context():
        session = reading(SYSTEM).session
        assert Counter(session.scalars(select(SignUp.state))) == {"chosen": 1, "waiting": PEOPLE - 1}
        kinds = Counter(session.scalars(select(OutboxMessage.kind)))
    assert kinds == {"agenda/session_chosen": 1, "agenda/session_waited_for": PEOPLE - 1}


def test_without_the_lock_the_same_place_is_given_more_than_once(own_app: Flask, tmp_path: Path):
    assert race(own_app, tmp_path, "unlocked")["chosen"] > 1
