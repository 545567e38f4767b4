"""Nobody gets a place on a limited choice that does not exist, however many choose it at once, on both engines.

The negative control: without the lock the same choices take more places than there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from eventapp.application import create_app
from eventapp.core.context import SYSTEM
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.invitations.states import InvitationState
from eventapp.registrations.models import Registration
from eventapp.registrations.questions.models import PlaceTaken
from eventapp.registrations.questions.states import QuestionKind
from tests.load import choices_worker, processes
from tests.support import databases
from tests.support.clock import StoppedClock
from tests.support.factories import make_event, make_invitation, make_questions, make_registration
from tests.support.fixtures import NewDatabase

pytestmark = pytest.mark.load

PROCESSES = 4


@dataclass
class Choice:
    """An event with a limited visit, who may send the form, and who has sent it and chose the other visit."""

    limited: int
    other: int
    invited: list[int]
    registered: list[int]


@pytest.fixture
def own_app(engine: str, new_database: NewDatabase, tmp_path: Path) -> Flask:
    """An application on a database of its own, which the processes of the test share."""
    return create_app(databases.settings_for(new_database(engine, tmp_path), tmp_path), clock=StoppedClock())


AtOnce = Callable[[str, int, list[str]], Counter[str]]


@pytest.fixture
def at_once(own_app: Flask, tmp_path: Path) -> AtOnce:
    """Let several processes choose at the same moment and count what each choice came to."""

    def run(guard: str, option_id: int, acts: list[str]) -> Counter[str]:
        same = (own_app.config["SQLALCHEMY_DATABASE_URI"], tmp_path, guard, option_id)
        parts = [(*same, acts[n::PROCESSES]) for n in range(PROCESSES)]
        return processes.counted(choices_worker.choose_together, parts, together=len(acts))

    return run


def choice(app: Flask, *, places: int, invited: int, registered: int = 0) -> Choice:
    with app.app_context(), unit_of_work(SYSTEM) as ctx:
        event = make_event(ctx)
        (question,) = make_questions(
            ctx,
            event,
            "Visits",
            {"kind": QuestionKind.ONE_OF, "options": [("Harbour", places), ("Market", registered)]},
        )
        limited, other = (each.id for each in question.options)
        sent = [make_registration(ctx, event, own_answers={str(question.id): other}) for _n in range(registered)]
        ctx.session.add_all(PlaceTaken(registration_id=each.id, option_id=other) for each in sent)
        guests = [make_invitation(ctx, event, state=InvitationState.ACCEPTED) for _n in range(invited)]
        return Choice(limited, other, [each.id for each in guests], [each.id for each in sent])


def taken(app: Flask) -> Counter[int]:
    with app.app_context():
        return Counter(reading(SYSTEM).session.scalars(select(PlaceTaken.option_id)))


def answers(app: Flask) -> list[int]:
    with app.app_context():
        rows = reading(SYSTEM).session.scalars(select(Registration.own_answers))
        return [option for own in rows for option in own.values()]


def test_16_who_want_the_last_place_are_one_who_has_it_and_15_who_are_told(own_app: Flask, at_once: AtOnce):
    visit = choice(own_app, places=1, invited=16)
    result = at_once("locked", visit.limited, [f"send:{each}" for each in visit.invited])
    assert result == {"send": 1, "full": 15}
    assert taken(own_app) == {visit.limited: 1}
    assert answers(own_app) == [visit.limited], "who was told that it is full has sent nothing"


@pytest.mark.parametrize("engine", ["postgresql"])  # the control needs one engine to show that it can fail
def test_without_the_lock_the_same_choices_take_more_places_than_there_are(own_app: Flask, at_once: AtOnce):
    visit = choice(own_app, places=1, invited=16)
    at_once("unlocked", visit.limited, [f"send:{each}" for each in visit.invited])
    assert taken(own_app)[visit.limited] > 1


def test_who_changes_to_what_is_full_by_then_keeps_the_place_they_had(own_app: Flask, at_once: AtOnce):
    visit = choice(own_app, places=3, invited=8, registered=8)
    acts = [f"{act}:{each}" for pair in zip(visit.invited, visit.registered, strict=True)
            for act, each in zip(("send", "change"), pair, strict=True)]  # fmt: skip
    result = at_once("locked", visit.limited, acts)
    assert result["full"] == 13
    assert result["send"] + result["change"] == 3
    assert taken(own_app) == {visit.limited: 3, visit.other: 8 - result["change"]}
    assert Counter(answers(own_app)) == taken(own_app), "places and answers say the same"
