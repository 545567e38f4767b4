"""What rooms above ours want to know; `application.wiring` fills these lists."""

from __future__ import annotations

from collections.abc import Callable

from eventapp.core.context import Context
from eventapp.events.models import Event
from eventapp.registrations.balance import Group
from eventapp.registrations.models import Registration
from eventapp.registrations.states import Mode

seat_freed: list[Callable[[Context, Event, Mode, int], None]] = []  # the seat's mode and its holder's category
withdrawn: list[Callable[[Context, Registration], None]] = []
counted_before: list[Callable[[Context, Event], list[Group]]] = []  # people of whom only counts are left
certificate_ready: list[Callable[[Context, Registration], bool]] = []  # whether one can be fetched
has_programme: list[Callable[[Context, Event], bool]] = []  # whether there is an agenda to link to


def certificate_is_ready(ctx: Context, registration: Registration) -> bool:
    """Tell whether the person can fetch a certificate of attendance."""
    return any(ask(ctx, registration) for ask in certificate_ready)


def programme_exists(ctx: Context, event: Event) -> bool:
    """Tell whether participants can be sent to an agenda."""
    return any(ask(ctx, event) for ask in has_programme)
