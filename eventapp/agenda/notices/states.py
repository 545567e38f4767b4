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


class NoticesAction(StrEnum):
    """What can happen to the notices of a release."""

    SEND = "send"
    DROP = "drop"


TRANSITIONS: Mapping[tuple[NoticesState, NoticesAction], NoticesState] = {
    (NoticesState.TO_REVIEW, NoticesAction.SEND): NoticesState.SENT,
    (NoticesState.TO_REVIEW, NoticesAction.DROP): NoticesState.DROPPED,
}

MACHINE = Machine(TRANSITIONS)
