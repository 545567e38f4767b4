"""The way to sharing a resource on a participant's own page."""

from __future__ import annotations

from eventapp.core.context import Context
from eventapp.notes.resources import queries
from eventapp.registrations.hooks import MySection
from eventapp.registrations.models import Registration
from eventapp.registrations.states import State


def resources(ctx: Context, registration: Registration) -> MySection | None:
    """Return the section of somebody who is confirmed, with how many resources they have shared."""
    if registration.state is not State.APPROVED:
        return None
    return MySection("notes/resources/my_section.html", {"count": queries.count_own(ctx, registration.id)})
