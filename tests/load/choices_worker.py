"""What each of several processes does that wants the last place of a limited choice; called by test_choices."""

from __future__ import annotations

import threading
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
from eventapp.registrations import seats, service
from eventapp.registrations.answers import Answers, answers_from, saved_from_registration
from eventapp.registrations.models import Registration
from eventapp.registrations.questions import places
from eventapp.registrations.questions.models import QuestionOption
from eventapp.registrations.states import Mode, Sector
from tests.support.clock import StoppedClock
from tests.support.databases import settings_for


def choose_together(
    meeting: Barrier, url: str, folder: Path, guard: str, option_id: int, acts: Sequence[str]
) -> list[str]:
    """Do each of `send:INVITATION` or `change:REGISTRATION`, choosing the option; return what came of it."""
    app = create_app(settings_for(url, folder), clock=StoppedClock())
    if guard == "unlocked":
        take_the_lock_away(app, meeting)

    def work(act: str) -> str:
        with app.app_context(), database.db.engine.connect():
            pass  # the connection is open before the start
        meeting.wait()
        return do(app, act, option_id)

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(work, acts))


def do(app: Flask, act: str, option_id: int) -> str:
    name, _, number = act.partition(":")
    try:
        with app.app_context(), unit_of_work(SYSTEM) as ctx:
            option = ctx.session.get_one(QuestionOption, option_id)
            own = {str(option.question_id): option_id}
            if name == "send":
                invitation = ctx.session.get_one(Invitation, int(number))
                service.submit(ctx, invitation, answers_of(ctx, invitation), own)
            else:
                registration = ctx.session.get_one(Registration, int(number))
                service.change_answers(ctx, registration, answers_from(saved_from_registration(registration)), own)
    except places.NoPlaceLeft:
        return "full"
    except OperationalError as error:
        return f"error:{error.orig}"
    return name


def answers_of(ctx: Context, invitation: Invitation) -> Answers:
    category_id = ctx.session.scalars(select(Category.id).where(Category.event_id == invitation.event_id)).first()
    return Answers(
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
    )


def take_the_lock_away(app: Flask, meeting: Barrier) -> None:
    """Trust what was counted before the unit of work began, as a program without the lock would.

    SQLite would still let one writer in at a time, but a writer that believes an earlier count oversells all the same.
    """
    earlier = threading.local()
    count, begin = places.taken_by_option, unit_of_work

    @contextmanager
    def careless(actor: Actor) -> Iterator[Context]:
        with Session(database.db.engine) as session:
            event_id = session.scalars(select(Event.id)).one()
            earlier.taken = count(Context(session, actor, app.extensions["clock"].now(), "en"), event_id)
        meeting.wait()  # everybody has counted before anybody writes
        with begin(actor) as ctx:
            yield ctx

    globals()["unit_of_work"] = careless
    seats.lock_capacity = lambda ctx, event_id: ctx.session.get_one(Event, event_id)
    places.taken_by_option = lambda _ctx, _event_id, _options=None: earlier.taken
