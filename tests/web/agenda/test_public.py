"""The released agenda in public: pages, calendars and documents in three languages."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from eventapp.agenda import queries, service
from eventapp.agenda.states import PersonRole, PersonState, SessionKind
from eventapp.agenda.values import PersonValues, SessionValues
from eventapp.core.documents import Documents
from eventapp.core.translated import Translated
from eventapp.core.unit_of_work import reading
from eventapp.events.models import Event
from eventapp.mail.hooks import ATTACHMENT_MAKERS
from eventapp.registrations.states import State
from tests.support.browsing import Visitor
from tests.support.calendars import faults, lines, parsed
from tests.support.clock import StoppedClock
from tests.support.factories import make_event, make_institution, make_place, make_registration, make_theme, tr
from tests.support.fixtures import Work
from tests.support.pdfs import assert_accessible, bookmarks, text_of

pytestmark = pytest.mark.both_engines

WORDS = {"en": "Coffee", "fr": "Pause café", "es": "Café"}


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2024-11-07T{text}")


@dataclass
class Agenda:
    slug: str
    event_id: int
    opening: int
    coffee: int


@pytest.fixture
def agenda(work: Work) -> Agenda:
    with work() as ctx:
        event = make_event(ctx)
        make_institution(ctx, event)
        theme = make_theme(ctx, event)
        ctx.session.expire(event)
        opening = service.add_session(
            ctx,
            event,
            SessionValues(
                kind=SessionKind.PLENARY,
                title=tr("Opening", "Ouverture", "Apertura"),
                text=tr("We *begin*.", "Nous *commençons*.", "*Empezamos*."),
                starts_local=at("09:00"),
                ends_local=at("10:30"),
                theme_id=theme.id,
                languages=("en", "fr"),
                interpretation=True,
                streamed=True,
                people=(
                    PersonValues(PersonRole.CHAIR, PersonState.CONFIRMED, "Awa Ndiaye"),
                    PersonValues(PersonRole.SPEAKER, PersonState.TO_BE_CONFIRMED),
                ),
            ),
        )
        coffee = service.add_session(
            ctx,
            event,
            SessionValues(
                kind=SessionKind.BREAK, title=Translated(WORDS), starts_local=at("10:30"), ends_local=at("11:00")
            ),
        )
        service.release(ctx, event)
        return Agenda(event.slug, event.id, opening.id, coffee.id)


def change(work: Work, agenda: Agenda, **values: object) -> None:
    with work() as ctx:
        event = ctx.session.get_one(Event, agenda.event_id)
        session = queries.get_draft_session(ctx, event, agenda.opening)
        changed = replace(service.values_of(session), **values)  # type: ignore[arg-type]
        service.edit_session(ctx, event, session, changed, seen_at=session.updated_at)
        service.release(ctx, event)


def test_before_the_first_release_the_page_says_so(work: Work, visitor: Callable[[], Visitor]) -> None:
    with work() as ctx:
        slug = make_event(ctx).slug
    page = visitor().get(f"/en/{slug}/agenda")
    assert page.status == 200
    assert "The agenda is not public yet" in page.text
    for ending in (".ics", ".pdf"):
        assert visitor().client.get(f"/en/{slug}/agenda{ending}").status_code == 404


@pytest.mark.parametrize(("language", "title"), [("en", "Opening"), ("fr", "Ouverture"), ("es", "Apertura")])
def test_the_page_in_each_language(agenda: Agenda, visitor: Callable[[], Visitor], language: str, title: str) -> None:
    page = visitor().get(f"/{language}/{agenda.slug}/agenda")
    assert page.status == 200
    assert title in page.text
    assert WORDS[language] in page.text
    assert "UTC+1" in page.text
    assert "Awa Ndiaye" in page.text
    assert page.tree.xpath("//time[@datetime='2024-11-07T09:00+01:00']")
    assert page.links()[title] == f"/{language}/{agenda.slug}/sessions/{agenda.opening}"
    session = visitor().get(page.links()[title])
    assert session.heading == title
    assert "Awa Ndiaye" in session.text


def test_the_session_that_is_on_is_marked(agenda: Agenda, visitor: Callable[[], Visitor], clock: StoppedClock) -> None:
    address = f"/en/{agenda.slug}/agenda"
    assert not visitor().get(address).tree.xpath("//article[contains(@class, 'now')]")
    clock.set(datetime.fromisoformat("2024-11-07T08:15:00+00:00"))
    (on,) = visitor().get(address).tree.xpath("//article[contains(@class, 'now')]")
    assert "Opening" in on.text_content()


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_the_feed_is_sound_in_each_language(agenda: Agenda, app: Flask, language: str) -> None:
    response = app.test_client().get(f"/{language}/{agenda.slug}/agenda.ics")
    assert response.content_type == "text/calendar; charset=utf-8"
    assert faults(response.data) == []
    assert max(len(line) for line in lines(response.data)) <= 75
    entries = parsed(response.data).walk("VEVENT")
    assert [str(entry["TRANSP"]) for entry in entries] == ["OPAQUE", "TRANSPARENT"]
    assert entries[1]["SUMMARY"] == WORDS[language]
    assert entries[0]["URL"] == f"http://localhost/{language}/{agenda.slug}/sessions/{agenda.opening}"
    one = app.test_client().get(f"/{language}/{agenda.slug}/sessions/{agenda.opening}.ics")
    assert [str(entry["UID"]) for entry in parsed(one.data).walk("VEVENT")] == [str(entries[0]["UID"])]


def test_bytes_and_tags_stay_until_something_changes(agenda: Agenda, app: Flask, clock: StoppedClock) -> None:
    client, address = app.test_client(), f"/en/{agenda.slug}/agenda.ics"
    first = client.get(address)
    clock.advance(hours=30)
    later = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert later.status_code == 304
    app.extensions["page_cache"].clear()
    assert client.get(address).data == first.data


def test_a_move_reaches_calendars_with_a_higher_sequence(
    agenda: Agenda, app: Flask, work: Work, clock: StoppedClock
) -> None:
    client, address = app.test_client(), f"/en/{agenda.slug}/agenda.ics"
    first = client.get(address)
    clock.advance(hours=1)
    change(work, agenda, ends_local=at("10:15"))
    second = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert second.status_code == 200
    (was, pause_was), (now, pause) = parsed(first.data).walk("VEVENT"), parsed(second.data).walk("VEVENT")
    assert (now["SEQUENCE"], now["UID"]) == (was["SEQUENCE"] + 1, was["UID"])
    assert now["LAST-MODIFIED"].dt > was["LAST-MODIFIED"].dt
    assert pause.to_ical() == pause_was.to_ical()


def test_a_release_in_the_very_transaction_of_an_edit_holds_it_whole(agenda: Agenda, work: Work, read: Work) -> None:
    with work() as ctx:
        event = ctx.session.get_one(Event, agenda.event_id)
        assert queries.get_draft_session(ctx, event, agenda.opening).place is None  # now it is held in memory
        place_id = make_place(ctx, event, name=tr("Main hall")).id
        ctx.session.expire(event)
        session = queries.get_draft_session(ctx, event, agenda.opening)
        values = replace(service.values_of(session), place_id=place_id)
        service.edit_session(ctx, event, session, values, seen_at=session.updated_at)
        service.release(ctx, event)
    with read() as ctx:
        release = queries.latest_release(ctx, ctx.session.get_one(Event, agenda.event_id))
        assert release is not None
        moved = release.snapshot.find_session(agenda.opening)
        assert moved is not None
        assert (moved.place["en"], moved.sequence) == ("Main hall", 1)


def test_a_deleted_session_stays_as_cancelled_and_its_number_is_not_used_again(
    agenda: Agenda, app: Flask, work: Work, visitor: Callable[[], Visitor]
) -> None:
    with work() as ctx:
        event = ctx.session.get_one(Event, agenda.event_id)
        last = queries.get_draft_session(ctx, event, agenda.coffee)
        values = service.values_of(last)
        service.delete_session(ctx, last)
        ctx.session.flush()
        assert service.add_session(ctx, event, values).id > agenda.coffee
        service.release(ctx, event)
    entries = parsed(app.test_client().get(f"/en/{agenda.slug}/agenda.ics").data).walk("VEVENT")
    assert sorted(str(entry["STATUS"]) for entry in entries) == ["CANCELLED", "CONFIRMED", "CONFIRMED"]
    page = visitor().get(f"/en/{agenda.slug}/sessions/{agenda.coffee}")
    assert "This session is cancelled." in page.text


def test_a_cancelled_event_cancels_every_session(agenda: Agenda, app: Flask, work: Work) -> None:
    with work() as ctx:
        service.release_cancellation(ctx, ctx.session.get_one(Event, agenda.event_id))
    content = app.test_client().get(f"/en/{agenda.slug}/agenda.ics").data
    assert faults(content) == []
    assert {(str(entry["STATUS"]), entry["SEQUENCE"]) for entry in parsed(content).walk("VEVENT")} == {("CANCELLED", 1)}


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_the_document_is_made_once_and_reads_in_order(agenda: Agenda, app: Flask, language: str) -> None:
    client, address = app.test_client(), f"/{language}/{agenda.slug}/agenda.pdf"
    first = client.get(address)
    assert first.status_code == 200
    assert_accessible(first.data, language=language)
    text = text_of(first.data)
    assert text.index("09:00") < text.index("Awa Ndiaye") < text.index(WORDS[language])
    assert [depth for depth, _title in bookmarks(first.data)] == [1, 2]
    app.extensions["page_cache"].clear()
    assert client.get(address).data == first.data
    assert client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_only_known_variants_of_the_document_exist(agenda: Agenda, app: Flask) -> None:
    client, address = app.test_client(), f"/en/{agenda.slug}/agenda.pdf"
    archive = client.get(f"{address}?variant=pdf/a-3a")
    about = PdfReader(io.BytesIO(archive.data)).trailer["/Root"]["/Metadata"].get_data()
    assert b"pdfaid" in about
    assert client.get(f"{address}?variant=pdf/x").status_code == 400


def test_requests_at_the_same_time_make_one_document(app: Flask) -> None:
    made = []

    class Engine:
        def render(self, html: str, **_: object) -> bytes:
            made.append(html)
            slow.wait(0.3)
            return b"%PDF"

    slow = threading.Event()
    settings = app.extensions["settings"]
    documents = Documents(settings.instance / "once", Engine(), styles=settings.instance)  # type: ignore[arg-type]
    now = datetime.fromisoformat("2024-11-07T08:15:00+00:00")
    calls = [
        threading.Thread(target=documents.pdf, args=("<p>x</p>",), kwargs={"created_at": now, "identifier": "x"})
        for _ in range(6)
    ]
    for call in calls:
        call.start()
    for call in calls:
        call.join()
    assert made == ["<p>x</p>"]


def test_files_of_a_confirmation(agenda: Agenda, app: Flask, work: Work) -> None:
    with work() as ctx:
        event = ctx.session.get_one(Event, agenda.event_id)
        registration = make_registration(ctx, event, state=State.APPROVED, decided_at=ctx.now, language="fr")
        registration_id = registration.id
        empty_id = make_event(ctx).id
    with app.test_request_context("/fr/"):
        ctx = reading()
        arguments = {"registration_id": registration_id, "sequence": 0}
        request = ATTACHMENT_MAKERS["agenda.confirmation_calendar"](ctx, arguments)
        cancel = ATTACHMENT_MAKERS["agenda.cancellation_calendar"](ctx, {**arguments, "sequence": 1})
        assert request is not None
        assert cancel is not None
        assert faults(request.content) == faults(cancel.content) == []
        (asked,), (gone,) = parsed(request.content).walk("VEVENT"), parsed(cancel.content).walk("VEVENT")
        assert asked["UID"] == gone["UID"]
        assert (asked["SEQUENCE"], gone["SEQUENCE"]) == (0, 1)
        assert request.media_type == "text/calendar; method=REQUEST; charset=utf-8"
        maker = ATTACHMENT_MAKERS["agenda.programme_pdf"]
        document = maker(ctx, {"event_id": agenda.event_id, "language": "fr"})
        assert document is not None
        assert document.content.startswith(b"%PDF")
        assert maker(ctx, {"event_id": empty_id, "language": "fr"}) is None
        assert ATTACHMENT_MAKERS["agenda.confirmation_calendar"](ctx, {**arguments, "registration_id": 999}) is None


def test_another_event_s_session_is_not_found(agenda: Agenda, work: Work, app: Flask) -> None:
    with work() as ctx:
        slug = make_event(ctx).slug
    assert app.test_client().get(f"/en/{slug}/sessions/{agenda.opening}").status_code == 404


def test_the_event_s_page_previews_the_agenda(agenda: Agenda, visitor: Callable[[], Visitor], read: Work) -> None:
    page = visitor().get(f"/fr/{agenda.slug}/")
    assert "Ouverture" in page.text
    assert WORDS["fr"] not in page.text
    with read() as ctx:
        assert ctx.session.scalars(select(Event.public_version).where(Event.slug == agenda.slug)).one() == 2
