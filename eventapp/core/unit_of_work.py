"""The one place that commits: every change to the data happens inside `unit_of_work`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app, g, has_request_context
from flask_babel import get_locale
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from eventapp.core.clock import Clock
from eventapp.core.context import ANONYMOUS, SYSTEM, Actor, Context
from eventapp.core.database import db

_REPLAYABLE = frozenset({"40001", "40P01"})  # serialization_failure, deadlock_detected


class WriteOutsideUnitOfWork(RuntimeError):
    """Something was about to be written where nothing commits."""


def clock() -> Clock:
    """Return the application's clock."""
    found: Clock = current_app.extensions["clock"]
    return found


def reading(actor: Actor | None = None) -> Context:
    """Return a context for queries; nothing can be written through it."""
    return Context(session=db.session(), actor=actor or _actor(), now=clock().now(), language=_language())


@contextmanager
def unit_of_work(actor: Actor | None = None) -> Iterator[Context]:
    """Open a write transaction, yield its context, commit at the end or roll back on any error.

    What was read before in the same request is read afresh, now under the writer's lock on SQLite. Units do
    not nest. Raises `RuntimeError` when one is already open.
    """
    session = db.session()
    if is_writing(session):
        raise RuntimeError("a unit of work is already open: commands call each other, not unit_of_work")
    session.info["writing"] = True
    try:
        _begin(session)
        yield Context(session=session, actor=actor or _actor(), now=clock().now(), language=_language())
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info["writing"] = False


def is_writing(session: Session) -> bool:
    """Tell whether the session may hold changes that nobody else can see yet."""
    return bool(session.info.get("writing"))


def replayable(error: OperationalError) -> bool:
    """Tell whether PostgreSQL gave up the transaction only because of others, so that it may be played again."""
    return getattr(error.orig, "sqlstate", None) in _REPLAYABLE


def _begin(session: Session) -> None:
    """Have everything read again, on SQLite under the writer's lock.

    PostgreSQL's READ COMMITTED sees at each statement what is committed by then, so there the transaction that has
    read goes on, which saves three ways to the server.
    """
    if session.get_bind().dialect.name == "sqlite" or session.new or session.dirty:
        session.rollback()
        session.connection(execution_options={"writer": True})
    else:
        session.expire_all()


@sqlalchemy_event.listens_for(Session, "before_flush")
def _refuse_stray_writes(session: Session, *_: object) -> None:
    if not is_writing(session):
        raise WriteOutsideUnitOfWork("a change was made outside unit_of_work")


def _actor() -> Actor:
    if not has_request_context():
        return SYSTEM
    actor: Actor = g.get("actor", ANONYMOUS)
    return actor


def _language() -> str:
    locale = get_locale()
    return locale.language if locale is not None else "en"
