"""The notes' home on the desk: what is missing, where every text stands, and the one next step of each."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, g, render_template
from flask_babel import gettext as _
from flask_babel import ngettext

from eventapp.core.access import Permission, requires
from eventapp.core.unit_of_work import reading
from eventapp.events.models import Event
from eventapp.notes import queries, words
from eventapp.notes.queries import Status
from eventapp.notes.session_notes.queries import DayStatus, missing_by_day
from eventapp.notes.steps import Action, Step, next_step

bp = Blueprint("notes_desk", __name__)

PAGES = {
    Action.TAKE_NOTES: "notes_sessions.index",
    Action.READ_NOTES: "notes_sessions.index",
    Action.BEGIN: "notes_writing.write",
    Action.WRITE: "notes_writing.write",
    Action.MEND: "notes_writing.write",
    Action.CHECK: "notes_publishing.check",
    Action.PUBLISH: "notes_publishing.publication",
    Action.TRANSLATE: "notes_translating.index",
}
OF_ONE_TEXT = frozenset({Action.BEGIN, Action.WRITE, Action.MEND, Action.CHECK, Action.PUBLISH})


@dataclass(frozen=True)
class Line:
    """One text on the hub: the notes of its day, where it stands, and what comes next."""

    status: Status
    notes: DayStatus | None
    step: Step

    @property
    def page(self) -> str:
        """Return the endpoint of the page where the next step is taken."""
        return PAGES[self.step.action]

    @property
    def is_of_one_text(self) -> bool:
        """Tell whether the address of that page names the text."""
        return self.step.action in OF_ONE_TEXT

    @property
    def label(self) -> str:
        """Return the next step in words."""
        return label_of(self.step)


@bp.get("/desk/<event>/notes")
@requires(Permission.NOTES_VIEW)
def index(event: Event) -> str:
    """Show every text of the event, where it stands and what comes next."""
    ctx = reading()
    days = {day.number: day for day in missing_by_day(ctx, event)}
    lines = []
    for status in queries.list_statuses(ctx, event):
        notes = days.get(status.number) if status.number else None
        missing, to_read = (len(notes.missing), len(notes.to_read)) if notes else (0, 0)
        lines.append(Line(status, notes, next_step(status, g.permissions, missing=missing, to_read=to_read)))
    return render_template("notes/index.html", lines=lines, words=words)


def label_of(step: Step) -> str:
    """Return the next step in words: what to do for who may do it, else what it waits for."""
    count = step.count
    if not step.mine:
        waiting: dict[Action, str] = {
            Action.TAKE_NOTES: _("Waits for the notes of the sessions"),
            Action.READ_NOTES: _("Waits for somebody to read the notes"),
            Action.BEGIN: _("Waits to be written"),
            Action.WRITE: _("Is being written"),
            Action.MEND: _("Is being written"),
            Action.CHECK: _("Waits for the check"),
            Action.PUBLISH: _("Waits to be published"),
            Action.TRANSLATE: _("Waits for its translations"),
        }
        return waiting.get(step.action, str(_("Nothing left to do")))
    to_do: dict[Action, str] = {
        Action.TAKE_NOTES: ngettext("Take the notes of %(num)d session", "Take the notes of %(num)d sessions", count),
        Action.READ_NOTES: ngettext("Read %(num)d note handed in", "Read %(num)d notes handed in", count),
        Action.BEGIN: _("Begin the text"),
        Action.WRITE: _("Go on writing"),
        Action.MEND: _("Revise what was sent back"),
        Action.CHECK: _("Read and check"),
        Action.PUBLISH: _("Publish"),
        Action.TRANSLATE: ngettext("Translate %(num)d paragraph", "Translate %(num)d paragraphs", count),
    }
    return to_do[step.action]
