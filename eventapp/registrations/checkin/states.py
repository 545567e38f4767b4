"""The life of a check-in, and how it came about."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from eventapp.core.states import Machine


class CheckInState(StrEnum):
    """Whether it counts."""

    PRESENT = "present"
    UNDONE = "undone"


class CheckInAction(StrEnum):
    """What can happen to a check-in."""

    UNDO = "undo"


TRANSITIONS: Mapping[tuple[CheckInState, CheckInAction], CheckInState] = {
    (CheckInState.PRESENT, CheckInAction.UNDO): CheckInState.UNDONE,
}

MACHINE = Machine(TRANSITIONS)


class Way(StrEnum):
    """How somebody was checked in."""

    SCANNED = "scanned"
    TYPED = "typed"
    BY_NAME = "by_name"
    WALK_IN = "walk_in"
    REMOTE = "remote"  # by opening the connection
