"""Chromium, and the live sites that it visits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.places import Places
from tests.browser.walking import Walk
from tests.support import databases
from tests.support.live import BROWSER_ARGUMENTS, LiveSite, browser_path, sqlite_url

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a browser; `tests/support/scheduling.py` keeps it in one process or two."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """How Chromium is started."""
    return {"executable_path": browser_path(), "args": BROWSER_ARGUMENTS}


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> LiveSite:
    """The sample event as loaded, its mail delivered; nobody serves it."""
    folder = tmp_path_factory.mktemp("pristine")
    site = LiveSite(folder, sqlite_url(folder))
    site.load()
    return site


@pytest.fixture(scope="session")
def site(pristine: LiveSite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    """The live site of the walks, which only look."""
    live = pristine.copy_to(tmp_path_factory.mktemp("live") / "site")
    live.start_web()  # nothing is mailed here
    yield live
    live.stop()


@pytest.fixture(scope="session")
def places(site: LiveSite) -> Places:
    """Every page of the walks' site."""
    return Places(site.app)


@pytest.fixture(scope="session")
def walk(browser: Browser, site: LiveSite, places: Places) -> Walk:
    """The walk over every page, once for all tests that judge pages."""
    return Walk(browser, site, places)


@pytest.fixture
def visit(browser: Browser, places: Places) -> Iterator[Callable[..., BrowserContext]]:
    """Make a browser of somebody: `visit("organiser", color_scheme="dark")`."""
    opened: list[BrowserContext] = []

    def make(who: str, **options: Any) -> BrowserContext:
        context = browser.new_context(locale="en-GB", timezone_id="Europe/Madrid", **options)
        context.add_cookies(places.cookies(who))  # type: ignore[arg-type]
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()


@pytest.fixture(scope="session")
def sites(
    pristine: LiveSite, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Callable[[str], LiveSite]]:
    """Start, once for each name, a live site of a story of its own; `postgresql` in the name chooses the engine."""
    started: dict[str, LiveSite] = {}

    def start(name: str) -> LiveSite:
        if name not in started:
            folder = tmp_path_factory.mktemp("story") / name
            if "postgresql" in name:
                folder.mkdir()
                uri = request.getfixturevalue("postgres_uri")
                live = LiveSite(folder, databases.new_postgres_database(uri, "browser"))
                live.load()
            else:
                live = pristine.copy_to(folder)
            live.start()
            started[name] = live
        return started[name]

    yield start
    for live in started.values():
        live.ask_to_stop()
    for live in started.values():
        live.stop()


def quiet(page: Page) -> list[str]:
    """Return the list into which the page's script errors and console errors will be written."""
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    return said
