"""Whom a release concerns: everybody whose own sessions changed, and nobody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from eventapp.agenda.notices.rules import Attending, Contacts, News, concerned
from eventapp.agenda.snapshot import SessionEntry, Snapshot, succeed
from eventapp.agenda.states import ChangeKind
from eventapp.core.translated import Translated
from tests.unit.agenda.entries import HALL, NOW, agenda, entry, person

SIDE = Translated(en="Side room")
LATER = NOW + timedelta(days=1)
NOBODY: tuple[Contacts, Contacts] = ({}, {})
AWA = {"name": "Awa Ndiaye", "email": "awa@example.org"}
CLARA = {"name": "Clara Puig", "email": "clara@example.org"}


def released(*sessions: SessionEntry, after: Snapshot | None = None, **fields: Any) -> Snapshot:
    return succeed(agenda(*sessions, **fields), after, LATER if after else NOW)


def told(last: Snapshot, new: Snapshot, *people: Attending, contacts: tuple[Contacts, Contacts] = NOBODY) -> Any:
    found = concerned(last, new, contacts, people)
    return {address: [(own.news, own.session_id, own.change.kind) for own in owns] for address, owns in found.items()}


def test_people_of_a_session_are_told_that_it_moved_or_is_cancelled_and_nothing_else() -> None:
    speaking = (person(), person(name="Clara Puig"))
    last = released(entry(1, people=speaking), entry(2, people=(person(),)), entry(3, people=(person(),)))
    moved = entry(1, people=speaking, place=SIDE)
    new = released(moved, entry(3, people=(person(),), text=Translated(en="New")), after=last)
    old = {"uid-1": [AWA, CLARA], "uid-2": [AWA], "uid-3": [AWA]}
    assert told(last, new, contacts=(old, {key: old[key] for key in ("uid-1", "uid-3")})) == {
        "awa@example.org": [(News.CHANGED, 1, ChangeKind.MOVED), (News.CHANGED, 2, ChangeKind.CANCELLED)],
        "clara@example.org": [(News.CHANGED, 1, ChangeKind.MOVED)],
    }


def test_who_comes_to_a_session_or_leaves_it_is_told_but_not_who_gave_another_address() -> None:
    last = released(entry(1, people=(person(),)), entry(2, people=(person(),)))
    new = released(entry(1, people=(person(name="Clara Puig"),)), entry(2, people=(person(),)), after=last)
    before = {"uid-1": [AWA], "uid-2": [AWA]}
    after = {"uid-1": [CLARA], "uid-2": [{**AWA, "email": "awa@elsewhere.example"}]}
    assert told(last, new, contacts=(before, after)) == {
        "clara@example.org": [(News.JOINED, 1, ChangeKind.CHANGED)],
        "awa@example.org": [(News.LEFT, 1, ChangeKind.CHANGED)],
    }


def test_those_from_afar_hear_of_streamed_sessions_but_not_of_rooms() -> None:
    far = Attending("far@example.org", remote=True)
    last = released(entry(1, streamed=True), entry(2, streamed=True), entry(3), entry(4, streamed=True))
    new = released(
        entry(1, streamed=True, place=SIDE),
        entry(2),
        entry(3, place=SIDE),
        entry(4, streamed=True, title=Translated(en="Another")),
        entry(5, streamed=True),
        after=last,
    )
    assert told(last, new, far) == {
        "far@example.org": [(News.CHANGED, 2, ChangeKind.CHANGED), (News.CHANGED, 4, ChangeKind.CHANGED)]
    }


def test_a_session_that_is_no_longer_streamed_leaves_the_calendar_of_those_from_afar() -> None:
    last = released(entry(1, streamed=True))
    new = released(entry(1, title=Translated(en="Another")), after=last)
    people = [Attending("far@example.org", remote=True), Attending("in@example.org", remote=True, chosen={1: 0})]
    found = concerned(last, new, NOBODY, people)
    assert {address: own.takes_out for address, (own,) in found.items()} == {
        "far@example.org": True,
        "in@example.org": True,
    }


def test_who_chose_from_a_release_of_which_nobody_was_told_hears_what_became_of_it_since() -> None:
    last = released(entry(1), entry(2))
    untold = released(entry(1, place=SIDE), entry(2), entry(3), entry(4), after=last)
    new = released(entry(1, place=SIDE), entry(2), entry(4, place=SIDE), after=untold)
    mine: dict[int, int | None] = {1: 0, 3: 0, 4: 0}
    chosen = Attending("awa@example.org", remote=False, chosen=mine, knew=dict.fromkeys(mine, untold))
    assert told(last, new, chosen, Attending("clara@example.org", remote=False, chosen={1: 0})) == {
        "awa@example.org": [(News.CHANGED, 3, ChangeKind.CANCELLED), (News.CHANGED, 4, ChangeKind.MOVED)],
        "clara@example.org": [(News.CHANGED, 1, ChangeKind.MOVED)],
    }


def test_who_has_no_part_in_a_session_any_more_but_chose_it_keeps_it_in_the_calendar() -> None:
    last = released(entry(1, people=(person(),)))
    new = released(entry(1), after=last)
    chosen = Attending("awa@example.org", remote=False, chosen={1: 2})
    (own,) = concerned(last, new, ({"uid-1": [AWA]}, {}), [chosen])["awa@example.org"]
    assert (own.news, own.revision) == (News.LEFT, None)


def test_a_move_onto_another_choice_says_so_once() -> None:
    first = released(entry(1), entry(2))
    assert first.sessions[0].starts_local != first.sessions[1].starts_local
    start, end = first.sessions[1].starts_local, first.sessions[1].ends_local
    moved = replace(entry(1), starts_local=start, ends_local=end)
    new = released(moved, entry(2), after=first)
    both = Attending("in@example.org", remote=False, chosen={1: 0, 2: 0})
    (own,) = concerned(first, new, NOBODY, [both, Attending("in@example.org", remote=False, chosen={1: 4})])[
        "in@example.org"
    ]
    assert (own.overlaps, own.revision) == ((2,), 4)
    later = released(replace(moved, place=SIDE), entry(2), after=new)
    (again,) = concerned(new, later, NOBODY, [both])["in@example.org"]
    assert again.overlaps == (), "they overlapped before"


def test_a_session_that_takes_place_after_all_is_told_to_those_who_had_chosen_it() -> None:
    first = released(entry(1))
    gone = released(after=first)
    back = released(entry(1), after=gone)
    chosen = Attending("in@example.org", remote=False, chosen={1: 2})
    (own,) = concerned(gone, back, NOBODY, [chosen])["in@example.org"]
    assert (own.news, own.change.kind, own.revision) == (News.CHANGED, ChangeKind.ADDED, 2)
    assert told(first, released(after=gone), chosen) == {"in@example.org": [(News.CHANGED, 1, ChangeKind.CANCELLED)]}


KINDS = ("time", "place", "title", "text", "streamed", "languages", "capacity", "drop", "add")


@settings(max_examples=120, deadline=None)
@given(
    edits=st.lists(st.tuples(st.integers(1, 5), st.sampled_from(KINDS)), max_size=8),
    chosen=st.sets(st.integers(1, 5)),
    speaks=st.sets(st.integers(1, 5)),
    remote=st.booleans(),
)
def test_nobody_is_told_of_what_stayed_as_it_was_for_them(
    edits: list[tuple[int, str]], chosen: set[int], speaks: set[int], remote: bool
) -> None:
    people = {number: (person(),) if number in speaks else () for number in range(1, 7)}
    start = {number: entry(number, streamed=number % 2 == 1, people=people[number]) for number in range(1, 6)}
    draft = dict(start)
    for number, what in edits:
        session = draft.get(number)
        if what == "add":
            draft[6] = entry(6, people=people[6])
        elif session is not None:
            draft[number] = _edited(session, what)
            if what == "drop":
                del draft[number]
    last = released(*start.values())
    new = released(*draft.values(), after=last)
    contacts = ({f"uid-{n}": [AWA] for n in speaks}, {f"uid-{n}": [AWA] for n in speaks if n in draft})
    anna = Attending("anna@example.org", remote=remote, chosen=dict.fromkeys(chosen, 0))
    found = concerned(last, new, contacts, [anna])
    after = {session.id: session for session in new.sessions}

    def differs(number: int) -> bool:
        was, now = start[number], after[number]
        return now.cancelled or (was.starts_local, was.ends_local, was.place, was.title) != (
            now.starts_local,
            now.ends_local,
            now.place,
            now.title,
        )

    def differs_from_afar(number: int) -> bool:
        was, now = start[number], after[number]
        return (was.streamed or now.streamed) and (
            now.cancelled
            or (was.starts_local, was.ends_local, was.streamed, was.title)
            != (now.starts_local, now.ends_local, now.streamed, now.title)
        )

    assert {own.session_id for own in found.get("awa@example.org", ())} == {n for n in speaks if differs(n)}
    assert {own.session_id for own in found.get("anna@example.org", ())} == {
        n for n in start if (n in chosen and differs(n)) or (remote and differs_from_afar(n))
    }


def _edited(session: SessionEntry, what: str) -> SessionEntry:
    match what:
        case "time":
            return replace(session, ends_local=session.ends_local + timedelta(minutes=5))
        case "place":
            return replace(session, place=SIDE if session.place == HALL else HALL)
        case "title":
            return replace(session, title=Translated(en="Another"))
        case "text":
            return replace(session, text=Translated(en="Another"))
        case "streamed":
            return replace(session, streamed=not session.streamed)
        case "languages":
            return replace(session, languages=("es",))
        case "capacity":
            return replace(session, capacity=7)
    return session
