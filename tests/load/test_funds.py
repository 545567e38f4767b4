"""The last money, room and place of a fund under several processes at once, on both engines, with a negative control.

Each coordinator may release one proposal only, for they declared a conflict with every other; each alone would fit.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from eventapp.application import create_app
from eventapp.core.access import Role
from eventapp.core.context import SYSTEM
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.mail.models import OutboxMessage
from eventapp.sponsorship import ledger
from eventapp.sponsorship.models import Fund, RoomHeld, SponsorshipRequest
from eventapp.sponsorship.review.models import DeclaredConflict
from eventapp.sponsorship.spending.models import Authorisation
from eventapp.sponsorship.states import LineKind, LineState, RequestState
from tests.load import funds_worker, processes
from tests.support import databases
from tests.support.clock import StoppedClock
from tests.support.factories import make_event
from tests.support.fixtures import NewDatabase
from tests.support.sponsoring import make_fund, make_sponsorship, make_staff

pytestmark = pytest.mark.load

NIGHT = date(2024, 11, 7)
PROCESSES, EACH = 3, 2


@pytest.fixture
def own_app(engine: str, new_database: NewDatabase, tmp_path: Path) -> Flask:
    """An application on a database of its own, which the processes of the test share."""
    return create_app(databases.settings_for(new_database(engine, tmp_path), tmp_path), clock=StoppedClock())


def at_once(app: Flask, folder: Path, guard: str, acts: list[str]) -> Counter[str]:
    """Let several processes act at the same moment and count what each act came to."""
    same = (app.config["SQLALCHEMY_DATABASE_URI"], folder, guard)
    parts = [(*same, acts[n::PROCESSES]) for n in range(PROCESSES)]
    return processes.counted(funds_worker.promise_together, parts, together=len(acts))


def scarce(app: Flask, *, budget: int, rooms: int, raised: int = 0, payers: int = 0) -> list[str]:
    """Make a fund and as many acts that each want 500 of it, with a room for the night where an offer is made.

    Further acts pay one line of 1 that is authorised, each act as another payer.
    """
    with app.app_context(), unit_of_work(SYSTEM) as ctx:
        event = make_event(ctx)
        fund = make_fund(ctx, event, budget=budget + raised + bool(payers), hotels={"Casa": {NIGHT: rooms}})
        one = [(LineKind.TRAVEL, "1")]
        accepted = [make_sponsorship(ctx, fund, state=RequestState.ACCEPTED, lines=one) for _n in range(raised)]
        stay = {"hotel": fund.hotels[0], "first_night": NIGHT, "last_night": NIGHT}
        asked = [(LineKind.TRAVEL, funds_worker.LAST)]
        proposed = [
            make_sponsorship(ctx, fund, state=RequestState.PROPOSED, lines=asked, **stay)
            for _n in range(PROCESSES * EACH - raised)
        ]
        acts = [f"raise:{request.lines[0].id}" for request in accepted]
        for own in proposed:
            account = make_staff(ctx, event, Role.COORDINATOR)
            ctx.session.add_all(
                DeclaredConflict(event_id=event.id, request_id=other.id, account_id=account.id, declared_at=ctx.now)
                for other in proposed
                if other is not own
            )
            acts.append(f"release:{account.id}")
        if payers:
            line = make_sponsorship(ctx, fund, state=RequestState.ACCEPTED, lines=one).lines[0]
            line.state = LineState.AUTHORISED
            standing = {"event_id": event.id, "line_id": line.id, "amount": line.approved, "authorised_at": ctx.now}
            ctx.session.add(Authorisation(**standing))
        acts += [f"pay:{make_staff(ctx, event, Role.FINANCE).id}" for _n in range(payers)]
        return acts


def given(app: Flask) -> tuple[ledger.Balance, int, Counter[RequestState], int]:
    """Return the balance, how many rooms are held, the states, and how many offers were mailed."""
    with app.app_context():
        ctx = reading(SYSTEM)
        fund = ctx.session.scalars(select(Fund)).one()
        rooms = ctx.session.scalar(select(func.count()).select_from(RoomHeld)) or 0
        states = Counter(ctx.session.scalars(select(SponsorshipRequest.state)))
        mails = list(ctx.session.scalars(select(OutboxMessage.kind))).count("sponsorship/offered")
        return ledger.balance_of(ctx, fund.id), rooms, states, mails


def test_of_six_offers_and_raises_on_the_last_500_and_of_two_payers_one_each_wins(own_app: Flask, tmp_path: Path):
    result = at_once(own_app, tmp_path, "locked", scarce(own_app, budget=500, rooms=6, raised=2, payers=2))
    assert result["raise"] + result["release"] == 1
    assert result["told:NothingReleased"] + result["told:NotEnoughMoney"] == 5
    balance, rooms, states, mails = given(own_app)
    assert (result["pay"], result["told:paid"]) == (1, 1)
    assert (balance.committed, balance.spent, balance.available) == (502, 1, 0)
    assert rooms == states[RequestState.OFFERED] == mails == result["release"]


def test_of_six_offers_of_the_last_room_one_wins_and_five_are_told(own_app: Flask, tmp_path: Path):
    result = at_once(own_app, tmp_path, "locked", scarce(own_app, budget=9000, rooms=1))
    assert result == {"release": 1, "told:NothingReleased": 5}
    balance, rooms, states, mails = given(own_app)
    assert (balance.committed, rooms, mails) == (500, 1, 1)
    assert states == {RequestState.OFFERED: 1, RequestState.PROPOSED: 5}


def test_without_the_lock_the_last_500_and_the_last_room_are_given_six_times(own_app: Flask, tmp_path: Path):
    result = at_once(own_app, tmp_path, "unlocked", scarce(own_app, budget=500, rooms=1))
    assert result == {"release": 6}
    balance, rooms, _states, _mails = given(own_app)
    assert (balance.committed, balance.available, rooms) == (3000, -2500, 6)
