"""Reads of editions, and of the notes behind what will be published."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from eventapp.core.context import Context
from eventapp.core.errors import NotFound
from eventapp.notes import queries
from eventapp.notes.models import Edition, Publication
from eventapp.notes.session_notes.models import NoteEntry, SessionNote
from eventapp.notes.session_notes.states import NoteState

HANDED_IN = frozenset({NoteState.SUBMITTED, NoteState.ACCEPTED})


class EditionDate(NamedTuple):
    """An edition by its number, and when it was published."""

    number: int
    published_at: datetime


def list_edition_dates(ctx: Context, publication: Publication) -> list[EditionDate]:
    """Return the editions without their texts, the latest first."""
    rows = ctx.session.execute(
        select(Edition.number, Edition.published_at)
        .where(Edition.publication_id == publication.id)
        .order_by(Edition.number.desc())
    )
    return [EditionDate(number, published_at) for number, published_at in rows]


def list_editions(ctx: Context, publication: Publication) -> Sequence[Edition]:
    """Return all editions, the latest first."""
    return ctx.session.scalars(
        select(Edition).where(Edition.publication_id == publication.id).order_by(Edition.number.desc())
    ).all()


def find_edition(ctx: Context, publication: Publication, number: int) -> Edition | None:
    """Return an edition, or None."""
    return ctx.session.scalar(select(Edition).where(Edition.publication_id == publication.id, Edition.number == number))


def get_edition(ctx: Context, publication: Publication, number: int) -> Edition:
    """Return an edition. Raises `NotFound`."""
    found = find_edition(ctx, publication, number)
    if found is None:
        raise NotFound(_("There is no such edition."))
    return found


def notes_behind(ctx: Context, publication: Publication) -> dict[str, list[NoteEntry]]:
    """Return the notes behind each paragraph by its key; those that are somebody's own again are left out."""
    sources = queries.list_sources(ctx, publication)
    ids = {entry_id for entry_ids in sources.values() for entry_id in entry_ids}
    rows = ctx.session.scalars(
        select(NoteEntry)
        .join(NoteEntry.note)
        .where(NoteEntry.id.in_(ids), NoteEntry.removed_at.is_(None), SessionNote.state.in_(HANDED_IN))
        .options(joinedload(NoteEntry.note).joinedload(SessionNote.author))
    )
    entries = {entry.id: entry for entry in rows}
    return {key: [entries[each] for each in entry_ids if each in entries] for key, entry_ids in sources.items()}
