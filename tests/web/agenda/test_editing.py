"""Steps of editing the draft: what they move, what they refuse, and that undoing brings everything back."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from eventapp.agenda import queries as agenda
from eventapp.agenda import service as sessions
from eventapp.agenda.editing import queries, restoring, service, stored
from eventapp.agenda.states import PersonRole, PersonState, SessionKind
from eventapp.agenda.values import PersonValues, SessionValues
from eventapp.core.context import Context
from eventapp.core.errors import Conflict, DomainError
from eventapp.core.translated import Translated
from eventapp.events.models import Event
from tests.support.factories import make_event, make_place, tr
from tests.support.fixtures import Work

FIRST, SECOND = date(2024, 11, 7), date(2024, 11, 8)


def at(hour: int, minute: int = 0, day: date = FIRST) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute)


def values(title: str, starts: datetime, ends: datetime, place_id: int | None = None) -> SessionValues:
    speaker = PersonValues(PersonRole.SPEAKER, PersonState.INVITED, "Amina Diallo", email="amina@example.org")
    return SessionValues(
        kind=SessionKind.PLENARY, title=tr(title), starts_local=starts, ends_local=ends, place_id=place_id,
        people=(speaker,),
    )  # fmt: skip


@pytest.fixture
def furnished(work: Work) -> tuple[int, list[int], list[int]]:
    """An event with three sessions in one hall and one in another; ids of event, sessions and places."""
    with work() as ctx:
        event = make_event(ctx)
        hall, room = make_place(ctx, event).id, make_place(ctx, event).id
        made = [
            service.add(ctx, event, values(title, at(hour), at(hour, 45), place))
            for title, hour, place in (("One", 9, hall), ("Two", 10, hall), ("Three", 11, hall), ("Aside", 10, room))
        ]
        return event.id, [session.id for session in made], [hall, room]


def times(ctx: Context, event: Event) -> dict[str, tuple[datetime, datetime]]:
    return {row.title["en"]: (row.starts_local, row.ends_local) for row in agenda.list_draft_sessions(ctx, event)}


def test_everything_after_a_time_is_shifted(work: Work, furnished: Any) -> None:
    with work() as ctx:
        event = ctx.session.get_one(Event, furnished[0])
        assert service.shift(ctx, event, FIRST, at(10), 15) == 3
        assert times(ctx, event) == {
            "One": (at(9), at(9, 45)),
            "Two": (at(10, 15), at(11)),
            "Aside": (at(10, 15), at(11)),
            "Three": (at(11, 15), at(12)),
        }
        with pytest.raises(DomainError, match="leave its day"):
            service.shift(ctx, event, FIRST, at(9), -600)


def test_neighbours_exchange_their_order_and_keep_the_pause_between_them(work: Work, furnished: Any) -> None:
    event_id, (one, two, three, aside), _places = furnished
    with work() as ctx:
        event = ctx.session.get_one(Event, event_id)
        service.resize(ctx, event, two, 15)
        assert service.exchange(ctx, event, two, earlier=True) == 2
        assert times(ctx, event)["Two"] == (at(9), at(10))
        assert times(ctx, event)["One"] == (at(10, 15), at(11))
        assert service.exchange(ctx, event, three, earlier=False) == 0
        assert service.exchange(ctx, event, aside, earlier=True) == 0
        assert {one, two} == {int(key) for key in queries.last_step(ctx, event).before}  # type: ignore[union-attr]


def test_a_whole_day_moves(work: Work, furnished: Any) -> None:
    with work() as ctx:
        event = ctx.session.get_one(Event, furnished[0])
        assert service.move_whole_day(ctx, event, FIRST, SECOND) == 4
        assert {starts.date() for starts, _ends in times(ctx, event).values()} == {SECOND}
        with pytest.raises(DomainError, match="days of the event"):
            service.move_to_day(ctx, event, furnished[1], date(2024, 12, 1))


def test_a_deleted_session_comes_back_as_it_was(work: Work, furnished: Any) -> None:
    event_id, (one, *_others), _places = furnished
    with work() as ctx:
        event = ctx.session.get_one(Event, event_id)
        session = agenda.get_draft_session(ctx, event, one)
        before = stored.to_json(session)
        service.remove(ctx, event, session)
    with work() as ctx:
        event = ctx.session.get_one(Event, event_id)
        service.undo(ctx, event, last_id(ctx, event))
    with work() as ctx:
        event = ctx.session.get_one(Event, event_id)
        assert stored.to_json(agenda.get_draft_session(ctx, event, one)) == before


def test_a_step_is_undone_after_the_first_language_changed_but_not_once_its_place_is_gone(
    work: Work, furnished: Any
) -> None:
    event_id, (one, _two, _three, aside), (_hall, room) = furnished
    with work() as ctx:
        event = ctx.session.get_one(Event, event_id)
        agenda.get_draft_session(ctx, event, one).title = Translated(en="One")
        copy = service.duplicate(ctx, event, agenda.get_draft_session(ctx, event, one)).id
        sessions.release(ctx, event)
        service.remove(ctx, event, agenda.get_draft_session(ctx, event, one))
        event.languages = ["fr", "en"]
        service.undo(ctx, event, last_id(ctx, event))
        assert agenda.get_draft_session(ctx, event, one).title["en"] == "One"
        service.remove(ctx, event, agenda.get_draft_session(ctx, event, copy))
        assert restoring.restore(ctx, event, 1) == 1
        service.duplicate(ctx, event, agenda.get_draft_session(ctx, event, one))
        service.remove(ctx, event, agenda.get_draft_session(ctx, event, aside))
        ctx.session.delete(next(place for place in event.places if place.id == room))
        ctx.session.flush()
        ctx.session.expire(event)
        with pytest.raises(Conflict, match=r"“Aside.*had a place"):
            service.undo(ctx, event, last_id(ctx, event))


def test_a_step_is_not_undone_over_what_came_after(work: Work, furnished: Any) -> None:
    event_id, (one, *_others), _places = furnished
    with work() as ctx:
        event = ctx.session.get_one(Event, event_id)
        service.postpone(ctx, event, one, 5)
        step = last_id(ctx, event)
        service.postpone(ctx, event, one, 5)
        with pytest.raises(Conflict, match="Another step"):
            service.undo(ctx, event, step)
        session = agenda.get_draft_session(ctx, event, one)
        sessions.set_values(ctx, session, bare(session))
        with pytest.raises(Conflict, match="changed since"):
            service.undo(ctx, event, last_id(ctx, event))


def test_undoing_step_after_step_brings_the_first_state_back(work: Work, furnished: Any) -> None:
    event_id, ids, places = furnished
    chance = random.Random(4)  # noqa: S311 - the same steps at every run
    with work() as ctx:
        event = ctx.session.get_one(Event, event_id)
        before = everything(ctx, event)
        first = last_id(ctx, event)
        for _step in range(60):
            one_random_step(ctx, event, chance, ids, places)
        while (step := last_id(ctx, event)) != first:
            service.undo(ctx, event, step)
        assert everything(ctx, event) == before


def one_random_step(ctx: Context, event: Event, chance: random.Random, ids: list[int], places: list[int]) -> None:
    there = [row.id for row in agenda.list_draft_sessions(ctx, event)]
    if not there:
        service.add(ctx, event, values("New", at(14), at(15)))
        return
    one = chance.choice(there)
    session = agenda.get_draft_session(ctx, event, one)
    match chance.randrange(8):
        case 0:
            service.add(ctx, event, values("New", at(14), at(15)))
        case 1:
            service.duplicate(ctx, event, session)
        case 2:
            service.remove(ctx, event, session)
        case 3:
            service.exchange(ctx, event, one, earlier=chance.random() < 0.5)
        case 4:
            service.shift(ctx, event, FIRST, at(chance.randrange(9, 13)), chance.choice([5, -5]))
        case 5:
            service.put_at(ctx, event, one, at(chance.randrange(8, 18)), chance.choice([None, *places]))
        case 6:
            service.move_to_day(ctx, event, chance.sample(there, k=min(2, len(there))), chance.choice([FIRST, SECOND]))
        case 7:
            renamed = replace(sessions.values_of(session), title=tr(f"Title {chance.random()}"), people=())
            service.edit(ctx, event, session, renamed, seen_at=session.updated_at)


def everything(ctx: Context, event: Event) -> dict[int, Any]:
    return {row.id: stored.to_json(row) for row in agenda.list_draft_sessions(ctx, event)}


def last_id(ctx: Context, event: Event) -> int:
    step = queries.last_step(ctx, event)
    assert step is not None
    return step.id


def bare(session: Any) -> SessionValues:
    return replace(sessions.values_of(session), people=())
