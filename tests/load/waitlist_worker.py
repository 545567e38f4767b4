"""What each of several processes does that act on the waiting list at the same moment; called by test_waitlist."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from multiprocessing.synchronize import Barrier
from pathlib import Path

from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from eventapp.application import create_app
from eventapp.core import database
from eventapp.core.context import SYSTEM, Actor, Context
from eventapp.core.errors import Conflict
from eventapp.core.unit_of_work import unit_of_work
from eventapp.events.models import Event
from eventapp.registrations import queries, seats, service, waitlist
from eventapp.registrations.models import Registration
from eventapp.registrations.states import Mode, State
from tests.support.clock import StoppedClock
from tests.support.databases import settings_for


def act_together(
    meeting: Barrier, url: str, folder: Path, guard: str, instant: datetime, acts: Sequence[str]
) -> list[str]:
    """Do each of `withdraw:ID`, `accept:ID` or `lapse`, `locked` or `unlocked`, and return what came of it."""
    app = create_app(settings_for(url, folder), clock=StoppedClock(instant))
    if guard == "unlocked":
        take_the_lock_away(app, meeting)

    def work(act: str) -> str:
        with app.app_context(), database.db.engine.connect():
            pass  # the connection is open before the start
        meeting.wait()
        return do(app, act)

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(work, acts))


def do(app: Flask, act: str) -> str:
    name, _, number = act.partition(":")
    try:
        with app.app_context(), unit_of_work(SYSTEM) as ctx:
            if name == "lapse":
                return f"lapsed:{waitlist.lapse_overdue(ctx)}"
            registration = ctx.session.get_one(Registration, int(number))
            {"withdraw": service.withdraw, "accept": waitlist.accept}[name](ctx, registration)
    except Conflict as refusal:
        return f"refused:{type(refusal).__name__}"
    except OperationalError as error:
        return f"error:{error.orig}"
    return name


def take_the_lock_away(app: Flask, meeting: Barrier) -> None:
    """Trust what was read before the unit of work began, as a program without the lock would.

    SQLite would still let one writer in at a time, but a writer that believes an earlier reading offers one seat
    twice, or takes one that has lapsed, all the same.
    """
    earlier = threading.local()
    begin: Callable[[Actor], object] = unit_of_work

    @contextmanager
    def careless(actor: Actor) -> Iterator[Context]:
        with Session(database.db.engine) as session:
            event = session.scalars(select(Event)).one()
            ctx = Context(session, actor, app.extensions["clock"].now(), "en")
            earlier.occupancy = queries_occupancy(ctx, event.id)
            earlier.waiting = [each.id for each in queries_waiting(ctx, event, Mode.IN_PERSON)]
            offered = select(Registration.id, Registration.offer_expires_at).where(Registration.state == State.OFFERED)
            earlier.offered = {row.id: row.offer_expires_at for row in session.execute(offered)}
        meeting.wait()  # everybody has read before anybody writes
        with begin(actor) as ctx:  # type: ignore[attr-defined]
            yield ctx

    def believed(ctx: Context, registration: Registration) -> Event:
        if registration.id in earlier.offered:
            set_committed_value(registration, "state", State.OFFERED)
            set_committed_value(registration, "offer_expires_at", earlier.offered[registration.id])
        return ctx.session.get_one(Event, registration.event_id)

    def waiting(ctx: Context, _event: Event, _mode: Mode, *, afresh: bool = False) -> Sequence[Registration]:
        found = [ctx.session.get_one(Registration, each) for each in earlier.waiting]
        for each in found:
            set_committed_value(each, "state", State.WAITLISTED)
        earlier.kept = found  # the session holds them weakly, and would read them anew
        return found

    def overdue(ctx: Context, event: Event, _which: object) -> Sequence[Registration]:
        found = [ctx.session.get_one(Registration, each) for each in earlier.offered]
        for each in found:
            believed(ctx, each)
        return found

    queries_occupancy, queries_waiting = queries.occupancy_of, queries.list_waiting
    globals()["unit_of_work"] = careless
    seats.lock_capacity = lambda ctx, event_id: ctx.session.get_one(Event, event_id)
    seats.locked = believed
    queries.occupancy_of = lambda _ctx, _event_id: {}
    queries.list_waiting = waiting
    waitlist._offers_of = lambda ctx, which: [(event, overdue(ctx, event, which)) for event in events_of(ctx)]


def events_of(ctx: Context) -> Sequence[Event]:
    return ctx.session.scalars(select(Event)).all()
