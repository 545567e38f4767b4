"""From the hand-in to the page, the PDF, the feed and the mail in three languages, and on to later editions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import etree
from sqlalchemy import delete, select

from eventapp.core.access import Role
from eventapp.events.models import Event
from eventapp.mail.models import OutboxMessage
from eventapp.notes import queries, service
from eventapp.notes.attribution import service as consents
from eventapp.notes.attribution.guard import NamesFound
from eventapp.notes.attribution.models import NameOverride
from eventapp.notes.attribution.states import Answer
from eventapp.notes.models import Edition, Publication
from eventapp.notes.publishing import service as publishing
from eventapp.notes.session_notes.states import EntryKind
from eventapp.notes.states import PublicationKind, PublicationState
from eventapp.registrations.states import State
from tests.support.browsing import Page, Visitor
from tests.support.factories import make_member, make_registration
from tests.support.fixtures import Work
from tests.support.noting import make_entry, make_note
from tests.support.pdfs import assert_accessible, bookmarks, text_of
from tests.support.publishing import publish_now
from tests.web.notes.conftest import TEXTS, Place

Staff = Callable[[Any], Visitor]
ATOM = "{http://www.w3.org/2005/Atom}"

pytestmark = [pytest.mark.parametrize("engine", ["sqlite"], indirect=True), pytest.mark.usefixtures("engine")]


@pytest.fixture
def chair(work: Work, place: Place) -> int:
    with work() as ctx:
        return make_member(ctx, ctx.session.get_one(Event, place.event_id), Role.CHAIR).id


@pytest.fixture
def published(work: Work, place: Place) -> None:
    with work() as ctx:
        publish_now(ctx, summary_of(ctx, place), tell=True)


def summary_of(ctx: Any, place: Place) -> Publication:
    event = ctx.session.get_one(Event, place.event_id)
    return queries.get_publication(ctx, event, PublicationKind.SUMMARY, 1)


def rewrite(work: Work, place: Place, text: str, base: int = 1) -> None:
    with work() as ctx:
        service.save_source(ctx, summary_of(ctx, place), title=TEXTS["en"][0], text=text, base_revision=base)


def desk(place: Place, tail: str) -> str:
    return place.address(f"/texts/summary-1/{tail}")


def send(visitor: Visitor, place: Place, tail: str, **values: Any) -> Page:
    return visitor.submit(visitor.get(desk(place, tail)), values, action=desk(place, tail))


def test_a_text_is_handed_in_sent_back_approved_and_published(
    work: Work, client: FlaskClient, staff: Staff, place: Place, chair: int
) -> None:
    writer, checker = staff(place.rapporteur), staff(chair)
    page = writer.get(desk(place, "publish"))
    assert "has not been checked" in page.text
    assert writer.submit(page, action="/submit").status == 200
    assert "is being checked" in writer.get(desk(place, "publish")).text
    assert writer.get(desk(place, "check")).status == 403

    page = checker.get(desk(place, "check"))
    assert "Thursday began with a wish." in page.text
    assert checker.submit(page, {"remarks": " "}, action="/send-back").status == 422
    assert checker.submit(page, {"remarks": "Say who asked."}, action="/send-back").status == 200
    with work() as ctx:
        assert summary_of(ctx, place).state is PublicationState.DRAFTING
        assert summary_of(ctx, place).remarks == "Say who asked."
    assert checker.submit(page, action="/approve").status == 409

    writer.submit(writer.get(desk(place, "publish")), action="/submit")
    rewrite(work, place, "Thursday began with a wish.\n\n## Procurement\n\n> It cost most.\n\n- Ask first.")
    stale = checker.submit(page, action="/approve")
    assert stale.status == 409
    assert "It cost most." in stale.text
    assert checker.submit(stale, action="/approve").status == 200
    assert checker.get(desk(place, "publish")).status == 403
    page = writer.get(desk(place, "publish"))
    assert "all translated and reviewed" not in page.text
    assert page.value("seen") == "en:2 fr:1"
    assert page.value("tell")
    assert client.get(f"/en/{place.slug}/summaries/1").status_code == 404
    for _again in range(2):  # a double click
        assert writer.submit(page, action="/publish").status == 200
    with work() as ctx:
        assert len(ctx.session.scalars(select(Edition)).all()) == 1
        mails = ctx.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
        assert [mail.language for mail in mails] == ["en", "fr", "es"]
        for mail in mails:
            assert f"http://localhost/{mail.language}/{place.slug}/summaries/1" in mail.text_body


@pytest.mark.usefixtures("published")
def test_a_published_day_is_read_in_every_language(app: Any, client: FlaskClient, place: Place) -> None:
    visitor = Visitor(client)
    for language, title in (
        ("en", "What the day taught us"),
        ("fr", "Ce que retient la journée"),
        ("es", "What the day taught us"),
    ):
        address = f"/{language}/{place.slug}/summaries"
        page = visitor.get(f"{address}/1")
        assert page.status == 200
        assert page.heading == title
        assert page.tree.get("lang") == language
        assert len(page.tree.xpath("//div[starts-with(@class, 'paragraph ') or @class='paragraph'][@id]")) == 4
        assert bool(page.tree.xpath("//main//*[@lang='en']")) is (language == "es")
        assert len(page.tree.xpath("//*[contains(@class, 'pending')]//*[@lang='en']")) == (4 if language == "es" else 0)
        assert visitor.get(address).links()[title] == f"{address}/1"
        pdf = client.get(f"{address}/1.pdf")
        assert pdf.content_type == "application/pdf"
        assert title in text_of(pdf.data)
        assert_accessible(pdf.data, language=language)
        assert bookmarks(pdf.data)
        tag = {"If-None-Match": pdf.headers["ETag"]}
        assert client.get(f"{address}/1.pdf", headers=tag).status_code == 304
        feed = client.get(f"{address}.atom")
        assert feed.content_type.startswith("application/atom+xml")
        entry = etree.fromstring(feed.data).find(f"{ATOM}entry")
        assert entry is not None
        assert entry.findtext(f"{ATOM}title") == title
        assert entry.findtext(f"{ATOM}id") == f"http://localhost{address}/1"
    app.extensions["page_cache"].clear()
    assert client.get(f"{address}/1.pdf").data == pdf.data


@pytest.mark.usefixtures("published")
def test_a_later_edition_says_why_and_marks_what_changed(
    work: Work, client: FlaskClient, staff: Staff, place: Place
) -> None:
    writer, visitor = staff(place.rapporteur), Visitor(client)
    rewrite(
        work, place, "Thursday began with a wish.\n\n## Procurement\n\n> The dearest offer cost most.\n\nNew words."
    )
    refused = send(writer, place, "publish")
    assert refused.status == 422
    assert refused.errors == ["What changed: Say in a few words what changed since the last edition."]
    assert send(writer, place, "publish", **{"note-en": "One figure was wrong"}).status == 200
    with work() as ctx:
        assert [each.number for each in ctx.session.scalars(select(Edition).order_by(Edition.id))] == [1, 2]
        assert len(ctx.session.scalars(select(OutboxMessage)).all()) == 3, "nobody is told unless the box is ticked"

    address = f"/en/{place.slug}/summaries/1"
    page = visitor.get(address)
    assert "One figure was wrong" in page.text
    marked = page.tree.xpath("//*[contains(@class, 'changed')]")
    assert ["dearest" in each.text_content() for each in marked] == [True, False]
    first, second = visitor.get(f"{address}/editions/1"), visitor.get(f"{address}/editions/2")
    assert "This is an earlier edition." in first.text
    assert first.links()["Read edition 2, the latest"] == address
    assert "cheapest" in first.text
    assert [each.text for each in second.tree.xpath("//section//del")][:1] == ["cheapest"]
    assert [each.text for each in second.tree.xpath("//section//ins")][:1] == ["dearest"]
    assert visitor.get(f"{address}/editions/3").status == 404
    french = visitor.get(f"/fr/{place.slug}/summaries/1")
    assert "Le jeudi s’est ouvert" in french.text
    assert len(french.tree.xpath("//*[contains(@class, 'pending')]//*[@lang='en']")) == 2
    assert "One figure was wrong" in text_of(client.get(f"{address}.pdf").data)

    compared = writer.get(desk(place, "editions?old=1&new=2&language=en"))
    assert [each.text for each in compared.tree.xpath("//del")][:1] == ["cheapest"]
    assert "cheapest" in writer.get(desk(place, "editions/1")).text
    assert "dearest" in writer.get(desk(place, "editions?old=9&new=x&language=xx")).text

    with work() as ctx:  # who is quoted says no: the words are not shown again as what was taken out
        event = ctx.session.get_one(Event, place.event_id)
        heard = make_entry(ctx, make_note(ctx, event), kind=EntryKind.QUOTE, text="The cheapest offer cost most.")
        person = {"registration": None, "name": "Ana", "email": "ana@example.org", "language": "en"}
        consents.answer(ctx, consents.ask(ctx, event, heard, words=heard.text, **person), Answer.NO)
    for edition in (1, 2):
        again = visitor.get(f"{address}/editions/{edition}").text
        assert "Thursday began" in again
        assert "cheapest" not in again


@pytest.mark.usefixtures("published")
def test_a_text_is_closed_for_good_and_opened_again(
    work: Work, client: FlaskClient, staff: Staff, place: Place
) -> None:
    writer = staff(place.rapporteur)
    page = writer.get(desk(place, "closing"))
    assert writer.submit(page, action="/finalise").status == 200
    assert "This text is final." in Visitor(client).get(f"/en/{place.slug}/summaries/1").text
    with pytest.raises(Exception, match="final"):
        rewrite(work, place, "Other words.")
    assert writer.submit(page, action="/finalise").status == 409
    assert writer.submit(writer.get(desk(place, "closing")), action="/reopen").status == 200
    rewrite(work, place, "Other words.")


def test_a_text_saved_meanwhile_is_shown_before_it_is_published(work: Work, staff: Staff, place: Place) -> None:
    with work() as ctx:
        publishing.submit(ctx, summary_of(ctx, place))
        publishing.approve(ctx, summary_of(ctx, place), seen=1)
    writer = staff(place.rapporteur)
    page = writer.get(desk(place, "publish"))
    with work() as ctx:
        summary = summary_of(ctx, place)
        twins = service.whole_translation(
            queries.get_revision(ctx, summary, "en", 1).paragraphs, "Jour un", TEXTS["fr"][1]
        )
        service.save_translation(ctx, summary, "fr", twins, reviewed={}, base_revision=1)
    answer = writer.submit(page, action="/publish")

    assert answer.status == 409
    assert answer.value("seen") == "en:1 fr:2"
    with work() as ctx:
        assert ctx.session.scalars(select(Edition)).all() == []


def test_the_navigation_leads_there_once_something_is_published(work: Work, client: FlaskClient, place: Place) -> None:
    visitor = Visitor(client)
    assert "Summaries" not in visitor.get(f"/en/{place.slug}/summaries").links()
    with work() as ctx:
        publish_now(ctx, summary_of(ctx, place))
    assert visitor.get(f"/en/{place.slug}/summaries").links()["Summaries"] == f"/en/{place.slug}/summaries"


def test_a_protected_name_stops_it_and_a_quote_waits_for_consent(
    work: Work, client: FlaskClient, staff: Staff, place: Place
) -> None:
    with work() as ctx:
        event = ctx.session.get_one(Event, place.event_id)
        make_registration(ctx, event, name="Zdenka Obradović", state=State.APPROVED)
        summary = summary_of(ctx, place)
        text = "As OBRADOVIC, Zdenka said, ask first.\n\n“We bought what nobody could ever repair.”\n\nThe end."
        service.save_source(ctx, summary, title="Day one", text=text, base_revision=1)
        quote = make_entry(
            ctx, make_note(ctx, event), kind=EntryKind.QUOTE, text="We bought what nobody could ever repair."
        )
        quoting = queries.get_revision(ctx, summary, "en", 2).paragraphs[2].key
        service.link_sources(ctx, summary, {quoting: [quote.id]})
        publishing.submit(ctx, summary)
        publishing.approve(ctx, summary, seen=2)
    writer = staff(place.rapporteur)
    page = writer.get(desk(place, "publish"))
    assert "Zdenka Obradović" in page.text
    assert [each.text for each in page.tree.xpath("//mark")] == ["OBRADOVIC, Zdenka"]
    assert "nobody could ever repair" in page.text
    assert not [form for form in page.tree.forms if (form.get("action") or "").endswith("/publish")]
    with pytest.raises(NamesFound), work() as ctx:
        publishing.publish(ctx, summary_of(ctx, place))
    assert writer.submit(page, {"reason": " "}, action="/names").status == 422
    page = writer.submit(page, {"reason": "She asked for it."}, action="/names")
    assert (page.status, page.heading) == (200, "Publish")
    assert "Obradovi" not in page.text
    assert writer.submit(page, action="/texts/summary-1/publish").status == 200
    read = Visitor(client).get(f"/en/{place.slug}/summaries/1")
    assert "Zdenka said" in read.text
    assert "repair" not in read.text
    assert "repair" not in text_of(client.get(f"/en/{place.slug}/summaries/1.pdf").data)
    with work() as ctx:
        ctx.session.execute(delete(NameOverride))
    rewrite(work, place, "Other words.\n\nThe end.", base=2)
    refused = send(writer, place, "publish", **{"note-en": "What Zdenka Obradović said is left out"})
    assert refused.errors == ["What changed: The attribution rule protects names that stand here: Zdenka Obradović."]
