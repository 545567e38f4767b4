"""The waiting list as organisers read it: who stands where, and in words why a seat cannot be given now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from eventapp.core.context import Context
from eventapp.events.models import Event
from eventapp.registrations import queries, seating, seats
from eventapp.registrations.models import Registration
from eventapp.registrations.queries import SeatRow
from eventapp.registrations.rules import Full, Waiting, full_because, next_offers
from eventapp.registrations.states import Mode


@dataclass(frozen=True)
class Standing:
    """Somebody on the list: the place, what is in the way of a seat, and whether the next free seat would be theirs."""

    registration: Registration
    place: int
    full: Full | None
    why: str
    is_next: bool


@dataclass(frozen=True)
class Line:
    """The waiting list of one mode."""

    mode: Mode
    people: Sequence[Standing]

    @property
    def next_people(self) -> list[Registration]:
        """Return who would be offered the seats that are free now, in order."""
        return [each.registration for each in self.people if each.is_next]


def lines(ctx: Context, event: Event) -> list[Line]:
    """Return the waiting list of each mode that has one, in a constant number of queries."""
    capacity, occupancy = queries.capacity_of(ctx, event), queries.occupancy_of(ctx, event.id)
    rows = queries.seat_overview(ctx, event)
    found = []
    for mode in Mode:
        waiting = queries.list_waiting(ctx, event, mode)
        line = [Waiting(each.id, each.mode, each.category_id) for each in waiting]
        chosen = {each.id for each in next_offers(capacity, occupancy, line, len(line))}
        people = []
        for place, each in enumerate(waiting, start=1):
            full = full_because(capacity, occupancy, each.mode, each.category_id)
            why = in_the_way(rows, full, each, ctx.language) if full is not None else _before_them(each.id in chosen)
            people.append(Standing(each, place, full, why, each.id in chosen))
        if people:
            found.append(Line(mode, people))
    return found


def in_the_way(rows: Sequence[SeatRow], full: Full, registration: Registration, language: str) -> str:
    """Return why the person cannot be seated now, with the figures behind it."""
    detail = seating.figures(rows, full, registration, language)
    return " ".join(filter(None, (seats.no_seat_words(full), detail)))


def _before_them(chosen: bool) -> str:
    if chosen:
        return str(_("A seat is free. It was free before, so no offer went out by itself."))
    return str(_("The free seats go to people before them on the list."))
