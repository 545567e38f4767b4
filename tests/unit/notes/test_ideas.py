"""Dots and ideas at the same moment, on both engines: never more than there are, and one press is one idea."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from eventapp.core.context import SYSTEM, Context
from eventapp.core.errors import DomainError
from eventapp.core.translated import Translated
from eventapp.core.unit_of_work import unit_of_work
from eventapp.events.models import Event
from eventapp.notes.ideas import boards, queries, rules, service
from eventapp.notes.ideas.models import Idea, IdeaBoard, IdeaDots, IdeaGroup
from eventapp.notes.ideas.service import NotNow
from eventapp.notes.ideas.states import BoardAction, BoardState
from tests.support.factories import make_event
from tests.support.fixtures import Work

MANY = 6
ME = rules.writer_of(b"secret", 1, "registration:1")


@pytest.fixture
def board_id(work: Work) -> int:
    """A board on which people vote: one group for each of the racers, three dots a person."""
    with work() as ctx:
        board = IdeaBoard(
            event_id=make_event(ctx).id,
            session_id=1,
            question=Translated(en="Where to begin?"),
            state=BoardState.VOTING,
            code=rules.new_code(),
            dots=3,
            created_at=ctx.now,
            groups=[IdeaGroup(position=number, title=Translated(en=f"Group {number}")) for number in range(MANY)],
        )
        ctx.session.add(board)
        ctx.session.flush()
        return board.id


def event_of(ctx: Context) -> Event:
    return ctx.session.scalars(select(Event)).one()


def at_once(app: Flask, act: Callable[[Context, Event, int], object]) -> None:
    """Let everybody act at the same moment, each in a unit of work of their own."""
    ready = Barrier(MANY)

    def one(number: int) -> None:
        with app.app_context():
            ready.wait(20)
            with unit_of_work(SYSTEM) as ctx:
                act(ctx, event_of(ctx), number)

    with ThreadPoolExecutor(MANY) as pool:
        list(pool.map(one, range(MANY)))


def put_all_on_one(ctx: Context, event: Event, board_id: int, number: int) -> None:
    groups = ctx.session.scalars(select(IdeaGroup.id).order_by(IdeaGroup.position)).all()
    service.put_dots(ctx, event, board_id, ME, {groups[number]: 3})


def dots_put(work: Work) -> int:
    with work() as ctx:
        return int(ctx.session.scalar(select(func.sum(IdeaDots.dots))) or 0)


def test_however_many_sendings_at_once_nobody_puts_more_dots_than_they_have(
    app: Flask, work: Work, board_id: int
) -> None:
    at_once(app, lambda ctx, event, number: put_all_on_one(ctx, event, board_id, number))
    assert dots_put(work) == 3


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)  # SQLite lets in one writer at a time anyway
def test_without_the_lock_the_same_sendings_put_too_many(
    app: Flask, work: Work, board_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "lock", queries.get_board)
    all_took_theirs_away = Barrier(MANY)

    def wait(_session: Session, *_rest: object) -> None:
        all_took_theirs_away.wait(20)

    sqlalchemy_event.listen(Session, "before_flush", wait)
    try:
        at_once(app, lambda ctx, event, number: put_all_on_one(ctx, event, board_id, number))
    finally:
        sqlalchemy_event.remove(Session, "before_flush", wait)
    assert dots_put(work) == 3 * MANY


def test_one_form_sent_many_times_at_once_is_one_idea(app: Flask, work: Work, board_id: int) -> None:
    with work() as ctx:
        ctx.session.execute(update(IdeaBoard).values(state=BoardState.COLLECTING))
    at_once(
        app,
        lambda ctx, event, _number: service.add_idea(ctx, event, board_id, ME, key="one-press-1", text="Shade"),
    )
    with work() as ctx:
        assert [each.text for each in ctx.session.scalars(select(Idea))] == ["Shade"]


def test_merged_groups_keep_every_dot_and_regrouping_takes_none(work: Work, board_id: int) -> None:
    with work() as ctx:
        event = event_of(ctx)
        first, second, *_others = ctx.session.scalars(select(IdeaGroup.id).order_by(IdeaGroup.position)).all()
        service.put_dots(ctx, event, board_id, ME, {first: 1, second: 2})
        with pytest.raises(DomainError):
            service.put_dots(ctx, event, board_id, ME, {first: 4})
        service.put_dots(ctx, event, board_id, "another", {first: 2, 999_999: 1})
        with pytest.raises(NotNow):
            boards.merge(ctx, event, board_id, first, second)
        boards.move(ctx, event, board_id, BoardAction.REGROUP)
        with pytest.raises(DomainError):
            boards.remove_group(ctx, event, board_id, first)
        boards.merge(ctx, event, board_id, first, second)
    with work() as ctx:
        event = event_of(ctx)
        boards.move(ctx, event, board_id, BoardAction.CLOSE)
        results = queries.list_results(ctx, event)
        assert (results[0].group_id, results[0].dots, len(results)) == (second, 5, MANY - 1)


def test_codes_are_read_as_people_type_them() -> None:
    code = rules.new_code()
    assert rules.code_of(f" {code[:3].lower()}-{code[3:]} ") == code
    assert [rules.code_of(each) for each in ("", "AB", "AAAAA1", "AAAAAÀ", "x" * 900)] == [""] * 5
    assert rules.writer_of(b"k", 1, "registration:1") != rules.writer_of(b"k", 2, "registration:1")
