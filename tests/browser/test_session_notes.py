"""Two rapporteurs in one session, and all that can go wrong in a room: not one of their words is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import delete, select

from eventapp.accounts.models import AccountSession
from eventapp.core.access import Role
from eventapp.core.context import SYSTEM
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.demo.content import SLUG
from eventapp.events.queries import find_event
from eventapp.notes.session_notes.models import NoteEntry, SessionNote
from tests.browser.conftest import quiet
from tests.support.factories import make_member
from tests.support.live import LiveSite
from tests.support.staff import browser_cookies

NOW = f"/desk/{SLUG}/notes/sessions/now"
MORNING = datetime(2024, 11, 7, 9, 10, tzinfo=UTC)
TABLET = {"width": 820, "height": 1180}
SAVED = "[data-session-notes][data-state=saved]"


class Room:
    """A live site while a session is on, and the tablets of two rapporteurs."""

    def __init__(self, site: LiveSite, browser: Browser) -> None:
        self.site, self._browser = site, browser
        self.contexts: list[BrowserContext] = []
        site.jump(MORNING)
        with site.app.app_context(), unit_of_work(SYSTEM) as ctx:
            event = find_event(ctx.session, SLUG)
            assert event is not None
            self.ada, self.ben = (make_member(ctx, event, Role.RAPPORTEUR, name=name).id for name in ("Ada", "Ben"))

    def tablet(self, account_id: int) -> BrowserContext:
        context = self._browser.new_context(locale="en-GB", viewport=TABLET, has_touch=True)  # type: ignore[arg-type]
        self.contexts.append(context)
        self.sign_in(context, account_id)
        context.set_default_timeout(15_000)
        return context

    def sign_in(self, context: BrowserContext, account_id: int) -> None:
        context.add_cookies(browser_cookies(self.site.app, account_id, self.site.url))  # type: ignore[arg-type]

    def sign_everybody_out(self) -> None:
        with self.site.app.app_context(), unit_of_work(SYSTEM) as ctx:
            ctx.session.execute(delete(AccountSession))

    def open(self, context: BrowserContext) -> Page:
        page = context.new_page()
        page.goto(self.site.url + NOW)
        expect(page.locator("[data-kinds]")).to_be_visible()
        return page

    def noted(self, account_id: int) -> list[tuple[str, str]]:
        """What the server has of somebody."""
        with self.site.app.app_context():
            rows = reading(SYSTEM).session.execute(
                select(NoteEntry.kind, NoteEntry.text)
                .join(SessionNote)
                .where(SessionNote.author_id == account_id, NoteEntry.removed_at.is_(None))
                .order_by(NoteEntry.position)
            )
            return [(row[0].value, row[1]) for row in rows]


@pytest.fixture
def room(sites: Callable[[str], LiveSite], browser: Browser) -> Iterator[Room]:
    made = Room(sites("door"), browser)
    yield made
    for context in made.contexts:
        context.close()


def write(page: Page, text: str) -> None:
    """Write one more note by the keyboard."""
    page.get_by_role("button", name="Next note").click()
    page.keyboard.type(text)


def saved(page: Page) -> None:
    page.evaluate("document.activeElement.blur()")  # who leaves a field does not wait for its save
    expect(page.locator(SAVED)).to_be_visible()


def test_two_writers_a_lost_line_an_expired_sign_in_and_a_killed_server_lose_no_word(room: Room) -> None:
    ada_s, ben_s = room.tablet(room.ada), room.tablet(room.ben)
    ada, ben = room.open(ada_s), room.open(ben_s)
    said = quiet(ada)
    write(ada, "?Who pays for it")
    write(ben, "=We build together")
    ada.keyboard.press("Control+Enter")
    ada.keyboard.type("Alt chooses as well")
    ada.keyboard.press("Alt+6")
    saved(ada)
    saved(ben)
    assert room.noted(room.ben) == [("commitment", "We build together")]
    assert room.noted(room.ada) == [("question", "Who pays for it"), ("quote", "Alt chooses as well")]
    assert said == []

    ada_s.set_offline(True)
    write(ada, "*Typed without a line")
    ada.keyboard.press("Enter")
    ada.keyboard.type("in two lines")
    expect(ada.locator("[data-status]")).to_contain_text("kept in this browser")
    ada.close(run_before_unload=False)
    ada_s.set_offline(False)
    stranger = room.open(ada_s)
    expect(stranger.locator("[data-status]")).to_contain_text("are here again")
    saved(stranger)
    assert room.noted(room.ada)[2:] == [("idea", "Typed without a line\nin two lines")]

    ada = stranger
    room.sign_everybody_out()
    write(ada, "After the sign-in had ended")
    expect(ada.get_by_role("link", name="Sign in again")).to_be_visible()
    ada.keyboard.type(", and on")
    other = ada_s.new_page()  # another tab, in which she signs in; first somebody else does
    room.sign_in(ada_s, room.ben)
    other.goto(room.site.url + NOW)
    expect(other.locator("[data-kinds]")).to_be_visible()
    assert "After the sign-in" not in other.content()
    assert all(
        "After" not in each for each in other.locator("textarea").evaluate_all("all => all.map((each) => each.value)")
    )
    ada.bring_to_front()
    ada.evaluate("dispatchEvent(new Event('focus'))")
    expect(ada.locator("[data-status]")).to_contain_text("Somebody else is now signed in")
    room.sign_in(ada_s, room.ada)
    ada.evaluate("dispatchEvent(new Event('focus'))")
    saved(ada)
    assert room.noted(room.ada)[3:] == [("key_point", "After the sign-in had ended, and on")]
    assert room.noted(room.ben) == [("commitment", "We build together")]

    room.site.kill()
    write(ada, "Nobody answers")
    expect(ada.locator("[data-status]")).to_contain_text("No connection")
    room.site.start()
    ada.keyboard.type(", and then somebody does")
    saved(ada)
    assert room.noted(room.ada)[4:] == [("key_point", "Nobody answers, and then somebody does")]


def test_two_devices_of_one_rapporteur_keep_both_texts(room: Room) -> None:
    tablet, phone = room.tablet(room.ada), room.tablet(room.ada)
    first = room.open(tablet)
    write(first, "Begun here")
    saved(first)
    second = room.open(phone)
    first.locator("textarea").first.fill("Begun here, gone on <i>here</i>")
    saved(first)
    second.locator("textarea").first.fill("Begun here, gone on there")
    expect(second.get_by_role("alert")).to_contain_text("changed on another device")
    assert second.locator("[role=alert] ins").count()
    assert not second.locator("main i").count()
    second.get_by_role("button", name="Keep both").click()
    saved(second)
    assert sorted(text for _kind, text in room.noted(room.ada)) == [
        "Begun here, gone on <i>here</i>",
        "Begun here, gone on there",
    ]


def test_what_cannot_be_saved_stays_in_the_browser_and_says_why(room: Room) -> None:
    tablet = room.tablet(room.ada)
    page = room.open(tablet)
    write(page, "Short enough")
    saved(page)
    page.get_by_role("button", name="Next note").click()
    page.evaluate("""() => {
      const area = document.activeElement;
      area.value = "A long day. ".repeat(17_000);
      area.dispatchEvent(new Event("input", { bubbles: true }));
    }""")
    expect(page.get_by_text("This note is too long").first).to_be_visible()
    page.close(run_before_unload=False)
    again = room.open(tablet)
    long = again.locator("[data-entry] textarea").nth(1)
    assert long.evaluate("(area) => area.value.length") == 12 * 17_000
    long.fill("Cut to what matters")
    saved(again)
    assert [text for _kind, text in room.noted(room.ada)] == ["Short enough", "Cut to what matters"]

    again.get_by_role("button", name="Cross out").first.click()
    saved(again)
    again.get_by_role("button", name="Hand in my notes").click()
    expect(again.get_by_text("You handed them in on")).to_be_visible()
    assert [text for _kind, text in room.noted(room.ada)] == ["Cut to what matters"]
