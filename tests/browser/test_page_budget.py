"""What a page weighs on the wire, the first time and again, for everybody from outside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from tests.browser.places import Place, Places
from tests.support.live import LiveSite

FIRST_BYTES, FIRST_REQUESTS, FIRST_SCRIPT_BYTES = 60 * 1024, 8, 12 * 1024
AGAIN_BYTES = 15 * 1024
PATIENCE_ROUNDS = 50


@dataclass
class Load:
    """What went over the wire for one page."""

    addresses: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    bytes_of: dict[str, int] = field(default_factory=dict)
    cached: set[str] = field(default_factory=set)
    done: set[str] = field(default_factory=set)

    @property
    def requests(self) -> list[str]:
        return [number for number in self.addresses if number not in self.cached]

    @property
    def size(self) -> int:
        return sum(self.bytes_of.get(number, 0) for number in self.requests)

    @property
    def script_size(self) -> int:
        return sum(self.bytes_of.get(number, 0) for number in self.requests if self.kinds.get(number) == "Script")

    def foreign(self, origin: str) -> list[str]:
        """Addresses of other origins."""
        return [
            address
            for address in self.addresses.values()
            if not address.startswith((f"{origin}/", "data:")) and urlsplit(address).scheme != "about"
        ]


class Scales:
    """A page with the browser's own count of its network."""

    def __init__(self, context: BrowserContext) -> None:
        self.page: Page = context.new_page()
        self.load = Load()
        session = context.new_cdp_session(self.page)
        session.send("Network.enable")
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.responseReceived", self._answered)
        session.on("Network.requestServedFromCache", lambda told: self.load.cached.add(told["requestId"]))
        session.on("Network.loadingFinished", self._finished)
        session.on("Network.loadingFailed", lambda told: self.load.done.add(told["requestId"]))

    def weigh(self, address: str) -> Load:
        """Open the address and return what it took."""
        self.load = Load()
        self.page.goto(address)
        known = 0
        for _round in range(PATIENCE_ROUNDS):  # what a script fetches after the page has loaded counts as well
            self.page.wait_for_timeout(60)
            arrived = len(self.load.addresses) + len(self.load.done)
            if arrived == known:
                break
            known = arrived
        return self.load

    def _asked(self, told: dict[str, Any]) -> None:
        if not told["request"]["url"].startswith("data:"):
            self.load.addresses[told["requestId"]] = told["request"]["url"]

    def _answered(self, told: dict[str, Any]) -> None:
        self.load.kinds[told["requestId"]] = told["type"]
        if told["response"].get("fromDiskCache"):
            self.load.cached.add(told["requestId"])

    def _finished(self, told: dict[str, Any]) -> None:
        self.load.bytes_of[told["requestId"]] = int(told["encodedDataLength"])
        self.load.done.add(told["requestId"])


def excess(first: Load, again: Load, origin: str, icon: int = 0) -> list[str]:
    """Return what is over the budget; the icon, which Chromium without a window does not ask for, is counted in."""
    limits = [
        ("bytes", first.size + icon, FIRST_BYTES),
        ("requests", len(first.requests) + bool(icon), FIRST_REQUESTS),
        ("bytes of JavaScript", first.script_size, FIRST_SCRIPT_BYTES),
        ("bytes again", again.size, AGAIN_BYTES),
    ]
    over = [f"{value} {name}, {limit} are allowed" for name, value, limit in limits if value > limit]
    return over + [f"{address} is of another origin" for address in (*first.foreign(origin), *again.foreign(origin))]


def name_of(place: Place) -> str:
    """Return a line's name that fits the table."""
    return f"{place.endpoint} {place.who.removeprefix('invitee:').replace('anonymous', '')}".strip()


def test_public_and_participant_pages_keep_their_budget(
    visit: Callable[..., BrowserContext], site: LiveSite, places: Places
) -> None:
    icon = _icon_size(visit("anonymous"), site)
    faults, lines = [], [f"{'page':58} {'bytes':>7} {'requests':>8} {'scripts':>7} {'again':>6}"]
    for place in places.public():
        context = visit(place.who)  # a browser of its own: its cache is empty
        scales = Scales(context)
        first = scales.weigh(site.url + place.path)
        again = scales.weigh(site.url + place.path)
        assert first.size > 1000, f"nothing was weighed at {place}"
        faults += [f"{place}: {each}" for each in excess(first, again, site.url, icon)]
        lines.append(
            f"{name_of(place)[:58]:58} {first.size + icon:7} {len(first.requests) + 1:8} "
            f"{first.script_size:7} {again.size:6}"
        )
        context.close()
    print("\n".join(["", *lines]))  # noqa: T201 - the table of figures
    assert not faults, "\n".join(faults)


def _icon_size(context: BrowserContext, site: LiveSite) -> int:
    page = context.new_page()
    page.goto(f"{site.url}/en/")
    address = page.locator("link[rel=icon]").get_attribute("href")
    assert address is not None
    answer = context.request.get(site.url + address)
    headers = sum(len(name) + len(value) + 4 for name, value in answer.headers.items())
    return int(answer.headers["content-length"]) + headers


PLANTED = {
    "heavy": ("<p>" + "x" * FIRST_BYTES, "bytes, "),
    "many": ("".join(f"<img src='/{n}.png' alt=''>" for n in range(FIRST_REQUESTS)), "requests, "),
    "script": ("<script src='/big.js'></script>", "bytes of JavaScript"),
    "elsewhere": ("<img src='http://elsewhere.example/pixel.png' alt=''>", "another origin"),
}


@pytest.mark.parametrize("kind", PLANTED)
def test_the_budget_refuses_what_is_planted(browser: Browser, kind: str) -> None:
    body, told = PLANTED[kind]

    def answer(route: Route) -> None:
        path = urlsplit(route.request.url).path
        headers = {"Cache-Control": "no-store"}
        if path == "/":
            route.fulfill(
                body=f"<!doctype html><title>Planted</title>{body}", content_type="text/html", headers=headers
            )
        elif path == "/big.js":
            route.fulfill(body="//" + "x" * FIRST_SCRIPT_BYTES, content_type="text/javascript", headers=headers)
        else:
            route.fulfill(body="", content_type="image/png", headers=headers)

    context = browser.new_context()
    context.route("**/*", answer)
    scales = Scales(context)
    origin = "http://planted.example"
    over = excess(scales.weigh(f"{origin}/"), scales.weigh(f"{origin}/"), origin)
    context.close()
    assert any(told in each for each in over), over
