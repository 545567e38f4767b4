"""Commands of the room: write, change and take back an idea, put dots. Each waits for the board's lock.

Nothing here is recorded in the audit: who wrote what is known to nobody.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from sqlalchemy import delete, func, select

from eventapp.core.context import Context
from eventapp.core.errors import Conflict, DomainError, NotFound
from eventapp.core.text import clean_line
from eventapp.events.models import Event
from eventapp.notes.ideas import queries, rules
from eventapp.notes.ideas.models import Idea, IdeaBoard, IdeaDots
from eventapp.notes.ideas.states import BoardState


class NotNow(Conflict):
    """The board is at another step."""


def lock(ctx: Context, event: Event, board_id: int) -> IdeaBoard:
    """Lock a board's row and return it as it is now: whatever counts on it goes through here. Raises `NotFound`."""
    found = ctx.session.scalar(
        select(IdeaBoard)
        .where(IdeaBoard.id == board_id, IdeaBoard.event_id == event.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(_("There is no such board in this event."))
    return found


def add_idea(ctx: Context, event: Event, board_id: int, writer: str, *, key: str, text: str) -> Idea:
    """Write an idea; the same form sent twice is one idea. Raises `DomainError`, `NotNow`."""
    board = lock(ctx, event, board_id)
    if not rules.is_key(key):
        raise DomainError(_("Send it once more."), field="text")
    there = queries.find_own(ctx, board, writer, key)
    if there is not None:
        return there
    _need(board, BoardState.COLLECTING, _("No more ideas are taken at the moment. Yours is still here."))
    words = _checked(text)
    if ctx.session.scalar(select(Idea.id).where(Idea.board_id == board.id, Idea.key == key)) is not None:
        raise DomainError(_("Send it once more."), field="text")
    mine, all_of_them = ctx.session.execute(
        select(func.count(Idea.id).filter(Idea.writer == writer), func.count(Idea.id)).where(Idea.board_id == board.id)
    ).one()
    if mine >= rules.MOST_OF_ONE:
        raise DomainError(
            _("You have written %(count)d ideas. Change or remove one first.", count=rules.MOST_OF_ONE), field="text"
        )
    if all_of_them >= rules.MOST_ON_BOARD:
        raise DomainError(_("The board is full. Tell the rapporteur in the room."), field="text")
    idea = Idea(
        board_id=board.id, key=key, writer=writer, language=ctx.language, text=words, created_at=ctx.now
    )  # fmt: skip
    ctx.session.add(idea)
    ctx.session.flush()
    return idea


def change_idea(ctx: Context, event: Event, board_id: int, writer: str, *, key: str, text: str) -> None:
    """Write one's own idea anew. Raises `DomainError`, `NotNow`, `NotFound`."""
    board = lock(ctx, event, board_id)
    _need(board, BoardState.COLLECTING, _("Ideas cannot be changed at the moment. Your words are still here."))
    idea = _own(ctx, board, writer, key)
    idea.text, idea.language = _checked(text), ctx.language


def remove_idea(ctx: Context, event: Event, board_id: int, writer: str, *, key: str) -> None:
    """Take one's own idea back; a second time changes nothing. Raises `NotNow`."""
    board = lock(ctx, event, board_id)
    _need(board, BoardState.COLLECTING, _("Ideas cannot be removed at the moment."))
    idea = queries.find_own(ctx, board, writer, key)
    if idea is not None:
        ctx.session.delete(idea)


def put_dots(ctx: Context, event: Event, board_id: int, writer: str, wanted: Mapping[int, int]) -> int:
    """Put one's dots on groups in place of those put before; return how many are left. Raises `DomainError`, `NotNow`.

    What was put before is taken away and what is wanted is put under the board's lock, so that two sendings at once
    end as one of them, never as both.
    """
    board = lock(ctx, event, board_id)
    _need(board, BoardState.VOTING, _("The vote is not open at the moment."))
    groups = {each.id for each in board.groups}
    chosen = {group_id: count for group_id, count in wanted.items() if count > 0 and group_id in groups}
    left = board.dots - rules.dots_in(chosen)
    if left < 0:
        raise DomainError(
            _("You have %(dots)d dots. Take away %(over)d.", dots=board.dots, over=-left), field="dots"
        )  # fmt: skip
    ctx.session.execute(delete(IdeaDots).where(IdeaDots.board_id == board.id, IdeaDots.writer == writer))
    ctx.session.add_all(
        IdeaDots(board_id=board.id, group_id=group_id, writer=writer, dots=count) for group_id, count in chosen.items()
    )
    ctx.session.flush()
    return left


def _need(board: IdeaBoard, state: BoardState, otherwise: str) -> None:
    if board.state is not state:
        raise NotNow(otherwise, field="text")


def _checked(text: str) -> str:
    words = clean_line(text[: 20 * rules.LONGEST_IDEA])
    if not words:
        raise DomainError(_("Write your idea first."), field="text")
    if len(words) > rules.LONGEST_IDEA:
        raise DomainError(
            _("Use at most %(most)d characters; this has %(count)d.", most=rules.LONGEST_IDEA, count=len(words)),
            field="text",
        )
    return words


def _own(ctx: Context, board: IdeaBoard, writer: str, key: str) -> Idea:
    found = queries.find_own(ctx, board, writer, key)
    if found is None:
        raise NotFound(_("This idea is gone. Reload the page to see yours."))
    return found
