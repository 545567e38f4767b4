"""When a check-in counts, and what the door can answer: pure functions of instants."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum

from eventapp.core.wall_time import to_wall

OLDEST = timedelta(days=3)  # a scan kept on a phone for longer counts from when it arrives


class Outcome(StrEnum):
    """What the door answers."""

    WELCOME = "welcome"
    ALREADY = "already"
    NOT_CONFIRMED = "not_confirmed"
    UNDONE = "undone"  # somebody took the check-in back after this scan
    OTHER_EVENT = "other_event"
    UNKNOWN = "unknown"


def day_of(instant: datetime, zone: str) -> date:
    """Return the day that the instant belongs to at the event's place."""
    return to_wall(instant, zone).date()


def happened_at(scanned_at: datetime | None, phone_now: datetime | None, now: datetime) -> datetime:
    """Return when a scan happened; what the phone says is corrected by how wrong its clock is.

    `phone_now` is the phone's idea of the present. An instant that lies ahead, or too far back, is not believed.
    """
    if scanned_at is None:
        return now
    corrected = scanned_at + (now - phone_now) if phone_now is not None else scanned_at
    return corrected if now - OLDEST <= corrected <= now else now
