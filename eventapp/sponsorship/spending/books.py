"""The books of a fund as finance reads them: every entry with what is available after it, and one line per person."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from flask_babel import gettext as _
from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from eventapp.core import audit
from eventapp.core.context import Context
from eventapp.core.money import rounded
from eventapp.core.tables import Cell
from eventapp.core.wall_time import to_wall
from eventapp.events.models import Event
from eventapp.registrations.models import Registration
from eventapp.sponsorship import words
from eventapp.sponsorship.ledger import NOTHING, Balance, balance_of
from eventapp.sponsorship.models import Fund, LedgerEntry, Line, SponsorshipRequest, erased_name
from eventapp.sponsorship.review import conflicts
from eventapp.sponsorship.spending.queries import accounts_of
from eventapp.sponsorship.states import HOLDS_PLACE, EntryKind, LineKind, RequestState

PER_PAGE = 50


@dataclass(frozen=True)
class BookLine:
    """One entry with what the fund has promised, paid and left after it; or all that may not be seen, as one."""

    number: int | None  # None, as day and kind, of what is hidden
    entered_at: datetime | None
    kind: EntryKind | None
    budget: Decimal
    committed: Decimal
    spent: Decimal
    available_after: Decimal
    committed_after: Decimal
    spent_after: Decimal
    request_id: int | None = None
    person: str = ""
    line: LineKind | None = None
    reference: str = ""
    note: str = ""
    entered_by: str = ""

    @property
    def amount(self) -> Decimal:
        """Return what the entry is about: the one sum that moved, or all that the hidden ones took."""
        if self.kind is None:
            return self.committed + self.spent
        return self.budget or self.spent or self.committed


@dataclass(frozen=True)
class BookPage:
    """One page of the books, and how many entries there are in all that were asked for; the hidden ones count none."""

    lines: Sequence[BookLine]
    total: int
    rest: BookLine | None = None  # all that may not be seen; the newest, so that what is left after it is true


def balances(ctx: Context, event: Event) -> Mapping[int, Balance]:
    """Return the balance of each fund of the event by its number, in one read."""
    rows = ctx.session.execute(
        select(
            Fund.id,
            func.sum(LedgerEntry.budget, type_=LedgerEntry.budget.type),
            func.sum(LedgerEntry.committed, type_=LedgerEntry.committed.type),
            func.sum(LedgerEntry.spent, type_=LedgerEntry.spent.type),
        )
        .outerjoin(LedgerEntry, LedgerEntry.fund_id == Fund.id)
        .where(Fund.event_id == event.id)
        .group_by(Fund.id)
    )
    return {
        number: Balance(budget or NOTHING, committed or NOTHING, spent or NOTHING)
        for number, budget, committed, spent in rows
    }


def read_books(
    ctx: Context,
    fund: Fund,
    *,
    kind: EntryKind | None = None,
    page: int | None = None,
) -> BookPage:
    """Return the entries of the fund, the newest first, of one kind or all; without a `page` all of them, oldest first.

    What is left after an entry counts every entry before it that may be seen, whichever are shown; all the others are
    one line after the newest: their days and steps would tell whose they are. A constant number of reads.
    """
    hidden = conflicts.hidden_from(ctx, fund.event)
    seen = (
        LedgerEntry.fund_id == fund.id,
        or_(LedgerEntry.request_id.is_(None), LedgerEntry.request_id.not_in(hidden)),
    )
    running = (
        select(
            LedgerEntry,
            func.sum(LedgerEntry.budget, type_=LedgerEntry.budget.type).over(order_by=LedgerEntry.id).label("b"),
            func.sum(LedgerEntry.committed, type_=LedgerEntry.committed.type).over(order_by=LedgerEntry.id).label("c"),
            func.sum(LedgerEntry.spent, type_=LedgerEntry.spent.type).over(order_by=LedgerEntry.id).label("s"),
        )
        .where(*seen)
        .subquery()
    )
    entry = aliased(LedgerEntry, running)
    wanted = (
        select(entry, running.c.b, running.c.c, running.c.s, Line.kind, Registration.name)
        .outerjoin(Line, Line.id == entry.line_id)
        .outerjoin(SponsorshipRequest, SponsorshipRequest.id == entry.request_id)
        .outerjoin(Registration, Registration.id == SponsorshipRequest.registration_id)
    )
    counting = select(func.count()).select_from(LedgerEntry).where(*seen)
    if kind is not None:
        wanted, counting = wanted.where(entry.kind == kind), counting.where(LedgerEntry.kind == kind)
    if page is not None:
        wanted = wanted.order_by(entry.id.desc()).limit(PER_PAGE).offset((page - 1) * PER_PAGE)
    else:
        wanted = wanted.order_by(entry.id)
    lines = [
        _line(found, (budget, committed, spent), line_kind, name)
        for found, budget, committed, spent, line_kind, name in ctx.session.execute(wanted)
    ]
    is_newest = kind is None and page in (None, 1)
    return BookPage(lines, ctx.session.scalar(counting) or 0, _rest(ctx, fund, hidden) if is_newest else None)


def _rest(ctx: Context, fund: Fund, hidden: Collection[int]) -> BookLine | None:
    """Return what the hidden requests have of the fund as one line, or None when they have no entry."""
    of_hidden = select(
        func.count(),
        func.sum(LedgerEntry.committed, type_=LedgerEntry.committed.type),
        func.sum(LedgerEntry.spent, type_=LedgerEntry.spent.type),
    ).where(LedgerEntry.fund_id == fund.id, LedgerEntry.request_id.in_(hidden))
    number, committed, spent = ctx.session.execute(of_hidden).one()
    if not number:
        return None
    after = balance_of(ctx, fund.id)
    return BookLine(
        number=None,
        entered_at=None,
        kind=None,
        budget=NOTHING,
        committed=committed,
        spent=spent,
        available_after=after.available,
        committed_after=after.committed,
        spent_after=after.spent,
        person=_("other entries, not shown to you"),
    )


def _line(
    entry: LedgerEntry,
    after: tuple[Decimal, Decimal, Decimal],
    kind: LineKind | None,
    name: str | None,
) -> BookLine:
    if name is None and entry.request_id is not None:
        name = erased_name(entry.request_id)
    budget, committed, spent = after
    return BookLine(
        number=entry.id,
        entered_at=entry.entered_at,
        kind=entry.kind,
        budget=entry.budget,
        committed=entry.committed,
        spent=entry.spent,
        available_after=budget - committed - spent,
        committed_after=committed,
        spent_after=spent,
        request_id=entry.request_id,
        person=name or "",
        line=kind,
        reference=entry.reference,
        note=entry.note,
        entered_by=entry.actor_label,
    )


def book_table(ctx: Context, fund: Fund) -> tuple[list[str], list[list[Cell]]]:
    """Return titles and rows of the whole books for a file, amounts as numbers with the places of the currency."""
    titles = [
        _("Number"), _("Date"), _("Entry"), _("Person"), _("Expense"), _("Currency"), _("Budget"), _("Promised"),
        _("Amount paid"), _("Available after it"), _("Promised after it"), _("Paid after it"), _("Reference"),
        _("Note"), _("Entered by"),
    ]  # fmt: skip
    zone, currency = fund.event.timezone, fund.currency
    books = read_books(ctx, fund)
    rows: list[list[Cell]] = [
        [
            each.number if each.number is not None else "",
            to_wall(each.entered_at, zone).date() if each.entered_at is not None else "",
            str(words.ENTRY[each.kind]) if each.kind is not None else "",
            each.person,
            str(words.LINE[each.line]) if each.line is not None else "",
            currency,
            *(
                rounded(amount, currency)
                for amount in (
                    each.budget,
                    each.committed,
                    each.spent,
                    each.available_after,
                    each.committed_after,
                    each.spent_after,
                )
            ),
            each.reference,
            each.note,
            each.entered_by,
        ]
        for each in (*books.lines, *([books.rest] if books.rest is not None else ()))
    ]
    return titles, rows


def line_table(ctx: Context, event: Event) -> tuple[list[str], list[list[Cell]]]:
    """Return titles and rows of every line that was ever promised, over all funds; a constant number of reads.

    Of each fund, the lines of all whom one may not see are one, so that the sums stay true.
    """
    hidden = conflicts.hidden_from(ctx, event)
    found = ctx.session.execute(
        select(SponsorshipRequest, Registration.name, Registration.organisation, Registration.country)
        .outerjoin(Registration, Registration.id == SponsorshipRequest.registration_id)
        .where(
            SponsorshipRequest.event_id == event.id,
            SponsorshipRequest.id.in_(select(LedgerEntry.request_id).where(LedgerEntry.request_id.is_not(None))),
        )
        .order_by(SponsorshipRequest.fund_id, SponsorshipRequest.id)
    ).all()
    lines = _lines_of(ctx, [row[0].id for row in found])
    accounts = accounts_of(ctx, [line for each in lines.values() for line in each])
    funds: Mapping[int, Fund] = {
        fund.id: fund for fund in ctx.session.scalars(select(Fund).where(Fund.event_id == event.id))
    }
    titles = [
        _("Fund"), _("Person"), _("Organisation"), _("Country"), _("Request"), _("Expense"), _("Paid how"), _("State"),
        _("Currency"), _("Amount approved"), _("Promised"), _("Amount paid"),
    ]  # fmt: skip
    rows: list[list[Cell]] = []
    unseen: dict[int, list[Decimal]] = {}
    for request, name, organisation, country in found:
        fund = funds[request.fund_id]
        for line in lines.get(request.id, ()):
            account = accounts[line.id]
            amounts = (account.approved, account.committed, account.spent)
            if request.id in hidden:
                unseen[fund.id] = [
                    sum(each, NOTHING) for each in zip(unseen.get(fund.id, [NOTHING] * 3), amounts, strict=True)
                ]
                continue
            rows.append([
                fund.name.text(ctx.language),
                name or erased_name(request.id),
                organisation or "",
                country or "",
                str(words.STATE[request.state]),
                str(words.LINE[line.kind]),
                str(words.MODE[line.mode]),
                str(words.LINE_STATE[line.state]),
                fund.currency,
                *(rounded(each, fund.currency) for each in amounts),
            ])  # fmt: skip
    for fund_id, sums in unseen.items():
        fund = funds[fund_id]
        who = [_("other entries, not shown to you"), *[""] * 6]
        rows.append(
            [fund.name.text(ctx.language), *who, fund.currency, *(rounded(each, fund.currency) for each in sums)]
        )
    return titles, rows


def _lines_of(ctx: Context, request_ids: Collection[int]) -> Mapping[int, Sequence[Line]]:
    found: dict[int, list[Line]] = {}
    for line in ctx.session.scalars(select(Line).where(Line.request_id.in_(request_ids)).order_by(Line.id)):
        found.setdefault(line.request_id, []).append(line)
    return found


def note_export(ctx: Context, thing: Fund | Event, kind: str, count: int) -> None:
    """Put on record that somebody took the accounts along as a file."""
    audit.record(ctx, thing, "export-accounts", {"format": kind, "count": count})


def list_people(ctx: Context, event: Event) -> Sequence[SponsorshipRequest]:
    """Return the people who have or had money promised, among those that the acting member of staff may see."""
    ever = HOLDS_PLACE | {RequestState.WITHDRAWN, RequestState.CANCELLED}
    return conflicts.list_requests(ctx, event, ever, erased=True)
