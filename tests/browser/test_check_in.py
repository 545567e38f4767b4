"""The door in a browser: with scripts while the line drops and comes back, and without any."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import delete, func, select

from eventapp.accounts.models import AccountSession
from eventapp.core.context import SYSTEM
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.demo.content import SLUG
from eventapp.demo.loader import find_staff
from eventapp.events.queries import find_event
from eventapp.registrations.checkin import service
from eventapp.registrations.checkin.models import CheckIn
from eventapp.registrations.checkin.service import Scan
from eventapp.registrations.checkin.states import CheckInState, Way
from eventapp.registrations.models import Registration
from eventapp.registrations.states import Mode, State
from tests.browser.conftest import quiet
from tests.support.live import LiveSite
from tests.support.staff import browser_cookies

DOOR = f"/desk/{SLUG}/check-in"
MORNING = datetime(2024, 11, 7, 7, 40, tzinfo=UTC)


# Everything that the browser keeps of the door's pages, as text.
KEPT = """async () => {
  const texts = [];
  for (const name of await caches.keys()) {
    const place = await caches.open(name);
    for (const each of await place.keys()) texts.push(await (await place.match(each, { ignoreVary: true })).text());
  }
  return texts.join();
}"""
NOTHING_KEPT = """async () =>
  !(await caches.keys()).length && !(await navigator.serviceWorker.getRegistrations()).length"""


class Door:
    """A live site on the first morning, and phones at its door."""

    def __init__(self, site: LiveSite, browser: Browser) -> None:
        self.site, self._browser = site, browser
        self.contexts: list[BrowserContext] = []
        site.jump(MORNING)
        with site.app.app_context():
            ctx = reading(SYSTEM)
            account, event = find_staff(ctx, "organiser"), find_event(ctx.session, SLUG)
            assert account is not None and event is not None
            self.account_id = account.id
            here = select(Registration).where(Registration.event_id == event.id, Registration.mode == Mode.IN_PERSON)
            people = ctx.session.scalars(here.order_by(Registration.name)).all()
            self.confirmed = [(each.id, each.code, each.name) for each in people if each.state is State.APPROVED]
            self.waiting = next((each.code, each.name) for each in people if each.state is State.WAITLISTED)

    def phone(self, *, script: bool) -> tuple[BrowserContext, Page]:
        context = self._browser.new_context(
            java_script_enabled=script, locale="en-GB", viewport={"width": 390, "height": 844}
        )
        self.contexts.append(context)
        context.add_cookies(browser_cookies(self.site.app, self.account_id, self.site.url))  # type: ignore[arg-type]
        page = context.new_page()
        page.set_default_timeout(15_000)
        return context, page

    def elsewhere(self, registration_id: int) -> None:
        """Check somebody in at another phone."""
        with self.site.app.app_context(), unit_of_work(SYSTEM) as ctx:
            event = find_event(ctx.session, SLUG)
            assert event is not None
            person = ctx.session.get_one(Registration, registration_id)
            service.check_in(ctx, event, person, Scan(f"elsewhere-{registration_id}", Way.SCANNED))

    def rows(self, registration_id: int) -> int:
        """How many check-ins of the person there are, undone ones left out."""
        with self.site.app.app_context():
            counted = select(func.count()).where(
                CheckIn.registration_id == registration_id, CheckIn.state == CheckInState.PRESENT
            )
            return reading(SYSTEM).session.scalar(counted) or 0

    def sign_everybody_out(self) -> None:
        with self.site.app.app_context(), unit_of_work(SYSTEM) as ctx:
            ctx.session.execute(delete(AccountSession))


@pytest.fixture
def door(sites: Callable[[str], LiveSite], browser: Browser, request: pytest.FixtureRequest) -> Iterator[Door]:
    made = Door(sites("door"), browser)
    yield made
    for context in made.contexts:
        context.close()


def open_with_list(page: Page, door: Door) -> None:
    with page.expect_response(lambda answer: answer.url.endswith("/check-in/list")) as listed:
        page.goto(door.site.url + DOOR)
    listed.value.finished()


def scan(page: Page, typed: str) -> Any:
    """Type as a hardware scanner does, and return the answer."""
    page.locator("#who").fill(typed)
    page.locator("#who").press("Enter")
    return page.locator("[data-answer]")


def open_again_without_a_line(page: Page, name: str) -> None:
    """Load the page again: it comes from what the browser keeps, which names nobody."""
    page.reload()
    expect(page.get_by_text("There is no line.")).to_be_visible()
    kept = page.evaluate(KEPT)
    assert "There is no line." in kept
    assert name not in kept


def test_the_desk_goes_on_while_the_line_is_down(door: Door) -> None:
    (first, second, third, fourth, last), (waiting, _who) = door.confirmed[:5], door.waiting
    context, page = door.phone(script=True)
    said = quiet(page)
    open_with_list(page, door)

    expect(scan(page, first[1])).to_contain_text("Welcome")
    expect(page.locator("[data-live]")).to_contain_text(first[2])
    expect(scan(page, f"{first[1][:4]}-{first[1][4:].lower()}")).to_contain_text("Already at 08:4")
    expect(scan(page, waiting)).to_contain_text("Not confirmed")
    expect(page.get_by_role("link", name="Let in all the same")).to_be_visible()
    expect(scan(page, "00000000")).to_contain_text("No such code")
    assert page.locator("#who").input_value() == ""

    page.wait_for_function(f"async () => !!(await caches.match({DOOR!r}, {{ ignoreVary: true }}))")
    context.set_offline(True)
    expect(scan(page, second[1])).to_contain_text("Welcome")
    expect(page.locator("[data-answer]")).to_contain_text("Kept on this phone")
    expect(page.locator("[data-kept]")).to_have_text("1 scan is kept on this phone, not sent yet.")
    expect(scan(page, second[1])).to_contain_text("Already at 08:4")
    page.locator("#who").fill(third[2].split()[-1].upper())
    page.get_by_role("button", name=f"Check in: {third[2]}").click()
    expect(page.locator("[data-answer]")).to_contain_text(third[2])
    expect(page.locator("[data-kept]")).to_have_text("3 scans are kept on this phone, not sent yet.")
    assert (door.rows(second[0]), door.rows(third[0])) == (0, 0)
    stored = page.evaluate("JSON.stringify(localStorage)")
    assert second[1] in stored
    assert second[2] not in stored, "a name is nothing for a phone to keep"

    open_again_without_a_line(page, first[2])
    expect(page.locator("[data-kept]")).to_have_text("3 scans are kept on this phone, not sent yet.")
    expect(scan(page, last[1])).to_contain_text("No line, and no list on this phone yet")

    door.elsewhere(third[0])
    context.set_offline(False)
    expect(page.locator("[data-kept]")).to_have_text("")
    conflicts = page.locator("[data-conflicts] li")
    expect(conflicts).to_have_count(1)
    expect(conflicts).to_contain_text(third[2])
    expect(conflicts).to_contain_text("Already at 08:4")
    conflicts.get_by_role("button", name="Dismiss").click()
    expect(conflicts).to_have_count(0)
    assert [door.rows(each[0]) for each in (first, second, third, last)] == [1, 1, 1, 1]

    page.get_by_role("button", name=f"Undo {second[2]}").click()
    expect(page.locator("[data-live]")).not_to_contain_text(second[2])
    assert door.rows(second[0]) == 0
    assert said == []

    door.sign_everybody_out()
    scan(page, fourth[1])
    expect(page.get_by_role("link", name="Sign in again")).to_be_visible()
    expect(page.locator("[data-kept]")).to_contain_text("1 scan is kept")
    assert door.rows(fourth[0]) == 0
    page.get_by_role("link", name="Sign in again").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.wait_for_function(NOTHING_KEPT)


def test_a_full_phone_keeps_scans_and_a_new_morning_begins_anew(door: Door) -> None:
    (person, other), (waiting, _who) = door.confirmed[7:9], door.waiting
    context, page = door.phone(script=True)
    open_with_list(page, door)
    context.set_offline(True)
    expect(scan(page, person[1])).to_contain_text("Welcome")
    page.evaluate("Storage.prototype.setItem = () => { throw new Error('full') }; 0")
    expect(scan(page, waiting)).to_contain_text("Not confirmed")
    expect(scan(page, other[1])).to_contain_text("Welcome")
    expect(page.locator("[data-kept]")).to_contain_text("3 scans are kept")

    page.evaluate("Today = Date; Date = class extends Today { constructor(at = Today.now() + 864e5) { super(at) } }; 0")
    page.locator("#who").fill(person[2])
    expect(page.get_by_role("button", name=f"Check in: {person[2]}")).to_be_visible()
    page.evaluate("Date = Today; 0")

    context.set_offline(False)
    expect(page.locator("[data-kept]")).to_have_text("")
    assert [door.rows(each[0]) for each in (person, other)] == [1, 1]
    expect(page.locator("[data-conflicts] li")).to_have_count(0)


def test_the_door_works_without_scripts(door: Door) -> None:
    person, other = door.confirmed[5], door.confirmed[6]
    _context, page = door.phone(script=False)
    page.goto(door.site.url + DOOR)
    expect(scan(page, person[1])).to_contain_text("Welcome")
    expect(scan(page, person[1])).to_contain_text("Already at")
    page.get_by_role("button", name=f"Undo {person[2]}").click()
    assert door.rows(person[0]) == 0
    page.locator("#who").fill(other[2])
    page.get_by_role("button", name="Check in").first.click()
    page.locator(".found li", has_text=other[2]).get_by_role("button").click()
    expect(page.locator("[data-answer]")).to_contain_text("Welcome")
    assert door.rows(other[0]) == 1
