"""The door without scripts: what it answers, undo, names, and who may let in whom."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import select

from eventapp.core.access import Role
from eventapp.core.audit import AuditEntry
from eventapp.core.context import SYSTEM
from eventapp.core.unit_of_work import reading
from eventapp.registrations.checkin.states import CheckInState, Way
from eventapp.registrations.states import Mode, State
from tests.support.factories import make_event, make_registration
from tests.web.registrations.checkin.conftest import Door, answer_of

LET_IN = "Let in all the same"


def test_the_five_answers(door: Door):
    ana, second = door.staff(), door.staff(name="Bob")
    amina = door.person(name="Amina Diallo", speaks=["fr", "en"], dietary="halal", access_needs="a ramp")
    waiting, gone = door.person(state=State.WAITLISTED), door.person(state=State.WITHDRAWN)
    with door.meeting.work() as ctx:
        other = make_registration(ctx, make_event(ctx), state=State.APPROVED, name="Elsewhere")
    page = door.scan(ana, f" {amina.code[:4]}-{amina.code[4:].lower()} ")
    said = answer_of(page)
    for words in ("Welcome", "Amina Diallo", "City of Example", "French and English"):
        assert words in said, words
    assert "halal" not in page.body and "ramp" not in page.body
    assert page.tree.xpath("//*[@data-answer]/div[contains(@class, 'good')]")
    door.clock.advance(minutes=30)
    said = answer_of(door.scan(second, amina.code))
    assert "Already at 09:12" in said
    assert "Checked in by Ana Ruiz." in said
    page = door.scan(ana, waiting.code)
    assert "Not confirmed" in answer_of(page) and "waiting list" in answer_of(page)
    assert LET_IN in answer_of(page)
    page = door.scan(ana, gone.code)
    assert "has withdrawn. Ask somebody of the organising team." in answer_of(page)
    assert LET_IN not in answer_of(page)
    assert LET_IN in answer_of(door.scan(door.staff(Role.ORGANISER), gone.code))
    page = door.scan(ana, other.code)
    assert "Other event" in answer_of(page)
    assert "Elsewhere" not in page.text
    assert "No such code" in answer_of(door.scan(ana, "0000-0000"))
    (row,) = door.rows()
    assert (row.registration_id, row.way, row.day) == (amina.id, Way.TYPED, date(2024, 11, 7))
    assert row.scanned_at == row.recorded_at == datetime(2024, 11, 7, 8, 12, tzinfo=UTC)


def test_undo_and_in_again(door: Door):
    ana, amina = door.staff(), door.person(name="Amina Diallo")
    page = door.scan(ana, amina.code)
    assert "1 of 1" in page.text
    page = ana.submit(page, action="/undo")
    assert "Check-in undone: Amina Diallo." in page.text
    assert "0 of 1" in page.text
    assert "Nobody has been checked in today." in page.text
    door.clock.advance(minutes=1)
    assert "Welcome" in answer_of(door.scan(ana, amina.code))
    first, second = door.rows()
    assert (first.state, second.state) == (CheckInState.UNDONE, CheckInState.PRESENT)
    assert first.undone_at is not None
    token = ana.get(door.address).value("csrf_token")
    ana.client.post(f"{door.address}/done/{first.id}/undo", data={"csrf_token": token})
    assert [each.state for each in door.rows()] == [CheckInState.UNDONE, CheckInState.PRESENT], "a second click"
    with door.meeting.app.app_context():
        told = select(AuditEntry.action).where(AuditEntry.object_type == "check_in").order_by(AuditEntry.id)
        assert list(reading(SYSTEM).session.scalars(told)) == ["check-in", "undo", "check-in"]
    shown = door.staff(Role.ORGANISER).get(f"/desk/{door.meeting.slug}/audit").text
    assert "Amina Diallo: checked in at the door" in shown


def test_names_are_found_without_accents_and_in_any_order(door: Door):
    ana = door.staff()
    jose = door.person(name="José Ñíguez", organisation="Ayuntamiento de Elda")
    door.person(name="Margaret", state=State.SUBMITTED)
    page = door.scan(ana, "niguez jose")
    assert "1 person found" in page.text
    page = ana.submit(page, action=f"/people/{jose.id}")
    assert "Welcome" in answer_of(page)
    assert [row.way for row in door.rows()] == [Way.BY_NAME]
    page = door.scan(ana, "elda")
    assert "Already at 09:12" in page.text
    assert not page.tree.xpath("//section[@data-found]//form")
    page = door.scan(ana, "Margaret")  # eight letters that could be a code
    assert "1 person found" in page.text
    assert "To decide" in page.text
    assert "Type at least two letters" in door.scan(ana, "j").text
    assert "Nobody found" in door.scan(ana, "example.org").text, "addresses are not searched at the door"
    assert "Nobody found" in door.scan(ana, "%_").text
    assert "Nobody found" in door.scan(ana, "nobody of this name").text
    empty = door.scan(ana, "  ")
    assert empty.status == 422
    assert empty.errors == ["Code or name: Scan a code, or type a name."]


def test_a_form_sent_twice_answers_the_same(door: Door):
    ana, amina = door.staff(), door.person()
    page = ana.get(door.address)
    for _n in range(2):
        assert "Welcome" in answer_of(ana.submit(page, {"who": amina.code}, action="/check-in"))
    assert len(door.rows()) == 1


def test_letting_somebody_in_who_is_not_confirmed(door: Door):
    ana = door.staff()
    door.meeting.change(capacity_in_person=1)
    seated, waiting, offered = door.person(), door.person(state=State.WAITLISTED), door.person(state=State.SUBMITTED)
    page = ana.get(f"{door.address}/people/{waiting.id}/confirm")
    assert "All seats in person are taken." in page.text
    refused = ana.submit(page, action="/confirm")
    assert refused.errors == ["Why this person is let in: Say why, in a few words."]
    page = ana.submit(page, {"reason": "Speaks at ten"}, action="/confirm")
    assert "Welcome" in answer_of(page)
    states = {each.id: (each.state, each.override_reason) for each in door.meeting.registrations()}
    assert states[waiting.id] == (State.APPROVED, "Speaks at ten")
    assert door.meeting.kinds() == ["participation_confirmed"]
    (mail,) = door.meeting.mails()
    assert "book" not in mail.text_body
    late = ana.submit(
        ana.get(f"{door.address}/people/{offered.id}/confirm"), {"reason": "x", "beyond": None}, action="/confirm"
    )
    assert late.status == 409, "the missing seat was not shown before"
    assert "beyond the seats" in late.text
    assert len(door.rows()) == 1
    assert seated.id not in {row.registration_id for row in door.rows()}


def test_an_offer_is_taken_at_the_door_and_who_withdrew_is_for_organisers(door: Door):
    offered, gone = door.person(state=State.OFFERED, offer_expires_at=None), door.person(state=State.WITHDRAWN)
    ana, chief = door.staff(), door.staff(Role.ORGANISER)
    page = ana.submit(ana.get(f"{door.address}/people/{offered.id}/confirm"), {"reason": "Here"}, action="/confirm")
    assert "Welcome" in answer_of(page)
    assert "Not confirmed" in answer_of(ana.get(f"{door.address}/people/{gone.id}/confirm"))
    token = ana.get(door.address).value("csrf_token")
    ana.client.post(f"{door.address}/people/{gone.id}/confirm", data={"csrf_token": token, "reason": "Let me"})
    assert [row.registration_id for row in door.rows()] == [offered.id]
    page = chief.get(f"{door.address}/people/{gone.id}/confirm")
    assert "Welcome" in answer_of(chief.submit(page, {"reason": "Came after all"}, action="/confirm"))
    assert all(each.state is State.APPROVED for each in door.meeting.registrations())


def test_counts_days_and_rehearsals(door: Door):
    ana = door.staff()
    amina, ben, remote = door.person(name="Amina"), door.person(name="Ben"), door.person(mode=Mode.REMOTE)
    door.clock.set(datetime(2024, 11, 5, 9, tzinfo=UTC))
    page = door.scan(ana, ben.code)
    assert "You can rehearse" in page.text
    assert "1 of 2" in page.text
    door.clock.set(datetime(2024, 11, 7, 8, tzinfo=UTC))
    ana = door.staff()
    assert "0 of 2" in ana.get(door.address).text
    door.scan(ana, amina.code)
    page = door.scan(ana, remote.code)
    assert "Registered as remote" in answer_of(page)
    assert "1 of 2" in page.text, "of those confirmed in person"
    assert "And 1 person registered as remote." in page.text
    door.clock.set(datetime(2024, 11, 8, 8, tzinfo=UTC))
    ana, chief = door.staff(), door.staff(Role.ORGANISER)
    assert "Welcome" in answer_of(door.scan(ana, amina.code)), "each day by itself"
    assert (
        "Thursday 7 November, 09:00 and Friday 8 November, 09:00" in chief.get(door.meeting.desk(f"/{amina.id}")).text
    )
    door.clock.set(datetime(2024, 11, 9, 8, tzinfo=UTC))
    ana, chief = door.staff(), door.staff(Role.ORGANISER)
    assert "Of 2 confirmed in person, 1 came and 1 did not." in ana.get(door.address).text
    assert "1 came, 1 did not" in chief.get(f"/desk/{door.meeting.slug}/").text
    table = chief.get(f"/desk/{door.meeting.slug}/reports/balance.csv").response.get_data(as_text=True)
    assert "In person or remote,In person,,2,2,1" in table
    assert "In person or remote,Remote,,1,1,1" in table


def test_the_camera_may_be_asked_for_at_the_door_only(door: Door):
    ana = door.staff()
    assert "camera=(self)" in ana.client.get(door.address).headers["Permissions-Policy"]
    elsewhere = ana.client.get(f"/desk/{door.meeting.slug}/")
    assert "camera=()" in elsewhere.headers["Permissions-Policy"]


def test_who_sees_the_door(door: Door):
    for role in Role:
        person = door.staff(role)
        inside = role in {Role.OWNER, Role.ORGANISER, Role.DESK}
        assert person.get(door.address).status == (200 if inside else 403)
        assert ("Check-in" in person.get(f"/desk/{door.meeting.slug}/").links()) is inside
