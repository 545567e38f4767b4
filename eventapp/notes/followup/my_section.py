"""The idea that somebody takes home, on their own page from the last afternoon on."""

from __future__ import annotations

from eventapp.core.context import Context
from eventapp.events.states import EventState
from eventapp.notes.followup import queries, rules
from eventapp.notes.followup.forms import IdeaForm
from eventapp.notes.followup.models import TakeHome
from eventapp.notes.followup.states import TAKE_HOMES, TakeHomeAction, TakeHomeState
from eventapp.registrations.hooks import MySection
from eventapp.registrations.models import Registration
from eventapp.registrations.states import State


def take_home(ctx: Context, registration: Registration) -> MySection | None:
    """Return the question, or what was said, for somebody who takes part; None before the end of the event."""
    if not is_asked(ctx, registration):
        return None
    found = queries.find_of(ctx, registration)
    form = form_of(registration, found)
    return MySection(
        "notes/followup/my_section.html",
        {
            "form": form,
            "take_home": found if found is not None and found.idea else None,
            "may_tell": found is None or may_tell(found),
            "asks_later": rules.comes_to_second_question(registration.event.retention_days),
        },
    )


def is_asked(ctx: Context, registration: Registration) -> bool:
    """Tell whether the person takes part in an event that has come to its last afternoon."""
    event = registration.event
    held = registration.state is State.APPROVED and event.state is not EventState.CANCELLED
    return held and ctx.now >= rules.opens_at(event.ends_on, event.timezone)


def may_tell(found: TakeHome) -> bool:
    """Tell whether the idea can be written, or written anew."""
    if found.state is TakeHomeState.STOPPED:
        return found.asked_again_at is None
    return TAKE_HOMES.allows(found.state, TakeHomeAction.TELL)


def form_of(registration: Registration, found: TakeHome | None) -> IdeaForm:
    """Return the form as it stands."""
    ask_later = found.wants_mail if found is not None else registration.consent_mail_after
    return IdeaForm(formdata=None, data={"idea": found.idea if found is not None else "", "ask_later": ask_later})
