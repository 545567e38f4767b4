"""The life of the one idea that somebody takes home."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from eventapp.core.states import Machine


class TakeHomeState(StrEnum):
    """Where it stands."""

    ASKED = "asked"
    TOLD = "told"  # the idea is there
    ASKED_AGAIN = "asked_again"  # what became of it
    ANSWERED = "answered"
    STOPPED = "stopped"  # the person wants no more of these questions


class TakeHomeAction(StrEnum):
    """What can happen to it."""

    TELL = "tell"
    ASK_AGAIN = "ask_again"
    ANSWER = "answer"
    STOP = "stop"
    RESUME = "resume"


class Outcome(StrEnum):
    """What became of it."""

    DONE = "done"
    UNDER_WAY = "under_way"
    NOT_YET = "not_yet"
    GIVEN_UP = "given_up"


_S, _A = TakeHomeState, TakeHomeAction

TRANSITIONS: Mapping[tuple[TakeHomeState, TakeHomeAction], TakeHomeState] = {
    (_S.ASKED, _A.TELL): _S.TOLD,
    (_S.TOLD, _A.TELL): _S.TOLD,  # in other words
    (_S.TOLD, _A.ASK_AGAIN): _S.ASKED_AGAIN,
    (_S.ASKED_AGAIN, _A.ANSWER): _S.ANSWERED,
    (_S.ANSWERED, _A.ANSWER): _S.ANSWERED,
    **{(state, _A.STOP): _S.STOPPED for state in (_S.ASKED, _S.TOLD, _S.ASKED_AGAIN, _S.ANSWERED)},
    (_S.STOPPED, _A.RESUME): _S.ASKED,
}

TAKE_HOMES = Machine(TRANSITIONS)
