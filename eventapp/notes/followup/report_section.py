"""The ideas that people took home, as a part of the event's report."""

from __future__ import annotations

from eventapp.core.context import Context
from eventapp.events.models import Event
from eventapp.notes.followup import queries, words
from eventapp.registrations.hooks import MySection


def follow_up(ctx: Context, event: Event, *, conceal: bool) -> MySection | None:
    """Return the counts, or None before anybody was asked."""
    counts = queries.count(ctx, event, conceal=conceal)
    if counts.asked == 0:
        return None
    return MySection("notes/followup/report_section.html", {"counts": counts, "words": words})
