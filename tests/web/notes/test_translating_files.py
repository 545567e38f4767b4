"""A translator's file: out, translated elsewhere, looked at, confirmed; what others did meanwhile stays."""

from __future__ import annotations

from io import BytesIO

import pytest

from eventapp.events.models import Event
from eventapp.notes import service
from eventapp.notes.paragraphs import TITLE, Paragraph
from eventapp.notes.states import PublicationKind
from tests.support.browsing import Page, Visitor
from tests.support.fixtures import Work
from tests.web.notes.conftest import Place
from tests.web.notes.test_translating import SHEET, Desk, Staff, press

pytestmark = [pytest.mark.parametrize("engine", ["sqlite"], indirect=True), pytest.mark.usefixtures("engine")]


@pytest.fixture
def desk(work: Work, place: Place) -> Desk:
    return Desk(work, place)


def upload(person: Visitor, place: Place, content: bytes, sheet: str = SHEET) -> Page:
    page = person.get(place.address(f"{sheet}/import"))
    return person.submit(page, {"file": (BytesIO(content), "back.xlf")}, action="/import")


def test_a_file_out_and_back(staff: Staff, place: Place, desk: Desk) -> None:
    person, other = staff(desk.translator), staff(place.rapporteur)
    title, first, _heading, quote, points = desk.keys
    answer = person.client.get(place.address(f"{SHEET}/xliff"))
    assert answer.mimetype == "application/xliff+xml"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="summary-1.en-fr.xlf"'
    sent = answer.get_data(as_text=True)

    same = upload(person, place, sent.encode())
    assert same.status == 200 and "There is nothing to import." in same.text

    back = sent.replace("Demander d’abord.", "Poser la question &lt;b> d’abord.\n- وأيضا").replace(
        "Le jeudi s’est ouvert sur un vœu.", "Jeudi, un vœu."
    )
    press(other, other.get(place.address(SHEET)), {f"text-{first}": "Jeudi commença.", f"text-{quote}": "> Autre."})
    before = desk.texts()
    look = upload(person, place, back.encode())
    assert look.status == 200 and desk.texts() == before, "nothing is written before it is confirmed"
    assert "2 paragraphs change. 3 are the same here." in look.text
    assert "Somebody has changed 1 of these paragraphs since the file was made." in look.text
    assert look.tree.xpath("//input[@name='take'][@checked]/@value") == [points]
    done = person.submit(look, action="/import/confirm")
    assert done.status == 200
    assert desk.texts() == [*before[:4], "- Poser la question <b> d’abord.\n- وأيضا"]
    assert desk.states()[-1].value == "draft", "the file said “final” of the words before"

    # theirs goes only for whoever ticks it; the clash was seen, so it is none any more
    look = upload(person, place, back.encode())
    person.submit(look, {"take": [first]}, action="/import/confirm")
    assert desk.texts()[1] == "Jeudi, un vœu."
    assert "There is nothing to import." in upload(person, place, back.encode()).text

    # somebody saves between the look and the confirmation
    look = upload(person, place, back.replace("Jeudi, un vœu.", "Jeudi, deux vœux.").encode())
    press(other, other.get(place.address(SHEET)), {f"text-{first}": "Vendredi."})
    clash = person.submit(look, {"take": [first]}, action="/import/confirm")
    assert clash.status == 409 and clash.value(f"text-{first}").strip() == "Jeudi, deux vœux."
    assert desk.texts()[1] == "Vendredi." and desk.texts()[0] == before[0]
    assert title in desk.keys


def test_a_file_of_something_else_is_refused_in_words(staff: Staff, place: Place, desk: Desk) -> None:
    person = staff(desk.translator)
    sent = person.client.get(place.address(f"{SHEET}/xliff")).data
    spanish = "/texts/summary-1/translate/es"
    refused = upload(person, place, sent, spanish)
    assert refused.status == 422 and refused.errors == ["XLIFF file: The file translates into another language (fr)."]
    assert upload(person, place, b"").errors == ["XLIFF file: The file is empty. Choose another one."]
    doubled = sent.replace(f'id="{desk.keys[3]}"'.encode(), f'id="{desk.keys[1]}"'.encode())
    assert upload(person, place, doubled).errors == ["XLIFF file: Paragraph 1 stands in the file twice."]
    marked = sent.replace("Demander d’abord.".encode(), b"<x id='1'/>")
    assert "Paragraph 4 holds a mark of the tool (<x>)" in upload(person, place, marked).text
    desk.rewrite("wish", "hope")
    old = upload(person, place, sent)
    assert old.status == 422 and "from version 1 of the text; it stands at version 2 now" in old.text
    assert "choose" in person.get(place.address(f"{SHEET}/import")).text.lower()


def test_a_read_out_stands_in_its_parts(work: Work, staff: Staff, place: Place, desk: Desk) -> None:
    with work() as ctx:
        event = ctx.session.get_one(Event, place.event_id)
        read_out = service.open_publication(ctx, event, PublicationKind.READ_OUT)
        service.lock(ctx, read_out)
        source = [
            Paragraph(TITLE, "What we take home"),
            Paragraph("p1", "We came with questions.", "introduction"),
            Paragraph("p2", "Ask residents first", "insight:7"),
            Paragraph("p3", "Three cities did.", "insight:7"),
            Paragraph("p4", "Publish prices", "insight:3"),
            Paragraph("p5", "A second round.", "recommendations"),
        ]
        service.save_paragraphs(ctx, read_out, "en", source, 0)
    person, sheet = staff(desk.translator), "/texts/read-out/translate/fr"
    page = person.get(place.address(sheet))
    parts = ["Introduction", "Key insight 1", "Key insight 2", "Recommendations"]
    assert page.tree.xpath("//h2[@class='twin-part']/text()") == parts
    sent = person.client.get(place.address(f"{sheet}/xliff")).get_data(as_text=True)
    assert 'resname="insight:7"' in sent and "Key insight 2." in sent
    press(person, page, {"text-p2": "Demander d’abord", "reviewed-p2": "1"})
    preview = person.get(place.address(f"{sheet}/preview"))
    assert "Demander d’abord" in preview.text and "Publish prices" in preview.text
    assert [
        " ".join(each.split()) for each in preview.tree.xpath("//p[contains(@class, 'twin-eyebrow')]/text()")
    ] == parts
