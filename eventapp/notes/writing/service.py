"""Commands of writers: save a text with the notes it takes up, and say which notes stand behind a paragraph."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from flask_babel import gettext as _

from eventapp.core import audit
from eventapp.core.context import Context
from eventapp.core.errors import Conflict, NotFound
from eventapp.events.models import Event
from eventapp.notes import paragraphs, queries
from eventapp.notes import service as texts
from eventapp.notes.models import Publication, Revision
from eventapp.notes.queries import Status
from eventapp.notes.states import PublicationState
from eventapp.notes.writing.queries import list_points, points_of
from eventapp.notes.writing.rules import find_paragraphs


@dataclass(frozen=True)
class TextValues:
    """A text as it was sent."""

    title: str
    text: str
    base_revision: int
    language: str | None = None  # in which it will be written; counts until the first save
    added: Collection[int] = ()  # the notes (ids of entries) that were taken into it


def save(ctx: Context, event: Event, status: Status, values: TextValues) -> Revision:
    """Save the text in the language that it is written in and keep which of its paragraphs took up which notes.

    Notes that are not of this event, or not accepted, are left out. Raises what `notes.service.save_source` does.
    """
    publication = texts.open_publication(ctx, event, status.kind, status.number, values.language)
    if values.language and queries.find_latest_revision(ctx, publication, publication.source_language) is None:
        queries.check_language(event, values.language)
        publication.source_language = values.language
    revision = texts.save_source(
        ctx, publication, title=values.title, text=values.text, base_revision=values.base_revision
    )
    if values.added:
        _keep_links(ctx, event, publication, revision, values.added)
    return revision


def _keep_links(
    ctx: Context, event: Event, publication: Publication, revision: Revision, added: Collection[int]
) -> None:
    ctx.session.flush()
    status = queries.get_status(ctx, event, publication.kind, publication.number)
    points = points_of(list_points(ctx, event, status), publication.source_language, set(added))
    behind = {key: list(entries) for key, entries in queries.list_sources(ctx, publication).items()}
    links: dict[str, list[int]] = {}
    for entry_id, key in find_paragraphs(points, revision.paragraphs).items():
        links.setdefault(key, behind.get(key, [])).append(entry_id)
    if links:
        texts.link_sources(ctx, publication, links)


def link_paragraph(ctx: Context, event: Event, status: Status, key: str, entry_ids: Collection[int]) -> None:
    """Say which accepted notes stand behind a paragraph. Raises `NotFound` when it or a note is not there."""
    publication = queries.get_publication(ctx, event, status.kind, status.number)
    texts.lock(ctx, publication)
    if publication.state is PublicationState.FINAL:
        raise Conflict(_("This text is final. Reopen it before you change it."))
    latest = queries.find_latest_revision(ctx, publication, publication.source_language)
    if latest is None or key not in paragraphs.by_key(latest.paragraphs) or key == paragraphs.TITLE:
        raise NotFound(_("This paragraph is no longer in the text."))
    fresh = queries.get_status(ctx, event, status.kind, status.number)
    known = {each.entry.id for session in list_points(ctx, event, fresh) for each in session.noted}
    already = set(queries.list_sources(ctx, publication).get(key, ()))
    if not set(entry_ids) <= known | already:
        raise NotFound(_("There is no such note."))
    texts.link_sources(ctx, publication, {key: entry_ids})
    audit.record(ctx, publication, "link", {"paragraphs": 1, "notes": len(set(entry_ids))})
