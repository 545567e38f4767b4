"""The organiser's pages about importing sessions: choose a file, look, confirm."""

from __future__ import annotations

from datetime import datetime, time
from http import HTTPStatus

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse

from eventapp.agenda.exchange import service, words
from eventapp.agenda.exchange.files import read_file
from eventapp.agenda.exchange.forms import ImportForm
from eventapp.agenda.exchange.reading import MOST_BYTES, Fault
from eventapp.agenda.exchange.resolving import Outcome
from eventapp.agenda.exchange.schedule_csv import NEEDED, OPTIONAL
from eventapp.core.access import Permission, requires
from eventapp.core.errors import DomainError
from eventapp.core.formatting import language_name
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.core.wall_time import to_instant
from eventapp.events.models import Event

bp = Blueprint("agenda_import", __name__, url_prefix="/desk/<event>/agenda/import")

PAGE_SIZE = 50

Answer = Response | WerkzeugResponse | str | tuple[str, int]


@bp.get("")
@requires(Permission.AGENDA_EDIT)
def choose(event: Event) -> Answer:
    """Ask for the file and say what it may hold."""
    return _choose_page(event, _form(event))


@bp.post("")
@requires(Permission.AGENDA_EDIT)
def upload(event: Event) -> Answer:
    """Read the file and keep what it says; the draft is untouched."""
    form = _form(event)
    if not form.validate_on_submit():
        return _choose_page(event, form), HTTPStatus.UNPROCESSABLE_ENTITY
    sent = form.file.data
    try:
        found = read_file(
            sent.read(MOST_BYTES + 1),
            zone=event.timezone,
            language=form.language.data,
            languages=tuple(event.languages),
        )
    except Fault as fault:
        form.refuse(DomainError(words.fault(fault), field="file"))
        return _choose_page(event, form), HTTPStatus.UNPROCESSABLE_ENTITY
    with unit_of_work() as ctx:
        name = sent.filename or _("agenda")
        preview_id = service.keep_preview(ctx, event, name, found, account_id=g.account.id).id
    return redirect(url_for(".preview", event=event.slug, preview_id=preview_id), HTTPStatus.SEE_OTHER)


@bp.get("/<int:preview_id>")
@requires(Permission.AGENDA_EDIT)
def preview(event: Event, preview_id: int) -> Answer:
    """Show what would become of every session of the file."""
    return _preview_page(event, preview_id)


@bp.post("/<int:preview_id>")
@requires(Permission.AGENDA_EDIT)
def confirm(event: Event, preview_id: int) -> Answer:
    """Write the sessions into the draft, as one step that can be undone."""
    try:
        with unit_of_work() as ctx:
            written = service.confirm(ctx, event, preview_id)
    except DomainError as error:
        if error.status is HTTPStatus.NOT_FOUND:
            raise
        flash(error.message, "error")
        return redirect(url_for(".preview", event=event.slug, preview_id=preview_id), HTTPStatus.SEE_OTHER)
    if written is None:
        flash(_("This file was imported already; nothing was written twice."), "info")
    else:
        said = _(
            "In the draft now: %(added)d new, %(changed)d changed. The public sees them with the next release.",
            added=written.added,
            changed=written.changed,
        )
        flash(said, "success")
    return redirect(url_for(".preview", event=event.slug, preview_id=preview_id), HTTPStatus.SEE_OTHER)


def _form(event: Event) -> ImportForm:
    form = ImportForm(data={"language": _language() if _language() in event.languages else event.first_language})
    form.offer([(code, language_name(code, _language())) for code in event.languages])
    return form


def _choose_page(event: Event, form: ImportForm) -> str:
    return render_template(
        "agenda/desk/import.html",
        form=form,
        needed=NEEDED,
        optional=OPTIONAL,
        megabytes=MOST_BYTES // 1_000_000,
        begins=to_instant(datetime.combine(event.starts_on, time(12)), event.timezone),
    )


def _preview_page(event: Event, preview_id: int) -> str:
    ctx = reading()
    found = service.get_preview(ctx, event, preview_id)
    resolved = service.look(ctx, event, found)
    groups = {outcome: [each for each in resolved if each.outcome is outcome] for outcome in Outcome}
    only = next((outcome for outcome in Outcome if outcome.value == request.args.get("show")), None)
    if only is None and "show" not in request.args and groups[Outcome.REFUSED]:
        only = Outcome.REFUSED
    rows = groups[only] if only else resolved
    pages = max(1, -(-len(rows) // PAGE_SIZE))
    number = min(max(1, request.args.get("page", 1, type=int)), pages)
    return render_template(
        "agenda/desk/import_preview.html",
        preview=found,
        counts={outcome.value: len(each) for outcome, each in groups.items()},
        tabs=[outcome for outcome in Outcome if groups[outcome]],
        only=only,
        rows=rows[(number - 1) * PAGE_SIZE : number * PAGE_SIZE],
        number=number,
        pages=pages,
        first=(number - 1) * PAGE_SIZE + 1,
        last=min(number * PAGE_SIZE, len(rows)),
        total=len(rows),
        page_url=lambda page: url_for(
            ".preview", event=event.slug, preview_id=preview_id, show=only.value if only else "all", page=page
        ),
        words=words,
    )


def _language() -> str:
    locale = get_locale()
    return str(locale.language) if locale is not None else "en"
