"""The mails about what was published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from eventapp.events.models import Event
from eventapp.mail.drafts import Draft
from eventapp.notes.drafts import to_participant
from eventapp.notes.models import Edition, Publication
from eventapp.notes.publishing import hooks, readings
from eventapp.notes.states import PublicationKind
from eventapp.registrations.models import Registration

TOLD: Mapping[PublicationKind, str] = {
    PublicationKind.SUMMARY: "summary_published",
    PublicationKind.READ_OUT: "read_out_published",
}
"""The mail by what was published; of the rest nobody is told."""


def publication_published(
    event: Event, registration: Registration, publication: Publication, edition: Edition
) -> Draft:
    """Tell a participant who asked for it that the summary of a day, or the read-out, can be read."""

    def values(language: str) -> dict[str, Any]:
        reading = readings.read_in(language, publication, edition)
        return {
            "day": publication.day,
            "title": reading.title,
            "written_in": reading.written_in,
            "teaser": reading.teaser,
            "teaser_in": reading.teaser_in,
            "pending": reading.pending_count,
            "edition": edition.number,
            "note": edition.note,
            "endpoint": hooks.PAGES[publication.kind],
            "place": {"number": publication.number} if publication.number else {},
        }

    return to_participant(
        event, registration, TOLD[publication.kind], lambda title: _subject(title, publication, edition), values
    )


def _subject(event: str, publication: Publication, edition: Edition) -> str:
    number, first = publication.number, edition.number == 1
    if publication.kind is not PublicationKind.SUMMARY:
        again, once = _("%(event)s: the read-out has changed", event=event), _("%(event)s: the read-out", event=event)
    else:
        again = _("%(event)s: the summary of day %(number)d has changed", event=event, number=number)
        once = _("%(event)s: the summary of day %(number)d", event=event, number=number)
    return str(once if first else again)
