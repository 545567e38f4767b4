"""No axe violation on any page, and every page fits a narrow phone with targets one can hit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

from tests.browser.places import Place, Places
from tests.support.live import LiveSite

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
IN_THE_DARK = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 640}
SMALLEST_TARGET = 24

# Returns what is too small to hit. Exempt are links in running text, what only a screen reader meets, and boxes whose
# label can be hit as well.
SMALL_TARGETS = """smallest => [...document.querySelectorAll(
  "a[href], button, summary, select, textarea, input:not([type=hidden])"
)].filter(element => {
  if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
  for (let each = element; each; each = each.parentElement)
    if (each.ariaHidden === "true" || getComputedStyle(each).clipPath === "inset(50%)") return false;
  const boxes = [element, ...(element.labels ?? [])].map(each => each.getBoundingClientRect());
  if (boxes[0].right < 0 || boxes[0].bottom < 0 || boxes[0].width <= 1) return false;
  if (boxes.some(box => box.width >= smallest && box.height >= smallest)) return false;
  if (element.localName !== "a" || getComputedStyle(element).display !== "inline") return true;
  const around = element.closest("p, li, dd, td, th, h1, h2, h3, figcaption, span, div");
  const words = [...around.childNodes].filter(node => node.nodeType === Node.TEXT_NODE).map(node => node.data).join("");
  return !/[\\p{L}\\p{N}]/u.test(words);
}).map(element => {
  const box = element.getBoundingClientRect();
  return `${element.outerHTML.slice(0, 120)} is ${Math.round(box.width)} × ${Math.round(box.height)}`;
})"""

# Returns what sticks out at the right, if the page scrolls sideways.
OVERFLOW = """() => {
  const root = document.scrollingElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  const out = [...document.body.querySelectorAll("*")].filter(
    element => element.getBoundingClientRect().right > root.clientWidth + 1
  );
  return [`${root.scrollWidth} wide: ` + out.slice(0, 3).map(element => element.outerHTML.slice(0, 100)).join(" … ")];
}"""


def violations(page: Page, rules: dict[str, Any] = RULES) -> list[str]:
    """Return what axe holds against the page, one line a rule and element."""
    found = Axe().run(page, options=rules).response["violations"]
    return [
        f"{each['id']}: {node['html'][:160]} – {node['any'][0]['message'] if node['any'] else each['help']}"
        for each in found
        for node in each["nodes"][:3]
    ]


def narrow_faults(page: Page) -> list[str]:
    """Return what sticks out of the narrow page or is too small to hit there."""
    faults: list[str] = page.evaluate(OVERFLOW)
    small: list[str] = page.evaluate(SMALL_TARGETS, SMALLEST_TARGET)
    return faults + small


class Look:
    """Somebody's browser with one page that is led from address to address."""

    def __init__(self, visit: Callable[..., BrowserContext], site: LiveSite) -> None:
        self.site, self._visit = site, visit
        self._pages: dict[str, Page] = {}

    def at(self, place: Place) -> Page:
        if place.who not in self._pages:
            self._pages[place.who] = self._visit(place.who, viewport=NARROW).new_page()
        page = self._pages[place.who]
        page.set_viewport_size(NARROW)  # type: ignore[arg-type]
        page.emulate_media(color_scheme="light")
        answer = page.goto(self.site.url + place.path)
        assert answer is not None and answer.status < 500, place
        return page


@pytest.fixture
def look(visit: Callable[..., BrowserContext], site: LiveSite) -> Iterator[Look]:
    yield Look(visit, site)


def walked(look: Look, places: list[Place], dark: bool) -> list[str]:
    """Walk the pages and return every fault with its place."""
    faults = []
    for place in places:
        page = look.at(place)
        faults += [f"{place}, 320 wide: {each}" for each in narrow_faults(page)]
        if dark:
            page.emulate_media(color_scheme="dark")  # nothing but the colours differs
            faults += [f"{place}, dark: {each}" for each in violations(page, IN_THE_DARK)]
            page.emulate_media(color_scheme="light")
        page.set_viewport_size(WIDE)  # type: ignore[arg-type]
        faults += [f"{place}: {each}" for each in violations(page)]
    return faults


def test_public_and_participant_pages_in_light_and_dark(look: Look, places: Places) -> None:
    faults = walked(look, places.public(), dark=True)
    assert not faults, "\n".join(faults)


def test_the_pages_of_the_staff(look: Look, places: Places) -> None:
    inside = [place for place in places.all if place not in places.public()]
    faults = walked(look, inside, dark=False)
    assert not faults, "\n".join(faults)


PLANTED: list[tuple[str, str, str]] = [
    ("a picture without words", "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='>", "image-alt"),
    ("grey on white", "<p style='color:#bbb;background:#fff'>Faint</p>", "color-contrast"),
    ("words outside a landmark", "</main><p>Lost</p>", "region"),
    ("a field without label", "<input name='nameless'>", "label"),
    ("a wide box", "<div style='inline-size:900px'>Wide</div>", "wide:"),
    ("a tiny button", "<button style='inline-size:9px;block-size:9px;padding:0'>x</button>", "is 9 × 9"),
]


def test_the_walk_finds_faint_words_in_the_dark(visit: Callable[..., BrowserContext]) -> None:
    page = visit("anonymous", color_scheme="dark").new_page()
    page.set_content(
        "<!doctype html><html lang=en><style>@media (prefers-color-scheme: dark) { p { color: #444 } "
        "body { background: #111 } }</style><title>Planted</title><main><h1>Planted</h1><p>Faint</p></main></html>"
    )
    assert any("color-contrast" in each for each in violations(page, IN_THE_DARK))


@pytest.mark.parametrize(("html", "told"), [row[1:] for row in PLANTED], ids=[row[0] for row in PLANTED])
def test_the_walk_finds_what_is_planted(visit: Callable[..., BrowserContext], html: str, told: str) -> None:
    page: Any = visit("anonymous", viewport=NARROW).new_page()
    page.set_content(f"<!doctype html><html lang=en><title>Planted</title><main><h1>Planted</h1>{html}</main></html>")
    assert any(told in each for each in (*violations(page), *narrow_faults(page)))
