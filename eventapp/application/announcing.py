"""The announcements that stand on top of every page of an event."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app, g

from eventapp.agenda.live import queries
from eventapp.agenda.live.models import Announcement
from eventapp.core.page_cache import PageCache
from eventapp.core.unit_of_work import reading


def announcements() -> Sequence[Announcement]:
    """Return what is announced now in the current event; where nothing is, nothing is asked of the database."""
    event = g.get("event")
    if event is None:
        return ()
    ctx = reading()
    cache: PageCache = current_app.extensions["page_cache"]
    known = ("announcements", event.id, event.public_version)  # every announcement made or ended makes a new version
    return queries.list_shown(ctx, event) if cache.known(known, lambda: queries.has_announcements(ctx, event)) else ()
