"""A hint for whoever moderates: which protected names stand in a comment."""

from __future__ import annotations

from collections.abc import Sequence

from eventapp.core.context import Context
from eventapp.events.models import Event
from eventapp.notes.attribution import guard
from eventapp.notes.comments.models import Comment
from eventapp.notes.comments.states import UNANSWERED


def names_in(ctx: Context, event: Event, comments: Sequence[Comment]) -> dict[int, list[str]]:
    """Return the protected names in comments that wait for a look or an answer, by the number of the comment."""
    found = {}
    for comment in comments:
        if comment.state not in UNANSWERED:
            continue
        findings = guard.check_file(ctx, event, "", {"comment": comment.text}, f"comment:{comment.id}")
        words = {place.words for finding in findings.every for place in finding.places}
        if words:
            found[comment.id] = sorted(words)
    return found
