"""Where sessions go when several are moved at once: pure functions of times and places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta


@dataclass(frozen=True)
class Slot:
    """When and where a session of the draft is."""

    id: int
    starts_local: datetime
    ends_local: datetime
    place_id: int | None

    @property
    def length(self) -> timedelta:
        """Return how long it takes."""
        return self.ends_local - self.starts_local

    def at(self, starts_local: datetime) -> Slot:
        """Return it at another time, as long as before."""
        return Slot(self.id, starts_local, starts_local + self.length, self.place_id)


def shifted(slots: Sequence[Slot], day: date, after: datetime, minutes: int) -> list[Slot]:
    """Return the day's sessions that start at `after` or later, that many minutes later (earlier if negative)."""
    late = [slot for slot in slots if slot.starts_local.date() == day and slot.starts_local >= after]
    return [slot.at(slot.starts_local + timedelta(minutes=minutes)) for slot in late]


def on_day(slots: Sequence[Slot], day: date) -> list[Slot]:
    """Return the sessions on another day, at the same times."""
    return [slot.at(datetime.combine(day, slot.starts_local.time())) for slot in slots]


def neighbour(slots: Sequence[Slot], slot: Slot, *, earlier: bool) -> Slot | None:
    """Return the session of the same day and place that comes before or after, or None at the end of its row."""
    row = sorted(
        (
            other
            for other in slots
            if other.place_id == slot.place_id and other.starts_local.date() == slot.starts_local.date()
        ),
        key=lambda other: (other.starts_local, other.ends_local, other.id),
    )
    here = row.index(slot)
    there = here - 1 if earlier else here + 1
    return row[there] if 0 <= there < len(row) else None


def exchanged(one: Slot, other: Slot) -> list[Slot]:
    """Return the two in the other order: the later begins where the earlier did; the pause between them stays."""
    first, second = sorted((one, other), key=lambda slot: (slot.starts_local, slot.id))
    pause = max(second.starts_local - first.ends_local, timedelta())
    moved = second.at(first.starts_local)
    return [moved, first.at(moved.ends_local + pause)]


def postponed(slot: Slot, minutes: int) -> Slot:
    """Return the session that many minutes later, or earlier."""
    return slot.at(slot.starts_local + timedelta(minutes=minutes))


def resized(slot: Slot, minutes: int) -> Slot:
    """Return the session that many minutes longer, or shorter."""
    return Slot(slot.id, slot.starts_local, slot.ends_local + timedelta(minutes=minutes), slot.place_id)
