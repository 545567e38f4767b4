"""Resources that participants share: from a phone to the public list, past somebody who looks at them."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from sqlalchemy import select

from eventapp.accounts.models import Account
from eventapp.core.access import Role
from eventapp.core.audit import AuditEntry
from eventapp.events.models import Event
from eventapp.mail.models import OutboxMessage
from eventapp.mail.states import MessageState
from eventapp.notes.resources import personal_data, queries, rules
from eventapp.notes.resources.models import Resource
from eventapp.notes.resources.states import ResourceState
from eventapp.notes.session_notes.states import EntryKind, NoteState
from eventapp.registrations.models import Registration
from eventapp.registrations.personal_data.hooks import Person
from eventapp.registrations.states import State
from tests.support.browsing import Page, Visitor
from tests.support.factories import make_event, make_member, make_registration, make_theme, tr
from tests.support.fixtures import Work
from tests.support.noting import make_entry, make_note

pytestmark = [pytest.mark.parametrize("engine", ["sqlite"], indirect=True), pytest.mark.usefixtures("engine")]
LINK = {"url": "HTTPS://Example.org/guide/", "title": "A guide to shade", "text": "How to begin.", "country": "SN"}


@dataclass
class Shelf:
    """An event with a moderator and two participants; one is called like the author of a file."""

    event_id: int
    slug: str
    theme_id: int
    moderator: Visitor
    ada: Visitor
    ben: Visitor
    registration_id: int

    def address(self, tail: str) -> str:
        return f"/en/{self.slug}{tail}"

    def share(self, person: Visitor, what: str, **values: object) -> Page:
        page = person.get(self.address(f"/my/resources/add-{what}"))
        return person.submit(page, values, action="/my/resources")

    def desk(self, tail: str = "") -> str:
        return f"/desk/{self.slug}/notes/resources{tail}"

    def press(self, resource_id: int, action: str) -> Page:
        return self.moderator.submit(
            self.moderator.get(self.desk(f"/{resource_id}")), action=f"/{resource_id}/{action}"
        )


@pytest.fixture
def shelf(work: Work, staff: Callable[[Account | int], Visitor], visitor: Callable[[], Visitor]) -> Shelf:
    with work() as ctx:
        event = make_event(ctx)
        theme_id = make_theme(ctx, event, number=1, title=tr("Shade", "Ombre")).id
        chair = make_member(ctx, event, Role.CHAIR).id
        people = [
            make_registration(ctx, event, state=State.APPROVED, name=name) for name in ("Ada Lovelace", "Ben Okri")
        ]
        ids = [people[0].id, *([each.invitation_id, each.invitation.link_version] for each in people)]
        event_id, slug = event.id, event.slug
    visitors = []
    for opened in ids[1:]:
        person = visitor()
        with person.client.session_transaction() as cookie:
            cookie["opened"] = {str(event_id): opened}
        visitors.append(person)
    return Shelf(event_id, slug, theme_id, staff(chair), visitors[0], visitors[1], ids[0])


def pdf(**properties: str) -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    writer.add_metadata({f"/{name}": value for name, value in properties.items()})
    writer.write(out)
    return out.getvalue()


def test_a_link_is_proposed_once_looked_at_published_and_withdrawn(
    shelf: Shelf, work: Work, visitor: Callable[[], Visitor]
) -> None:
    assert "Share a link or a file" in shelf.ada.get(shelf.address("/my")).text
    assert "No resources yet" in visitor().get(shelf.address("/resources")).text
    turned = "https://example.org/\u202egnp.exe"
    for bad in ("javascript:alert(1)", "data:text/html,x", "ftp://example.org", "https://a:b@example.org", "x" * 600,
                "https://.", turned, "https://user@example.org"):  # fmt: skip
        refused = shelf.share(shelf.ada, "link", **{**LINK, "url": bad})
        assert refused.status == 422 and refused.value("title") == LINK["title"], bad
    form = shelf.ada.get(shelf.address("/my/resources/add-link"))
    said = {**LINK, "theme_id": str(shelf.theme_id)}
    for _again in range(2):
        assert "Thank you" in shelf.ada.submit(form, said, action="/my/resources").text
    twin = shelf.share(shelf.ben, "link", **{**LINK, "url": "http://www.example.org/guide#top"})
    assert twin.status == 422 and "proposed this link already" in twin.text
    assert LINK["title"] not in visitor().get(shelf.address("/resources")).text

    with work() as ctx:
        (resource,) = ctx.session.scalars(select(Resource)).all()
        assert resource.url == "https://example.org/guide/"
        number = resource.id
    assert "Ada Lovelace" in shelf.moderator.get(shelf.desk(f"/{number}")).text, "the team knows who proposed it"
    shelf.press(number, "publish")
    assert "is in the list already" in shelf.share(shelf.ben, "link", **LINK).text
    public = visitor().get(shelf.address("/resources?country=SN&theme=1&language=en"))
    assert public.links()[LINK["title"]] == "https://example.org/guide/" and "Ada" not in public.text
    assert "Shade (1)" in public.text and "Resources" in public.links()
    assert LINK["title"] not in visitor().get(shelf.address("/resources?country=FR")).text
    assert "1. Ombre" in visitor().get(f"/fr/{shelf.slug}/resources").text

    declined = shelf.moderator.get(shelf.desk(f"/{number}/decline"))
    assert shelf.moderator.submit(declined, {"reason": " "}, action="/decline").status == 422
    shelf.moderator.submit(declined, {"reason": "The page is gone."}, action="/decline")
    assert "The page is gone." in shelf.ada.get(shelf.address("/my/resources")).text
    with work() as ctx:
        told = ctx.session.scalars(
            select(OutboxMessage).where(OutboxMessage.kind == "notes/resource_decided").order_by(OutboxMessage.id)
        ).all()
        assert [each.state for each in told] == [MessageState.CANCELLED, MessageState.QUEUED], "it no longer holds"
        assert "It is in the public list now" in told[0].text_body
        for body in (told[1].text_body, told[1].html_body):
            assert LINK["title"] in body and "The page is gone." in body
    assert "No resources yet" in visitor().get(shelf.address("/resources")).text
    shelf.press(number, "reopen")
    shelf.press(number, "publish")
    assert shelf.ben.client.post(shelf.address(f"/my/resources/{number}/withdraw")).status_code in {400, 404}
    shelf.ada.submit(shelf.ada.get(shelf.address("/my/resources")), action="/withdraw")
    assert "No resources yet" in visitor().get(shelf.address("/resources")).text


def test_a_file_is_what_its_bytes_are_and_names_in_it_need_a_reason(
    shelf: Shelf, work: Work, visitor: Callable[[], Visitor]
) -> None:
    refused = shelf.share(shelf.ben, "file", title="A page", file=(io.BytesIO(b"<svg onload=x>"), "a.pdf"))
    assert refused.status == 422
    written = pdf(Author="LOVELACE, Ada", Title="Shade")
    shelf.share(shelf.ben, "file", title="The report", file=(io.BytesIO(written), "../Ombre é.pdf"))
    picture, out = Image.new("RGB", (4, 4)), io.BytesIO()
    exif = Image.Exif()
    exif[0x013B] = "Somebody’s camera"
    picture.save(out, "JPEG", exif=exif)
    shelf.share(shelf.ben, "file", title="A picture", file=(io.BytesIO(out.getvalue()), "p.jpg"))
    with work() as ctx:
        report, photo = ctx.session.scalars(select(Resource).order_by(Resource.id)).all()
        assert photo.data and b"camera" not in photo.data
        number, name, filename = report.id, report.name, report.filename
        assert report.properties["Author"] == "LOVELACE, Ada" and filename == "Ombre é.pdf"
    address = shelf.address(f"/resources/files/{name}/{filename}")
    assert visitor().get(address).status == 404, "not published yet"
    blocked = shelf.press(number, "publish")
    assert "attribution rule" in blocked.text and "LOVELACE" in blocked.text
    shelf.moderator.submit(blocked, {"reason": " "}, action="/names")
    assert visitor().get(address).status == 404
    shelf.moderator.submit(blocked, {"reason": "She signed it herself."}, action="/names")
    shelf.press(number, "publish")
    answer = visitor().client.get(visitor().get(shelf.address("/resources")).links()["The report"])
    assert len(PdfReader(io.BytesIO(answer.data)).pages) == 1
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert visitor().get(address.replace("Ombre", "Other")).status == 404
    with work() as ctx:
        said = ctx.session.scalars(select(AuditEntry).where(AuditEntry.action == "let-name-stand")).one()
        assert said.details["reason"] == "She signed it herself." and "Lovelace" not in str(said.details)


def test_what_a_rapporteur_noted_is_taken_over_with_one_click(shelf: Shelf, work: Work) -> None:
    with work() as ctx:
        event = ctx.session.get_one(Event, shelf.event_id)
        note, private = make_note(ctx, event), make_note(ctx, event, state=NoteState.PRIVATE)
        make_entry(ctx, note, kind=EntryKind.RESOURCE, text="The shade atlas: https://example.org/atlas.")
        make_entry(ctx, private, kind=EntryKind.RESOURCE, text="Not for others yet")
        bare = make_entry(ctx, note, kind=EntryKind.RESOURCE, text="A book about squares").id
    page = shelf.moderator.get(shelf.desk())
    assert "shade atlas" in page.text and "Not for others yet" not in page.text
    taken = shelf.moderator.submit(page, action="/noted/")
    assert taken.value("title") == "The shade atlas" and taken.value("url") == "https://example.org/atlas"
    no_link = shelf.moderator.submit(page, action=f"/noted/{bare}")
    number = int(no_link.path.rpartition("/")[2])
    assert "Add the link first" in shelf.press(number, "publish").text
    said = {"title": "Squares", "url": "https://example.org/squares"}
    shelf.moderator.submit(shelf.moderator.get(shelf.desk(f"/{number}")), said, button="Save")
    assert "in the public list" in shelf.press(number, "publish").text


def test_published_resources_stay_without_the_person_who_shared_them(shelf: Shelf, work: Work) -> None:
    for each in ("one", "two"):
        shelf.share(shelf.ada, "link", **{**LINK, "url": f"https://example.org/{each}", "title": each})
    with work() as ctx:
        first = ctx.session.scalars(select(Resource.id).order_by(Resource.id)).first()
    shelf.press(first or 0, "publish")
    with work() as ctx:
        event, registration = (
            ctx.session.get_one(Event, shelf.event_id),
            ctx.session.get_one(Registration, shelf.registration_id),
        )
        held = personal_data.held(ctx, registration.invitation)
        assert held is not None and [each["title"] for each in held.values] == ["two", "one"]
        person = Person(event, [registration.invitation_id], [registration.id], frozenset(), frozenset())
        personal_data.erase(ctx, person)
        (left,) = ctx.session.scalars(select(Resource)).all()
        assert (left.title, left.state, left.registration_id) == ("one", ResourceState.PUBLISHED, None)
        assert [each.title for each in queries.list_published(ctx, event)] == ["one"]
        about = ctx.session.scalars(select(AuditEntry).where(AuditEntry.object_type == "resource")).all()
        assert about and all(each.object_label == "" for each in about)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See https://example.org/a).", ("See", "", "https://example.org/a")),
        ("https://example.org/only", ("example.org/only", "", "https://example.org/only")),
        ("A book", ("A book", "", "")),
    ],
)
def test_a_note_tells_title_and_link(text: str, expected: tuple[str, str, str]) -> None:
    assert rules.from_note(text) == expected
