"""Reads of the read-out: its parts as they were saved last, and what could still become an insight."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from eventapp.core.context import Context
from eventapp.core.errors import NotFound
from eventapp.events.models import Event
from eventapp.notes import queries
from eventapp.notes.models import Publication, Revision, Source
from eventapp.notes.paragraphs import Paragraph, title_of
from eventapp.notes.readout import rules
from eventapp.notes.readout.models import Insight
from eventapp.notes.readout.rules import InsightWords
from eventapp.notes.session_notes import queries as notes
from eventapp.notes.session_notes.models import NoteEntry
from eventapp.notes.session_notes.states import EntryKind
from eventapp.notes.states import PublicationKind
from eventapp.registrations.models import Registration
from eventapp.registrations.states import State

ADOPTABLE = frozenset(rules.KINDS) - {EntryKind.RECOMMENDATION}
"""The kinds of notes that can become an insight; recommendations have a part of their own."""


@dataclass(frozen=True)
class Composed:
    """An insight that the text holds, with its words."""

    number: int
    insight: Insight
    words: InsightWords


@dataclass(frozen=True)
class Composition:
    """The read-out as it was saved last; `latest` is None while nobody has written anything."""

    publication: Publication
    latest: Revision | None
    parts: Mapping[str, Sequence[Paragraph]]
    insights: Sequence[Composed]
    removed: Sequence[Insight]  # they have words in an earlier revision

    @property
    def title(self) -> str:
        """Return the title."""
        return title_of(self.latest.paragraphs) if self.latest else ""

    @property
    def base_revision(self) -> int:
        """Return what a save that starts now must name."""
        return self.latest.number if self.latest else 0

    def text(self, part: str) -> str:
        """Return a part that is not an insight as Markdown."""
        return "\n\n".join(paragraph.text for paragraph in self.parts.get(part, ()))

    def find(self, insight_id: int) -> Composed | None:
        """Return one of the insights that the text holds."""
        return next((each for each in self.insights if each.insight.id == insight_id), None)


def find_read_out(ctx: Context, event: Event) -> Composition | None:
    """Return the read-out as it stands, or None when nobody has begun it."""
    publication = queries.find_publication(ctx, event, PublicationKind.READ_OUT)
    return compose(ctx, event, publication) if publication else None


def compose(ctx: Context, event: Event, publication: Publication) -> Composition:
    """Return the read-out as it was saved last."""
    latest = queries.find_latest_revision(ctx, publication, publication.source_language)
    parts = rules.parts_of(latest.paragraphs) if latest else {}
    rows = {each.id: each for each in list_insights(ctx, event)}
    ids = [insight_id for insight_id in rules.insight_ids(parts) if insight_id in rows]
    return Composition(
        publication=publication,
        latest=latest,
        parts=parts,
        insights=[
            Composed(number, rows[insight_id], rules.words_of(parts[rules.insight_part(insight_id)]))
            for number, insight_id in enumerate(ids, start=1)
        ],
        removed=[each for each in rows.values() if each.id not in ids],
    )


def list_insights(ctx: Context, event: Event) -> Sequence[Insight]:
    """Return every insight that was ever made, the removed ones too, in the order of making."""
    return ctx.session.scalars(
        select(Insight).where(Insight.event_id == event.id).options(joinedload(Insight.theme)).order_by(Insight.id)
    ).all()


def get_insight(ctx: Context, event: Event, insight_id: int) -> Insight:
    """Return an insight, removed or not. Raises `NotFound`."""
    found = ctx.session.scalar(select(Insight).where(Insight.id == insight_id, Insight.event_id == event.id))
    if found is None:
        raise NotFound(_("There is no such insight."))
    return found


def last_words(ctx: Context, publication: Publication, insights: Collection[Insight]) -> dict[int, list[Paragraph]]:
    """Return the words that removed insights had when they were last in the text, by their ids."""
    wanted = {each.id for each in insights}
    found: dict[int, list[Paragraph]] = {}
    if not wanted:
        return found
    revisions = ctx.session.scalars(
        select(Revision)
        .where(Revision.publication_id == publication.id, Revision.language == publication.source_language)
        .order_by(Revision.number.desc())
        .execution_options(yield_per=20)
    )
    for revision in revisions:
        for part, paragraphs in rules.parts_of(revision.paragraphs).items():
            insight_id = rules.insight_of(part)
            if insight_id in wanted and insight_id not in found:
                found[insight_id] = paragraphs
        if len(found) == len(wanted):
            break
    return found


def list_unused_entries(
    ctx: Context, event: Event, publication: Publication | None, kinds: Collection[EntryKind]
) -> list[NoteEntry]:
    """Return the accepted notes of these kinds that no paragraph of the read-out was made of, in agenda order."""
    used: set[int] = set()
    if publication is not None:
        rows = ctx.session.scalars(select(Source.entry_id).where(Source.publication_id == publication.id))
        used = set(rows)
    return [
        entry
        for note in notes.list_accepted(ctx, event)
        for entry in note.entries
        if entry.kind in kinds and entry.id not in used
    ]


def suggested_places(ctx: Context, event: Event, most: int = 60) -> list[dict[str, str]]:
    """Return the towns that confirmed participants come from, those of most people first."""
    rows = ctx.session.execute(
        select(Registration.city, Registration.country)
        .where(Registration.event_id == event.id, Registration.state == State.APPROVED, Registration.city != "")
        .group_by(Registration.city, Registration.country)
        .order_by(func.count().desc(), Registration.city)
        .limit(most)
    )
    return [{"name": city, "country": country} for city, country in rows]
