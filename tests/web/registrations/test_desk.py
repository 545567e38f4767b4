"""The organisers' list and decisions: who may, what follows, and what two of them at once find."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import select

from eventapp.core.access import Role
from eventapp.core.audit import AuditEntry
from eventapp.core.context import SYSTEM
from eventapp.core.database import db
from eventapp.core.unit_of_work import reading
from eventapp.events.models import Event
from eventapp.invitations.models import Invitation
from eventapp.invitations.states import InvitationState
from eventapp.registrations import hooks, queries, service
from eventapp.registrations.models import Registration
from eventapp.registrations.states import Mode, State
from tests.support.browsing import Visitor
from tests.support.clock import StoppedClock
from tests.support.factories import make_event, make_invitation, make_member, make_registration
from tests.web.registrations.conftest import Meeting

DECIDING = (Role.OWNER, Role.ORGANISER)
LOOKING = (Role.COORDINATOR, Role.DESK, Role.OBSERVER)
OUTSIDE = tuple(role for role in Role if role not in DECIDING + LOOKING)


@pytest.fixture
def enter(meeting: Meeting, staff: Callable[[Any], Visitor]) -> Callable[..., Visitor]:
    """Make the browser of somebody with a role in the event."""

    def make(role: Role = Role.ORGANISER) -> Visitor:
        with meeting.work() as ctx:
            account_id = make_member(ctx, ctx.session.get_one(Event, meeting.event_id), role).id
        return staff(account_id)

    return make


def registered(meeting: Meeting, how_many: int = 1, **fields: Any) -> list[int]:
    with meeting.work() as ctx:
        event = ctx.session.get_one(Event, meeting.event_id)
        return [make_registration(ctx, event, **fields).id for _n in range(how_many)]


def state_of(meeting: Meeting, registration_id: int) -> State:
    return next(each.state for each in meeting.registrations() if each.id == registration_id)


@pytest.mark.parametrize("role", list(Role))
def test_each_role_sees_and_does_what_it_may(meeting: Meeting, enter: Callable[..., Visitor], role: Role):
    (one,) = registered(meeting, dietary="halal", access_needs="ramp", gender="woman")
    person = enter(role)
    listed, shown = person.get(meeting.desk()), person.get(meeting.desk(f"/{one}"))
    assert listed.status == shown.status == (403 if role in OUTSIDE else 200)
    posts = {
        f"/{one}/approve": {},
        f"/{one}/waitlist": {},
        f"/{one}/reinstate": {},
        f"/{one}/approve-beyond": {"override_reason": "x"},
        f"/{one}/decline": {"reason": ""},
        f"/{one}/revoke": {"reason": "x"},
        "/decide": {"decision": "approve", "id": [str(one)]},
        "/choice": {"decision": "approve", "id": [str(one)]},
    }
    if role in DECIDING:
        assert {"Confirm", "Put on the waiting list"} <= {
            b.text_content().strip() for b in shown.tree.xpath("//button")
        }
        assert "halal" in shown.text
        return
    if role in LOOKING:
        assert not shown.tree.xpath("//main//form")
        assert not listed.tree.xpath("//main//input[@type='checkbox']")
        assert not {"halal", "ramp", "woman"} & set(shown.text.split())
    token = csrf_token(person)
    for address, data in posts.items():
        answer = person.client.post(meeting.desk(address), data={**data, "csrf_token": token})
        assert answer.status_code == 403, address
    assert person.client.get(meeting.desk(f"/{one}/decline")).status_code == 403
    assert state_of(meeting, one) is State.SUBMITTED


def csrf_token(person: Visitor) -> str:
    page = person.get("/account")
    return str(page.tree.xpath("//input[@name='csrf_token']/@value")[0])


def test_approving_tells_the_person_and_says_so(meeting: Meeting, enter: Callable[..., Visitor]):
    (one,) = registered(meeting)
    organiser = enter()
    page = organiser.get(meeting.desk(f"/{one}"))
    assert "Confirming leaves 9 seats in person for this category." in page.text
    page = organiser.submit(page, action="/approve")
    assert "Participation confirmed." in page.text
    assert state_of(meeting, one) is State.APPROVED
    assert meeting.kinds() == ["participation_confirmed"]
    with meeting.app.app_context():
        entry = reading(SYSTEM).session.scalars(select(AuditEntry).where(AuditEntry.action == "approve")).one()
    assert (entry.actor_kind, entry.details) == ("staff", {"from": "submitted", "to": "approved"})


def test_a_stale_decision_gets_a_clear_page_and_doubles_nothing(meeting: Meeting, enter: Callable[..., Visitor]):
    (one,) = registered(meeting)
    first, second = enter(), enter()
    page, stale = first.get(meeting.desk(f"/{one}")), second.get(meeting.desk(f"/{one}"))
    first.submit(page, action="/approve")
    answer = second.submit(stale, action="/approve")
    assert answer.status == 409
    assert "changed in the meantime" in answer.text
    assert "Confirmed" in answer.text
    late = second.submit(stale, action="/waitlist")
    assert late.status == 409
    assert second.get(meeting.desk(f"/{one}/decline")).status == 409
    assert state_of(meeting, one) is State.APPROVED
    assert meeting.kinds() == ["participation_confirmed"]


def test_a_full_event_refuses_and_an_override_needs_its_reason(meeting: Meeting, enter: Callable[..., Visitor]):
    meeting.change(capacity_in_person=0)
    (one,) = registered(meeting)
    organiser = enter()
    page = organiser.get(meeting.desk(f"/{one}"))
    assert "All seats in person are taken." in page.text
    token = csrf_token(organiser)
    refused = organiser.client.post(meeting.desk(f"/{one}/approve"), data={"csrf_token": token})
    assert refused.status_code == 409
    assert "All seats in person are taken." in refused.get_data(as_text=True)
    page = organiser.submit(page, {"override_reason": " "}, action="/approve-beyond")
    assert page.status == 422
    assert "Say why; it is kept with the decision." in page.errors[0]
    assert state_of(meeting, one) is State.SUBMITTED
    page = organiser.submit(page, {"override_reason": "She chairs the opening."}, action="/approve-beyond")
    assert "Confirmed beyond the seats" in page.text
    assert "She chairs the opening." in page.text
    assert "1 of 0, 1 beyond" in organiser.get(meeting.desk()).text
    with meeting.app.app_context():
        entry = reading(SYSTEM).session.scalars(select(AuditEntry).where(AuditEntry.action == "approve")).one()
    assert entry.details["override_reason"] == "She chairs the opening."


def test_declining_and_taking_back_have_a_page_of_their_own(meeting: Meeting, enter: Callable[..., Visitor]):
    one, two = registered(meeting, 2)
    organiser = enter()
    page = organiser.get(meeting.desk(f"/{one}/decline"))
    assert page.heading.startswith("Decline Guest")
    organiser.submit(page, {"reason": "Next year, we hope."}, action="/decline")
    assert state_of(meeting, one) is State.DECLINED
    organiser.submit(organiser.get(meeting.desk(f"/{two}")), action="/approve")
    page = organiser.get(meeting.desk(f"/{two}/revoke"))
    page = organiser.submit(page, {"reason": ""}, action="/revoke")
    assert page.status == 422
    organiser.submit(page, {"reason": "The city sends somebody else."}, action="/revoke")
    assert state_of(meeting, two) is State.REVOKED
    declined, revoked = meeting.mails()
    assert "Next year, we hope." in declined.text_body
    assert "The city sends somebody else." in revoked.text_body
    assert [each[0] for each in revoked.attachments] == ["agenda.cancellation_calendar"]


def test_approve_revoke_approve_keeps_calendars_in_step(meeting: Meeting, enter: Callable[..., Visitor]):
    (one,) = registered(meeting)
    organiser = enter()
    sequences = []

    def remember() -> None:
        newest = meeting.mails()[-1]
        sequences.extend((each[0], each[1]["sequence"]) for each in newest.attachments if "calendar" in each[0])

    organiser.submit(organiser.get(meeting.desk(f"/{one}")), action="/approve")
    remember()
    organiser.submit(organiser.get(meeting.desk(f"/{one}/revoke")), {"reason": "A mistake."}, action="/revoke")
    remember()
    organiser.submit(organiser.get(meeting.desk(f"/{one}")), action="/reinstate")
    organiser.submit(organiser.get(meeting.desk(f"/{one}")), action="/approve")
    remember()
    assert sequences == [
        ("agenda.confirmation_calendar", 0),
        ("agenda.cancellation_calendar", 1),
        ("agenda.confirmation_calendar", 2),
    ]
    assert meeting.kinds() == ["participation_confirmed"], "what no longer holds was called back unsent"


def test_another_events_registration_is_not_found(meeting: Meeting, enter: Callable[..., Visitor]):
    with meeting.work() as ctx:
        foreign = make_registration(ctx, make_event(ctx)).id
    organiser = enter(Role.OWNER)
    token = csrf_token(organiser)
    for rest in ("", "/decline", "/revoke"):
        assert organiser.get(meeting.desk(f"/{foreign}{rest}")).status == 404
    for rest in ("approve", "waitlist", "reinstate", "approve-beyond", "decline", "revoke"):
        data = {"csrf_token": token, "override_reason": "x", "reason": "x"}
        assert organiser.client.post(meeting.desk(f"/{foreign}/{rest}"), data=data).status_code == 404
    organiser.client.post(meeting.desk("/decide"), data={"csrf_token": token, "decision": "approve", "id": foreign})
    assert state_of(meeting, foreign) is State.SUBMITTED
    assert meeting.kinds() == []


def test_posted_state_and_event_change_nothing(meeting: Meeting, enter: Callable[..., Visitor]):
    (one,) = registered(meeting)
    organiser = enter()
    data = {
        "csrf_token": csrf_token(organiser),
        "status": "approved",
        "state": "approved",
        "event_id": "7",
        "role": "owner",
    }
    organiser.client.post(meeting.desk(f"/{one}/waitlist"), data=data)
    found = meeting.only()
    assert (found.state, found.event_id) == (State.WAITLISTED, meeting.event_id)


def test_filters_live_in_the_address(meeting: Meeting, enter: Callable[..., Visitor]):
    registered(meeting, name="Júlia Ferrer", country="ES", speaks=["es", "fr"], search_text="julia ferrer")
    registered(meeting, name="Daniel Kiprop", country="KE", mode=Mode.REMOTE, category_id=meeting.categories[1])
    registered(meeting, name="Marta Rossi", country="IT", state=State.APPROVED)
    organiser = enter()

    def names(query: str) -> set[str]:
        page = organiser.get(meeting.desk(query))
        assert page.status == 200
        return {" ".join(a.text_content().split()) for a in page.tree.xpath("//tbody//a")}

    assert names("") == {"Júlia Ferrer", "Daniel Kiprop"}
    assert names("?state=all") == {"Júlia Ferrer", "Daniel Kiprop", "Marta Rossi"}
    assert names("?state=approved") == {"Marta Rossi"}
    assert names("?mode=remote") == {"Daniel Kiprop"}
    assert names("?country=ES") == {"Júlia Ferrer"}
    assert names("?language=es") == {"Júlia Ferrer"}
    assert names(f"?category={meeting.categories[1]}") == {"Daniel Kiprop"}
    assert names("?search=kenya&state=all") == {"Daniel Kiprop"}
    assert names("?search=FERRER") == names("?search=Ferrer%20Júlia") == {"Júlia Ferrer"}
    assert names("?search=ferrer%20spain") == names("?search=ferrer%20jul") == {"Júlia Ferrer"}
    assert names("?search=ferrer%20kiprop") == set()
    assert names("?search=50%25_off") == set()
    assert names("?state=nonsense&mode=x&category=-1&country=1%20&language=%25&sort=;&page=999999999") == {
        "Júlia Ferrer",
        "Daniel Kiprop",
    }


def test_the_list_asks_the_database_the_same_number_of_times(meeting: Meeting, enter: Callable[..., Visitor]):
    organiser = enter()

    def questions() -> int:
        counted = []
        with meeting.app.app_context():
            engine = db.engine
        count = lambda *_: counted.append(1)  # noqa: E731
        sqlalchemy_event.listen(engine, "before_cursor_execute", count)
        page = organiser.get(meeting.desk("?state=all"))
        sqlalchemy_event.remove(engine, "before_cursor_execute", count)
        assert page.status == 200
        return len(counted)

    registered(meeting, 3)
    questions()  # what is remembered between requests is read once
    few = questions()
    registered(meeting, 140)
    assert questions() == few <= 20
    observer = enter(Role.OBSERVER)
    page = observer.get(meeting.desk("?state=all"))
    assert len(page.tree.xpath("//tbody/tr")) == 50
    assert "51–100 of 143" in observer.get(page.links()["Later"]).text


def test_a_revoked_invitation_ends_its_registration(meeting: Meeting):
    (one,) = registered(meeting, state=State.APPROVED)
    (two,) = registered(meeting)
    with meeting.work() as ctx:
        for each in (one, two):
            invitation = ctx.session.get_one(Registration, each).invitation
            invitation.state = InvitationState.REVOKED
            service.end_with_invitation(ctx, invitation, "Not this time.")
    assert [state_of(meeting, each) for each in (one, two)] == [State.REVOKED, State.WITHDRAWN]
    (mail,) = meeting.mails()
    assert "Not this time." in mail.text_body
    assert mail.links == {}, "the link is dead, so the mail shows none"


def test_a_cancelled_event_is_told_to_everybody_who_still_hopes(meeting: Meeting):
    registered(meeting, state=State.APPROVED)
    registered(meeting, state=State.WAITLISTED, waitlist_rank=1)
    registered(meeting, state=State.DECLINED)
    with meeting.work() as ctx:
        service.tell_event_cancelled(ctx, ctx.session.get_one(Event, meeting.event_id))
    assert [[each[0] for each in mail.attachments] for mail in meeting.mails()] == [
        ["agenda.cancellation_calendar"],
        [],
    ]


def test_the_rooms_above_hear_of_freed_seats_and_withdrawals(meeting: Meeting, monkeypatch: pytest.MonkeyPatch):
    heard: list[object] = []
    monkeypatch.setattr(hooks, "seat_freed", [lambda _ctx, event, mode, _category: heard.append((event.id, mode))])
    monkeypatch.setattr(hooks, "withdrawn", [lambda _ctx, registration: heard.append(registration.id)])
    one, two, three = registered(meeting, 3, state=State.APPROVED)
    (four,) = registered(meeting)
    with meeting.work() as ctx:
        service.withdraw(ctx, ctx.session.get_one(Registration, one))
        service.revoke(ctx, ctx.session.get_one(Registration, two), reason="So.")
        service.withdraw(ctx, ctx.session.get_one(Registration, four))
    assert heard == [one, (meeting.event_id, Mode.IN_PERSON), (meeting.event_id, Mode.IN_PERSON), four]
    assert state_of(meeting, three) is State.APPROVED


def test_the_overview_counts_seats_by_mode_and_category(meeting: Meeting):
    registered(meeting, 2, state=State.APPROVED)
    registered(meeting, state=State.OFFERED, category_id=meeting.categories[1])
    registered(meeting, state=State.APPROVED, mode=Mode.REMOTE)
    registered(meeting, 4)
    with meeting.app.app_context():
        ctx = reading(SYSTEM)
        event = ctx.session.get_one(Event, meeting.event_id)
        rows = queries.seat_overview(ctx, event)
        assert [(row.taken, row.held, row.capacity) for row in rows] == [(2, 1, 10), (1, 0, 2), (0, 1, 1)]
        assert rows[2].is_full
        assert queries.count_to_decide(ctx, event) == 4


def test_submitting_in_story_time_uses_the_context_alone(meeting: Meeting, clock: StoppedClock):
    guest = meeting.guest(preapproved=True)
    meeting.register(guest)
    sent = meeting.only()
    assert sent.submitted_at == sent.decided_at == clock.now()
    with meeting.app.app_context():
        invitation = reading(SYSTEM).session.scalars(select(Invitation)).one()
        assert sent.invitation_id == invitation.id
    with meeting.work() as ctx:
        make_invitation(ctx, ctx.session.get_one(Event, meeting.event_id))
