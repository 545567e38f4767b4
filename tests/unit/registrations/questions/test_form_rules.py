"""Which conditions a form of questions may have, and that none of them ever goes in a circle."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventapp.registrations.questions.rules import (
    Broken,
    Fault,
    Item,
    broken,
    chain,
    dependents,
    enough_options,
    first_repeated,
    left,
    may_depend_on,
)
from eventapp.registrations.questions.states import QuestionKind as Kind

FORM = (
    Item(1, Kind.YES_NO, (0, 0)),
    Item(2, Kind.ONE_OF, (0, 1), options=frozenset({21, 22, 23}), offered=frozenset({21, 22})),
    Item(3, Kind.SHORT_TEXT, (0, 2)),
    Item(4, Kind.YES_NO, (1, 0), private=True),
    Item(5, Kind.LONG_TEXT, (1, 1)),
    Item(6, Kind.YES_NO, (1, 2), retired=True),
    Item(7, Kind.YES_NO, (1, 3)),
)
YES = frozenset({True})


def changed(number: int, **values: object) -> list[Item]:
    return [replace(each, **values) if each.id == number else each for each in FORM]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("on", "answers", "fault"),
    [
        (1, YES, None),
        (1, frozenset({True, False}), None),
        (2, frozenset({21}), None),
        (2, frozenset({21, 23}), None),  # one of them is still offered
        (5, YES, Fault.OWN),
        (99, YES, Fault.UNKNOWN),
        (3, YES, Fault.UNDECIDING),
        (6, YES, Fault.RETIRED),
        (4, YES, Fault.PRIVATE),
        (7, YES, Fault.LATER),
        (1, frozenset(), Fault.ANSWERS),
        (1, frozenset({1}), Fault.ANSWERS),  # the number of an option, not the truth
        (2, YES, Fault.ANSWERS),
        (2, frozenset({21, 99}), Fault.ANSWERS),
        (2, frozenset({23}), Fault.ANSWERS),  # no longer offered
    ],
)
def test_what_a_question_for_participants_may_depend_on(on: int, answers: frozenset[int], fault: Fault | None) -> None:
    found = broken(changed(5, depends_on=on, answers=answers))
    assert found == ([Broken(5, on, fault)] if fault else [])


def test_a_private_question_may_depend_on_any_but_never_in_a_circle() -> None:
    assert broken(changed(4, depends_on=7, answers=YES)) == []
    circle = [replace(each, depends_on=4, answers=YES, private=True) if each.id == 7 else each for each in FORM]
    circle = [replace(each, depends_on=7, answers=YES) if each.id == 4 else each for each in circle]
    assert {each.fault for each in broken(circle)} == {Fault.CIRCULAR}


def test_a_question_no_longer_asked_has_no_condition_to_keep() -> None:
    assert broken(changed(6, depends_on=7, answers=YES)) == []
    assert [each.id for each in dependents(changed(6, depends_on=7, answers=YES), 7)] == [6]


kinds = st.sampled_from([Kind.YES_NO, Kind.ONE_OF, Kind.SHORT_TEXT])


@st.composite
def forms(draw: st.DrawFn) -> list[Item]:
    size = draw(st.integers(1, 8))
    places = draw(st.permutations(range(size)))
    made = []
    for number in range(size):
        options = frozenset({number * 10, number * 10 + 1})
        on = draw(st.none() | st.integers(0, size))
        made.append(
            Item(
                id=number,
                kind=draw(kinds),
                place=(places[number] // 3, places[number]),
                private=draw(st.booleans()),
                retired=draw(st.integers(0, 5)) == 0,
                depends_on=on,
                answers=draw(st.sampled_from([YES, frozenset({(on or 0) * 10}), frozenset()])),
                options=options,
                offered=options,
            )
        )
    return made


@settings(max_examples=200, deadline=None)
@given(forms())
def test_a_form_without_fault_can_be_answered_from_top_to_bottom(form: list[Item]) -> None:
    faulty = {each.item for each in broken(form)}
    sound = [item for item in form if item.id not in faulty and not item.retired]
    by_id = {item.id: item for item in form}
    for item in sound:
        way = chain(item.id, by_id)
        # who follows the conditions comes to an end, and never back to where they began
        assert item.id not in way[1:]
        if not faulty and not item.private:
            assert all(by_id[step].place <= item.place and not by_id[step].private for step in way)
    if not faulty:
        order: list[int] = []
        waiting = list(sound)
        while waiting:
            ready = [item for item in waiting if item.depends_on is None or item.depends_on in order]
            assert ready, "these wait for each other"
            order += [item.id for item in ready]
            waiting = [item for item in waiting if item.id not in order]


@settings(max_examples=50, deadline=None)
@given(forms())
def test_whatever_is_offered_as_a_condition_can_be_one(form: list[Item]) -> None:
    form = [replace(item, depends_on=None) for item in form]
    item = form[0]
    for other in may_depend_on(form, item):
        answers = YES if other.kind is Kind.YES_NO else frozenset(sorted(other.offered)[:1])
        with_condition = replace(item, depends_on=other.id, answers=answers)
        assert broken([with_condition, *form[1:]]) == []


def test_names_and_options_and_places() -> None:
    assert first_repeated(["Visite", "Dîner", "diner "]) == 2
    assert first_repeated(["One", "", "", "Two"]) is None
    assert enough_options(Kind.ONE_OF, ["A", " "]) is False
    assert enough_options(Kind.SEVERAL_OF, ["A", "B"]) is True
    assert enough_options(Kind.NUMBER, []) is True
    assert (left(None, 3), left(12, 3), left(2, 3)) == (None, 9, 0)
