"""Writing, previewing and publishing summaries."""

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
from eventapp.notes import queries, rules, service
from eventapp.notes.forms import PublishForm, RestoreForm, TextForm, in_one_line
from eventapp.notes.models import SummaryRevision
from eventapp.notes.words import LANGUAGE_STATES, TONES

bp = Blueprint("notes_desk", __name__)

Answer = Response | str | tuple[str, int]
TEXT = "/desk/<event>/notes/summaries/<int:number>/<language>"
WORDS = {"states": LANGUAGE_STATES, "tones": TONES}
PREVIEW_BASE = 3  # below the heading that says that it is a preview


@bp.get("/desk/<event>/notes")
@requires(Permission.NOTES_VIEW)
def index(event: Event) -> Answer:
    """Show every day of the event and where its summary stands."""
    return render_template("notes/index.html", days=queries.list_days(reading(), event), **WORDS)


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
                service.save_text(
                    ctx,
                    event,
                    number,
                    language,
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
    found = queries.list_revisions(ctx, day.summary, language) if day.summary else []
    published = day.edition.revisions.get(language) if day.edition else None
    return render_template(
        "notes/revisions.html", day=day, language=language, revisions=found, published=published, **WORDS
    )


@bp.get(f"{TEXT}/revisions/<int:revision>")
@requires(Permission.NOTES_VIEW)
def revision(event: Event, number: int, language: str, revision: int) -> Answer:
    """Show one saved text and how the newest differs from it."""
    queries.check_language(event, language)
    ctx = reading()
    day = queries.get_day(ctx, event, number)
    found = queries.get_revision(ctx, queries.get_summary(ctx, event, number), language, revision)
    latest = _latest(day, language) or found
    return render_template(
        "notes/revision.html",
        day=day,
        language=language,
        revision=found,
        latest=latest,
        title_difference=rules.difference(found.title, latest.title),
        text_difference=rules.difference(found.text, latest.text),
        **WORDS,
        form=RestoreForm(formdata=None, base_revision=latest.number),
    )


@bp.post(f"{TEXT}/revisions/<int:revision>/restore")
@requires(Permission.NOTES_WRITE)
def restore(event: Event, number: int, language: str, revision: int) -> Answer:
    """Make an old text the newest one; the texts between stay in the list."""
    form = RestoreForm()
    base = form.base_revision.data if form.validate_on_submit() else -1
    with unit_of_work() as ctx:
        service.restore(ctx, event, number, language, revision=revision, base_revision=base)
    flash(_("Version %(number)d is the newest text again.", number=revision), "success")
    return redirect(url_for(".write", event=event.slug, number=number, language=language), 303)


@bp.get("/desk/<event>/notes/summaries/<int:number>/publish")
@requires(Permission.NOTES_PUBLISH)
def publication(event: Event, number: int) -> Answer:
    """Show what publishing would do."""
    day = queries.get_day(reading(), event, number)
    form = PublishForm(formdata=None, tell=day.edition is None, seen=in_one_line(day.revisions))
    return _publication(event, day, form)


@bp.post("/desk/<event>/notes/summaries/<int:number>/publish")
@requires(Permission.NOTES_PUBLISH)
def publish(event: Event, number: int) -> Answer:
    """Publish the day's texts as a new edition."""
    form = PublishForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as ctx:
                edition = service.publish(
                    ctx,
                    queries.get_summary(ctx, event, number),
                    note=form.note.data or "",
                    tell=form.tell.data,
                    seen=form.seen_revisions,
                )
        except DomainError as error:
            form.refuse(error)
            day = queries.get_day(reading(), event, number)
            form.seen.data = in_one_line(day.revisions)
            return _publication(event, day, form), error.status
        flash(_("Edition %(number)d is public.", number=edition.number), "success")
        return redirect(url_for(".index", event=event.slug), 303)
    return _publication(event, queries.get_day(reading(), event, number), form), 422


def _latest(day: queries.DayStatus, language: str) -> SummaryRevision | None:
    return next((status.latest for status in day.languages if status.language == language), None)


def _editor(day: queries.DayStatus, language: str, form: TextForm, *, previewing: bool = False) -> str:
    return render_template(
        "notes/write.html",
        day=day,
        language=language,
        form=form,
        previewing=previewing,
        text=render(form.text.data or "", heading_base=PREVIEW_BASE),
        latest=_latest(day, language),
        beside=[status.latest for status in day.languages if status.latest and status.language != language],
        **WORDS,
    )


def _both_texts(event: Event, number: int, language: str, form: TextForm) -> tuple[str, int]:
    day = queries.get_day(reading(), event, number)
    theirs = _latest(day, language)
    assert theirs is not None  # noqa: S101 - a stale save means that there is one
    form.base_revision.data = theirs.number
    page = render_template(
        "notes/stale.html",
        day=day,
        language=language,
        form=form,
        theirs=theirs,
        title_difference=rules.difference(theirs.title, form.title.data),
        text_difference=rules.difference(theirs.text, form.text.data),
        **WORDS,
    )
    return page, 409


def _publication(event: Event, day: queries.DayStatus, form: PublishForm) -> str:
    readers = queries.count_readers(reading(), event)
    return render_template(
        "notes/publish.html", day=day, form=form, readers=readers, told=sum(readers.values()), **WORDS
    )
