"""How long each class of data is kept: pure functions of an event's days and settings."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from enum import StrEnum

from eventapp.core.wall_time import to_instant

ANSWER_WITHIN = timedelta(days=30)  # a request to be erased; the law says one month (GDPR, article 12 (3))


class DataClass(StrEnum):
    """What is kept and forgotten together."""

    NEEDS = "needs"
    SENSITIVE = "sensitive"
    FILES = "files"
    DRAFTS = "drafts"
    INTERESTS = "interests"
    MAIL_TEXTS = "mail_texts"
    MAILS = "mails"
    PEOPLE = "people"
    HISTORY = "history"


class Basis(StrEnum):
    """From when the days are counted."""

    EVENT = "event"  # the end of the last day
    CLOSING = "closing"  # the end of registration
    WRITING = "writing"  # the instant at which a mail was written


def ends_at(ends_on: date, zone: str) -> datetime:
    """Return the instant at which the last day is over at the place."""
    return to_instant(datetime.combine(ends_on + timedelta(days=1), time()), zone)


def due_at(basis: Basis, days: int | None, *, over_at: datetime, closes_at: datetime, keep_days: int) -> datetime:
    """Return from when a class of an event may be forgotten; of a mail, when the last one before the end may be.

    `days` None means as long as everything else, which is `keep_days` after the end. Nothing is forgotten before the
    event is over, and nothing is kept longer than everything else.
    """
    everything = over_at + timedelta(days=keep_days)
    if days is None:
        return everything
    start = closes_at if basis is Basis.CLOSING else over_at
    return min(max(start + timedelta(days=days), over_at), everything)


def answer_by(requested_at: datetime) -> datetime:
    """Return until when a request to be erased must have its answer."""
    return requested_at + ANSWER_WITHIN
