"""Reading what rapporteurs handed in, accepting it or giving it back."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from eventapp.core.access import Permission, requires
from eventapp.core.errors import DomainError
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.notes.session_notes import queries, service, words
from eventapp.notes.session_notes.forms import RemarksForm

bp = Blueprint("notes_check", __name__)

Answer = Response | str | tuple[str, int]
NOTE = "/desk/<event>/notes/handed-in/<int:note_id>"


@bp.get(NOTE)
@requires(Permission.NOTES_READ)
def read(event: Event, note_id: int) -> Answer:
    """Show notes that were handed in."""
    return _page(event, note_id, RemarksForm(formdata=None))


@bp.post(f"{NOTE}/accept")
@requires(Permission.NOTES_CHECK)
def accept(event: Event, note_id: int) -> Answer:
    """Accept the notes that were read."""
    with unit_of_work() as ctx:
        service.accept(ctx, event, note_id, seen=request.form.get("seen", ""))
    flash(_("Accepted. The notes are ready for the day summary."), "success")
    return redirect(url_for("notes_sessions.index", event=event.slug), 303)


@bp.post(f"{NOTE}/return")
@requires(Permission.NOTES_CHECK)
def send_back(event: Event, note_id: int) -> Answer:
    """Give the notes back to their author, saying what is missing."""
    form = RemarksForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as ctx:
                service.send_back(ctx, event, note_id, form.remarks.data)
        except DomainError as error:
            if error.field is None:
                raise
            form.refuse(error)
        else:
            flash(_("The notes are with their author again, who gets a mail."), "success")
            return redirect(url_for("notes_sessions.index", event=event.slug), 303)
    return _page(event, note_id, form), 422


def _page(event: Event, note_id: int, form: RemarksForm) -> str:
    note = queries.get_readable(reading(), event, note_id)
    return render_template("notes/sessions/read.html", note=note, form=form, words=words)
