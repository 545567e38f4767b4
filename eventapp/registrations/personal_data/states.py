"""The life of a request to be erased."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from eventapp.core.states import Machine


class ErasureState(StrEnum):
    """Where the request stands."""

    REQUESTED = "requested"
    CARRIED_OUT = "carried_out"
    TAKEN_BACK = "taken_back"


class ErasureAction(StrEnum):
    """What can happen to the request."""

    CARRY_OUT = "carry_out"
    TAKE_BACK = "take_back"


TRANSITIONS: Mapping[tuple[ErasureState, ErasureAction], ErasureState] = {
    (ErasureState.REQUESTED, ErasureAction.CARRY_OUT): ErasureState.CARRIED_OUT,
    (ErasureState.REQUESTED, ErasureAction.TAKE_BACK): ErasureState.TAKEN_BACK,
}

MACHINE = Machine(TRANSITIONS)
