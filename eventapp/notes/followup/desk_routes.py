"""What became of the ideas that people took home, as the team sees it: counts, and words without names."""

from __future__ import annotations

from flask import Blueprint, g, render_template

from eventapp.core.access import Permission, requires
from eventapp.core.unit_of_work import reading
from eventapp.events.models import Event
from eventapp.notes.followup import queries, rules, words
from eventapp.registrations import policy
from eventapp.registrations.reports import HIDDEN

bp = Blueprint("notes_follow_up", __name__)


@bp.get("/desk/<event>/notes/follow-up")
@requires(Permission.NOTES_VIEW)
def index(event: Event) -> str:
    """Show the counts, and what may be quoted without a name."""
    ctx = reading()
    return render_template(
        "notes/followup/index.html",
        counts=queries.count(ctx, event, conceal=not policy.sees_small_counts(g.permissions)),
        shared=queries.list_shared(ctx, event),
        asked_at=rules.asked_at(event.ends_on, event.timezone),
        asked_again_at=rules.asked_again_at(event.ends_on, event.timezone),
        asks_later=rules.comes_to_second_question(event.retention_days),
        hidden=HIDDEN,
        words=words,
    )
