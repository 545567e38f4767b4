"""Reads of comments: an author's own, the desk's, and what everybody reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from eventapp.core.context import Context
from eventapp.core.errors import NotFound
from eventapp.events.models import Event
from eventapp.notes.comments.models import Comment
from eventapp.notes.comments.states import ANSWERED, UNANSWERED, CommentState
from eventapp.notes.models import Publication
from eventapp.registrations.models import Registration

PAGE_SIZE = 50


class Pile(StrEnum):
    """The piles of comments that the desk works through."""

    WAITING = "waiting"
    OPEN = "open"
    DECIDED = "decided"  # answered, not released
    RELEASED = "released"
    HIDDEN = "hidden"
    WITHDRAWN = "withdrawn"


_OF_PILE: dict[Pile, ColumnElement[bool]] = {
    Pile.WAITING: Comment.state == CommentState.WAITING,
    Pile.OPEN: Comment.state == CommentState.OPEN,
    Pile.DECIDED: and_(Comment.state.in_(ANSWERED), Comment.released_at.is_(None)),
    Pile.RELEASED: and_(Comment.state.in_(ANSWERED), Comment.released_at.is_not(None)),
    Pile.HIDDEN: Comment.state == CommentState.HIDDEN,
    Pile.WITHDRAWN: Comment.state == CommentState.WITHDRAWN,
}


@dataclass(frozen=True)
class Filters:
    """Which comments the desk looks at; None and empty mean all."""

    pile: Pile | None = None
    publication_id: int | None = None
    paragraph_key: str | None = None  # empty: those about the whole text


@dataclass(frozen=True)
class Found:
    """A page of the desk's list."""

    comments: Sequence[Comment]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """Return how many pages there are, at least one."""
        return max(1, -(-self.total // PAGE_SIZE))

    @property
    def first(self) -> int:
        """Return the place of the first comment in the whole list, counted from 1."""
        return (self.page - 1) * PAGE_SIZE + 1

    @property
    def last(self) -> int:
        """Return the place of the last comment in the whole list."""
        return min(self.page * PAGE_SIZE, self.total)


def get(ctx: Context, event: Event, comment_id: int, *, lock: bool = False) -> Comment:
    """Return a comment of this event, held until the end of the transaction if asked. Raises `NotFound`."""
    query = select(Comment).where(Comment.id == comment_id, Comment.event_id == event.id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = ctx.session.scalar(query)
    if found is None:
        raise NotFound(_("There is no such comment."))
    return found


def get_own(ctx: Context, registration: Registration, comment_id: int, *, lock: bool = False) -> Comment:
    """Return a comment that this person wrote. Raises `NotFound`."""
    found = get(ctx, registration.event, comment_id, lock=lock)
    if found.registration_id != registration.id:
        raise NotFound(_("There is no such comment."))
    return found


def find_sent(ctx: Context, publication: Publication, registration: Registration, key: str) -> Comment | None:
    """Return what the form with this key has made already."""
    return ctx.session.scalar(
        select(Comment).where(
            Comment.publication_id == publication.id,
            Comment.registration_id == registration.id,
            Comment.key == key,
        )
    )


def count_of_one(ctx: Context, publication: Publication, registration: Registration) -> int:
    """Return how many comments on the text the person has written."""
    return (
        ctx.session.scalar(
            select(func.count(Comment.id)).where(
                Comment.publication_id == publication.id, Comment.registration_id == registration.id
            )
        )
        or 0
    )


def list_of(ctx: Context, registration_ids: Sequence[int]) -> Sequence[Comment]:
    """Return what somebody wrote, the latest first."""
    return ctx.session.scalars(
        select(Comment)
        .where(Comment.registration_id.in_(registration_ids))
        .options(joinedload(Comment.publication))
        .order_by(Comment.id.desc())
    ).all()


def count_of(ctx: Context, registration_id: int) -> int:
    """Return how many comments somebody wrote."""
    return ctx.session.scalar(select(func.count(Comment.id)).where(Comment.registration_id == registration_id)) or 0


def count_piles(ctx: Context, event: Event) -> dict[Pile, int]:
    """Return how many comments lie on each pile."""
    rows = ctx.session.execute(
        select(Comment.state, Comment.released_at.is_not(None), func.count())
        .where(Comment.event_id == event.id)
        .group_by(Comment.state, Comment.released_at.is_not(None))
    )
    counts = dict.fromkeys(Pile, 0)
    for state, released, number in rows:
        if state in ANSWERED:
            counts[Pile.RELEASED if released else Pile.DECIDED] += number
        else:
            counts[Pile(state.value)] += number
    return counts


def list_for_desk(ctx: Context, event: Event, filters: Filters, page: int = 1) -> Found:
    """Return a page of the comments that match, by text and paragraph and in the order in which they came."""
    query = _matching(event, filters)
    total = ctx.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    page = min(max(page, 1), max(1, -(-total // PAGE_SIZE)))
    comments = ctx.session.scalars(
        query.join(Publication, Publication.id == Comment.publication_id)
        .options(joinedload(Comment.publication), joinedload(Comment.decided_by))
        .order_by(Publication.kind.desc(), Publication.number, Comment.paragraph_key, Comment.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    return Found(comments, total, page)


def _matching(event: Event, filters: Filters) -> Select[Comment]:
    query = select(Comment).where(Comment.event_id == event.id)
    if filters.pile is not None:
        query = query.where(_OF_PILE[filters.pile])
    if filters.publication_id is not None:
        query = query.where(Comment.publication_id == filters.publication_id)
    if filters.paragraph_key is not None:
        query = query.where(Comment.paragraph_key == filters.paragraph_key)
    return query


def list_commented(ctx: Context, event: Event) -> Sequence[Publication]:
    """Return the texts on which there are comments."""
    return ctx.session.scalars(
        select(Publication)
        .where(Publication.id.in_(select(Comment.publication_id).where(Comment.event_id == event.id)))
        .order_by(Publication.kind.desc(), Publication.number)
    ).all()


def list_public(ctx: Context, event: Event) -> Sequence[Comment]:
    """Return what everybody reads: comments that were shown, answered or not, in the order in which they came."""
    return ctx.session.scalars(
        select(Comment)
        .where(Comment.event_id == event.id, Comment.state.in_((CommentState.OPEN, *ANSWERED)))
        .options(joinedload(Comment.publication))
        .order_by(Comment.id)
    ).all()


def list_released(ctx: Context, event: Event) -> Sequence[Comment]:
    """Return the comments whose answers are public, in the order in which they came."""
    return ctx.session.scalars(
        select(Comment)
        .where(Comment.event_id == event.id, _OF_PILE[Pile.RELEASED])
        .options(joinedload(Comment.publication))
        .order_by(Comment.id)
    ).all()


def list_unreleased(ctx: Context, event: Event, *, lock: bool = False) -> Sequence[Comment]:
    """Return the comments with an answer that nobody but the team knows yet."""
    query = select(Comment).where(Comment.event_id == event.id, _OF_PILE[Pile.DECIDED]).order_by(Comment.id)
    if lock:
        return ctx.session.scalars(query.with_for_update().execution_options(populate_existing=True)).all()
    return ctx.session.scalars(query.options(joinedload(Comment.publication))).all()


def list_authors(ctx: Context, comments: Sequence[Comment]) -> dict[int, Registration]:
    """Return who wrote the comments, by the number of the registration; those who were erased are not there."""
    ids = {each.registration_id for each in comments if each.registration_id is not None}
    rows = ctx.session.scalars(select(Registration).where(Registration.id.in_(ids)).order_by(Registration.id))
    return {each.id: each for each in rows}


def count_to_moderate(ctx: Context, event: Event) -> int:
    """Return how many comments wait for a look or an answer."""
    return (
        ctx.session.scalar(
            select(func.count(Comment.id)).where(Comment.event_id == event.id, Comment.state.in_(UNANSWERED))
        )
        or 0
    )


def count_unanswered(ctx: Context, event: Event) -> int:
    """Return how many comments stand in the way of the read-out: without an answer, or with one not released yet."""
    wanted = or_(Comment.state.in_(UNANSWERED), _OF_PILE[Pile.DECIDED])
    return ctx.session.scalar(select(func.count(Comment.id)).where(Comment.event_id == event.id, wanted)) or 0
