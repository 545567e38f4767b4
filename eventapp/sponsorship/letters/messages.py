"""The mail that a letter is ready; the letter itself stays behind the person's link."""

from __future__ import annotations

from flask_babel import force_locale
from flask_babel import gettext as _

from eventapp.core.tokens import Purpose
from eventapp.mail.drafts import PERSONAL_LINK, Draft, PersonalLinkRef
from eventapp.sponsorship.letters.models import Letter
from eventapp.sponsorship.states import LetterKind


def letter_ready(letter: Letter, *, replaces: bool) -> Draft:
    """Return the mail that tells the person where to fetch the letter, and whether an earlier one no longer holds."""
    registration, event = letter.request.registration, letter.request.event
    title = event.title.text(registration.language)
    with force_locale(registration.language):
        subjects = {
            LetterKind.SUPPORT: _("Your letter of support is ready: %(event)s", event=title),
            LetterKind.VISA: _("Your letter for the visa is ready: %(event)s", event=title),
        }
    return Draft(
        kind="sponsorship/letter_ready",
        recipient=registration.email,
        recipient_name=registration.name,
        language=registration.language,
        subject=subjects[letter.kind],
        values={
            "event": event,
            "is_visa": letter.kind is LetterKind.VISA,
            "number": letter.number,
            "replaces": replaces,
        },
        event_id=event.id,
        reply_to=event.contact_email,
        about=about(letter),
        links={PERSONAL_LINK: PersonalLinkRef(Purpose.PARTICIPATION, registration.invitation_id)},
    )


def about(letter: Letter) -> str:
    """Return the name of the letter for the outbox."""
    return f"{letter.__tablename__}:{letter.id}"
