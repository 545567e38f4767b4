"""The agenda on paper: programme, booklet, overview and door signs, judged as files and asked for as anybody would."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache

import pytest
from flask import Flask
from flask_babel import force_locale
from pypdf import PdfReader

from eventapp.agenda import document, service
from eventapp.agenda.queries import Logo, Released
from eventapp.agenda.sheets.door_signs import door_signs
from eventapp.agenda.sheets.overview import overview
from eventapp.agenda.snapshot import SessionEntry
from eventapp.agenda.states import PersonRole, PersonState, SessionKind
from eventapp.agenda.values import SessionValues
from eventapp.core.pdf import PdfEngine
from eventapp.core.translated import Translated
from eventapp.events.models import Event
from tests.support.browsing import Visitor
from tests.support.factories import make_event, make_institution, make_member, make_place, tr
from tests.support.fixtures import Work
from tests.support.furnishing import PICTURE
from tests.support.pdfs import assert_accessible, bookmarks, places_of, text_of
from tests.support.staff import sign_in
from tests.unit.agenda.entries import agenda, entry, person, wall

KINDS = ("programme", "booklet", "overview", "signs")
LANGUAGES = ("en", "fr", "es")
ROOMS = ("Main hall", "Library / قاعة الكتب", "Garden", "Room 4", "Room 5")
LONG = "Participatory budgeting, co-responsibility and the internationalisation of municipal administrations: what now?"
LOGO = Logo(Translated(en="Province of Barcelona"), f"data:image/png;base64,{base64.b64encode(PICTURE).decode()}")

Made = Callable[[str, str], bytes]


def odd_agenda() -> list[SessionEntry]:
    """A day with one session; a day with five rooms, long titles, a cancelled session and a break."""
    number = iter(range(1, 999)).__next__

    def held(title: str, starts: str, minutes: int, room: int | None, **fields: object) -> SessionEntry:
        begins = wall(starts)
        place = {"place_id": None, "place": Translated()}
        if room is not None:
            place = {"place_id": room + 1, "place": Translated(en=ROOMS[room])}
        ends = begins + timedelta(minutes=minutes)
        values = {"title": Translated(en=title), "starts_local": begins, "ends_local": ends, **place, **fields}
        return entry(number(), **values)

    somebody = person(name="محمد بن عبد الله", affiliation=Translated(en="Town of Nîmes"))
    nobody = person(name="", role=PersonRole.CHAIR, state=PersonState.TO_BE_CONFIRMED)
    return [
        held("Alpha", "2024-11-07T18:00", 60, 0, people=(somebody, nobody), theme=1, streamed=True),
        held(f"Bravo. {LONG}", "2024-11-08T09:00", 60, 0, text=Translated(en="What it is *about*. " * 12)),
        held("Coffee", "2024-11-08T10:00", 30, None, kind=SessionKind.BREAK),
        *(held(f"Charlie{room}. {LONG[: 22 * room]}", "2024-11-08T10:30", 90, room) for room in range(5)),
        held("Delta", "2024-11-08T12:00", 60, 1, cancelled=True),
        held("Echo", "2024-11-08T13:00", 60, 0),
    ]


@pytest.fixture(scope="module")
def made(app_on: Callable[[str], Flask]) -> Iterator[Made]:
    """Every document of one release, each made once."""
    app, engine = app_on("sqlite"), PdfEngine()
    snapshot = agenda(*odd_agenda())
    release = Released(
        2, Translated(en="New rooms."), datetime(2024, 10, 30, tzinfo=UTC), snapshot.content_hash, snapshot
    )

    @cache
    def make(kind: str, language: str) -> bytes:
        templates = app.jinja_env
        with app.test_request_context(f"/{language}/"), force_locale(language):
            sheet: document.Document | None
            match kind:
                case "programme":
                    sheet = document.programme(templates, release, language, slug="x", logos=[LOGO])
                case "booklet":
                    sheet = document.booklet(templates, release, language, slug="x", logos=[LOGO])
                case "overview":
                    sheet = overview(templates, release, language, slug="x")
                case _:
                    sheet = door_signs(templates, release, language, slug="x")
        assert sheet is not None
        return engine.render(sheet.html, created_at=sheet.created_at, identifier=sheet.identifier)

    yield make
    engine.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_document_can_be_read_by_everybody(made: Made, kind: str, language: str) -> None:
    pdf = made(kind, language)
    assert_accessible(pdf, language=language)
    names = [title.partition(".")[0] for depth, title in bookmarks(pdf) if depth == 2]
    parallel = [f"Charlie{room}" for room in range(5)]
    if kind == "signs":  # door by door; what is cancelled is on none
        assert names == ["Alpha", "Bravo", "Charlie0", "Echo", *parallel[1:]]
    else:
        assert names == ["Alpha", "Bravo", *parallel, "Delta", "Echo"]
    text = text_of(pdf)
    places = [text.rindex(name) for name in names]
    assert places == sorted(places)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_release_gives_the_same_bytes(made: Made, kind: str) -> None:
    assert made.__wrapped__(kind, "en") == made(kind, "en")  # type: ignore[attr-defined]


def sizes(pdf: bytes) -> set[tuple[int, int]]:
    points = 25.4 / 72
    return {
        (round(float(page.mediabox.width) * points), round(float(page.mediabox.height) * points))
        for page in PdfReader(io.BytesIO(pdf)).pages
    }


def test_the_programme_keeps_what_belongs_together_on_one_page(made: Made) -> None:
    pdf = made("programme", "en")
    assert sizes(pdf) == {(210, 297)}
    (first, *_), (head, *_) = places_of(pdf, "Alpha"), places_of(pdf, "Thursday")
    assert (head.page, head.top < first.top) == (first.page, True)
    assert len(PdfReader(io.BytesIO(pdf)).pages[0].images) == 1
    text = text_of(pdf)
    assert "Theme 1 Public policy" in text
    assert "Languages: English, French and Spanish" in text
    assert "5 sessions in parallel" in text
    rows = [place for place in places_of(pdf, "10:30") if place.left < 70]
    assert len(rows) == 3  # two in a row, each row with the time


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_booklet_fills_whole_sheets_and_numbers_its_pages(made: Made, language: str) -> None:
    pdf = made("booklet", language)
    assert sizes(pdf) == {(148, 210)}
    pages = PdfReader(io.BytesIO(pdf)).pages
    assert len(pages) % 4 == 0
    assert "team@example.org" in pages[-1].extract_text()
    assert "3" in pages[2].extract_text().split()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_overview_is_one_sheet_and_the_signs_one_each(made: Made, language: str) -> None:
    sheet, signs = made("overview", language), made("signs", language)
    assert (len(PdfReader(io.BytesIO(sheet)).pages), sizes(sheet)) == (1, {(297, 210)})
    assert (len(PdfReader(io.BytesIO(signs)).pages), sizes(signs)) == (6, {(210, 297)})


def test_anybody_gets_the_sheets_and_staff_the_signs(app: Flask, work: Work, visitor: Callable[[], Visitor]) -> None:
    with work() as ctx:
        event = make_event(ctx)
        make_institution(ctx, event, logo=PICTURE, logo_type="image/png", logo_name="a-logo")
        hall = make_place(ctx, event, name=tr("Main hall", "Grande salle", "Sala principal"))
        ctx.session.expire(event)
        slug, event_id, place_id, account_id = event.slug, event.id, hall.id, make_member(ctx, event).id
        hours = wall("2024-11-07T09:00"), wall("2024-11-07T10:00")
        values = SessionValues(SessionKind.PLENARY, tr("Opening"), *hours, place_id=place_id)
        service.add_session(ctx, event, values)
    public = [f"/en/{slug}/agenda-booklet.pdf", f"/en/{slug}/agenda-overview.pdf"]
    signs = f"/desk/{slug}/agenda/door-signs"
    staff = app.test_client()
    sign_in(app, staff, account_id)
    for address in (*public, f"{signs}.pdf"):
        assert staff.get(address).status_code == 404, "nothing is released"
    assert "Nothing is released yet" in staff.get(signs).text
    with work() as ctx:
        service.release(ctx, ctx.session.get_one(Event, event_id))
    for address in public:
        first = app.test_client().get(address)
        assert first.data.startswith(b"%PDF")
        app.extensions["page_cache"].clear()
        assert app.test_client().get(address).data == first.data
        assert app.test_client().get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert {*public} <= {*visitor().get(f"/en/{slug}/agenda").links().values()}
    one = staff.get(f"{signs}.pdf?language=fr&day={date(2024, 11, 7)}&place={place_id}")
    assert "Grande salle" in text_of(one.data)
    assert one.headers["Content-Disposition"].endswith(f'{slug}-door-signs-2024-11-07-{place_id}-fr.pdf"')
    assert f"place={place_id}" in staff.get(signs).text
    for wrong in ("day=2024-11-08", "day=never", "place=x", "place=999999"):
        assert staff.get(f"{signs}.pdf?{wrong}").status_code == 404
