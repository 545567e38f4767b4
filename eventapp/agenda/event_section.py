"""The agenda's part of the event's public page."""

from __future__ import annotations

from eventapp.agenda import queries, words
from eventapp.core.context import Context
from eventapp.events.hooks import PageSection
from eventapp.events.models import Event


def preview(ctx: Context, event: Event) -> PageSection | None:
    """Return the days with their sessions, pauses left out; None before the first release."""
    release = queries.latest_release(ctx, event)
    if release is None:
        return None
    return PageSection("agenda/event_section.html", {"release": release, "agenda": release.snapshot, "words": words})
