"""The draft as its editor shows it: one day or all, parallel places side by side, each session with what is odd."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from eventapp.agenda import hooks, rules
from eventapp.agenda import queries as agenda
from eventapp.agenda.editing import queries
from eventapp.agenda.editing.models import EditStep
from eventapp.agenda.rules import Change, Warning
from eventapp.agenda.snapshot import SessionEntry, Snapshot, days_of, succeed
from eventapp.agenda.states import Gravity
from eventapp.core.context import Context
from eventapp.core.translated import Translated
from eventapp.events.models import Event

ALL = "all"
MOST_AT_FIRST = 40  # with more sessions one day at a time is shown, unless all are asked for
MOST_WITH_BUTTONS = 150  # beyond, the overview of all days leads to the day instead


@dataclass(frozen=True)
class Column:
    """A place with its sessions below it."""

    place_id: int
    name: Translated


@dataclass(frozen=True)
class Row:
    """The sessions that begin together: for each column those in its place, then those that have no place."""

    starts_local: datetime
    cells: tuple[tuple[SessionEntry, ...], ...]
    loose: tuple[SessionEntry, ...]


@dataclass(frozen=True)
class BoardDay:
    """One day side by side."""

    date: date
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Tab:
    """A day that can be shown, or all (None), with how many sessions it has."""

    day: date | None
    sessions: int
    odd: bool  # whether something on that day cannot be like this
    current: bool


@dataclass(frozen=True)
class Board:
    """All that the editor's page says about the draft."""

    draft: Snapshot
    shown: date | None
    tabs: tuple[Tab, ...]
    days: tuple[BoardDay, ...]
    warnings: tuple[tuple[Gravity, tuple[Warning, ...]], ...]  # of what is shown
    warned: int  # of everything
    beside: Mapping[int, Sequence[Warning]]  # by session
    has_buttons: bool
    release_number: int | None
    changes: Sequence[Change]
    last_step: EditStep | None
    steps: Sequence[EditStep]

    @property
    def shown_key(self) -> str:
        """Return what names the shown days in an address."""
        return self.shown.isoformat() if self.shown else ALL


def board_of(ctx: Context, event: Event, wanted: str) -> Board:
    """Return the draft as the editor shows it; `wanted` is a day, `all`, or nothing in particular."""
    draft = agenda.draft_of(ctx, event)
    release = agenda.latest_release(ctx, event)
    changes = rules.changes_between(release.snapshot, succeed(draft, release.snapshot, ctx.now)) if release else []
    found = rules.warnings(draft, capacities_of(event), hooks.count_signed_up(ctx, event))
    by_day = {day.date: day.sessions for day in days_of(draft.sessions)}
    days = sorted({*event.days, *by_day})
    shown = _shown(wanted, days, len(draft.sessions))
    grave = {each.day for each in found if each.gravity is Gravity.IMPOSSIBLE}
    on_show = [each for each in found if shown is None or shown in _days(each)]
    return Board(
        draft=draft,
        shown=shown,
        tabs=(
            *(Tab(day, len(by_day.get(day, [])), day in grave, day == shown) for day in days),
            Tab(None, len(draft.sessions), bool(grave), shown is None),
        ),
        days=tuple(
            side_by_side(day, by_day.get(day, []), event)
            for day in days
            if (day in by_day if shown is None else day == shown)
        ),
        warnings=tuple(
            (gravity, of_it)
            for gravity in Gravity
            if (of_it := tuple(each for each in on_show if each.gravity is gravity))
        ),
        warned=len(found),
        beside=_beside(on_show),
        has_buttons=shown is not None or len(draft.sessions) <= MOST_WITH_BUTTONS,
        release_number=release.number if release else None,
        changes=changes,
        last_step=queries.last_step(ctx, event),
        steps=queries.list_steps(ctx, event),
    )


def by_gravity(found: Sequence[Warning]) -> tuple[tuple[Gravity, tuple[Warning, ...]], ...]:
    """Return the warnings in groups, the gravest first."""
    groups = ((gravity, tuple(each for each in found if each.gravity is gravity)) for gravity in Gravity)
    return tuple((gravity, of_it) for gravity, of_it in groups if of_it)


def capacities_of(event: Event) -> dict[int, int]:
    """Return how many people each place holds, where that is known."""
    return {place.id: place.capacity for place in event.places if place.capacity is not None}


def side_by_side(day: date, sessions: Iterable[SessionEntry], event: Event) -> BoardDay:
    """Return the sessions of a day in rows by start and in columns by place, in the order of the event's places."""
    of_day = list(sessions)
    used = {session.place_id for session in of_day}
    columns = tuple(Column(place.id, place.name) for place in event.places if place.id in used)
    slots = [slot.sessions for each in days_of(of_day) for slot in each.slots]
    return BoardDay(
        date=day,
        columns=columns,
        rows=tuple(
            Row(
                starts_local=together[0].starts_local,
                cells=tuple(
                    tuple(session for session in together if session.place_id == column.place_id) for column in columns
                ),
                loose=tuple(session for session in together if session.place_id is None),
            )
            for together in slots
        ),
    )


def _shown(wanted: str, days: Sequence[date], sessions: int) -> date | None:
    """Return the day to show, or None for all."""
    named = next((day for day in days if day.isoformat() == wanted), None)
    if named is not None or wanted == ALL or sessions <= MOST_AT_FIRST:
        return named
    return days[0]


def _days(warning: Warning) -> set[date | None]:
    return {warning.day, *(session.starts_local.date() for session in warning.sessions)}


def _beside(found: Iterable[Warning]) -> dict[int, list[Warning]]:
    beside: dict[int, list[Warning]] = {}
    for warning in found:
        for session in warning.sessions:
            beside.setdefault(session.id, []).append(warning)
    return beside
