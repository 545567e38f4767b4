"""Who asked for sponsorship, who was offered and accepted it, and the money of it, on a page and as a file."""

from __future__ import annotations

from flask import Blueprint, Response, g, render_template, request
from flask_babel import gettext as _

from eventapp.core.access import Permission, requires
from eventapp.core.context import Context
from eventapp.core.unit_of_work import reading
from eventapp.events.models import Event
from eventapp.registrations.export_routes import as_file
from eventapp.registrations.reports import HIDDEN, Naming
from eventapp.sponsorship.queries import list_funds
from eventapp.sponsorship.reports import counting, queries
from eventapp.sponsorship.review import conflicts
from eventapp.sponsorship.review.workplace_routes import ask_where_they_work

bp = Blueprint("sponsorship_reports", __name__)
bp.before_request(ask_where_they_work)
ADDRESS = "/desk/<event>/sponsorship/reports"


@bp.get(ADDRESS)
@requires(Permission.SPONSORSHIP_VIEW)
def overview(event: Event) -> str:
    """Show the numbers of all funds, or of one."""
    ctx = reading()
    funds = list_funds(ctx, event)
    chosen = next((each for each in funds if str(each.id) == request.args.get("fund")), None)
    money = counting.columns_for(each.currency for each in ([chosen] if chosen else funds))
    conceal = _conceals(ctx, event)
    report = counting.report(
        queries.list_askers(ctx, event), chosen.id if chosen else counting.ALL, money, conceal=conceal
    )
    return render_template(
        "sponsorship/desk/reports.html",
        event=event,
        funds=funds,
        chosen=chosen,
        money=money,
        report=report,
        naming=Naming(ctx, event, ctx.language),
        answer_in_words=queries.answer_in_words,
        step_words=queries.STEP,
        money_words=queries.MONEY,
        hidden=HIDDEN,
    )


@bp.get(f"{ADDRESS}/sponsorship.csv")
@requires(Permission.SPONSORSHIP_VIEW)
def as_csv(event: Event) -> Response:
    """Return the numbers of all funds and of each as a file."""
    ctx = reading()
    funds, askers = list_funds(ctx, event), queries.list_askers(ctx, event)
    money = counting.columns_for(each.currency for each in funds)
    named = [(str(_("All funds")), counting.ALL), *((each.name.text(ctx.language), each.id) for each in funds)]
    conceal = _conceals(ctx, event)
    reports = [(name, counting.report(askers, number, money, conceal=conceal)) for name, number in named]
    titles, rows = queries.rows_of(reports, money, Naming(ctx, event, ctx.language))
    return as_file("csv", _("sponsorship"), event, titles, rows)


def _conceals(ctx: Context, event: Event) -> bool:
    """Hide small numbers from who does not decide on registrations, since they tell answers that only those may read.

    And from whoever must not see everybody: one left out would follow.
    """
    decides = {Permission.SPONSORSHIP_DECIDE, Permission.REGISTRATIONS_DECIDE} <= g.permissions
    return not decides or bool(conflicts.hidden_from(ctx, event))
