"""The read-out as it would be issued now, for those who work on it."""

from __future__ import annotations

from eventapp.core.context import Context
from eventapp.core.translated import Translated
from eventapp.events.models import Event
from eventapp.notes import queries as texts
from eventapp.notes.models import Edition
from eventapp.notes.publishing.prospects import prospect_of
from eventapp.notes.readout.document import ReadOut, read_out_in
from eventapp.notes.states import PublicationKind


def read_out_now(ctx: Context, event: Event, language: str) -> ReadOut:
    """Return the read-out as it was saved last, in a language. Raises `NotFound` before it is begun."""
    publication = texts.get_publication(ctx, event, PublicationKind.READ_OUT)
    prospect = prospect_of(ctx, event, publication)
    unpublished = Edition(
        number=prospect.number,
        source_language=publication.source_language,
        paragraphs=prospect.printed,
        revisions=dict(prospect.revisions),
        extra=prospect.extra,
        note=Translated(),
        content_hash=prospect.content_hash,
        published_at=ctx.now,
    )
    return read_out_in(language, publication, unpublished)
