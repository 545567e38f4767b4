"""Thousands of random steps against a simple model of seats, on both engines.

After every step: everybody's state and place are the model's, nobody holds a seat beyond capacity without an
override, nobody was passed over in rank without the reason in the audit, and every audit entry is there.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select, text

from eventapp.core.audit import AuditEntry
from eventapp.core.context import SYSTEM, Context
from eventapp.core.database import db
from eventapp.core.errors import Conflict, DomainError
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events import parts
from eventapp.events import service as events
from eventapp.events.models import Category, Event
from eventapp.invitations.models import Invitation
from eventapp.invitations.states import InvitationState
from eventapp.mail.models import OutboxMessage
from eventapp.registrations import seats, service, waitlist
from eventapp.registrations.answers import Answers, answers_from, saved_from_registration
from eventapp.registrations.models import Registration
from eventapp.registrations.questions.models import PlaceTaken, QuestionOption
from eventapp.registrations.questions.states import QuestionKind
from eventapp.registrations.states import Mode, Sector
from tests.support.clock import STORY_START, StoppedClock
from tests.support.factories import make_category, make_event, make_invitation, make_questions, question_to_change
from tests.support.seats_model import ALLOWED, HERE, HOLDING, REMOTE, Person, Seats

EXAMPLES, STEPS = {"sqlite": 36, "postgresql": 8}, 60
VISITS = [("Harbour", 1), ("Depot", 3), ("Market", None)]
MOST_PEOPLE = 14
SEEN = 10**9  # as if the page had shown everything
modes = st.sampled_from([HERE, HERE, HERE, REMOTE])
someone = st.integers(0, MOST_PEOPLE - 1)
small = st.integers(0, 4)
visits = st.integers(0, 3)  # the fourth is none
Command = Callable[[Context], object]


class SeatsMachine(RuleBasedStateMachine):
    """The application and the model, step by step."""

    app: Flask
    steps = 0
    seen: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.context = self.app.app_context()
        self.context.push()
        self.clock: StoppedClock = self.app.extensions["clock"]
        self.clock.set(STORY_START)

    def teardown(self) -> None:
        try:
            if hasattr(self, "model"):
                self.mails_are_as_many_as_moves()
        finally:
            self.context.pop()

    @initialize(
        here=st.integers(1, 4),
        remote=st.integers(0, 2),
        quota=st.one_of(st.none(), small),
        crowd=st.lists(st.tuples(modes, st.booleans()), min_size=7, max_size=9),
    )
    def open_registration(self, here: int, remote: int, quota: int | None, crowd: list[tuple[str, bool]]) -> None:
        with unit_of_work(SYSTEM) as ctx:
            event = make_event(ctx, capacity_in_person=here, capacity_remote=remote)
            event.registration_closes_at = STORY_START + timedelta(days=20)
            second = make_category(ctx, event, quota=quota)
            (asked,) = make_questions(ctx, event, "Visits", {"kind": QuestionKind.ONE_OF, "options": VISITS})
            self.question, self.visits = str(asked.id), [each.id for each in asked.options]
            self.event_id, self.categories = event.id, [event.categories[0].id, second.id]
            limits = {self.categories[0]: (None, 0), self.categories[1]: (quota, 0)}
        self.model = Seats(here, remote, limits, STORY_START + timedelta(days=20))
        self.model.places = {each: places for each, (_name, places) in zip(self.visits, VISITS, strict=True)}
        self.held_before, self.last_entry = Counter[str](), 0
        self.stories: defaultdict[int, list[str]] = defaultdict(list)
        self.override = False
        for mode, second in crowd:  # approved beforehand: they fill the seats, and the others wait
            self.submit_one(mode, second, preapproved=True)

    @precondition(lambda self: len(self.model.people) < MOST_PEOPLE)
    @rule(mode=modes, second=st.booleans(), preapproved=st.booleans(), moved=st.booleans(), choice=visits)
    def submit(self, mode: str, second: bool, preapproved: bool, moved: bool, choice: int) -> None:
        self.submit_one(mode, second, preapproved=preapproved, moved=moved, visit=self.visit(choice))

    def submit_one(
        self, mode: str, second: bool, *, preapproved: bool, moved: bool = False, visit: int | None = None
    ) -> None:
        category, invited = self.categories[second], self.categories[second is not moved]
        made: list[int] = []

        def command(ctx: Context) -> None:
            event = ctx.session.get_one(Event, self.event_id)
            invitation = make_invitation(ctx, event, state=InvitationState.ACCEPTED, preapproved=preapproved)
            invitation.category_id = invited
            made.append(service.submit(ctx, invitation, answers_of(invitation, mode, category), self.own(visit)).id)

        if not self.try_command(command, self.model.is_open(self.clock.now()) and self.model.has_place(visit)):
            return
        person = Person(made[0], mode, category, visit=visit)
        fits = self.model.fits(mode, category)
        self.model.people[person.id] = person
        if moved:  # to another category than the one they were invited for: to be decided on
            return
        if preapproved and fits:
            self.model.passed_over.append({each.id for each in self.model.fitting(self.model.lines[mode])})
            self.model.become(person, "approve", "approved")
        elif preapproved:
            self.model.queue(person)

    @rule(who=someone, action=st.sampled_from(["approve", "override", "waitlist", "waitlist", "decline", "reinstate"]))
    def decide(self, who: int, action: str) -> None:
        self.act(who, action)

    @rule(who=someone)
    def take_back(self, who: int) -> None:
        self.act(who, "revoke")

    @rule(who=someone, action=st.sampled_from(["accept", "pass", "withdraw"]))
    def answer(self, who: int, action: str) -> None:
        self.act(who, action)

    @precondition(lambda self: any(each.state == "offered" for each in self.model.people.values()))
    @rule(who=someone, action=st.sampled_from(["accept", "accept", "pass", "withdraw"]))
    def answer_an_offer(self, who: int, action: str) -> None:
        self.act(who, action)

    @precondition(lambda self: any(self.model.lines.values()))
    @rule(who=someone)
    def give_a_seat_back(self, who: int) -> None:
        person = self.person(who, ("approved",))
        if person is not None:
            self.act(sorted(self.model.people).index(person.id), "withdraw", exactly=True)

    def act(self, who: int, action: str, *, exactly: bool = False) -> None:
        """Let one person be decided on, or answer; the model says whether that is possible."""
        person = self.person(who, () if exactly else ALLOWED.get(action, ()))
        if person is None:
            return
        model, now = self.model, self.clock.now()
        fits = model.fits(person.mode, person.category)
        may = model.may(person, {"override": "approve"}.get(action, action))
        again = (action, person.state) in {("accept", "approved"), ("pass", "withdrawn"), ("withdraw", "withdrawn")}
        in_time = action != "accept" or (person.until is not None and now < person.until)
        seating = action in ("approve", "override")
        passed_over = {each.id for each in model.before(person)} if seating else set()
        possible = again or (may and in_time and (action != "approve" or (fits and not passed_over)))
        if not self.try_command(
            lambda ctx: COMMANDS[action](ctx, ctx.session.get_one(Registration, person.id)), possible
        ):
            return
        if again:
            return
        if action in ("approve", "override", "accept"):
            self.override = action == "override"
            model.passed_over.append(passed_over)
            model.become(person, "accept" if action == "accept" else "approve", "approved")
        elif action == "waitlist":
            model.queue(person)
        elif action == "reinstate":
            model.call_in(person)
        else:
            model.end(person, action, RESULT[action], now)

    @rule(who=someone, mode=modes, second=st.booleans())
    def change_answers(self, who: int, mode: str, second: bool) -> None:
        person = self.person(who)
        if person is None:
            return
        category = self.categories[second]

        def command(ctx: Context) -> None:
            registration = ctx.session.get_one(Registration, person.id)
            saved = saved_from_registration(registration) | {"mode": mode, "category_id": str(category)}
            service.change_answers(ctx, registration, answers_from(saved))

        possible = self.model.change(person, mode, category, self.clock.now())
        self.try_command(command, possible)

    @rule(who=someone, choice=visits)
    def choose_a_visit(self, who: int, choice: int) -> None:
        person, visit = self.person(who, ("submitted", "approved", "waitlisted")), self.visit(choice)
        if person is None:
            return

        def command(ctx: Context) -> None:
            registration = ctx.session.get_one(Registration, person.id)
            same = answers_from(saved_from_registration(registration))
            service.change_answers(ctx, registration, same, self.own(visit))

        self.try_command(command, self.model.choose(person, visit, self.clock.now()))

    @rule(choice=st.integers(0, 2), places=st.one_of(st.none(), small))
    def change_places(self, choice: int, places: int | None) -> None:
        with unit_of_work(SYSTEM) as ctx:
            seats.lock_capacity(ctx, self.event_id)
            option = ctx.session.get_one(QuestionOption, self.visits[choice])
            question_to_change(ctx, option.question_id)
            option.places = places
        self.model.places[self.visits[choice]] = places

    def visit(self, choice: int) -> int | None:
        return self.visits[choice] if choice < len(self.visits) else None

    def own(self, visit: int | None) -> dict[str, int]:
        return {self.question: visit} if visit is not None else {}

    @rule(here=small, remote=small)
    def change_capacity(self, here: int, remote: int) -> None:
        values = {"capacity_in_person": here, "capacity_remote": remote}

        def command(ctx: Context) -> None:
            events.edit(ctx, ctx.session.get_one(Event, self.event_id), values, seen=SEEN)

        def change() -> None:
            self.model.here, self.model.remote = here, remote

        self.try_command(command, True)
        self.model.settle(change, self.clock.now())

    @rule(days=st.integers(0, 20))
    def move_the_end(self, days: int) -> None:
        closes = self.clock.now() + timedelta(days=days)

        def command(ctx: Context) -> None:
            values = {"registration_closes_at": closes}
            events.edit(ctx, ctx.session.get_one(Event, self.event_id), values, seen=SEEN)

        self.try_command(command, True)
        self.model.move_the_end(closes, self.clock.now())

    @rule(second=st.booleans(), quota=st.one_of(st.none(), small), reserved=st.integers(0, 2))
    def change_category(self, second: bool, quota: int | None, reserved: int) -> None:
        category, other = self.categories[second], self.categories[not second]

        def command(ctx: Context) -> None:
            event = ctx.session.get_one(Event, self.event_id)
            values = {"quota": quota, "reserved": reserved}
            parts.edit(ctx, event, ctx.session.get_one(Category, category), values, seen=SEEN)

        together = reserved + self.model.categories[other][1]
        sound = (quota is None or reserved <= quota) and (not reserved or together <= self.model.here)
        if self.try_command(command, sound):
            limits = (quota, reserved)
            self.model.settle(lambda: self.model.categories.update({category: limits}), self.clock.now())

    @rule(who=someone, place=st.integers(1, 4))
    def move_in_rank(self, who: int, place: int) -> None:
        person = self.person(who, ALLOWED["offer"])
        if person is None:
            return
        line = self.model.lines[person.mode]
        possible = person in line and place <= len(line)

        def command(ctx: Context) -> None:
            waitlist.move(ctx, ctx.session.get_one(Registration, person.id), place, reason="Because")

        if self.try_command(command, possible) and line.index(person) != place - 1:
            line.remove(person)
            line.insert(place - 1, person)
            person.story.append("move-in-rank")

    @rule(who=someone, say_why=st.booleans())
    def offer_by_hand(self, who: int, say_why: bool) -> None:
        person = self.person(who, ALLOWED["offer"])
        if person is None:
            return
        model, now = self.model, self.clock.now()
        passed_over = model.before(person)
        may = model.may(person, "offer") and model.is_open(now) and model.fits(person.mode, person.category)

        def command(ctx: Context) -> None:
            registration = ctx.session.get_one(Registration, person.id)
            waitlist.offer(ctx, registration, reason="Because" if say_why else "")

        if self.try_command(command, may and (say_why or not passed_over)):
            model.offer(person, now)
            model.skipped[-1] = {each.id for each in passed_over}

    @rule()
    def offer_free_seats(self) -> None:
        now = self.clock.now()

        def command(ctx: Context) -> None:
            waitlist.offer_free_seats(ctx, ctx.session.get_one(Event, self.event_id))

        if self.try_command(command, self.model.is_open(now)):
            self.model.free(HERE, MOST_PEOPLE, now)
            self.model.free(REMOTE, MOST_PEOPLE, now)

    @precondition(lambda self: any(each.state == "offered" for each in self.model.people.values()))
    @rule()
    def an_offer_is_not_answered(self) -> None:
        self.time_passes(72)

    @rule(hours=st.sampled_from([1, 12, 24, 48, 72]))
    def time_passes(self, hours: int) -> None:
        self.clock.advance(hours=hours)
        with unit_of_work(SYSTEM) as ctx:
            waitlist.lapse_overdue(ctx)
            waitlist.remind(ctx)
        self.model.tick(self.clock.now())

    @invariant()
    def everything_is_as_the_model_says(self) -> None:
        if not hasattr(self, "model"):
            return
        type(self).steps += 1
        session = reading(SYSTEM).session
        rows = session.execute(
            select(
                Registration.id,
                Registration.state,
                Registration.mode,
                Registration.category_id,
                Registration.waitlist_rank,
                Registration.offer_expires_at,
                Registration.own_answers,
            ).where(Registration.event_id == self.event_id)
        ).all()
        people = self.model.people
        shown = {row.id: (row.state, row.mode, row.category_id, row.offer_expires_at) for row in rows}
        assert shown == {each.id: (each.state, each.mode, each.category, each.until) for each in people.values()}
        waiting = sorted((row for row in rows if row.state == "waitlisted"), key=lambda row: row.waitlist_rank)
        for mode, line in self.model.lines.items():
            assert [row.id for row in waiting if row.mode == mode] == [each.id for each in line]
        assert all(row.waitlist_rank is None for row in rows if row.state != "waitlisted")
        chosen = {row.id: row.own_answers.get(self.question) for row in rows}
        assert chosen == {each.id: each.visit for each in people.values()}
        held = select(PlaceTaken.option_id, func.count()).where(PlaceTaken.option_id.in_(self.visits))
        taken = dict(session.execute(held.group_by(PlaceTaken.option_id)).all())
        assert taken == {each: number for each in self.visits if (number := self.model.choosing(each))}, "places taken"
        self.no_more_is_given_than_there_is(Counter(str(row.mode) for row in rows if row.state in HOLDING))
        self.the_audit_tells_everything()
        session.rollback()

    def no_more_is_given_than_there_is(self, held: Counter[str]) -> None:
        """Beyond capacity a number of seats may stand, after an override or a lowered capacity, but never grow."""
        for mode, there_are in ((HERE, self.model.here), (REMOTE, self.model.remote)):
            assert held[mode] <= max(there_are, self.held_before[mode]) or self.override, mode
        self.held_before, self.override = held, False

    def the_audit_tells_everything(self) -> None:
        entries = reading(SYSTEM).session.scalars(
            select(AuditEntry)
            .where(
                AuditEntry.event_id == self.event_id,
                AuditEntry.object_type == "registration",
                AuditEntry.id > self.last_entry,
            )
            .order_by(AuditEntry.id)
        )
        for entry in entries:
            self.last_entry = entry.id
            self.stories[entry.object_id].append(entry.action)
            self.seen[entry.action] += 1
            if entry.action == "offer":
                named = {each for ids in entry.details.get("not_fitting", {}).values() for each in ids}
                named |= set(entry.details.get("passed_over", ()))
                assert named == self.model.skipped.pop(0), "who was skipped is recorded"
                assert not entry.details.get("passed_over") or entry.details["reason"]
            elif entry.details.get("passed_over"):
                passed_over = next(each for each in iter(lambda: self.model.passed_over.pop(0), None) if each)
                assert set(entry.details["passed_over"]) == passed_over, "who was passed over is recorded"
                unasked = entry.action == "edit" or entry.details.get("approved_beforehand")
                assert bool(entry.details.get("reason")) is not bool(unasked)
        assert self.model.skipped == [] == [each for each in self.model.passed_over if each]
        self.model.passed_over.clear()
        assert self.stories == {each.id: each.story for each in self.model.people.values()}

    def mails_are_as_many_as_moves(self) -> None:
        counted = reading(SYSTEM).session.execute(
            select(OutboxMessage.kind, func.count())
            .where(OutboxMessage.event_id == self.event_id)
            .group_by(OutboxMessage.kind)
        )
        mails = {kind.removeprefix("registrations/"): number for kind, number in counted}
        told = Counter(action for story in self.stories.values() for action in story)
        for kind, action in (("seat_offered", "offer"), ("offer_lapsed", "lapse"), ("offer_reminder", "remind-offer")):
            assert mails.get(kind, 0) == told[action], kind
        assert mails.get("participation_confirmed", 0) == told["approve"] + told["accept"]

    def person(self, who: int, likely: Collection[str] = ()) -> Person | None:
        """Return one of those who registered, mostly one in a likely state, or nobody."""
        everybody = self.model.people
        ids = sorted(each for each in everybody if everybody[each].state in likely and who % 4) or sorted(everybody)
        return self.model.people[ids[who % len(ids)]] if ids else None

    def try_command(self, command: Command, possible: bool) -> bool:
        """Run a command and return whether it was refused or not, which has to be as the model says."""
        try:
            with unit_of_work(SYSTEM) as ctx:
                command(ctx)
        except (DomainError, Conflict) as refusal:
            assert not possible, f"refused: {refusal}"
            return False
        assert possible, "this should have been refused"
        return True


COMMANDS: dict[str, Callable[[Context, Registration], Any]] = {
    "approve": service.approve,
    "override": lambda ctx, registration: service.approve(ctx, registration, override_reason="Speaks"),
    "waitlist": service.put_on_waitlist,
    "decline": service.decline,
    "revoke": lambda ctx, registration: service.revoke(ctx, registration, reason="Because"),
    "reinstate": service.reinstate,
    "accept": waitlist.accept,
    "pass": waitlist.pass_on,
    "withdraw": service.withdraw,
}
RESULT = {"decline": "declined", "revoke": "revoked", "pass": "withdrawn", "withdraw": "withdrawn"}


def answers_of(invitation: Invitation, mode: str, category: int) -> Answers:
    return Answers(
        name=invitation.name,
        email=invitation.email,
        language="en",
        organisation="City",
        position="Mayor",
        sector=Sector.LOCAL_GOVERNMENT,
        country="SN",
        city="Dakar",
        category_id=category,
        mode=Mode(mode),
        speaks=("en",),
    )


@pytest.fixture
def hasty(app: Flask, engine: str) -> Flask:
    """The application on a database that does not wait for the disk, since thousands of commits follow."""
    if engine == "postgresql":
        with app.app_context():
            with db.engine.begin() as connection:
                connection.execute(text(f'ALTER DATABASE "{db.engine.url.database}" SET synchronous_commit = off'))
            db.engine.dispose()
    return app


def test_random_steps_leave_the_seats_as_a_simple_model_says(hasty: Flask, engine: str):
    machine = type("Machine", (SeatsMachine,), {"app": hasty, "steps": 0, "seen": Counter()})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES[engine],
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    told = f"{machine.steps} steps: {dict(machine.seen)}"
    assert machine.steps > 30 * EXAMPLES[engine], told
    assert {"offer", "lapse", "withdraw"} <= set(machine.seen), told
    assert machine.seen["accept"] + machine.seen["pass"] > 0, told
