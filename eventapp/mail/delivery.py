"""Delivery: claim a mail, fill in its secrets, hand it over, note what came of it; several couriers may work."""

from __future__ import annotations

import logging
import os
import random
import secrets
import socket
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any, TypeVar

from flask_babel import force_locale
from sqlalchemy import ColumnElement, and_, exists, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import undefer_group

from eventapp.core.config import Settings
from eventapp.core.context import SYSTEM, Context
from eventapp.core.text import clean_line
from eventapp.core.tokens import LinkKeys, Purpose
from eventapp.core.unit_of_work import clock, reading, replayable, unit_of_work
from eventapp.mail import hooks
from eventapp.mail.letters import Letter
from eventapp.mail.marks import filled, link_mark, secret_mark
from eventapp.mail.models import OutboxMessage
from eventapp.mail.states import MACHINE, MessageAction, MessageState, OwnReason
from eventapp.mail.transports import NotAccepted, Transport

LEASE = timedelta(minutes=5)  # a claim older than this belonged to a worker that died
BACK_OFF_MINUTES = (1, 5, 15, 60, 120, 240, 480, 480)  # about a day in all; then the mail has failed
MAX_REPLAYS = 4

T = TypeVar("T")
log = logging.getLogger("eventapp.mail")


class LinkGone(Exception):
    """What the mail links to is gone, so there is nothing to send it for."""


class CalledBack(Exception):
    """The mail was called back, or taken over by another worker, between its claim and its sending."""


class _Outcome(Enum):
    SENT = auto()
    POSTPONED = auto()
    FAILED = auto()
    CANCELLED = auto()


@dataclass(frozen=True)
class _Result:
    outcome: _Outcome
    reason: str = ""


class Courier:
    """Delivers what is due, one mail at a time; no database transaction is open while it talks to the server."""

    def __init__(self, settings: Settings, keys: LinkKeys, transport: Transport) -> None:
        self._settings = settings
        self._keys = keys
        self._transport = transport
        self.name = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(3)}"

    def deliver_due(self, stopping: Callable[[], bool] = lambda: False) -> int:
        """Deliver until nothing is due or `stopping()` and return how many mails were tried."""
        tried = 0
        try:
            while not stopping() and self.deliver_next():
                tried += 1
        finally:
            self._transport.close()
        return tried

    def deliver_next(self) -> bool:
        """Claim and deliver the mail that has been due the longest; tell whether there was one."""
        now = clock().machine_now()
        if not _anything_due(now):
            return False
        message_id = _replayed(lambda: claim(self.name, now))
        if message_id is None:
            return False
        result = self._attempt(message_id)
        if result is not None:
            _replayed(lambda: _note(message_id, result))
        return True

    def _attempt(self, message_id: int) -> _Result | None:
        try:
            letter = self._prepare(message_id)
            self._transport.send(letter)
        except CalledBack:
            return None
        except LinkGone:
            return _Result(_Outcome.CANCELLED, OwnReason.LINK_GONE)
        except NotAccepted as refusal:
            return _Result(_Outcome.FAILED if refusal.final else _Outcome.POSTPONED, refusal.reason)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one mail must not hold up the others
            # The error's own text could quote the mail, so only its kind and place are logged.
            place = "".join(traceback.format_tb(error.__traceback__)[-3:])
            log.error("mail %d could not be made: %s\n%s", message_id, type(error).__name__, place)
            return _Result(_Outcome.POSTPONED, f"{OwnReason.NOT_MADE}: {type(error).__name__}")
        return _Result(_Outcome.SENT)

    def _prepare(self, message_id: int) -> Letter:
        with _looking() as ctx:
            message = ctx.session.scalars(
                select(OutboxMessage)
                .options(undefer_group("bodies"))
                .where(OutboxMessage.id == message_id)
                .execution_options(populate_existing=True)
            ).one_or_none()
            if message is None:  # deleted with everything else about its recipient
                raise CalledBack
            self._require_mine(message.state, message.claimed_by)
            if message.attempts > len(BACK_OFF_MINUTES) + 1:
                raise NotAccepted(OwnReason.WORKER_DIED, final=True)
            nonce = message.message_id[1:].partition("@")[0]
            values = self._values(ctx, message.links, nonce)
            letter = Letter(
                row_id=message.id,
                message_id=message.message_id,
                written_at=message.created_at,
                sender=self._settings.mail_from,
                recipient=message.recipient,
                recipient_name=message.recipient_name,
                reply_to=message.reply_to,
                language=message.language,
                subject=message.subject,
                text=filled(message.text_body, values),
                html=filled(message.html_body, values),
                unsubscribe_address=values.get(link_mark("unsubscribe", nonce)),
            )
            wanted = [(str(maker), dict(arguments)) for maker, arguments in message.attachments]
            with force_locale(message.language):
                inner = Context(ctx.session, SYSTEM, ctx.now, message.language)
                made = [hooks.ATTACHMENT_MAKERS[maker](inner, arguments) for maker, arguments in wanted]
                files = tuple(file for file in made if file is not None)
        with _looking() as ctx:  # files take a while to make; the mail may have been called back meanwhile
            row = ctx.session.execute(
                select(OutboxMessage.state, OutboxMessage.claimed_by).where(OutboxMessage.id == message_id)
            ).one_or_none()
            if row is None:
                raise CalledBack
            self._require_mine(row.state, row.claimed_by)
        return replace(letter, attachments=files)

    def _require_mine(self, state: MessageState, claimed_by: str | None) -> None:
        if state is not MessageState.SENDING or claimed_by != self.name:
            raise CalledBack

    def _values(self, ctx: Context, links: dict[str, dict[str, Any]], nonce: str) -> dict[str, str]:
        values = {}
        for name, ref in links.items():
            if "secret" in ref:
                secret = hooks.SECRETS[ref["secret"]](ctx.session, self._keys, ref["id"])
                if secret is None:
                    raise LinkGone
                values[secret_mark(name, nonce)] = secret
                continue
            purpose = Purpose(ref["purpose"])
            version = hooks.LINK_VERSIONS[purpose](ctx.session, ref["id"])
            if version is None:
                raise LinkGone
            token = self._keys.token(purpose, ref["id"], version)
            values[link_mark(name, nonce)] = self._settings.base_url + ref["path"].replace("{token}", token)
        return values


def claim(name: str, now: datetime) -> int | None:
    """Take the longest-due mail in a short unit of work, for this worker alone, and return its id."""
    with unit_of_work(SYSTEM) as ctx:
        for due in _due_conditions(now):
            chosen = (
                select(OutboxMessage.id)
                .where(due)
                .order_by(OutboxMessage.next_attempt_at, OutboxMessage.id)
                .limit(1)
                .with_for_update(skip_locked=True)
            )
            taken = ctx.session.scalar(
                update(OutboxMessage)
                .where(OutboxMessage.id == chosen.scalar_subquery(), due)
                .values(
                    state=MessageState.SENDING,
                    claimed_at=now,
                    claimed_by=name,
                    attempts=OutboxMessage.attempts + 1,
                )
                .returning(OutboxMessage.id)
                .execution_options(synchronize_session=False)
            )
            if taken is not None:
                return taken
    return None


def back_off(attempts: int) -> timedelta | None:
    """Return how long to wait after so many attempts, with jitter of a fifth; None when it is time to give up."""
    if attempts > len(BACK_OFF_MINUTES):
        return None
    return timedelta(minutes=BACK_OFF_MINUTES[attempts - 1] * random.uniform(0.8, 1.2))  # noqa: S311 - no secret


def _due_conditions(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return what may be claimed: mail in the queue whose time has come, then mail whose worker died."""
    waiting, held = (state for state, action in MACHINE.transitions if action is MessageAction.CLAIM)
    return (
        and_(OutboxMessage.state == waiting, OutboxMessage.next_attempt_at <= now),
        and_(OutboxMessage.state == held, OutboxMessage.claimed_at <= now - LEASE),
    )


def _anything_due(now: datetime) -> bool:
    """Look without a write lock, so that an idle worker disturbs nobody."""
    with _looking() as ctx:
        return any(ctx.session.scalar(select(exists().where(due))) for due in _due_conditions(now))


def _note(message_id: int, result: _Result) -> None:
    """Write down what came of an attempt."""
    with unit_of_work(SYSTEM) as ctx:
        message = ctx.session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.id == message_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).one_or_none()
        if message is None:
            log.warning("mail %d was deleted while the server was taking it", message_id)
            return
        reason = clean_line(result.reason)[:500]
        now = clock().machine_now()
        if result.outcome is _Outcome.SENT:
            message.sent_at = now
        if message.state is not MessageState.SENDING:
            # It was called back, or sent by another worker, while the server was taking it: the row keeps its state.
            log.warning("mail %d is %s after an attempt that was %s", message.id, message.state, result.outcome.name)
            return
        message.last_error = reason or None
        if result.outcome is _Outcome.SENT:
            MACHINE.move(ctx, message, MessageAction.DELIVER)
        elif result.outcome is _Outcome.CANCELLED:
            MACHINE.move(ctx, message, MessageAction.CANCEL, reason=reason)
        else:
            wait = back_off(message.attempts) if result.outcome is _Outcome.POSTPONED else None
            if wait is None:
                MACHINE.move(ctx, message, MessageAction.FAIL, reason=reason)
            else:
                MACHINE.move(ctx, message, MessageAction.POSTPONE, reason=reason)
                message.next_attempt_at = now + wait
        log.info("mail %d to one recipient, kind %s: %s", message.id, message.kind, result.outcome.name.lower())


@contextmanager
def _looking() -> Iterator[Context]:
    """Read, and leave no transaction open behind."""
    ctx = reading(SYSTEM)
    try:
        yield ctx
    finally:
        ctx.session.rollback()


def _replayed(work: Callable[[], T]) -> T:
    """Do the unit of work; do it again when PostgreSQL gave it up only because of others."""
    for _ in range(MAX_REPLAYS):
        try:
            return work()
        except OperationalError as error:
            if not replayable(error):
                raise
    return work()
