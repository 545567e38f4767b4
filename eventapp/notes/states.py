"""The life of a day summary."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from eventapp.core.states import Machine


class SummaryState(StrEnum):
    """Where a day summary stands; check, approval and the final edition join with the full notes."""

    DRAFTING = "drafting"
    PUBLISHED = "published"


class LanguageState(StrEnum):
    """Where the text of a day summary stands in one language."""

    MISSING = "missing"
    DRAFT = "draft"
    PUBLISHED = "published"
    CHANGED = "changed"  # saved again since the latest edition


class SummaryAction(StrEnum):
    """What can happen to a day summary."""

    PUBLISH = "publish"


TRANSITIONS: Mapping[tuple[SummaryState, SummaryAction], SummaryState] = {
    (SummaryState.DRAFTING, SummaryAction.PUBLISH): SummaryState.PUBLISHED,
    (SummaryState.PUBLISHED, SummaryAction.PUBLISH): SummaryState.PUBLISHED,  # a later edition
}

MACHINE = Machine(TRANSITIONS)
