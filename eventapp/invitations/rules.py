"""When an invitation can be answered and when somebody may be reminded: pure functions of states and instants."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from eventapp.core.wall_time import to_instant
from eventapp.events.states import EventState
from eventapp.invitations.states import InvitationState

LINK_COOLDOWN = timedelta(minutes=10)
CONFIRM_COOLDOWN = timedelta(minutes=10)
LINE_LETTERS = 200
TEXT_LETTERS = 2_000
REMINDER_PAUSE_DAYS = 5
PREVIEW_LIFE = timedelta(days=7)
MOST_AT_ONCE = 500  # mails that one press of a button may send


class Answering(StrEnum):
    """Whether an invitation can be answered now, and if not, why."""

    OPEN = "open"
    EXPIRED = "expired"
    CLOSED = "closed"
    PAST = "past"
    CANCELLED = "cancelled"


def answering(
    *,
    event_state: EventState,
    ends_on: date,
    zone: str,
    closes_at: datetime | None,
    state: InvitationState,
    answer_by_at: datetime | None,
    now: datetime,
) -> Answering:
    """Tell whether the invitation can be answered at the instant; an answer given before can still be changed."""
    if event_state is EventState.CANCELLED:
        return Answering.CANCELLED
    if is_past(ends_on, zone, now):
        return Answering.PAST
    overdue = state is InvitationState.SENT and answer_by_at is not None and now >= answer_by_at
    if state is InvitationState.EXPIRED or overdue:
        return Answering.EXPIRED
    if event_state is not EventState.PUBLISHED or (closes_at is not None and now >= closes_at):
        return Answering.CLOSED
    return Answering.OPEN


def is_past(ends_on: date, zone: str, now: datetime) -> bool:
    """Tell whether the last day has ended at the place."""
    return now >= to_instant(datetime.combine(ends_on + timedelta(days=1), time()), zone)


def may_be_reminded(
    *,
    state: InvitationState,
    sent_at: datetime | None,
    reminded_at: datetime | None,
    no_reminders_at: datetime | None,
    answer_by_at: datetime | None,
    now: datetime,
    pause_days: int = REMINDER_PAUSE_DAYS,
) -> bool:
    """Tell whether a reminder may go out: unanswered, not refused, and nothing was mailed in the last days."""
    if state is not InvitationState.SENT or no_reminders_at is not None or sent_at is None:
        return False
    if answer_by_at is not None and now >= answer_by_at:
        return False
    return max(sent_at, reminded_at or datetime.min.replace(tzinfo=UTC)) <= now - timedelta(days=pause_days)
