"""The draft is edited by keyboard alone, by the pointer, and without JavaScript; each leaves it as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from eventapp.demo.clock import START
from eventapp.demo.content import SLUG
from tests.browser.conftest import quiet
from tests.browser.story import Person, staff_address
from tests.support.live import LiveSite

DRAFT = f"/desk/{SLUG}/agenda?day=2024-11-07"
MOST_TABS = 60


@pytest.fixture
def organiser(request: pytest.FixtureRequest, sites: Callable[[str], LiveSite], browser: Browser) -> Iterator[Person]:
    """The organiser before the draft's first day, with JavaScript (`script`) or without (`plain`)."""
    site = sites("door")
    site.jump(START)
    context = browser.new_context(
        java_script_enabled=request.param == "script", viewport={"width": 1280, "height": 2000}
    )
    page = context.new_page()
    page.set_default_timeout(15_000)
    person = Person(site, context, page, quiet(page))
    person.sign_in(staff_address("organiser"))
    person.open(DRAFT)
    yield person
    context.close()
    assert person.said == []


def session(organiser: Person, number: int) -> tuple[Locator, str]:
    """Return a session of the day and its id."""
    found = organiser.page.locator("[data-session]").nth(number)
    return organiser.page.locator(f"#{found.get_attribute('id')}"), str(found.get_attribute("data-session"))


def undo_all(organiser: Person) -> None:
    """Press the button that undoes until nothing is left to undo."""
    last = organiser.page.locator("#undo-last")
    while last.count():
        before = last.get_attribute("value")
        last.click()
        expect(organiser.page.locator(f'#undo-last[value="{before}"]')).to_have_count(0)


@pytest.mark.parametrize("organiser", ["script"], indirect=True)
def test_a_session_is_moved_by_keyboard_alone_and_by_the_pointer(organiser: Person) -> None:
    page = organiser.page
    slip, number = session(organiser, 1)
    expect(slip).to_contain_text("09:30–11:00")
    for _tab in range(MOST_TABS):
        page.keyboard.press("Tab")
        if slip.locator("summary:focus").count():
            break
    page.keyboard.press("Enter")
    for _tab in range(4):
        page.keyboard.press("Tab")
    expect(page.locator(f"#delayed-{number}")).to_be_focused()
    page.keyboard.press("Enter")
    expect(slip).to_contain_text("09:35–11:05")
    expect(page.locator(f"#delayed-{number}")).to_be_focused()
    expect(page.get_by_role("status").first).to_contain_text("is now on Thursday 7 November, 09:35–11:05")
    page.keyboard.press("Alt+ArrowLeft")
    expect(slip).to_contain_text("09:30–11:00")
    page.keyboard.press("Alt+Shift+ArrowRight")
    expect(slip).to_contain_text("09:30–11:05")
    page.keyboard.press("Alt+ArrowUp")
    expect(slip).to_contain_text("09:00–10:35")
    expect(page.locator(f"#delayed-{number}")).to_be_focused()
    page.locator(f"#edit-{number}").locator("xpath=ancestor::article").locator(".when strong").drag_to(
        page.locator('[data-day="2024-11-08"]')
    )
    expect(page.get_by_role("status").first).to_contain_text("is now on Friday 8 November, 09:00–10:35")
    expect(slip).to_be_focused()
    undo_all(organiser)
    page.goto(organiser.site.url + DRAFT)
    expect(slip).to_contain_text("09:30–11:00")


@pytest.mark.parametrize("organiser", ["plain"], indirect=True)
def test_a_session_is_moved_without_javascript(organiser: Person) -> None:
    page = organiser.page
    slip, number = session(organiser, 1)
    slip.locator("summary").click()
    with page.expect_navigation():
        page.locator(f"#later-{number}").click()
    assert page.url.endswith(f"open={number}#later-{number}")
    expect(page.locator(f"#later-{number}")).to_be_focused()
    expect(slip).to_contain_text("10:00–11:30")
    page.locator(f"#to-day-{number}").select_option("2024-11-08")
    with page.expect_navigation():
        page.locator(f"#day-{number}").click()
    expect(page.locator("nav.tabs [aria-current=page]")).to_contain_text("Friday 8 November")
    expect(slip).to_be_in_viewport()
    undo_all(organiser)
    page.goto(organiser.site.url + DRAFT)
    expect(slip).to_contain_text("09:30–11:00")
