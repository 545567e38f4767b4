"""The organiser's pages about importing a list: choose a file, look, confirm."""

from __future__ import annotations

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as WerkzeugResponse

from eventapp.core.access import Permission, requires
from eventapp.core.errors import DomainError
from eventapp.core.tables import write_csv, write_xlsx
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.invitations import imports
from eventapp.invitations.columns import TEMPLATE_COLUMNS
from eventapp.invitations.forms import ImportForm
from eventapp.invitations.import_words import Problem, in_words
from eventapp.invitations.queries import PAGE_SIZE

bp = Blueprint("imports", __name__)

Answer = Response | WerkzeugResponse | str | tuple[str, int]


@bp.get("/desk/<event>/invitations/import")
@requires(Permission.INVITATIONS_EDIT)
def choose(event: Event) -> Answer:
    """Ask for the file and say what it may hold."""
    return _choose_page(event, ImportForm())


@bp.get("/desk/<event>/invitations/import/template.<any(csv,xlsx):kind>")
@requires(Permission.INVITATIONS_EDIT)
def template(event: Event, kind: str) -> Answer:
    """Return a list with the columns we read and one row as an example."""
    language = event.first_language
    category = event.categories[0].name.text(language) if event.categories else ""
    example = [
        "amina@example.org", "Amina Example", "City of Example", "Deputy mayor", "SN", category, language,
        "", "", "no", "",
    ]  # fmt: skip
    if kind == "csv":
        body, media_type = write_csv(TEMPLATE_COLUMNS, [example]), "text/csv; charset=utf-8"
    else:
        body = write_xlsx(TEMPLATE_COLUMNS, [example], title="invitations")
        media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    name = f"invitations-{event.slug}.{kind}"
    return Response(body, content_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@bp.post("/desk/<event>/invitations/import")
@requires(Permission.INVITATIONS_EDIT)
def upload(event: Event) -> Answer:
    """Check the file and keep the preview; no invitation is written."""
    form = ImportForm()
    if not form.validate_on_submit():
        return _choose_page(event, form), 422
    filename = form.file.data.filename or "list"
    try:
        table = imports.read(filename, form.file.data.read())
    except DomainError as error:
        form.refuse(error)
        return _choose_page(event, form), 422
    rows, ignored = imports.check(table, imports.known_of(reading(), event))
    with unit_of_work() as ctx:
        preview = imports.keep_preview(ctx, event, filename, account_id=g.account.id, rows=rows, ignored=ignored)
        preview_id = preview.id
    return redirect(url_for(".preview", event=event.slug, preview_id=preview_id), 303)


@bp.get("/desk/<event>/invitations/import/<int:preview_id>")
@requires(Permission.INVITATIONS_EDIT)
def preview(event: Event, preview_id: int) -> Answer:
    """Show every problem by row and column, and how many drafts a confirmation would write."""
    found = imports.get_preview(reading(), event, preview_id)
    good = [row for row in found.rows if not row["problems"]]
    faulty = [row for row in found.rows if row["problems"]]
    only = request.args.get("show", "problems" if faulty else "all")
    rows = {"problems": faulty, "good": good}.get(only, found.rows)
    pages = max(1, -(-len(rows) // PAGE_SIZE))
    number = min(max(1, request.args.get("page", 1, type=int)), pages)
    return render_template(
        "invitations/desk_import_preview.html",
        preview=found,
        good=len(good),
        faulty=len(faulty),
        all_known=all(kind == Problem.INVITED_BEFORE for row in faulty for _title, kind, _detail in row["problems"]),
        only=only,
        rows=rows[(number - 1) * PAGE_SIZE : number * PAGE_SIZE],
        number=number,
        pages=pages,
        first=(number - 1) * PAGE_SIZE + 1,
        last=min(number * PAGE_SIZE, len(rows)),
        total=len(rows),
        page_url=lambda page: url_for(".preview", event=event.slug, preview_id=preview_id, show=only, page=page),
        problem_in_words=in_words,
        categories={category.id: category for category in event.categories},
    )


@bp.post("/desk/<event>/invitations/import/<int:preview_id>")
@requires(Permission.INVITATIONS_EDIT)
def confirm(event: Event, preview_id: int) -> Answer:
    """Write the drafts."""
    with unit_of_work() as ctx:
        written = imports.confirm(ctx, event, preview_id)
    if written is not None:
        message = ngettext(
            "%(num)d draft was written. Nobody has been told yet.",
            "%(num)d drafts were written. Nobody has been told yet.",
            written,
        )
        flash(message, "success")
    else:
        flash(_("This list was imported already; nothing was written twice."), "info")
    return redirect(url_for("invitations_desk.invitation_list", event=event.slug, state="draft"), 303)


def _choose_page(event: Event, form: ImportForm) -> str:
    return render_template(
        "invitations/desk_import.html", form=form, columns=TEMPLATE_COLUMNS, categories=event.categories
    )
