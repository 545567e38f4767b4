"""What publishing would make of the texts as they stand, before anybody does it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eventapp.core.context import Context
from eventapp.events.models import Event
from eventapp.notes import paragraphs, queries, rules
from eventapp.notes.attribution import guard
from eventapp.notes.attribution.findings import Findings
from eventapp.notes.models import Edition, Publication
from eventapp.notes.paragraphs import TITLE, Printed
from eventapp.notes.publishing import hooks
from eventapp.notes.states import PublicationKind

# What else people wrote into it; resources passed the guard when they were moderated.
_WRITTEN_BESIDE = re.compile(r"extra\.(?:annex\.\d+\.(?:said|reason\.\w+)|insights\.\d+\.places\.\d+\.name)")


@dataclass(frozen=True)
class Prospect:
    """The next edition, were it published now."""

    before: Edition | None  # the latest that there is
    revisions: Mapping[str, int]  # by language, of what it would be made from
    printed: dict[str, tuple[Printed, ...]]  # by the language of the page; empty when there is no text
    withheld: Sequence[Printed]  # paragraphs of the source that quote somebody who has not agreed to it
    findings: Findings  # names that the attribution rule protects
    extra: dict[str, Any]
    content_hash: str

    @property
    def is_new(self) -> bool:
        """Tell whether it would say anything that the latest edition does not."""
        return self.before is None or self.before.content_hash != self.content_hash

    @property
    def number(self) -> int:
        """Return the number that it would have."""
        return self.before.number + 1 if self.before else 1

    @property
    def withholds_title(self) -> bool:
        """Tell whether the title is a quote that nobody agreed to: without it nothing can be published."""
        return any(each.key == TITLE for each in self.withheld)


def beside(ctx: Context, event: Event, kind: PublicationKind) -> list[Printed]:
    """Return what people wrote into the next edition of a kind beside its paragraphs."""
    return _written_beside(hooks.EXTRAS[kind](ctx, event)) if kind in hooks.EXTRAS else []


def _written_beside(extra: Mapping[str, Any]) -> list[Printed]:
    return [each for each in guard.strings_of(extra) if _WRITTEN_BESIDE.fullmatch(each.key)]


def prospect_of(ctx: Context, event: Event, publication: Publication) -> Prospect:
    """Return what publishing would make now."""
    latest = queries.latest_revisions(ctx, [publication.id]).get(publication.id, {})
    source_language = publication.source_language
    texts = {
        language: revision
        for language, revision in latest.items()
        if language in event.languages or language == source_language
    }
    everything: dict[str, tuple[Printed, ...]] = {}
    if source_language in texts:
        everything = paragraphs.printed(
            event.languages, source_language, {language: each.paragraphs for language, each in texts.items()}
        )
    keys = guard.withheld(ctx, publication, everything)
    printed = {language: tuple(each for each in page if each.key not in keys) for language, page in everything.items()}
    extra = hooks.EXTRAS[publication.kind](ctx, event) if publication.kind in hooks.EXTRAS else {}
    source = latest[source_language].paragraphs if source_language in latest else ()
    return Prospect(
        before=queries.latest_editions(ctx, [publication.id]).get(publication.id),
        revisions={language: revision.number for language, revision in texts.items()},
        printed=printed,
        withheld=[Printed(each.key, each.text, source_language, each.part) for each in source if each.key in keys],
        findings=guard.check(ctx, publication, {**printed, "": _written_beside(extra)}),
        extra=extra,
        content_hash=rules.content_hash(printed, extra),
    )
