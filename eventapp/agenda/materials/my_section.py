"""The way to the materials on a participant's own page."""

from __future__ import annotations

from eventapp.agenda.materials import queries
from eventapp.core.context import Context
from eventapp.registrations.hooks import MySection
from eventapp.registrations.models import Registration
from eventapp.registrations.states import State


def materials(ctx: Context, registration: Registration) -> MySection | None:
    """Return that there are materials, for somebody who is confirmed."""
    if registration.state is not State.APPROVED:
        return None
    count = sum(len(each.materials) for each in queries.shown_to_participants(ctx, registration.event))
    return MySection("agenda/materials/my_section.html", {"count": count}) if count else None
