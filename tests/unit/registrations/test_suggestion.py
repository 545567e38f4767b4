"""The suggestion: never beyond a seat, kept seats first, the same whatever the order, and its reasons true."""

from __future__ import annotations

import random
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from eventapp.registrations.balance import Dimension, Group, Stage
from eventapp.registrations.rules import Capacity, CategorySeats, Full, Waiting, full_because, moved
from eventapp.registrations.states import Mode
from eventapp.registrations.suggestion import Because, Candidate, Reason, suggest

START = datetime(2024, 9, 2, tzinfo=UTC)
PRESENT, REMOTE = Mode.IN_PERSON, Mode.REMOTE


def person(
    number: int, *, category: int = 1, mode: Mode = PRESENT, hours: int | None = None, **answers: str
) -> Candidate:
    given = {Dimension(name): value for name, value in answers.items()}
    given[Dimension.CATEGORY] = str(category)
    return Candidate(number, START + timedelta(hours=number if hours is None else hours), mode, category, given)


def confirmed(number: int, **answers: str) -> Group:
    return Group(number, frozenset({Stage.APPROVED}), {Dimension(name): value for name, value in answers.items()})


def seats(in_person: int, remote: int = 0, **categories: CategorySeats) -> Capacity:
    return Capacity(in_person, remote, {int(name[1:]): each for name, each in categories.items()})


def names(found: Any) -> list[int]:
    return [each.id for each in found.proposed]


def test_who_improves_the_balance_most_comes_first_with_the_reasons():
    people = [person(1, country="SN"), person(2, country="SN"), person(3, country="KE", first_time="yes")]
    found = suggest(people, seats(2), {}, [confirmed(4, country="SN", first_time="no")], 500)
    assert names(found) == [3, 1]
    assert found.proposed[0].reasons[:2] == [
        Reason(Because.FIRST, Dimension.COUNTRY, "KE", 0),
        Reason(Because.FIRST_TIME, Dimension.FIRST_TIME, "yes", 0),
    ]
    assert [(each.id, each.full) for each in found.not_proposed] == [(2, Full.IN_PERSON)]


def test_of_equal_worth_the_earlier_registration_then_the_lower_number():
    people = [person(3, hours=5), person(1, hours=9), person(2, hours=5)]
    assert names(suggest(people, seats(9), {}, [], 500)) == [2, 3, 1]


def test_kept_seats_are_filled_first_and_never_given_to_others():
    people = [person(1, country="KE"), person(2, country="FR"), person(3, category=2), person(4, category=2)]
    found = suggest(people, seats(3, c1=CategorySeats(), c2=CategorySeats(None, 2)), {}, [], 500)
    assert names(found) == [3, 4, 1]
    assert found.proposed[0].reasons[0] == Reason(Because.KEPT_SEAT, Dimension.CATEGORY, "2")
    found = suggest(people[:2], seats(3, c1=CategorySeats(), c2=CategorySeats(None, 2)), {}, [], 500)
    assert [(each.id, each.full) for each in found.not_proposed] == [(2, Full.RESERVED)]


def test_a_category_that_is_full_and_a_mode_without_places_are_named():
    people = [person(1), person(2), person(3, mode=REMOTE)]
    found = suggest(people, seats(9, 0, c1=CategorySeats(quota=1)), {}, [], 500)
    assert [(each.id, each.full) for each in found.not_proposed] == [(2, Full.CATEGORY), (3, Full.REMOTE)]
    assert [each.full for each in suggest(people, seats(9, 9), {}, [], 1).not_proposed] == [None, None]


def test_seats_that_fit_people_on_the_waiting_list_are_left_out_in_their_order():
    line = [Waiting(91, PRESENT, 2), Waiting(92, PRESENT, 2), Waiting(93, REMOTE, 1)]
    capacity = seats(3, 0, c1=CategorySeats(), c2=CategorySeats(quota=1))
    found = suggest([person(1), person(2), person(3)], capacity, {}, [], 500, line)
    assert (names(found), found.for_the_line) == ([1, 2], 1), "the second of the line and the remote one fit nowhere"
    assert [each.full for each in found.not_proposed] == [Full.IN_PERSON]


def test_genders_in_other_words_count_together_and_an_answer_left_out_counts_nothing():
    women = [confirmed(3, gender="femme"), confirmed(1, gender="men")]
    people = [person(1, gender="Mujer"), person(2, gender="hombre"), person(3)]
    found = suggest(people, seats(3), {}, women, 500)
    assert names(found)[0] == 2
    assert Reason(Because.FEW, Dimension.GENDER, "men", 1) in found.proposed[0].reasons


PEOPLE = st.lists(
    st.tuples(
        st.integers(1, 3),
        st.sampled_from(Mode),
        st.integers(0, 4),
        st.sampled_from(["KE", "SN", "FR", ""]),
        st.sampled_from(["yes", "no"]),
    ),
    max_size=25,
)
LIMITS = st.builds(CategorySeats, quota=st.none() | st.integers(0, 6), reserved=st.integers(0, 4))


@settings(max_examples=80, deadline=None)
@given(
    PEOPLE,
    st.integers(0, 15),
    st.integers(0, 5),
    st.fixed_dictionaries({1: LIMITS, 2: LIMITS, 3: LIMITS}),
    st.randoms(),
)
def test_nobody_beyond_a_seat_and_the_same_in_any_order(
    drawn: list[Any], in_person: int, remote: int, limits: dict[int, CategorySeats], shuffle: random.Random
):
    people = [
        person(number, category=category, mode=mode, hours=hours, country=country, first_time=first)
        for number, (category, mode, hours, country, first) in enumerate(drawn, start=1)
    ]
    capacity, taken_now = Capacity(in_person, remote, limits), {(PRESENT, 1): 2, (REMOTE, 2): 1}
    found = suggest(people, capacity, taken_now, [confirmed(2, country="SN")], 500)
    mixed = list(people)
    shuffle.shuffle(mixed)
    assert suggest(mixed, capacity, taken_now, [confirmed(2, country="SN")], 500) == found
    assert sorted([*names(found), *(each.id for each in found.not_proposed)]) == [each.id for each in people]

    by_id, occupancy, other_seat_given = {each.id: each for each in people}, taken_now, False
    for each in found.proposed:
        seat = (by_id[each.id].mode, by_id[each.id].category_id)
        assert full_because(capacity, occupancy, *seat) is None
        assert each.reasons
        kept = each.reasons[0].because is Because.KEPT_SEAT
        assert not (kept and other_seat_given), "kept seats come first"
        other_seat_given = other_seat_given or not kept
        occupancy = moved(occupancy, given=seat)
    for left in found.not_proposed:
        someone = by_id[left.id]
        assert left.full is full_because(capacity, occupancy, someone.mode, someone.category_id)
        assert left.full is not None, "a seat that fits somebody is not left empty"


def test_three_hundred_people_for_a_hundred_seats_take_well_under_a_second():
    chance = random.Random(7)  # noqa: S311 - no secret
    people = [
        person(
            number,
            category=chance.randint(1, 5),
            country=chance.choice(["KE", "SN", "FR", "ES", "IT", "DE", "BR", "AR", "US", "MX", "CO", "PE"]),
            sector=chance.choice("abcdef"),
            gender=chance.choice(["", "women", "men"]),
            language=chance.choice(["en", "fr", "es"]),
            first_time=chance.choice(["yes", "no"]),
        )
        for number in range(1, 301)
    ]
    began = time.perf_counter()
    found = suggest(people, seats(100, 0, c1=CategorySeats(30, 10), c2=CategorySeats(None, 15)), {}, [], 500)
    assert time.perf_counter() - began < 1
    by_id = {each.id: each for each in people}
    languages = Counter(by_id[each].answers[Dimension.LANGUAGE] for each in names(found))
    assert len(names(found)) == 100
    assert max(languages.values()) - min(languages.values()) <= 5, "three languages, nearly even"
