"""The overview's grid, worked out as plain numbers: days and places as columns, times downwards, all in millimetres."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from itertools import pairwise

from eventapp.agenda.snapshot import Day, SessionEntry

SIZES = (13.0, 12.0, 11.0, 10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0, 6.5, 6.0)  # of the titles, in points
DAY_GAP = 3.0
AIRY, LEAST_PER_MINUTE = 8.0, 0.16  # type larger than the one is worth less than rows as long as their hours
MOST_PER_MINUTE = 0.5  # a grid with little in it is not stretched beyond this
_LEAST = 0.6  # of a row without words

# What a cell needs at least: session, width, size of type, whether it stands in a column of its own → height.
Needs = Callable[[SessionEntry, float, float, bool], float]


@dataclass(frozen=True)
class Frame:
    """The room there is for the columns of one sheet."""

    width: float
    height: float


@dataclass(frozen=True)
class Lane:
    """A column of a day; without a place it takes what runs beside the others."""

    place_id: int | None
    name: str


@dataclass(frozen=True)
class Cell:
    """A session where it stands: from the left edge of its day, and from the top of the grid."""

    session: SessionEntry
    left: float
    top: float
    width: float
    height: float
    in_lane: bool  # the head of the column says where it takes place


@dataclass(frozen=True)
class DayColumn:
    """A day with the heads of its columns and its sessions in the order of the agenda."""

    date: date
    left: float
    width: float
    lanes: tuple[Lane, ...]
    cells: tuple[Cell, ...]
    continues: bool  # its beginning is on the sheet before


@dataclass(frozen=True)
class Sheet:
    """One page of the overview."""

    size: float
    height: float
    days: tuple[DayColumn, ...]
    marks: tuple[tuple[time, float], ...]  # the times at which sessions begin, and where

    @property
    def has_lanes(self) -> bool:
        """Tell whether a day of the sheet has columns of its own."""
        return any(len(day.lanes) > 1 for day in self.days)


@dataclass(frozen=True)
class _Spread:
    """A day with each session in its lane, None for all of them."""

    day: Day
    lanes: tuple[Lane, ...]
    lane_of: dict[int, int | None]
    continues: bool = False

    @property
    def weight(self) -> float:
        return max(1.5, float(len(self.lanes)))


def sheets_of(days: Sequence[Day], frame: Frame, needs: Needs, name_of: Callable[[SessionEntry], str]) -> list[Sheet]:
    """Return the agenda on as few sheets as hold it, in the largest type that those allow."""
    spreads = [_spread(day, name_of) for day in days]
    for count in range(1, len(spreads) + 1):
        groups = _groups(spreads, count)
        made = [_largest(group, frame, needs) for group in groups]
        if all(made):
            return [sheet for sheet in made if sheet]
    return [sheet for spread in spreads for sheet in _split(spread, frame, needs)]


def _groups(spreads: Sequence[_Spread], count: int) -> list[Sequence[_Spread]]:
    """Return the days in `count` groups of neighbours, as even as may be."""
    edges = [round(len(spreads) * n / count) for n in range(count + 1)]
    return [spreads[start:end] for start, end in pairwise(edges)]


def _split(spread: _Spread, frame: Frame, needs: Needs) -> list[Sheet]:
    """Return a day that is too much for one sheet on several, cut between sessions that begin at different times."""
    whole = _largest([spread], frame, needs)
    slots = spread.day.slots
    if whole or len(slots) < 2:
        return [whole or _set([spread], frame, needs, SIZES[-1])]
    half = len(slots) // 2
    first = replace(spread, day=Day(spread.day.date, slots[:half]))
    second = replace(spread, day=Day(spread.day.date, slots[half:]), continues=True)
    return [*_split(first, frame, needs), *_split(second, frame, needs)]


def _largest(spreads: Sequence[_Spread], frame: Frame, needs: Needs) -> Sheet | None:
    for size in SIZES:
        sheet = _set(spreads, frame, needs, size)
        if sheet.height <= frame.height:
            return sheet
    return None


def _set(spreads: Sequence[_Spread], frame: Frame, needs: Needs, size: float) -> Sheet:
    """Return the days side by side in type of that size, as high as they need, and higher where there is room."""
    unit = (frame.width - DAY_GAP * (len(spreads) - 1)) / sum(spread.weight for spread in spreads)
    placed: list[tuple[SessionEntry, float, float, bool]] = []  # with left and width
    for spread in spreads:
        lane_width = unit * spread.weight / len(spread.lanes)
        for session in spread.day.sessions:
            lane = spread.lane_of[session.id]
            alone = lane is None
            width = unit * spread.weight if alone else lane_width
            placed.append((session, 0.0 if lane is None else lane * lane_width, width, not alone))
    spans = [(*_minutes(session), needs(session, width, size, in_lane)) for session, _left, width, in_lane in placed]
    tops = _tops(spans, frame.height, LEAST_PER_MINUTE if size > AIRY else 0.0)
    rest = iter(placed)
    columns, left = [], 0.0
    for spread in spreads:
        width = unit * spread.weight
        cells = []
        for session in spread.day.sessions:
            _same, within, wide, in_lane = next(rest)
            starts, ends = _minutes(session)
            cells.append(Cell(session, within, tops[starts], wide, tops[ends] - tops[starts], in_lane))
        columns.append(DayColumn(spread.day.date, left, width, spread.lanes, tuple(cells), spread.continues))
        left += width + DAY_GAP
    begins = sorted({starts for starts, _ends, _need in spans})
    marks = tuple((time(starts // 60 % 24, starts % 60), tops[starts]) for starts in begins)
    return Sheet(size, max(tops.values(), default=0.0), tuple(columns), marks)


def _tops(spans: Sequence[tuple[int, int, float]], height: float, least: float) -> dict[int, float]:
    """Return how far down each time stands: as evenly by the clock as the words and the height allow."""
    low, high = least, MOST_PER_MINUTE
    best = _stacked(spans, low)
    if max(best.values(), default=0.0) > height:
        return best  # too much even with as little air as may be
    for _step in range(12):
        middle = (low + high) / 2
        tried = _stacked(spans, middle)
        if max(tried.values(), default=0.0) <= height:
            low, best = middle, tried
        else:
            high = middle
    return best


def _stacked(spans: Sequence[tuple[int, int, float]], per_minute: float) -> dict[int, float]:
    ending: dict[int, list[tuple[int, float]]] = {}
    for starts, ends, need in spans:
        ending.setdefault(ends, []).append((starts, need))
    edges = sorted({edge for starts, ends, _need in spans for edge in (starts, ends)})
    tops: dict[int, float] = {}
    for index, edge in enumerate(edges):
        top = 0.0
        if index:
            before = edges[index - 1]
            top = tops[before] + max(_LEAST, (edge - before) * per_minute)
        tops[edge] = max([top, *(tops[starts] + need for starts, need in ending.get(edge, []))])
    return tops


def _spread(day: Day, name_of: Callable[[SessionEntry], str]) -> _Spread:
    """Give each session of a day its lane: those that run beside others the lane of their place."""
    lane_of: dict[int, int | None] = {}
    lanes: list[Lane] = []
    for cluster in _clusters(day.sessions):
        if len(cluster) == 1:
            lane_of[cluster[0].id] = None
            continue
        for session in sorted(cluster, key=lambda each: each.place_id is None):  # those without a place come last
            lane = _lane_for(session, cluster, lane_of, lanes)
            if lane == len(lanes):
                lanes.append(Lane(session.place_id, name_of(session)))
            lane_of[session.id] = lane
    order = sorted(range(len(lanes)), key=lambda n: (lanes[n].place_id is None, lanes[n].place_id or 0))
    moved = {None: None} | {old: new for new, old in enumerate(order)}
    return _Spread(
        day,
        tuple(lanes[n] for n in order) or (Lane(None, ""),),
        {session: moved[lane] for session, lane in lane_of.items()},
    )


def _lane_for(
    session: SessionEntry,
    cluster: Sequence[SessionEntry],
    lane_of: dict[int, int | None],
    lanes: Sequence[Lane],
) -> int:
    """Return the first lane of the session's place that is free meanwhile, or the number of a new one."""
    taken = {
        lane_of[other.id]
        for other in cluster
        if other.id in lane_of and other.starts_local < session.ends_local and session.starts_local < other.ends_local
    }
    own = (n for n, lane in enumerate(lanes) if lane.place_id == session.place_id and n not in taken)
    return next(own, len(lanes))


def _clusters(sessions: Iterable[SessionEntry]) -> list[list[SessionEntry]]:
    """Return sessions in groups that overlap, directly or through others."""
    clusters: list[list[SessionEntry]] = []
    until: datetime | None = None
    for session in sessions:
        if until is None or session.starts_local >= until:
            clusters.append([])
            until = session.ends_local
        clusters[-1].append(session)
        until = max(until, session.ends_local)
    return clusters


def _minutes(session: SessionEntry) -> tuple[int, int]:
    """Return when a session begins and ends in minutes of the day it begins on."""
    midnight = datetime.combine(session.starts_local.date(), time())
    starts, ends = ((moment - midnight).total_seconds() / 60 for moment in (session.starts_local, session.ends_local))
    return int(starts), max(int(ends), int(starts) + 1)
