"""The life of a release's notices."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from eventapp.core.states import Machine


class NoticesState(StrEnum):
    """Whether the people concerned were told."""

    TO_REVIEW = "to_review"
    SENT = "sent"
    DROPPED = "dropped"
    SUPERSEDED = "superseded"  # the next release came first; its notices say this one's changes too


class NoticesAction(StrEnum):
    """What can happen to the notices of a release."""

    SEND = "send"
    DROP = "drop"
    SUPERSEDE = "supersede"


TRANSITIONS: Mapping[tuple[NoticesState, NoticesAction], NoticesState] = {
    (NoticesState.TO_REVIEW, NoticesAction.SEND): NoticesState.SENT,
    (NoticesState.TO_REVIEW, NoticesAction.DROP): NoticesState.DROPPED,
    (NoticesState.TO_REVIEW, NoticesAction.SUPERSEDE): NoticesState.SUPERSEDED,
}

MACHINE = Machine(TRANSITIONS)
