"""Writing a day's summary, looking at it, and going back to an earlier text."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from eventapp.core.access import Permission, requires
from eventapp.core.errors import DomainError
from eventapp.core.markdown import render
from eventapp.core.text import clean_text
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.notes import queries, rules, service, words
from eventapp.notes.models import Revision
from eventapp.notes.states import PublicationKind
from eventapp.notes.writing.forms import RestoreForm, TextForm

bp = Blueprint("notes_writing", __name__)

Answer = Response | str | tuple[str, int]
TEXT = "/desk/<event>/notes/summaries/<int:number>/<language>"
PREVIEW_BASE = 3  # below the heading that says that it is a preview


@bp.get(TEXT)
@requires(Permission.NOTES_WRITE)
def write(event: Event, number: int, language: str) -> Answer:
    """Show the text of a day in one language for editing, another language beside it."""
    queries.check_language(event, language)
    day = queries.get_day(reading(), event, number)
    latest = _latest(day, language)
    form = TextForm(
        formdata=None,
        title=latest.title if latest else "",
        text=latest.text if latest else "",
        base_revision=latest.number if latest else 0,
    )
    return _editor(day, language, form)


@bp.post(TEXT)
@requires(Permission.NOTES_WRITE)
def save(event: Event, number: int, language: str) -> Answer:
    """Save the text, or show it as it will look."""
    queries.check_language(event, language)
    form = TextForm()
    if request.form.get("action") == "preview":
        day = queries.get_day(reading(), event, number)
        return _editor(day, language, form, previewing=True)
    if form.validate_on_submit():
        try:
            with unit_of_work() as ctx:
                service.save_source(
                    ctx,
                    service.open_publication(ctx, event, PublicationKind.SUMMARY, number, language),
                    title=form.title.data,
                    text=form.text.data,
                    base_revision=form.base_revision.data,
                )
        except service.StaleText:
            return _both_texts(event, number, language, form)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("Saved. Nothing is public until you publish it."), "success")
            return redirect(url_for(".write", event=event.slug, number=number, language=language), 303)
    return _editor(queries.get_day(reading(), event, number), language, form), 422


@bp.post("/desk/<event>/notes/preview")
@requires(Permission.NOTES_WRITE)
def preview(event: Event) -> Answer:  # noqa: ARG001 - the event is what the permission is for
    """Return Markdown as the page will show it, for the live preview."""
    text = clean_text(request.form.get("text", ""))[: rules.LONGEST_TEXT]
    return str(render(text, heading_base=PREVIEW_BASE))


@bp.get(f"{TEXT}/revisions")
@requires(Permission.NOTES_VIEW)
def revisions(event: Event, number: int, language: str) -> Answer:
    """List every saved text of a language."""
    queries.check_language(event, language)
    ctx = reading()
    day = queries.get_day(ctx, event, number)
    found = queries.list_revisions(ctx, day.publication, language) if day.publication else []
    published = day.edition.revisions.get(language) if day.edition else None
    return render_template(
        "notes/writing/revisions.html", day=day, language=language, revisions=found, published=published, words=words
    )


@bp.get(f"{TEXT}/revisions/<int:revision>")
@requires(Permission.NOTES_VIEW)
def revision(event: Event, number: int, language: str, revision: int) -> Answer:
    """Show one saved text and how the newest differs from it."""
    queries.check_language(event, language)
    ctx = reading()
    day = queries.get_day(ctx, event, number)
    found = queries.get_revision(
        ctx, queries.get_publication(ctx, event, PublicationKind.SUMMARY, number), language, revision
    )
    latest = _latest(day, language) or found
    return render_template(
        "notes/writing/revision.html",
        day=day,
        language=language,
        revision=found,
        latest=latest,
        title_difference=rules.difference(found.title, latest.title),
        text_difference=rules.difference(found.text, latest.text),
        words=words,
        form=RestoreForm(formdata=None, base_revision=latest.number),
    )


@bp.post(f"{TEXT}/revisions/<int:revision>/restore")
@requires(Permission.NOTES_WRITE)
def restore(event: Event, number: int, language: str, revision: int) -> Answer:
    """Make an old text the newest one; the texts between stay in the list."""
    form = RestoreForm()
    base = form.base_revision.data if form.validate_on_submit() else -1
    with unit_of_work() as ctx:
        service.restore(
            ctx,
            queries.get_publication(ctx, event, PublicationKind.SUMMARY, number),
            language,
            revision=revision,
            base_revision=base,
        )
    flash(_("Version %(number)d is the newest text again.", number=revision), "success")
    return redirect(url_for(".write", event=event.slug, number=number, language=language), 303)


def _latest(day: queries.Status, language: str) -> Revision | None:
    return next((status.latest for status in day.languages if status.language == language), None)


def _editor(day: queries.Status, language: str, form: TextForm, *, previewing: bool = False) -> str:
    return render_template(
        "notes/writing/write.html",
        day=day,
        language=language,
        form=form,
        previewing=previewing,
        text=render(form.text.data or "", heading_base=PREVIEW_BASE),
        latest=_latest(day, language),
        beside=[status.latest for status in day.languages if status.latest and status.language != language],
        words=words,
    )


def _both_texts(event: Event, number: int, language: str, form: TextForm) -> tuple[str, int]:
    day = queries.get_day(reading(), event, number)
    theirs = _latest(day, language)
    assert theirs is not None  # noqa: S101 - a stale save means that there is one
    form.base_revision.data = theirs.number
    page = render_template(
        "notes/writing/stale.html",
        day=day,
        language=language,
        form=form,
        theirs=theirs,
        title_difference=rules.difference(theirs.title, form.title.data),
        text_difference=rules.difference(theirs.text, form.text.data),
        words=words,
    )
    return page, 409
