"""No axe violation on any page, and every page fits a narrow phone with targets one can hit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from tests.browser.judging import IN_THE_DARK, narrow_faults, violations
from tests.browser.looks import apart, shapes_of
from tests.browser.walking import NARROW, Visit, Walk


def found(visits: list[Visit]) -> str:
    """Return every fault of the pages, one a line."""
    assert visits, "nobody went anywhere"
    return "\n".join(fault for visit in visits for fault in visit.faults)


def test_public_and_participant_pages_in_light_and_dark(walk: Walk) -> None:
    assert found(walk.outside) == ""


def test_the_pages_of_the_staff(walk: Walk) -> None:
    assert found(walk.inside) == ""


def test_only_what_looks_like_a_fuller_page_is_left_out() -> None:
    pages = {
        "plain": "<p>One</p>",
        "full": "<p>Two</p><p>Three</p><ul class=list><li>Four</li></ul>",
        "marked": "<p class=error>Five</p>",
    }
    assert apart((name, shapes_of(f"<body>{body}")) for name, body in pages.items()) == ["full", "marked"]


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
