"""What a participant shared: taken along with the rest; erased, what is published stays without them."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from eventapp.core import audit
from eventapp.core.context import Context
from eventapp.invitations.models import Invitation
from eventapp.notes.resources import queries
from eventapp.notes.resources.models import Resource
from eventapp.notes.resources.states import ResourceState
from eventapp.notes.resources.words import STATES
from eventapp.registrations import queries as registrations
from eventapp.registrations.personal_data.hooks import HeldElsewhere, Person

AUDITED = (Resource.__tablename__,)


def held(ctx: Context, invitation: Invitation) -> HeldElsewhere | None:
    """Return what the participant shared, or None when it is nothing."""
    registration = registrations.find_registration(ctx, invitation.id)
    found = queries.list_own(ctx, registration.id) if registration is not None else ()
    if not found:
        return None
    lines = [(each.title, str(STATES[each.state])) for each in found]
    values = [
        {
            "title": each.title,
            "text": each.text,
            "country": each.country,
            "language": each.language,
            "url": each.url,
            "file": each.filename,
            "file_properties": each.properties,
            "state": each.state.value,
            "reason": each.reason,
        }
        for each in found
    ]
    return HeldElsewhere("resources", _("Resources you shared"), lines, values)


def erase(ctx: Context, person: Person) -> None:
    """Delete what the person shared, but keep what is published, without who shared it and what the file says."""
    found = ctx.session.scalars(select(Resource).where(Resource.registration_id.in_(person.registration_ids))).all()
    audit.forget_person(ctx, person.event.id, {Resource.__tablename__: [each.id for each in found]}, participants=())
    for each in found:
        if each.state is ResourceState.PUBLISHED:
            each.registration_id, each.properties, each.reason = None, {}, ""
        else:
            ctx.session.delete(each)
    ctx.session.flush()
