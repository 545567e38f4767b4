"""The reports: how balanced the meeting is, and what the venue must know."""

from __future__ import annotations

from flask import Blueprint, Response, g, render_template, request
from flask_babel import gettext as _

from eventapp.core.access import Permission, requires
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.registrations import balance as counting
from eventapp.registrations import hooks, policy, reports
from eventapp.registrations.checkin.rules import day_of
from eventapp.registrations.export_routes import as_file
from eventapp.registrations.forms import NeedsForm

bp = Blueprint("reports", __name__)
ADDRESS = "/desk/<event>/reports"
Answer = Response | str


@bp.get(ADDRESS)
@requires(Permission.REPORTS_VIEW)
def balance(event: Event) -> str:
    """Show how many people were invited, registered and are confirmed, by what they said."""
    ctx = reading()
    conceal = not policy.sees_small_counts(g.permissions)
    groups = reports.list_groups(ctx, event)
    return render_template(
        "registrations/balance.html",
        tables=counting.tables(groups, conceal=conceal),
        totals=counting.totals(groups, conceal=conceal),
        naming=reports.Naming(ctx, event, ctx.language),
        stages=reports.STAGE,
        shows_present=day_of(ctx.now, event.timezone) >= event.starts_on,
        hidden=reports.HIDDEN,
        sees_needs=Permission.REGISTRATIONS_DECIDE in g.permissions,
        sections=[part for add in hooks.REPORT_SECTIONS if (part := add(ctx, event, conceal=conceal)) is not None],
        takes_lists=Permission.REGISTRATIONS_VIEW in g.permissions,
    )


@bp.get(f"{ADDRESS}/balance.csv")
@requires(Permission.REPORTS_VIEW)
def balance_file(event: Event) -> Response:
    """Return the same numbers as a file."""
    ctx = reading()
    tables = counting.tables(reports.list_groups(ctx, event), conceal=not policy.sees_small_counts(g.permissions))
    titles, rows = reports.balance_rows(tables, reports.Naming(ctx, event, ctx.language))
    return as_file("csv", _("balance"), event, titles, rows)


@bp.get(f"{ADDRESS}/needs")
@requires(Permission.REGISTRATIONS_DECIDE)
def needs(event: Event) -> str:
    """Show what the venue must know about food and access, without names."""
    return _needs_page(reports.needs_of(reading(), event), NeedsForm(formdata=None), named=False)


@bp.post(f"{ADDRESS}/needs")
@requires(Permission.REGISTRATIONS_DECIDE)
def take_needs(event: Event) -> Answer:
    """Return the needs as a file or as a page to print, with names if ticked, and record that."""
    form = NeedsForm()
    named = bool(form.names.data)
    kind = request.form.get("kind", "print")
    found = reports.needs_of(reading(), event)
    with unit_of_work() as ctx:
        reports.note_needs(ctx, event, found, names=named, kind=kind if kind in ("csv", "xlsx") else "print")
    if kind in ("csv", "xlsx"):
        return as_file(kind, _("food-and-access"), event, reports.needs_header(names=named), found.rows(names=named))
    return _needs_page(found, form, named=named)


def _needs_page(found: reports.Needs, form: NeedsForm, *, named: bool) -> str:
    return render_template("registrations/needs.html", needs=found, form=form, named=named)
