"""What a published summary's page and PDF show: a pure function of the edition and the language."""

from __future__ import annotations

from dataclasses import dataclass

from eventapp.events.models import Event
from eventapp.notes.models import Summary, SummaryEdition
from eventapp.notes.rules import teaser_of


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


def file_name(event: Event, summary: Summary, written_in: str) -> str:
    """Return the name under which the PDF is saved, in plain letters."""
    return f"{event.slug}-summary-{summary.number}-{written_in}.pdf"


def identifier(event: Event, reading: Reading) -> str:
    """Return what names the document inside the file."""
    return f"{event.slug}/summaries/{reading.summary.number}/{reading.edition.content_hash}/{reading.language}"
