"""What is on, what is next, how late it runs and who may join when: pure functions of a release and an instant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from eventapp.agenda.snapshot import SessionEntry, Slot, Snapshot, days_of
from eventapp.core.wall_time import to_wall

DELAYS = (0, 5, 10, 15, 20, 30)  # minutes, as the desk may say them
MOST_AT_ONCE = 3  # announcements on one page
JOIN_BEFORE = timedelta(minutes=30)
LONGEST_LINK = 500

Period = tuple[datetime, datetime]


class Phase(StrEnum):
    """Where the event is in its days."""

    EMPTY = "empty"  # nothing takes place at all
    BEFORE = "before"
    ON = "on"
    PAUSE = "pause"  # nothing is on, but the day goes on
    BETWEEN = "between"  # it goes on another day
    OVER = "over"


@dataclass(frozen=True)
class Running:
    """A session that is on, with the minutes by which it runs late and when it is thought to begin and end."""

    session: SessionEntry
    late: int
    begins_local: datetime
    ends_local: datetime
    has_begun: bool


@dataclass(frozen=True)
class Moment:
    """What is on at an instant and what comes next; `slots` are of one day, up to the first that is no pause."""

    phase: Phase
    wall: datetime  # what clocks at the place show
    on: tuple[Running, ...] = ()
    slots: tuple[Slot, ...] = ()

    @property
    def next_day(self) -> date | None:
        """Return the day of what comes next, None when there is nothing or it is today."""
        day = self.slots[0].sessions[0].starts_local.date() if self.slots else None
        return None if day == self.wall.date() else day

    @property
    def runs_late(self) -> bool:
        """Tell whether anything that is on runs late."""
        return any(each.late for each in self.on)

    @property
    def is_streamed(self) -> bool:
        """Tell whether anything that is on or next is streamed."""
        return any(each.session.streamed for each in self.on) or any(
            session.streamed for slot in self.slots for session in slot.sessions
        )


def moment(snapshot: Snapshot, delays: Mapping[int, int], now: datetime) -> Moment:
    """Return what is on and what comes next; a session is on from its planned start until its end, delay included."""
    wall = to_wall(now, snapshot.zone)
    taking_place = [session for session in snapshot.sessions if not session.cancelled]
    on: list[Running] = []
    ahead: list[SessionEntry] = []
    for session in taking_place:
        starts, ends = snapshot.instants(session)
        late = timedelta(minutes=delays.get(session.id, 0))
        if starts > now:
            ahead.append(session)
        elif now < ends + late:
            on.append(
                Running(
                    session=session,
                    late=delays.get(session.id, 0),
                    begins_local=to_wall(starts + late, snapshot.zone),
                    ends_local=to_wall(ends + late, snapshot.zone),
                    has_begun=starts + late <= now,
                )
            )
    slots = _up_to_the_next_work(ahead)
    if not taking_place:
        phase = Phase.EMPTY
    elif on:
        phase = Phase.ON
    elif not ahead:
        phase = Phase.OVER
    elif len(ahead) == len(taking_place):
        phase = Phase.BEFORE
    else:
        phase = Phase.PAUSE if ahead[0].starts_local.date() == wall.date() else Phase.BETWEEN
    return Moment(phase, wall, tuple(on), slots)


def _up_to_the_next_work(ahead: Iterable[SessionEntry]) -> tuple[Slot, ...]:
    """Return the pauses that come next and what follows them on the same day."""
    slots: list[Slot] = []
    for day in days_of(ahead)[:1]:
        for slot in day.slots:
            slots.append(slot)
            if not all(session.is_quiet for session in slot.sessions):
                break
    return tuple(slots)


def still_late(snapshot: Snapshot, delays: Mapping[int, int], now: datetime) -> dict[int, int]:
    """Return the delays of sessions that are not over yet, by the session's id: a delay ends with its session."""
    return {
        session.id: delays[session.id]
        for session in snapshot.sessions
        if session.id in delays and not session.cancelled and now < closes_at(snapshot, session, delays[session.id])
    }


def opens_at(snapshot: Snapshot, session: SessionEntry) -> datetime:
    """Return the instant from which a remote participant can join the session."""
    return snapshot.instants(session)[0] - JOIN_BEFORE


def closes_at(snapshot: Snapshot, session: SessionEntry, late: int) -> datetime:
    """Return the instant at which the session is over, its delay included."""
    return snapshot.instants(session)[1] + timedelta(minutes=late)


def most_at_once(periods: Iterable[Period]) -> int:
    """Return the largest number of periods that share an instant; touching ends share none."""
    listed = list(periods)
    return max((sum(start <= each < end for start, end in listed) for each, _end in listed), default=0)


def is_link(text: str) -> bool:
    """Tell whether the text is a web address that a browser may be sent to: http or https, a host, no credentials."""
    if not text.isascii() or not text.isprintable() or " " in text or "\\" in text or len(text) > LONGEST_LINK:
        return False
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.username is None and port != 0
