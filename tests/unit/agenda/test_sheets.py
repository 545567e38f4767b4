"""What is worked out before anything is set: the grid of the overview, the signs, and how much room words take."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventapp.agenda.sheets.door_signs import signs_of
from eventapp.agenda.sheets.fitting import lines_of, shortened, width_of
from eventapp.agenda.sheets.grid import SIZES, Frame, Sheet, sheets_of
from eventapp.agenda.sheets.overview import needs_in
from eventapp.agenda.snapshot import SessionEntry
from eventapp.agenda.states import SessionKind
from eventapp.core.translated import Translated
from tests.unit.agenda.entries import agenda, entry, wall

FRAME = Frame(265, 150)
ROOMS = ("Main hall", "Library", "Garden", "Room 4", "Room 5")
TITLE = "What a municipality learns when it buys from its own neighbourhood"


def busy(days: int, slots: int, rooms: int) -> list[SessionEntry]:
    return [
        entry(
            1 + room + rooms * (slot + slots * day),
            title=Translated(en=f"{TITLE} {day}.{slot}.{room}"),
            starts_local=(starts := wall("2024-11-04T09:00") + timedelta(days=day, minutes=45 * slot)),
            ends_local=starts + timedelta(minutes=45),
            place_id=room + 1,
            place=Translated(en=ROOMS[room]),
        )
        for day in range(days)
        for slot in range(slots)
        for room in range(rooms)
    ]


def sheets(sessions: list[SessionEntry]) -> list[Sheet]:
    return sheets_of(agenda(*sessions).days, FRAME, needs_in("en"), lambda each: each.place.text("en"))


@pytest.mark.parametrize(("days", "slots", "rooms"), [(1, 1, 1), (2, 7, 1), (3, 10, 2), (2, 6, 5), (5, 12, 1)])
def test_sixty_sessions_fit_on_one_sheet(days: int, slots: int, rooms: int) -> None:
    (sheet,) = sheets(busy(days, slots, rooms))
    assert sheet.height <= FRAME.height
    assert sheet.size >= (11 if days * slots * rooms < 15 else SIZES[-1])
    assert sum(len(day.cells) for day in sheet.days) == days * slots * rooms


def test_three_hundred_go_on_more_sheets_by_days_and_a_day_too_long_is_cut() -> None:
    many = sheets(busy(5, 12, 5))
    assert 1 < len(many) < 6
    assert [day.date.day for sheet in many for day in sheet.days] == [4, 5, 6, 7, 8]
    long_day = sheets(busy(1, 18, 5) + [replace(each, id=each.id + 900) for each in busy(1, 18, 5)])
    assert [sheet.days[0].continues for sheet in long_day] == [False, *[True] * (len(long_day) - 1)]
    assert len(long_day) > 1


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 40), st.integers(1, 12), st.none() | st.integers(1, 4)),
        min_size=1,
        max_size=25,
    )
)
def test_no_session_is_lost_or_covers_another(drawn: list[tuple[int, int, int, int | None]]) -> None:
    sessions = [
        entry(
            number,
            starts_local=(starts := wall("2024-11-04T08:00") + timedelta(days=day, minutes=15 * start)),
            ends_local=starts + timedelta(minutes=15 * length),
            place_id=place,
            place=Translated(en=ROOMS[place - 1]) if place else Translated(),
        )
        for number, (day, start, length, place) in enumerate(drawn, 1)
    ]
    made = sheets(sessions)
    assert sorted(cell.session.id for sheet in made for day in sheet.days for cell in day.cells) == list(
        range(1, len(sessions) + 1)
    )
    for sheet in made:
        for day in sheet.days:
            assert [cell.session for cell in day.cells] == sorted(
                (cell.session for cell in day.cells), key=lambda each: (each.starts_local, each.ends_local, each.id)
            )
            for n, one in enumerate(day.cells):
                assert one.left + one.width <= day.width + 0.01
                for other in day.cells[n + 1 :]:
                    beside = one.left + one.width <= other.left + 0.01 or other.left + other.width <= one.left + 0.01
                    below = one.top + one.height <= other.top + 0.01 or other.top + other.height <= one.top + 0.01
                    assert beside or below


def test_what_runs_beside_others_stands_under_its_place_and_the_rest_across() -> None:
    sessions = [
        entry(1, place_id=9, place=Translated(en="Hall")),
        entry(2, starts_local=wall("2024-11-07T11:00"), ends_local=wall("2024-11-07T12:00"), place_id=2),
        entry(3, starts_local=wall("2024-11-07T11:00"), ends_local=wall("2024-11-07T11:30"), place_id=1),
    ]
    ((day,),) = (sheet.days for sheet in sheets(sessions))
    assert [lane.place_id for lane in day.lanes] == [1, 2]
    across, short, long = day.cells
    assert (across.in_lane, across.width) == (False, day.width)
    assert (short.session.id, short.left) == (3, 0)
    assert (long.session.id, long.left) == (2, day.width / 2)


def test_a_sign_names_what_takes_place_and_nothing_else() -> None:
    hall, library = {"place_id": 1}, {"place_id": 2, "place": Translated(en="Library")}
    signs = signs_of(
        agenda(
            entry(1, **hall),
            entry(2, **library),
            entry(3, **hall, cancelled=True),
            entry(4, place_id=None, place=Translated(), kind=SessionKind.BREAK),
            entry(25, **hall),
        )
    )
    assert [(str(sign.date), sign.place_id, [each.id for each in sign.sessions]) for sign in signs] == [
        ("2024-11-07", 1, [1]),
        ("2024-11-07", 2, [2]),
        ("2024-11-08", 1, [25]),
    ]


def test_words_take_the_room_they_take() -> None:
    assert width_of("iiii", 10) < width_of("nnnn", 10) < width_of("WWWW", 10)
    assert lines_of("one two three", 200, 10) == 1
    assert lines_of("one two three", width_of("one two", 10), 10) == 2
    assert lines_of("Donaudampfschifffahrt", 10, 10) > 3
    assert lines_of("", 10, 10) == 1
    assert lines_of("قاعة ابن رشد", 200, 10) == 1
    assert shortened("one two three", 9) == "one two…"
    assert shortened("one", 9) == "one"
