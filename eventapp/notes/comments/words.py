"""The words for where a comment stands: for the team, for its author and for the public."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from eventapp.notes.comments.models import Comment
from eventapp.notes.comments.states import ANSWERED, CommentAction, CommentState

_S, _A = CommentState, CommentAction

STATES: Mapping[CommentState, LazyString] = {
    _S.WAITING: _l("to look at"),
    _S.OPEN: _l("to answer"),
    _S.TAKEN_UP: _l("taken up"),
    _S.PARTLY: _l("taken up in part"),
    _S.NOT_TAKEN_UP: _l("not taken up"),
    _S.OUT_OF_SCOPE: _l("outside this text"),
    _S.HIDDEN: _l("hidden"),
    _S.WITHDRAWN: _l("taken back by its author"),
}
TONES: Mapping[CommentState, str] = {
    _S.WAITING: "wait",
    _S.OPEN: "wait",
    _S.TAKEN_UP: "good",
    _S.PARTLY: "good",
    _S.NOT_TAKEN_UP: "quiet",
    _S.OUT_OF_SCOPE: "quiet",
    _S.HIDDEN: "stop",
    _S.WITHDRAWN: "quiet",
}
OUTCOMES: Mapping[CommentAction, LazyString] = {
    _A.TAKE_UP: _l("Taken up"),
    _A.TAKE_UP_PARTLY: _l("Taken up in part"),
    _A.NOT_TAKE_UP: _l("Not taken up"),
    _A.SET_ASIDE: _l("Outside this text"),
}
OUTCOME_STATES: Mapping[CommentState, LazyString] = {
    _S.TAKEN_UP: _l("Taken up"),
    _S.PARTLY: _l("Taken up in part"),
    _S.NOT_TAKEN_UP: _l("Not taken up"),
    _S.OUT_OF_SCOPE: _l("Outside this text"),
}
_FOR_AUTHOR: Mapping[CommentState, LazyString] = {
    _S.WAITING: _l("not public yet"),
    _S.OPEN: _l("public, not answered yet"),
    _S.HIDDEN: _l("not shown"),
    _S.WITHDRAWN: _l("taken back by its author"),
}


def state_to_author(comment: Comment) -> tuple[str, str]:
    """Return tone and words of where the comment stands for its author; an answer counts once it is released."""
    if comment.state in ANSWERED and comment.released_at is not None:
        return TONES[comment.state], str(OUTCOME_STATES[comment.state])
    state = _S.OPEN if comment.state in ANSWERED else comment.state
    return TONES[state], str(_FOR_AUTHOR[state])
