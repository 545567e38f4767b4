"""Pages that lie ready are given out by the rules of freshly made ones: hosts, headers, drafts, versions, methods."""

from __future__ import annotations

import pytest

from eventapp.events.models import Event
from eventapp.events.states import EventState
from tests.support.factories import make_event, tr

PAGE = "/en/ready/"


@pytest.fixture
def ready(work, client):
    """An event whose page has been made once."""
    with work() as ctx:
        event_id = make_event(ctx, slug="ready", title=tr("Before")).id
    assert client.get(PAGE).status_code == 200
    return event_id


def test_the_second_answer_is_the_first_one_with_all_its_headers(client, ready):
    first = client.get("/en/")
    second = client.get("/en/")
    assert second.data == first.data
    unlike = {"Date"}
    assert {k: v for k, v in second.headers if k not in unlike} == {k: v for k, v in first.headers if k not in unlike}
    assert "default-src 'none'" in second.headers["Content-Security-Policy"]
    assert second.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in second.headers


def test_an_unknown_host_is_refused_though_the_page_lies_ready(client, ready):
    assert client.get(PAGE, headers={"Host": "evil.example"}).status_code == 400


def test_a_change_shows_at_once_and_a_draft_is_invisible_at_once(client, work, ready):
    with work() as ctx:
        event = ctx.session.get_one(Event, ready)
        event.title, event.public_version = tr("After"), event.public_version + 1
    assert b"After" in client.get(PAGE).data
    with work() as ctx:
        ctx.session.get_one(Event, ready).state = EventState.DRAFT
    assert client.get(PAGE).status_code == 404


def test_the_same_bytes_are_not_sent_twice_and_head_sends_none(client, ready):
    answer = client.get(PAGE)
    unchanged = client.get(PAGE, headers={"If-None-Match": answer.headers["ETag"]})
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    assert "Content-Security-Policy" in unchanged.headers
    head = client.head(PAGE)
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == answer.headers["Content-Length"]


def test_no_other_method_fills_the_cache(app, client, work, ready):
    app.extensions["page_cache"].clear()
    assert client.options(PAGE).status_code == 200
    assert b"Before" in client.get(PAGE).data
    assert client.post(PAGE).status_code in {400, 405}


def test_a_browser_that_takes_gzip_gets_it_and_another_does_not(client, ready):
    assert client.get(PAGE, headers={"Accept-Encoding": "br, gzip;q=0.5"}).headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in client.get(PAGE, headers={"Accept-Encoding": "gzip;q=0"}).headers
