"""The draft on the desk: a session from its first form to a release, without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from eventapp.accounts.models import Account
from eventapp.agenda.models import AgendaRelease, AgendaSession
from eventapp.core.access import Role
from eventapp.core.audit import AuditEntry
from tests.support.browsing import Page, Visitor
from tests.support.factories import make_event, make_institution, make_member, make_place, make_theme
from tests.support.fixtures import Work


@dataclass
class Desk:
    slug: str
    organiser: Visitor
    account_id: int
    place_id: int
    theme_id: int
    institution_id: int

    @property
    def url(self) -> str:
        return f"/desk/{self.slug}/agenda"


@pytest.fixture
def desk(work: Work, staff: Callable[[Account | int], Visitor]) -> Desk:
    with work() as ctx:
        event = make_event(ctx)
        account = make_member(ctx, event, Role.ORGANISER)
        place, theme = make_place(ctx, event), make_theme(ctx, event)
        institution = make_institution(ctx, event)
        ids = (event.slug, account.id, place.id, theme.id, institution.id)
    return Desk(ids[0], staff(ids[1]), *ids[1:])


def filled(desk: Desk, **values: str) -> dict[str, object]:
    return {
        "title-en": "Opening",
        "title-fr": "Ouverture",
        "kind": "plenary",
        "starts_local": "2024-11-07T09:00",
        "ends_local": "2024-11-07T10:00",
        "theme_id": str(desk.theme_id),
        "place_id": str(desk.place_id),
        **values,
    }


def add(desk: Desk, **values: str) -> Page:
    page = desk.organiser.get(f"{desk.url}/sessions/new")
    return desk.organiser.submit(page, filled(desk, **values), button="Save in the draft")


def test_a_session_is_written_with_its_people_and_shown(desk: Desk, read: Work) -> None:
    new = desk.organiser.get(f"{desk.url}/sessions/new")
    once = desk.organiser.submit(new, filled(desk), button="Save in the draft", press=("step", "add-person"))
    assert once.status == 200
    assert once.value("title-en") == "Opening", "what was typed is kept"
    twice = desk.organiser.submit(
        once,
        {"people-0-role": "chair", "people-0-name": "Awa Ndiaye", "people-0-state": "confirmed", "people-0-order": "2"},
        button="Save in the draft",
        press=("step", "add-person"),
    )
    saved = desk.organiser.submit(
        twice,
        {
            "people-1-role": "speaker",
            "people-1-state": "to_be_confirmed",
            "people-1-affiliation-en": "A mayor",
            "people-1-order": "1",
        },
        button="Save in the draft",
    )
    assert saved.path == desk.url
    assert "Opening" in saved.text
    assert "A mayor (to be confirmed)" in saved.text
    assert "Opening” is not complete in Spanish" in saved.text
    with read() as ctx:
        session = ctx.session.scalars(select(AgendaSession)).one()
        assert [(person.role, person.name) for person in session.people] == [("speaker", ""), ("chair", "Awa Ndiaye")]
        assert ctx.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all() == ["add"]


def test_a_person_is_removed_with_a_tick(desk: Desk, read: Work) -> None:
    add(desk)
    page = desk.organiser.get(f"{desk.url}/sessions/{only_id(read)}")
    row = desk.organiser.submit(page, button="Save in the draft", press=("step", "add-person"))
    desk.organiser.submit(
        row, {"people-0-role": "speaker", "people-0-state": "to_be_confirmed"}, button="Save in the draft"
    )
    again = desk.organiser.get(f"{desk.url}/sessions/{only_id(read)}")
    desk.organiser.submit(again, {"people-0-remove": "y"}, button="Save in the draft")
    with read() as ctx:
        assert ctx.session.scalars(select(AgendaSession)).one().people == []


def only_id(read: Work) -> int:
    with read() as ctx:
        return ctx.session.scalars(select(AgendaSession.id)).one()


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"title-en": ""}, "Fill in this field in English"),
        ({"ends_local": "2024-11-07T08:00"}, "must end after it starts"),
        ({"starts_local": "2024-03-31T02:30", "ends_local": "2024-03-31T04:00"}, "does not exist"),
        ({"starts_local": "2024-10-27T02:30", "ends_local": "2024-10-27T04:00"}, "comes twice"),
        ({"starts_local": "yesterday"}, "Starts: Give day and time like this"),
        ({"kind": "party"}, "Kind: "),
        ({"title-en": "x" * 301}, "at most 300 characters"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_nothing_is_lost(
    desk: Desk, read: Work, values: dict[str, str], sentence: str
) -> None:
    page = add(desk, **{"title-fr": "Mon titre", **values})
    assert page.status == 422
    assert any(sentence in error for error in page.errors), page.errors
    assert page.value("title-fr") == "Mon titre"
    with read() as ctx:
        assert ctx.session.scalars(select(AgendaSession)).all() == []


def test_a_person_without_role_or_name_is_asked_for_it(desk: Desk) -> None:
    new = desk.organiser.get(f"{desk.url}/sessions/new")
    row = desk.organiser.submit(new, filled(desk), button="Save in the draft", press=("step", "add-person"))
    nameless = desk.organiser.submit(
        row, {"people-0-role": "speaker", "people-0-state": "confirmed"}, button="Save in the draft"
    )
    assert nameless.status == 422
    assert nameless.errors == [
        "Person 1, Name: Give a name, an institution or an affiliation, or choose “To be confirmed”."
    ]
    roleless = desk.organiser.submit(row, {"people-0-name": "Awa"}, button="Save in the draft")
    assert roleless.errors == ["Person 1, Role: Choose what this person does in the session."]


def test_another_event_s_place_is_no_choice(desk: Desk, work: Work) -> None:
    with work() as ctx:
        foreign = make_place(ctx, make_event(ctx)).id
    page = add(desk, place_id=str(foreign))
    assert page.status == 422


def test_a_stale_save_shows_both_and_the_second_one_counts(desk: Desk, read: Work) -> None:
    add(desk)
    mine = desk.organiser.get(f"{desk.url}/sessions/{only_id(read)}")
    theirs = desk.organiser.get(f"{desk.url}/sessions/{only_id(read)}")
    assert desk.organiser.submit(theirs, {"title-en": "Theirs"}, button="Save in the draft").status == 200
    stale = desk.organiser.submit(mine, {"title-en": "Mine"}, button="Save in the draft")
    assert stale.status == 409
    assert "Somebody else saved this session" in stale.errors[0]
    assert "Theirs" in stale.text
    assert stale.value("title-en") == "Mine"
    desk.organiser.submit(stale, button="Save in the draft")
    with read() as ctx:
        assert ctx.session.scalars(select(AgendaSession)).one().title["en"] == "Mine"


def test_duplicate_and_delete(desk: Desk, read: Work) -> None:
    add(desk)
    first = only_id(read)
    copy = desk.organiser.submit(
        desk.organiser.get(f"{desk.url}/sessions/{first}"), action=f"/sessions/{first}/duplicate"
    )
    assert copy.value("title-en") == "Opening"
    asked = desk.organiser.get(f"{desk.url}/sessions/{first}/delete")
    assert "never released" in asked.text
    desk.organiser.submit(asked, action="/delete")
    with read() as ctx:
        left = ctx.session.scalars(select(AgendaSession)).one()
        assert left.id != first
        assert ctx.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all() == ["add", "add", "delete"]


def test_a_release_says_what_it_does_and_then_does_it_once(desk: Desk, read: Work, work: Work) -> None:
    empty = desk.organiser.submit(desk.organiser.get(f"{desk.url}/release"), button="Release number 1")
    assert empty.status == 422
    add(desk)
    asked = desk.organiser.get(f"{desk.url}/release")
    assert "1 session becomes public" in asked.text
    done = desk.organiser.submit(asked, {"note-fr": "Bienvenue."}, button="Release number 1")
    assert done.path == f"{desk.url}/releases"
    assert "Nothing has changed since release 1" in desk.organiser.get(f"{desk.url}/release").text
    twice = desk.organiser.submit(asked, button="Release number 1")
    assert "Nothing has changed since release 1" in twice.text
    page = desk.organiser.get(f"{desk.url}/sessions/{only_id(read)}")
    desk.organiser.submit(page, {"ends_local": "2024-11-07T10:30"}, button="Save in the draft")
    second = desk.organiser.get(f"{desk.url}/release")
    assert "Moved: “Opening”, from Thursday 7 November, 09:00–10:00 to 09:00–10:30." in second.text
    desk.organiser.submit(second, button="Release number 2")
    with read() as ctx:
        releases = ctx.session.scalars(select(AgendaRelease).order_by(AgendaRelease.number)).all()
        assert [release.number for release in releases] == [1, 2]
        assert releases[0].note["fr"] == "Bienvenue."
        assert [release.snapshot["sessions"][0]["sequence"] for release in releases] == [0, 1]
        assert releases[1].released_by_id == desk.account_id


def test_a_release_is_what_was_looked_at_or_is_looked_at_again(desk: Desk, read: Work) -> None:
    add(desk)
    asked = desk.organiser.get(f"{desk.url}/release")
    page = desk.organiser.get(f"{desk.url}/sessions/{only_id(read)}")
    desk.organiser.submit(page, {"ends_local": "2024-11-07T10:30"}, button="Save in the draft")
    again = desk.organiser.submit(asked, {"note-fr": "Bienvenue."}, button="Release number 1")
    assert again.status == 409
    assert "Somebody changed the draft while you were looking at it" in again.text
    with read() as ctx:
        assert ctx.session.scalars(select(AgendaRelease)).all() == []
    done = desk.organiser.submit(again, button="Release number 1")
    assert done.path == f"{desk.url}/releases"
    with read() as ctx:
        made = ctx.session.scalars(select(AgendaRelease)).one()
        assert made.note["fr"] == "Bienvenue."
        assert made.snapshot["sessions"][0]["ends_local"] == "2024-11-07T10:30:00"


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.RAPPORTEUR, Role.OBSERVER])
def test_others_see_the_draft_and_change_nothing(
    desk: Desk, role: Role, work: Work, read: Work, staff: Callable[[Account | int], Visitor]
) -> None:
    add(desk)
    with work() as ctx:
        event = ctx.session.scalars(select(AgendaSession)).one().event
        account_id = make_member(ctx, event, role).id
    other = staff(account_id)
    page = other.get(desk.url)
    assert page.status == 200
    assert "Opening" in page.text
    assert "Add a session" not in page.text
    assert other.get(f"{desk.url}/sessions/new").status == 403
    assert other.get(f"{desk.url}/release").status == 403
