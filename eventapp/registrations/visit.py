"""One person's visit to the form or to their participation: everything known of them, read once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import get_locale

from eventapp.core.context import Context
from eventapp.events.models import Category, Event
from eventapp.invitations.models import Invitation
from eventapp.invitations.states import InvitationState
from eventapp.registrations import policy, progress, queries
from eventapp.registrations.answers import saved_from_invitation, saved_from_registration
from eventapp.registrations.choices import choices_of
from eventapp.registrations.forms import Choices
from eventapp.registrations.models import Registration, RegistrationDraft
from eventapp.registrations.rules import Window


@dataclass(frozen=True)
class Visit:
    """One person at the form: what is known of them and what the event offers, read once."""

    ctx: Context
    event: Event
    invitation: Invitation
    registration: Registration | None
    draft: RegistrationDraft | None
    categories: Sequence[Category]

    @property
    def may_fill(self) -> bool:
        """Tell whether the form is open to this person: not yet sent and accepted, or sent and still changeable."""
        window = queries.registration_window(self.ctx, self.event, self.invitation)
        if self.registration is not None:
            return policy.may_change(self.registration, window)
        return window is Window.OPEN and self.invitation.state is InvitationState.ACCEPTED

    @property
    def saved(self) -> dict[str, Any]:
        """Return the answers so far: what the invitation tells, what was sent, what was filled in since."""
        if self.registration is not None:
            start = saved_from_registration(self.registration)
        else:
            start = saved_from_invitation(self.invitation, frozenset(each.id for each in self.categories))
        filled = {**start, **(self.draft.answers if self.draft is not None else {})}
        if self.invitation.address_locked:
            filled["email"] = self.invitation.email
        return {**filled, "category_id": str(filled["category_id"])} if "category_id" in filled else filled

    @property
    def choices(self) -> Choices:
        """Return what the event offers, in the reader's language."""
        keep = self.registration.mode if self.registration is not None else None
        return choices_of(self.event, self.categories, language_here(), keep=keep)

    @property
    def rule(self) -> progress.Rule | None:
        """Return the travel rule as it stands for this person."""
        return progress.travel_rule(self.registration, self.event, self.ctx.now, language_here())


def visit_of(ctx: Context, event: Event, invitation: Invitation) -> Visit:
    """Read what is known of the invited person."""
    return Visit(
        ctx=ctx,
        event=event,
        invitation=invitation,
        registration=queries.find_registration(ctx, invitation.id),
        draft=queries.find_draft(ctx, invitation.id),
        categories=queries.list_categories(ctx, event),
    )


def language_here() -> str:
    """Return the reader's language."""
    locale = get_locale()
    return locale.language if locale is not None else "en"
