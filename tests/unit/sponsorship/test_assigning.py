"""Requests are given to reviewers evenly, never to one in conflict, and the same way each time."""

from __future__ import annotations

from collections import Counter
from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from eventapp.sponsorship.review.assigning import Plan, plan, substitute

Case = tuple[list[int], list[int], set[tuple[int, int]], set[tuple[int, int]]]


@st.composite
def cases(draw: Any, *, conflicts: bool = True) -> Case:
    requests = draw(st.permutations(range(draw(st.integers(0, 14)))))
    reviewers = draw(st.permutations(range(100, 100 + draw(st.integers(0, 6)))))
    pairs = list(product(requests, reviewers))
    some = st.sets(st.sampled_from(pairs), max_size=len(pairs) // 3) if pairs else st.just(set())
    barred = draw(some) if conflicts else set()
    return requests, reviewers, barred, draw(some) - barred if conflicts else set()


def loads_of(made: Plan, reviewers: list[int], existing: set[tuple[int, int]]) -> Counter[int]:
    loads = Counter(dict.fromkeys(reviewers, 0))
    loads.update(reviewer for _, reviewer in [*made.assigned, *existing])
    return loads


@settings(max_examples=60, deadline=None)
@given(cases())
def test_everybody_who_can_be_found_is_and_nobody_in_conflict(case: Case) -> None:
    requests, reviewers, barred, existing = case
    made = plan(requests, reviewers, barred, existing)
    assert made == plan(requests, reversed(reviewers), list(barred), list(existing))  # type: ignore[arg-type]
    assert not set(made.assigned) & (barred | existing)
    assert len(set(made.assigned)) == len(made.assigned)
    for request in requests:
        able = [each for each in reviewers if (request, each) not in barred | existing]
        has = sum(1 for found, _ in existing if found == request)
        new = sum(1 for found, _ in made.assigned if found == request)
        assert new == min(max(2 - has, 0), len(able))
        assert made.missing.get(request, 0) == max(2 - has, 0) - new


@settings(max_examples=60, deadline=None)
@given(cases())
def test_no_load_can_be_evened_out_further(case: Case) -> None:
    """No new assignment of somebody could be given to a colleague who carries two or more less."""
    requests, reviewers, barred, existing = case
    made = plan(requests, reviewers, barred, existing)
    loads = loads_of(made, reviewers, existing)
    taken = set(made.assigned) | existing | barred
    for (request, holder), other in product(made.assigned, reviewers):
        assert (request, other) in taken or loads[holder] - loads[other] < 2


@settings(max_examples=40, deadline=None)
@given(cases(conflicts=False))
def test_without_conflicts_counts_differ_by_one_at_most(case: Case) -> None:
    requests, reviewers, _, _ = case
    loads = loads_of(plan(requests, reviewers, (), ()), reviewers, set())
    assert max(loads.values(), default=0) - min(loads.values(), default=0) <= 1


def test_work_is_handed_on_along_a_chain() -> None:
    """3 can take nothing from 1 directly, but 2 can, and 3 then takes from 2."""
    barred = {(request, 3) for request in (1, 2)} | {(3, 1), (4, 1)}
    made = plan([1, 2, 3, 4], [1, 2, 3], barred, (), needed=1)
    assert sorted(Counter(reviewer for _, reviewer in made.assigned).values()) == [1, 1, 2]


def test_a_substitute_is_whoever_carries_least() -> None:
    assert substitute([7, 5, 6], {5: 2, 6: 1, 7: 1}) == 6
    assert substitute([], {}) is None
