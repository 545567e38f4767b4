"""A text out to a translator's tool and back: export, look at what a file would change, confirm."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, render_template, request
from werkzeug.wrappers import Response as WerkzeugResponse

from eventapp.core.access import Permission, requires
from eventapp.core.errors import DomainError
from eventapp.core.unit_of_work import reading
from eventapp.events.models import Event
from eventapp.notes import words as note_words
from eventapp.notes.translating import exchange, queries, words, xliff
from eventapp.notes.translating.desk_routes import SHEET, save_sent, sent_paragraphs
from eventapp.notes.translating.forms import FileForm, SheetForm
from eventapp.notes.translating.queries import Sheet

bp = Blueprint("notes_xliff", __name__)

Answer = Response | WerkzeugResponse | str | tuple[str, int]


@bp.get(f"{SHEET}/xliff")
@requires(Permission.NOTES_TRANSLATE)
def export(event: Event, slug: str, language: str) -> Response:
    """Return the text and its translation as XLIFF 1.2."""
    found = queries.get_sheet(reading(), event, slug, language)
    answer = Response(exchange.export(found), content_type=xliff.MEDIA_TYPE)
    answer.headers["Content-Disposition"] = f'attachment; filename="{exchange.filename(found)}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get(f"{SHEET}/import")
@requires(Permission.NOTES_TRANSLATE)
def choose(event: Event, slug: str, language: str) -> str:
    """Ask for the file."""
    return _choose_page(queries.get_sheet(reading(), event, slug, language), FileForm(formdata=None))


@bp.post(f"{SHEET}/import")
@requires(Permission.NOTES_TRANSLATE)
def look(event: Event, slug: str, language: str) -> Answer:
    """Show what the file would change; nothing is written."""
    ctx = reading()
    found = queries.get_sheet(ctx, event, slug, language)
    form = FileForm()
    if not form.validate_on_submit():
        return _choose_page(found, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        plan = exchange.look(ctx, found, form.file.data.read(xliff.MOST_BYTES + 1))
    except xliff.Fault as fault:
        names = {row.key: row.name for row in found.rows}
        form.refuse(DomainError(words.fault(fault, names), field="file"))
        return _choose_page(found, form), HTTPStatus.UNPROCESSABLE_ENTITY
    return render_template(
        "notes/translating/import_preview.html",
        sheet=found,
        plan=plan,
        form=SheetForm(
            formdata=None,
            base_revision=found.latest.number if found.latest else 0,
            source_revision=found.source.number,
        ),
        words=words,
        note_words=note_words,
    )


@bp.post(f"{SHEET}/import/confirm")
@requires(Permission.NOTES_TRANSLATE)
def confirm(event: Event, slug: str, language: str) -> Answer:
    """Save the paragraphs of the file that are ticked."""
    taken = set(request.form.getlist("take"))
    return save_sent(event, slug, language, {key: mine for key, mine in sent_paragraphs().items() if key in taken})


def _choose_page(found: Sheet, form: FileForm) -> str:
    return render_template("notes/translating/import.html", sheet=found, form=form)
