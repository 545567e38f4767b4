"""The life of a print job, and what can be printed."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from eventapp.core.states import Machine


class PrintState(StrEnum):
    """Where a print job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class PrintAction(StrEnum):
    """What can happen to a print job."""

    START = "start"
    FINISH = "finish"
    FAIL = "fail"
    RETRY = "retry"  # by somebody, or because the worker that had it died


TRANSITIONS: Mapping[tuple[PrintState, PrintAction], PrintState] = {
    (PrintState.WAITING, PrintAction.START): PrintState.RUNNING,
    (PrintState.RUNNING, PrintAction.FINISH): PrintState.DONE,
    (PrintState.RUNNING, PrintAction.FAIL): PrintState.FAILED,
    (PrintState.RUNNING, PrintAction.RETRY): PrintState.WAITING,
    (PrintState.FAILED, PrintAction.RETRY): PrintState.WAITING,
}

MACHINE = Machine(TRANSITIONS)


class PrintKind(StrEnum):
    """What is printed."""

    BADGE_SHEETS = "badge_sheets"  # A4, eight a page
    BADGES = "badges"  # one a page of 90 × 54 mm
    CERTIFICATES = "certificates"
