"""The editor's page: its buttons, what they refuse and where, and that it stays quick with many sessions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import select

from eventapp.accounts.models import Account
from eventapp.agenda import service as sessions
from eventapp.agenda.editing import service as editing
from eventapp.agenda.models import AgendaSession
from eventapp.agenda.states import PersonRole, PersonState, SessionKind
from eventapp.agenda.values import PersonValues, SessionValues
from eventapp.core.access import Role
from eventapp.core.context import Context
from eventapp.core.database import db
from eventapp.events.models import Event
from tests.support.browsing import Page, Visitor
from tests.support.factories import make_event, make_member, make_place, tr
from tests.support.fixtures import Work

NINE = datetime(2024, 11, 7, 9)


@dataclass
class Desk:
    url: str
    event_id: int
    organiser: Visitor
    ids: list[int]
    halls: list[int]
    foreign_place: int

    def press(self, session_id: int, button: str, **values: str) -> Page:
        """Press a button of a session as it is on the page now."""
        page = self.organiser.get(self.url)
        return self.organiser.submit(page, values, action=f"/sessions/{session_id}/arrange", press=("do", button))


def planned(title: str, starts: datetime, place_id: int | None, minutes: int = 60) -> SessionValues:
    return SessionValues(
        kind=SessionKind.PLENARY,
        title=tr(title),
        starts_local=starts,
        ends_local=starts + timedelta(minutes=minutes),
        place_id=place_id,
        people=(PersonValues(PersonRole.SPEAKER, PersonState.INVITED, f"Speaker of {title}"),),
    )


@pytest.fixture
def desk(work: Work, staff: Callable[[Account | int], Visitor]) -> Desk:
    with work() as ctx:
        event = make_event(ctx)
        account_id = make_member(ctx, event, Role.ORGANISER).id
        halls = [make_place(ctx, event).id for _each in range(2)]
        foreign = make_place(ctx, make_event(ctx)).id
        ids = [
            sessions.add_session(ctx, event, planned(title, NINE + timedelta(hours=hour), halls[0]))
            for hour, title in enumerate(("One", "Two", "Three"))
        ]
        ctx.session.flush()
        slug, event_id, session_ids = event.slug, event.id, [each.id for each in ids]
    return Desk(f"/desk/{slug}/agenda", event_id, staff(account_id), session_ids, halls, foreign)


def starts(read: Work) -> dict[str, str]:
    with read() as ctx:
        rows = ctx.session.scalars(select(AgendaSession)).all()
        return {row.title["en"]: f"{row.starts_local:%d %H:%M}–{row.ends_local:%H:%M}" for row in rows}


def test_buttons_move_a_session_come_back_to_it_and_are_undone_by_name(desk: Desk, read: Work) -> None:
    one, two, _three = desk.ids
    before = starts(read)
    page = desk.organiser.get(desk.url)
    answer = desk.organiser.submit(page, action=f"/sessions/{two}/arrange", press=("do", "earlier"), follow=False)
    address = answer.response.headers["Location"]
    assert address.endswith(f"open={two}#earlier-{two}"), "with the focus on the button that was pressed"
    back = desk.organiser.get(address)
    assert "“Two” is now on Thursday 7 November, 09:00–10:00, in" in back.text
    assert back.tree.get_element_by_id(f"earlier-{two}").getparent().getparent().getparent().get("open") is not None
    assert starts(read)["One"] == "07 10:00–11:00"
    desk.press(two, "delayed")
    desk.press(two, "longer")
    placed = desk.press(two, "place", place_id=str(desk.halls[1]))
    assert "Undo: “Two” put to Thursday 7 November, 09:05, in " in placed.text
    moved = desk.press(two, "day", day="2024-11-08")
    assert starts(read)["Two"] == "08 09:05–10:10"
    assert "Undo: “Two” moved to Friday 8 November (Staff" in moved.text
    first = desk.press(one, "earlier")
    assert "already the first in its place" in first.text
    for _step in range(5):
        moved = desk.organiser.submit(desk.organiser.get(desk.url), action="/undo", press=last_step(desk))
    assert "Undone: “Two” put before the previous session." in moved.text
    assert starts(read) == before
    assert "Undo:" not in moved.text


def last_step(desk: Desk) -> tuple[str, str]:
    button = desk.organiser.get(desk.url).tree.get_element_by_id("undo-last")
    return ("step_id", button.get("value"))


def test_several_and_whole_days_move_and_what_follows_is_shifted(desk: Desk, read: Work) -> None:
    page = desk.organiser.get(desk.url)
    shifted = desk.organiser.submit(page, {"day": "2024-11-07", "after": "10:00", "minutes": "15"}, action="/shift")
    assert "Done: 2 sessions: 15 minutes later." in shifted.text
    assert starts(read) == {"One": "07 09:00–10:00", "Two": "07 10:15–11:15", "Three": "07 11:15–12:15"}
    some = {"ids": [str(each) for each in desk.ids[:2]], "day": "2024-11-08"}
    assert "2 sessions moved to Friday" in desk.organiser.submit(shifted, some, action="/move?").text
    assert "Tick at least one" in desk.organiser.submit(shifted, {"day": "2024-11-08"}, action="/move?").text
    whole = {"from_day": "2024-11-08", "to_day": "2024-11-07"}
    assert "2 sessions moved to Thursday" in desk.organiser.submit(shifted, whole, action="/move-day").text
    assert starts(read)["Two"] == "07 10:15–11:15"
    stale = desk.organiser.submit(shifted, action="/undo", press=("step_id", "1"))
    assert "Another step was made or undone meanwhile" in stale.text


REFUSED_BUTTONS = (
    ("place", {"place_id": "foreign"}, "Choose one of the places of this event."),
    ("place", {"place_id": "the garden"}, "Choose one of the places of this event."),
    ("day", {"day": "2024-12-24"}, "Choose one of the days of the event."),
    ("day", {"day": "tomorrow"}, "Choose one of the days of the event."),
    ("put", {"starts_local": "2024-03-31T02:30"}, "Clocks change then"),
    ("put", {"starts_local": "later"}, "Give day and time like this"),
    ("dance", {}, "This button is not known."),
)


def test_what_cannot_be_is_refused_beside_the_session(desk: Desk, read: Work) -> None:
    before = starts(read)
    for button, values, sentence in REFUSED_BUTTONS:
        sent = {name: str(desk.foreign_place) if value == "foreign" else value for name, value in values.items()}
        page = desk.press(desk.ids[0], button, **sent)
        assert page.status == 422
        assert sentence in page.tree.get_element_by_id(f"refused-{desk.ids[0]}").text_content()
    assert starts(read) == before


REFUSED_SHIFTS = (
    ({"minutes": "a quarter"}, "minutes", "Write by how many minutes"),
    ({"minutes": "900"}, "minutes", "A session would leave its day."),
    ({"minutes": "9999999999"}, "minutes", "Write by how many minutes"),
    ({"after": "noon"}, "after", "Give a time like this: 11:00."),
    ({"after": ""}, "after", "Say from when on."),
)


def test_a_shift_is_refused_beside_its_field(desk: Desk, read: Work) -> None:
    before, page = starts(read), desk.organiser.get(desk.url)
    for values, field, sentence in REFUSED_SHIFTS:
        sent = {"day": "2024-11-07", "after": "09:00", "minutes": "15", **values}
        refused = desk.organiser.submit(page, sent, action="/shift")
        assert refused.status == 422
        assert sentence in refused.tree.get_element_by_id(f"{field}-error").text_content()
        assert refused.value(field) == sent[field], "what was typed is kept"
    assert starts(read) == before


def test_the_length_of_a_session_stays_above_nothing(desk: Desk, work: Work) -> None:
    with work() as ctx:
        event = ctx.session.get_one(Event, desk.event_id)
        short = editing.add(ctx, event, planned("Short", NINE, desk.halls[1], minutes=5)).id
    page = desk.press(short, "shorter")
    assert (page.status, page.heading) == (422, "Agenda: the draft")
    assert "must end after it starts" in page.text


def test_many_sessions_come_a_day_at_a_time_with_the_same_queries(
    desk: Desk, app: Flask, work: Work, read: Work
) -> None:
    desk.organiser.get(desk.url)
    with counted(app) as few:
        desk.organiser.get(f"{desk.url}?day=2024-11-07")
    with work() as ctx:
        fill(ctx, ctx.session.get_one(Event, desk.event_id), desk.halls)
    with counted(app) as many:
        page = desk.organiser.get(f"{desk.url}?day=2024-11-07")
    assert len(many) == len(few)
    assert "Filler 9" in page.text
    default = desk.organiser.get(desk.url)
    assert "Filler 9" in default.text
    assert "Second day" not in default.text
    assert "Second day" in desk.organiser.get(f"{desk.url}?day=all").text
    assert "overlaps" not in page.text
    assert "Overlaps with" in page.text


def fill(ctx: Context, event: Event, halls: list[int]) -> None:
    for number in range(40):
        at = NINE + timedelta(minutes=10 * (number % 20))
        sessions.add_session(ctx, event, planned(f"Filler {number}", at, halls[number % 2]))
    sessions.add_session(ctx, event, planned("Second day", NINE + timedelta(days=1), None))


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    said: list[str] = []

    def watch(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    with app.app_context():
        engine = db.engine
    sqlalchemy_event.listen(engine, "before_cursor_execute", watch)
    try:
        yield said
    finally:
        sqlalchemy_event.remove(engine, "before_cursor_execute", watch)
