"""The mails about what the participant does with a request, in their language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from eventapp.core.context import Context
from eventapp.core.languages import DEFAULT_LANGUAGE, LANGUAGES
from eventapp.core.tokens import Purpose
from eventapp.core.wall_time import to_wall
from eventapp.invitations.states import InvitationState
from eventapp.mail.drafts import PERSONAL_LINK, Draft, PersonalLinkRef
from eventapp.sponsorship import queries
from eventapp.sponsorship.deciding.messages import about
from eventapp.sponsorship.models import SponsorshipRequest


def request_received(ctx: Context, request: SponsorshipRequest) -> Draft:
    """Say that the request arrived, what happens next and by when, and until when it can be changed."""
    return _draft(
        ctx,
        request,
        "request_received",
        lambda title: _("We have received your request for support: %(event)s", event=title),
        closes_at=queries.closes_at(request.fund),
    )


def request_withdrawn(
    ctx: Context, request: SponsorshipRequest, *, promised: bool, with_registration: bool = False
) -> Draft:
    """Confirm that a request was withdrawn, by the person or because they do not come in person.

    Whoever was promised something is told not to spend any more.
    """
    return _draft(
        ctx,
        request,
        "request_withdrawn",
        lambda title: _("Your request for support is withdrawn: %(event)s", event=title),
        promised=promised,
        with_registration=with_registration,
    )


def _draft(
    ctx: Context, request: SponsorshipRequest, message: str, subject: Callable[[str], str], **values: Any
) -> Draft:
    event, registration = request.event, request.registration
    language = registration.language if registration.language in LANGUAGES else DEFAULT_LANGUAGE
    link_lives = registration.invitation.state is not InvitationState.REVOKED
    links = {PERSONAL_LINK: PersonalLinkRef(Purpose.PARTICIPATION, registration.invitation_id)} if link_lives else {}
    with force_locale(language):
        return Draft(
            kind=f"sponsorship/{message}",
            recipient=registration.email,
            recipient_name=registration.name,
            language=language,
            subject=subject(event.title.text(language)),
            values={
                "event": event,
                "name": registration.name,
                "decisions_by": request.fund.decisions_by,
                "today": to_wall(ctx.now, event.timezone).date(),
                **values,
            },
            event_id=event.id,
            reply_to=event.contact_email,
            about=about(request),
            links=links,
        )
