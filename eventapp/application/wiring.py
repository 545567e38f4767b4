"""Effects across rooms, in one table that reads "when … then …"."""

from __future__ import annotations

from eventapp.events import hooks as events
from eventapp.notes.event_section import latest_summary


def wire() -> None:
    """Fill the hook lists that lower rooms declare with what higher rooms do."""
    # when the event's public page is made, then these rooms each fill a part of it, in this order
    events.PAGE_SECTIONS[:] = [latest_summary]
