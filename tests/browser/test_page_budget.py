"""What a page weighs on the wire, the first time and again, for everybody from outside."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Route

from tests.browser.places import Place
from tests.browser.walking import Walk
from tests.browser.weighing import FIRST_BYTES, FIRST_REQUESTS, FIRST_SCRIPT_BYTES, Scales, excess
from tests.support.live import LiveSite


def name_of(place: Place) -> str:
    """Return a line's name that fits the table."""
    return f"{place.endpoint} {place.who.removeprefix('invitee:').replace('anonymous', '')}".strip()


def test_public_and_participant_pages_keep_their_budget(
    visit: Callable[..., BrowserContext], site: LiveSite, walk: Walk
) -> None:
    icon = _icon_size(visit("anonymous"), site)
    faults, lines = [], [f"{'page':58} {'bytes':>7} {'requests':>8} {'scripts':>7} {'again':>6}"]
    for each in walk.outside:
        first, again = each.first, each.again
        assert first.size > 1000 and not first.cached, f"not everything was weighed at {each.place}"
        faults += [f"{each.place}: {fault}" for fault in excess(first, again, site.url, icon)]
        lines.append(
            f"{name_of(each.place)[:58]:58} {first.size + icon:7} {len(first.requests) + 1:8} "
            f"{first.script_size:7} {again.size if again else '–':>6}"
        )
    print("\n".join(["", *lines]))  # noqa: T201 - the table of figures
    assert sum(each.again is not None for each in walk.outside) > 15
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
    scales = Scales(context.new_page())
    origin = "http://planted.example"
    over = excess(scales.weigh(f"{origin}/"), scales.weigh(f"{origin}/"), origin)
    context.close()
    assert any(told in each for each in over), over
