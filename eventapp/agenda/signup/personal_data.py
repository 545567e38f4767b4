"""What is held about a participant's own agenda: taken along with the rest, and erased with it."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import select

from eventapp.agenda.signup import queries, service
from eventapp.agenda.signup.models import CalendarFeed, SignUp
from eventapp.agenda.signup.states import SignUpState
from eventapp.core import audit
from eventapp.core.context import Context
from eventapp.invitations.models import Invitation
from eventapp.registrations import queries as registrations
from eventapp.registrations.personal_data.hooks import HeldElsewhere, Person

AUDITED = (SignUp.__tablename__, CalendarFeed.__tablename__)
STATE: Mapping[SignUpState, LazyString] = {
    SignUpState.CHOSEN: _l("chosen"),
    SignUpState.WAITING: _l("on the waiting list"),
    SignUpState.LEFT: _l("left"),
}


def held(ctx: Context, invitation: Invitation) -> HeldElsewhere | None:
    """Return the sessions that the participant chose and the calendar address, or None when there is nothing."""
    registration = registrations.find_registration(ctx, invitation.id)
    if registration is None:
        return None
    values = queries.held_about(ctx, registration.id)
    if not values["sessions"] and values["calendar_feed"] is None:
        return None
    lines = [(each["session"], str(STATE[SignUpState(each["state"])])) for each in values["sessions"]]
    if values["calendar_feed"] is not None:
        lines.append((_("Personal calendar"), _("ended") if values["calendar_feed"]["ended"] else _("in use")))
    return HeldElsewhere("own_agenda", _("Your agenda"), lines, values)


def erase(ctx: Context, person: Person) -> None:
    """Delete the person's sign-ups and calendar, and their name from what the audit says of them."""
    things = {
        model.__tablename__: list(
            ctx.session.scalars(select(model.id).where(model.registration_id.in_(person.registration_ids)))
        )
        for model in (SignUp, CalendarFeed)
    }
    audit.forget_person(ctx, person.event.id, things, participants=())
    service.forget(ctx, person.registration_ids)
