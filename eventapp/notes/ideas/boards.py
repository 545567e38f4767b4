"""Commands of the rapporteur: make a board, lead it from step to step, group what came."""

from __future__ import annotations

from collections.abc import Collection

from flask_babel import gettext as _
from sqlalchemy import delete, func, select, update

from eventapp.core import audit
from eventapp.core.context import Context
from eventapp.core.errors import DomainError, NotFound
from eventapp.core.translated import Translated
from eventapp.events.models import Event
from eventapp.notes.ideas import queries, rules, service
from eventapp.notes.ideas.models import Idea, IdeaBoard, IdeaDots, IdeaGroup
from eventapp.notes.ideas.service import NotNow
from eventapp.notes.ideas.states import BOARDS, EDITABLE, BoardAction, BoardState
from eventapp.notes.ideas.values import BoardValues


def make(ctx: Context, event: Event, values: BoardValues) -> IdeaBoard:
    """Prepare a board for a session; nobody sees it yet. Raises `DomainError` that names the field."""
    _check(ctx, event, values)
    code = rules.new_code()
    while ctx.session.scalar(select(IdeaBoard.id).where(IdeaBoard.code == code)) is not None:
        code = rules.new_code()
    board = IdeaBoard(
        event_id=event.id,
        session_id=values.session_id,
        question=values.question,
        dots=values.dots,
        state=BoardState.PREPARED,
        code=code,
        created_at=ctx.now,
    )
    ctx.session.add(board)
    audit.record(ctx, board, "add")
    return board


def edit(ctx: Context, event: Event, board_id: int, values: BoardValues) -> None:
    """Change the question or the dots, as long as nobody votes. Raises `DomainError`, `NotNow`."""
    board = _touched(ctx, event, board_id)
    if board.state not in EDITABLE:
        raise NotNow(_("People vote on this, or have voted. Go back to grouping first."))
    _check(ctx, event, values)
    if values.dots < _most_put(ctx, board):
        raise DomainError(_("Somebody has put more dots already."), field="dots")
    changed = audit.changed_fields(
        board, {"session_id": values.session_id, "question": values.question, "dots": values.dots}
    )
    if changed:
        audit.record(ctx, board, "edit", {"fields": changed})


def move(ctx: Context, event: Event, board_id: int, action: BoardAction) -> IdeaBoard:
    """Take the board to its next step, or back. Raises `IllegalMove`, and `DomainError` for a vote on nothing."""
    board = _touched(ctx, event, board_id)
    leads_to = BOARDS.target(board.state, action)
    if leads_to is BoardState.VOTING and not board.groups:
        raise DomainError(_("People vote on groups. Make at least one first."))
    BOARDS.move(ctx, board, action)
    return board


def remove(ctx: Context, event: Event, board_id: int) -> None:
    """Take away a board that was never opened. Raises `NotNow`."""
    board = _touched(ctx, event, board_id)
    if board.state is not BoardState.PREPARED:
        raise NotNow(_("A board that was opened stays."))
    audit.record(ctx, board, "remove")
    ctx.session.delete(board)


def add_group(
    ctx: Context, event: Event, board_id: int, title: Translated, idea_ids: Collection[int] = ()
) -> IdeaGroup:
    """Make a group at the end, with the ideas in it. Raises `DomainError`."""
    board = _grouping(ctx, event, board_id)
    if not title:
        raise DomainError(_("Give the group a title."), field="title")
    if len(board.groups) >= rules.MOST_GROUPS:
        raise DomainError(_("A board can have %(count)d groups. Merge some first.", count=rules.MOST_GROUPS))
    position = max((each.position for each in board.groups), default=0) + 1
    group = IdeaGroup(position=position, title=title)
    board.groups.append(group)
    ctx.session.flush()
    _put(ctx, board, idea_ids, group.id)
    audit.record(ctx, board, "group")
    return group


def group_the_rest(ctx: Context, event: Event, board_id: int) -> int:
    """Make a group of each idea that is in none, called as the idea itself; return how many."""
    board = _grouping(ctx, event, board_id)
    rest = queries.shown_of(ctx, board).others
    room = rules.MOST_GROUPS - len(board.groups)
    if len(rest) > room:
        raise DomainError(_("A board can have %(count)d groups. Merge some first.", count=rules.MOST_GROUPS))
    for idea in rest:
        title = Translated({idea.language: idea.text[: rules.LONGEST_TITLE]})
        add_group(ctx, event, board_id, title, [idea.id])
    return len(rest)


def rename_group(ctx: Context, event: Event, board_id: int, group_id: int, title: Translated) -> None:
    """Give a group another title; possible at every step. Raises `DomainError`."""
    board = _touched(ctx, event, board_id)
    group = _group(board, group_id)
    if not title:
        raise DomainError(_("Give the group a title."), field="title")
    if audit.changed_fields(group, {"title": title}):
        audit.record(ctx, board, "group")


def put_ideas(ctx: Context, event: Event, board_id: int, idea_ids: Collection[int], group_id: int | None) -> int:
    """Put the ideas into a group, or out of every group; return how many. Raises `DomainError`."""
    board = _grouping(ctx, event, board_id)
    if not idea_ids:
        raise DomainError(_("Tick at least one idea."))
    if group_id is not None:
        _group(board, group_id)
    moved = _put(ctx, board, idea_ids, group_id)
    audit.record(ctx, board, "group")
    return moved


def merge(ctx: Context, event: Event, board_id: int, group_id: int, into_id: int) -> None:
    """Put all of one group, its dots included, into another, and take it away. Raises `DomainError`."""
    board = _grouping(ctx, event, board_id)
    gone, stays = _group(board, group_id), _group(board, into_id)
    if gone.id == stays.id:
        raise DomainError(_("Choose another group."))
    ctx.session.execute(update(Idea).where(Idea.group_id == gone.id).values(group_id=stays.id))
    of_whom = dict(
        ctx.session.execute(
            select(IdeaDots.writer, func.sum(IdeaDots.dots))
            .where(IdeaDots.group_id.in_((gone.id, stays.id)))
            .group_by(IdeaDots.writer)
        ).all()
    )
    ctx.session.execute(delete(IdeaDots).where(IdeaDots.group_id.in_((gone.id, stays.id))))
    ctx.session.add_all(
        IdeaDots(board_id=board.id, group_id=stays.id, writer=writer, dots=int(dots))
        for writer, dots in of_whom.items()
    )
    _take_away(ctx, board, gone)
    audit.record(ctx, board, "group")


def remove_group(ctx: Context, event: Event, board_id: int, group_id: int) -> None:
    """Take a group away; its ideas are in none then. Raises `DomainError` when it has dots."""
    board = _grouping(ctx, event, board_id)
    group = _group(board, group_id)
    if ctx.session.scalar(select(IdeaDots.id).where(IdeaDots.group_id == group.id).limit(1)) is not None:
        raise DomainError(_("People have put dots on this group. Merge it into another instead."))
    ctx.session.execute(update(Idea).where(Idea.group_id == group.id).values(group_id=None))
    _take_away(ctx, board, group)
    audit.record(ctx, board, "group")


def hide(ctx: Context, event: Event, board_id: int, idea_ids: Collection[int]) -> int:
    """Take unsuitable ideas out; return how many. Raises `DomainError`."""
    board = _touched(ctx, event, board_id)
    if board.state not in queries.SHOWING:
        raise NotNow(_("The ideas are not revealed yet."))
    if not idea_ids:
        raise DomainError(_("Tick at least one idea."))
    return _set_hidden(ctx, board, idea_ids, hidden=True)


def bring_back(ctx: Context, event: Event, board_id: int, idea_ids: Collection[int]) -> int:
    """Show ideas again that were taken out; return how many."""
    return _set_hidden(ctx, _touched(ctx, event, board_id), idea_ids, hidden=False)


def _touched(ctx: Context, event: Event, board_id: int) -> IdeaBoard:
    board = service.lock(ctx, event, board_id)
    board.version += 1
    return board


def _set_hidden(ctx: Context, board: IdeaBoard, idea_ids: Collection[int], *, hidden: bool) -> int:
    ideas = ctx.session.scalars(select(Idea).where(Idea.board_id == board.id, Idea.id.in_(idea_ids))).all()
    changed = [each for each in ideas if (each.hidden_at is not None) is not hidden]
    for each in changed:
        each.hidden_at = ctx.now if hidden else None
    if changed:
        audit.record(ctx, board, "hide-ideas" if hidden else "show-ideas", {"count": len(changed)})
    return len(changed)


def _check(ctx: Context, event: Event, values: BoardValues) -> None:
    if event.first_language not in values.question:
        raise DomainError(_("Ask something, at least in the first language of the event."), field="question")
    if not 1 <= values.dots <= rules.MOST_DOTS:
        raise DomainError(_("Choose from 1 to %(most)d dots.", most=rules.MOST_DOTS), field="dots")
    if values.session_id not in queries.titles_of_sessions(ctx, event):
        raise DomainError(_("Choose a session of the agenda."), field="session_id")


def _grouping(ctx: Context, event: Event, board_id: int) -> IdeaBoard:
    board = _touched(ctx, event, board_id)
    if board.state is not BoardState.REVEALED:
        raise NotNow(_("Ideas are grouped once they are revealed, before the vote."))
    return board


def _group(board: IdeaBoard, group_id: int) -> IdeaGroup:
    found = next((each for each in board.groups if each.id == group_id), None)
    if found is None:
        raise NotFound(_("There is no such group on this board."))
    return found


def _put(ctx: Context, board: IdeaBoard, idea_ids: Collection[int], group_id: int | None) -> int:
    ideas = ctx.session.scalars(select(Idea).where(Idea.board_id == board.id, Idea.id.in_(idea_ids))).all()
    for each in ideas:
        each.group_id = group_id
    ctx.session.flush()
    return len(ideas)


def _take_away(ctx: Context, board: IdeaBoard, group: IdeaGroup) -> None:
    ctx.session.flush()
    ctx.session.expire(group)
    board.groups.remove(group)
    ctx.session.flush()


def _most_put(ctx: Context, board: IdeaBoard) -> int:
    """Return how many dots the one has put who put most."""
    each = select(func.sum(IdeaDots.dots).label("put")).where(IdeaDots.board_id == board.id).group_by(IdeaDots.writer)
    return int(ctx.session.scalar(select(func.max(each.subquery().c.put))) or 0)
