"""Deciding on many: ticks that survive, what is restated, what each person reads, and the suggestion; no JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy.exc import OperationalError

from eventapp.core.access import Role
from eventapp.core.languages import LANGUAGES
from eventapp.registrations import service
from eventapp.registrations.models import Registration
from eventapp.registrations.selection import unpack
from eventapp.registrations.states import Mode, State
from tests.support.browsing import Page, Visitor
from tests.web.registrations.conftest import Meeting
from tests.web.registrations.test_desk import csrf_token, enter, registered, state_of

__all__ = ["enter"]
Enter = Callable[..., Visitor]


def press(
    organiser: Visitor, page: Page, name: str = "", value: str = "", *, tick: Any = (), untick: Any = (), **other: str
) -> Page:
    """Press a button of the list's form, or with no name the one that filters; `other` are changed filters."""
    form = page.tree.get_element_by_id("queue")
    buttons = page.tree.xpath(f"//button[@form='queue' and @name='{name}' and @value='{value}']")
    sent: list[tuple[str, str]] = [(key, other.get(key, text)) for key, text in form.form_values()]
    for field in page.tree.xpath("//input[@form='queue']"):
        ticked = (
            (field.get("checked") is not None or int(field.get("value")) in tick)
            if field.get("type") == "checkbox"
            else True
        )
        if ticked and not (field.get("type") == "checkbox" and int(field.get("value")) in untick):
            sent.append((field.get("name"), field.get("value")))
    sent += [(name, value)] if name else []
    address = buttons[0].get("formaction") if name else None
    return organiser.get(address or page.path, query_string=sent)


def boxes(page: Page) -> list[int]:
    return [int(value) for value in page.tree.xpath("//tbody//input[@type='checkbox']/@value")]


def test_ticks_survive_paging_sorting_and_filtering_without_javascript(meeting: Meeting, enter: Enter):
    registered(meeting, 58, country="SN")
    (kenyan,) = registered(meeting, name="Zawadi Kenya", country="KE", language="fr")
    organiser = enter()
    page = organiser.get(meeting.desk("?sort=newest"))
    first = boxes(page)
    page = press(organiser, page, "page", "2", tick=first[:3])
    assert "3 people chosen, 3 of them not on this page" in page.text
    second = boxes(page)
    page = press(organiser, page, "page", "1", tick=second[:1])
    assert "4 people chosen, 1 of them not on this page" in page.text
    page = press(organiser, page, untick=first[:1], sort="name")
    assert "3 people chosen" in page.text
    page = press(organiser, page, country="KE")
    assert boxes(page) == [kenyan]
    page = press(organiser, page, "show", "chosen", tick=[kenyan])
    assert sorted(boxes(page)) == sorted({*first[1:3], second[0], kenyan})
    assert "Those chosen" in page.text
    page = press(organiser, page, "show", "list")
    assert boxes(page) == [kenyan], "the filters are as they were"
    restated = press(organiser, page, "decision", "approve")
    assert restated.heading == "Confirm 4 people?"
    back = organiser.get(restated.links()["Go back"])
    assert boxes(back) == [kenyan]
    assert "4 people chosen, 3 of them not on this page" in back.text
    page = press(organiser, back, "choose", "none")
    assert "chosen, " not in page.text
    assert page.tree.xpath("//input[@name='chosen']") == []


def test_everybody_who_matches_is_chosen_in_one_step_up_to_the_most(
    meeting: Meeting, enter: Enter, monkeypatch: pytest.MonkeyPatch
):
    ids = registered(meeting, 60)
    registered(meeting, 2, state=State.APPROVED)
    organiser = enter()
    page = press(organiser, organiser.get(meeting.desk("?state=all")), "choose", "matching")
    assert "60 people chosen, 10 of them not on this page" in page.text, "only who can be decided on"
    restated = press(organiser, page, "decision", "waitlist")
    assert restated.heading == "Put 60 people on the waiting list?"
    assert unpack(restated.value("chosen")) == ids
    monkeypatch.setattr("eventapp.registrations.queue.MOST_AT_ONCE", 40)
    monkeypatch.setattr("eventapp.registrations.selection.MOST_AT_ONCE", 40)
    page = organiser.get(meeting.desk())
    assert "Choose the first 40 of 60 who match" in page.text
    page = press(organiser, page, "choose", "matching")
    assert "40 people chosen" in page.text
    assert "At most 40 people can be decided on at once" in page.text


def test_several_are_restated_and_decided_each_by_itself(meeting: Meeting, enter: Enter):
    meeting.change(capacity_in_person=2)
    ids = registered(meeting, 3)
    (gone,) = registered(meeting, state=State.DECLINED)
    organiser = enter()
    chosen = "&".join(f"id={each}" for each in [*ids, gone])
    page = organiser.get(meeting.desk(f"/decide?decision=approve&{chosen}"))
    assert page.heading == "Confirm 2 people?"
    assert "In person: 0 seats are left" in page.text
    assert "2 mails go out in English" in page.text
    assert "1 person gets no seat" in page.text
    assert "1 person is left out" in page.text
    assert {each.state for each in meeting.registrations()} == {State.SUBMITTED, State.DECLINED}
    with meeting.work() as ctx:  # somebody else is faster with the first
        service.put_on_waitlist(ctx, ctx.session.get_one(Registration, ids[0]))
        service.withdraw(ctx, ctx.session.get_one(Registration, ids[0]))
    data = {"csrf_token": csrf_token(organiser), "decision": "approve", "id": [*ids, gone, 99999]}
    answer = organiser.client.post(meeting.desk("/decide"), data=data)
    done = organiser.get(answer.location)
    assert done.heading == "2 people are confirmed"
    assert "2 people were decided on in the meantime" in done.text
    assert sorted(each.state for each in meeting.registrations()) == ["approved", "approved", "declined", "withdrawn"]
    mails = meeting.kinds()
    again = organiser.get(organiser.client.post(meeting.desk("/decide"), data=data).location)
    assert again.heading == "2 people are confirmed"
    assert "For 2 people it was so already; no second mail goes out" in again.text
    assert meeting.kinds() == mails, "sent twice, nothing is doubled"


def test_who_gets_no_seat_is_named_and_can_be_chosen_again(meeting: Meeting, enter: Enter):
    meeting.change(capacity_in_person=1)
    late, early = registered(meeting, 2)
    with meeting.work() as ctx:
        ctx.session.get_one(Registration, early).submitted_at -= timedelta(days=1)
    organiser = enter()
    data = {"csrf_token": csrf_token(organiser), "decision": "approve", "id": [late, early]}
    done = organiser.get(organiser.client.post(meeting.desk("/decide"), data=data).location)
    assert state_of(meeting, early) is State.APPROVED, "who registered first"
    assert "1 person got no seat" in done.text
    page = organiser.get(done.links()["Show those who are left"])
    assert boxes(page) == [late]


def test_what_cannot_be_saved_stops_nobody_else(meeting: Meeting, enter: Enter, monkeypatch: pytest.MonkeyPatch):
    ids = registered(meeting, 3)
    approve = service.approve

    def unlucky(ctx: Any, registration: Registration, **reasons: str) -> None:
        approve(ctx, registration, **reasons)
        if registration.id == ids[1]:
            raise OperationalError("the database is gone", None, Exception())

    monkeypatch.setattr(service, "approve", unlucky)
    organiser = enter()
    data = {"csrf_token": csrf_token(organiser), "decision": "approve", "id": ids}
    done = organiser.get(organiser.client.post(meeting.desk("/decide"), data=data).location)
    assert done.heading == "2 people are confirmed"
    assert "1 decision could not be saved; try it again" in done.text
    assert [each.state for each in meeting.registrations()] == ["approved", "submitted", "approved"]
    assert meeting.kinds() == ["participation_confirmed"] * 2


def test_passing_people_over_on_the_waiting_list_needs_a_reason(meeting: Meeting, enter: Enter):
    first, second = (registered(meeting, state=State.WAITLISTED, waitlist_rank=rank)[0] for rank in (1, 2))
    organiser = enter()
    page = organiser.get(meeting.desk(f"/decide?decision=approve&id={second}"))
    assert "1 person on the waiting list is passed over" in page.text
    page = organiser.submit(page, {}, action="/decide")
    assert page.status == 422
    assert "Say why the people before are passed over" in page.errors[0]
    assert state_of(meeting, second) is State.WAITLISTED
    done = organiser.submit(page, {"passing_over": "Opens the meeting"}, action="/decide")
    assert done.heading == "1 person is confirmed"
    assert "Opens the meeting" in organiser.get(meeting.desk(f"/{second}")).text
    page = organiser.get(meeting.desk(f"/decide?decision=approve&id={first}"))
    assert "passed over" not in page.text
    (new,) = registered(meeting)
    page = organiser.get(meeting.desk(f"/decide?decision=approve&id={new}"))
    assert "passed over" not in page.text, "there are seats for both"
    meeting.change(capacity_in_person=2)
    page = organiser.get(meeting.desk(f"/{new}"))
    assert "The free seat fits 1 person on it; confirming now passes them over and needs a reason." in page.text
    page = organiser.get(meeting.desk(f"/decide?decision=approve&id={new}"))
    assert "1 person on the waiting list is passed over" in page.text
    assert organiser.submit(page, {}, action="/decide").status == 422
    page = organiser.get(meeting.desk(f"/decide?decision=approve&id={new}&id={first}"))
    assert "passed over" not in page.text


def test_declining_asks_for_a_sentence_in_each_language_that_is_read(meeting: Meeting, enter: Enter):
    ids = [*registered(meeting, 2, language="fr"), *registered(meeting, 1, language="es")]
    ids += registered(meeting, 1, language="fr", state=State.WAITLISTED, waitlist_rank=1)
    organiser = enter()
    page = organiser.get(meeting.desk("/decide?decision=decline&" + "&".join(f"id={each}" for each in ids)))
    assert page.heading == "Decline 4 people?"
    assert "3 mails go out in French" in page.text
    assert {name for name in page.form("/decide").fields if name.startswith("reason-")} == {"reason-fr", "reason-es"}
    assert "Lamentamos" in page.body or "Sentimos" in page.body, "the letter is shown in their language"
    page = organiser.submit(page, {"reason-fr": "L’an prochain, volontiers."}, action="/decide")
    assert page.status == 422
    assert "Write it in Spanish too" in page.errors[0]
    assert page.value("reason-fr").strip() == "L’an prochain, volontiers."
    assert meeting.kinds() == []
    done = organiser.submit(page, {"reason-es": "Con gusto el año próximo."}, action="/decide")
    assert done.heading == "4 people are declined"
    by_language = {mail.language: mail.text_body for mail in meeting.mails()}
    assert "L’an prochain, volontiers." in by_language["fr"]
    assert "Con gusto el año próximo." in by_language["es"]
    assert set(by_language) <= set(LANGUAGES)
    assert {each.state for each in meeting.registrations()} == {State.DECLINED}


def test_an_address_without_people_or_decision_leads_back(meeting: Meeting, enter: Enter):
    (one,) = registered(meeting)
    organiser = enter()
    wrong = ("", "?decision=approve", f"?decision=revoke&id={one}", "?decision=approve&id=abc&id=99999&chosen=-.-")
    for query in wrong:
        assert organiser.get(meeting.desk(f"/decide{query}")).heading == "Registrations"
    token = csrf_token(organiser)
    answer = organiser.client.post(meeting.desk("/decide"), data={"csrf_token": token, "decision": "approve"})
    assert urlsplit(answer.location).path == meeting.desk()
    assert organiser.get(meeting.desk("?chosen=é&id=²&choose=x&show=chosen&page=9")).status == 200


def test_the_suggestion_is_ticked_explained_and_leads_to_what_it_does(meeting: Meeting, enter: Enter):
    meeting.change(capacity_in_person=3, capacity_remote=1)
    registered(meeting, state=State.APPROVED, country="SN", first_time=False)
    senegal = registered(meeting, 2, country="SN")
    (kenya,) = registered(meeting, country="KE")
    (online,) = registered(meeting, country="SN", mode=Mode.REMOTE)
    registered(meeting, state=State.WAITLISTED, waitlist_rank=1)
    organiser = enter()
    page = organiser.get(meeting.desk())
    page = organiser.get(page.links()["Suggest a selection"])
    assert boxes(page) == [kenya, online]
    assert "The first from Kenya" in page.text
    assert "No seat in person is left for them." in page.text
    assert "The 1 person on the waiting list is not part of it" in page.text
    assert "1 free seat fits people on the waiting list and is left out of the suggestion." in page.text
    assert page.text == organiser.get(meeting.desk("/suggestion")).text
    restated = organiser.submit(page, {"id": [str(kenya)]}, action="/choice", press=("decision", "approve"))
    assert restated.heading == "Confirm 1 person?"
    assert "1 person stays on the waiting list" in restated.text
    listed = organiser.submit(page, action="/choice", press=("decision", ""))
    assert boxes(listed) == [kenya, online]
    assert {state_of(meeting, each) for each in [*senegal, kenya, online]} == {State.SUBMITTED}, "nothing is applied"
    assert "passed over" not in restated.text, "a seat is left for the one who waits"
    organiser.submit(restated, {}, action="/decide")
    assert state_of(meeting, kenya) is State.APPROVED
    for role in (Role.COORDINATOR, Role.DESK, Role.OBSERVER):
        assert enter(role).get(meeting.desk("/suggestion")).status == 403


def test_a_search_without_accents_that_finds_addresses_only_for_those_who_see_them(meeting: Meeting, enter: Enter):
    registered(meeting, name="Jörg Müller", organisation="Gmina Łódź", email="secret.address@example.org")
    registered(meeting, name="أحمد علي", organisation="بلدية تونس", city="100%_sure", email="other@example.org")

    def found(who: Visitor, text: str) -> int:
        page = who.get(meeting.desk(), query_string={"search": text})
        assert page.status == 200
        return len(page.tree.xpath("//tbody/tr"))

    organiser, observer = enter(), enter(Role.OBSERVER)
    for who in (organiser, observer):
        for text in (
            "müller",
            "MULLER",
            "lodz",
            "Łódź",
            "علي",
            "بلدية",
            "100%_s",
            "jorg muller gmina",
        ):
            assert found(who, text) == 1, text
        assert found(who, "100_%") == 0
    for text in ("secret.address", "@example", "example.org"):
        assert found(organiser, text) > 0, text
        assert found(observer, text) == 0, text
    taken = observer.get(meeting.desk("/export"), query_string={"search": "secret.address"})
    assert "0 people" in taken.text


def test_a_long_choice_stays_within_an_address(meeting: Meeting, enter: Enter):
    ids = registered(meeting, 300)
    organiser = enter()
    data = {"csrf_token": csrf_token(organiser), "decision": "approve", "id": ids[::2]}
    answer = organiser.client.post(meeting.desk("/choice"), data=data)
    assert answer.status_code == 303
    assert len(answer.location) < 1500
    assert unpack(parse_qs(urlsplit(answer.location).query)["chosen"][0]) == ids[::2]
    page = organiser.get(answer.location)
    assert page.heading == "Confirm 10 people?"
    assert "140 people get no seat" in page.text
