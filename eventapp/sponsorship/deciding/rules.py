"""Pure rules of decisions: what a proposal says, until when an offer stands, and when to remind of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from eventapp.core.wall_time import to_instant, to_wall
from eventapp.sponsorship.states import LineMode, Outcome

REMINDERS = (6, 3, 1)  # days before the deadline
_NOT_SO_SOON = timedelta(hours=12)  # after the offer itself nobody is reminded of it at once
_LAST_MINUTE = time(23, 59)


@dataclass(frozen=True)
class LineProposal:
    """What is proposed for one line, in the fund's currency; nothing, unless in kind, means that it is refused."""

    amount: Decimal
    mode: LineMode = LineMode.PREPAID

    @property
    def is_given(self) -> bool:
        """Tell whether the line is covered at all."""
        return self.amount > 0 or self.mode is LineMode.IN_KIND


@dataclass(frozen=True)
class Proposal:
    """What is proposed for a request; lines by their number, those left out are refused with an offer."""

    outcome: Outcome
    lines: Mapping[int, LineProposal] = field(default_factory=dict)
    hotel_id: int | None = None
    first_night: date | None = None
    last_night: date | None = None
    words: str = ""  # to the person
    note: str = ""  # among those who decide
    reason: str = ""  # why it is proposed before two people have scored it


def offer_deadline(now: datetime, days: int, zone: str, starts_on: date) -> datetime:
    """Return the end of the last day to answer, at the event's place, never past the beginning of its first day."""
    last_day = to_wall(now, zone).date() + timedelta(days=days)
    end = to_instant(datetime.combine(last_day, _LAST_MINUTE), zone)
    return min(end, to_instant(datetime.combine(starts_on, time()), zone))


def due_reminder(offered_at: datetime, expires_at: datetime, now: datetime, last: int | None) -> int | None:
    """Return the reminder that is due, in days before the deadline, or None; one that was missed is not sent late."""
    if now >= expires_at:
        return None
    begun = [days for days in REMINDERS if offered_at + _NOT_SO_SOON <= expires_at - timedelta(days=days) <= now]
    nearest = min(begun, default=None)
    return None if nearest is None or (last is not None and last <= nearest) else nearest
