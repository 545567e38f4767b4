"""The seat rule and the window, for any occupancy and any instant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from eventapp.registrations.rules import (
    Capacity,
    CategorySeats,
    Full,
    Window,
    free_seats,
    full_because,
    kept_for_others,
    moved,
    taken,
    window_at,
)
from eventapp.registrations.states import Mode

CATEGORIES = (1, 2, 3)
seats = st.builds(CategorySeats, quota=st.none() | st.integers(0, 12), reserved=st.integers(0, 8))
capacities = st.builds(
    Capacity,
    in_person=st.integers(0, 25),
    remote=st.integers(0, 10),
    categories=st.fixed_dictionaries(dict.fromkeys(CATEGORIES, seats)),
)
occupancies = st.dictionaries(st.tuples(st.sampled_from(Mode), st.sampled_from(CATEGORIES)), st.integers(0, 12))
wishes = st.lists(st.tuples(st.sampled_from(Mode), st.sampled_from(CATEGORIES)), max_size=60)


def test_a_seat_is_free_until_the_last_one_is_taken():
    capacity = Capacity(in_person=2, remote=1, categories={1: CategorySeats()})
    assert free_seats(capacity, {}, Mode.IN_PERSON, 1) == 2
    assert full_because(capacity, {(Mode.IN_PERSON, 1): 1}, Mode.IN_PERSON, 1) is None
    assert full_because(capacity, {(Mode.IN_PERSON, 1): 2}, Mode.IN_PERSON, 1) is Full.IN_PERSON
    assert full_because(capacity, {(Mode.IN_PERSON, 1): 2}, Mode.REMOTE, 1) is None
    assert full_because(capacity, {(Mode.REMOTE, 1): 1}, Mode.REMOTE, 1) is Full.REMOTE


def test_a_category_has_its_own_maximum_in_person_only():
    capacity = Capacity(in_person=10, remote=10, categories={1: CategorySeats(quota=1), 2: CategorySeats()})
    held = {(Mode.IN_PERSON, 1): 1}
    assert full_because(capacity, held, Mode.IN_PERSON, 1) is Full.CATEGORY
    assert full_because(capacity, held, Mode.IN_PERSON, 2) is None
    assert full_because(capacity, held, Mode.REMOTE, 1) is None


def test_reserved_seats_stay_free_for_their_category():
    capacity = Capacity(in_person=5, remote=0, categories={1: CategorySeats(), 2: CategorySeats(reserved=2)})
    held = {(Mode.IN_PERSON, 1): 3}
    assert full_because(capacity, held, Mode.IN_PERSON, 1) is Full.RESERVED
    assert free_seats(capacity, held, Mode.IN_PERSON, 2) == 2
    assert full_because(capacity, {(Mode.IN_PERSON, 1): 3, (Mode.IN_PERSON, 2): 1}, Mode.IN_PERSON, 2) is None
    assert kept_for_others(capacity, {(Mode.IN_PERSON, 2): 1}, 1) == 1


def test_no_more_is_reserved_than_a_category_may_hold():
    capacity = Capacity(in_person=5, remote=0, categories={1: CategorySeats(), 2: CategorySeats(quota=1, reserved=4)})
    assert free_seats(capacity, {}, Mode.IN_PERSON, 1) == 4


def test_a_lowered_capacity_takes_nobodys_seat_and_frees_none():
    capacity = Capacity(in_person=1, remote=0, categories={1: CategorySeats()})
    held = {(Mode.IN_PERSON, 1): 4}
    assert free_seats(capacity, held, Mode.IN_PERSON, 1) == 0
    assert full_because(capacity, held, Mode.IN_PERSON, 1) is Full.IN_PERSON


@given(capacities, occupancies, st.sampled_from(Mode), st.sampled_from(CATEGORIES))
def test_full_and_free_say_the_same(capacity, occupancy, mode, category):
    free = free_seats(capacity, occupancy, mode, category)
    assert (free == 0) == (full_because(capacity, occupancy, mode, category) is not None)


@given(capacities, occupancies, st.sampled_from(Mode), st.sampled_from(CATEGORIES))
def test_exactly_the_free_seats_can_be_given(capacity, occupancy, mode, category):
    free = free_seats(capacity, occupancy, mode, category)
    for _n in range(free):
        assert full_because(capacity, occupancy, mode, category) is None
        occupancy = moved(occupancy, given=(mode, category))
    assert full_because(capacity, occupancy, mode, category) is not None


@given(capacities, wishes)
def test_first_come_first_served_never_breaks_a_limit_nor_uses_a_kept_seat(capacity, queue):
    occupancy = {}
    for mode, category in queue:
        if full_because(capacity, occupancy, mode, category) is None:
            occupancy = moved(occupancy, given=(mode, category))
    in_person = taken(occupancy, Mode.IN_PERSON)
    assert in_person <= capacity.in_person
    assert taken(occupancy, Mode.REMOTE) <= capacity.remote
    for category, limits in capacity.categories.items():
        held = taken(occupancy, Mode.IN_PERSON, category)
        assert limits.quota is None or held <= limits.quota
    unfilled = sum(
        max(0, limits.kept - taken(occupancy, Mode.IN_PERSON, category))
        for category, limits in capacity.categories.items()
    )
    kept_at_all = sum(limits.kept for limits in capacity.categories.values())
    if kept_at_all <= capacity.in_person:
        assert in_person + unfilled <= capacity.in_person


@given(occupancies, st.sampled_from(Mode), st.sampled_from(CATEGORIES))
def test_a_seat_freed_and_given_again_changes_nothing(occupancy, mode, category):
    seat = (mode, category)
    before = {key: count for key, count in moved(occupancy, given=seat, freed=seat).items() if count}
    assert before == {key: count for key, count in occupancy.items() if count}


def test_the_window_opens_and_closes_at_its_very_instants():
    opens = datetime(2024, 9, 2, 7, tzinfo=UTC)
    closes = datetime(2024, 9, 20, 22, tzinfo=UTC)
    second = timedelta(seconds=1)
    assert window_at(opens - second, opens, closes) is Window.NOT_YET
    assert window_at(opens, opens, closes) is Window.OPEN
    assert window_at(closes - second, opens, closes) is Window.OPEN
    assert window_at(closes, opens, closes) is Window.CLOSED
    assert window_at(opens - second, None, closes) is Window.OPEN
