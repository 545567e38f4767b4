"""The life of a board of ideas."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from eventapp.core.states import Machine


class BoardState(StrEnum):
    """Where a board stands."""

    PREPARED = "prepared"
    COLLECTING = "collecting"  # each sees their own ideas and how many there are
    REVEALED = "revealed"  # everybody sees all; the rapporteur groups
    VOTING = "voting"  # on the groups, with dots; the result is hidden
    CLOSED = "closed"  # the result is shown


class BoardAction(StrEnum):
    """What can happen to a board."""

    OPEN = "open"
    REVEAL = "reveal"
    COLLECT_MORE = "collect_more"
    VOTE = "vote"
    CLOSE = "close"
    REOPEN = "reopen"
    REGROUP = "regroup"


_S, _A = BoardState, BoardAction

TRANSITIONS: Mapping[tuple[BoardState, BoardAction], BoardState] = {
    (_S.PREPARED, _A.OPEN): _S.COLLECTING,
    (_S.COLLECTING, _A.REVEAL): _S.REVEALED,
    (_S.REVEALED, _A.VOTE): _S.VOTING,
    (_S.REVEALED, _A.COLLECT_MORE): _S.COLLECTING,
    (_S.REVEALED, _A.CLOSE): _S.CLOSED,  # without a vote
    (_S.VOTING, _A.CLOSE): _S.CLOSED,
    (_S.VOTING, _A.REGROUP): _S.REVEALED,  # the dots that were put stay on their groups
    (_S.CLOSED, _A.REOPEN): _S.VOTING,
    (_S.CLOSED, _A.REGROUP): _S.REVEALED,
}

BOARDS = Machine(TRANSITIONS)

EDITABLE = frozenset({_S.PREPARED, _S.COLLECTING, _S.REVEALED})
"""The states in which the question and the number of dots can be changed."""
