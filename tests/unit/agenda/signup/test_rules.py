"""What is for everybody, what excludes what, and who takes a place."""

from __future__ import annotations

from datetime import timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventapp.agenda.rules import overlap
from eventapp.agenda.signup import rules
from eventapp.agenda.signup.states import MACHINE, SignUpAction, SignUpState
from eventapp.agenda.states import SessionKind
from eventapp.core.states import IllegalMove
from eventapp.registrations.states import Mode
from tests.unit.agenda.entries import FIRST, NOW, agenda, entry

SLOTS = st.lists(st.tuples(st.integers(0, 20), st.integers(1, 6)), max_size=12)


@given(SLOTS)
@settings(max_examples=60, deadline=None)
def test_for_everybody_are_those_with_no_other_beside_them(slots: list[tuple[int, int]]) -> None:
    sessions = [
        entry(
            number,
            starts_local=FIRST + timedelta(minutes=30 * start),
            ends_local=FIRST + timedelta(minutes=30 * (start + length)),
        )
        for number, (start, length) in enumerate(slots)
    ]
    beside = {each.id for pair in combinations(sessions, 2) if overlap(*pair) for each in pair}
    assert rules.for_everybody(agenda(*sessions)) == {each.id for each in sessions} - beside


def test_what_one_chooses_is_for_nobody_else() -> None:
    sessions = (
        entry(1),
        entry(2, kind=SessionKind.PARALLEL),
        entry(3, sign_up=True, kind=SessionKind.WORKSHOP),
        entry(4, kind=SessionKind.LUNCH),
        entry(5, starts_local=entry(4).starts_local, ends_local=entry(4).ends_local),
        entry(6, cancelled=True),
    )
    assert rules.for_everybody(agenda(*sessions)) == {1, 4, 5, 6}, "a pause is in nobody's way; cancelled ones stay"


def test_only_two_sign_ups_exclude_each_other() -> None:
    one, beside = entry(1, sign_up=True), {"starts_local": entry(1).starts_local, "ends_local": entry(1).ends_local}
    assert [each.id for each in rules.clashing(one, [entry(2, sign_up=True, **beside)])] == [2]
    assert rules.clashing(one, [entry(2, **beside), entry(3, sign_up=True), one]) == []
    assert rules.clashing(one, [entry(2, sign_up=True, cancelled=True, **beside)]) == []
    assert [each.id for each in rules.overlapping(one, [entry(2, **beside)])] == [2]


def test_who_may_come_and_who_takes_a_place() -> None:
    room, stream = entry(1, sign_up=True, capacity=2), entry(2, sign_up=True, capacity=2, streamed=True)
    assert not rules.may_choose(agenda(room), room, Mode.REMOTE, NOW)
    assert rules.may_choose(agenda(stream), stream, Mode.REMOTE, NOW)
    assert not rules.may_choose(agenda(room), room, Mode.IN_PERSON, agenda(room).instants(room)[0])
    assert rules.has_room(room, Mode.IN_PERSON, 1)
    assert not rules.has_room(room, Mode.IN_PERSON, 2)
    assert rules.has_room(stream, Mode.REMOTE, 2)
    assert rules.has_room(entry(3, capacity=1), Mode.IN_PERSON, 9), "places count only where one signs up"


def test_nobody_moves_up_who_does_not_wait() -> None:
    for state in (SignUpState.CHOSEN, SignUpState.LEFT):
        with pytest.raises(IllegalMove):
            MACHINE.target(state, SignUpAction.MOVE_UP)
