"""What each of several phones does at the door at the same moment; called by test_check_in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing.synchronize import Barrier
from pathlib import Path

from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError

from eventapp.application import create_app
from eventapp.core import database
from eventapp.core.context import SYSTEM, Actor, Context
from eventapp.core.unit_of_work import unit_of_work
from eventapp.events.models import Event
from eventapp.registrations.checkin import queries, service
from eventapp.registrations.checkin.service import Scan
from eventapp.registrations.checkin.states import Way
from tests.support.clock import StoppedClock
from tests.support.databases import settings_for


def scan_together(meeting: Barrier, url: str, folder: Path, guard: str, code: str, keys: Sequence[str]) -> list[str]:
    """Scan the code once for each key, `locked` or `unlocked`, and return what the door answered."""
    app = create_app(settings_for(url, folder), clock=StoppedClock())
    if guard == "unlocked":
        take_the_lock_away(meeting)

    def work(key: str) -> str:
        with app.app_context(), database.db.engine.connect():
            pass  # the connection is open before the start
        meeting.wait()
        return check_in(app, code, key)

    with ThreadPoolExecutor(len(keys)) as pool:
        return list(pool.map(work, keys))


def check_in(app: Flask, code: str, key: str) -> str:
    try:
        with app.app_context(), unit_of_work(SYSTEM) as ctx:
            event = ctx.session.scalars(select(Event)).one()
            return service.check_in_code(ctx, event, code, Scan(key, Way.SCANNED)).outcome.value
    except IntegrityError:
        return "refused by the database"
    except OperationalError as error:
        return f"error:{error.orig}"


def take_the_lock_away(meeting: Barrier) -> None:
    """Believe that nobody is there, as everybody saw before the first wrote: only the unique index is left."""
    begin: Callable[[Actor], object] = unit_of_work

    @contextmanager
    def careless(actor: Actor) -> Iterator[Context]:
        meeting.wait()
        with begin(actor) as ctx:  # type: ignore[attr-defined]
            yield ctx

    globals()["unit_of_work"] = careless
    queries.lock = lambda _ctx, _registration: None
    queries.find_present = lambda _ctx, _registration, _day: None
    queries.find_by_key = lambda _ctx, _event_id, _key: None
