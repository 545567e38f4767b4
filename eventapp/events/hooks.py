"""What rooms above tell the event, and what the event tells them; `application.wiring` fills these lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from eventapp.core.context import Context
from eventapp.events.models import Event


@dataclass(frozen=True)
class PageSection:
    """A part of the event's public page that a higher room fills: its template, which finds the values as `section`."""

    template: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class SeatsTaken:
    """How many seats are taken or held, in person and remote."""

    in_person: int
    remote: int


@dataclass(frozen=True)
class MoreTexts:
    """How many texts of a higher room are written, of how many; and the endpoint of the page that lists them."""

    label: str
    there: int
    wanted: int
    endpoint: str


PAGE_SECTIONS: list[Callable[[Context, Event], PageSection | None]] = []
PRIVACY_SECTIONS: list[Callable[[Context, Event], PageSection]] = []  # below the organisers' own words
SEATS_TAKEN: list[Callable[[Context, Event], SeatsTaken]] = []
planned_sessions: list[Callable[[Context, Event], int]] = []  # how many sessions a change of days or zone would touch
seats_raised: list[Callable[[Context, Event, int, int], None]] = []  # how many seats more, in person and remote
REGISTRATION_OPEN: list[Callable[[Context, Event], bool]] = []  # whether people may register now
registration_opened: list[Callable[[Context, Event], None]] = []  # by a change of times, or of the event's state
cancelled: list[Callable[[Context, Event], None]] = []
languages_changed: list[Callable[[Context, Event], None]] = []  # the order of fallback is another now
MORE_TEXTS: list[Callable[[Context, Event], MoreTexts]] = []  # texts of higher rooms that have to be translated too
told_of_cancellation: list[Callable[[Context, Event], int]] = []  # how many people a cancellation would write to


def seats_taken(ctx: Context, event: Event) -> SeatsTaken | None:
    """Return the seats taken, or None when nobody counts them."""
    return SEATS_TAKEN[0](ctx, event) if SEATS_TAKEN else None


def registration_is_open(ctx: Context, event: Event) -> bool:
    """Tell whether people may register now."""
    return any(ask(ctx, event) for ask in REGISTRATION_OPEN)


def page_sections(ctx: Context, event: Event) -> list[PageSection]:
    """Return the filled parts of the public page, in order."""
    made = (make(ctx, event) for make in PAGE_SECTIONS)
    return [section for section in made if section is not None]
