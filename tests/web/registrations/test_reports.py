"""Reports and lists that leave the house: who sees what, what is recorded, and that filters hold."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import insert, select

from eventapp.core.access import Role
from eventapp.core.audit import AuditEntry
from eventapp.core.context import SYSTEM
from eventapp.core.database import db
from eventapp.core.unit_of_work import reading
from eventapp.events.models import Event
from eventapp.invitations.models import Invitation
from eventapp.invitations.states import InvitationState
from eventapp.registrations.codes import new_code
from eventapp.registrations.models import Registration
from eventapp.registrations.states import Mode, Sector, State
from tests.support.browsing import Page, Visitor
from tests.support.factories import make_invitation, make_member, make_registration
from tests.web.registrations.conftest import Meeting

TEAM = (Role.OWNER, Role.ORGANISER)
SEE_REPORTS = (*TEAM, Role.COORDINATOR, Role.OBSERVER)
SEE_PEOPLE = (*SEE_REPORTS, Role.DESK)


@pytest.fixture
def enter(meeting: Meeting, staff: Callable[[Any], Visitor]) -> Callable[..., Visitor]:
    """Make the browser of somebody with a role in the event."""

    def make(role: Role = Role.ORGANISER) -> Visitor:
        with meeting.work() as ctx:
            account_id = make_member(ctx, ctx.session.get_one(Event, meeting.event_id), role).id
        return staff(account_id)

    return make


def register(meeting: Meeting, *people: dict[str, Any]) -> None:
    with meeting.work() as ctx:
        event = ctx.session.get_one(Event, meeting.event_id)
        for values in people:
            make_registration(ctx, event, **values)


def reports(meeting: Meeting, rest: str = "") -> str:
    return f"/desk/{meeting.slug}/reports{rest}"


def rows_of(page: Page) -> list[list[str]]:
    return list(csv.reader(io.StringIO(page.response.get_data().decode("utf-8-sig"))))


def told(page: Page) -> list[str]:
    """Return each row of the page's tables, its cells divided by spaces."""
    rows = page.tree.xpath("//main//tr")
    return [" ".join(" ".join(cell.text_content() for cell in row.xpath("./td|./th")).split()) for row in rows]


def take(person: Visitor, meeting: Meeting, query: str = "", kind: str = "csv", **values: Any) -> Page:
    page = person.get(meeting.desk(f"/export{query}"))
    assert page.status == 200
    return person.submit(page, values, action="/export", press=("kind", kind))


def exports(meeting: Meeting) -> list[AuditEntry]:
    with meeting.app.app_context():
        found = select(AuditEntry).where(AuditEntry.action.like("export%")).order_by(AuditEntry.id)
        return list(reading(SYSTEM).session.scalars(found))


@contextmanager
def queries_on(app: Flask) -> Iterator[list[str]]:
    """Collect the statements that run in the block."""
    seen: list[str] = []
    with app.app_context():
        engine = db.engine

    def watch(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    sqlalchemy_event.listen(engine, "before_cursor_execute", watch)
    try:
        yield seen
    finally:
        sqlalchemy_event.remove(engine, "before_cursor_execute", watch)


@pytest.mark.parametrize("role", list(Role))
def test_each_role_sees_the_reports_it_may(meeting: Meeting, enter: Callable[..., Visitor], role: Role):
    register(meeting, {"gender": "femme", "state": State.APPROVED, "dietary": "halal"})
    person = enter(role)
    expected = {
        reports(meeting): SEE_REPORTS,
        reports(meeting, "/balance.csv"): SEE_REPORTS,
        reports(meeting, "/needs"): TEAM,
        meeting.desk("/export"): SEE_PEOPLE,
        meeting.desk("/import"): TEAM,
    }
    for address, roles in expected.items():
        assert person.get(address).status == (200 if role in roles else 403), address
    token = person.get("/account").tree.xpath("//input[@name='csrf_token']/@value")[0]
    for address, roles in {reports(meeting, "/needs"): TEAM, meeting.desk("/export"): SEE_PEOPLE}.items():
        answer = person.client.post(address, data={"csrf_token": token, "columns": ["name"], "kind": "csv"})
        assert answer.status_code == (200 if role in roles else 403), address
    rail = person.get(f"/desk/{meeting.slug}").text if role in SEE_REPORTS else ""
    assert ("Reports" in rail) is (role in SEE_REPORTS)


def test_the_balance_counts_invited_registered_and_confirmed(meeting: Meeting, enter: Callable[..., Visitor]):
    with meeting.work() as ctx:
        event = ctx.session.get_one(Event, meeting.event_id)
        make_invitation(ctx, event, country="KE", language="fr")
        make_invitation(ctx, event, country="KE", state=InvitationState.DRAFT, sent_at=None)
        make_invitation(ctx, event, country="KE", state=InvitationState.REVOKED, sent_at=None)
        make_registration(ctx, event, gender="Mujer", state=State.APPROVED, first_time=False)
        make_registration(ctx, event, gender="woman", sector=Sector.ACADEMIA, mode=Mode.REMOTE)
        make_registration(ctx, event, gender="agender", state=State.WITHDRAWN)
    rows = rows_of(enter().get(reports(meeting, "/balance.csv")))
    assert rows[0] == ["Counted by", "Answer", "Invited", "Registered", "Confirmed", "Present"]
    assert [row[1:] for row in rows if row[0] == "Country"] == [
        ["Senegal", "3", "3", "1", "0"],
        ["Kenya", "1", "0", "0", "0"],
    ]
    assert [row[1:] for row in rows if row[0] == "Gender"] == [
        ["Women", "", "2", "1", "0"],
        ["agender", "", "1", "0", "0"],
    ]
    assert ["Sector", "Academia", "", "1", "0", "0"] in rows
    assert ["First time", "No", "", "1", "1", "0"] in rows
    assert ["In person or remote", "Remote", "", "1", "0", "0"] in rows
    page = enter().get(reports(meeting))
    assert "Senegal 3 3 1" in told(page)
    assert not page.tree.xpath("//main//*[@style]")
    tables = page.tree.xpath("//main//table")
    assert len(tables) == 7
    assert all(table.xpath("./caption") and table.xpath(".//th[@scope='row']") for table in tables)


def test_small_counts_are_not_shown_outside_the_team(meeting: Meeting, enter: Callable[..., Visitor]):
    register(
        meeting,
        *[{"gender": "woman", "state": State.APPROVED} for _n in range(6)],
        *[{"gender": "man", "state": State.APPROVED} for _n in range(4)],
        {"gender": "two-spirit", "state": State.APPROVED},
    )
    team, outside = enter(Role.ORGANISER), enter(Role.OBSERVER)
    assert "two-spirit 1 1" in told(team.get(reports(meeting)))
    page = outside.get(reports(meeting))
    assert "two-spirit" not in page.text
    assert "Women 6 6" in told(page)
    assert "Men * *" in told(page), "it would give the small number away"
    assert "In other words * *" in told(page)
    assert "not shown, for the number" in page.text
    rows = rows_of(outside.get(reports(meeting, "/balance.csv")))
    assert [row[1:] for row in rows if row[0] == "Gender"] == [
        ["Women", "", "6", "6", "0"], ["In other words", "", "*", "*", "0"], ["Men", "", "*", "*", "0"],
    ]  # fmt: skip


def test_an_event_without_people_says_what_comes_first(meeting: Meeting, enter: Callable[..., Visitor]):
    assert "Nobody has been invited yet" in enter().get(reports(meeting)).text


def test_deciding_on_several_shows_the_balance_before_and_after(meeting: Meeting, enter: Callable[..., Visitor]):
    register(
        meeting,
        {"state": State.APPROVED, "country": "ES", "gender": "hombre", "sector": Sector.ACADEMIA, "first_time": False},
        {"country": "SN", "gender": "femme", "language": "fr"},
    )
    waiting = next(each.id for each in meeting.registrations() if each.state is State.SUBMITTED)
    organiser = enter()
    page = organiser.get(meeting.desk(f"/decide?decision=approve&id={waiting}"))
    for words in ("Senegal 0 1", "Spain 1 1", "Women 0 1", "Men 1 1", "French 0 1", "Yes 0 1", "Academia 1 1"):
        assert words in told(page), words
    assert (
        "Balance of those confirmed" not in organiser.get(meeting.desk(f"/decide?decision=waitlist&id={waiting}")).text
    )


def test_an_export_keeps_filters_columns_and_order(meeting: Meeting, enter: Callable[..., Visitor]):
    register(
        meeting,
        {"country": "ES", "name": "Zoë", "state": State.APPROVED},
        {"country": "ES", "name": "Ana", "state": State.APPROVED},
        {"country": "SN", "name": "Amina", "state": State.APPROVED},
        {"country": "ES", "name": "Not yet"},
    )
    organiser = enter()
    listed = organiser.get(meeting.desk("?state=approved&country=ES&sort=name"))
    link = next(url for text, url in listed.links().items() if "(2 people)" in text)
    page = organiser.get(link)
    assert "2 people: Confirmed · Spain." in page.text
    answer = organiser.submit(page, {"columns": ["country", "name"]}, action="/export", press=("kind", "csv"))
    assert rows_of(answer) == [["Name", "Country"], ["Ana", "Spain"], ["Zoë", "Spain"]]
    assert answer.response.headers["Content-Disposition"] == f"attachment; filename=participants-{meeting.slug}.csv"
    (entry,) = exports(meeting)
    assert (entry.object_type, entry.actor_kind) == ("event", "staff")
    assert entry.details == {
        "fields": ["name", "country"],
        "count": 2,
        "format": "csv",
        "filters": {"state": "approved", "country": "ES", "sort": "name"},
    }
    assert "List of participants taken (CSV): 2 people" in organiser.get(f"/desk/{meeting.slug}/audit").text


def test_what_was_searched_for_stays_out_of_the_audit(meeting: Meeting, enter: Callable[..., Visitor]):
    register(meeting, {"name": "Amélie Dûpont"}, {"name": "Somebody"})
    answer = take(enter(), meeting, "?search=dupont", columns=["name"])
    assert rows_of(answer) == [["Name"], ["Amélie Dûpont"]]
    assert "dupont" not in str(exports(meeting)[0].details)


def test_no_cell_is_a_formula(meeting: Meeting, enter: Callable[..., Visitor]):
    register(meeting, {"name": '=HYPERLINK("http://evil.example")', "organisation": "+1", "dietary": "@SUM(A1)"})
    columns = ["name", "organisation", "dietary"]
    organiser = enter()
    (row,) = rows_of(take(organiser, meeting, columns=columns))[1:]
    assert row == ['\'=HYPERLINK("http://evil.example")', "'+1", "'@SUM(A1)"]
    book = openpyxl.load_workbook(io.BytesIO(take(organiser, meeting, kind="xlsx", columns=columns).response.data))
    assert [cell.data_type for cell in book.active[2]] == ["s", "s", "s"]
    assert [cell.value for cell in book.active[1]] == ["Name", "Organisation", "Food"]


def test_sensitive_columns_are_for_those_who_decide(meeting: Meeting, enter: Callable[..., Visitor]):
    register(meeting, {"dietary": "halal", "gender": "woman", "access_needs": "ramp"})
    observer = enter(Role.OBSERVER)
    page = observer.get(meeting.desk("/export"))
    offered = page.tree.xpath("//input[@name='columns']/@value")
    assert set(offered) == {
        "name",
        "organisation",
        "position",
        "country",
        "category_id",
        "mode",
        "speaks",
        "state",
        "code",
        "present",
    }
    refused = observer.submit(page, {"columns": ["name", "dietary"]}, action="/export", press=("kind", "csv"))
    assert refused.status == 422
    assert "halal" not in refused.body
    none = observer.submit(page, {"columns": None}, action="/export", press=("kind", "csv"))
    assert none.status == 422
    assert "Tick at least one column." in none.errors[0]
    assert exports(meeting) == []
    every = take(enter(), meeting, columns=["name", "submitted_at", "first_time", "dietary", "access_needs", "gender"])
    assert rows_of(every)[1][1:] == ["2024-09-12T09:00:00", "Yes", "halal", "ramp", "woman"]


def test_the_waiting_list_and_what_changed_can_be_taken_along(meeting: Meeting, enter: Callable[..., Visitor]):
    since, until = datetime(2024, 9, 14, 9, tzinfo=UTC), datetime(2024, 9, 20, 9, tzinfo=UTC)
    waits = {"state": State.WAITLISTED, "waitlisted_at": since}
    register(
        meeting,
        {"name": "Gone", "state": State.DECLINED, "decision_reason": "Too many of one town", "changed_at": since},
        {"name": "Has an offer", "state": State.OFFERED, "offer_expires_at": until},
        {"name": "Second", "waitlist_rank": 7, **waits},
        {"name": "First", "waitlist_rank": 4, **waits},
    )
    columns = ["name", "decision_reason", "changed_at", "waitlist_rank", "waitlisted_at", "offer_expires_at"]
    rows = rows_of(take(enter(), meeting, "?state=all&sort=name", columns=columns))
    wall_since, wall_until = "2024-09-14T11:00:00", "2024-09-20T11:00:00"
    assert sorted(rows[1:]) == [
        ["First", "", "", "1", wall_since, ""],
        ["Gone", "Too many of one town", wall_since, "", "", ""],
        ["Has an offer", "", "", "", "", wall_until],
        ["Second", "", "", "2", wall_since, ""],
    ]
    printed = take(enter(), meeting, "?changed=1", kind="print", columns=["name"])
    assert "Changed since the decision" in printed.text
    assert "Second" not in printed.text


def test_the_list_can_be_printed(meeting: Meeting, enter: Callable[..., Visitor]):
    register(meeting, {"name": "Amina Diallo", "state": State.APPROVED})
    page = take(enter(), meeting, "?state=approved", kind="print", columns=["name", "state"])
    assert page.status == 200
    assert "Amina Diallo Confirmed" in told(page)
    assert "no-store" in page.response.headers["Cache-Control"]
    assert exports(meeting)[0].details["format"] == "print"


def test_the_venue_learns_needs_without_names_unless_asked(meeting: Meeting, enter: Callable[..., Visitor]):
    register(
        meeting,
        {"name": "Amina", "state": State.APPROVED, "dietary": "Halal"},
        {"name": "Omar", "state": State.APPROVED, "dietary": "halal. ", "access_needs": "ramp"},
        {"name": "Far away", "state": State.APPROVED, "dietary": "kosher", "mode": Mode.REMOTE},
        {"name": "Not yet", "dietary": "vegan"},
    )
    organiser = enter()
    page = organiser.get(reports(meeting, "/needs"))
    assert "2 people confirmed in person" in page.text
    assert "Halal 2" in told(page)
    assert not {"Amina", "Omar", "kosher", "vegan"} & set(page.text.split())
    assert exports(meeting) == []
    plain = organiser.submit(page, action="/needs", press=("kind", "csv"))
    assert rows_of(plain) == [["About", "Need", "People"], ["Food", "Halal", "2"], ["Access needs", "ramp", "1"]]
    named = organiser.submit(page, {"names": "y"}, action="/needs", press=("kind", "csv"))
    assert rows_of(named)[1] == ["Food", "Halal", "2", "Amina, Omar"]
    printed = organiser.submit(page, {"names": "y"}, action="/needs", press=("kind", "print"))
    assert "Halal 2 Amina, Omar" in told(printed)
    assert [(entry.details["format"], "name" in entry.details["fields"]) for entry in exports(meeting)] == [
        ("csv", False), ("csv", True), ("print", True),
    ]  # fmt: skip


def many(meeting: Meeting, number: int) -> None:
    """Register so many people, quickly."""
    with meeting.work() as ctx:
        event = ctx.session.get_one(Event, meeting.event_id)
        one = make_registration(ctx, event, dietary="halal", gender="femme", speaks=["fr", "en"])
        invitation, registration = (
            {column.name: getattr(row, column.name) for column in row.__table__.columns if column.name != "id"}
            for row in (one.invitation, one)
        )
        start = one.invitation.id
        numbers = range(1, number)
        ctx.session.execute(
            insert(Invitation),
            [{**invitation, "id": start + n, "email": f"many{n}@example.org"} for n in numbers],
        )
        ctx.session.execute(
            insert(Registration),
            [{**registration, "code": new_code(), "invitation_id": start + n, "name": f"Person {n}",
              "country": ("SN", "ES")[n % 2]} for n in numbers],
        )  # fmt: skip


def test_five_thousand_people_are_exported_in_seconds_and_few_queries(meeting: Meeting, enter: Callable[..., Visitor]):
    register(meeting, {"name": "Only one"})
    organiser = enter()
    counted = {}
    every = organiser.get(meeting.desk("/export")).tree.xpath("//input[@name='columns']/@value")
    pages = {"balance": reports(meeting), "file": reports(meeting, "/balance.csv"), "needs": reports(meeting, "/needs")}
    for size in (1, 5000):
        if size > 1:
            many(meeting, size - 1)
        for name, address in pages.items():
            with queries_on(meeting.app) as seen:
                assert organiser.get(address).status == 200
            counted.setdefault(name, []).append(len(seen))
        page = organiser.get(meeting.desk("/export"))
        for kind in ("csv", "xlsx", "print"):
            with queries_on(meeting.app) as seen:
                before = time.process_time()
                answer = organiser.submit(page, {"columns": every}, action="/export", press=("kind", kind))
                seconds = time.process_time() - before
            assert answer.status == 200
            assert seconds < 5, f"{kind}: {seconds:.1f} s of the processor"
            counted.setdefault(kind, []).append(len(seen))
    assert all(few == most for few, most in counted.values()), counted
    assert len(rows_of(organiser.submit(page, {"columns": ["name"]}, action="/export", press=("kind", "csv")))) == 5001
