"""What rooms above ours want to know; `application.wiring` fills these lists."""

from __future__ import annotations

from collections.abc import Callable

from eventapp.core.context import Context
from eventapp.events.models import Event
from eventapp.registrations.models import Registration
from eventapp.registrations.states import Mode

seat_freed: list[Callable[[Context, Event, Mode, int], None]] = []  # the seat's mode and its holder's category
withdrawn: list[Callable[[Context, Registration], None]] = []
ended: list[Callable[[Context, Registration], None]] = []  # in whichever way; the event is locked
mode_changed: list[Callable[[Context, Registration], None]] = []  # of somebody confirmed; the event is locked
has_programme: list[Callable[[Context, Event], bool]] = []  # whether there is an agenda to link to


def programme_exists(ctx: Context, event: Event) -> bool:
    """Tell whether participants can be sent to an agenda."""
    return any(ask(ctx, event) for ask in has_programme)
