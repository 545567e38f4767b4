"""The frame of every mail to somebody who asks for support: their language, their link, the event's contact."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import force_locale

from eventapp.core.languages import interface_language
from eventapp.core.tokens import Purpose
from eventapp.invitations.states import InvitationState
from eventapp.mail.drafts import PERSONAL_LINK, Draft, PersonalLinkRef
from eventapp.sponsorship.models import SponsorshipRequest


def to_person(
    request: SponsorshipRequest,
    message: str,
    subject: Callable[[str], str],
    *,
    about: str,
    values: Callable[[str], Mapping[str, Any]],
) -> Draft:
    """Return a mail of the room to the person who asks, with `event` and `name` among its values.

    `subject` is called with the event's title and `values` with the language, both while it is the current one. A
    link that no longer opens anything is left out.
    """
    event, person = request.event, request.registration
    language = interface_language(person.language)
    link_lives = person.invitation.state is not InvitationState.REVOKED
    with force_locale(language):
        return Draft(
            kind=f"sponsorship/{message}",
            recipient=person.email,
            recipient_name=person.name,
            language=language,
            subject=subject(event.title.text(language)),
            values={"event": event, "name": person.name, **values(language)},
            event_id=event.id,
            reply_to=event.contact_email,
            about=about,
            links={PERSONAL_LINK: PersonalLinkRef(Purpose.PARTICIPATION, person.invitation_id)} if link_lives else {},
        )
