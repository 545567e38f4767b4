"""The way to one's own comments, on a participant's own page."""

from __future__ import annotations

from eventapp.core.context import Context
from eventapp.notes import queries as texts
from eventapp.notes.comments import queries
from eventapp.notes.states import PublicationState
from eventapp.registrations.hooks import MySection
from eventapp.registrations.models import Registration
from eventapp.registrations.states import State


def comments(ctx: Context, registration: Registration) -> MySection | None:
    """Return that one can comment or has, for somebody who takes part; None when there is nothing to comment on."""
    if registration.state is not State.APPROVED:
        return None
    count = queries.count_of(ctx, registration.id)
    publications = texts.list_publications(ctx, registration.event)
    is_open = any(each.state is PublicationState.PUBLISHED for each in publications)
    if not count and not is_open:
        return None
    return MySection("notes/comments/my_section.html", {"count": count, "open": is_open})
