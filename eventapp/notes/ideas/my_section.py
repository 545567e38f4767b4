"""The way to the boards that are open, on a participant's own page."""

from __future__ import annotations

from eventapp.core.context import Context
from eventapp.notes.ideas import queries
from eventapp.registrations.hooks import MySection
from eventapp.registrations.models import Registration
from eventapp.registrations.states import State


def ideas(ctx: Context, registration: Registration) -> MySection | None:
    """Return the boards on which somebody who is confirmed can do something now."""
    if registration.state is not State.APPROVED:
        return None
    boards = queries.list_open(ctx, registration.event)
    return MySection("notes/ideas/my_section.html", {"boards": boards}) if boards else None
