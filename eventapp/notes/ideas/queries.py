"""Reads of boards: what the room may see at each step, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from eventapp.agenda import queries as agenda
from eventapp.core.context import Context
from eventapp.core.errors import NotFound
from eventapp.core.translated import Translated
from eventapp.events.models import Event
from eventapp.notes.ideas.models import Idea, IdeaBoard, IdeaDots, IdeaGroup
from eventapp.notes.ideas.states import BoardState

SHOWING = frozenset({BoardState.REVEALED, BoardState.VOTING, BoardState.CLOSED})
"""The states in which people see the ideas of others."""


@dataclass(frozen=True)
class Grouped:
    """A group with the ideas in it that are not taken out, and its dots once they may be known."""

    group: IdeaGroup
    ideas: Sequence[Idea]
    dots: int = 0


@dataclass(frozen=True)
class Shown:
    """What a board shows to whoever is there: before the reveal a number, after the vote the result."""

    board: IdeaBoard
    count: int
    groups: Sequence[Grouped] = ()  # in the order of the result once it is closed
    others: Sequence[Idea] = ()  # in no group
    voters: int = 0  # while they vote, and after

    @property
    def is_revealed(self) -> bool:
        """Tell whether the ideas of others are shown."""
        return self.board.state in SHOWING

    @cached_property
    def most_dots(self) -> int:
        """Return the dots of the group that has most."""
        return max((each.dots for each in self.groups), default=0)

    @property
    def has_dots(self) -> bool:
        """Tell whether anybody voted, as far as it may be known."""
        return self.most_dots > 0


@dataclass(frozen=True)
class Own:
    """What somebody wrote, the hidden included, and where their dots are."""

    ideas: Sequence[Idea] = ()
    dots: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """A group of a board that is closed, as an insight can be made of it."""

    group_id: int
    title: Translated
    ideas: int
    dots: int
    board_id: int
    question: Translated
    session_id: int
    session_title: Translated


def list_boards(ctx: Context, event: Event) -> Sequence[IdeaBoard]:
    """Return the boards of the event, the newest first."""
    wanted = select(IdeaBoard).where(IdeaBoard.event_id == event.id)
    return ctx.session.scalars(wanted.order_by(IdeaBoard.created_at.desc(), IdeaBoard.id.desc())).all()


def list_open(ctx: Context, event: Event) -> Sequence[IdeaBoard]:
    """Return the boards on which somebody can do something now."""
    now = (BoardState.COLLECTING, BoardState.REVEALED, BoardState.VOTING)
    wanted = select(IdeaBoard).where(IdeaBoard.event_id == event.id, IdeaBoard.state.in_(now))
    return ctx.session.scalars(wanted.order_by(IdeaBoard.created_at.desc(), IdeaBoard.id.desc())).all()


def get_board(ctx: Context, event: Event, board_id: int) -> IdeaBoard:
    """Return a board of this event. Raises `NotFound`."""
    found = ctx.session.scalar(select(IdeaBoard).where(IdeaBoard.id == board_id, IdeaBoard.event_id == event.id))
    if found is None:
        raise NotFound(_("There is no such board in this event."))
    return found


def find_by_code(ctx: Context, event: Event, code: str) -> IdeaBoard | None:
    """Return the board that the room's code opens, unless it was never opened."""
    return ctx.session.scalar(
        select(IdeaBoard).where(
            IdeaBoard.code == code, IdeaBoard.event_id == event.id, IdeaBoard.state != BoardState.PREPARED
        )
    )


def count_ideas(ctx: Context, board: IdeaBoard) -> int:
    """Return how many ideas are on the board and not taken out."""
    wanted = select(func.count(Idea.id)).where(Idea.board_id == board.id, Idea.hidden_at.is_(None))
    return ctx.session.scalar(wanted) or 0


def counts_of(ctx: Context, event: Event) -> dict[int, int]:
    """Return how many ideas each board of the event holds."""
    wanted = (
        select(Idea.board_id, func.count(Idea.id))
        .join(IdeaBoard, IdeaBoard.id == Idea.board_id)
        .where(IdeaBoard.event_id == event.id, Idea.hidden_at.is_(None))
        .group_by(Idea.board_id)
    )
    return dict(ctx.session.execute(wanted).all())


def shown_of(ctx: Context, board: IdeaBoard) -> Shown:
    """Return what the board shows now: nobody's ideas before the reveal, no dots before it is closed."""
    if board.state not in SHOWING:
        return Shown(board, count_ideas(ctx, board))
    ideas = ctx.session.scalars(
        select(Idea).where(Idea.board_id == board.id, Idea.hidden_at.is_(None)).order_by(Idea.id)
    ).all()
    by_group: dict[int | None, list[Idea]] = {}
    for idea in ideas:
        by_group.setdefault(idea.group_id, []).append(idea)
    dots = _dots_of(ctx, board.id) if board.state is BoardState.CLOSED else {}
    groups = [Grouped(each, by_group.get(each.id, ()), dots.get(each.id, 0)) for each in board.groups]
    voters = count_voters(ctx, board) if board.state is not BoardState.REVEALED else 0
    if board.state is BoardState.CLOSED:
        groups.sort(key=lambda each: (-each.dots, each.group.position, each.group.id))
    return Shown(board, len(ideas), groups, by_group.get(None, ()), voters)


def count_voters(ctx: Context, board: IdeaBoard) -> int:
    """Return how many people have put dots."""
    return ctx.session.scalar(
        select(func.count(func.distinct(IdeaDots.writer))).where(IdeaDots.board_id == board.id)
    ) or 0  # fmt: skip


def list_hidden(ctx: Context, board: IdeaBoard) -> Sequence[Idea]:
    """Return the ideas that the rapporteur took out."""
    wanted = select(Idea).where(Idea.board_id == board.id, Idea.hidden_at.is_not(None))
    return ctx.session.scalars(wanted.order_by(Idea.id)).all()


def own_of(ctx: Context, board: IdeaBoard, writer: str) -> Own:
    """Return somebody's own ideas and dots."""
    ideas = select(Idea).where(Idea.board_id == board.id, Idea.writer == writer).order_by(Idea.id)
    dots = select(IdeaDots.group_id, IdeaDots.dots).where(IdeaDots.board_id == board.id, IdeaDots.writer == writer)
    return Own(ctx.session.scalars(ideas).all(), dict(ctx.session.execute(dots).all()))


def has_taken_part(ctx: Context, board_id: int, writer: str) -> bool:
    """Tell whether there is an idea or a dot of somebody on the board."""
    idea = select(Idea.id).where(Idea.board_id == board_id, Idea.writer == writer)
    dots = select(IdeaDots.id).where(IdeaDots.board_id == board_id, IdeaDots.writer == writer)
    return bool(ctx.session.scalar(select(idea.exists() | dots.exists())))


def find_own(ctx: Context, board: IdeaBoard, writer: str, key: str) -> Idea | None:
    """Return an idea, for the one who wrote it."""
    return ctx.session.scalar(
        select(Idea).where(Idea.board_id == board.id, Idea.writer == writer, Idea.key == key)
    )  # fmt: skip


def titles_of_sessions(ctx: Context, event: Event) -> dict[int, Translated]:
    """Return what the sessions are called: in the draft, or in the release when the draft has lost them."""
    release = agenda.latest_release(ctx, event)
    public = {each.id: each.title for each in release.snapshot.sessions} if release else {}
    return {**public, **{each.id: each.title for each in agenda.draft_of(ctx, event).sessions}}


def list_results(ctx: Context, event: Event) -> list[Result]:
    """Return the groups of all boards that are closed, those with most dots first; constant in queries."""
    boards = ctx.session.scalars(
        select(IdeaBoard)
        .where(IdeaBoard.event_id == event.id, IdeaBoard.state == BoardState.CLOSED)
        .options(selectinload(IdeaBoard.groups))
        .order_by(IdeaBoard.id)
    ).all()
    if not boards:
        return []
    ids = [each.id for each in boards]
    ideas = dict(
        ctx.session.execute(
            select(Idea.group_id, func.count(Idea.id))
            .where(Idea.board_id.in_(ids), Idea.hidden_at.is_(None))
            .group_by(Idea.group_id)
        ).all()
    )
    dots, titles = _dots_of(ctx, *ids), titles_of_sessions(ctx, event)
    found = [
        Result(
            group_id=group.id,
            title=group.title,
            ideas=ideas.get(group.id, 0),
            dots=dots.get(group.id, 0),
            board_id=board.id,
            question=board.question,
            session_id=board.session_id,
            session_title=titles.get(board.session_id, board.question),
        )
        for board in boards
        for group in board.groups
    ]
    return sorted(found, key=lambda each: (each.board_id, -each.dots, each.group_id))


def _dots_of(ctx: Context, *board_ids: int) -> dict[int, int]:
    wanted = select(IdeaDots.group_id, func.sum(IdeaDots.dots)).where(IdeaDots.board_id.in_(board_ids))
    return {group_id: int(count) for group_id, count in ctx.session.execute(wanted.group_by(IdeaDots.group_id))}
