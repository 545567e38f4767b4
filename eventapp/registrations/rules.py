"""When a seat is free and when one may register: pure functions of counts and instants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from eventapp.registrations.states import Mode


@dataclass(frozen=True)
class CategorySeats:
    """What a category says about seats in person: the most it may hold and the fewest kept free for it."""

    quota: int | None = None
    reserved: int = 0

    @property
    def kept(self) -> int:
        """Return how many seats are kept for it; never more than it may hold."""
        return self.reserved if self.quota is None else min(self.reserved, self.quota)


@dataclass(frozen=True)
class Capacity:
    """How many seats there are: in person, of them by category, and remote."""

    in_person: int
    remote: int
    categories: Mapping[int, CategorySeats]


Occupancy = Mapping[tuple[Mode, int], int]  # seats held, by mode and category


class Full(StrEnum):
    """What stands in the way of one more seat."""

    IN_PERSON = "in_person"
    CATEGORY = "category"
    RESERVED = "reserved"  # seats are left, all of them kept for other categories
    REMOTE = "remote"


def taken(occupancy: Occupancy, mode: Mode, category_id: int | None = None) -> int:
    """Return how many seats of the mode are held, of one category or of all."""
    return sum(
        count
        for (held_mode, held_category), count in occupancy.items()
        if held_mode is mode and category_id in (None, held_category)
    )


def free_seats(capacity: Capacity, occupancy: Occupancy, mode: Mode, category_id: int) -> int:
    """Return how many more people of the category can be seated; never negative."""
    return max(0, min(seats_left(capacity, occupancy, mode, category_id).values()))


def full_because(capacity: Capacity, occupancy: Occupancy, mode: Mode, category_id: int) -> Full | None:
    """Return what refuses the category one more seat, the widest reason first, or None when one is free."""
    for reason, left in seats_left(capacity, occupancy, mode, category_id).items():
        if left <= 0:
            return reason
    return None


def seats_left(capacity: Capacity, occupancy: Occupancy, mode: Mode, category_id: int) -> dict[Full, int]:
    """Return how many more people of the category each limit leaves room for; negative beyond it."""
    if mode is Mode.REMOTE:
        return {Full.REMOTE: capacity.remote - taken(occupancy, Mode.REMOTE)}
    left = capacity.in_person - taken(occupancy, Mode.IN_PERSON)
    limits = {Full.IN_PERSON: left}
    own = capacity.categories.get(category_id, CategorySeats())
    if own.quota is not None:
        limits[Full.CATEGORY] = own.quota - taken(occupancy, Mode.IN_PERSON, category_id)
    limits[Full.RESERVED] = left - kept_for_others(capacity, occupancy, category_id)
    return limits


def kept_for_others(capacity: Capacity, occupancy: Occupancy, category_id: int) -> int:
    """Return how many free seats in person are kept for the other categories."""
    return sum(
        max(0, seats.kept - taken(occupancy, Mode.IN_PERSON, other))
        for other, seats in capacity.categories.items()
        if other != category_id
    )


def moved(
    occupancy: Occupancy, *, given: tuple[Mode, int] | None = None, freed: tuple[Mode, int] | None = None
) -> Occupancy:
    """Return the occupancy after one seat was freed, one given, or both."""
    after = dict(occupancy)
    if freed is not None:
        after[freed] = after.get(freed, 0) - 1
    if given is not None:
        after[given] = after.get(given, 0) + 1
    return after


@dataclass(frozen=True)
class Waiting:
    """Somebody on the waiting list, and the seat that would do."""

    id: int
    mode: Mode
    category_id: int


@dataclass(frozen=True)
class NextOffer:
    """Who is offered a seat next, and who stands before them whom it does not fit, by what is in the way."""

    id: int
    skipped: Mapping[Full, Sequence[int]]


def next_offers(capacity: Capacity, occupancy: Occupancy, line: Sequence[Waiting], count: int) -> list[NextOffer]:
    """Return who of the line, in its order, is offered the next free seats; at most `count` of them."""
    offers: list[NextOffer] = []
    skipped: dict[Full, list[int]] = {}
    for each in line:
        if len(offers) == count:
            break
        full = full_because(capacity, occupancy, each.mode, each.category_id)
        if full is not None:
            skipped.setdefault(full, []).append(each.id)
            continue
        offers.append(NextOffer(each.id, {reason: tuple(ids) for reason, ids in skipped.items()}))
        occupancy = moved(occupancy, given=(each.mode, each.category_id))
    return offers


def offer_deadline(now: datetime, days: int, closes_at: datetime) -> datetime:
    """Return until when an offer made now is kept: for so many days, and never past the end of registration."""
    return min(now + timedelta(days=days), closes_at)


REMIND_BEFORE = timedelta(days=1)
LEAVE_ALONE = timedelta(hours=12)


def reminder_due(offered_at: datetime, expires_at: datetime) -> datetime | None:
    """Return when to remind of an offer: a day before it lapses, and never for one shorter than a day and a half.

    A reminder less than half a day after the offer would only say it again.
    """
    due = expires_at - REMIND_BEFORE
    return due if due - offered_at >= LEAVE_ALONE else None


class Window(StrEnum):
    """Whether one may register now."""

    NOT_YET = "not_yet"
    OPEN = "open"
    CLOSED = "closed"


def window_at(now: datetime, opens_at: datetime | None, closes_at: datetime) -> Window:
    """Tell whether registration is open; without an opening instant it is open from the start."""
    if now >= closes_at:
        return Window.CLOSED
    if opens_at is not None and now < opens_at:
        return Window.NOT_YET
    return Window.OPEN
