"""Files at public addresses, and an organiser's way from a file to the draft and back."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from flask import Flask
from flask.testing import FlaskClient

from eventapp.accounts.models import Account
from eventapp.agenda import queries as agenda
from eventapp.agenda import service as sessions
from eventapp.agenda.exchange import schedule_csv, schedule_xml, service
from eventapp.agenda.exchange.files import read_file
from eventapp.agenda.states import PersonRole, PersonState, SessionKind
from eventapp.agenda.values import PersonValues, SessionValues
from eventapp.core.access import Role
from eventapp.events.models import Event
from tests.support.browsing import Page, Visitor
from tests.support.clock import StoppedClock
from tests.support.factories import make_event, make_institution, make_member, tr
from tests.support.fixtures import Work
from tests.web.agenda.test_exchange import ODD, conference, furnish, released_of

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NESTED = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
LAUGHS = f'<!DOCTYPE s [<!ENTITY l0 "ha">{NESTED}]><schedule><title>&l9;</title></schedule>'.encode()  # a billion
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")


@pytest.fixture
def slug(work: Work) -> str:
    with work() as ctx:
        event = make_event(ctx)
        furnish(ctx, event)
        sessions.release(ctx, event)
        return event.slug


def test_the_files_lie_at_addresses_that_stay_and_answer_304(client: FlaskClient, slug: str) -> None:
    kinds = {"json": "application/json", "xml": "application/xml", "csv": "text/csv; charset=utf-8"}
    for suffix, content_type in kinds.items():
        answer = client.get(f"/fr/{slug}/agenda.{suffix}")
        assert (answer.status_code, answer.content_type) == (200, content_type)
        assert f'filename="{slug}-agenda-fr.{suffix}"' in answer.headers["Content-Disposition"]
        assert b"Second (fr)" in answer.data and "Set-Cookie" not in answer.headers
        again = client.get(f"/fr/{slug}/agenda.{suffix}", headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert f"/fr/{slug}/agenda.{suffix}" in client.get(f"/fr/{slug}/agenda").text


def test_without_a_release_there_is_no_file(client: FlaskClient, work: Work) -> None:
    with work() as ctx:
        slug = make_event(ctx).slug
    assert [client.get(f"/en/{slug}/agenda.{each}").status_code for each in ("json", "xml", "csv")] == [404] * 3


def test_the_schedule_has_what_conference_apps_want(client: FlaskClient, slug: str) -> None:
    root = fromstring(client.get(f"/en/{slug}/agenda.xml").data)
    assert [child.tag for child in root] == ["version", "conference", "day", "day"]
    assert [day.get("index") for day in root.iterfind("day")] == ["1", "2"]
    events = list(root.iterfind("day/room/event"))
    assert len({event.get("id") for event in events}) == len({event.get("guid") for event in events}) == 3
    for event in events:
        assert GUID.fullmatch(event.get("guid") or "")
        assert {child.tag for child in event} == {
            "room", "title", "subtitle", "type", "date", "start", "duration", "abstract", "slug", "track", "language",
            "persons", "links",
        }  # fmt: skip
        assert STAMP.fullmatch(event.findtext("date") or "")
        assert (event.findtext("start"), event.findtext("duration"))[1] == "01:15"
    assert events[0].findtext("title") == ODD


@pytest.mark.parametrize("suffix", ["json", "xml", "csv"])
def test_our_own_file_changes_nothing_where_it_came_from(
    app: Flask, client: FlaskClient, work: Work, suffix: str
) -> None:
    """Not even what its format cannot say: marks in texts, states and affiliations of people, a missing place."""
    with work() as ctx:
        event = make_event(ctx)
        city = make_institution(ctx, event)
        ctx.session.expire(event)
        people = (
            PersonValues(PersonRole.CHAIR, PersonState.INVITED, "Ana; García", tr("Mayor"), city.id, "ana@example.org"),
            PersonValues(PersonRole.SPEAKER, PersonState.TO_BE_CONFIRMED),
            PersonValues(PersonRole.RAPPORTEUR, PersonState.CONFIRMED, institution_id=city.id, email="b@example.org"),
        )
        values = SessionValues(
            kind=SessionKind.VISIT,
            title=tr("Late"),
            text=tr("**Bring** [shoes](https://example.org)."),
            starts_local=datetime(2024, 11, 7, 20),
            ends_local=datetime(2024, 11, 8, 1),
            languages=("en", "es"),
            interpretation=True,
            streamed=True,
            sign_up=True,
            people=people,
        )
        sessions.add_session(ctx, event, values)
        sessions.release(ctx, event)
        slug = event.slug
    content = client.get(f"/es/{slug}/agenda.{suffix}").data
    with work() as ctx:
        event = ctx.session.get_one(Event, event.id)
        reading = read_file(content, zone=event.timezone, language="es", languages=event.languages)
        account = make_member(ctx, event, Role.ORGANISER)
        (found,) = service.look(ctx, event, service.keep_preview(ctx, event, "x", reading, account_id=account.id))
        assert (found.outcome, found.before) == ("same", values)


def test_a_table_with_few_columns_changes_only_those(work: Work) -> None:
    with work() as ctx:
        event = make_event(ctx)
        furnish(ctx, event)
        before = sessions.values_of(agenda.list_draft_sessions(ctx, event)[0])
        uid = agenda.list_draft_sessions(ctx, event)[0].uid
        rows = f"id,date,start,end,title\n{uid},2024-11-07,08:00,08:30,Sooner\n"
        reading = schedule_csv.read("", rows.encode(), language="en", languages=event.languages)
        account = make_member(ctx, event, Role.ORGANISER)
        preview = service.keep_preview(ctx, event, "x", reading, account_id=account.id)
        assert service.confirm(ctx, event, preview.id) == service.Written(0, 1, 0, 0)
        after = sessions.values_of(agenda.list_draft_sessions(ctx, event)[0])
        assert after.title["en"] == "Sooner" and after.title["fr"] == before.title["fr"]
        kept = ("place_id", "theme_id", "languages", "people", "capacity", "sign_up", "text", "kind")
        assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]


def choose(organiser: Visitor, url: str, content: bytes, name: str, language: str = "en") -> Page:
    page = organiser.get(url)
    return organiser.submit(page, {"file": (io.BytesIO(content), name), "language": language}, action="/import")


def test_from_a_file_to_the_draft_and_back(
    work: Work, read: Work, staff: Callable[[Account | int], Visitor], clock: StoppedClock
) -> None:
    with work() as ctx:
        event = make_event(ctx, ends_on=date(2024, 11, 9))
        account_id = make_member(ctx, event, Role.ORGANISER).id
        other = make_event(ctx).slug
        slug, event_id = event.slug, event.id
    organiser, url = staff(account_id), f"/desk/{slug}/agenda/import"
    backwards = b"<duration>00:25</duration>"
    content = conference(80).replace(backwards, b"<duration>soon</duration>", 1)
    preview = choose(organiser, url, content, "schedule.xml")
    assert preview.status == 200 and preview.heading == "Preview of schedule.xml"
    assert "We cannot read how long it is." in preview.text and "Pictures (80 sessions)" in preview.text
    assert "79 sessions are new." in preview.text and "1 is left out" in preview.text
    assert "Adds the place “Room 2” to the event." in organiser.get(f"{preview.path}?show=new&page=1").text
    with read() as ctx:
        assert agenda.count_draft_sessions(ctx, ctx.session.get_one(Event, event_id)) == 0  # nothing before the yes
    assert organiser.get(preview.path.replace(slug, other)).status == 404
    done = organiser.submit(preview, button="Write 79 sessions")
    assert "79 new, 0 changed" in done.text and "#undo" in done.links()["Undo the import"]
    with read() as ctx:
        assert agenda.count_draft_sessions(ctx, ctx.session.get_one(Event, event_id)) == 79
    later = content.replace(b"T09:00:00", b"T08:45:00", 1).replace(b"Talk 70<", b"Keynote 70<")
    again = choose(organiser, url, later, "schedule.xml")
    assert "2 sessions of the draft change." in again.text or "1 session of the draft changes." in again.text
    changed = organiser.get(f"{again.path}?show=changed")
    assert "Title: was “Talk 70”" in changed.text
    twice = organiser.client.post(preview.path, data={"csrf_token": preview.value("csrf_token")}, follow_redirects=True)
    assert "nothing was written twice" in twice.text
    clock.advance(days=2)
    with work() as ctx:
        assert service.forget_previews(ctx) == 2


def test_what_cannot_be_read_is_said_beside_the_file(
    app: Flask, work: Work, staff: Callable[[Account | int], Visitor]
) -> None:
    with work() as ctx:
        event = make_event(ctx)
        account_id = make_member(ctx, event, Role.ORGANISER).id
        url = f"/desk/{event.slug}/agenda/import"
    organiser = staff(account_id)
    said = {
        b"<schedule><day>": "The XML is broken in line 1.",
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><schedule>&b;</schedule>': "which we never open",
        LAUGHS: "which we never open",
        json.dumps({"format": "eventapp-agenda", "version": 7}).encode(): "version 7",
        b"\x00" * 20: "The file is empty.",
    }
    for content, sentence in said.items():
        page = choose(organiser, url, content, "x")
        assert page.status == 422 and any(sentence in error for error in page.errors), page.errors
    token = organiser.get(url).value("csrf_token")
    large = {"csrf_token": token, "file": (io.BytesIO(b" " * 13_000_000), "x.xml"), "language": "en"}
    answer = organiser.client.post(url, data=large, content_type="multipart/form-data")
    assert answer.status_code == 413 and "That is too large" in answer.text
    huge = Endless()
    answer = organiser.client.post(
        url,
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"wsgi.input": huge, "CONTENT_LENGTH": "100000000"},
    )
    assert answer.status_code == 413 and "That is too large" in answer.text
    assert huge.taken < 1_000_000, "nobody reads 100 MB to say that they are too many"


class Endless(io.RawIOBase):
    """A file of any size that comes over the line, and how much of it was taken."""

    taken = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.taken += len(buffer)
        buffer[:] = b" " * len(buffer)
        return len(buffer)


def test_a_script_in_a_text_of_the_file_never_becomes_a_link(work: Work, client: FlaskClient) -> None:
    content = conference(1).replace(b"About 0.", b"[look](javascript:alert(1)) &lt;script&gt;alert(2)&lt;/script&gt;")
    with work() as ctx:
        event = make_event(ctx)
        account = make_member(ctx, event, Role.ORGANISER)
        reading = schedule_xml.read(content, zone=event.timezone, language="en")
        service.confirm(ctx, event, service.keep_preview(ctx, event, "x", reading, account_id=account.id).id)
        sessions.release(ctx, event)
        (session,) = released_of(ctx, event).snapshot.sessions
        path = f"/en/{event.slug}/sessions/{session.id}"
    page = Page(client.get(path))
    assert not [href for href in page.links().values() if href.startswith("javascript")]
    assert "<script>alert" not in page.body and "alert(2)" in page.text


def test_the_words_of_a_file_are_known_in_every_language(work: Work) -> None:
    with work() as ctx:
        event = make_event(ctx)
        rows = (
            "date,start,end,title,kind,people\n2024-11-07,09:00,10:00,Taller,Atelier,Modération: Ana; Presidencia: Bo\n"
        )
        reading = schedule_csv.read("", rows.encode(), language="es", languages=event.languages)
        (session,) = reading.sessions
        assert session.kind is SessionKind.WORKSHOP
        assert [person.role for person in session.people] == [PersonRole.MODERATOR, PersonRole.CHAIR]
