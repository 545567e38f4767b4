"""What should happen next to a text that will be published, and who can do it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum

from eventapp.core.access import Permission
from eventapp.notes.queries import Status
from eventapp.notes.states import PublicationState


class Action(StrEnum):
    """The next step, as the hub of the notes names it."""

    TAKE_NOTES = "take_notes"  # notes of sessions are missing
    READ_NOTES = "read_notes"  # notes were handed in
    BEGIN = "begin"  # nothing is written yet
    WRITE = "write"  # it is being written
    MEND = "mend"  # it was sent back with remarks
    CHECK = "check"
    PUBLISH = "publish"
    TRANSLATE = "translate"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Step:
    """The next step; `mine` tells whether who looks may take it, `count` how many things it is about."""

    action: Action
    mine: bool = False
    count: int = 0


_NEEDED = {
    Action.TAKE_NOTES: Permission.NOTES_WRITE,
    Action.READ_NOTES: Permission.NOTES_CHECK,
    Action.BEGIN: Permission.NOTES_WRITE,
    Action.WRITE: Permission.NOTES_WRITE,
    Action.MEND: Permission.NOTES_WRITE,
    Action.CHECK: Permission.NOTES_CHECK,
    Action.PUBLISH: Permission.NOTES_PUBLISH,
    Action.TRANSLATE: Permission.NOTES_TRANSLATE,
}


def next_step(status: Status, permissions: Collection[Permission], *, missing: int = 0, to_read: int = 0) -> Step:
    """Return the next step of a text; `missing` and `to_read` count the notes of its day.

    Whoever may translate only is sent to the paragraphs that wait for it, whatever else is to be done.
    """
    steps = _steps(status, missing, to_read)
    mine = [step for step in steps if _NEEDED[step.action] in permissions]
    if mine:
        return replace(mine[0], mine=True)
    return steps[0] if steps else Step(Action.NOTHING)


def _steps(status: Status, missing: int, to_read: int) -> list[Step]:
    """Return all that can be done now, the most pressing first."""
    steps = []
    state = status.publication.state if status.publication else PublicationState.DRAFTING
    begun = status.source.latest is not None
    if not begun:
        steps += [Step(Action.READ_NOTES, count=to_read)] if to_read else []
        steps += [Step(Action.TAKE_NOTES, count=missing)] if missing else []
        steps.append(Step(Action.BEGIN))
    elif state is PublicationState.DRAFTING:
        sent_back = bool(status.publication and status.publication.remarks)
        steps.append(Step(Action.MEND if sent_back else Action.WRITE))
    elif state is PublicationState.IN_CHECK:
        steps.append(Step(Action.CHECK))
    elif state is PublicationState.APPROVED or (state is PublicationState.PUBLISHED and status.has_news):
        steps.append(Step(Action.PUBLISH))
    to_translate = sum(each.to_do for each in status.languages)
    if to_translate:
        steps.append(Step(Action.TRANSLATE, count=to_translate))
    return steps
