"""The mails about summaries."""

from __future__ import annotations

from flask_babel import force_locale
from flask_babel import gettext as _

from eventapp.core.languages import DEFAULT_LANGUAGE, LANGUAGES
from eventapp.core.tokens import Purpose
from eventapp.events.models import Event
from eventapp.mail.drafts import PERSONAL_LINK, Draft, PersonalLinkRef
from eventapp.notes.models import Edition, Publication
from eventapp.notes.publishing import readings
from eventapp.registrations.models import Registration


def summary_published(event: Event, registration: Registration, publication: Publication, edition: Edition) -> Draft:
    """Tell a participant who asked for it that the summary of a day can be read."""
    language = registration.language if registration.language in LANGUAGES else DEFAULT_LANGUAGE
    reading = readings.read_in(language, publication, edition)
    with force_locale(language):
        if edition.number == 1:
            subject = _(
                "%(event)s: the summary of day %(number)d", event=event.title.text(language), number=publication.number
            )
        else:
            subject = _(
                "%(event)s: the summary of day %(number)d has changed",
                event=event.title.text(language),
                number=publication.number,
            )
    return Draft(
        kind="notes/summary_published",
        recipient=registration.email,
        recipient_name=registration.name,
        language=language,
        subject=subject,
        values={
            "event": event,
            "name": registration.name,
            "day": publication.day,
            "title": reading.title,
            "teaser": reading.teaser,
            "written_in": reading.written_in,
            "edition": edition.number,
            "note": edition.note.text(language),
            "number": publication.number,
        },
        event_id=event.id,
        reply_to=event.contact_email,
        about=f"registration:{registration.id}",
        links={PERSONAL_LINK: PersonalLinkRef(Purpose.PARTICIPATION, registration.invitation_id)},
    )
