"""What the event's public page says about the read-out."""

from __future__ import annotations

from eventapp.core.context import Context
from eventapp.events.hooks import PageSection
from eventapp.events.models import Event
from eventapp.notes import queries
from eventapp.notes.readout.document import read_out_in
from eventapp.notes.states import PublicationKind


def issued(ctx: Context, event: Event) -> PageSection | None:
    """Return the part of the page that leads to the read-out, once it is issued."""
    found = queries.list_published(ctx, event, PublicationKind.READ_OUT)
    if not found:
        return None
    read_out = read_out_in(ctx.language, found[0].publication, found[0].edition)
    return PageSection(
        "notes/readout/event_section.html",
        {
            "reading": read_out.reading,
            "headings": [each.heading for each in read_out.insights],
            "has_guidelines": queries.has_published(ctx, event, PublicationKind.GUIDELINES),
        },
    )
