"""Reads of day summaries, their revisions and their editions."""

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
from eventapp.notes.models import Summary, SummaryEdition, SummaryRevision
from eventapp.notes.rules import language_state
from eventapp.notes.states import LanguageState, SummaryState
from eventapp.registrations.models import Registration
from eventapp.registrations.states import State


@dataclass(frozen=True)
class LanguageStatus:
    """One language of one day: where its text stands and who saved it last."""

    language: str
    state: LanguageState
    latest: SummaryRevision | None


@dataclass(frozen=True)
class DayStatus:
    """One day of the event as its rapporteurs see it; `summary` is None until something is saved."""

    number: int
    day: date
    summary: Summary | None
    edition: SummaryEdition | None
    languages: Sequence[LanguageStatus]

    @property
    def last_edit(self) -> SummaryRevision | None:
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
        return any(status.state in {LanguageState.DRAFT, LanguageState.CHANGED} for status in self.languages)


@dataclass(frozen=True)
class Published:
    """A published day: the summary and its latest edition."""

    summary: Summary
    edition: SummaryEdition


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


def find_summary(ctx: Context, event: Event, number: int) -> Summary | None:
    """Return the summary of a day, unless nobody has saved anything yet."""
    return ctx.session.scalar(select(Summary).where(Summary.event_id == event.id, Summary.number == number))


def get_summary(ctx: Context, event: Event, number: int) -> Summary:
    """Return the summary of a day. Raises `NotFound`."""
    found = find_summary(ctx, event, number)
    if found is None:
        raise NotFound(_("Nothing has been written about this day yet."))
    return found


def list_days(ctx: Context, event: Event) -> list[DayStatus]:
    """Return one status a day of the event, in three queries whatever their number."""
    summaries = {
        summary.number: summary
        for summary in ctx.session.scalars(select(Summary).where(Summary.event_id == event.id)).all()
    }
    ids = [summary.id for summary in summaries.values()]
    latest, editions = latest_revisions(ctx, ids), latest_editions(ctx, ids)
    days = []
    for number, day in enumerate(event.days, start=1):
        summary = summaries.get(number)
        mine: Mapping[str, SummaryRevision] = latest.get(summary.id, {}) if summary else {}
        edition = editions.get(summary.id) if summary else None
        days.append(DayStatus(number, day, summary, edition, _statuses(event, mine, edition)))
    return days


def get_day(ctx: Context, event: Event, number: int) -> DayStatus:
    """Return the status of one day. Raises `NotFound` when the event has no such day."""
    day = day_of(event, number)
    summary = find_summary(ctx, event, number)
    if summary is None:
        return DayStatus(number, day, None, None, _statuses(event, {}, None))
    latest = latest_revisions(ctx, [summary.id]).get(summary.id, {})
    edition = latest_editions(ctx, [summary.id]).get(summary.id)
    return DayStatus(number, day, summary, edition, _statuses(event, latest, edition))


def _statuses(
    event: Event, latest: Mapping[str, SummaryRevision], edition: SummaryEdition | None
) -> list[LanguageStatus]:
    statuses = []
    for language in event.languages:
        revision = latest.get(language)
        published = edition.revisions.get(language) if edition else None
        state = language_state(revision.number if revision else None, published)
        statuses.append(LanguageStatus(language, state, revision))
    return statuses


def latest_revisions(ctx: Context, summary_ids: Sequence[int]) -> dict[int, dict[str, SummaryRevision]]:
    """Return `{summary id: {language: latest revision}}` with the authors."""
    newest = (
        select(
            SummaryRevision.summary_id,
            SummaryRevision.language,
            func.max(SummaryRevision.number).label("number"),
        )
        .where(SummaryRevision.summary_id.in_(summary_ids))
        .group_by(SummaryRevision.summary_id, SummaryRevision.language)
        .subquery()
    )
    rows = ctx.session.scalars(
        select(SummaryRevision)
        .join(
            newest,
            and_(
                SummaryRevision.summary_id == newest.c.summary_id,
                SummaryRevision.language == newest.c.language,
                SummaryRevision.number == newest.c.number,
            ),
        )
        .options(joinedload(SummaryRevision.author))
    )
    found: dict[int, dict[str, SummaryRevision]] = {}
    for revision in rows:
        found.setdefault(revision.summary_id, {})[revision.language] = revision
    return found


def latest_editions(ctx: Context, summary_ids: Sequence[int]) -> dict[int, SummaryEdition]:
    """Return `{summary id: latest edition}`."""
    rows = ctx.session.scalars(
        select(SummaryEdition).where(SummaryEdition.summary_id.in_(summary_ids)).order_by(SummaryEdition.number)
    )
    return {edition.summary_id: edition for edition in rows}


def find_latest_revision(ctx: Context, summary: Summary, language: str) -> SummaryRevision | None:
    """Return the text of a language as it was saved last."""
    return ctx.session.scalar(
        select(SummaryRevision)
        .where(SummaryRevision.summary_id == summary.id, SummaryRevision.language == language)
        .options(joinedload(SummaryRevision.author))
        .order_by(SummaryRevision.number.desc())
        .limit(1)
    )


def list_revisions(ctx: Context, summary: Summary, language: str) -> Sequence[SummaryRevision]:
    """Return every saved text of a language, the latest first."""
    return ctx.session.scalars(
        select(SummaryRevision)
        .where(SummaryRevision.summary_id == summary.id, SummaryRevision.language == language)
        .options(joinedload(SummaryRevision.author))
        .order_by(SummaryRevision.number.desc())
    ).all()


def get_revision(ctx: Context, summary: Summary, language: str, number: int) -> SummaryRevision:
    """Return one saved text. Raises `NotFound`."""
    found = ctx.session.scalar(
        select(SummaryRevision)
        .where(
            SummaryRevision.summary_id == summary.id,
            SummaryRevision.language == language,
            SummaryRevision.number == number,
        )
        .options(joinedload(SummaryRevision.author))
    )
    if found is None:
        raise NotFound(_("There is no such version."))
    return found


def list_published(ctx: Context, event: Event) -> list[Published]:
    """Return the published days in their order, each with its latest edition."""
    summaries = ctx.session.scalars(
        select(Summary)
        .where(Summary.event_id == event.id, Summary.state == SummaryState.PUBLISHED)
        .order_by(Summary.number)
    ).all()
    editions = latest_editions(ctx, [summary.id for summary in summaries])
    return [Published(summary, editions[summary.id]) for summary in summaries]


def get_published(ctx: Context, event: Event, number: int) -> Published:
    """Return a published day. Raises `NotFound`."""
    summary = find_summary(ctx, event, number)
    edition = latest_editions(ctx, [summary.id]).get(summary.id) if summary else None
    if summary is None or edition is None:
        raise NotFound(_("No summary of this day has been published."))
    return Published(summary, edition)


def has_published(ctx: Context, event: Event) -> bool:
    """Tell whether the event has a published summary."""
    return (
        ctx.session.scalar(
            select(Summary.id).where(Summary.event_id == event.id, Summary.state == SummaryState.PUBLISHED).limit(1)
        )
        is not None
    )


def count_waiting(ctx: Context, event: Event) -> int:
    """Return how many days hold text that no edition has yet."""
    return sum(day.has_news for day in list_days(ctx, event))


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
