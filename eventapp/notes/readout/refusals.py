"""Why a read-out cannot be issued: somebody has not been answered, or would be named."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from eventapp.core.context import Context
from eventapp.core.errors import DomainError
from eventapp.core.unit_of_work import is_writing
from eventapp.events.models import Event
from eventapp.notes import queries
from eventapp.notes.attribution import guard
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


def refuse_names(ctx: Context, publication: Publication) -> None:
    """Raise `DomainError` when the read-out would print a summary with a name that the rule protects by now.

    The rule of a session may have become stricter since the summary was published, or somebody has registered.
    """
    if publication.kind is not PublicationKind.READ_OUT:
        return
    event = ctx.session.get_one(Event, publication.event_id)
    for found in queries.list_published(ctx, event):
        if guard.check(ctx, found.publication, found.edition.paragraphs).open:
            raise DomainError(
                _(
                    "The summary of day %(number)d holds a name that the rule protects by now. "
                    "Publish an edition of it without the name, or say there why it may stand.",
                    number=found.publication.number,
                )
            )
