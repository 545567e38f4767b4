"""The part of the event's privacy page that says what is kept for how long."""

from __future__ import annotations

from eventapp.core.context import Context
from eventapp.events.hooks import PageSection
from eventapp.events.models import Event
from eventapp.registrations.personal_data import words
from eventapp.registrations.personal_data.retention import CLASSES


def kept(_ctx: Context, event: Event) -> PageSection:
    """Return one line a class, in the reader's language."""
    return PageSection(
        "personal_data/kept.html",
        {
            "rows": [(str(words.TITLE[each.key]), each.how_long(event)) for each in CLASSES.values()],
            "stays": words.not_personal(),
        },
    )
