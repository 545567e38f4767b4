"""Releases of the agenda: what they count, what they say changed, what they warn of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from eventapp.agenda import rules
from eventapp.agenda.snapshot import Snapshot, from_json, schedule, succeed, surroundings, to_json
from eventapp.agenda.states import ChangeKind, Gravity, PersonRole, PersonState, SessionKind, WarningKind
from eventapp.core.text import fold
from eventapp.core.translated import Translated
from tests.unit.agenda.entries import HALL, NOW, agenda, entry, person, wall

SIDE = Translated(en="Side room")


def test_a_snapshot_comes_back_from_json_as_it_was() -> None:
    snapshot = succeed(agenda(entry(1, people=(person(),), theme=1, text=Translated(en="*x*")), entry(2)), None, NOW)
    assert from_json(to_json(snapshot)) == snapshot
    assert from_json(to_json(snapshot)).content_hash == snapshot.content_hash


def test_a_move_raises_the_sequence_and_a_correction_does_not() -> None:
    first = succeed(agenda(entry(1), entry(2), entry(3)), None, NOW)
    later = NOW + timedelta(days=1)
    second = succeed(
        agenda(entry(1, starts_local=wall("2024-11-07T09:15")), entry(2, title=Translated(en="Corrected")), entry(3)),
        first,
        later,
    )
    moved, corrected, same = sorted(second.sessions, key=lambda session: session.id)
    assert (moved.sequence, moved.last_modified) == (1, later)
    assert (corrected.sequence, corrected.last_modified) == (0, later)
    assert (same.sequence, same.last_modified) == (0, NOW)


def test_a_new_house_moves_every_session() -> None:
    first = succeed(agenda(entry(1)), None, NOW)
    second = succeed(agenda(entry(1), venue=Translated(en="Town hall")), first, NOW + timedelta(days=1))
    assert second.sessions[0].sequence == 1
    assert [change.kind for change in rules.changes_between(first, second)] == [ChangeKind.MOVED]


def test_a_cancelled_session_stays_and_may_come_back() -> None:
    first = succeed(agenda(entry(1)), None, NOW)
    gone = succeed(agenda(), first, NOW + timedelta(days=1))
    still_gone = succeed(agenda(), gone, NOW + timedelta(days=2))
    back = succeed(agenda(entry(1)), still_gone, NOW + timedelta(days=3))
    assert gone.sessions[0].cancelled
    assert gone.sessions == still_gone.sessions
    assert [snapshot.sessions[0].sequence for snapshot in (first, gone, still_gone, back)] == [0, 1, 1, 2]
    assert not back.sessions[0].cancelled


edits = st.lists(
    st.lists(
        st.tuples(st.integers(1, 4), st.sampled_from(["time", "place", "title", "people", "drop", "nothing", "venue"])),
        max_size=5,
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=200, deadline=None)
@given(rounds=edits, backwards=st.booleans())
def test_over_any_run_of_edits_and_releases_numbers_grow_only_with_real_changes(
    rounds: list[list[tuple[int, str]]], backwards: bool
) -> None:
    draft = {number: entry(number) for number in range(1, 5)}
    venue, now = Translated(), NOW
    last = succeed(agenda(*draft.values()), None, now)
    for step, edits_of_round in enumerate(rounds, start=1):
        now += timedelta(hours=-1 if backwards else 1)
        for number, what in edits_of_round:
            session = draft.get(number)
            match what:
                case "venue":
                    venue = Translated(en=f"House {step}")
                case "drop":
                    draft.pop(number, None)
                case _ if session is None:
                    draft[number] = entry(number)
                case "time":
                    draft[number] = replace(session, ends_local=session.ends_local + timedelta(minutes=5))
                case "place":
                    draft[number] = replace(session, place=SIDE if session.place == HALL else HALL)
                case "title":
                    draft[number] = replace(session, title=Translated(en=f"Title {step}"))
                case "people":
                    draft[number] = replace(session, people=(*session.people, person()))
        new = succeed(agenda(*draft.values(), venue=venue), last, now)
        check(last, new)
        assert succeed(agenda(*draft.values(), venue=venue), new, now + timedelta(days=9)) == new
        last = new


def check(last: Snapshot, new: Snapshot) -> None:
    before = {session.uid: session for session in last.sessions}
    after = {session.uid: session for session in new.sessions}
    assert before.keys() <= after.keys()
    for uid, session in after.items():
        was = before[uid]
        rescheduled = schedule(last, was) != schedule(new, session)
        assert session.sequence == was.sequence + rescheduled
        bare = replace(session, sequence=was.sequence, last_modified=was.last_modified)
        changed = bare != was or surroundings(last, was) != surroundings(new, session)
        assert (session.last_modified > was.last_modified) is changed
        assert session.last_modified >= was.last_modified


def test_the_changelog_names_what_happened_once() -> None:
    first = succeed(agenda(entry(1), entry(2), entry(3), entry(4)), None, NOW)
    draft = agenda(entry(1, place=SIDE, title=Translated(en="Elsewhere")), entry(3, streamed=True), entry(4), entry(5))
    changes = rules.changes_between(first, succeed(draft, first, NOW + timedelta(days=1)))
    assert [(change.session_id, change.kind) for change in changes] == [
        (1, ChangeKind.MOVED),
        (2, ChangeKind.CANCELLED),
        (3, ChangeKind.CHANGED),
        (5, ChangeKind.ADDED),
    ]
    assert changes[0].was_place == HALL
    assert changes[2].fields == ("streamed",)
    assert [rules.change_from_json(rules.change_to_json(change)) for change in changes] == changes


def test_the_first_release_and_an_unchanged_one_have_no_changelog() -> None:
    first = succeed(agenda(entry(1)), None, NOW)
    assert rules.changes_between(None, first) == []
    assert rules.changes_between(first, succeed(agenda(entry(1)), first, NOW + timedelta(days=1))) == []


def test_fewer_places_than_people_and_times_that_clocks_skip_are_warned_of() -> None:
    small = entry(1, sign_up=True, capacity=1)
    found = rules.warnings(agenda(small, entry(2, sign_up=True)), {}, {1: 3, 2: 9})
    assert [(each.kind, each.sessions[0].id, each.what) for each in found] == [(WarningKind.OVER_PLACES, 1, 3)]
    assert rules.warnings(agenda(small), {}, {1: 1}) == []
    night = wall("2024-11-03T01:30")  # comes twice in Chicago, once in Barcelona
    moved = entry(1, starts_local=night, ends_local=night + timedelta(hours=2))
    days = {"starts_on": date(2024, 11, 3), "ends_on": date(2024, 11, 3)}
    assert rules.warnings(agenda(moved, **days)) == []
    (unclear,) = rules.warnings(agenda(moved, zone="America/Chicago", **days))
    assert (unclear.kind, unclear.gravity) == (WarningKind.UNCLEAR_TIME, Gravity.IMPOSSIBLE)


def test_warnings_name_what_is_odd() -> None:
    odd = agenda(
        entry(1, people=(person(),)),
        entry(2, starts_local=wall("2024-11-07T09:30"), people=(person(name="AWA NDIAYÉ"),)),
        entry(3, starts_local=wall("2024-11-09T09:00"), ends_local=wall("2024-11-09T10:00"), place_id=2),
        entry(4, title=Translated(en="English only"), people=(person(state=PersonState.INVITED),)),
    )
    assert [(each.kind, [session.id for session in each.sessions], each.what) for each in rules.warnings(odd)] == [
        (WarningKind.PLACE_TWICE, [1, 2], HALL),
        (WarningKind.PERSON_TWICE, [1, 2], "Awa Ndiaye"),
        (WarningKind.OUTSIDE_DAYS, [3], ""),
        (WarningKind.MISSING_TRANSLATION, [4], ("fr", "es")),
        (WarningKind.UNCONFIRMED, [4], 1),
    ]


def test_a_session_offers_no_more_places_than_its_room_holds() -> None:
    full = agenda(entry(1, capacity=40), entry(2, capacity=41), entry(3, place_id=2, capacity=99))
    found = rules.warnings(full, {1: 40})
    assert [(each.kind, each.sessions[0].id, each.what) for each in found] == [(WarningKind.OVER_CAPACITY, 2, 40)]
    assert found[0].gravity is Gravity.ODD


def test_a_day_leaves_time_for_lunch() -> None:
    def day(*spans: tuple[str, str], **fields: Any) -> Snapshot:
        return agenda(
            *(
                entry(
                    number,
                    starts_local=wall(f"2024-11-07T{starts}"),
                    ends_local=wall(f"2024-11-07T{ends}"),
                    **(fields if number == 1 else {}),
                )
                for number, (starts, ends) in enumerate(spans, start=1)
            )
        )

    hungry = day(("11:00", "12:30"), ("13:00", "14:10"), ("15:00", "16:00"))
    (found,) = rules.warnings(hungry)
    assert (found.kind, found.day) == (WarningKind.NO_LUNCH, date(2024, 11, 7))
    fed = [
        day(("11:00", "12:30"), ("13:30", "16:00")),
        day(("11:00", "13:00"), ("13:00", "14:00"), ("15:00", "16:00")),
        day(("09:00", "15:00")),
        day(("12:00", "18:00")),
        day(("11:00", "12:00"), ("13:00", "16:00")),
        day(("12:15", "12:50"), ("11:00", "12:15"), ("12:50", "17:00"), kind=SessionKind.LUNCH),
        day(("12:30", "13:30"), ("11:00", "12:30"), ("13:30", "17:00"), kind=SessionKind.BREAK),
    ]
    assert [rules.warnings(each) for each in fed] == [[]] * len(fed)


NAMES = ("", "Awa Ndiaye", "AWA NDIAYÉ", "Clara Puig")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 20),
            st.integers(1, 8),
            st.sampled_from([None, 1, 2]),
            st.lists(st.sampled_from(NAMES), max_size=3),
        ),
        max_size=14,
    )
)
def test_the_sweep_finds_what_comparing_every_pair_finds(made: list[tuple[int, int, int | None, list[str]]]) -> None:
    sessions = [
        entry(
            number,
            starts_local=wall("2024-11-07T08:00") + timedelta(minutes=15 * at),
            ends_local=wall("2024-11-07T08:00") + timedelta(minutes=15 * (at + length)),
            place_id=place,
            people=tuple(person(name=name) for name in names),
        )
        for number, (at, length, place, names) in enumerate(made)
    ]
    places, people = set(), set()
    for one, other in combinations(sessions, 2):
        if rules.overlap(one, other):
            if one.place_id is not None and one.place_id == other.place_id:
                places.add((one.id, other.id))
            there = {fold(each.name) for each in other.people} - {""}
            people.update((one.id, other.id, fold(each.name)) for each in one.people if fold(each.name) in there)
    found = rules.warnings(agenda(*sessions))
    twice = [each for each in found if each.kind is WarningKind.PLACE_TWICE]
    both = [each for each in found if each.kind is WarningKind.PERSON_TWICE]
    assert sorted((each.sessions[0].id, each.sessions[1].id) for each in twice) == sorted(places)
    assert sorted((*(it.id for it in each.sessions), fold(str(each.what))) for each in both) == sorted(people)


def test_a_session_is_never_in_its_own_way() -> None:
    twice = entry(1, people=(person(role=PersonRole.CHAIR), person()))
    assert rules.warnings(agenda(twice)) == []


def test_an_agenda_in_order_has_no_warning() -> None:
    assert rules.warnings(agenda(entry(1, people=(person(),)), entry(2, people=(person(),)))) == []
