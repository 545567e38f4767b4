"""Commands about mail: put one into the outbox, call it back, try a failed one again."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import UTC, datetime
from email.utils import parseaddr
from typing import Any

from sqlalchemy import select

from eventapp.core.context import Context
from eventapp.core.text import clean_line
from eventapp.mail.drafts import Draft, PersonalLinkRef, SecretRef
from eventapp.mail.models import OutboxMessage
from eventapp.mail.rendering import render, sender
from eventapp.mail.states import MACHINE, MessageAction, MessageState

# Due whatever the clock says, for commands do not read the machine's; the earlier of the two goes first.
URGENTLY = datetime(1970, 1, 1, tzinfo=UTC)
AT_ONCE = datetime(1970, 1, 2, tzinfo=UTC)


def enqueue(ctx: Context, draft: Draft) -> OutboxMessage:
    """Render the draft in its recipient's language and put it into the outbox, in the caller's transaction."""
    nonce = uuid.uuid4().hex
    rendered = render(draft, nonce)
    links: dict[str, Any] = {name: _stored_link(ref) for name, ref in draft.links.items()}
    links |= {name: _stored_secret(ref) for name, ref in draft.secrets.items()}
    if draft.unsubscribe is not None:
        links["unsubscribe"] = _stored_link(draft.unsubscribe)
    message = OutboxMessage(
        event_id=draft.event_id,
        kind=draft.kind,
        about=draft.about,
        state=MessageState.QUEUED,
        recipient=draft.recipient,
        recipient_name=clean_line(draft.recipient_name)[:200],
        language=rendered.language,
        reply_to=draft.reply_to,
        subject=rendered.subject,
        text_body=rendered.text,
        html_body=rendered.html,
        links=links,
        attachments=[[ref.maker, dict(ref.arguments)] for ref in draft.attachments],
        headers={},
        message_id=f"<{nonce}@{parseaddr(sender())[1].rpartition('@')[2]}>",
        created_at=ctx.now,
        next_attempt_at=URGENTLY if draft.urgent else AT_ONCE,
        attempts=0,
    )
    ctx.session.add(message)
    ctx.session.flush()
    return message


def rehearse(draft: Draft) -> None:
    """Do the work of rendering the draft for nothing, where leaving it out would tell that nobody is written to."""
    render(draft, uuid.uuid4().hex)


def cancel_pending(ctx: Context, about: str, kinds: Collection[str] | None = None) -> int:
    """Call back what has not left yet about the object, of these kinds or of all, and return how many mails.

    A mail that a worker is handing over at this very moment may still arrive; its row then says so.
    """
    waiting = select(OutboxMessage).where(
        OutboxMessage.about == about, OutboxMessage.state.in_([MessageState.QUEUED, MessageState.SENDING])
    )
    if kinds is not None:
        waiting = waiting.where(OutboxMessage.kind.in_(kinds))
    messages = ctx.session.scalars(waiting.order_by(OutboxMessage.id).with_for_update()).all()
    for message in messages:
        MACHINE.move(ctx, message, MessageAction.CANCEL)
    return len(messages)


def retry(ctx: Context, message: OutboxMessage) -> None:
    """Send a failed mail again, at once. Raises `IllegalMove` when it has not failed."""
    MACHINE.move(ctx, message, MessageAction.RETRY)
    message.next_attempt_at = AT_ONCE
    message.attempts = 0


def _stored_link(ref: PersonalLinkRef) -> dict[str, Any]:
    return {"purpose": ref.purpose.value, "id": ref.object_id, "path": ref.path}


def _stored_secret(ref: SecretRef) -> dict[str, Any]:
    return {"secret": ref.maker, "id": ref.object_id}
