"""A mail worker in a process of its own, called by test_mail_delivery."""

from __future__ import annotations

import os
import signal
import time
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from eventapp.application import create_app, worker
from eventapp.core.context import SYSTEM
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.mail import delivery, service
from eventapp.mail.letters import Letter
from eventapp.mail.models import OutboxMessage
from eventapp.mail.states import MessageState
from eventapp.mail.transports import SmtpTransport
from tests.support.databases import settings_for
from tests.support.mail import a_draft


def work(url: str, folder: Path, mail_url: str, behaviour: str) -> None:
    """Work as told.

    `once`, `forever`, `careless` (the negative control: it claims without a guard), `dies` (killed between the
    server's 250 and the mark), `writes` (puts a mail into the outbox and is killed right after the commit).
    """
    app = create_app(settings_for(url, folder, mail_url=mail_url))
    if behaviour == "careless":
        delivery.claim = _careless_claim
    if behaviour == "dies":
        SmtpTransport.send = _send_and_die  # type: ignore[method-assign]
    with app.app_context():
        if behaviour == "writes":
            with unit_of_work(SYSTEM) as ctx:
                service.enqueue(ctx, a_draft())
            os.kill(os.getpid(), signal.SIGKILL)
        worker.run(once=behaviour != "forever")


def _careless_claim(name: str, now: datetime) -> int | None:
    """Look first, take a moment later: what a queue without a guard does."""
    ctx = reading(SYSTEM)
    found = ctx.session.scalar(
        select(OutboxMessage.id).where(OutboxMessage.state == MessageState.QUEUED).order_by(OutboxMessage.id).limit(1)
    )
    ctx.session.rollback()
    time.sleep(0.01)
    if found is not None:
        with unit_of_work(SYSTEM) as ctx:
            message = ctx.session.get_one(OutboxMessage, found)
            message.state, message.claimed_by, message.claimed_at = MessageState.SENDING, name, now
            message.attempts += 1
    return found


_send = SmtpTransport.send


def _send_and_die(self: SmtpTransport, letter: Letter) -> None:
    _send(self, letter)
    os.kill(os.getpid(), signal.SIGKILL)
