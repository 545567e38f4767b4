"""What rooms above the releases want to know; `application.wiring` fills these lists."""

from __future__ import annotations

from collections.abc import Callable

from eventapp.agenda.models import AgendaRelease
from eventapp.core.context import Context
from eventapp.events.models import Event

released: list[Callable[[Context, Event, AgendaRelease], None]] = []  # in the same transaction; the event is locked
