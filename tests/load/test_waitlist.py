"""The waiting list under several processes at once, on both engines, each test with its negative control.

Two people withdraw and one waits: one offer. An offer is accepted at the second at which it lapses: either the one or
the other, never both, and the next person is offered the seat only if it lapsed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from eventapp.application import create_app
from eventapp.core.audit import AuditEntry
from eventapp.core.context import SYSTEM
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.mail.models import OutboxMessage
from eventapp.registrations import service
from eventapp.registrations.models import Registration
from eventapp.registrations.states import HOLDS_SEAT, State
from tests.load import processes, waitlist_worker
from tests.support import databases
from tests.support.clock import STORY_START, StoppedClock
from tests.support.factories import make_event, make_registration
from tests.support.fixtures import NewDatabase

pytestmark = pytest.mark.load

STATE = (Registration.id, Registration.state)
DEADLINE = datetime(2024, 9, 15, 7, tzinfo=UTC)
JUST_BEFORE = DEADLINE - timedelta(microseconds=1)


@dataclass(frozen=True)
class Part:
    """What one process does, and what its clock says."""

    acts: list[str]
    instant: datetime = STORY_START


AtOnce = Callable[..., Counter[str]]


@pytest.fixture
def own_app(engine: str, new_database: NewDatabase, tmp_path: Path) -> Flask:
    """An application on a database of its own, which the processes of the test share."""
    return create_app(databases.settings_for(new_database(engine, tmp_path), tmp_path), clock=StoppedClock())


@pytest.fixture
def at_once(own_app: Flask, tmp_path: Path) -> AtOnce:
    """Let several processes act at the same moment and count what each act came to."""

    def run(guard: str, *given: Part) -> Counter[str]:
        same = (own_app.config["SQLALCHEMY_DATABASE_URI"], tmp_path, guard)
        parts = [(*same, part.instant, part.acts) for part in given]
        return processes.counted(waitlist_worker.act_together, parts, together=sum(len(part.acts) for part in given))

    return run


def full_event(app: Flask, *, seated: int, waiting: int, offers: int = 0) -> tuple[list[int], list[int]]:
    """Make an event whose seats are all taken or, the last ones, on offer; return who sits and who waits."""
    with app.app_context(), unit_of_work(SYSTEM) as ctx:
        event = make_event(ctx, capacity_in_person=seated)
        holders = [make_registration(ctx, event, state=State.APPROVED) for _n in range(seated)]
        line = [make_registration(ctx, event) for _n in range(waiting)]
        for each in line:
            service.put_on_waitlist(ctx, each)
        for each in holders[:offers]:
            service.withdraw(ctx, each)
        return [each.id for each in holders[offers:]], [each.id for each in line]


def states_of(app: Flask, ids: list[int]) -> list[State]:
    with app.app_context():
        states = {each.id: each.state for each in reading(SYSTEM).session.execute(select(*STATE)).all()}
    return [states[each] for each in ids]


def told(app: Flask, action: str) -> list[int]:
    """Return whom the audit says the action was done to."""
    with app.app_context():
        return list(reading(SYSTEM).session.scalars(select(AuditEntry.object_id).where(AuditEntry.action == action)))


def offers_mailed(app: Flask) -> int:
    with app.app_context():
        kinds = reading(SYSTEM).session.scalars(select(OutboxMessage.kind))
        return list(kinds).count("registrations/seat_offered")


def test_two_withdrawals_and_one_who_waits_make_one_offer(own_app: Flask, at_once: AtOnce):
    (first, second), (waiting,) = full_event(own_app, seated=2, waiting=1)
    result = at_once("locked", Part([f"withdraw:{first}"]), Part([f"withdraw:{second}"]))
    assert result == {"withdraw": 2}
    assert states_of(own_app, [waiting]) == [State.OFFERED]
    assert told(own_app, "offer") == [waiting]
    assert offers_mailed(own_app) == 1


@pytest.mark.parametrize("engine", ["postgresql"])  # the control needs one engine to show that it can fail
def test_without_the_lock_the_one_who_waits_is_offered_two_seats(own_app: Flask, at_once: AtOnce):
    (first, second), (waiting,) = full_event(own_app, seated=2, waiting=1)
    result = at_once("unlocked", Part([f"withdraw:{first}"]), Part([f"withdraw:{second}"]))
    assert result == {"withdraw": 2}
    assert told(own_app, "offer") == [waiting, waiting]
    assert offers_mailed(own_app) == 2


def test_twelve_withdrawals_offer_twelve_seats_to_the_first_twelve_of_twenty(own_app: Flask, at_once: AtOnce):
    seated, waiting = full_event(own_app, seated=12, waiting=20)
    parts = [Part([f"withdraw:{each}" for each in seated[n::3]]) for n in range(3)]
    assert at_once("locked", *parts) == {"withdraw": 12}
    assert states_of(own_app, waiting) == [State.OFFERED] * 12 + [State.WAITLISTED] * 8
    assert told(own_app, "offer") == waiting[:12], "one after the other, in rank"


def test_an_offer_accepted_at_the_second_it_lapses_is_either_taken_or_gone(own_app: Flask, at_once: AtOnce):
    _seated, line = full_event(own_app, seated=8, waiting=16, offers=8)
    offered, behind = line[:8], line[8:]
    accepting = [Part([f"accept:{each}" for each in offered[n::2]], JUST_BEFORE) for n in range(2)]
    result = at_once("locked", *accepting, Part(["lapse"], DEADLINE))
    accepted, lapsed = set(told(own_app, "accept")), set(told(own_app, "lapse"))
    assert accepted | lapsed == set(offered)
    assert not accepted & lapsed
    assert result["accept"] == len(accepted)
    assert result["accept"] + result["refused:IllegalMove"] == 8
    states = states_of(own_app, [*offered, *behind])
    assert Counter(states) == Counter(
        {
            State.APPROVED: len(accepted),
            State.LAPSED: len(lapsed),
            State.OFFERED: len(lapsed),
            State.WAITLISTED: 8 - len(lapsed),
        }
    ) - Counter({State.WAITLISTED: 0})
    assert sum(state in HOLDS_SEAT for state in states) == 8, "as many as there are seats"


@pytest.mark.parametrize("engine", ["postgresql"])  # the control needs one engine to show that it can fail
def test_without_the_lock_the_same_offer_is_taken_and_gone(own_app: Flask, at_once: AtOnce):
    _seated, line = full_event(own_app, seated=1, waiting=2, offers=1)
    at_once("unlocked", Part([f"accept:{line[0]}"], JUST_BEFORE), Part(["lapse"], DEADLINE))
    assert told(own_app, "accept") == told(own_app, "lapse") == [line[0]]
    assert line[1] in told(own_app, "offer"), "and the next person was promised the same seat"


def test_from_the_deadline_on_nobody_accepts_even_before_the_job_came_by(own_app: Flask, at_once: AtOnce):
    _seated, line = full_event(own_app, seated=2, waiting=2, offers=2)
    assert at_once("locked", Part([f"accept:{each}" for each in line], DEADLINE)) == {"refused:OfferOver": 2}
    assert states_of(own_app, line) == [State.OFFERED, State.OFFERED]
