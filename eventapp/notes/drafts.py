"""The frame of every mail of the notes to a participant: their language, their own page, the event's contact."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import force_locale

from eventapp.core.languages import interface_language
from eventapp.core.tokens import Purpose
from eventapp.events.models import Event
from eventapp.mail.drafts import PERSONAL_LINK, Draft, PersonalLinkRef
from eventapp.registrations.models import Registration


def to_participant(
    event: Event,
    registration: Registration,
    message: str,
    subject: Callable[[str], str],
    values: Callable[[str], Mapping[str, Any]],
    *,
    about: str = "",
) -> Draft:
    """Return a mail of the room to a participant, with `event` and `name` among its values.

    `subject` is called with the event's title and `values` with the language, both while it is the current one.
    Unless `about` says otherwise, the mail is called back when the participation ends.
    """
    language = interface_language(registration.language)
    with force_locale(language):
        return Draft(
            kind=f"notes/{message}",
            recipient=registration.email,
            recipient_name=registration.name,
            language=language,
            subject=subject(event.title.text(language)),
            values={"event": event, "name": registration.name, **values(language)},
            event_id=event.id,
            reply_to=event.contact_email,
            about=about or f"registration:{registration.id}",
            links={PERSONAL_LINK: PersonalLinkRef(Purpose.PARTICIPATION, registration.invitation_id)},
        )
