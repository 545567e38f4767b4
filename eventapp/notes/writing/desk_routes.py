"""Writing a text beside the notes, and saying which notes stand behind its paragraphs."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from eventapp.core.access import Permission, requires
from eventapp.core.errors import DomainError
from eventapp.core.markdown import render
from eventapp.core.text import clean_text
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.notes import queries, rules, words
from eventapp.notes.addresses import TEXT
from eventapp.notes.service import StaleText
from eventapp.notes.session_notes.words import KINDS as ENTRY_KINDS
from eventapp.notes.states import PublicationKind
from eventapp.notes.writing import service
from eventapp.notes.writing.forms import LinksForm, TextForm
from eventapp.notes.writing.queries import list_paragraphs, list_points, points_of
from eventapp.notes.writing.rules import draft_of, paragraph_of, with_point
from eventapp.notes.writing.service import TextValues

bp = Blueprint("notes_writing", __name__)

Answer = Response | str | tuple[str, int]
PREVIEW_BASE = 3  # below the heading that says that it is a preview
COMPOSER = "notes_read_out.index"  # where the read-out is written, part by part


@bp.get(f"{TEXT}/write")
@requires(Permission.NOTES_WRITE)
def write(event: Event, slug: str) -> Answer:
    """Show the text for editing, the accepted notes beside it."""
    status = queries.get_named(reading(), event, slug)
    if status.kind is PublicationKind.READ_OUT and COMPOSER in current_app.view_functions:
        return redirect(url_for(COMPOSER, event=event.slug), 303)
    latest = status.source.latest
    form = TextForm(
        formdata=None,
        language=status.source.language,
        title=latest.title if latest else "",
        text=latest.text if latest else "",
        base_revision=latest.number if latest else 0,
    )
    return _editor(event, status, form)


@bp.post(f"{TEXT}/write")
@requires(Permission.NOTES_WRITE)
def save(event: Event, slug: str) -> Answer:
    """Save the text, show it as it will look, or take notes into it."""
    form = TextForm()
    form.use_languages(event.languages)
    status = queries.get_named(reading(), event, slug)
    if status.kind is PublicationKind.READ_OUT and COMPOSER in current_app.view_functions:
        return redirect(url_for(COMPOSER, event=event.slug), 303)  # a text without parts would lose them
    if "add" in request.form or request.form.get("action") in {"start", "preview"}:
        return _not_saved_yet(event, status, form)
    if form.validate_on_submit():
        values = TextValues(
            form.title.data, form.text.data, form.base_revision.data, form.language.data, form.added.data or ()
        )
        try:
            with unit_of_work() as ctx:
                service.save(ctx, event, status, values)
        except StaleText:
            return _both_texts(event, slug, form)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("Saved. Nothing is public until it is published."), "success")
            return redirect(url_for(".write", event=event.slug, slug=slug), 303)
    return _editor(event, queries.get_named(reading(), event, slug), form, unsaved=True), 422


@bp.post("/desk/<event>/notes/preview")
@requires(Permission.NOTES_WRITE)
def preview(event: Event) -> Answer:  # noqa: ARG001 - the event is what the permission is for
    """Return Markdown as the page will show it, for the live preview."""
    text = clean_text(request.form.get("text", ""))[: rules.LONGEST_TEXT]
    return str(render(text, heading_base=PREVIEW_BASE))


@bp.get(f"{TEXT}/links")
@requires(Permission.NOTES_WRITE)
def links(event: Event, slug: str) -> Answer:
    """Show the notes behind each paragraph, and all notes to choose from for the one that is asked for."""
    ctx = reading()
    status = queries.get_named(ctx, event, slug)
    return render_template(
        "notes/writing/links.html",
        status=status,
        paragraphs=list_paragraphs(ctx, event, status),
        chosen=request.args.get("paragraph", ""),
        sessions=list_points(ctx, event, status),
        kinds=ENTRY_KINDS,
        words=words,
    )


@bp.post(f"{TEXT}/links/<paragraph_key>")
@requires(Permission.NOTES_WRITE)
def link(event: Event, slug: str, paragraph_key: str) -> Answer:
    """Say which notes stand behind a paragraph."""
    form = LinksForm()
    chosen = form.notes.data or []
    with unit_of_work() as ctx:
        status = queries.get_named(ctx, event, slug)
        service.link_paragraph(ctx, event, status, paragraph_key, chosen)
    count = len(chosen)
    flash(
        ngettext("%(num)d note stands behind this paragraph.", "%(num)d notes stand behind this paragraph.", count),
        "success",
    )
    return redirect(url_for(".links", event=event.slug, slug=slug, _anchor=paragraph_key), 303)


def _not_saved_yet(event: Event, status: queries.Status, form: TextForm) -> Answer:
    """Answer what changes nothing but the form: a preview, a note or all notes taken into the text."""
    wanted = request.form.get("add", "")
    language = form.language.data if status.source.latest is None and form.language.data else status.source.language
    points = points_of(list_points(reading(), event, status), language)
    taken = []
    if wanted:
        taken = [point for point in points if str(point.id) == wanted]
        for point in taken:
            form.text.data = with_point(form.text.data, point)
    elif request.form.get("action") == "start":
        taken = points
        form.text.data = "\n\n".join(filter(None, (form.text.data, draft_of(points))))
    form.added.data = list(dict.fromkeys([*(form.added.data or ()), *(point.id for point in taken)]))
    return _editor(event, status, form, unsaved=True, previewing=request.form.get("action") == "preview")


def _editor(
    event: Event, status: queries.Status, form: TextForm, *, unsaved: bool = False, previewing: bool = False
) -> str:
    form.use_languages(event.languages)
    if form.language.data not in event.languages:
        form.language.data = status.source.language
    text = form.text.data or ""
    sessions = list_points(reading(), event, status)
    return render_template(
        "notes/writing/write.html",
        status=status,
        form=form,
        unsaved=unsaved,
        previewing=previewing,
        rendered=render(text, heading_base=PREVIEW_BASE) if len(text) <= rules.LONGEST_TEXT else "",
        sessions=sessions,
        as_paragraphs={point.id: paragraph_of(point) for point in points_of(sessions, status.source.language)},
        kinds=ENTRY_KINDS,
        words=words,
    )


def _both_texts(event: Event, slug: str, form: TextForm) -> tuple[str, int]:
    status = queries.get_named(reading(), event, slug)
    theirs = status.source.latest
    assert theirs is not None  # noqa: S101 - a stale save means that there is one
    form.base_revision.data = theirs.number
    page = render_template(
        "notes/writing/stale.html",
        status=status,
        form=form,
        theirs=theirs,
        title_difference=rules.difference(theirs.title, form.title.data),
        text_difference=rules.difference(theirs.text, form.text.data),
        words=words,
    )
    return page, 409
