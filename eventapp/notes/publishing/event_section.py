"""What the event's public page says about the summaries."""

from __future__ import annotations

from eventapp.core.context import Context
from eventapp.events.hooks import PageSection
from eventapp.events.models import Event
from eventapp.notes import queries
from eventapp.notes.publishing import readings


def latest_summary(ctx: Context, event: Event) -> PageSection | None:
    """Return the part of the page that leads to the latest published day, if there is one."""
    published = queries.list_published(ctx, event)
    if not published:
        return None
    last = published[-1]
    reading = readings.read_in(ctx.language, last.publication, last.edition)
    return PageSection("notes/publishing/event_section.html", {"reading": reading})
