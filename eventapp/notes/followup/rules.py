"""When people are asked for the idea that they take home, and when what became of it: pure functions of the event."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from eventapp.core.wall_time import to_instant

LONGEST_IDEA = 600
LONGEST_OUTCOME = 2_000
AGAIN_AFTER_DAYS = 90
_NOON, _MORNING = time(12), time(9)
# Whoever was not asked by then is not asked any more: a worker that stood still, or came late, writes to nobody of old.
_ASK_FOR, _ASK_AGAIN_FOR = timedelta(days=7), timedelta(days=21)


def opens_at(ends_on: date, zone: str) -> datetime:
    """Return from when people can say what they take home: the afternoon of the last day."""
    return to_instant(datetime.combine(ends_on, _NOON), zone)


def asked_at(ends_on: date, zone: str) -> datetime:
    """Return from when a mail asks for it: the morning after the last day."""
    return to_instant(datetime.combine(ends_on + timedelta(days=1), _MORNING), zone)


def asked_again_at(ends_on: date, zone: str) -> datetime:
    """Return from when a mail asks what became of it."""
    return to_instant(datetime.combine(ends_on + timedelta(days=AGAIN_AFTER_DAYS), _MORNING), zone)


def asks(now: datetime, ends_on: date, zone: str) -> bool:
    """Tell whether it is time to ask for the idea."""
    start = asked_at(ends_on, zone)
    return start <= now < start + _ASK_FOR


def asks_again(now: datetime, ends_on: date, zone: str) -> bool:
    """Tell whether it is time to ask what became of it."""
    start = asked_again_at(ends_on, zone)
    return start <= now < start + _ASK_AGAIN_FOR


def comes_to_second_question(retention_days: int) -> bool:
    """Tell whether the people are still known when it is time for the second question."""
    return retention_days >= AGAIN_AFTER_DAYS
