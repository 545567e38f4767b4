"""What rooms above the releases want to know; `application.wiring` fills these lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from eventapp.agenda.models import AgendaRelease
from eventapp.core.context import Context
from eventapp.events.models import Event

released: list[Callable[[Context, Event, AgendaRelease], None]] = []  # in the same transaction; the event is locked

signed_up: list[Callable[[Context, Event], Mapping[int, int]]] = []
"""How many people hold a place, by session, so that the draft warns where it has fewer."""


def count_signed_up(ctx: Context, event: Event) -> dict[int, int]:
    """Return by session how many people hold one of its places."""
    return {session_id: count for ask in signed_up for session_id, count in ask(ctx, event).items()}
