"""The organisers' pages to take a list of participants along: as a file, or on paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, g, render_template, request, url_for
from flask_babel import gettext as _

from eventapp.core.access import Permission, requires
from eventapp.core.tables import Cell, write_csv, write_xlsx
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.registrations import export, policy, queue
from eventapp.registrations.forms import ExportForm

bp = Blueprint("participants", __name__)
ADDRESS = "/desk/<event>/registrations/export"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Answer = Response | str | tuple[str, int]


@bp.get(ADDRESS)
@requires(Permission.REGISTRATIONS_VIEW)
def choose(event: Event) -> Answer:
    """Ask which columns of the people whom the filters leave; the filters come from the list."""
    offered = export.columns_for(reading(), event, g.permissions)
    form = ExportForm(formdata=None, data={"columns": [name for name, _title in offered if name in export.TICKED]})
    return _choose_page(event, form)


@bp.post(ADDRESS)
@requires(Permission.REGISTRATIONS_VIEW)
def take(event: Event) -> Answer:
    """Return the list as a file or as a page to print, and record who took what."""
    form = ExportForm()
    form.columns.choices = export.columns_for(reading(), event, g.permissions)
    if not form.validate():
        return _choose_page(event, form), 422
    kind = request.form.get("kind", "csv")
    filters = queue.filters_from(request.args, addresses=policy.sees_private_answers(g.permissions))
    ctx = reading()
    chosen = [name for name, _title in form.columns.choices if name in form.columns.data]
    sheet = export.sheet_of(ctx, event, filters, chosen, ctx.language)
    narrowed = export.filters_in_words(ctx, event, filters, ctx.language)
    with unit_of_work() as writing:
        export.note(writing, event, sheet, filters, kind if kind in ("csv", "xlsx") else "print")
    if kind in ("csv", "xlsx"):
        return as_file(kind, _("participants"), event, sheet.titles, sheet.rows)
    return render_template("registrations/print_list.html", sheet=sheet, narrowed=narrowed)


def as_file(kind: str, name: str, event: Event, titles: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Response:
    """Return a table as a CSV or XLSX file to save."""
    if kind == "xlsx":
        body, media_type = write_xlsx(titles, rows, title=name), XLSX
    else:
        body, media_type = write_csv(titles, rows), "text/csv; charset=utf-8"
    answer = Response(body, content_type=media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=f"{name}-{event.slug}.{kind}")
    return answer


def _choose_page(event: Event, form: ExportForm) -> str:
    ctx = reading()
    filters = queue.filters_from(request.args, addresses=policy.sees_private_answers(g.permissions))
    query: dict[str, Any] = dict(filters.as_query())
    form.columns.choices = export.columns_for(reading(), event, g.permissions)
    return render_template(
        "registrations/export.html",
        form=form,
        number=queue.count_matching(ctx, event, filters, ctx.language),
        narrowed=export.filters_in_words(ctx, event, filters, ctx.language),
        action=url_for(".take", event=event.slug, **query),
        back=url_for("registrations_desk.list_all", event=event.slug, **query),
    )
