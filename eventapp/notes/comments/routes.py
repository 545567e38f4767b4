"""The public page of comments: what participants said about the published texts, and what became of it."""

from __future__ import annotations

from collections import Counter

from flask import Blueprint, render_template

from eventapp.core.access import public
from eventapp.core.unit_of_work import reading
from eventapp.events.models import Event
from eventapp.notes.comments import places, queries, service, words

bp = Blueprint("comments", __name__)


@bp.get("/<any(en,fr,es):lang>/<event>/comments")
@public("comments that the team showed, and the answers to them", cached=True)
def index(event: Event) -> str:
    """Show the comments by text and paragraph, each with its answer once that is released."""
    ctx = reading()
    comments = queries.list_public(ctx, event)
    return render_template(
        "notes/comments/public.html",
        groups=places.grouped(ctx, comments, ctx.language),
        total=len(comments),
        outcomes=Counter(each.state for each in comments if service.is_fixed(each)),
        is_fixed=service.is_fixed,
        words=words,
    )
