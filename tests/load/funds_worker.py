"""What each of several processes does that promises money of one fund at the same moment; called by test_funds."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from decimal import Decimal
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from eventapp.application import create_app
from eventapp.core import database
from eventapp.core.context import Actor, ActorKind, Context
from eventapp.core.errors import Conflict
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.sponsorship import ledger
from eventapp.sponsorship.deciding import service
from eventapp.sponsorship.deciding.plan import release_plan
from eventapp.sponsorship.models import Fund, Line
from eventapp.sponsorship.spending import paying
from eventapp.sponsorship.spending.models import Authorisation
from tests.support.clock import StoppedClock
from tests.support.databases import settings_for

LAST = Decimal(500)


def promise_together(meeting: Barrier, url: str, folder: Path, guard: str, acts: Sequence[str]) -> list[str]:
    """Do each of `release:ACCOUNT`, `raise:LINE` or `pay:ACCOUNT`, `locked` or `unlocked`; return what came of it."""
    app = create_app(settings_for(url, folder), clock=StoppedClock())
    if guard == "unlocked":
        take_the_lock_away(app, meeting)

    def work(act: str) -> str:
        name, _, number = act.partition(":")
        with app.app_context():
            ctx = reading(coordinator(0 if name == "raise" else int(number)))
            fund = ctx.session.scalars(select(Fund)).one()
            shown = release_plan(ctx, fund.event, [fund]).fingerprint if name == "release" else ""
        meeting.wait()
        return do(app, name, int(number), shown)

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(work, acts))


def do(app: Flask, name: str, number: int, shown: str) -> str:
    try:
        with app.app_context(), unit_of_work(coordinator(number)) as ctx:
            fund = ctx.session.scalars(select(Fund)).one()
            if name == "release":
                assert service.release_all(ctx, fund, shown).offers == 1
            elif name == "pay":
                seen = ctx.session.scalars(select(Authorisation)).one()
                paid = paying.pay(ctx, seen.line.request, seen.line_id, seen.id, reference="")
                return name if paid else "told:paid"
            else:
                line = ctx.session.get_one(Line, number)
                ledger.promise(ctx, ledger.locked(ctx, line.request), line, LAST)
    except Conflict as refusal:
        return f"told:{type(refusal).__name__}"
    except OperationalError as error:
        return f"error:{error.orig}"
    return name


def coordinator(account_id: int) -> Actor:
    return Actor(ActorKind.STAFF, account_id, "Coordinator")


def take_the_lock_away(app: Flask, meeting: Barrier) -> None:
    """Trust what was read before the unit of work began, as a program without the lock would.

    SQLite would still let one writer in at a time, but a writer that believes an earlier reading promises the same
    money again all the same.
    """
    earlier = threading.local()
    begin: Callable[[Actor], object] = unit_of_work
    balance_of, rooms_held, places_taken = ledger.balance_of, ledger.rooms_held, ledger.places_taken

    @contextmanager
    def careless(actor: Actor) -> Iterator[Context]:
        with Session(database.db.engine) as session:
            fund = session.scalars(select(Fund)).one()
            ctx = Context(session, actor, app.extensions["clock"].now(), "en")
            earlier.balance = balance_of(ctx, fund.id)
            earlier.rooms = rooms_held(ctx, [hotel.id for hotel in fund.hotels])
            earlier.places = places_taken(ctx, fund.id)
        meeting.wait()  # everybody has read before anybody writes
        with begin(actor) as ctx:  # type: ignore[attr-defined]
            yield ctx

    def believed(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *arguments: getattr(earlier, name) if hasattr(earlier, name) else real(*arguments)

    globals()["unit_of_work"] = careless
    ledger.lock_fund = lambda ctx, fund_id: ctx.session.get_one(Fund, fund_id)
    ledger.balance_of = believed("balance", balance_of)
    ledger.rooms_held = believed("rooms", rooms_held)
    ledger.places_taken = believed("places", places_taken)
