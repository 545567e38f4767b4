"""The organisers' pages about registrations that came by another way: choose a file, look, confirm."""

from __future__ import annotations

from collections import Counter

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as WerkzeugResponse

from eventapp.core.access import Permission, requires
from eventapp.core.errors import Conflict, DomainError
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.invitations import imports
from eventapp.invitations.forms import ImportForm
from eventapp.registrations import late, late_own, policy, service, words
from eventapp.registrations.export_routes import as_file
from eventapp.registrations.late_own import OwnCells
from eventapp.registrations.questions.reading import read_form
from eventapp.registrations.snapshots import OWN

bp = Blueprint("late_registrations", __name__)
ADDRESS = "/desk/<event>/registrations/import"
Answer = Response | WerkzeugResponse | str | tuple[str, int]


@bp.get(ADDRESS)
@requires(Permission.REGISTRATIONS_DECIDE)
def choose(event: Event) -> Answer:
    """Ask for the file and say what it may hold."""
    return _choose_page(event, ImportForm(formdata=None))


@bp.get(f"{ADDRESS}/template.<any(csv,xlsx):kind>")
@requires(Permission.REGISTRATIONS_DECIDE)
def template(event: Event, kind: str) -> Answer:
    """Return a list with the columns we read and one row as an example."""
    language = event.first_language
    category = event.categories[0].name.text(language) if event.categories else ""
    example = [
        "amina@example.org", "Amina Example", "City of Example", "Deputy mayor", "local government", "SN",
        "Saint-Louis", category, "in person", language, "fr, en", "", "", "", "yes", "", "",
    ]  # fmt: skip
    own = _own_cells(event)
    titles = [*late.TEMPLATE_COLUMNS, *(each.label.text(language) for each in own.askable)]
    return as_file(kind, _("late-registrations"), event, titles, [[*example, *late_own.example_of(own)]])


@bp.post(ADDRESS)
@requires(Permission.REGISTRATIONS_DECIDE)
def upload(event: Event) -> Answer:
    """Check the file and keep the preview; nobody is registered yet."""
    form = ImportForm()
    if not form.validate_on_submit():
        return _choose_page(event, form), 422
    filename = form.file.data.filename or "list"
    try:
        service.require_taking_place(event)
        table = late.read(filename, form.file.data.read())
    except DomainError as error:
        form.refuse(error)
        return _choose_page(event, form), int(error.status)
    rows, ignored = late.check(reading(), event, table, sensitive=policy.sees_sensitive_answers(g.permissions))
    with unit_of_work() as ctx:
        preview = imports.keep_preview(ctx, event, filename, account_id=g.account.id, rows=rows, ignored=ignored)
        preview_id = preview.id
    return redirect(url_for(".preview", event=event.slug, preview_id=preview_id), 303)


@bp.get(f"{ADDRESS}/<int:preview_id>")
@requires(Permission.REGISTRATIONS_DECIDE)
def preview(event: Event, preview_id: int) -> Answer:
    """Show every problem by row and column, who would be registered, and which mails go out."""
    ctx = reading()
    found = late.get_preview(ctx, event, preview_id)
    form, sensitive = read_form(ctx, event.id), policy.sees_sensitive_answers(g.permissions)
    good = [row for row in found.rows if not row["problems"]]
    faulty = [row for row in found.rows if row["problems"]]
    only = request.args.get("show", "problems" if faulty else "all")
    return render_template(
        "registrations/late_preview.html",
        preview=found,
        good=len(good),
        faulty=len(faulty),
        only=only,
        rows={"problems": faulty, "good": good}.get(only, found.rows),
        languages=Counter(row["values"]["language"] for row in good).most_common(),
        problem_in_words=late.in_words,
        categories={category.id: category for category in event.categories},
        modes=words.MODE,
        sectors=words.SECTOR,
        own_in_words=lambda row: late_own.in_words(
            form, row["answers"].get(OWN) or {}, ctx.language, sensitive=sensitive
        ),
    )


@bp.post(f"{ADDRESS}/<int:preview_id>")
@requires(Permission.REGISTRATIONS_DECIDE)
def confirm(event: Event, preview_id: int) -> Answer:
    """Register the people of the list."""
    try:
        with unit_of_work() as ctx:
            written = late.confirm(ctx, event, preview_id)
    except Conflict as error:
        flash(error.message, "warning")
        return redirect(url_for(".preview", event=event.slug, preview_id=preview_id), 303)
    if written is not None:
        flash(ngettext("%(num)d person is registered.", "%(num)d people are registered.", written), "success")
    else:
        flash(_("This list was imported already; nothing was written twice."), "info")
    return redirect(url_for("registrations_desk.list_all", event=event.slug), 303)


def _own_cells(event: Event) -> OwnCells:
    return late.own_cells(reading(), event, sensitive=policy.sees_sensitive_answers(g.permissions))


def _choose_page(event: Event, form: ImportForm) -> str:
    return render_template(
        "registrations/late.html",
        form=form,
        columns=late.TEMPLATE_COLUMNS,
        own=[each.label for each in _own_cells(event).askable],
        sectors=late.sectors_in_words(),
        categories=event.categories,
        most=late.MOST_ROWS,
    )
