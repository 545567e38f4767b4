"""The mails about sensitive data; none ever carries any."""

from __future__ import annotations

from flask_babel import gettext as _

from eventapp.mail.drafts import Draft
from eventapp.sponsorship.drafts import to_person
from eventapp.sponsorship.sensitive.models import SensitiveRecord
from eventapp.sponsorship.states import SensitiveKind


def data_asked(record: SensitiveRecord) -> Draft:
    """Return the mail that asks the person for passport or bank data, by their page and never by mail."""
    is_passport = record.kind is SensitiveKind.PASSPORT

    def subject(title: str) -> str:
        if is_passport:
            return str(_("We need your passport data for a letter: %(event)s", event=title))
        return str(_("We need your bank data to pay you back: %(event)s", event=title))

    return to_person(
        record.request,
        "data_asked",
        subject,
        about=about(record),
        values=lambda _language: {"is_passport": is_passport},
    )


def about(record: SensitiveRecord) -> str:
    """Return the name of the record for the outbox."""
    return f"{record.__tablename__}:{record.id}"
