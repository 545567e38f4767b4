"""The life of a sign-up for a session."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from eventapp.core.states import Machine


class SignUpState(StrEnum):
    """Where a sign-up stands."""

    CHOSEN = "chosen"  # has a place, where places are counted
    WAITING = "waiting"
    LEFT = "left"


class SignUpAction(StrEnum):
    """What can happen to a sign-up."""

    MOVE_UP = "move_up"  # a place became free
    LEAVE = "leave"
    CHOOSE = "choose"  # again
    WAIT = "wait"  # again


_S, _A = SignUpState, SignUpAction

TRANSITIONS: Mapping[tuple[SignUpState, SignUpAction], SignUpState] = {
    (_S.WAITING, _A.MOVE_UP): _S.CHOSEN,
    (_S.CHOSEN, _A.LEAVE): _S.LEFT,
    (_S.WAITING, _A.LEAVE): _S.LEFT,
    (_S.LEFT, _A.CHOOSE): _S.CHOSEN,
    (_S.LEFT, _A.WAIT): _S.WAITING,
}

MACHINE = Machine(TRANSITIONS)
