"""Materials of sessions: who is shown what and when, by which address, and what an organiser does with them."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from eventapp.accounts.models import Account
from eventapp.agenda import queries as agenda
from eventapp.agenda import service as sessions
from eventapp.agenda.editing import queries as steps
from eventapp.agenda.editing import service as editing
from eventapp.agenda.materials import queries, rules, service
from eventapp.agenda.materials.files import headers_of
from eventapp.agenda.materials.models import Material
from eventapp.agenda.materials.states import Audience, MaterialKind
from eventapp.agenda.materials.values import MaterialValues
from eventapp.core.access import Role
from eventapp.core.errors import DomainError
from eventapp.core.uploads import MediaType
from eventapp.events.models import Event
from eventapp.registrations.states import State
from tests.support.browsing import Page, Visitor
from tests.support.clock import StoppedClock
from tests.support.factories import make_event, make_member, make_registration, tr
from tests.support.fixtures import Work
from tests.web.agenda.test_exchange import furnish

PDF = b"%PDF-1.7 of a test"
SLIDES = MaterialValues(tr("Slides", "Diapositives"), "fr", filename="../Opening talk.PDF", data=PDF)
LINK = MaterialValues(tr("Report"), audience=Audience.PARTICIPANTS, url="https://example.org/report")


@dataclass
class Story:
    slug: str
    event_id: int
    session: int
    organiser: Visitor
    confirmed: list[int]
    waiting: list[int]

    @property
    def desk(self) -> str:
        return f"/desk/{self.slug}/agenda/sessions/{self.session}/materials"


@pytest.fixture
def story(work: Work, staff: Callable[[Account | int], Visitor]) -> Story:
    with work() as ctx:
        event = make_event(ctx)
        furnish(ctx, event)
        sessions.release(ctx, event)
        account = make_member(ctx, event, Role.ORGANISER).id
        opened = []
        for state in (State.APPROVED, State.SUBMITTED):
            invitation = make_registration(ctx, event, state=state).invitation
            opened.append([invitation.id, invitation.link_version])
        first = agenda.list_draft_sessions(ctx, event)[0].id
        made = (event.slug, event.id, first)
    return Story(*made, staff(account), *opened)


def added(work: Work, story: Story, kind: MaterialKind, values: MaterialValues) -> str:
    """Add a material and return the name of its file."""
    with work() as ctx:
        event = ctx.session.get_one(Event, story.event_id)
        return service.add(ctx, event, story.session, kind, values).name or ""


def somebody(visitor: Visitor, story: Story, opened: list[int]) -> Visitor:
    with visitor.client.session_transaction() as cookie:
        cookie["opened"] = {str(story.event_id): opened}
    return visitor


def test_everybody_and_those_who_take_part_see_what_is_theirs(
    work: Work, story: Story, client: FlaskClient, visitor: Callable[[], Visitor]
) -> None:
    public = added(work, story, MaterialKind.FILE, SLIDES)
    inner = added(work, story, MaterialKind.FILE, replace(SLIDES, title=tr("Notes"), audience=Audience.PARTICIPANTS))
    added(work, story, MaterialKind.LINK, LINK)
    page = Page(client.get(f"/fr/{story.slug}/sessions/{story.session}"))
    assert "Diapositives" in page.links() and "Notes" not in page.text and "Report" not in page.text
    answer = client.get(page.links()["Diapositives"])
    assert (answer.data, answer.content_type) == (PDF, "application/pdf")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="Opening talk.pdf"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    held = {"If-None-Match": answer.headers["ETag"]}
    assert client.get(page.links()["Diapositives"], headers=held).status_code == 304
    assert client.get(f"/en/{story.slug}/materials/{inner}").status_code == 404
    assert client.get(f"/en/{story.slug}/my/materials/{public}").status_code == 404

    participant = somebody(visitor(), story, story.confirmed)
    assert "3 files and links of the sessions" in participant.get(f"/en/{story.slug}/my").links()
    mine = participant.get(f"/en/{story.slug}/my/materials")
    assert mine.links()["Report"] == "https://example.org/report"
    own = participant.client.get(mine.links()["Notes"])
    assert (own.data, own.headers["Cache-Control"]) == (PDF, "no-store")

    waiting = somebody(visitor(), story, story.waiting)
    assert "files and links" not in waiting.get(f"/en/{story.slug}/my").text
    assert waiting.get(f"/en/{story.slug}/my/materials").path == f"/en/{story.slug}/my"
    assert waiting.client.get(f"/en/{story.slug}/my/materials/{inner}").status_code == 404


def test_a_material_is_shown_from_its_date_until_its_date(
    work: Work, story: Story, client: FlaskClient, clock: StoppedClock
) -> None:
    begins, ends = clock.now() + timedelta(hours=2), clock.now() + timedelta(hours=4)
    name = added(work, story, MaterialKind.FILE, replace(SLIDES, shown_from_at=begins, shown_until_at=ends))
    page, file = f"/en/{story.slug}/sessions/{story.session}", f"/en/{story.slug}/materials/{name}"
    seen = []
    for _hour in range(5):
        seen.append(("Slides" in client.get(page).text, client.get(file).status_code))
        clock.advance(hours=1)
    assert seen == [(False, 404), (False, 404), (True, 200), (True, 200), (False, 404)]


def test_materials_of_a_session_that_is_not_released_stay_inside(work: Work, story: Story, client: FlaskClient) -> None:
    with work() as ctx:
        event = ctx.session.get_one(Event, story.event_id)
        draft = agenda.list_draft_sessions(ctx, event)[0]
        inside = sessions.duplicate_session(ctx, draft)
        ctx.session.flush()
        name = service.add(ctx, event, inside.id, MaterialKind.FILE, SLIDES).name
    assert client.get(f"/en/{story.slug}/materials/{name}").status_code == 404


def test_a_session_deleted_from_the_draft_keeps_its_materials(work: Work, story: Story, client: FlaskClient) -> None:
    name = added(work, story, MaterialKind.FILE, SLIDES)
    with work() as ctx:
        event = ctx.session.get_one(Event, story.event_id)
        editing.remove(ctx, event, agenda.get_draft_session(ctx, event, story.session))
    assert client.get(f"/en/{story.slug}/materials/{name}").status_code == 200
    page = story.organiser.get(story.desk)
    assert "This session is no longer in the draft." in page.text and "Slides" in page.text
    with work() as ctx:
        event = ctx.session.get_one(Event, story.event_id)
        step = steps.last_step(ctx, event)
        assert step is not None
        editing.undo(ctx, event, step.id)
        assert [each.title["en"] for each in queries.list_of_session(ctx, event, story.session)] == ["Slides"]


def test_an_organiser_adds_orders_edits_and_deletes(story: Story, client: FlaskClient) -> None:
    organiser = story.organiser
    assert story.desk in organiser.get(f"/desk/{story.slug}/agenda/sessions/{story.session}").links().values()
    page = organiser.submit(
        organiser.get(f"{story.desk}/add-file"),
        {"title-en": "Slides", "file": (io.BytesIO(PDF), "slides.pdf"), "audience": "everybody"},
        button="Save",
    )
    page = organiser.submit(
        organiser.get(f"{story.desk}/add-link"),
        {"title-en": "Report", "url": "https://example.org", "audience": "participants"},
        button="Save",
    )
    assert [link for link in page.links() if link in ("Slides", "Report")] == ["Slides", "Report"]
    page = organiser.submit(page, action="move-up")
    assert [link for link in page.links() if link in ("Slides", "Report")] == ["Report", "Slides"]
    assert organiser.client.get(page.links()["Slides"]).data == PDF
    edit = organiser.get(page.links()["Edit Slides"])
    first = Page(client.get(f"/en/{story.slug}/sessions/{story.session}")).links()["Slides"]
    page = organiser.submit(edit, {"title-en": "Final slides", "language": "es"}, button="Save")
    public = Page(client.get(f"/en/{story.slug}/sessions/{story.session}"))
    assert public.links()["Final slides"] == first and "Spanish" in public.text  # the same file at the same address
    other = {"file": (io.BytesIO(PDF + b"!"), "b.pdf")}
    page = organiser.submit(organiser.get(page.links()["Edit Final slides"]), other, button="Save")
    assert client.get(first).status_code == 404
    asked = organiser.get(page.links()["Delete Final slides"])
    page = organiser.submit(asked, button="Delete it")
    assert "Final slides" not in page.text
    assert "Final slides" not in client.get(f"/en/{story.slug}/sessions/{story.session}").text
    assert "Report" in organiser.get(f"/desk/{story.slug}/agenda/materials").text
    assert "“Final slides”: removed" in organiser.get(f"/desk/{story.slug}/audit").text


BAD_ADDRESSES = (
    "javascript:alert(1)",
    " JAVASCRIPT:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,x",
    "//example.org/x",
    "https://",
    "https://user:word@example.org/",
    "http://[::1",
    "https://example.org\\@evil.example",
    "ftp://example.org",
)


def test_bad_links_and_files_are_refused_in_words(work: Work, story: Story) -> None:
    assert not any(rules.is_link(address) for address in BAD_ADDRESSES)
    assert rules.is_link("https://example.org:8443/a?b=c#d") and rules.is_link("http://xn--bcher-kva.example/")
    organiser = story.organiser
    wrong = {"title-en": "A", "url": "javascript:alert(1)", "audience": "everybody"}
    page = organiser.submit(organiser.get(f"{story.desk}/add-link"), wrong, button="Save")
    assert page.status == 422 and "begins with https://" in page.errors[0]
    for data, sentence in (
        (b"", "Choose a file."),
        (b"<svg onload=alert(1)>", "Choose a PDF"),
        (b"MZ\x90", "Choose a PDF"),
    ):
        sent = {"title-en": "A", "file": (io.BytesIO(data), "a.pdf"), "audience": "everybody"}
        page = organiser.submit(organiser.get(f"{story.desk}/add-file"), sent, button="Save")
        assert page.status == 422 and sentence in page.errors[0]
    with work() as ctx, pytest.raises(DomainError) as refused:
        event = ctx.session.get_one(Event, story.event_id)
        service.add(
            ctx, event, story.session, MaterialKind.FILE, replace(SLIDES, data=b"%PDF-" + b" " * rules.MOST_BYTES)
        )
    assert refused.value.field == "file"
    assert organiser.get(story.desk.replace(f"/{story.session}/", "/999999/")).status == 404


def test_a_file_is_called_what_it_is() -> None:
    assert rules.name_of("../../a b.PDF", MediaType.PDF) == "a b.pdf"
    assert rules.name_of("evil.html", MediaType.PNG) == "evil.html.png"
    assert rules.name_of('x"\r\nSet-Cookie: a.pdf', MediaType.PDF) == "x Set-Cookie a.pdf"
    assert rules.name_of("", MediaType.ODP) == "file.odp"
    spanish = Material(media_type="application/pdf", filename="Presentación.pdf")
    assert headers_of(spanish)["Content-Disposition"] == (
        "attachment; filename=\"Presentacion.pdf\"; filename*=UTF-8''Presentaci%C3%B3n.pdf"
    )
    assert rules.name_of("é" * 300 + ".jpeg", MediaType.JPEG) == "é" * 150 + ".jpg"
