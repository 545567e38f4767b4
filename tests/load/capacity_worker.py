"""What each of several processes does that decide at the same moment; called by test_capacity."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing.synchronize import Barrier
from pathlib import Path

from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from eventapp.application import create_app
from eventapp.core import database
from eventapp.core.context import SYSTEM, Actor, Context
from eventapp.core.unit_of_work import unit_of_work
from eventapp.events.models import Category, Event
from eventapp.invitations.models import Invitation
from eventapp.registrations import queries, seats, service
from eventapp.registrations.answers import Answers
from eventapp.registrations.models import Registration
from eventapp.registrations.states import Mode, Sector
from tests.support.clock import StoppedClock
from tests.support.databases import settings_for

THREADS = 4


def decide(meeting: Barrier, url: str, folder: Path, guard: str, command: str, ids: Sequence[int]) -> list[str]:
    """Act on the ids, `locked` or `unlocked`, by `approve` or `submit`, and return what each act came to."""
    app = create_app(settings_for(url, folder), clock=StoppedClock())
    if guard == "unlocked":
        take_the_lock_away(app)
    act = {"approve": approve, "submit": submit}[command]

    def work(share: Sequence[int]) -> list[str]:
        with app.app_context(), database.db.engine.connect():
            pass  # the connection is open before the start
        meeting.wait()
        return [act(app, each) for each in share]

    with ThreadPoolExecutor(THREADS) as pool:
        return [result for share in pool.map(work, [ids[n::THREADS] for n in range(THREADS)]) for result in share]


def approve(app: Flask, registration_id: int) -> str:
    with app.app_context():
        try:
            with unit_of_work(SYSTEM) as ctx:
                service.approve(ctx, ctx.session.get_one(Registration, registration_id))
        except seats.NoSeatLeft as refusal:
            return f"full:{refusal.full}"
        except OperationalError as error:
            return f"error:{error.orig}"
    return "approved"


def submit(app: Flask, invitation_id: int) -> str:
    with app.app_context():
        try:
            with unit_of_work(SYSTEM) as ctx:
                invitation = ctx.session.get_one(Invitation, invitation_id)
                category_id = ctx.session.scalars(
                    select(Category.id).where(Category.event_id == invitation.event_id)
                ).first()
                registration = service.submit(
                    ctx,
                    invitation,
                    Answers(
                        name=invitation.name,
                        email=invitation.email,
                        language="en",
                        organisation="City",
                        position="Mayor",
                        sector=Sector.LOCAL_GOVERNMENT,
                        country="SN",
                        city="Dakar",
                        category_id=category_id or 0,
                        mode=Mode.IN_PERSON,
                        speaks=("en",),
                    ),
                )
                return str(registration.state)
        except OperationalError as error:
            return f"error:{error.orig}"


def take_the_lock_away(app: Flask) -> None:
    """Count the seats before the unit of work begins instead of under the lock, which is what the tests must notice.

    SQLite would still let one writer in at a time, but a writer that trusts an earlier count oversells all the same.
    """
    earlier = threading.local()
    count, begin = queries.occupancy_of, unit_of_work

    @contextmanager
    def careless(actor: Actor) -> Iterator[Context]:
        with Session(database.db.engine) as session:
            event_id = session.scalars(select(Event.id)).one()
            earlier.occupancy = count(Context(session, actor, app.extensions["clock"].now(), "en"), event_id)
        time.sleep(0.3)  # so that the others count as well before anybody writes
        with begin(actor) as ctx:
            yield ctx

    globals()["unit_of_work"] = careless
    seats.lock_capacity = lambda ctx, event_id: ctx.session.get_one(Event, event_id)
    queries.occupancy_of = lambda _ctx, _event_id: earlier.occupancy
