"""Importing registrations that came by another way: what is shown before, what is written, and what never is."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from eventapp.core.audit import AuditEntry
from eventapp.core.context import SYSTEM
from eventapp.core.tables import read_table
from eventapp.core.unit_of_work import reading
from eventapp.events.models import Event
from eventapp.events.states import EventState
from eventapp.invitations.models import Invitation
from eventapp.invitations.states import InvitationState
from eventapp.registrations import late
from eventapp.registrations.questions.models import PlaceTaken
from eventapp.registrations.questions.states import QuestionKind as K
from eventapp.registrations.states import Mode, Sector, State
from tests.support.browsing import Page, Visitor
from tests.support.factories import make_invitation, make_member, make_question, make_questions, make_registration, tr
from tests.web.registrations.conftest import Meeting

HEADER = "Email;Nom;Organisation;Secteur;Pays;Catégorie;Modalité;Langue;Langues parlées;Repas;Première fois;Shoe size"


@pytest.fixture
def organiser(meeting: Meeting, staff: Callable[[Any], Visitor]) -> Visitor:
    """An organiser of the event, registration closed long ago."""
    with meeting.work() as ctx:
        event = ctx.session.get_one(Event, meeting.event_id)
        event.categories[0].name = event.categories[0].name.with_text("en", "Mayors")
        account_id = make_member(ctx, event).id
    meeting.app.extensions["clock"].set(meeting.app.extensions["clock"].now().replace(month=10))
    return staff(account_id)


def upload(organiser: Visitor, meeting: Meeting, *rows: str, header: str = HEADER) -> Page:
    data = "\n".join([header, *rows]).encode()
    page = organiser.get(meeting.desk("/import"))
    return organiser.submit(page, {"file": (io.BytesIO(data), "late.csv")}, action="/import")


def good(n: int = 1, **cells: str) -> str:
    values = {
        "email": f"late{n}@example.org", "name": f"Late {n}", "organisation": "City of Example",
        "sector": "Academia", "country": "Sénégal", "category": "Mayors", "mode": "remote", "language": "français",
        "speaks": "fr, anglais", "food": "halal", "first": "oui", "shoes": "42", **cells,
    }  # fmt: skip
    return ";".join(values.values())


def invitations(meeting: Meeting) -> dict[str, InvitationState]:
    with meeting.app.app_context():
        found = reading(SYSTEM).session.execute(select(Invitation.email, Invitation.state)).tuples()
        return dict(found.all())


def test_a_list_is_shown_first_and_registers_once_confirmed(meeting: Meeting, organiser: Visitor):
    page = upload(organiser, meeting, good(1), good(2, sector="université"), good(3, mode="en ligne"))
    assert page.heading == "Preview of late.csv"
    assert "2 rows become accepted invitations" in page.text
    assert "We know no sector “université”" in page.text
    assert "Shoe size" in page.text
    assert "2 mails go out in French" in page.text
    assert meeting.registrations() == []
    assert invitations(meeting) == {}
    done = organiser.submit(page, action="/import/")
    assert "2 people are registered." in done.text
    first, second = meeting.registrations()
    assert (first.email, first.state, first.mode, first.sector) == (
        "late1@example.org", State.SUBMITTED, Mode.REMOTE, Sector.ACADEMIA,
    )  # fmt: skip
    assert (first.country, first.language, first.speaks, first.dietary) == ("SN", "fr", ["fr", "en"], "halal")
    assert first.first_time is True
    assert "late 1" in first.search_text
    assert second.email == "late3@example.org"
    assert set(invitations(meeting).values()) == {InvitationState.ACCEPTED}
    assert meeting.kinds() == ["registration_received"] * 2


def test_a_second_click_and_a_second_import_change_nothing(meeting: Meeting, organiser: Visitor):
    page = upload(organiser, meeting, good(1))
    organiser.submit(page, action="/import/")
    again = organiser.submit(page, action="/import/")
    assert "nothing was written twice" in again.text
    second = upload(organiser, meeting, good(1, name="Somebody else"))
    assert "No row can be imported." in second.text
    assert "Has registered already." in second.text
    assert meeting.only().name == "Late 1"
    assert len(meeting.mails()) == 1


def test_who_registers_between_preview_and_confirmation_is_left_out(meeting: Meeting, organiser: Visitor):
    page = upload(organiser, meeting, good(1), good(2))
    with meeting.work() as ctx:
        event = ctx.session.get_one(Event, meeting.event_id)
        invitation = make_invitation(ctx, event, email="late1@example.org", state=InvitationState.ACCEPTED)
        make_registration(ctx, event, invitation=invitation, name="By herself")
    assert "1 person is registered." in organiser.submit(page, action="/import/").text
    assert sorted(each.name for each in meeting.registrations()) == ["By herself", "Late 2"]


def test_an_open_invitation_is_accepted_and_an_ended_one_refused(meeting: Meeting, organiser: Visitor):
    with meeting.work() as ctx:
        event = ctx.session.get_one(Event, meeting.event_id)
        for n, state in enumerate(("draft", "sent", "accepted", "declined", "revoked"), 1):
            make_invitation(ctx, event, email=f"late{n}@example.org", state=InvitationState(state))
    page = upload(organiser, meeting, *(good(n) for n in range(1, 6)))
    assert "3 rows become" in page.text
    assert page.text.count("Has an invitation to this event") == 2
    organiser.submit(page, action="/import/")
    assert len(meeting.registrations()) == 3
    assert [invitations(meeting)[f"late{n}@example.org"].value for n in range(1, 6)] == [
        "accepted", "accepted", "accepted", "declined", "revoked",
    ]  # fmt: skip
    with meeting.app.app_context():
        recorded = (
            select(AuditEntry.action)
            .where(AuditEntry.action.in_(["record", "import-registrations"]))
            .order_by(AuditEntry.id)
        )
        assert list(reading(SYSTEM).session.scalars(recorded)) == ["record", "record", "import-registrations"]


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"email": "nobody"}, "is not a complete address"),
        ({"name": ""}, "There is no name."),
        ({"organisation": ""}, "This is needed and nothing is there."),
        ({"sector": ""}, "This is needed and nothing is there."),
        ({"country": ""}, "This is needed and nothing is there."),
        ({"country": "Atlantis"}, "We know no country “Atlantis”"),
        ({"category": "Kings"}, "This event has no category “Kings”"),
        ({"category": ""}, "This is needed and nothing is there."),
        ({"mode": "by boat"}, "“by boat” is neither in person nor remote."),
        ({"speaks": "fr, Klingon"}, "We know no language “Klingon”"),
        ({"first": "perhaps"}, "“perhaps” is neither yes nor no."),
        ({"food": "x" * 501}, "This is longer than 500 characters."),
    ],
)
def test_each_problem_is_named_by_column(meeting: Meeting, organiser: Visitor, cells: dict[str, str], problem: str):
    page = upload(organiser, meeting, good(1, **cells))
    assert "No row can be imported." in page.text
    (said,) = page.tree.xpath("//main//td//li")
    assert problem in said.text_content()


def test_a_file_that_cannot_be_read_is_refused_in_words(meeting: Meeting, organiser: Visitor):
    for data, words in (
        (b"", "The file is empty."),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "This is not a table."),
        (b"name\nAmina", "No column holds addresses."),
        (("email\n" + "a@example.org\n" * (late.MOST_ROWS + 1)).encode(), "at most 300 rows"),
    ):
        page = organiser.get(meeting.desk("/import"))
        page = organiser.submit(page, {"file": (io.BytesIO(data), "late.csv")}, action="/import")
        assert page.status == 422
        assert words in page.errors[0]


def test_the_two_kinds_of_list_are_not_mistaken_for_each_other(meeting: Meeting, organiser: Visitor):
    ours = upload(organiser, meeting, good(1)).path.rpartition("/")[2]
    choose = organiser.get(f"/desk/{meeting.slug}/invitations/import")
    theirs = organiser.submit(
        choose, {"file": (io.BytesIO(b"email,name\na@example.org,A"), "a.csv")}, action="/invitations/import"
    ).path.rpartition("/")[2]
    assert organiser.get(f"/desk/{meeting.slug}/invitations/import/{ours}").status == 404
    assert organiser.get(meeting.desk(f"/import/{theirs}")).status == 404
    token = organiser.get(meeting.desk("/import")).tree.xpath("//input[@name='csrf_token']/@value")[0]
    for address in (f"/desk/{meeting.slug}/invitations/import/{ours}", meeting.desk(f"/import/{theirs}")):
        assert organiser.client.post(address, data={"csrf_token": token}).status_code == 404
    assert invitations(meeting) == {}


def test_the_template_is_read_back_without_a_problem(meeting: Meeting, organiser: Visitor):
    for kind in ("csv", "xlsx"):
        data = organiser.client.get(meeting.desk(f"/import/template.{kind}")).data
        assert read_table(f"t.{kind}", data).header == late.TEMPLATE_COLUMNS
        page = organiser.get(meeting.desk("/import"))
        page = organiser.submit(page, {"file": (io.BytesIO(data), f"t.{kind}")}, action="/import")
        assert "1 row becomes" in page.text
        assert "We do not know" not in page.text


def test_a_full_list_is_registered_in_seconds(meeting: Meeting, organiser: Visitor):
    page = upload(organiser, meeting, *(good(n) for n in range(late.MOST_ROWS)))
    assert "300 people are registered." in organiser.submit(page, action="/import/").text
    assert len(meeting.registrations()) == len(meeting.mails()) == late.MOST_ROWS


def test_nobody_is_registered_for_an_event_that_was_cancelled_or_is_not_published(meeting: Meeting, organiser: Visitor):
    ready = upload(organiser, meeting, good(1))
    for state, words in (
        (EventState.CANCELLED, "This event was cancelled; nobody can be registered."),
        (EventState.DRAFT, "People can be registered once the event is published"),
    ):
        meeting.change(state=state)
        page = organiser.submit(ready, action="/import/")
        assert words in page.text
        page = upload(organiser, meeting, good(2))
        assert page.status == 409
        assert words in page.errors[0]
    assert meeting.registrations() == meeting.mails() == []
    assert invitations(meeting) == {}
    meeting.change(state=EventState.CLOSED)
    assert "1 person is registered." in organiser.submit(ready, action="/import/").text


def test_own_questions_are_columns_called_by_their_words_and_limited_ones_are_counted(
    meeting: Meeting, organiser: Visitor
):
    with meeting.work() as ctx:
        event = ctx.session.get_one(Event, meeting.event_id)
        visit, tools, nights, hotel, stars = make_questions(
            ctx, event, "More",
            {"kind": K.ONE_OF, "label": tr("Which visit?", fr="Quelle visite ?"), "required": True,
             "options": [("The harbour, at noon", 1), ("None", None)]},
            {"kind": K.SEVERAL_OF, "label": "Tools", "options": [("Pen, ink", None), ("Saw", None)]},
            {"kind": K.NUMBER, "label": "Group"},
            {"kind": K.YES_NO, "label": "Do you need a hotel?"},
            {"kind": K.SHORT_TEXT, "label": "Rating", "private": True},
        )  # fmt: skip
        question = make_question(ctx, visit.group, 9, kind=K.DATE, label="Arrival")
        question.depends_on_id, question.depends_on_values = hotel.id, [True]
        make_question(ctx, visit.group, 10, kind=K.FILE, label="Passport copy")
        ids = [each.id for each in (visit, tools, nights, hotel, stars, question)]
        harbour, _none = (each.id for each in visit.options)
        inks = [each.id for each in tools.options]
    header = f"{HEADER};Quelle visite ?;Tools;Group;Do you need a hotel?;Rating;Arrival;Passport copy"

    def row(n: int, *cells: str) -> str:
        return ";".join([good(n), *(f'"{each}"' for each in (*cells, *[""] * (7 - len(cells))))])

    page = upload(
        organiser, meeting,
        row(1, "the HARBOUR, at noon", "Pen, ink; saw", "1.5", "oui", "Five stars", "7.11.2024"),
        row(2, "The harbour, at noon"),
        row(3, "None", "Spoon", "many", "", "", "2024-11-07"),
        row(4), row(5, "None", "saw"),
        header=header,
    )  # fmt: skip
    for words in (
        "Quelle visite ?: “The harbour, at noon” has no place left.",
        "Tools: “Spoon” is not among the answers to choose from.",
        "Group: Write a number in figures, such as 12.",
        "Arrival: With the other answers of this row, this is not asked. Leave it empty.",
        "Quelle visite ?: This is needed and nothing is there.",
        "Passport copy",
    ):
        assert words in page.text, words
    assert "2 rows become" in page.text
    assert "Tools Pen, ink · Saw" in organiser.get(f"{page.path}?show=good").text
    with meeting.work() as ctx:  # somebody is faster
        event = ctx.session.get_one(Event, meeting.event_id)
        faster = PlaceTaken(registration_id=make_registration(ctx, event).id, option_id=harbour)
        ctx.session.add(faster)
    refused = organiser.submit(page, action="/import/")
    assert "Line 2: “The harbour, at noon” is full. Choose something else. Nothing was imported" in refused.text
    assert len(meeting.registrations()) == 1
    with meeting.work() as ctx:
        ctx.session.query(PlaceTaken).delete()
    assert "2 people are registered." in organiser.submit(page, action="/import/").text
    first, second = [each for each in meeting.registrations() if each.email.startswith("late")]
    assert first.own_answers == dict(
        zip(map(str, ids), [harbour, inks, "1.5", True, "Five stars", "2024-11-07"], strict=True)
    )
    assert second.own_answers == {str(ids[0]): visit.options[1].id, str(ids[1]): inks[1:]}
    with meeting.work() as ctx:
        assert harbour in ctx.session.scalars(select(PlaceTaken.option_id)).all()

    # The template lists them, and is read back.
    data = organiser.client.get(meeting.desk("/import/template.csv")).data
    assert read_table("t.csv", data).header[-6:] == (
        "Which visit?", "Tools", "Group", "Do you need a hotel?", "Rating", "Arrival",
    )  # fmt: skip
    page = organiser.get(meeting.desk("/import"))
    assert "“Which visit?”" in page.text and "Passport copy" not in page.text
    page = organiser.submit(
        page, {"file": (io.BytesIO(data.replace(b"The harbour, at noon", b"None")), "t.csv")}, action="/import"
    )
    assert "1 row becomes" in page.text and "We do not know" not in page.text
