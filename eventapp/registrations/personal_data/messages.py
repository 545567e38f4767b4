"""The mails about one's data, as drafts for the outbox, in the language of the person."""

from __future__ import annotations

from flask_babel import force_locale
from flask_babel import gettext as _

from eventapp.core.languages import interface_language
from eventapp.core.tokens import Purpose
from eventapp.core.wall_time import to_wall
from eventapp.events.models import Event
from eventapp.invitations.models import Invitation
from eventapp.mail.drafts import PERSONAL_LINK, Draft, PersonalLinkRef
from eventapp.registrations.personal_data.models import ErasureRequest
from eventapp.registrations.personal_data.rules import answer_by

ERASED = "personal_data/erased"
ERASURE_ASKED = "personal_data/erasure_asked"


def about(request: ErasureRequest) -> str:
    """Return by what the outbox knows the mails of a request."""
    return f"erasure_request:{request.id}"


def erasure_asked(request: ErasureRequest, invitation: Invitation) -> Draft:
    """Confirm that somebody asked to be erased, until when it is done, and that it can be taken back."""
    event = invitation.event
    language = interface_language(invitation.language)
    with force_locale(language):
        subject = _("You asked us to erase your data: %(event)s", event=event.title.text(language))
    return Draft(
        kind=ERASURE_ASKED,
        recipient=invitation.email,
        recipient_name=invitation.name,
        language=language,
        subject=subject,
        values={
            "event": event,
            "name": invitation.name,
            "answer_by": to_wall(answer_by(request.requested_at), event.timezone).date(),
        },
        event_id=event.id,
        reply_to=event.contact_email,
        about=about(request),
        links={PERSONAL_LINK: PersonalLinkRef(Purpose.PARTICIPATION, invitation.id)},
    )


def erased(request: ErasureRequest, event: Event, *, address: str, language: str, had_seat: bool) -> Draft:
    """Say that it is done; the mail names nobody, and the outbox forgets it once it has left."""
    language = interface_language(language)
    with force_locale(language):
        subject = _("Your data is erased: %(event)s", event=event.title.text(language))
    return Draft(
        kind=ERASED,
        recipient=address,
        recipient_name="",
        language=language,
        subject=subject,
        values={"event": event, "had_seat": had_seat},
        event_id=event.id,
        reply_to=event.contact_email,
        about=about(request),
    )
