"""The mail that asks somebody whether their words may be quoted."""

from __future__ import annotations

from flask_babel import force_locale
from flask_babel import gettext as _

from eventapp.core.languages import interface_language
from eventapp.core.tokens import Purpose
from eventapp.events.models import Event
from eventapp.mail.drafts import PERSONAL_LINK, Draft, PersonalLinkRef
from eventapp.notes.attribution.models import QuoteConsent
from eventapp.notes.session_notes.models import SessionNote

PATH = "/quotes/{token}"


def about(consent: QuoteConsent) -> str:
    """Return the name under which unsent mails of a question are called back."""
    return f"quote-consent:{consent.id}"


def quote_asked(event: Event, consent: QuoteConsent, note: SessionNote) -> Draft:
    """Ask somebody in their language whether their words may be quoted."""
    language = interface_language(consent.language)
    with force_locale(language):
        subject = _("%(event)s: may we quote you?", event=event.title.text(language))
    return Draft(
        kind="notes/quote_asked",
        recipient=consent.email,
        recipient_name=consent.name,
        language=language,
        subject=subject,
        values={
            "event": event,
            "name": consent.name,
            "words": consent.words,
            "session": note.session_title,
        },
        event_id=event.id,
        reply_to=event.contact_email,
        about=about(consent),
        links={PERSONAL_LINK: PersonalLinkRef(Purpose.QUOTE, consent.id, PATH)},
    )
