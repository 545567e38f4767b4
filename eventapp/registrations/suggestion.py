"""A selection for the free seats, proposed from rules that anybody can follow; pure functions of counted answers.

Seats come first. A person can be proposed only while `rules.full_because` finds a seat of their mode and category, so
that no capacity, no quota and no seat kept for another category is ever exceeded, and seats kept for a category are
filled with its people before any other seat is given. Free seats that fit people on the waiting list are theirs first:
as many as the list would be offered now, in its order, are left out of the proposal.

Among those who could be seated, whoever improves the balance most comes next. Six answers count the same: country,
sector, gender, language of mails, first time and category. For each, an answer is worth 1,000 points if nobody who is
confirmed or proposed gave it, 0 if it is the one most people gave, and in between by share:
1,000 − 1,000 × people with this answer ÷ people with the most frequent one, rounded down; an answer left out is worth
nothing. The points of the six are added up, and counted afresh after every choice. With as many points, who registered
first comes first, then who has the lower number. Nothing else counts, so the same people and seats always lead to the
same proposal, in whatever order they are read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from eventapp.registrations.balance import Dimension, Group, gender_of
from eventapp.registrations.rules import (
    Capacity,
    CategorySeats,
    Full,
    Occupancy,
    Waiting,
    full_because,
    moved,
    next_offers,
    taken,
)
from eventapp.registrations.states import Mode

BALANCED = (
    Dimension.COUNTRY,
    Dimension.SECTOR,
    Dimension.GENDER,
    Dimension.LANGUAGE,
    Dimension.FIRST_TIME,
    Dimension.CATEGORY,
)
POINTS = 1000
_WORTH_SAYING = POINTS // 2
_MOST_REASONS = 3
_YES = "yes"


class Because(StrEnum):
    """Why somebody is proposed."""

    KEPT_SEAT = "kept_seat"  # a seat is kept for the category
    FIRST = "first"  # nobody confirmed or proposed gave this answer
    FEW = "few"  # at most half as many gave it as gave the most frequent one
    FIRST_TIME = "first_time"
    FREE_SEAT = "free_seat"  # nothing but a seat that is left


@dataclass(frozen=True)
class Candidate:
    """Somebody to decide on; the answers are as the columns keep them, "" for what was not said."""

    id: int
    submitted_at: datetime
    mode: Mode
    category_id: int
    answers: Mapping[Dimension, str]


@dataclass(frozen=True)
class Reason:
    """One reason, and how many had given the answer before."""

    because: Because
    dimension: Dimension | None = None
    value: str = ""
    so_far: int = 0


@dataclass(frozen=True)
class Proposed:
    """Somebody proposed, with the reasons, the strongest first."""

    id: int
    reasons: Sequence[Reason]


@dataclass(frozen=True)
class NotProposed:
    """Somebody not proposed, and what is full once the others sit; None when the proposal is long enough."""

    id: int
    full: Full | None


@dataclass(frozen=True)
class Suggestion:
    """The proposal in the order in which people were chosen, and everybody else in the order of registration."""

    proposed: Sequence[Proposed]
    not_proposed: Sequence[NotProposed]
    for_the_line: int = 0  # free seats that fit people on the waiting list, and are left out


Seat = tuple[Mode, int]
_Profile = tuple[Mode, int, tuple[str, ...]]
_Points = Sequence[Mapping[str, int]]


def suggest(
    candidates: Iterable[Candidate],
    capacity: Capacity,
    occupancy: Occupancy,
    confirmed: Iterable[Group],
    at_most: int,
    line: Sequence[Waiting] = (),
) -> Suggestion:
    """Return whom to confirm, at most so many, for the free seats that nobody in the line on the waiting list fits."""
    theirs = {each.id for each in next_offers(capacity, occupancy, line, len(line))}
    for each_waiting in line:
        if each_waiting.id in theirs:
            occupancy = moved(occupancy, given=(each_waiting.mode, each_waiting.category_id))
    in_order = sorted(candidates, key=lambda each: (each.submitted_at, each.id))
    queues: dict[_Profile, list[Candidate]] = {}
    for each in reversed(in_order):  # so that the first of each queue is its last item, which is cheap to take
        queues.setdefault(_profile(each), []).append(each)
    counted = _counted(confirmed)
    proposed: list[Proposed] = []
    while len(proposed) < at_most:
        points = _points(counted, queues)
        for_kept = _kept_free(capacity, occupancy)
        profile = _best({each: queues[each] for each in queues if _seat(each) in for_kept}, capacity, occupancy, points)
        kept = profile is not None
        profile = profile or _best(queues, capacity, occupancy, points)
        if profile is None:
            break
        chosen = queues[profile].pop()
        if not queues[profile]:
            del queues[profile]
        proposed.append(Proposed(chosen.id, _reasons(profile, counted, points, kept=kept)))
        occupancy = moved(occupancy, given=_seat(profile))
        for counts, value in zip(counted, profile[2], strict=True):
            counts[value] += 1
    named = {each.id for each in proposed}
    rest = [
        NotProposed(each.id, full_because(capacity, occupancy, each.mode, each.category_id))
        for each in in_order
        if each.id not in named
    ]
    return Suggestion(proposed, rest, len(theirs))


def _profile(candidate: Candidate) -> _Profile:
    """Return all that counts; people with the same answers are worth the same."""
    answers = tuple(_said(candidate.answers, dimension) for dimension in BALANCED)
    return candidate.mode, candidate.category_id, answers


def _said(answers: Mapping[Dimension, str], dimension: Dimension) -> str:
    said = answers.get(dimension, "")
    return gender_of(said) if dimension is Dimension.GENDER else said


def _seat(profile: _Profile) -> Seat:
    return profile[0], profile[1]


def _counted(groups: Iterable[Group]) -> list[Counter[str]]:
    counted: list[Counter[str]] = [Counter() for _dimension in BALANCED]
    for group in groups:
        for counts, dimension in zip(counted, BALANCED, strict=True):
            counts[_said(group.answers, dimension)] += group.number
    return counted


def _points(counted: Sequence[Counter[str]], profiles: Iterable[_Profile]) -> _Points:
    """Return what each answer of those who are left is worth now."""
    answers: list[set[str]] = [set() for _dimension in BALANCED]
    for _mode, _category, given in profiles:
        for known, value in zip(answers, given, strict=True):
            known.add(value)
    found = []
    for counts, known in zip(counted, answers, strict=True):
        most = max((number for value, number in counts.items() if value), default=0)
        found.append({value: _worth(counts[value], most) if value else 0 for value in known})
    return found


def _worth(number: int, most: int) -> int:
    return POINTS - POINTS * number // most if most else POINTS


def _kept_free(capacity: Capacity, occupancy: Occupancy) -> set[Seat]:
    """Return the categories for which seats are kept that nobody holds yet."""

    def is_free(category_id: int, seats: CategorySeats) -> bool:
        return seats.kept > taken(occupancy, Mode.IN_PERSON, category_id)

    return {(Mode.IN_PERSON, each) for each, seats in capacity.categories.items() if is_free(each, seats)}


def _best(
    queues: Mapping[_Profile, Sequence[Candidate]], capacity: Capacity, occupancy: Occupancy, points: _Points
) -> _Profile | None:
    """Return the answers of whoever comes next, or None when nobody can be seated."""
    seats = {_seat(profile) for profile in queues}
    free = {seat for seat in seats if full_because(capacity, occupancy, *seat) is None}
    best: tuple[int, datetime, int] | None = None
    found: _Profile | None = None
    for profile, waiting in queues.items():
        if _seat(profile) not in free:
            continue
        total = sum(worth[value] for worth, value in zip(points, profile[2], strict=True))
        rank = (-total, waiting[-1].submitted_at, waiting[-1].id)
        if best is None or rank < best:
            best, found = rank, profile
    return found


def _reasons(profile: _Profile, counted: Sequence[Counter[str]], points: _Points, *, kept: bool) -> list[Reason]:
    found: list[tuple[int, Reason]] = []
    for dimension, value, counts, worth in zip(BALANCED, profile[2], counted, points, strict=True):
        first_time = dimension is Dimension.FIRST_TIME and value == _YES
        if worth[value] >= (1 if first_time else _WORTH_SAYING):
            because = Because.FIRST if not counts[value] else Because.FEW
            found.append(
                (worth[value], Reason(Because.FIRST_TIME if first_time else because, dimension, value, counts[value]))
            )
    found.sort(key=lambda pair: -pair[0])  # of equal worth in the order of the answers
    reasons = [reason for _worth, reason in found[:_MOST_REASONS]]
    if kept:
        reasons.insert(0, Reason(Because.KEPT_SEAT, Dimension.CATEGORY, str(profile[1])))
    return reasons or [Reason(Because.FREE_SEAT)]
