"""Why a read-out cannot be issued: somebody has not been answered."""

from __future__ import annotations

from flask_babel import ngettext
from sqlalchemy import select

from eventapp.core.context import Context
from eventapp.core.errors import DomainError
from eventapp.core.unit_of_work import is_writing
from eventapp.events.models import Event
from eventapp.notes.comments import queries as comments
from eventapp.notes.models import Publication
from eventapp.notes.states import PublicationKind


def hold_comments(ctx: Context, event: Event) -> None:
    """Let no comment be written and no answer be released until the end of the transaction.

    Whoever writes a comment holds its text, whoever releases answers the event; in this order nobody waits in a ring.
    """
    ctx.session.execute(
        select(Publication.id).where(Publication.event_id == event.id).order_by(Publication.id).with_for_update()
    ).all()
    ctx.session.execute(select(Event.id).where(Event.id == event.id).with_for_update(key_share=True)).all()


def refuse_unanswered(ctx: Context, publication: Publication) -> None:
    """Raise `DomainError` when the read-out is to be issued and a comment has no answer that its author can read.

    Whoever only looks whether it could be issued holds nothing up.
    """
    if publication.kind is not PublicationKind.READ_OUT:
        return
    event = ctx.session.get_one(Event, publication.event_id)
    if is_writing(ctx.session):
        hold_comments(ctx, event)
    waiting = comments.count_unanswered(ctx, event)
    if waiting:
        raise DomainError(
            ngettext(
                "%(num)d comment has no released answer yet. Answer it under “Comments”, then issue the read-out.",
                "%(num)d comments have no released answer yet. Answer them under “Comments”, then issue the read-out.",
                waiting,
            )
        )
