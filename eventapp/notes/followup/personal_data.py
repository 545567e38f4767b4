"""What somebody takes home from an event: taken along with the rest, and erased with it; the counts stay."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from eventapp.core import audit
from eventapp.core.context import Context
from eventapp.invitations.models import Invitation
from eventapp.notes.followup import queries
from eventapp.notes.followup.models import TakeHome
from eventapp.notes.followup.words import OUTCOMES
from eventapp.registrations import queries as registrations
from eventapp.registrations.personal_data.hooks import HeldElsewhere, Person

AUDITED = (TakeHome.__tablename__,)


def held(ctx: Context, invitation: Invitation) -> HeldElsewhere | None:
    """Return the person's idea and what became of it, or None when they were not asked."""
    registration = registrations.find_registration(ctx, invitation.id)
    found = queries.find_of(ctx, registration) if registration is not None else None
    if found is None:
        return None
    lines = [(_("The one idea I take home"), found.idea or _("Not said"))]
    if found.outcome is not None:
        lines.append((_("What became of it?"), str(OUTCOMES[found.outcome])))
    if found.outcome_text:
        lines.append((_("In your words"), found.outcome_text))
    names = ("state", "idea", "outcome", "outcome_text", "may_share", "wants_mail", "asked_at", "told_at",
             "asked_again_at", "answered_at")  # fmt: skip
    return HeldElsewhere("take_home", _("What you take home"), lines, {name: getattr(found, name) for name in names})


def erase(ctx: Context, person: Person) -> None:
    """Delete the person's words; that somebody was asked, and what became of the idea, stays as a count."""
    found = ctx.session.scalars(select(TakeHome).where(TakeHome.registration_id.in_(person.registration_ids))).all()
    audit.forget_person(ctx, person.event.id, {TakeHome.__tablename__: [each.id for each in found]}, participants=())
    for take_home in found:
        take_home.idea = take_home.outcome_text = ""
        take_home.may_share = take_home.wants_mail = False
        take_home.registration_id = None
    ctx.session.flush()
