"""The life of a comment."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from eventapp.core.states import Machine


class CommentState(StrEnum):
    """Where a comment stands."""

    WAITING = "waiting"  # for somebody to look at it; seen by the team and its author
    OPEN = "open"  # public, not answered yet
    TAKEN_UP = "taken_up"
    PARTLY = "partly"
    NOT_TAKEN_UP = "not_taken_up"
    OUT_OF_SCOPE = "out_of_scope"
    HIDDEN = "hidden"  # against the rules of the house, with the reason; seen by the team and its author
    WITHDRAWN = "withdrawn"  # by its author, while nobody has answered


class CommentAction(StrEnum):
    """What can happen to a comment."""

    SHOW = "show"
    HIDE = "hide"
    WITHDRAW = "withdraw"
    TAKE_UP = "take_up"
    TAKE_UP_PARTLY = "take_up_partly"
    NOT_TAKE_UP = "not_take_up"
    SET_ASIDE = "set_aside"
    REOPEN = "reopen"


_S, _A = CommentState, CommentAction

OUTCOMES: Mapping[CommentAction, CommentState] = {
    _A.TAKE_UP: _S.TAKEN_UP,
    _A.TAKE_UP_PARTLY: _S.PARTLY,
    _A.NOT_TAKE_UP: _S.NOT_TAKEN_UP,
    _A.SET_ASIDE: _S.OUT_OF_SCOPE,
}

TRANSITIONS: Mapping[tuple[CommentState, CommentAction], CommentState] = {
    (_S.WAITING, _A.SHOW): _S.OPEN,
    (_S.WAITING, _A.HIDE): _S.HIDDEN,
    (_S.OPEN, _A.HIDE): _S.HIDDEN,
    (_S.HIDDEN, _A.SHOW): _S.OPEN,
    (_S.WAITING, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.OPEN, _A.WITHDRAW): _S.WITHDRAWN,
    **{(_S.OPEN, action): outcome for action, outcome in OUTCOMES.items()},
    # until the answers are released (`Comment.released_at`) an outcome can be thought over
    **{(outcome, _A.REOPEN): _S.OPEN for outcome in OUTCOMES.values()},
}

COMMENTS = Machine(TRANSITIONS)

ANSWERED = frozenset(OUTCOMES.values())
UNANSWERED = frozenset({_S.WAITING, _S.OPEN})
"""The states that stand in the way of the read-out."""
