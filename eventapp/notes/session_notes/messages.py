"""What rapporteurs are told by mail."""

from __future__ import annotations

from flask_babel import force_locale
from flask_babel import gettext as _

from eventapp.events.models import Event
from eventapp.mail.drafts import Draft
from eventapp.notes.session_notes.models import SessionNote


def about(note: SessionNote) -> str:
    """Return what a mail about the notes is about."""
    return f"session_note:{note.id}"


def notes_returned(event: Event, note: SessionNote) -> Draft:
    """Tell a rapporteur that their notes came back, and why."""
    account = note.author
    with force_locale(account.language):
        return Draft(
            kind="notes/notes_returned",
            recipient=account.email,
            recipient_name=account.name,
            language=account.language,
            subject=_("Your notes came back: %(event)s", event=event.title.text(account.language)),
            values={
                "event": event,
                "name": account.name,
                "session": note.session_title.text(account.language),
                "session_id": note.session_id,
                "remarks": note.remarks,
            },
            event_id=event.id,
            reply_to=event.contact_email,
            about=about(note),
        )
