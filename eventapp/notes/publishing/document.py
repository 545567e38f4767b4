"""What a published summary's page and PDF show: a pure function of the edition and the language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from jinja2 import Environment

from eventapp.core.languages import direction
from eventapp.events.models import Event
from eventapp.events.states import InstitutionKind
from eventapp.notes.publishing.readings import Change, Reading
from eventapp.notes.publishing.words import RULE_LINES

TEMPLATE = "notes/pdf/summary.html"


@dataclass(frozen=True)
class Sheet:
    """A summary in one language, ready to be made into a PDF."""

    html: str
    created_at: datetime
    identifier: str
    filename: str


def sheet(templates: Environment, event: Event, reading: Reading, changes: Sequence[Change] = ()) -> Sheet:
    """Return the summary as a document; the current locale must be the language of the reading.

    `changes` are those since the edition before.
    """
    language, number = reading.language, reading.publication.number
    html = templates.get_template(TEMPLATE).render(
        event=event,
        reading=reading,
        shown=reading.shown({change.key for change in changes}),
        removed=sum(change.kind == "removed" for change in changes),
        rule_line=RULE_LINES.get(event.attribution_rule),
        language=language,
        direction=direction(language),
        hosts=[each.name.text(language) for each in event.institutions if each.kind is InstitutionKind.ORGANISER],
    )
    return Sheet(
        html=html,
        created_at=reading.edition.published_at,
        identifier=f"{event.slug}/summaries/{number}/{reading.edition.content_hash}/{language}",
        filename=f"{event.slug}-summary-{number}-{language}.pdf",
    )
