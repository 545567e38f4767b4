"""What an issued read-out takes in by itself: insights, summaries, resources, the balance and the annex."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import force_locale

from eventapp.core.context import Context
from eventapp.core.languages import LANGUAGES
from eventapp.core.translated import Translated
from eventapp.core.unit_of_work import is_writing
from eventapp.events.models import Event
from eventapp.notes import queries as texts
from eventapp.notes.attribution import guard
from eventapp.notes.comments.annex import annex
from eventapp.notes.models import Edition, Publication
from eventapp.notes.paragraphs import Printed
from eventapp.notes.readout import queries
from eventapp.notes.readout.models import Insight
from eventapp.notes.readout.refusals import hold_comments
from eventapp.notes.readout.snapshot import (
    Balance,
    BalanceLine,
    BalanceTable,
    InsightEntry,
    PlaceEntry,
    ResourceEntry,
    Snapshot,
    SummaryEntry,
    ThemeEntry,
    to_json,
)
from eventapp.notes.resources import queries as resources
from eventapp.registrations import balance as counting
from eventapp.registrations import reports
from eventapp.registrations.balance import Dimension, Stage

COUNTED_BY = (
    Dimension.COUNTRY,
    Dimension.SECTOR,
    Dimension.GENDER,
    Dimension.FIRST_TIME,
    Dimension.MODE,
)


def extra(ctx: Context, event: Event) -> dict[str, Any]:
    """Return what a new edition of the read-out holds beside its words, as plain JSON.

    While it is being issued, comments and answers stand still: the annex holds each that the refusals counted.
    """
    if is_writing(ctx.session):
        hold_comments(ctx, event)
    stored: dict[str, Any] = to_json(gather(ctx, event))
    return stored


def gather(ctx: Context, event: Event) -> Snapshot:
    """Return all that the read-out takes in, as it is now."""
    composition = queries.find_read_out(ctx, event)
    return Snapshot(
        insights=_insights(composition) if composition else (),
        themes=tuple(ThemeEntry(each.number, each.title, each.working_group_url) for each in event.themes),
        summaries=tuple(
            SummaryEntry(
                each.publication.number,
                each.publication.day or event.starts_on,
                each.edition.number,
                each.edition.source_language,
                _agreed(ctx, each.publication, each.edition),
            )
            for each in texts.list_published(ctx, event)
        ),
        resources=tuple(
            ResourceEntry(
                title=each.title,
                text=each.text,
                theme=int(each.theme) if each.theme_title is not None else None,
                country=each.country,
                language=each.language,
                url=each.url,
                name=each.name,
                filename=each.filename,
                media_type=each.media_type,
                size=each.size,
            )
            for each in resources.list_published(ctx, event)
        ),
        balance=balance_of(ctx, event),
        annex=tuple(_annex(ctx, event)),
        contact=event.contact_email,
    )


def _agreed(ctx: Context, publication: Publication, edition: Edition) -> dict[str, tuple[Printed, ...]]:
    """Return what a summary says without the quotes whose authors have not agreed, or not any more."""
    withheld = guard.withheld(ctx, publication, edition.paragraphs)
    return {
        language: tuple(each for each in printed if each.key not in withheld)
        for language, printed in edition.paragraphs.items()
    }


def _annex(ctx: Context, event: Event) -> list[dict[str, Any]]:
    """Return the answered comments; a passage whose author has said no to it is not shown beside them once more."""
    entries = annex(ctx, event)
    passages = {
        language: [
            Printed(str(number), each["paragraphs"].get(language, ""), language) for number, each in enumerate(entries)
        ]
        for language in event.languages
    }
    refused = guard.refused(ctx, event, passages)
    return [{**each, "paragraphs": {}} if str(number) in refused else each for number, each in enumerate(entries)]


def _insights(composition: queries.Composition) -> tuple[InsightEntry, ...]:
    return tuple(_insight(each.insight, composition.parts[each.insight.part][0].key) for each in composition.insights)


def _insight(insight: Insight, key: str) -> InsightEntry:
    return InsightEntry(
        part=insight.part,
        key=key,
        kind=insight.kind.value,
        theme=insight.theme.number if insight.theme else None,
        places=tuple(PlaceEntry(each["name"], each["country"]) for each in insight.places),
        origin=insight.origin,
        ideas=insight.ideas,
        dots=insight.dots,
    )


def balance_of(ctx: Context, event: Event) -> Balance | None:
    """Return who took part in numbers that point at nobody, in every language; None while nobody is confirmed."""
    groups = reports.list_groups(ctx, event)
    totals = counting.totals(groups, conceal=True)
    if totals[Stage.APPROVED] == 0:
        return None
    concealed = {table.dimension: table for table in counting.tables(groups, conceal=True)}
    whole = {table.dimension: table for table in counting.tables(groups, conceal=False)}
    countries = sum(bool(line.value and line.counts[Stage.APPROVED]) for line in whole[Dimension.COUNTRY].lines)
    names = {}
    for language in LANGUAGES:
        with force_locale(language):
            naming = reports.Naming(ctx, event, language)
            names[language] = {each: _names(naming, concealed[each]) for each in COUNTED_BY}
    tables = [
        _table(concealed[each], {language: found[each] for language, found in names.items()}) for each in COUNTED_BY
    ]
    return Balance(
        invited=totals[Stage.INVITED],
        registered=totals[Stage.REGISTERED],
        confirmed=totals[Stage.APPROVED],
        present=totals[Stage.PRESENT],
        countries=countries,
        tables=tuple(table for table in tables if table.lines),
    )


_Names = tuple[str, Mapping[str, str]]


def _names(naming: reports.Naming, table: counting.Table) -> _Names:
    answers = {line.value: naming.answer(table.dimension, line.value, line.own_words) for line in table.lines}
    return naming.title(table.dimension), answers


def _table(table: counting.Table, names: Mapping[str, _Names]) -> BalanceTable:
    shown = [(line.value, line.counts[Stage.APPROVED]) for line in table.lines]
    lines = [
        BalanceLine(Translated({language: answers[value] for language, (_title, answers) in names.items()}), number)
        for value, number in shown
        if number
    ]
    return BalanceTable(
        Translated({language: title for language, (title, _answers) in names.items()}),
        sorted(lines, key=lambda line: -line.number),
        sum(number is None for _value, number in shown),
    )
