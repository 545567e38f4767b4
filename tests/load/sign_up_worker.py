"""What each of several processes does that sign up for a session at the same moment; called by test_sign_up."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing.synchronize import Barrier
from pathlib import Path

from flask import Flask
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from eventapp.agenda.signup import queries, service
from eventapp.application import create_app
from eventapp.core import database
from eventapp.core.context import SYSTEM, Actor, Context
from eventapp.core.unit_of_work import unit_of_work
from eventapp.events.models import Event
from eventapp.registrations import seats
from eventapp.registrations.models import Registration
from eventapp.registrations.states import Mode
from tests.support.clock import StoppedClock
from tests.support.databases import settings_for


def sign_up_together(
    meeting: Barrier, url: str, folder: Path, guard: str, session_id: int, people: Sequence[int]
) -> list[str]:
    """Sign everybody up for the session, `locked` or `unlocked`, and return what each was told."""
    app = create_app(settings_for(url, folder), clock=StoppedClock())
    if guard == "unlocked":
        take_the_lock_away(app, meeting)

    def work(person: int) -> str:
        with app.app_context(), database.db.engine.connect():
            pass  # the connection is open before the start
        meeting.wait()
        return choose(app, person, session_id)

    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(work, people))


def choose(app: Flask, registration_id: int, session_id: int) -> str:
    try:
        with app.app_context(), unit_of_work(SYSTEM) as ctx:
            person = ctx.session.get_one(Registration, registration_id)
            return str(service.choose(ctx, person, session_id).state)
    except OperationalError as error:
        return f"error:{error.orig}"


def take_the_lock_away(app: Flask, meeting: Barrier) -> None:
    """Count the places before the unit of work begins instead of under the lock, which is what the test must notice.

    SQLite would still let one writer in at a time, but a writer that trusts an earlier count gives the place twice.
    """
    earlier = threading.local()
    count, begin = queries.count_chosen, unit_of_work

    @contextmanager
    def careless(actor: Actor) -> Iterator[Context]:
        with Session(database.db.engine) as session:
            event_id = session.query(Event.id).scalar()
            earlier.taken = count(
                Context(session, actor, app.extensions["clock"].now(), "en"), event_id, Mode.IN_PERSON
            )
        meeting.wait()  # everybody has counted before anybody writes
        with begin(actor) as ctx:
            yield ctx

    def counted(_ctx: Context, _event_id: int, _mode: Mode) -> Counter[int]:
        taken: Counter[int] = earlier.taken
        return taken

    globals()["unit_of_work"] = careless
    seats.lock_capacity = lambda ctx, event_id: ctx.session.get_one(Event, event_id)
    queries.count_chosen = counted
