"""The accounts: the books of each fund, who pays out of pocket, and files for finance."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from math import ceil

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _

from eventapp.core.access import Permission, requires
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.registrations.export_routes import as_file
from eventapp.sponsorship import ledger, queries
from eventapp.sponsorship.review.workplace_routes import ask_where_they_work
from eventapp.sponsorship.spending import books, work
from eventapp.sponsorship.spending.desk_routes import ADDRESS
from eventapp.sponsorship.states import EntryKind
from eventapp.sponsorship.words import ENTRY, LINE, STATE

bp = Blueprint("sponsorship_books", __name__)
bp.before_request(ask_where_they_work)
FUND = f"{ADDRESS}/funds/<int(max=2147483647):fund_id>"
FILE = "<any(csv,xlsx):kind>"


@bp.get(f"{ADDRESS}/people")
@requires(Permission.SPONSORSHIP_VIEW)
def people(event: Event) -> str:
    """Show everybody to whom money is or was promised, and the books of each fund."""
    ctx = reading()
    funds, balances = queries.list_funds(ctx, event), books.balances(ctx, event)
    return render_template(
        "sponsorship/spending/people.html",
        funds=[(fund, balances[fund.id]) for fund in funds],
        people=books.list_people(ctx, event),
        states=STATE,
    )


@bp.get(FUND)
@requires(Permission.SPONSORSHIP_VIEW)
def fund(event: Event, fund_id: int) -> str:
    """Show the books of a fund, the newest entry first."""
    ctx = reading()
    found = queries.get_fund(ctx, event, fund_id)
    asked = request.args.get("kind", "")
    kind = EntryKind(asked) if asked in list(EntryKind) else None
    page = max(1, request.args.get("page", 1, type=int))
    shown = books.read_books(ctx, found, kind=kind, page=min(page, 10**6))
    first = (page - 1) * books.PER_PAGE + 1
    return render_template(
        "sponsorship/spending/books.html",
        fund=found,
        balance=ledger.balance_of(ctx, found.id),
        shown=shown,
        kind=kind,
        kinds=ENTRY,
        line_words=LINE,
        page=page,
        pages=max(1, ceil(shown.total / books.PER_PAGE)),
        first=first,
        last=first + len(shown.lines) - 1,
    )


@bp.post(f"{FUND}/books.{FILE}")
@requires(Permission.SPONSORSHIP_VIEW)
def fund_file(event: Event, fund_id: int, kind: str) -> Response:
    """Return the books of a fund as a file, and record who took them."""
    ctx = reading()
    found = queries.get_fund(ctx, event, fund_id)
    titles, rows = books.book_table(ctx, found)
    with unit_of_work() as writing:
        books.note_export(writing, queries.get_fund(writing, event, fund_id), kind, len(rows))
    return as_file(kind, _("books-%(number)d", number=fund_id), event, titles, rows)


@bp.post(f"{ADDRESS}/lines.{FILE}")
@requires(Permission.SPONSORSHIP_VIEW)
def lines_file(event: Event, kind: str) -> Response:
    """Return what each line was approved, promised and paid, over all funds, and record who took it."""
    titles, rows = books.line_table(reading(), event)
    with unit_of_work() as writing:
        books.note_export(writing, event, kind, len(rows))
    return as_file(kind, _("accounts"), event, titles, rows)


@bp.get(f"{ADDRESS}/out-of-pocket")
@requires(Permission.SPONSORSHIP_VIEW)
def out_of_pocket(event: Event) -> str:
    """Show who pays first, and how much of it is not paid back yet."""
    ctx = reading()
    paying = work.list_paying_first(ctx, event)
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for each in paying:
        sums[each.request.fund.currency] += each.promised
    return render_template("sponsorship/spending/out_of_pocket.html", paying=paying, sums=sums)
