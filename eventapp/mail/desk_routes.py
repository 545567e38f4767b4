"""The organiser's view of the mail that went out, and what failed."""

from __future__ import annotations

from contextlib import suppress
from typing import Protocol

from flask import Blueprint, Response, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse

from eventapp.core.access import Permission, requires
from eventapp.core.audit import AuditEntry
from eventapp.core.context import ActorKind
from eventapp.core.formatting import moment_in_words
from eventapp.core.text import clean_line
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.mail import queries, service, words
from eventapp.mail.queries import MailFilter
from eventapp.mail.states import MACHINE, MessageAction, MessageState

bp = Blueprint("mail_desk", __name__)


class EventOfAddress(Protocol):
    """What these pages need of the event in their address; the events room is above this one."""

    id: int
    slug: str
    timezone: str


@bp.get("/desk/<event>/mail")
@requires(Permission.MAIL_VIEW)
def listing(event: EventOfAddress) -> str:
    """List the event's mail, filtered by state, kind and search."""
    ctx = reading()
    wanted = _filter()
    kinds = queries.list_kinds(ctx, event.id)
    readable = queries.readable_things(ctx, event.id, kinds, g.permissions)
    return render_template(
        "mail/list.html",
        found=queries.list_messages(ctx, event.id, wanted, readable),
        may_be_read=lambda message: queries.may_be_read(message, readable),
        wanted=wanted,
        states=[(state.value, words.STATE[state]) for state in MessageState],
        kinds=[(kind, words.kind_in_words(kind)) for kind in kinds],
        words=words,
    )


@bp.get("/desk/<event>/mail/<int(max=2147483647):message_id>")
@requires(Permission.MAIL_VIEW)
def detail(event: EventOfAddress, message_id: int) -> str:
    """Show one mail as it was written, without what belongs to its recipient alone; of a confidential one its state."""
    ctx = reading()
    message = queries.get_message(ctx, event.id, message_id)
    readable = queries.readable_things(ctx, event.id, [message.kind], g.permissions)
    if not queries.may_be_read(message, readable):
        return render_template(
            "mail/confidential.html",
            message=message,
            may_retry=MACHINE.allows(message.state, MessageAction.RETRY),
            words=words,
        )
    return render_template(
        "mail/detail.html",
        message=message,
        sender=current_app.extensions["settings"].mail_from,
        body=words.body_for_others(message.text_body),
        files=[words.attachment_in_words(maker) for maker, _arguments in message.attachments],
        history=[
            (moment_in_words(entry.at, event.timezone, ctx.language), _sentence(entry))
            for entry in queries.list_history(ctx, message)
        ],
        may_retry=MACHINE.allows(message.state, MessageAction.RETRY),
        words=words,
    )


@bp.post("/desk/<event>/mail/<int(max=2147483647):message_id>/retry")
@requires(Permission.MAIL_RETRY)
def retry(event: EventOfAddress, message_id: int) -> Response | WerkzeugResponse:
    """Put a failed mail back into the queue."""
    with unit_of_work() as ctx:
        service.retry(ctx, queries.get_message(ctx, event.id, message_id))
    flash(_("The mail is in the queue again."), "success")
    return redirect(url_for(".detail", event=event.slug, message_id=message_id), 303)


def _sentence(entry: AuditEntry) -> str:
    """Say one step of a mail's life: what, by whom if by a person, and why."""
    step = str(words.STEP.get(entry.action, entry.action))
    reason = words.reason_in_words(entry.details.get("reason"))
    by = entry.actor_label if entry.actor_kind == ActorKind.STAFF else ""
    return " · ".join(part for part in (step, by, reason) if part)


def _filter() -> MailFilter:
    """Return what the address asks for; what it cannot mean is left out."""
    state = None
    with suppress(ValueError):
        state = MessageState(request.args.get("state", ""))
    return MailFilter(
        state=state,
        kind=request.args.get("kind") or None,
        search=clean_line(request.args.get("q", ""))[:200],
        page=min(request.args.get("page", 1, type=int), 100_000),
    )
