"""One's own agenda on the web, the personal calendar feed, the calendars of a day, and the organisers' lists."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from eventapp.agenda.signup import service as sign_ups
from eventapp.application.access_log import redacted
from eventapp.core.access import Role
from eventapp.events import service as events
from eventapp.events.models import Event
from eventapp.invitations import service as invitations
from eventapp.registrations import service as registering
from eventapp.registrations.models import Registration
from eventapp.registrations.states import Mode
from tests.support.browsing import Visitor
from tests.support.calendars import faults, parsed
from tests.support.clock import StoppedClock
from tests.support.factories import make_member, tr
from tests.web.agenda.signup.conftest import Signing, at


def entries(content: bytes) -> dict[str, Any]:
    return {str(each["SUMMARY"]): each for each in parsed(content).walk("VEVENT")}


def feed_path(page: Any) -> str:
    address = page.tree.xpath("string(//input[@id='feed-address']/@value)")
    assert address.startswith("http://localhost/calendar/")
    return str(address.removeprefix("http://localhost"))


def test_the_page_signs_up_refuses_a_clash_kindly_and_exchanges(signing: Signing) -> None:
    ada = signing.browser(signing.person())
    page = ada.get(signing.my())
    assert page.heading == "My agenda"
    assert "Sign-up, 2 places" in ada.get(f"/en/{signing.slug}/agenda").text
    assert "1 place left" in page.text
    page = ada.submit(page, action=f"/sessions/{signing.ids['lab']}/choose")
    assert "You are signed up" in page.text
    clash = ada.submit(page, action=f"/sessions/{signing.ids['visit']}/choose")
    assert clash.status == 409
    assert clash.heading == "Both are at the same time"
    assert "Visit, Thursday 7 November, 10:30–12:00" in clash.text
    assert "Lab, Thursday 7 November, 11:00–12:30" in clash.text
    page = ada.submit(clash, button="Exchange them")
    assert page.path == signing.my()
    own = [each.text_content() for each in page.tree.xpath("//section[@class='day']/article//h3/a")]
    assert own == ["Opening", "Visit"]
    page = ada.submit(page, action=f"/sessions/{signing.ids['talk']}/choose")
    assert "At the same time as “Visit”" in page.text
    waiting = signing.browser(signing.person("Waiting"))
    shown = waiting.submit(waiting.get(signing.my()), action=f"/sessions/{signing.ids['visit']}/choose")
    assert "You are number 1 on the waiting list" in shown.text
    ada.submit(page, action=f"/sessions/{signing.ids['visit']}/leave")
    assert "You are signed up" in waiting.get(signing.my()).text


def test_remote_and_unconfirmed_people_see_what_is_theirs(signing: Signing) -> None:
    remote = signing.browser(signing.person("Remote", mode=Mode.REMOTE)).get(signing.my())
    titles = [" ".join(each.text_content().split()) for each in remote.tree.xpath("//main//h3")]
    assert titles == ["Opening", "Talk", "Late"]
    assert "place left" not in remote.text
    asking = signing.browser(signing.person("Asking", state="submitted"))
    assert asking.get(signing.my()).path == f"/en/{signing.slug}/my"


def test_the_feed_has_what_was_chosen_and_what_is_for_everybody_and_nothing_else(
    signing: Signing, app: Flask, clock: StoppedClock
) -> None:
    ada_id = signing.person(email="ada@private.example")
    ada = signing.browser(ada_id)
    signing.choose(ada_id, "visit")
    page = ada.submit(ada.get(signing.my()), {"language": "fr"}, button="Make my calendar address")
    path = feed_path(page)
    response = app.test_client().get(path)
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert response.headers["Content-Language"] == "fr"
    assert faults(response.data) == []
    found = entries(response.data)
    assert list(found) == ["Opening (fr)", "Coffee (fr)", "Visit (fr)"]
    assert parsed(response.data)["METHOD"] == "PUBLISH"
    assert all("ORGANIZER" in each and "ATTENDEE" not in each for each in found.values())
    assert b"private.example" not in response.data
    assert b"Ada" not in response.data
    clock.advance(hours=1)
    again = app.test_client().get(path, headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304
    assert again.headers["ETag"] == response.headers["ETag"]
    assert redacted(f'"GET {path} HTTP/1.1"') == '"GET /calendar/- HTTP/1.1"'

    before = found["Visit (fr)"]
    signing.release("visit", starts_local=at("10:15"))
    after = entries(app.test_client().get(path).data)["Visit (fr)"]
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after["DTSTART"].dt.minute == 15
    signing.cancel("visit")
    gone = entries(app.test_client().get(path).data)["Visit (fr)"]
    assert (gone["STATUS"], gone["SEQUENCE"] > after["SEQUENCE"]) == ("CANCELLED", True)
    clock.set(clock.now().replace(month=11, day=12))
    assert "Visit (fr)" not in entries(app.test_client().get(path).data), "the event is over"


def test_an_address_dies_when_it_is_replaced_ended_or_the_person_withdraws(signing: Signing, app: Flask) -> None:
    ada_id = signing.person()
    ada = signing.browser(ada_id)

    def status(path: str) -> int:
        return app.test_client().get(path).status_code

    page = ada.submit(ada.get(signing.my()), button="Make my calendar address")
    first = feed_path(page)
    page = ada.submit(page, {"language": "es"}, button="Change the language")
    assert feed_path(page) == first, "another language, the same address"
    assert "Opening (es)" in entries(app.test_client().get(first).data)
    page = ada.submit(page, button="Replace the address")
    second = feed_path(page)
    assert (status(first), status(second)) == (404, 200)
    page = ada.submit(page, button="End the address")
    assert status(second) == 404
    page = ada.submit(page, button="Make my calendar address")
    third = feed_path(page)
    assert (status(second), status(third)) == (404, 200)
    with signing.work() as ctx:
        invitations.reissue(ctx, ctx.session.get_one(Registration, ada_id).invitation)
    assert status(third) == 404, "whoever had the old link has no calendar either"
    with signing.work() as ctx:
        registering.withdraw(ctx, ctx.session.get_one(Registration, ada_id))
    assert status(third) == 404
    with signing.work() as ctx:
        person = ctx.session.get_one(Registration, ada_id)
        registering.reinstate(ctx, person)
        registering.approve(ctx, person)
    assert status(third) == 404, "dead is dead"
    assert status("/calendar/nothing.ics") == 404


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_calendar_of_a_day(signing: Signing, app: Flask, language: str) -> None:
    page = Visitor(app.test_client()).get(f"/{language}/{signing.slug}/agenda")
    (path,) = [each for each in page.links().values() if re.search(r"/agenda/[\d-]+\.ics$", each)]
    assert path == f"/{language}/{signing.slug}/agenda/2024-11-07.ics"
    response = app.test_client().get(path)
    assert faults(response.data) == []
    assert len(entries(response.data)) == 6
    before = response.headers["ETag"]
    signing.release("visit", starts_local=at("10:15"))
    assert app.test_client().get(path).headers["ETag"] != before
    empty = app.test_client().get(f"/{language}/{signing.slug}/agenda/2024-11-08.ics")
    assert (empty.status_code, faults(empty.data), entries(empty.data)) == (200, [], {})
    for day in ("2024-11-10", "2024-11-7", "20241107", "nothing"):
        assert app.test_client().get(f"/{language}/{signing.slug}/agenda/{day}.ics").status_code == 404


def test_the_days_of_the_event_are_one_entry_that_moves_only_with_the_event(
    signing: Signing, app: Flask, clock: StoppedClock
) -> None:
    path = f"/fr/{signing.slug}/event.ics"
    response = app.test_client().get(path)
    assert faults(response.data) == []
    (before,) = entries(response.data).values()
    assert "ATTENDEE" not in before
    assert (before["DTSTART"].dt.isoformat(), before["DTEND"].dt.isoformat()) == ("2024-11-07", "2024-11-09")
    clock.advance(hours=1)
    signing.release("visit", starts_local=at("10:15"))
    assert app.test_client().get(path).headers["ETag"] == response.headers["ETag"]
    clock.advance(hours=1)
    with signing.work() as ctx:
        event = ctx.session.get_one(Event, signing.event_id)
        events.edit(ctx, event, {"capacity_in_person": 77}, seen=0)
    assert app.test_client().get(path).data == response.data, "nothing that it says was changed"
    with signing.work() as ctx:
        event = ctx.session.get_one(Event, signing.event_id)
        events.edit(ctx, event, {"venue": tr("Harbour")}, seen=0)
    (moved,) = entries(app.test_client().get(path).data).values()
    assert (moved["SEQUENCE"], moved["DTSTAMP"].dt > before["DTSTAMP"].dt) == (1, True)
    with signing.work() as ctx:
        events.cancel(ctx, ctx.session.get_one(Event, signing.event_id))
    (after,) = entries(app.test_client().get(path).data).values()
    assert (after["UID"], after["STATUS"]) == (before["UID"], "CANCELLED")
    assert after["SEQUENCE"] > moved["SEQUENCE"]


def test_the_desk_lists_adds_beyond_the_limit_and_takes_out(signing: Signing, staff: Callable[[Any], Visitor]) -> None:
    first, second, third = (signing.person(name) for name in ("First Person", "Second Person", "=Third"))
    for each in (first, second):
        signing.choose(each, "visit")
    with signing.work() as ctx:
        event = ctx.session.get_one(Event, signing.event_id)
        organiser, observer = (make_member(ctx, event, role).id for role in (Role.ORGANISER, Role.OBSERVER))
    desk, visit = staff(organiser), f"/desk/{signing.slug}/agenda/sign-ups/{signing.ids['visit']}"
    overview = desk.get(f"/desk/{signing.slug}/agenda/sign-ups")
    assert overview.links()["Visit"] == visit
    page = desk.get(visit)
    assert "First Person" in page.text
    refused = desk.submit(desk.get(f"{visit}/add"), {"registration_id": str(third), "reason": " "}, action="/add")
    assert refused.status == 422
    page = desk.submit(refused, {"registration_id": str(third), "reason": "She leads the visit"}, action="/add")
    assert "2 of 1" in page.text
    assert "“Visit”: 2 signed up, 1 place." in desk.get(f"/desk/{signing.slug}/agenda").text
    assert "She leads the visit" in signing.mails()[-1].text_body
    listed = desk.submit(page, action="/list").response.get_data().decode("utf-8-sig")
    assert [line.split(",")[0] for line in listed.splitlines()] == ["Name", "'=Third", "First Person", "Second Person"]
    for person in (third, first):
        asked = desk.get(f"{visit}/remove/{person}")
        page = desk.submit(asked, {"reason": "The bus is smaller"}, action="/remove")
    assert signing.standing(first) == {"visit": "left"}
    assert signing.standing(second) == {"visit": "chosen"}, "the place went to the waiting list"
    signing.do(sign_ups.leave, second, "visit")
    signing.choose(third, "lab")
    clash = desk.submit(desk.get(f"{visit}/add"), {"registration_id": str(third), "reason": "Why not"}, action="/add")
    assert "signed up for “Lab” at that time. Take them out there first." in clash.text
    watching = staff(observer)
    assert "Take out" not in watching.get(visit).text
    assert watching.get(f"{visit}/add").status == 403
