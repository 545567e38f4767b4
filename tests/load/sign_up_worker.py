"""One of several processes that sign up for a session at the same moment; started by test_sign_up, speaks JSON.

Arguments: database URL, folder, `locked` or `unlocked`, how many meet, the session, the registrations.
"""

from __future__ import annotations

import json
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
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
from tests.load.waitlist_worker import meet
from tests.support.clock import StoppedClock
from tests.support.databases import settings_for


def main() -> None:
    url, folder, guard, together, session_id, *people = sys.argv[1:]
    app = create_app(settings_for(url, Path(folder)), clock=StoppedClock())
    if guard == "unlocked":
        take_the_lock_away(app, Path(folder), int(together))

    def work(person: str) -> str:
        with app.app_context(), database.db.engine.connect():
            pass  # the connection is open before the start
        meet(Path(folder), "ready", int(together))
        return choose(app, int(person), int(session_id))

    with ThreadPoolExecutor(len(people)) as pool:
        json.dump(list(pool.map(work, people)), sys.stdout)


def choose(app: Flask, registration_id: int, session_id: int) -> str:
    try:
        with app.app_context(), unit_of_work(SYSTEM) as ctx:
            person = ctx.session.get_one(Registration, registration_id)
            return str(service.choose(ctx, person, session_id).state)
    except OperationalError as error:
        return f"error:{error.orig}"


def take_the_lock_away(app: Flask, folder: Path, together: int) -> None:
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
        meet(folder, "read", together)  # everybody has counted before anybody writes
        with begin(actor) as ctx:
            yield ctx

    def counted(_ctx: Context, _event_id: int, _mode: Mode) -> Counter[int]:
        taken: Counter[int] = earlier.taken
        return taken

    globals()["unit_of_work"] = careless
    seats.lock_capacity = lambda ctx, event_id: ctx.session.get_one(Event, event_id)
    queries.count_chosen = counted


if __name__ == "__main__":
    main()
