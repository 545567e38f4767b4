"""The mails of this room."""

from __future__ import annotations

from flask_babel import force_locale
from flask_babel import gettext as _

from eventapp.core.context import Context
from eventapp.events.models import Event, Membership
from eventapp.events.words import ROLE, ROLE_MEANING
from eventapp.mail.drafts import Draft


def role_given(ctx: Context, event: Event, membership: Membership) -> Draft:
    """Tell somebody that they have a role in the event, and where to sign in."""
    account = membership.account
    with force_locale(account.language):
        title = event.title.text(account.language)
        return Draft(
            kind="events/role_given",
            recipient=account.email,
            recipient_name=account.name,
            language=account.language,
            subject=_("You have a role in “%(event)s”", event=title),
            values={
                "event": event,
                "title": title,
                "name": account.name,
                "email": account.email,
                "given_by": ctx.actor.label,
                "role": str(ROLE[membership.role]),
                "meaning": str(ROLE_MEANING[membership.role]),
            },
            event_id=event.id,
            reply_to=event.contact_email,
            about=f"membership:{membership.id}",
        )
