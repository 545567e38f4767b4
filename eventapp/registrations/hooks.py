"""What rooms above ours want to know; `application.wiring` fills these lists."""

from __future__ import annotations

from collections.abc import Callable

from eventapp.core.context import Context
from eventapp.events.models import Event
from eventapp.registrations.models import Registration
from eventapp.registrations.states import Mode

seat_freed: list[Callable[[Context, Event, Mode, int], None]] = []  # the seat's mode and its holder's category
withdrawn: list[Callable[[Context, Registration], None]] = []
