"""The way in on a remote participant's own page."""

from __future__ import annotations

from eventapp.agenda import words
from eventapp.agenda.live import queries
from eventapp.core.context import Context
from eventapp.registrations.hooks import MySection
from eventapp.registrations.models import Registration


def connection(ctx: Context, registration: Registration) -> MySection | None:
    """Return what can be joined now and next, without link and passcode; None when there is nothing to join."""
    found = queries.connections_of(ctx, registration.event, registration)
    if not found:
        return None
    return MySection("agenda/live/my_section.html", {"connections": found, "words": words})
