"""The read-out and the guidelines as documents."""

from __future__ import annotations

from jinja2 import Environment

from eventapp.core.languages import direction
from eventapp.events.models import Event
from eventapp.events.states import InstitutionKind
from eventapp.notes.comments.words import OUTCOME_STATES
from eventapp.notes.publishing.document import Sheet
from eventapp.notes.publishing.readings import Reading
from eventapp.notes.readout import words
from eventapp.notes.readout.document import ReadOut
from eventapp.registrations.reports import STAGE

READ_OUT = "notes/pdf/read_out.html"
GUIDELINES = "notes/pdf/guidelines.html"


def read_out_sheet(templates: Environment, event: Event, read_out: ReadOut, base_url: str) -> Sheet:
    """Return the read-out as a document; the current locale must be the language of the reading."""
    return _sheet(
        templates,
        event,
        read_out.reading,
        READ_OUT,
        "read-out",
        read_out=read_out,
        kinds=words.KINDS,
        stages=STAGE,
        outcomes=OUTCOME_STATES,
        base_url=base_url,
    )


def guidelines_sheet(templates: Environment, event: Event, reading: Reading, base_url: str) -> Sheet:
    """Return the guidelines as a document; the current locale must be the language of the reading."""
    return _sheet(templates, event, reading, GUIDELINES, "guidelines", base_url=base_url)


def _sheet(templates: Environment, event: Event, reading: Reading, template: str, name: str, **values: object) -> Sheet:
    language, edition = reading.language, reading.edition
    hosts = [each.name.text(language) for each in event.institutions if each.kind is InstitutionKind.ORGANISER]
    html = templates.get_template(template).render(
        event=event, reading=reading, language=language, direction=direction(language), hosts=hosts, **values
    )
    return Sheet(
        html=html,
        created_at=edition.published_at,
        identifier=f"{event.slug}/{name}/{edition.number}/{edition.content_hash}/{language}",
        filename=f"{event.slug}-{name}-{edition.number}-{language}.pdf",
    )
