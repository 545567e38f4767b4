"""The waiting list: who is offered a freed seat, until when, and what each answer leaves behind."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from eventapp.application.jobs import run_jobs
from eventapp.core.audit import AuditEntry
from eventapp.core.errors import DomainError
from eventapp.events import parts
from eventapp.events import service as events
from eventapp.events.models import Category, Event
from eventapp.events.rules import SeatLimits, seats_gained
from eventapp.events.states import EventState
from eventapp.invitations.states import InvitationState
from eventapp.mail.models import OutboxMessage
from eventapp.registrations import answers, queries, seats, service, waitlist
from eventapp.registrations.models import Registration
from eventapp.registrations.rules import (
    Capacity,
    CategorySeats,
    Full,
    NextOffer,
    Waiting,
    next_offers,
    offer_deadline,
    reminder_due,
)
from eventapp.registrations.states import Mode, State
from tests.support.clock import StoppedClock
from tests.support.factories import make_category, make_event, make_invitation, make_registration
from tests.support.fixtures import Work

HERE, REMOTE = Mode.IN_PERSON, Mode.REMOTE
NOON = datetime(2024, 9, 12, 12, tzinfo=UTC)


def test_the_first_in_rank_whom_a_seat_fits_is_next_and_the_skipped_are_named():
    capacity = Capacity(3, 0, {1: CategorySeats(quota=1), 2: CategorySeats()})
    line = [Waiting(11, HERE, 1), Waiting(12, HERE, 2), Waiting(13, HERE, 1), Waiting(14, HERE, 2)]
    held = {(HERE, 1): 1}
    assert next_offers(capacity, held, line, 9) == [
        NextOffer(12, {Full.CATEGORY: (11,)}),
        NextOffer(14, {Full.CATEGORY: (11, 13)}),
    ]
    assert [each.id for each in next_offers(capacity, held, line, 1)] == [12]
    assert next_offers(capacity, {(HERE, 2): 3}, line, 1) == []


def test_an_offer_lasts_its_days_but_never_past_the_end_of_registration():
    closes = NOON + timedelta(days=2)
    assert offer_deadline(NOON, 1, closes) == NOON + timedelta(days=1)
    assert offer_deadline(NOON, 3, closes) == closes


@pytest.mark.parametrize(("hours", "after"), [(72, 48), (48, 24), (36, 12), (35, None), (24, None), (2, None)])
def test_a_reminder_comes_a_day_before_unless_the_offer_is_too_short(hours: int, after: int | None):
    due = reminder_due(NOON, NOON + timedelta(hours=hours))
    assert due == (NOON + timedelta(hours=after) if after else None)


def test_seats_gained_counts_what_grew_and_never_less_than_nothing():
    before = SeatLimits(10, 5, {1: (2, 3), 2: (None, 0), 3: (4, 4)})
    assert seats_gained(before, before) == (0, 0)
    assert seats_gained(before, SeatLimits(12, 4, before.categories)) == (2, 0)
    assert seats_gained(before, SeatLimits(10, 5, {1: (None, 1), 2: (None, 0), 3: (1, 0)})) == (8 + 2 + 4, 0)
    assert seats_gained(before, SeatLimits(10, 6, {1: (2, 3), 2: (None, 0)})) == (4, 1), "the third was removed"


class Scene:
    """An event with two seats in person, both taken, and three people who wait for one."""

    def __init__(self, work: Work) -> None:
        self.work = work
        with work() as ctx:
            event = make_event(ctx, capacity_in_person=2, capacity_remote=1)
            self.event_id, self.plain = event.id, event.categories[0].id
            self.small = make_category(ctx, event, quota=0).id
            self.seated = [make_registration(ctx, event, state=State.APPROVED).id for _n in range(2)]
            self.waiting = [self.wait(ctx, event).id for _n in range(3)]

    def wait(self, ctx: Any, event: Event, **fields: Any) -> Registration:
        registration = make_registration(ctx, event, **fields)
        service.put_on_waitlist(ctx, registration)
        return registration

    def do(self, command: Any, registration_id: int, **arguments: Any) -> None:
        with self.work() as ctx:
            command(ctx, ctx.session.get_one(Registration, registration_id), **arguments)

    def change(self, **values: Any) -> None:
        """Edit the event as its settings do."""
        with self.work() as ctx:
            events.edit(ctx, ctx.session.get_one(Event, self.event_id), values, seen=10**9)

    def change_category(self, category_id: int, **values: Any) -> None:
        with self.work() as ctx:
            event = ctx.session.get_one(Event, self.event_id)
            parts.edit(ctx, event, ctx.session.get_one(Category, category_id), values, seen=10**9)

    def set(self, registration_id: int, **values: Any) -> None:
        with self.work() as ctx:
            registration = ctx.session.get_one(Registration, registration_id)
            for name, value in values.items():
                setattr(registration, name, value)

    def one(self, registration_id: int) -> Registration:
        with self.work() as ctx:
            found = ctx.session.get_one(Registration, registration_id)
            ctx.session.expunge(found)
            return found

    def states(self, ids: list[int] | None = None) -> list[State]:
        return [self.one(each).state for each in ids or self.waiting]

    def mails(self, kind: str) -> list[str]:
        with self.work() as ctx:
            wanted = (OutboxMessage.kind == f"registrations/{kind}", OutboxMessage.state != "cancelled")
            return list(ctx.session.scalars(select(OutboxMessage.recipient).where(*wanted).order_by(OutboxMessage.id)))

    def audit(self, action: str) -> list[AuditEntry]:
        with self.work() as ctx:
            found = list(
                ctx.session.scalars(select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id))
            )
            ctx.session.expunge_all()
            return found


@pytest.fixture
def scene(work: Work) -> Scene:
    return Scene(work)


WAITS, OFFERED = State.WAITLISTED, State.OFFERED


def test_a_withdrawal_offers_the_seat_to_the_first_and_to_nobody_else(scene: Scene):
    scene.do(service.withdraw, scene.seated[0])
    assert scene.states() == [OFFERED, WAITS, WAITS]
    first = scene.one(scene.waiting[0])
    assert first.offer_expires_at == datetime(2024, 9, 15, 7, tzinfo=UTC)
    assert first.waitlist_rank is None
    assert scene.mails("seat_offered") == [first.email]
    (entry,) = scene.audit("offer")
    assert entry.actor_kind == "system", "not the person who withdrew"
    assert entry.details == {
        "from": "waitlisted",
        "to": "offered",
        "until": "2024-09-15T07:00:00+00:00",
        "by_itself": True,
    }


def test_taking_a_confirmation_back_and_ending_an_invitation_offer_it_too(scene: Scene):
    scene.do(service.revoke, scene.seated[0], reason="Asked to")
    with scene.work() as ctx:
        service.end_with_invitation(ctx, ctx.session.get_one(Registration, scene.seated[1]).invitation, "Mistake")
    assert scene.states() == [OFFERED, OFFERED, WAITS]


def test_passing_and_lapsing_hand_the_seat_down_the_list(scene: Scene, clock: StoppedClock, app: Any):
    scene.do(service.withdraw, scene.seated[0])
    scene.do(waitlist.pass_on, scene.waiting[0])
    assert scene.states() == [State.WITHDRAWN, OFFERED, WAITS]
    assert len(scene.mails("withdrawal_confirmed")) == 2
    clock.set(datetime(2024, 9, 15, 7, tzinfo=UTC) - timedelta(seconds=1))
    run_in(app)
    assert scene.states() == [State.WITHDRAWN, OFFERED, WAITS]
    clock.advance(seconds=1)
    run_in(app)
    assert scene.states() == [State.WITHDRAWN, State.LAPSED, OFFERED]
    assert scene.mails("offer_lapsed") == [scene.one(scene.waiting[1]).email]


def run_in(app: Any) -> None:
    with app.app_context():
        run_jobs()


def test_the_second_of_the_deadline_is_too_late_and_the_one_before_is_not(scene: Scene, clock: StoppedClock):
    scene.do(service.withdraw, scene.seated[0])
    scene.do(service.withdraw, scene.seated[1])
    clock.set(datetime(2024, 9, 15, 7, tzinfo=UTC) - timedelta(seconds=1))
    scene.do(waitlist.accept, scene.waiting[0])
    scene.do(waitlist.accept, scene.waiting[0])
    clock.advance(seconds=1)
    with pytest.raises(waitlist.OfferOver):
        scene.do(waitlist.accept, scene.waiting[1])
    assert scene.states() == [State.APPROVED, OFFERED, WAITS]
    assert len(scene.mails("participation_confirmed")) == 1
    assert len(scene.audit("accept")) == 1


def test_a_reminder_goes_out_once_a_day_before(scene: Scene, clock: StoppedClock, app: Any):
    scene.do(service.withdraw, scene.seated[0])
    clock.advance(days=2, seconds=-1)
    run_in(app)
    assert scene.mails("offer_reminder") == []
    clock.advance(seconds=1)
    run_in(app)
    run_in(app)
    assert scene.mails("offer_reminder") == [scene.one(scene.waiting[0]).email]
    assert len(scene.audit("remind-offer")) == 1
    with scene.work() as ctx:
        subjects = select(OutboxMessage.subject).where(OutboxMessage.kind == "registrations/offer_reminder")
        assert "until Sunday 15 September 2024, 09:00" in ctx.session.scalars(subjects).one()
    scene.do(waitlist.accept, scene.waiting[0])
    assert scene.mails("offer_reminder") == [], "it had not left yet and is called back"


def test_nothing_is_offered_once_registration_is_closed_and_no_offer_lasts_longer(scene: Scene, clock: StoppedClock):
    clock.set(datetime(2024, 9, 19, 22, tzinfo=UTC))
    scene.do(service.withdraw, scene.seated[0])
    assert scene.one(scene.waiting[0]).offer_expires_at == datetime(2024, 9, 20, 21, 59, tzinfo=UTC)
    clock.set(datetime(2024, 9, 20, 21, 59, tzinfo=UTC))
    scene.do(service.withdraw, scene.seated[1])
    with scene.work() as ctx:
        assert waitlist.lapse_overdue(ctx) == 1
    assert scene.states() == [State.LAPSED, WAITS, WAITS]
    with pytest.raises(waitlist.NoOffersNow):
        scene.do(waitlist.offer, scene.waiting[1])


def test_a_cancelled_event_lets_nothing_lapse_and_takes_no_acceptance(scene: Scene, clock: StoppedClock):
    scene.do(service.withdraw, scene.seated[0])
    with scene.work() as ctx:
        ctx.session.get_one(Event, scene.event_id).state = EventState.CANCELLED
    with pytest.raises(waitlist.OfferOver):
        scene.do(waitlist.accept, scene.waiting[0])
    clock.advance(days=4)
    with scene.work() as ctx:
        assert waitlist.lapse_overdue(ctx) + waitlist.remind(ctx) == 0


def test_whom_the_seat_does_not_fit_is_skipped_and_the_reason_recorded(scene: Scene):
    scene.set(scene.waiting[0], category_id=scene.small)
    scene.do(service.withdraw, scene.seated[0])
    assert scene.states() == [WAITS, OFFERED, WAITS]
    assert scene.audit("offer")[0].details["not_fitting"] == {"category": [scene.waiting[0]]}


def test_a_seat_goes_to_its_own_mode_only(scene: Scene):
    with scene.work() as ctx:
        event = ctx.session.get_one(Event, scene.event_id)
        make_registration(ctx, event, state=State.APPROVED, mode=REMOTE)
        far = scene.wait(ctx, event, mode=REMOTE).id
    scene.do(service.withdraw, scene.seated[0])
    assert scene.states([*scene.waiting, far]) == [OFFERED, WAITS, WAITS, WAITS]


def test_more_seats_in_the_settings_go_to_the_list_and_fewer_take_none(scene: Scene):
    scene.change(capacity_in_person=1)
    scene.change(capacity_in_person=2)
    assert scene.states() == [WAITS, WAITS, WAITS]
    scene.change(capacity_in_person=4)
    assert scene.states() == [OFFERED, OFFERED, WAITS]
    assert len(scene.audit("offer")) == 2


def test_a_raised_quota_and_fewer_reserved_seats_free_some_too(scene: Scene):
    for each in scene.waiting[:2]:
        scene.set(each, category_id=scene.small)
    scene.change(capacity_in_person=3)
    assert scene.states() == [WAITS, WAITS, OFFERED]
    scene.do(waitlist.pass_on, scene.waiting[2])
    scene.change_category(scene.small, quota=1)
    assert scene.states() == [OFFERED, WAITS, State.WITHDRAWN]
    scene.change_category(scene.plain, reserved=3)
    scene.change(capacity_in_person=4)
    scene.change_category(scene.small, quota=None)
    assert scene.states()[1] is WAITS, "the seat that is left is kept for the others"
    scene.change_category(scene.plain, reserved=2)
    assert scene.states() == [OFFERED, OFFERED, State.WITHDRAWN]


def test_changing_to_the_other_mode_frees_a_seat_and_finds_one(scene: Scene):
    def become(registration_id: int, mode: Mode) -> None:
        with scene.work() as ctx:
            registration = ctx.session.get_one(Registration, registration_id)
            saved = {**answers.saved_from_registration(registration), "mode": mode.value}
            saved["category_id"] = str(saved["category_id"])
            service.change_answers(ctx, registration, answers.answers_from(saved))

    become(scene.seated[0], REMOTE)
    assert scene.states() == [OFFERED, WAITS, WAITS]
    become(scene.waiting[2], REMOTE)
    assert scene.states() == [OFFERED, WAITS, WAITS], "the remote place is taken"
    scene.change(capacity_remote=2)
    assert scene.states() == [OFFERED, WAITS, OFFERED]
    scene.change(capacity_remote=3)
    become(scene.waiting[1], REMOTE)
    assert scene.states() == [OFFERED, OFFERED, OFFERED], "who waited for a seat that a change of mode makes fit"


def test_a_change_of_category_gives_nobody_a_kept_seat_by_itself(scene: Scene):
    def become(registration_id: int, **values: str) -> None:
        with scene.work() as ctx:
            registration = ctx.session.get_one(Registration, registration_id)
            saved = answers.saved_from_registration(registration)
            saved |= {"category_id": str(saved["category_id"])} | values
            service.change_answers(ctx, registration, answers.answers_from(saved))

    scene.change_category(scene.small, quota=None, reserved=1)
    scene.change(capacity_in_person=3)
    become(scene.waiting[0], category_id=str(scene.small))
    assert scene.states() == [WAITS, WAITS, WAITS]
    assert scene.one(scene.waiting[0]).changed_at is not None, "organisers are shown it"
    become(scene.waiting[0], mode="remote")
    scene.change(capacity_remote=0)
    become(scene.waiting[0], mode="in_person")
    assert scene.states() == [WAITS, WAITS, WAITS], "nor by way of the other mode"

    with scene.work() as ctx:
        event = make_event(ctx, capacity_in_person=3)
        small = make_category(ctx, event, quota=1)
        holder = make_registration(ctx, event, state=State.APPROVED).id
        left_out = scene.wait(ctx, event, category_id=small.id).id
        scene.wait(ctx, event)
        category_id = str(small.id)
    become(holder, category_id=category_id)
    assert scene.audit("edit")[-1].details["passed_over"] == [left_out], "who waits for a seat of that category"


def test_approved_beforehand_counts_for_the_category_of_the_invitation(scene: Scene):
    scene.change(capacity_remote=2)
    with scene.work() as ctx:
        event = ctx.session.get_one(Event, scene.event_id)
        waiting = scene.wait(ctx, event, mode=REMOTE)
        for category, state in ((scene.small, State.SUBMITTED), (scene.plain, State.APPROVED)):
            mine = make_invitation(ctx, event, state=InvitationState.ACCEPTED, preapproved=True)
            saved = answers.saved_from_registration(waiting)
            saved |= {"category_id": str(category), "email": mine.email, "name": mine.name}
            assert service.submit(ctx, mine, answers.answers_from(saved)).state is state
    assert len(scene.mails("registration_received")) == 1
    (entry,) = [each for each in scene.audit("approve") if each.details.get("approved_beforehand")]
    assert entry.details["passed_over"] == [waiting.id]


def test_who_was_never_on_the_list_passes_people_over_with_a_reason_too(scene: Scene):
    with scene.work() as ctx:
        event = ctx.session.get_one(Event, scene.event_id)
        event.capacity_in_person = 3  # a seat that nobody was told of
        person, online = (make_registration(ctx, event, mode=mode).id for mode in (HERE, REMOTE))
    scene.do(service.withdraw, person)
    scene.do(service.reinstate, person)
    with pytest.raises(waitlist.PassesOver):
        scene.do(service.approve, person)
    scene.do(service.approve, online)
    scene.do(service.approve, person, passing_over_reason="Opens the day")
    (entry,) = [each for each in scene.audit("approve") if each.object_id == person]
    assert (entry.details["passed_over"], entry.details["reason"]) == (scene.waiting[:1], "Opens the day")
    scene.do(service.revoke, scene.seated[0], reason="Asked to")
    with scene.work() as ctx:
        event = ctx.session.get_one(Event, scene.event_id)
        event.capacity_in_person = 4
        walked_in = make_registration(ctx, event).id
    scene.do(service.approve, walked_in, at_the_door=True)
    (entry,) = [each for each in scene.audit("approve") if each.object_id == walked_in]
    assert (entry.details["passed_over"], "reason" in entry.details) == (scene.waiting[1:2], False)


def test_seats_freed_while_registration_was_closed_are_offered_when_it_opens_again(scene: Scene, clock: StoppedClock):
    clock.set(datetime(2024, 9, 21, tzinfo=UTC))
    scene.do(service.withdraw, scene.seated[0])
    scene.change(capacity_remote=3)
    assert scene.states() == [WAITS, WAITS, WAITS]
    scene.change(registration_closes_at=datetime(2024, 9, 25, tzinfo=UTC))
    assert scene.states() == [OFFERED, WAITS, WAITS]
    assert scene.audit("offer")[0].actor_kind == "system"
    with scene.work() as ctx:
        events.close(ctx, ctx.session.get_one(Event, scene.event_id))
    scene.do(service.withdraw, scene.seated[1])
    assert scene.states() == [OFFERED, WAITS, WAITS]
    with scene.work() as ctx:
        events.reopen(ctx, ctx.session.get_one(Event, scene.event_id))
    assert scene.states() == [OFFERED, OFFERED, WAITS]


def test_moving_in_rank_needs_a_reason_and_keeps_everybody_else_in_order(scene: Scene):
    with pytest.raises(DomainError) as refusal:
        scene.do(waitlist.move, scene.waiting[2], place=1, reason=" ")
    assert refusal.value.field == "reason"
    with pytest.raises(DomainError) as refusal:
        scene.do(waitlist.move, scene.waiting[2], place=4, reason="No")
    assert refusal.value.field == "place"
    scene.do(waitlist.move, scene.waiting[2], place=1, reason="Speaks on Thursday")
    with scene.work() as ctx:
        event = ctx.session.get_one(Event, scene.event_id)
        order = [each.id for each in queries.list_waiting(ctx, event, HERE)]
    assert order == [scene.waiting[2], scene.waiting[0], scene.waiting[1]]
    assert scene.audit("move-in-rank")[0].details == {"before": 3, "after": 1, "reason": "Speaks on Thursday"}
    scene.do(service.withdraw, scene.seated[0])
    assert scene.states() == [WAITS, WAITS, OFFERED]


def test_an_offer_by_hand_needs_a_seat_and_a_reason_to_pass_others_over(scene: Scene):
    with pytest.raises(seats.NoSeatLeft):
        scene.do(waitlist.offer, scene.waiting[0])
    with scene.work() as ctx:
        ctx.session.get_one(Event, scene.event_id).capacity_in_person = 3  # a seat that nobody was told of
    with pytest.raises(DomainError) as refusal:
        scene.do(waitlist.offer, scene.waiting[2])
    assert refusal.value.field == "reason"
    scene.do(waitlist.offer, scene.waiting[2], reason="Opens the day")
    assert scene.states() == [WAITS, WAITS, OFFERED]
    details = scene.audit("offer")[0].details
    assert (details["passed_over"], details["reason"]) == (scene.waiting[:2], "Opens the day")


def test_free_seats_are_offered_in_order_when_an_organiser_says_so(scene: Scene):
    with scene.work() as ctx:
        ctx.session.get_one(Event, scene.event_id).capacity_in_person = 4
    with scene.work() as ctx:
        assert waitlist.offer_free_seats(ctx, ctx.session.get_one(Event, scene.event_id)) == 2
    assert scene.states() == [OFFERED, OFFERED, WAITS]
