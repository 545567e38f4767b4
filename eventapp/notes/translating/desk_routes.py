"""The translators' pages: what is to do, a text beside its translation, how it will look, reviewing many at once."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from eventapp.core.access import Permission, requires
from eventapp.core.errors import DomainError
from eventapp.core.markdown import render_blocks
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.notes import words as note_words
from eventapp.notes.addresses import TEXT
from eventapp.notes.paragraphs import TITLE, as_deep
from eventapp.notes.states import ParagraphState
from eventapp.notes.translating import queries, rules, service, words
from eventapp.notes.translating.forms import SheetForm
from eventapp.notes.translating.queries import Sheet
from eventapp.notes.translating.rules import Sent

bp = Blueprint("notes_translating", __name__)

Answer = Response | str | tuple[str, int]
SHEET = f"{TEXT}/translate/<language>"
TO_DO = "to-do"
NOT_REVIEWED = set(ParagraphState) - {ParagraphState.REVIEWED}
PREVIEW_BASE = 3  # below the title, which stands where the page's own title would


@bp.get("/desk/<event>/notes/translations")
@requires(Permission.NOTES_VIEW)
def index(event: Event) -> str:
    """List what there is to do in each language."""
    found = queries.list_to_do(reading(), event)
    only = request.args.get("language", "")
    shown = [each for each in found if each.language == only] or found
    return render_template(
        "notes/translating/index.html",
        languages_to_do=found,
        shown=shown,
        only=only if len(shown) < len(found) else "",
        states=ParagraphState,
        note_words=note_words,
    )


@bp.get(SHEET)
@requires(Permission.NOTES_VIEW)
def sheet(event: Event, slug: str, language: str) -> str:
    """Show a text beside its translation; whoever does not translate only reads it."""
    found = queries.get_sheet(reading(), event, slug, language)
    return _sheet_page(found, _form(found))


@bp.post(SHEET)
@requires(Permission.NOTES_TRANSLATE)
def save(event: Event, slug: str, language: str) -> Answer:
    """Save what was changed, then go back, on to a preview, or on to marking many as reviewed."""
    return save_sent(event, slug, language, sent_paragraphs())


def sent_paragraphs() -> dict[str, Sent]:
    """Return the paragraphs of the form, clean, by their keys."""
    prefix = "text-"
    keys = [name.removeprefix(prefix) for name in request.form if name.startswith(prefix)]
    return {key: Sent(rules.clean(key, request.form[prefix + key]), f"reviewed-{key}" in request.form) for key in keys}


def save_sent(event: Event, slug: str, language: str, sent: dict[str, Sent]) -> Answer:
    """Save these paragraphs as the form's versions name their beginning, and answer whatever comes of it."""
    form = SheetForm()
    found = queries.get_sheet(reading(), event, slug, language)
    if not form.validate_on_submit():
        return _typed_page(found, form, sent, {}), HTTPStatus.UNPROCESSABLE_ENTITY
    versions = {"base_revision": form.base_revision.data, "source_revision": form.source_revision.data}
    try:
        with unit_of_work() as ctx:
            saved = service.save(ctx, found.publication, language, sent, **versions)
    except service.Clash as clash:
        return _clash_page(event, slug, language, sent, clash, versions)
    except DomainError as error:
        found = queries.get_sheet(reading(), event, slug, language)
        wrong = {error.field: error.message} if error.field in found.states else {}
        form.refuse(error)
        return _typed_page(found, form, sent, wrong), error.status
    flash(_("Saved.") if saved else _("Nothing had changed, so nothing was saved."), "success" if saved else "info")
    return _next_page(event, slug, language)


@bp.get(f"{SHEET}/preview")
@requires(Permission.NOTES_VIEW)
def preview(event: Event, slug: str, language: str) -> str:
    """Show the text as its readers will see it in this language."""
    found = queries.get_sheet(reading(), event, slug, language)
    rows = [row for row in found.rows if row.key != TITLE]
    blocks = render_blocks([as_deep(row.source, row.text or row.source) for row in rows], heading_base=PREVIEW_BASE)
    return render_template(
        "notes/translating/preview.html",
        sheet=found,
        title=next((row for row in found.rows if row.key == TITLE), None),
        blocks=list(zip(rows, blocks, strict=True)),
        words=words,
        note_words=note_words,
    )


@bp.get(f"{SHEET}/review")
@requires(Permission.NOTES_TRANSLATE)
def review(event: Event, slug: str, language: str) -> str:
    """Ask before many paragraphs are marked as reviewed."""
    found = queries.get_sheet(reading(), event, slug, language)
    return _review_page(found, _form(found))


@bp.post(f"{SHEET}/review")
@requires(Permission.NOTES_TRANSLATE)
def mark_reviewed(event: Event, slug: str, language: str) -> Answer:
    """Mark the ticked paragraphs as reviewed, in the very words that were shown."""
    form = SheetForm()
    found = queries.get_sheet(reading(), event, slug, language)
    ticked = request.form.getlist("key")
    if not form.validate_on_submit():
        return _review_page(found, form), HTTPStatus.UNPROCESSABLE_ENTITY
    versions = {"base_revision": form.base_revision.data, "source_revision": form.source_revision.data}
    try:
        with unit_of_work() as ctx:
            service.mark_reviewed(ctx, found.publication, language, ticked, **versions)
    except DomainError as error:
        again = _("Somebody changed a paragraph meanwhile. Look again, then confirm.")
        found = queries.get_sheet(reading(), event, slug, language)
        form = _form(found)
        form.form_errors = [again if isinstance(error, service.Clash) else error.message]
        return _review_page(found, form), error.status
    count = len(ticked)
    said = ngettext("%(num)d paragraph is marked as reviewed.", "%(num)d paragraphs are marked as reviewed.", count)
    flash(said, "success")
    return redirect(url_for(".sheet", event=event.slug, slug=slug, language=language), HTTPStatus.SEE_OTHER)


def _form(found: Sheet) -> SheetForm:
    return SheetForm(
        formdata=None,
        base_revision=found.latest.number if found.latest else 0,
        source_revision=found.source.number,
    )


def _next_page(event: Event, slug: str, language: str) -> Response:
    """Go where the pressed button leads: back to the paragraph, or to the next one where that is no longer shown."""
    action = request.form.get("action", "save")
    show = TO_DO if request.args.get("show") == TO_DO else None
    if action in {"preview", "review"}:
        on = url_for(f"notes_translating.{action}", event=event.slug, slug=slug, language=language)
        return redirect(on, HTTPStatus.SEE_OTHER)
    states = queries.get_sheet(reading(), event, slug, language).states
    key = action.removeprefix("save:") if action.startswith("save:") else ""
    at: str | None = key if key in states else None
    if at and show and states[at] is ParagraphState.REVIEWED:
        at = rules.next_to_do(states, after=at)
    back = url_for("notes_translating.sheet", event=event.slug, slug=slug, language=language, show=show, _anchor=at)
    return redirect(back, HTTPStatus.SEE_OTHER)


def _sheet_page(found: Sheet, form: SheetForm, *, typed: Sheet | None = None) -> str:
    only_to_do = request.args.get("show") == TO_DO
    return render_template(
        "notes/translating/sheet.html",
        sheet=typed or (found.only(NOT_REVIEWED) if only_to_do else found),
        whole=found,
        form=form,
        show=TO_DO if only_to_do else None,
        unsaved=typed is not None,
        states=ParagraphState,
        words=words,
        note_words=note_words,
    )


def _typed_page(found: Sheet, form: SheetForm, sent: dict[str, Sent], wrong: dict[str, str]) -> str:
    return _sheet_page(found, form, typed=found.typed(sent, wrong))


def _review_page(found: Sheet, form: SheetForm) -> str:
    return render_template(
        "notes/translating/review.html",
        sheet=found.only({ParagraphState.DRAFT, ParagraphState.OUTDATED}),
        form=form,
        states=ParagraphState,
        words=words,
        note_words=note_words,
    )


def _clash_page(
    event: Event, slug: str, language: str, sent: dict[str, Sent], clash: service.Clash, versions: dict[str, int]
) -> tuple[str, int]:
    ctx = reading()
    found = queries.get_sheet(ctx, event, slug, language)
    page = render_template(
        "notes/translating/clash.html",
        clash=queries.look_at_clash(ctx, found, sent, clash.keys, **versions),
        sheet=found,
        form=_form(found),
        words=words,
        note_words=note_words,
    )
    return page, clash.status
