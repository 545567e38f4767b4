"""The waiting list on the web: the participant's answer to an offer, and the organisers' page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event as sqlalchemy_event

from eventapp.core.access import Role
from eventapp.core.database import db
from eventapp.events.models import Event
from eventapp.registrations import service
from eventapp.registrations.models import Registration
from eventapp.registrations.states import Mode, State
from tests.support.browsing import Visitor
from tests.support.clock import StoppedClock
from tests.support.factories import make_member, make_registration
from tests.web.registrations.conftest import Meeting


@pytest.fixture
def enter(meeting: Meeting, staff: Callable[[Any], Visitor]) -> Callable[..., Visitor]:
    """Make the browser of somebody with a role in the event."""

    def make(role: Role = Role.ORGANISER) -> Visitor:
        with meeting.work() as ctx:
            account_id = make_member(ctx, ctx.session.get_one(Event, meeting.event_id), role).id
        return staff(account_id)

    return make


@pytest.fixture
def full(meeting: Meeting) -> list[int]:
    """One seat in person, taken by the first; two others wait. Their ids, in this order."""
    meeting.change(capacity_in_person=1)
    with meeting.work() as ctx:
        event = ctx.session.get_one(Event, meeting.event_id)
        seated = make_registration(ctx, event, state=State.APPROVED, name="Seated Person")
        waiting = [make_registration(ctx, event, name=name) for name in ("First Waiting", "Second Waiting")]
        for each in waiting:
            service.put_on_waitlist(ctx, each)
        return [seated.id, *(each.id for each in waiting)]


def one(meeting: Meeting, registration_id: int) -> Registration:
    return next(each for each in meeting.registrations() if each.id == registration_id)


def guest_of(meeting: Meeting, registration_id: int) -> Visitor:
    return meeting.opened(one(meeting, registration_id).invitation_id)


def withdraw(meeting: Meeting, registration_id: int) -> None:
    guest = guest_of(meeting, registration_id)
    guest.submit(guest.get(meeting.my("/withdraw")), action="/withdraw")


def test_a_withdrawal_on_the_web_offers_the_seat_and_the_next_accepts_it(meeting: Meeting, full: list[int]):
    seated, first, second = full
    assert "number 2" in guest_of(meeting, second).get(meeting.my()).text
    withdraw(meeting, seated)
    assert meeting.kinds()[-1] == "seat_offered"
    assert "number 1" in guest_of(meeting, second).get(meeting.my()).text
    guest = guest_of(meeting, first)
    page = guest.get(meeting.my())
    assert page.heading == "A seat is kept for you"
    assert "Please answer by Sunday 15 September 2024, 09:00" in page.text
    assert "Do not book travel yet." in page.text
    page = guest.submit(page, action="/offer/accept")
    assert page.heading == "Your participation is confirmed"
    assert "You may now book your travel." in page.text
    assert one(meeting, first).state is State.APPROVED
    assert meeting.kinds()[-1] == "participation_confirmed"


def test_passing_on_asks_once_more_and_the_next_gets_the_seat(meeting: Meeting, full: list[int]):
    seated, first, second = full
    withdraw(meeting, seated)
    guest = guest_of(meeting, first)
    page = guest.get(guest.get(meeting.my()).links()["Pass it on"])
    assert one(meeting, first).state is State.OFFERED, "a GET changes nothing"
    page = guest.submit(page, action="/offer/pass")
    assert page.heading == "You have withdrawn"
    assert (one(meeting, first).state, one(meeting, second).state) == (State.WITHDRAWN, State.OFFERED)
    told = [mail for mail in meeting.mails() if mail.kind.endswith("withdrawal_confirmed")][-1]
    assert "You have passed on the seat" in told.text_body
    assert not told.attachments, "no calendar entry was ever sent"
    assert guest.get(meeting.my("/offer/pass")).heading == "You have withdrawn"


def test_an_answer_after_the_deadline_changes_nothing_and_says_so(
    meeting: Meeting, full: list[int], clock: StoppedClock
):
    seated, first, _second = full
    withdraw(meeting, seated)
    guest = guest_of(meeting, first)
    page = guest.get(meeting.my())
    clock.advance(days=3)
    assert "The time to answer is over" in guest.submit(page, action="/offer/accept").text
    assert one(meeting, first).state is State.OFFERED
    late = guest.get(meeting.my())
    assert not [form for form in late.tree.forms if "/offer/" in (form.get("action") or "")]


def test_whoever_holds_no_offer_cannot_accept_one(meeting: Meeting, full: list[int]):
    _seated, first, second = full
    guest = guest_of(meeting, second)
    page = guest.get(meeting.my("/withdraw"))
    token = page.value("csrf_token")
    for rest in ("/offer/accept", "/offer/pass"):
        answer = guest.client.post(meeting.my(rest), data={"csrf_token": token}, follow_redirects=True)
        assert "no longer possible" in answer.get_data(as_text=True)
    assert {one(meeting, each).state for each in (first, second)} == {State.WAITLISTED}


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_the_mails_of_an_offer_speak_the_persons_language(meeting: Meeting, full: list[int], language: str):
    seated, first, _second = full
    with meeting.work() as ctx:
        ctx.session.get_one(Registration, first).language = language
    withdraw(meeting, seated)
    mail = meeting.mails()[-1]
    words = {"en": "15 September 2024", "fr": "15 septembre 2024", "es": "15 de septiembre de 2024"}
    rule = {"en": "Do not book travel yet.", "fr": "Ne réservez pas encore", "es": "No reserve"}
    for body in (mail.text_body, mail.html_body):
        assert words[language] in body
        assert rule[language] in body
        assert body.count("{{personal}}") == 1 or "personal" in mail.links


def test_the_page_says_who_is_next_and_what_is_in_the_way(
    meeting: Meeting, full: list[int], enter: Callable[..., Visitor]
):
    organiser = enter()
    page = organiser.get(meeting.desk("/waitlist"))
    rows = [" ".join(row.text_content().split()) for row in page.tree.xpath("//table//tbody/tr")]
    assert rows[0].startswith("1 First Waiting")
    assert rows[1].startswith("2 Second Waiting")
    assert "All seats in person are taken. 1 person is confirmed, of 1." in rows[0]
    detail = organiser.get(meeting.desk(f"/{full[1]}"))
    assert "Why no seat can be given now All seats in person are taken." in detail.text
    assert "1 person is confirmed, of 1." in detail.text
    assert detail.links()["See the waiting list"] == meeting.desk("/waitlist")
    withdraw(meeting, full[0])
    page = organiser.get(meeting.desk("/waitlist"))
    assert "First Waiting" in page.tree.xpath("string(//table[1])")
    assert "All seats in person are taken. 0 people are confirmed and 1 seat is on offer, of 1." in page.text
    assert "Seat kept until" in organiser.get(meeting.desk(f"/{full[1]}")).text


def test_the_page_names_a_full_category_and_seats_kept_for_others(meeting: Meeting, enter: Callable[..., Visitor]):
    with meeting.work() as ctx:
        event = ctx.session.get_one(Event, meeting.event_id)
        small = next(each for each in event.categories if each.id == meeting.categories[1])
        small.reserved = 1
        event.capacity_in_person = 2
        make_registration(ctx, event, state=State.APPROVED)
        plain = make_registration(ctx, event)
        service.put_on_waitlist(ctx, plain)
        name = small.name.text("en")
    page = enter().get(meeting.desk("/waitlist"))
    assert f"The seats in person that are left are kept for other categories. Kept free: {name}: 1." in page.text
    with meeting.work() as ctx:
        event = ctx.session.get_one(Event, meeting.event_id)
        make_registration(ctx, event, state=State.APPROVED, category_id=meeting.categories[1])
        event.capacity_in_person = 9
        ctx.session.get_one(Registration, plain.id).category_id = meeting.categories[1]
    page = enter().get(meeting.desk("/waitlist"))
    assert "All seats in person of this category are taken. 1 person is confirmed, of 1." in page.text


def test_moving_asks_for_a_reason_and_is_told_in_the_history(
    meeting: Meeting, full: list[int], enter: Callable[..., Visitor]
):
    organiser = enter()
    page = organiser.get(organiser.get(meeting.desk("/waitlist")).links()["Up Second Waiting"])
    assert page.value("place") == "1"
    refused = organiser.submit(page, action="/place")
    assert refused.status == 422
    assert refused.errors == ["Why this person is moved: Say why; it is kept with the move."]
    for wrong in ("0", "3", "first", "-1", ""):
        assert organiser.submit(page, {"place": wrong, "reason": "Speaks"}, action="/place").status == 422
    page = organiser.submit(page, {"reason": "Speaks on Thursday"}, action="/place")
    assert page.tree.xpath("string(//tbody/tr[1])").split()[:2] == ["1", "Second"]
    assert "Moved on the waiting list (Speaks on Thursday)" in organiser.get(meeting.desk(f"/{full[2]}")).text


def test_an_offer_by_hand_says_whom_it_passes_over(meeting: Meeting, full: list[int], enter: Callable[..., Visitor]):
    organiser = enter()
    assert "No offer is possible now" in organiser.get(meeting.desk(f"/{full[2]}/offer")).text
    meeting.change(capacity_in_person=2)  # behind the settings' back: nothing was offered
    page = organiser.get(meeting.desk(f"/{full[2]}/offer"))
    assert "1 person before them on the list fits the seat too and is passed over: First Waiting" in page.text
    assert organiser.submit(page, action="/offer").status == 422
    page = organiser.submit(page, {"reason": "Opens the day"}, action="/offer")
    assert "The seat is offered; a mail is on its way." in page.text
    assert one(meeting, full[2]).state is State.OFFERED


def test_free_seats_that_fit_people_who_wait_are_offered_with_one_button(
    meeting: Meeting, full: list[int], enter: Callable[..., Visitor]
):
    meeting.change(capacity_in_person=2)
    organiser = enter()
    page = organiser.get(meeting.desk("/waitlist"))
    assert "A seat is free. It was free before" in page.text
    page = organiser.submit(page, action="/offer-free-seats")
    assert "1 seat is offered." in page.text
    assert [one(meeting, each).state for each in full[1:]] == [State.OFFERED, State.WAITLISTED]


def test_after_registration_closes_the_page_says_that_no_offers_go_out(
    meeting: Meeting, full: list[int], enter: Callable[..., Visitor], clock: StoppedClock
):
    clock.advance(days=20)
    page = enter().get(meeting.desk("/waitlist"))
    assert "No seat is offered by itself now" in page.text
    assert "Offer First Waiting" not in page.links()


def test_more_seats_in_the_settings_reach_the_list(meeting: Meeting, full: list[int], enter: Callable[..., Visitor]):
    organiser = enter()
    page = organiser.get(f"/desk/{meeting.slug}/settings/capacity")
    page = organiser.submit(page, {"capacity_in_person": "2", "offer_days": "5"}, action="/capacity")
    first = one(meeting, full[1])
    assert first.state is State.OFFERED
    assert first.offer_expires_at is not None
    assert first.offer_expires_at.isoformat() == "2024-09-17T07:00:00+00:00"


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.DESK, Role.RAPPORTEUR])
def test_who_may_not_decide_finds_no_buttons(
    meeting: Meeting, full: list[int], enter: Callable[..., Visitor], role: Role
):
    person = enter(role)
    page = person.get(meeting.desk("/waitlist"))
    assert page.status == (403 if role is Role.RAPPORTEUR else 200)
    if page.status == 200:
        assert not page.tree.xpath("//main//form")
        assert not [text for text in page.links() if text.startswith(("Up", "Down", "Offer"))]
    assert person.get(meeting.desk(f"/{full[1]}/place")).status == 403
    assert person.get(meeting.desk(f"/{full[1]}/offer")).status == 403


def test_the_page_asks_as_few_questions_for_forty_as_for_two(
    meeting: Meeting, full: list[int], enter: Callable[..., Visitor]
):
    organiser = enter()

    def queries() -> int:
        counted: list[str] = []

        def count(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            counted.append(statement)

        with meeting.app.app_context():
            engine = db.engine
        sqlalchemy_event.listen(engine, "before_cursor_execute", count)
        try:
            assert organiser.get(meeting.desk("/waitlist")).status == 200
        finally:
            sqlalchemy_event.remove(engine, "before_cursor_execute", count)
        return len(counted)

    few = queries()
    with meeting.work() as ctx:
        event = ctx.session.get_one(Event, meeting.event_id)
        for n in range(40):
            registration = make_registration(ctx, event, mode=Mode.REMOTE if n % 4 == 0 else Mode.IN_PERSON)
            service.put_on_waitlist(ctx, registration)
    assert queries() <= few
