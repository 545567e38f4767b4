"""Wall times of an event and the instants they mean (IANA zones, PEP 495 folds)."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo, available_timezones


class WallTimeProblem(StrEnum):
    """Why a wall time does not name one instant."""

    NONEXISTENT = "nonexistent"
    REPEATED = "repeated"


def zone_names() -> list[str]:
    """Return the names of the zones a person may choose, sorted."""
    return sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/")))


def problem_of(wall: datetime, zone: str) -> WallTimeProblem | None:
    """Tell whether the clock skips or repeats this naive wall time in the zone."""
    tz = ZoneInfo(zone)
    first = wall.replace(tzinfo=tz, fold=0)
    second = wall.replace(tzinfo=tz, fold=1)
    if first.utcoffset() == second.utcoffset():
        return None
    round_trip = first.astimezone(UTC).astimezone(tz).replace(tzinfo=None)
    return WallTimeProblem.REPEATED if round_trip == wall else WallTimeProblem.NONEXISTENT


def to_instant(wall: datetime, zone: str) -> datetime:
    """Return the UTC instant of a naive wall time in the zone.

    A repeated time means its first occurrence; a skipped one moves forward by the gap. Forms refuse both
    through `problem_of` before it comes to that.
    """
    if wall.tzinfo is not None:
        raise ValueError("a wall time has no zone of its own")
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def to_wall(instant: datetime, zone: str) -> datetime:
    """Return the naive wall time that clocks in the zone show at the instant."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a zone")
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
