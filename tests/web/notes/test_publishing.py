"""From the rapporteur's button to the page, the PDF and the mail in three languages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from eventapp.events.models import Event
from eventapp.mail.models import OutboxMessage
from eventapp.notes import service
from eventapp.notes.models import SummaryEdition
from tests.support.browsing import Page, Visitor
from tests.support.fixtures import Work
from tests.support.pdfs import assert_accessible, bookmarks, text_of
from tests.web.notes.conftest import Place

Staff = Callable[[Any], Visitor]


def publish(staff: Staff, place: Place, **values: Any) -> Page:
    rapporteur = staff(place.rapporteur)
    page = rapporteur.get(place.address("/summaries/1/publish"))
    return rapporteur.submit(page, values, action="/summaries/1/publish")


def test_the_page_says_what_publishing_will_do(staff: Staff, place: Place) -> None:
    page = staff(place.rapporteur).get(place.address("/summaries/1/publish"))

    assert page.status == 200
    assert "3" in page.text
    assert page.value("seen") == "en:1 fr:1"
    assert page.value("tell")


def test_a_published_day_is_read_in_every_language(work: Work, client: FlaskClient, staff: Staff, place: Place) -> None:
    address = f"/{{}}/{place.slug}/summaries/1{{}}"
    assert client.get(address.format("en", "")).status_code == 404
    assert publish(staff, place).status == 200

    visitor = Visitor(client)
    for language, title in (
        ("en", "What the day taught us"),
        ("fr", "Ce que retient la journée"),
        ("es", "What the day taught us"),
    ):
        page = visitor.get(address.format(language, ""))
        assert page.status == 200
        assert page.heading == title
        assert page.tree.get("lang") == language
        pending = page.tree.xpath("//main//*[@lang='en']")
        assert bool(pending) is (language == "es")
        assert visitor.get(address.format(language, "").removesuffix("/1")).status == 200
        pdf = visitor.client.get(address.format(language, ".pdf"))
        assert pdf.status_code == 200
        assert pdf.content_type == "application/pdf"
        assert title in text_of(pdf.data)
        assert_accessible(pdf.data, language=language)
        assert bookmarks(pdf.data)
        assert (
            client.get(address.format(language, ".pdf"), headers={"If-None-Match": pdf.headers["ETag"]}).status_code
            == 304
        )
    with work() as ctx:
        mails = ctx.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
        assert [mail.language for mail in mails] == ["en", "fr", "es"]
        for mail in mails:
            assert f"http://localhost{address.format(mail.language, '')}" in mail.text_body


def test_the_same_edition_gives_the_same_bytes(app: Any, client: FlaskClient, staff: Staff, place: Place) -> None:
    publish(staff, place)
    address = f"/fr/{place.slug}/summaries/1.pdf"
    first = client.get(address).data
    app.extensions["page_cache"].clear()

    assert client.get(address).data == first


def test_the_navigation_leads_there_once_something_is_published(
    client: FlaskClient, staff: Staff, place: Place
) -> None:
    visitor = Visitor(client)
    assert "Summaries" not in visitor.get(f"/en/{place.slug}/summaries").links()
    publish(staff, place)
    assert visitor.get(f"/en/{place.slug}/summaries").links()["Summaries"] == f"/en/{place.slug}/summaries"


def test_a_double_click_publishes_once(work: Work, staff: Staff, place: Place) -> None:
    rapporteur = staff(place.rapporteur)
    page = rapporteur.get(place.address("/summaries/1/publish"))
    for _again in range(2):
        assert rapporteur.submit(page, action="/summaries/1/publish").status == 200
    with work() as ctx:
        assert len(ctx.session.scalars(select(SummaryEdition)).all()) == 1
        assert len(ctx.session.scalars(select(OutboxMessage)).all()) == 3


def test_a_second_edition_without_a_note_comes_back(work: Work, staff: Staff, place: Place) -> None:
    publish(staff, place)
    with work() as ctx:
        event = ctx.session.get_one(Event, place.event_id)
        service.save_text(ctx, event, 1, "en", title="T", text="Mended.", base_revision=1)
    refused = publish(staff, place)
    assert refused.status == 422
    assert refused.errors == ["What changed: Say in a few words what changed since the last edition."]
    done = publish(staff, place, note="One figure")
    assert done.status == 200
    with work() as ctx:
        assert len(ctx.session.scalars(select(OutboxMessage)).all()) == 3
        assert [row.number for row in ctx.session.scalars(select(SummaryEdition).order_by(SummaryEdition.id))] == [1, 2]


def test_a_text_saved_meanwhile_is_shown_before_it_is_published(work: Work, staff: Staff, place: Place) -> None:
    rapporteur = staff(place.rapporteur)
    page = rapporteur.get(place.address("/summaries/1/publish"))
    with work() as ctx:
        event = ctx.session.get_one(Event, place.event_id)
        service.save_text(ctx, event, 1, "en", title="T", text="Meanwhile.", base_revision=1)
    answer = rapporteur.submit(page, action="/summaries/1/publish")

    assert answer.status == 409
    assert answer.value("seen") == "en:2 fr:1"
    with work() as ctx:
        assert ctx.session.scalars(select(SummaryEdition)).all() == []
