"""What the page, the PDF and the projector show of a read-out: a pure function of an edition and a language."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from eventapp.core import markdown
from eventapp.core.translated import Translated
from eventapp.notes.models import Edition, Publication
from eventapp.notes.paragraphs import TITLE
from eventapp.notes.publishing.readings import Block, Reading, Shown, direction_of, read_in, show
from eventapp.notes.readout import rules, snapshot
from eventapp.notes.readout.snapshot import InsightEntry, ResourceEntry, Snapshot, SummaryEntry, ThemeEntry
from eventapp.notes.rules import teaser_of

INSIGHT_BASE = 4  # headings inside an insight stand below its own, which stands below that of the insights
SUMMARY_BASE = 4
PART_BASE = 3
_LONGEST_PASSAGE = 160


@dataclass(frozen=True)
class InsightView:
    """An insight with its words."""

    number: int
    heading: Block
    body: Sequence[Shown]
    entry: InsightEntry | None  # None for a text that was restored without it
    theme: ThemeEntry | None

    @property
    def direction(self) -> str:
        """Return the direction in which the heading runs."""
        return direction_of(self.heading.text)


@dataclass(frozen=True)
class SummaryView:
    """The summary of a day, whole."""

    number: int
    day: date
    title: Block
    body: Sequence[Shown]
    teaser: str
    teaser_in: str


@dataclass(frozen=True)
class ResourceGroup:
    """The resources on one theme, by language."""

    theme: ThemeEntry | None
    languages: Sequence[tuple[str, Sequence[ResourceEntry]]]


@dataclass(frozen=True)
class CommentView:
    """A comment and its answer."""

    number: int
    passage: str
    passage_in: str
    said: str  # empty when its author was erased
    language: str
    direction: str  # of the words said
    signed: str
    outcome: str
    reason: Translated


@dataclass(frozen=True)
class CommentGroup:
    """The comments on one text."""

    title: str
    comments: Sequence[CommentView]


@dataclass(frozen=True)
class ReadOut:
    """A read-out as somebody reads it in one language."""

    reading: Reading
    gathered: Snapshot
    introduction: Sequence[Shown]
    insights: Sequence[InsightView]
    recommendations: Sequence[Shown]
    outlook: Sequence[Shown]
    summaries: Sequence[SummaryView]
    resources: Sequence[ResourceGroup]
    comments: Sequence[CommentGroup]


def read_out_in(
    language: str,
    publication: Publication,
    edition: Edition,
    annex: Sequence[Mapping[str, Any]] | None = None,
    without: Collection[str] = frozenset(),
    listed: Collection[str] | None = None,
) -> ReadOut:
    """Return the edition as its page in the language shows it; `annex` replaces the one that it was issued with.

    `without` are the keys of paragraphs, of the summaries too, that nobody shall read any more. `listed` are the
    addresses and file names of the resources that may still be led to, None for all of them.
    """
    reading = read_in(language, publication, edition, without)
    gathered = snapshot.from_json(edition.extra)
    parts: dict[str, list[Block]] = {}
    for block in reading.blocks:
        known = block.part in rules.PLAIN_PARTS or rules.insight_of(block.part) is not None
        parts.setdefault(block.part if known else rules.INTRODUCTION, []).append(block)
    themes = {each.number: each for each in gathered.themes}
    entries = {each.part: each for each in gathered.insights}
    insights = [part for part in parts if rules.insight_of(part) is not None and _has_heading(parts[part], entries)]

    def plain_part(name: str) -> list[Shown]:
        return show(parts.get(name, []), language, heading_base=PART_BASE)

    return ReadOut(
        reading=reading,
        gathered=gathered,
        introduction=plain_part(rules.INTRODUCTION),
        insights=[
            _insight(number, parts[part], entries.get(part), themes, language)
            for number, part in enumerate(insights, start=1)
        ],
        recommendations=plain_part(rules.RECOMMENDATIONS),
        outlook=plain_part(rules.OUTLOOK),
        summaries=[_summary(each, language, without) for each in gathered.summaries],
        resources=_resources([_reachable(each, listed) for each in gathered.resources], themes, language),
        comments=_comments(gathered.annex if annex is None else annex, language),
    )


def _has_heading(blocks: Sequence[Block], entries: Mapping[str, InsightEntry]) -> bool:
    """Tell whether an insight begins with its heading; one that could not be published leaves out all of it."""
    entry = entries.get(blocks[0].part)
    return entry is None or blocks[0].key == entry.key


def _insight(
    number: int,
    blocks: Sequence[Block],
    entry: InsightEntry | None,
    themes: Mapping[int, ThemeEntry],
    language: str,
) -> InsightView:
    theme = themes.get(entry.theme) if entry and entry.theme is not None else None
    return InsightView(number, blocks[0], show(blocks[1:], language, heading_base=INSIGHT_BASE), entry, theme)


def _summary(entry: SummaryEntry, language: str, without: Collection[str]) -> SummaryView:
    printed = entry.paragraphs.get(language) or entry.paragraphs[entry.source_language]
    blocks = [Block(each.key, each.text, each.language, each.part) for each in printed if each.key not in without]
    title = next((each for each in blocks if each.key == TITLE), Block(TITLE, "", entry.source_language, ""))
    body = [each for each in blocks if each.key != TITLE]
    begins = next(((teaser, each.language) for each in body if (teaser := teaser_of(each.text))), ("", language))
    # keys are those of the summary's own page; here they would stand beside others of the same name
    return SummaryView(
        entry.number, entry.day, title, show(body, language, heading_base=SUMMARY_BASE), begins[0], begins[1]
    )


def _reachable(entry: ResourceEntry, listed: Collection[str] | None) -> ResourceEntry:
    """Return a resource, without the way to it when the team or who shared it has taken it off the list since."""
    return entry if listed is None or (entry.url or entry.name) in listed else replace(entry, url="", name="")


def _resources(
    entries: Sequence[ResourceEntry], themes: Mapping[int, ThemeEntry], language: str
) -> list[ResourceGroup]:
    """Return the resources by theme, those without one last; inside by language, that of the page first."""
    found: dict[int | None, dict[str, list[ResourceEntry]]] = {}
    for each in entries:
        found.setdefault(each.theme, {}).setdefault(each.language, []).append(each)
    numbers = sorted(found, key=lambda number: (number is None, number or 0))
    return [
        ResourceGroup(
            themes.get(number) if number is not None else None,
            sorted(found[number].items(), key=lambda pair: (pair[0] != language, pair[0])),
        )
        for number in numbers
    ]


def _comments(annex: Sequence[Mapping[str, Any]], language: str) -> list[CommentGroup]:
    groups: dict[str, list[CommentView]] = {}
    titles: dict[str, str] = {}
    for number, entry in enumerate(annex, start=1):
        passage, passage_in = Translated(entry["paragraphs"]).best(language)
        titles[entry["text"]] = Translated(entry["titles"]).text(language)
        groups.setdefault(entry["text"], []).append(
            CommentView(
                number=number,
                passage=teaser_of(passage, _LONGEST_PASSAGE)
                or markdown.plain(passage).removeprefix("> ")[:_LONGEST_PASSAGE],
                passage_in=passage_in,
                said=entry["said"],
                language=entry["language"],
                direction=direction_of(entry["said"]),
                signed=entry["signed"],
                outcome=entry["outcome"],
                reason=Translated(entry["reason"]),
            )
        )
    return [CommentGroup(titles[text], comments) for text, comments in groups.items()]
