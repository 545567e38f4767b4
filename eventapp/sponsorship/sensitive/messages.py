"""The mails about sensitive data; none ever carries any."""

from __future__ import annotations

from flask_babel import force_locale
from flask_babel import gettext as _

from eventapp.core.tokens import Purpose
from eventapp.mail.drafts import PERSONAL_LINK, Draft, PersonalLinkRef
from eventapp.sponsorship.sensitive.models import SensitiveRecord
from eventapp.sponsorship.states import SensitiveKind


def data_asked(record: SensitiveRecord) -> Draft:
    """Return the mail that asks the person for passport or bank data, by their page and never by mail."""
    registration = record.request.registration
    event = record.request.event
    title = event.title.text(registration.language)
    with force_locale(registration.language):
        subjects = {
            SensitiveKind.PASSPORT: _("We need your passport data for a letter: %(event)s", event=title),
            SensitiveKind.BANK: _("We need your bank data to pay you back: %(event)s", event=title),
        }
    return Draft(
        kind="sponsorship/data_asked",
        recipient=registration.email,
        recipient_name=registration.name,
        language=registration.language,
        subject=subjects[record.kind],
        values={"event": event, "is_passport": record.kind is SensitiveKind.PASSPORT},
        event_id=event.id,
        reply_to=event.contact_email,
        about=about(record),
        links={PERSONAL_LINK: PersonalLinkRef(Purpose.PARTICIPATION, registration.invitation_id)},
    )


def about(record: SensitiveRecord) -> str:
    """Return the name of the record for the outbox."""
    return f"{record.__tablename__}:{record.id}"
