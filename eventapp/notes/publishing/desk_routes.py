"""Publishing what was approved, as the publisher sees it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from eventapp.core.access import Permission, requires
from eventapp.core.errors import DomainError
from eventapp.core.translated import Translated
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.notes import queries, words
from eventapp.notes.publishing import service
from eventapp.notes.publishing.forms import PublishForm, in_one_line
from eventapp.notes.states import PublicationKind

bp = Blueprint("notes_publishing", __name__)

Answer = Response | str | tuple[str, int]


@bp.get("/desk/<event>/notes/summaries/<int:number>/publish")
@requires(Permission.NOTES_PUBLISH)
def publication(event: Event, number: int) -> Answer:
    """Show what publishing would do."""
    day = queries.get_day(reading(), event, number)
    form = PublishForm(formdata=None, tell=day.edition is None, seen=in_one_line(day.revisions))
    form.note.use_languages(event.languages)
    return _publication(event, day, form)


@bp.post("/desk/<event>/notes/summaries/<int:number>/publish")
@requires(Permission.NOTES_PUBLISH)
def publish(event: Event, number: int) -> Answer:
    """Publish the day's texts as a new edition."""
    form = PublishForm()
    form.note.use_languages(event.languages)
    if form.validate_on_submit():
        try:
            with unit_of_work() as ctx:
                edition = service.publish(
                    ctx,
                    queries.get_publication(ctx, event, PublicationKind.SUMMARY, number),
                    note=Translated(form.note.data),
                    tell=form.tell.data,
                    seen=form.seen_revisions,
                )
        except DomainError as error:
            form.refuse(error)
            day = queries.get_day(reading(), event, number)
            form.seen.data = in_one_line(day.revisions)
            return _publication(event, day, form), error.status
        flash(_("Edition %(number)d is public.", number=edition.number), "success")
        return redirect(url_for("notes_desk.index", event=event.slug), 303)
    return _publication(event, queries.get_day(reading(), event, number), form), 422


def _publication(event: Event, day: queries.Status, form: PublishForm) -> str:
    readers = queries.count_readers(reading(), event)
    return render_template(
        "notes/publishing/publish.html", day=day, form=form, readers=readers, told=sum(readers.values()), words=words
    )
