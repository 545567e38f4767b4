"""What changed since a decision: what is kept at each one, what counts as a change, and who settles it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from eventapp.core.audit import AuditEntry
from eventapp.core.context import Actor, ActorKind, Context
from eventapp.core.errors import Conflict
from eventapp.events.models import Event
from eventapp.registrations import answers, changes, queries, queue, seats, service, waitlist
from eventapp.registrations.models import Registration
from eventapp.registrations.rules import Full
from eventapp.registrations.seating import Limit, seating_of
from eventapp.registrations.states import Mode, State
from tests.support.clock import StoppedClock
from tests.support.factories import make_category, make_event, make_registration
from tests.support.fixtures import Work

STAFF = Actor(ActorKind.STAFF, 1, "Organiser")


class Scene:
    """An event with one seat in person and one remote, and a person who registered."""

    def __init__(self, work: Work) -> None:
        self.work = work
        with work() as ctx:
            event = make_event(ctx, capacity_in_person=1, capacity_remote=1)
            self.event_id, self.plain = event.id, event.categories[0].id
            self.other = make_category(ctx, event).id
            self.person = make_registration(ctx, event, name="Awa Ba", mode=Mode.IN_PERSON, city="Dakar").id

    def add(self, **fields: Any) -> int:
        with self.work() as ctx:
            return make_registration(ctx, ctx.session.get_one(Event, self.event_id), **fields).id

    def do(self, command: Any, registration_id: int, *, by_staff: bool = True, **arguments: Any) -> None:
        with self.work() as opened:
            ctx = replace(opened, actor=STAFF) if by_staff else opened
            command(ctx, ctx.session.get_one(Registration, registration_id), **arguments)

    def change(self, registration_id: int, **values: Any) -> None:
        def command(ctx: Context, registration: Registration) -> None:
            saved = answers.saved_from_registration(registration)
            service.change_answers(ctx, registration, answers.answers_from(saved | values))

        self.do(command, registration_id, by_staff=False)

    def changed(self, registration_id: int) -> dict[str, tuple[str, str]]:
        with self.work() as ctx:
            event = ctx.session.get_one(Event, self.event_id)
            registration = ctx.session.get_one(Registration, registration_id)
            found = changes.changes_of(registration, queries.list_categories(ctx, event), "en")
            assert bool(found) == (registration.changed_at is not None)
            return {each.question: (each.before, each.now) for each in found}

    def state(self, registration_id: int) -> State:
        with self.work() as ctx:
            return ctx.session.get_one(Registration, registration_id).state


@pytest.fixture
def scene(work: Work) -> Scene:
    return Scene(work)


def test_a_change_after_a_decision_is_shown_before_and_now_until_it_is_seen(scene: Scene, clock: StoppedClock) -> None:
    scene.change(scene.person, city="Thiès")
    assert scene.changed(scene.person) == {}, "nothing was decided yet"
    scene.do(service.approve, scene.person)
    scene.change(scene.person, city="Saint-Louis", dietary="halal", speaks=["fr", "en"], category_id=str(scene.other))
    with scene.work() as ctx:
        other = queries.list_categories(ctx, ctx.session.get_one(Event, scene.event_id))[1].name.text("en")
    changed = scene.changed(scene.person)
    assert changed["Region or city"] == ("Thiès", "Saint-Louis")
    assert changed["Food"] == ("", "halal")
    assert changed["Category"][1] == other
    assert changed["Speaks"][1] == "French and English"
    with scene.work() as ctx:
        seen_at = ctx.session.get_one(Registration, scene.person).changed_at
        assert seen_at is not None
    clock.advance(minutes=5)
    scene.change(scene.person, city="Ziguinchor")
    with pytest.raises(Conflict, match="changed again"):
        scene.do(service.see_changes, scene.person, changed_at=seen_at.isoformat())
    assert scene.changed(scene.person)["Region or city"] == ("Thiès", "Ziguinchor"), "nothing is lost"
    scene.do(service.see_changes, scene.person, changed_at=clock.now().isoformat())
    scene.do(service.see_changes, scene.person, changed_at=clock.now().isoformat())
    assert scene.changed(scene.person) == {}
    with scene.work() as ctx:
        assert len(ctx.session.scalars(select(AuditEntry).where(AuditEntry.action == "see-changes")).all()) == 1


def test_a_change_taken_back_is_none(scene: Scene) -> None:
    scene.do(service.approve, scene.person)
    scene.change(scene.person, city="Thiès")
    scene.change(scene.person, city="Dakar")
    assert scene.changed(scene.person) == {}


def test_only_an_organisers_decision_settles_what_nobody_saw(scene: Scene) -> None:
    seated = scene.add(state=State.APPROVED)
    scene.do(service.put_on_waitlist, scene.person)
    scene.change(scene.person, city="Thiès")
    scene.do(service.withdraw, seated, by_staff=False)
    assert scene.state(scene.person) is State.OFFERED
    scene.change(scene.person, dietary="halal")
    scene.do(waitlist.accept, scene.person, by_staff=False)
    assert set(scene.changed(scene.person)) == {"Region or city", "Food"}
    scene.do(service.revoke, scene.person, reason="Full")
    assert scene.changed(scene.person) == {}
    scene.do(service.reinstate, scene.person)
    scene.change(scene.person, city="Mbour")
    assert scene.changed(scene.person) == {}, "it waits for a new decision"


def test_people_decided_on_before_answers_were_kept(scene: Scene) -> None:
    earlier = scene.add(state=State.APPROVED, city="Lagos")
    scene.change(earlier, city="Abuja")
    assert scene.changed(earlier) == {"Region or city": ("Lagos", "Abuja")}


def test_the_list_finds_them(scene: Scene) -> None:
    scene.do(service.approve, scene.person)
    scene.add(state=State.APPROVED)
    scene.change(scene.person, city="Thiès")
    with scene.work() as ctx:
        event = ctx.session.get_one(Event, scene.event_id)
        filters = queue.filters_from({"changed": "1"}, addresses=True)
        assert filters.state is None, "of any state"
        assert queue.filters_from(filters.as_query(), addresses=True) == filters
        counts = queries.count_by_state(ctx, event)
        page = queue.list_queue(ctx, event, filters, 1, "en", counts)
        assert [row.id for row in page.rows] == [scene.person]
        assert page.total == queries.count_changed(ctx, event) == 1


def test_somebody_offered_a_seat_moves_to_the_other_mode_with_the_same_deadline(scene: Scene) -> None:
    seated = scene.add(state=State.APPROVED)
    scene.do(service.put_on_waitlist, scene.person)
    scene.do(service.withdraw, seated, by_staff=False)
    with scene.work() as ctx:
        until = ctx.session.get_one(Registration, scene.person).offer_expires_at
    waiting = scene.add()
    scene.do(service.put_on_waitlist, waiting)
    scene.change(scene.person, mode="remote")
    with scene.work() as ctx:
        moved = ctx.session.get_one(Registration, scene.person)
        assert (moved.state, moved.mode, moved.offer_expires_at) == (State.OFFERED, Mode.REMOTE, until)
    assert scene.state(waiting) is State.OFFERED, "the seat in person went to the next"
    with pytest.raises(seats.NoSeatLeft) as refused:
        scene.change(scene.person, mode="in_person")
    assert refused.value.full is Full.IN_PERSON
    assert scene.state(scene.person) is State.OFFERED, "and the remote place is still theirs"
    scene.do(waitlist.accept, scene.person, by_staff=False)
    assert scene.state(scene.person) is State.APPROVED


def test_somebody_who_waits_goes_to_the_end_of_the_other_line(scene: Scene) -> None:
    scene.add(state=State.APPROVED)
    scene.add(state=State.APPROVED, mode=Mode.REMOTE)
    before = scene.add(mode=Mode.REMOTE)
    for each in (scene.person, before):
        scene.do(service.put_on_waitlist, each)
    scene.change(scene.person, mode="remote")
    with scene.work() as ctx:
        event = ctx.session.get_one(Event, scene.event_id)
        assert [each.id for each in queries.list_waiting(ctx, event, Mode.REMOTE)] == [before, scene.person]
    assert scene.changed(scene.person) == {"In person or remote": ("In person", "Remote")}
    scene.change(scene.person, mode="in_person")
    assert scene.changed(scene.person) == {}


def test_a_seat_beyond_capacity_is_a_plain_one_after_moving_to_a_free_place(scene: Scene) -> None:
    scene.add(state=State.APPROVED)
    scene.do(service.approve, scene.person, override_reason="Speaks")
    with pytest.raises(seats.NoSeatLeft):
        scene.change(scene.person, category_id=str(scene.other))
    scene.change(scene.person, mode="remote")
    with scene.work() as ctx:
        assert ctx.session.get_one(Registration, scene.person).override_reason == ""


def limits(scene: Scene, registration_id: int) -> dict[Limit, tuple[bool, str]]:
    with scene.work() as ctx:
        event = ctx.session.get_one(Event, scene.event_id)
        found = seating_of(ctx, event, ctx.session.get_one(Registration, registration_id))
        assert found is not None
        assert found.is_free == (not found.in_the_way)
        return {each.limit: (each.leaves_room, each.words) for each in found.checks}


def change_event(scene: Scene, **values: Any) -> None:
    with scene.work() as ctx:
        event = ctx.session.get_one(Event, scene.event_id)
        for name, value in values.items():
            setattr(event, name, value)


def test_every_limit_is_explained(scene: Scene) -> None:
    assert limits(scene, scene.person) == {Limit.IN_PERSON: (True, "0 people are confirmed, of 1.")}
    with scene.work() as ctx:
        small, kept = queries.list_categories(ctx, ctx.session.get_one(Event, scene.event_id))
        small.quota, kept.reserved = 1, 1
    assert limits(scene, scene.person) == {
        Limit.IN_PERSON: (True, "0 people are confirmed, of 1."),
        Limit.CATEGORY: (True, "0 people are confirmed, of 1."),
        Limit.RESERVED: (False, f"Kept free: {name_of(scene, scene.other)}: 1."),
    }
    change_event(scene, capacity_in_person=3)
    seated = scene.add(state=State.APPROVED, category_id=scene.plain)
    assert limits(scene, scene.person)[Limit.CATEGORY] == (False, "1 person is confirmed, of 1.")
    change_event(scene, capacity_in_person=1)
    assert limits(scene, scene.person)[Limit.IN_PERSON] == (False, "1 person is confirmed, of 1.")
    remote = scene.add(mode=Mode.REMOTE)
    assert limits(scene, remote) == {Limit.REMOTE: (True, "0 people are confirmed, of 1.")}
    change_event(scene, capacity_remote=0)
    assert limits(scene, remote) == {Limit.REMOTE: (False, "There are none at this event.")}
    with scene.work() as ctx:
        event = ctx.session.get_one(Event, scene.event_id)
        assert seating_of(ctx, event, ctx.session.get_one(Registration, seated)) is None, "who holds a seat needs none"


def name_of(scene: Scene, category_id: int) -> str:
    with scene.work() as ctx:
        categories = queries.list_categories(ctx, ctx.session.get_one(Event, scene.event_id))
        return next(each.name.text("en") for each in categories if each.id == category_id)


def test_state_line_and_a_cancelled_event_are_explained_and_refuse(scene: Scene) -> None:
    ended = scene.add(state=State.LAPSED)
    assert limits(scene, ended)[Limit.STATE] == (
        False,
        "An offered seat was not accepted in time. Reinstate the registration before you confirm it.",
    )
    first = scene.add()
    for each in (first, scene.person):
        scene.do(service.put_on_waitlist, each)
    assert limits(scene, scene.person)[Limit.LINE] == (
        False,
        "Number 2 of the list. The free seat fits 1 person before; confirming now passes them over and needs a reason.",
    )
    change_event(scene, state="cancelled")
    assert limits(scene, scene.person)[Limit.EVENT] == (False, "It was cancelled; nobody gets a seat.")
    for command, registration_id in ((service.approve, scene.person), (service.reinstate, ended)):
        with pytest.raises(Conflict, match="was cancelled"):
            scene.do(command, registration_id)
