"""The public pages of an event: what they say, how they are cached, what stays hidden."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from eventapp.core.translated import Translated
from eventapp.events import parts, service
from eventapp.events.models import Event
from eventapp.events.states import EventState
from tests.support.factories import make_event, make_institution, make_theme, tr
from tests.unit.events.test_parts import picture


@pytest.fixture
def event(work: Any) -> Event:
    with work() as ctx:
        made: Event = make_event(ctx, slug="barcelona-2024")
        make_institution(ctx, made, name=tr("Barcelona Provincial Council"))
        make_theme(ctx, made, number=1, title=tr("Paying for it", "Financer", "Financiar"))
    return made


def test_the_front_door_goes_on_in_the_visitors_language(client: FlaskClient) -> None:
    answer = client.get("/", headers={"Accept-Language": "fr-CH, fr;q=0.9"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/fr/")
    assert client.get("/", headers={"Accept-Language": "de"}).headers["Location"] == "/en/"


def test_the_list_shows_what_is_public(client: FlaskClient, event: Event, work: Any) -> None:
    with work() as ctx:
        make_event(ctx, slug="hidden", state=EventState.DRAFT, title=tr("Hidden draft"))
    page = client.get("/fr/").get_data(as_text=True)
    assert "Solutions locales" in page
    assert "Hidden draft" not in page


def test_a_new_event_is_in_the_list_within_a_minute(client: FlaskClient, event: Event, work: Any, clock: Any) -> None:
    assert "Another one" not in client.get("/en/").get_data(as_text=True)
    with work() as ctx:
        make_event(ctx, title=tr("Another one"))
    clock.advance(seconds=61)
    assert "Another one" in client.get("/en/").get_data(as_text=True)


def test_the_page_says_what_one_needs(visitor: Any, event: Event) -> None:
    page = visitor().get("/en/barcelona-2024/")
    assert page.heading == "Local solutions"
    for words in (
        "7–8 November 2024",
        "Barcelona Provincial Council",
        "Paying for it",
        "Taking part is by invitation",
        "at most 100 places in person and 200 remote",
        "Do not book travel yet.",
        "Friday 20 September 2024, 23:59 (Madrid, UTC+2)",
        "Friday 27 September 2024",
        "team@example.org",
    ):
        assert words in page.text
    assert page.tree.xpath("//meta[@name='description']/@content") == ["Two days of exchange."]
    assert page.tree.xpath("//strong[text()='Why']"), "the description is Markdown"


@pytest.mark.parametrize("lang", ["en", "fr", "es"])
@pytest.mark.parametrize("path", ["", "privacy"])
def test_pages_are_cached_without_cookie_and_know_their_etag(
    client: FlaskClient, event: Event, lang: str, path: str
) -> None:
    first = client.get(f"/{lang}/barcelona-2024/{path}")
    assert first.status_code == 200
    assert "Set-Cookie" not in first.headers
    assert "csrf_token" not in first.get_data(as_text=True)
    assert first.headers["Cache-Control"] == "public, no-cache"
    again = client.get(f"/{lang}/barcelona-2024/{path}", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_an_edit_shows_at_once(client: FlaskClient, event: Event, work: Any) -> None:
    before = client.get("/en/barcelona-2024/")
    with work() as ctx:
        stored = ctx.session.get_one(Event, event.id)
        service.edit(ctx, stored, {"title": tr("Renamed")}, seen=0)
    after = client.get("/en/barcelona-2024/", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert "Renamed" in after.get_data(as_text=True)


@pytest.mark.parametrize("path", ["", "privacy", "logo/abc"])
def test_a_draft_is_invisible(client: FlaskClient, work: Any, path: str) -> None:
    with work() as ctx:
        make_event(ctx, slug="draft", state=EventState.DRAFT)
    assert client.get(f"/en/draft/{path}").status_code == 404


def test_a_cancelled_event_says_so(visitor: Any, event: Event, work: Any) -> None:
    with work() as ctx:
        service.cancel(ctx, ctx.session.get_one(Event, event.id))
    page = visitor().get("/en/barcelona-2024/")
    assert "This event is cancelled." in page.text
    assert "Taking part is by invitation" not in page.text


def test_an_event_that_is_over_asks_nobody_to_come(visitor: Any, event: Event, clock: Any) -> None:
    clock.advance(days=90)
    page = visitor().get("/en/barcelona-2024/")
    assert "This event is over" in page.text
    assert "Do not book travel yet." not in page.text
    assert "Say that you are interested" not in page.text


def test_a_missing_language_falls_back_and_is_marked(client: FlaskClient, work: Any) -> None:
    with work() as ctx:
        make_event(ctx, slug="half", title=Translated(en="Only English"))
    assert '<span lang="en">Only English</span>' in client.get("/fr/half/").get_data(as_text=True)


def test_markup_in_texts_stays_text(client: FlaskClient, work: Any) -> None:
    evil = "<script>alert(1)</script>\r\nX: y"
    with work() as ctx:
        made = make_event(ctx, slug="evil", title=tr(evil), summary=tr(evil), place=tr(evil), description=tr(evil))
        make_theme(ctx, made, number=1, title=tr(evil), text=tr(evil))
        make_institution(ctx, made, name=tr('" onmouseover="x'), text=tr(evil))
    answer = client.get("/en/evil/")
    page = answer.get_data(as_text=True)
    assert "<script>alert" not in page
    assert "&#34; onmouseover=&#34;x" in page
    assert "X" not in answer.headers


def test_a_logo_is_kept_for_ever_and_belongs_to_its_event(client: FlaskClient, event: Event, work: Any) -> None:
    with work() as ctx:
        stored = ctx.session.get_one(Event, event.id)
        parts.set_logo(ctx, stored, stored.institutions[0], picture())
        name = stored.institutions[0].logo_name
        make_event(ctx, slug="other")
    answer = client.get(f"/en/barcelona-2024/logo/{name}")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.content_type == "image/png"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get(f"/en/other/logo/{name}").status_code == 404
    assert f"/en/barcelona-2024/logo/{name}" in client.get("/en/barcelona-2024/").get_data(as_text=True)


def test_robots_are_told_what_is_private(client: FlaskClient) -> None:
    assert "Disallow: /desk/" in client.get("/robots.txt").get_data(as_text=True)
