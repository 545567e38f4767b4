"""What a published summary's page and PDF show: a pure function of the edition and the language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jinja2 import Environment

from eventapp.core.languages import direction
from eventapp.events.models import Event
from eventapp.events.states import InstitutionKind
from eventapp.notes.models import Summary, SummaryEdition
from eventapp.notes.rules import teaser_of

TEMPLATE = "notes/pdf/summary.html"


@dataclass(frozen=True)
class Reading:
    """A summary as somebody reads it: `language` was asked for, `written_in` is what there is."""

    language: str
    written_in: str
    title: str
    text: str
    teaser: str
    summary: Summary
    edition: SummaryEdition

    @property
    def pending(self) -> bool:
        """Tell whether the translation into the language asked for is still to come."""
        return self.language != self.written_in


def read_in(language: str, event: Event, summary: Summary, edition: SummaryEdition) -> Reading:
    """Return the edition in the language, or in the first language of the event in which it exists."""
    text, written_in = edition.texts.ordered(event.languages).best(language)
    return Reading(
        language=language,
        written_in=written_in,
        title=edition.titles.text(written_in),
        text=text,
        teaser=teaser_of(text),
        summary=summary,
        edition=edition,
    )


@dataclass(frozen=True)
class Sheet:
    """A summary in one language, ready to be made into a PDF."""

    html: str
    created_at: datetime
    identifier: str
    filename: str


def sheet(templates: Environment, event: Event, reading: Reading) -> Sheet:
    """Return the summary as a document; the current locale must be the language of the reading."""
    language, number = reading.language, reading.summary.number
    html = templates.get_template(TEMPLATE).render(
        event=event,
        reading=reading,
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
