"""Registration in full: own questions, three languages, a decision on all, a waiting list, a door without a line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, expect
from sqlalchemy import func, select

from eventapp.core.access import Role
from eventapp.core.context import SYSTEM
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.demo.clock import START
from eventapp.registrations.checkin.models import CheckIn
from eventapp.registrations.models import Registration
from tests.browser.own_questions import (
    ADA,
    BINTA,
    BOAT,
    CARLA,
    FLOODS,
    FORM,
    HARBOURS,
    HOTEL,
    LANGUAGES,
    MARKET,
    MATE,
    MEETS,
    NIGHTS,
    PAPER,
    ROOM,
    SHARE,
    SPEAK,
    STAY,
    TOPICS,
    TRIED,
    VISIT,
    YES,
    Guest,
    Own,
    Text,
)
from tests.browser.story import ANSWERS, Person, link_in, person_in
from tests.support.factories import make_event, make_member
from tests.support.live import LiveSite
from tests.support.staff import browser_cookies

SLUG = "port-towns"
DESK = f"/desk/{SLUG}"
PHONE = {"width": 390, "height": 844}
MORNING = datetime(2024, 11, 7, 7, 40, tzinfo=UTC)
LIE = {"name": "port.pdf", "mimeType": "application/pdf", "buffer": b"MZ\x90 a program that calls itself a paper"}
TRUTH = {"name": "port.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"}


class Meeting:
    """An event of two seats in person on a live site, those who run it and those who are invited."""

    def __init__(self, site: LiveSite, browser: Browser) -> None:
        self.site, self._browser = site, browser
        self.people: list[Person] = []
        site.jump(START)
        with site.app.app_context(), unit_of_work(SYSTEM) as ctx:
            event = make_event(ctx, slug=SLUG, capacity_in_person=2)
            self._accounts = {role: make_member(ctx, event, role).id for role in (Role.ORGANISER, Role.DESK)}

    def staff(self, role: Role, **options: Any) -> Person:
        """Return somebody who runs the event, signed in, with JavaScript."""
        person = self._person(script=True, locale="en-GB", **options)
        cookies = browser_cookies(self.site.app, self._accounts[role], self.site.url)
        person.context.add_cookies(cookies)  # type: ignore[arg-type]
        return person

    def guest(self, guest: Guest) -> Person:
        """Return an invited person with a phone, without JavaScript."""
        return self._person(script=False, locale=guest.language, viewport=PHONE)

    def check_ins(self) -> Mapping[str, int]:
        """Return how often each person was checked in."""
        with self.site.app.app_context():
            rows = (
                select(Registration.email, func.count())
                .join(CheckIn, CheckIn.registration_id == Registration.id)
                .where(Registration.email.in_([each.email for each in (ADA, BINTA, CARLA)]))
                .group_by(Registration.email)
            )
            return {row[0]: row[1] for row in reading(SYSTEM).session.execute(rows)}

    def _person(self, **options: Any) -> Person:
        self.people.append(person_in(self._browser, self.site, **options))
        return self.people[-1]


@pytest.fixture
def meeting(sites: Callable[[str], LiveSite], browser: Browser) -> Iterator[Meeting]:
    made = Meeting(sites("door"), browser)
    yield made
    said = [line for person in made.people for line in person.said if not re.search("422|ERR_INTERNET_DISC", line)]
    for person in made.people:
        person.context.close()
    assert said == [], "errors of scripts, or of what pages asked for"


def test_from_the_first_question_to_the_door(meeting: Meeting) -> None:
    organiser = meeting.staff(Role.ORGANISER, viewport={"width": 1280, "height": 900})
    builds_the_form(organiser)
    links = {each: organiser.invite(DESK, each.email, each.name, each.language) for each in (ADA, BINTA, CARLA)}
    ada, binta, carla = (meeting.guest(each) for each in (ADA, BINTA, CARLA))

    fills_until_contribution(ada, ADA, links[ADA])
    fills_until_contribution(binta, BINTA, links[BINTA])
    expect(choice(binta, BINTA, VISIT, BOAT)).to_be_enabled()  # a place is left while she reads the page
    contributes_and_sends(ada, ADA, BOAT)
    is_told_what_is_wrong(binta, BINTA)
    contributes_and_sends(binta, BINTA, MARKET)
    fills_until_contribution(carla, CARLA, links[CARLA])
    expect(choice(carla, CARLA, VISIT, BOAT)).to_be_disabled()
    contributes_and_sends(carla, CARLA, MARKET)

    decides_on_all(organiser)
    confirmed = meeting.site.next_mail(BINTA.email, 2)
    assert confirmed["Content-Language"] == "fr"
    waits = meeting.site.next_mail(CARLA.email, 2)
    assert waits["Content-Language"] == "es"
    notes_for_organisers_only(organiser, ada)

    ada.open(f"/en/{SLUG}/my")
    ada.follow(ada.page.get_by_role("link", name="Withdraw"))
    ada.post("/my/withdraw")
    takes_the_offered_seat(meeting, carla)
    codes = {each.email: code_of(person, each) for each, person in ((BINTA, binta), (CARLA, carla))}

    meeting.site.jump(MORNING)
    works_without_a_line(meeting, codes)


# --- the form -------------------------------------------------------------------------------------------------------


def builds_the_form(organiser: Person) -> None:
    organiser.open(f"{DESK}/registrations")
    organiser.follow(organiser.page.get_by_role("link", name="Own questions"))
    for title, questions in FORM.items():
        organiser.follow(organiser.page.get_by_role("link", name="Add a page"))
        organiser.post("/pages/new", {f"title-{code}": title.in_(code) for code in LANGUAGES}, button=".buttons button")
        for question in questions:
            writes(organiser, title, question)
    expect(organiser.page.locator(".questions > li")).to_have_count(12)
    assert organiser.page.get_by_text("missing in").count() == 0

    organiser.follow(organiser.page.get_by_role("link", name="Preview"))
    for code, own_name in (("fr", "Français"), ("es", "Español")):
        organiser.follow(organiser.page.get_by_role("main").get_by_role("link", name=own_name))
        preview = organiser.page.locator(f".as-asked[lang={code}]")
        for question in (each for questions in FORM.values() for each in questions):
            asked = preview.locator("label, legend").filter(has_text=question.label.in_(code))
            expect(asked).to_have_count(0 if question.private else 1)


def writes(organiser: Person, title: Text, question: Own) -> None:
    page = organiser.page
    organiser.follow(page.get_by_role("link", name=f"Add a question {title.en}", exact=True))
    organiser.follow(page.get_by_role("link", name=question.kind, exact=True))
    values: dict[str, Any] = {f"label-{code}": question.label.in_(code) for code in LANGUAGES}
    for number, option in enumerate(question.options):
        values |= {f"choices-{number}-label-{code}": option.in_(code) for code in LANGUAGES}
    if question.places is not None:
        values["choices-0-places"] = str(question.places)
    values |= {"required": question.required, "private": question.private}
    if question.only_if is not None:
        other, answer = question.only_if
        page.locator("#condition summary").click()
        page.get_by_role("group", name=other.en).get_by_label(answer.en, exact=True).check()
    organiser.post("/questions", values, button=".buttons button")
    expect(page.get_by_role("heading", name=question.label.en)).to_be_visible()


# --- answering ------------------------------------------------------------------------------------------------------


def choice(person: Person, guest: Guest, question: Text, option: Text) -> Locator:
    """The button or box of an option, found by what the guest reads."""
    return person.page.get_by_role("group", name=guest.says(question)).get_by_label(guest.says(option))


def fills_until_contribution(person: Person, guest: Guest, link: str) -> None:
    person.open(link)
    person.post("/accept")
    for name in ("you", "taking-part", "needs"):
        language = {"language": guest.language} if name == "taking-part" else {}
        person.post(f"/my/form/{name}", {**ANSWERS[name], **language})
    expect(person.page.locator("html")).to_have_attribute("lang", guest.language)
    expect(person.page.get_by_role("heading", level=1)).to_have_text(guest.says(STAY))
    only_if = person.page.locator(".own-question", has_text=guest.says(MATE)).locator(".only-if")
    expect(only_if).to_contain_text(guest.says(ROOM))  # without scripts it says when a question is meant

    for question in FORM[STAY]:
        answer = guest.stay.get(question.label)
        if isinstance(answer, Text):
            choice(person, guest, question.label, answer).check()
        elif answer is not None:
            field = person.page.get_by_label(guest.says(question.label))
            field.select_option(answer) if question.kind == "Country" else field.fill(answer)
    person.post(urlsplit(person.page.url).path)
    expect(person.page.get_by_role("heading", level=1)).to_have_text(guest.says(SHARE))


def contributes_and_sends(person: Person, guest: Guest, visit: Text) -> None:
    fills_contribution(person, guest, visit, TRUTH)
    person.post("/my/form/consents", ANSWERS["consents"])
    assert person.page.url.endswith("/my/form/check")
    asked = {question.label for questions in FORM.values() for question in questions if not question.private}
    left_out = {ROOM, MATE, NIGHTS} - set(guest.stay)
    for label in asked:
        expect(person.page.get_by_text(guest.says(label), exact=True)).to_have_count(0 if label in left_out else 1)
    assert guest.says(visit) in person.body
    assert MEETS.in_(guest.language) not in person.body
    person.post("/my/form/check")
    assert person.page.url.endswith(f"/{guest.language}/{SLUG}/my")
    assert person.site.next_mail(guest.email, 1)["Content-Language"] == guest.language


def fills_contribution(person: Person, guest: Guest, visit: Text, file: Any) -> None:
    for option in (HARBOURS, FLOODS):
        choice(person, guest, TOPICS, option).check()
    choice(person, guest, VISIT, visit).check()
    person.page.get_by_label(guest.says(TRIED)).fill(f"{guest.name}:\nün pêu ñ")
    person.page.get_by_label(guest.says(PAPER)).set_input_files(file)
    choice(person, guest, SPEAK, YES).check()
    person.post(urlsplit(person.page.url).path)


def is_told_what_is_wrong(person: Person, guest: Guest) -> None:
    """Want the boat whose only place went meanwhile, and hand in a program as a paper: both are said, nothing lost."""
    fills_contribution(person, guest, BOAT, LIE)
    summary = person.page.get_by_role("alert")
    expect(summary.get_by_role("listitem")).to_have_count(2)
    full = person.page.get_by_role("group", name=guest.says(VISIT))
    expect(full).to_contain_text(f"« {guest.says(BOAT)} » est complet")
    expect(choice(person, guest, VISIT, BOAT)).to_be_disabled()
    paper = person.page.locator(".field.wrong", has=person.page.get_by_label(guest.says(PAPER)))
    expect(paper.locator(".error")).to_contain_text("« .pdf »")
    expect(person.page.get_by_label(guest.says(TRIED))).to_have_value(f"{guest.name}:\nün pêu ñ")
    for question, option in ((TOPICS, HARBOURS), (TOPICS, FLOODS), (SPEAK, YES)):
        expect(choice(person, guest, question, option)).to_be_checked()


# --- deciding -------------------------------------------------------------------------------------------------------


def decides_on_all(organiser: Person) -> None:
    page = organiser.page
    organiser.open(f"{DESK}/registrations")
    page.get_by_label("Select all on this page").check()
    expect(page.get_by_role("status").filter(has_text="3 people chosen")).to_be_visible()
    organiser.follow(page.get_by_role("button", name="Confirm", exact=True))
    expect(page.locator("h1")).to_have_text("Confirm 2 people?")
    expect(page.get_by_text("1 person gets no seat")).to_be_visible()
    expect(page.locator(".rule.stop")).to_contain_text(CARLA.name)
    for language in ("English", "French"):
        expect(page.get_by_text(f"1 mail goes out in {language}")).to_be_visible()
    organiser.post("/decide")
    expect(page.locator("h1")).to_have_text("2 people are confirmed")

    organiser.follow(page.get_by_role("link", name="Show those who are left"))
    expect(page.get_by_label(f"Select {CARLA.name}")).to_be_checked()
    organiser.follow(page.get_by_role("button", name="Put on the waiting list"))
    organiser.post("/decide")
    expect(page.locator("h1")).to_have_text("1 person is on the waiting list")


def notes_for_organisers_only(organiser: Person, ada: Person) -> None:
    page = organiser.page
    organiser.open(f"{DESK}/registrations?state=all&search=Mensah")
    organiser.follow(page.locator("table a", has_text=ADA.name))
    for label in (HOTEL, MATE, TRIED):
        expect(page.get_by_text(label.en, exact=True)).to_be_visible()
    with page.expect_download() as handed_in:
        page.get_by_role("link", name="port.pdf").click()
    assert handed_in.value.path().read_bytes() == TRUTH["buffer"]
    page.get_by_label(MEETS.en).fill("Núria, platform 3")
    organiser.follow(page.locator(".private-answers").get_by_role("button", name="Save"))
    expect(page.get_by_label(MEETS.en)).to_have_value("Núria, platform 3")
    ada.open(f"/en/{SLUG}/my")
    assert "Núria" not in ada.page.content()
    assert MEETS.en not in ada.page.content()


# --- the waiting list, and the door ---------------------------------------------------------------------------------


def takes_the_offered_seat(meeting: Meeting, carla: Person) -> None:
    offer = meeting.site.next_mail(CARLA.email, 3)
    assert offer["Content-Language"] == "es"
    carla.open(link_in(offer, "/i/"))
    carla.post("/open")
    assert carla.page.url.endswith(f"/es/{SLUG}/my")
    accept = carla.form("/my/offer/accept")
    expect(accept).to_have_count(1)  # looking has taken nothing
    carla.post("/my/offer/accept")
    expect(carla.form("/my/offer/accept")).to_have_count(0)
    confirmed = meeting.site.next_mail(CARLA.email, 4)
    assert confirmed["Content-Language"] == "es"


def code_of(person: Person, guest: Guest) -> str:
    person.open(f"/{guest.language}/{SLUG}/my")
    return person.page.locator(".door-code .code").inner_text()


def works_without_a_line(meeting: Meeting, codes: Mapping[str, str]) -> None:
    desk = meeting.staff(Role.DESK, viewport=PHONE)
    page = desk.page
    with page.expect_response(lambda answer: answer.url.endswith("/check-in/list")) as listed:
        desk.open(f"{DESK}/check-in")
    listed.value.finished()
    page.wait_for_function(f"async () => !!(await caches.match('{DESK}/check-in', {{ ignoreVary: true }}))")

    desk.context.set_offline(True)
    for guest in (BINTA, CARLA):
        expect(scanned(desk, codes[guest.email])).to_contain_text("Welcome")
        expect(page.locator("[data-answer]")).to_contain_text(guest.name)
    expect(page.locator("[data-kept]")).to_have_text("2 scans are kept on this phone, not sent yet.")
    assert meeting.check_ins() == {}
    desk.context.set_offline(False)
    expect(page.locator("[data-kept]")).to_have_text("")
    expect(page.locator("[data-live]")).to_contain_text("2 of 2")
    expect(page.locator("[data-conflicts] li")).to_have_count(0)
    expect(scanned(desk, codes[CARLA.email])).to_contain_text("Already at 08:4")
    assert meeting.check_ins() == {BINTA.email: 1, CARLA.email: 1}


def scanned(desk: Person, code: str) -> Locator:
    """Type a code as a hardware scanner does, and return the answer."""
    desk.page.locator("#who").fill(code)
    desk.page.locator("#who").press("Enter")
    return desk.page.locator("[data-answer]")
