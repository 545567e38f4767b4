"""Reads of publications, their revisions and their editions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import joinedload

from eventapp.core.context import Context
from eventapp.core.errors import NotFound
from eventapp.events.models import Event
from eventapp.notes import paragraphs
from eventapp.notes.addresses import parse, slug_of
from eventapp.notes.models import Edition, Publication, Revision, Source
from eventapp.notes.states import SHOWN, ParagraphState, PublicationKind
from eventapp.registrations.models import Registration
from eventapp.registrations.states import State


@dataclass(frozen=True)
class LanguageStatus:
    """One language of a publication: its latest text, and how many of its paragraphs stand where.

    In the language that it is written in, `counts` is empty.
    """

    language: str
    latest: Revision | None
    published: int | None  # the revision of the latest edition
    counts: Mapping[ParagraphState, int]

    @property
    def has_news(self) -> bool:
        """Tell whether something was saved that no edition holds."""
        return self.latest is not None and self.latest.number != self.published

    @property
    def to_do(self) -> int:
        """Return how many paragraphs a translator still has to look at."""
        return sum(count for state, count in self.counts.items() if state is not ParagraphState.REVIEWED)


@dataclass(frozen=True)
class Status:
    """A publication as its team sees it, the language that it is written in first; `publication` None: not begun."""

    kind: PublicationKind
    number: int
    day: date | None
    publication: Publication | None
    edition: Edition | None
    languages: Sequence[LanguageStatus]

    @property
    def slug(self) -> str:
        """Return how addresses name it."""
        return slug_of(self.kind, self.number)

    @property
    def source(self) -> LanguageStatus:
        """Return the language that it is written in, or will be."""
        return self.languages[0]

    @property
    def last_edit(self) -> Revision | None:
        """Return the latest save in any language."""
        saved = [status.latest for status in self.languages if status.latest is not None]
        return max(saved, key=lambda revision: (revision.created_at, revision.id), default=None)

    @property
    def revisions(self) -> dict[str, int]:
        """Return the number of the latest revision of each language that has text."""
        return {status.language: status.latest.number for status in self.languages if status.latest is not None}

    @property
    def has_news(self) -> bool:
        """Tell whether something was saved that no edition holds."""
        return any(status.has_news for status in self.languages)

    def language(self, code: str) -> LanguageStatus:
        """Return the status of one language. Raises `NotFound`."""
        for status in self.languages:
            if status.language == code:
                return status
        raise NotFound(_("The event has no such language."))


@dataclass(frozen=True)
class Published:
    """What the public reads: a publication and its latest edition."""

    publication: Publication
    edition: Edition


def day_of(event: Event, number: int) -> date:
    """Return the day of the event with this number, the first being 1. Raises `NotFound`."""
    days = event.days
    if not 1 <= number <= len(days):
        raise NotFound(_("The event has no such day."))
    return days[number - 1]


def check_language(event: Event, language: str) -> None:
    """Raise `NotFound` unless the language is one of the event."""
    if language not in event.languages:
        raise NotFound(_("The event has no such language."))


def find_publication(ctx: Context, event: Event, kind: PublicationKind, number: int = 0) -> Publication | None:
    """Return a publication, unless nobody has begun it."""
    return ctx.session.scalar(
        select(Publication).where(
            Publication.event_id == event.id, Publication.kind == kind, Publication.number == number
        )
    )


def get_publication(ctx: Context, event: Event, kind: PublicationKind, number: int = 0) -> Publication:
    """Return a publication. Raises `NotFound`."""
    found = find_publication(ctx, event, kind, number)
    if found is None:
        raise NotFound(_("Nothing has been written here yet."))
    return found


def list_publications(ctx: Context, event: Event) -> Sequence[Publication]:
    """Return all that was begun: the days in their order, then the read-out and the guidelines."""
    found = ctx.session.scalars(select(Publication).where(Publication.event_id == event.id)).all()
    return sorted(found, key=lambda each: (list(PublicationKind).index(each.kind), each.number))


def list_days(ctx: Context, event: Event) -> list[Status]:
    """Return one status a day of the event, in three queries whatever their number."""
    return [status for status in list_statuses(ctx, event) if status.kind is PublicationKind.SUMMARY]


def list_statuses(ctx: Context, event: Event) -> list[Status]:
    """Return one status a day of the event, then the read-out's and the guidelines', in three queries."""
    begun = {(each.kind, each.number): each for each in list_publications(ctx, event)}
    ids = [each.id for each in begun.values()]
    latest, editions = latest_revisions(ctx, ids), latest_editions(ctx, ids)
    places: list[tuple[PublicationKind, int, date | None]] = [
        (PublicationKind.SUMMARY, number, day) for number, day in enumerate(event.days, start=1)
    ]
    places += [(PublicationKind.READ_OUT, 0, None), (PublicationKind.GUIDELINES, 0, None)]
    found = []
    for kind, number, day in places:
        publication = begun.get((kind, number))
        mine = latest.get(publication.id, {}) if publication else {}
        edition = editions.get(publication.id) if publication else None
        found.append(_status(event, kind, number, day, publication, mine, edition))
    return found


def get_named(ctx: Context, event: Event, slug: str) -> Status:
    """Return the status of the publication that an address names. Raises `NotFound`."""
    return get_status(ctx, event, *parse(slug))


def get_status(ctx: Context, event: Event, kind: PublicationKind, number: int = 0) -> Status:
    """Return the status of a publication, begun or not. Raises `NotFound` for a day that the event does not have."""
    day = day_of(event, number) if kind is PublicationKind.SUMMARY else None
    publication = find_publication(ctx, event, kind, number)
    if publication is None:
        return _status(event, kind, number, day, None, {}, None)
    latest = latest_revisions(ctx, [publication.id]).get(publication.id, {})
    edition = latest_editions(ctx, [publication.id]).get(publication.id)
    return _status(event, kind, number, day, publication, latest, edition)


def _status(
    event: Event,
    kind: PublicationKind,
    number: int,
    day: date | None,
    publication: Publication | None,
    latest: Mapping[str, Revision],
    edition: Edition | None,
) -> Status:
    written_in = publication.source_language if publication else event.languages[0]
    source = latest.get(written_in)
    statuses = []
    for language in (written_in, *(each for each in event.languages if each != written_in)):
        revision = latest.get(language)
        counts: dict[ParagraphState, int] = {}
        if source is not None and language != written_in:
            for state in paragraphs.states(source.paragraphs, revision.paragraphs if revision else ()).values():
                counts[state] = counts.get(state, 0) + 1
        published = edition.revisions.get(language) if edition else None
        statuses.append(LanguageStatus(language, revision, published, counts))
    return Status(kind, number, day, publication, edition, statuses)


def latest_revisions(ctx: Context, publication_ids: Sequence[int]) -> dict[int, dict[str, Revision]]:
    """Return `{publication id: {language: latest revision}}` with the authors."""
    newest = (
        select(Revision.publication_id, Revision.language, func.max(Revision.number).label("number"))
        .where(Revision.publication_id.in_(publication_ids))
        .group_by(Revision.publication_id, Revision.language)
        .subquery()
    )
    rows = ctx.session.scalars(
        select(Revision)
        .join(
            newest,
            and_(
                Revision.publication_id == newest.c.publication_id,
                Revision.language == newest.c.language,
                Revision.number == newest.c.number,
            ),
        )
        .options(joinedload(Revision.author))
    )
    found: dict[int, dict[str, Revision]] = {}
    for revision in rows:
        found.setdefault(revision.publication_id, {})[revision.language] = revision
    return found


def latest_editions(ctx: Context, publication_ids: Sequence[int]) -> dict[int, Edition]:
    """Return `{publication id: latest edition}`."""
    rows = ctx.session.scalars(
        select(Edition).where(Edition.publication_id.in_(publication_ids)).order_by(Edition.number)
    )
    return {edition.publication_id: edition for edition in rows}


def find_latest_revision(ctx: Context, publication: Publication, language: str) -> Revision | None:
    """Return the text of a language as it was saved last."""
    return ctx.session.scalar(
        select(Revision)
        .where(Revision.publication_id == publication.id, Revision.language == language)
        .options(joinedload(Revision.author))
        .order_by(Revision.number.desc())
        .limit(1)
    )


def list_revisions(ctx: Context, publication: Publication, language: str) -> Sequence[Revision]:
    """Return every saved text of a language, the latest first."""
    return ctx.session.scalars(
        select(Revision)
        .where(Revision.publication_id == publication.id, Revision.language == language)
        .options(joinedload(Revision.author))
        .order_by(Revision.number.desc())
    ).all()


def find_revision(ctx: Context, publication: Publication, language: str, number: int) -> Revision | None:
    """Return one saved text, or None."""
    return ctx.session.scalar(
        select(Revision)
        .where(
            Revision.publication_id == publication.id,
            Revision.language == language,
            Revision.number == number,
        )
        .options(joinedload(Revision.author))
    )


def get_revision(ctx: Context, publication: Publication, language: str, number: int) -> Revision:
    """Return one saved text. Raises `NotFound`."""
    found = find_revision(ctx, publication, language, number)
    if found is None:
        raise NotFound(_("There is no such version."))
    return found


def list_sources(ctx: Context, publication: Publication) -> dict[str, list[int]]:
    """Return the ids of the notes behind each paragraph, by the paragraph's key."""
    rows = ctx.session.execute(
        select(Source.paragraph_key, Source.entry_id).where(Source.publication_id == publication.id).order_by(Source.id)
    )
    found: dict[str, list[int]] = {}
    for key, entry_id in rows:
        found.setdefault(key, []).append(entry_id)
    return found


def list_published(ctx: Context, event: Event, kind: PublicationKind = PublicationKind.SUMMARY) -> list[Published]:
    """Return what the public reads of a kind in its order, each with its latest edition."""
    found = ctx.session.scalars(
        select(Publication)
        .where(Publication.event_id == event.id, Publication.kind == kind, Publication.state.in_(SHOWN))
        .order_by(Publication.number)
    ).all()
    editions = latest_editions(ctx, [each.id for each in found])
    return [Published(each, editions[each.id]) for each in found]


def get_published(ctx: Context, event: Event, kind: PublicationKind, number: int = 0) -> Published:
    """Return what the public reads of a publication. Raises `NotFound`."""
    publication = find_publication(ctx, event, kind, number)
    edition = latest_editions(ctx, [publication.id]).get(publication.id) if publication else None
    if publication is None or edition is None:
        raise NotFound(_("This has not been published."))
    return Published(publication, edition)


def has_published(ctx: Context, event: Event, kind: PublicationKind = PublicationKind.SUMMARY) -> bool:
    """Tell whether the event has published something of the kind."""
    return (
        ctx.session.scalar(
            select(Publication.id)
            .where(Publication.event_id == event.id, Publication.kind == kind, Publication.state.in_(SHOWN))
            .limit(1)
        )
        is not None
    )


def count_waiting(ctx: Context, event: Event) -> int:
    """Return how many publications hold text that no edition has yet."""
    return sum(status.has_news for status in list_statuses(ctx, event))


def list_readers(ctx: Context, event: Event) -> Sequence[Registration]:
    """Return the confirmed participants who asked for the summaries."""
    return ctx.session.scalars(select(Registration).where(*_reads(event)).order_by(Registration.id)).all()


def count_readers(ctx: Context, event: Event) -> dict[str, int]:
    """Return how many confirmed participants asked for the summaries, by the language of their mail."""
    rows = ctx.session.execute(
        select(Registration.language, func.count())
        .where(*_reads(event))
        .group_by(Registration.language)
        .order_by(Registration.language)
    )
    return {row[0]: row[1] for row in rows}


def _reads(event: Event) -> tuple[ColumnElement[bool], ...]:
    return (
        Registration.event_id == event.id,
        Registration.state == State.APPROVED,
        Registration.wants_summaries.is_(True),
    )
