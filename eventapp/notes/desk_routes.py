"""The notes' home on the desk: what is missing, and where everything that will be published stands."""

from __future__ import annotations

from flask import Blueprint, render_template

from eventapp.core.access import Permission, requires
from eventapp.core.unit_of_work import reading
from eventapp.events.models import Event
from eventapp.notes import queries, words

bp = Blueprint("notes_desk", __name__)


@bp.get("/desk/<event>/notes")
@requires(Permission.NOTES_VIEW)
def index(event: Event) -> str:
    """Show every publication of the event and where it stands."""
    return render_template("notes/index.html", statuses=queries.list_statuses(reading(), event), words=words)
