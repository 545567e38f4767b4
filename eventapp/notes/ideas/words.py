"""The words for where a board stands, and for its steps."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from eventapp.notes.ideas.states import BoardAction, BoardState

STATES: Mapping[BoardState, LazyString] = {
    BoardState.PREPARED: _l("not opened yet"),
    BoardState.COLLECTING: _l("ideas are written"),
    BoardState.REVEALED: _l("ideas are shown"),
    BoardState.VOTING: _l("people vote"),
    BoardState.CLOSED: _l("closed"),
}
TONES: Mapping[BoardState, str] = {
    BoardState.PREPARED: "quiet",
    BoardState.COLLECTING: "wait",
    BoardState.REVEALED: "wait",
    BoardState.VOTING: "wait",
    BoardState.CLOSED: "good",
}
ACTIONS: Mapping[BoardAction, LazyString] = {
    BoardAction.OPEN: _l("Open the board"),
    BoardAction.REVEAL: _l("Reveal the ideas"),
    BoardAction.VOTE: _l("Open the vote"),
    BoardAction.COLLECT_MORE: _l("Collect more ideas"),
    BoardAction.CLOSE: _l("Close the board"),
    BoardAction.REOPEN: _l("Open the vote again"),
    BoardAction.REGROUP: _l("Group again"),
}
NEXT: Mapping[BoardState, LazyString] = {
    BoardState.PREPARED: _l("Nobody sees it yet. Open it when the room is ready to write."),
    BoardState.COLLECTING: _l("People write. Nobody sees the ideas of others before you reveal them, nor do you."),
    BoardState.REVEALED: _l("Everybody sees the ideas. Put together what belongs together, then open the vote."),
    BoardState.VOTING: _l("People put their dots. The result shows once you close the board."),
    BoardState.CLOSED: _l("The result is shown to everybody who has the code."),
}
