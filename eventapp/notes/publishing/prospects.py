"""What publishing would make of the texts as they stand, before anybody does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from eventapp.core.context import Context
from eventapp.events.models import Event
from eventapp.notes import paragraphs, queries, rules
from eventapp.notes.models import Edition, Publication
from eventapp.notes.paragraphs import Printed
from eventapp.notes.publishing import hooks


@dataclass(frozen=True)
class Prospect:
    """The next edition, were it published now."""

    before: Edition | None  # the latest that there is
    revisions: Mapping[str, int]  # by language, of what it would be made from
    printed: dict[str, tuple[Printed, ...]]  # by the language of the page; empty when there is no text
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


def prospect_of(ctx: Context, event: Event, publication: Publication) -> Prospect:
    """Return what publishing would make now."""
    latest = queries.latest_revisions(ctx, [publication.id]).get(publication.id, {})
    texts = {language: latest[language] for language in event.languages if language in latest}
    printed: dict[str, tuple[Printed, ...]] = {}
    if publication.source_language in latest:
        texts[publication.source_language] = latest[publication.source_language]
        printed = paragraphs.printed(
            event.languages,
            publication.source_language,
            {language: revision.paragraphs for language, revision in texts.items()},
        )
    extra = hooks.EXTRAS[publication.kind](ctx, event) if publication.kind in hooks.EXTRAS else {}
    return Prospect(
        before=queries.latest_editions(ctx, [publication.id]).get(publication.id),
        revisions={language: revision.number for language, revision in texts.items()},
        printed=printed,
        extra=extra,
        content_hash=rules.content_hash(printed, extra),
    )
