"""Ready texts: a summary on its whole way from the writer to the public."""

from __future__ import annotations

from collections.abc import Mapping

from eventapp.core.context import Context
from eventapp.events.models import Event
from eventapp.notes import queries
from eventapp.notes import service as texts
from eventapp.notes.models import Edition, Publication
from eventapp.notes.publishing import service
from eventapp.notes.readout import service as composer
from eventapp.notes.readout.models import Insight
from eventapp.notes.readout.rules import InsightValues
from eventapp.notes.states import PublicationKind


def publish_now(ctx: Context, publication: Publication, *, tell: bool = False) -> Edition:
    """Hand in, approve and publish a text as it stands."""
    service.submit(ctx, publication)
    latest = queries.find_latest_revision(ctx, publication, publication.source_language)
    assert latest is not None
    service.approve(ctx, publication, seen=latest.number)
    return service.publish(ctx, publication, tell=tell)


def issue_read_out(ctx: Context, event: Event) -> Insight:
    """Issue a read-out of one insight, and the guidelines that follow from it; return the insight."""
    publication = composer.begin(ctx, event, event.languages[0])
    values = InsightValues("Begin small", "What grows can be watched.", places=[{"name": "Tbilisi", "country": "GE"}])
    insight = composer.add_insight(ctx, event, values)
    composer.save_part(ctx, event, "recommendations", text="1. Ask first.", base_revision=2)
    publish_now(ctx, publication)
    publish_now(ctx, composer.start_guidelines(ctx, event))
    return insight


def write_summary(ctx: Context, event: Event, texts_in: Mapping[str, tuple[str, str]], number: int = 1) -> Publication:
    """Write a day in its first language and translate it, reviewed, into the others: {language: (title, text)}."""
    first, *others = texts_in
    summary = texts.open_publication(ctx, event, PublicationKind.SUMMARY, number, first)
    title, text = texts_in[first]
    source = texts.save_source(ctx, summary, title=title, text=text, base_revision=0).paragraphs
    for language in others:
        twins = texts.whole_translation(source, *texts_in[language])
        reviewed = dict.fromkeys(twins, True)
        texts.save_translation(ctx, summary, language, twins, reviewed=reviewed, base_revision=0)
    return summary
