"""The rules of a zone as a calendar carries them (RFC 5545 §3.6.5): every change of the clocks, one by one."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


class _Clocks(NamedTuple):
    offset: timedelta
    is_summer: bool
    name: str


def zone_rules(zone: str, first: date, last: date) -> Timezone:
    """Return a VTIMEZONE that is right from the first to the last day.

    Each change is a part of its own: some readers take only the first date of a list (RDATE). It starts at the
    wall time that clocks show before they are changed, as the RFC wants; icalendar's own writer takes the later one.
    """
    tz = ZoneInfo(zone)
    rules = Timezone()
    rules.add("tzid", zone)
    at, end = datetime.combine(first, time(), UTC) - DAY, datetime.combine(last, time(), UTC) + 2 * DAY
    now = _clocks(tz, at)
    _add(rules, at, now, now)
    while at < end:
        following = _clocks(tz, at + DAY)
        if following != now:
            _add(rules, _change(tz, at, at + DAY), now, following)
        at, now = at + DAY, following
    return rules


def _clocks(tz: ZoneInfo, instant: datetime) -> _Clocks:
    local = instant.astimezone(tz)
    return _Clocks(local.utcoffset() or timedelta(), bool(local.dst()), local.tzname() or "")


def _change(tz: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """Return the first instant between the two at which clocks are as at the second."""
    new = _clocks(tz, after)
    while after - before > SECOND:
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        before, after = (before, middle) if _clocks(tz, middle) == new else (middle, after)
    return after


def _add(rules: Timezone, instant: datetime, was: _Clocks, becomes: _Clocks) -> None:
    part = TimezoneDaylight() if becomes.is_summer else TimezoneStandard()
    part.add("dtstart", instant.replace(tzinfo=None) + was.offset)
    part.add("tzoffsetfrom", was.offset)
    part.add("tzoffsetto", becomes.offset)
    part.add("tzname", becomes.name)
    rules.add_component(part)
