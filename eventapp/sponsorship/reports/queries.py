"""The requests of an event as the reports count them, in two reads, and the report as a table for a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import func, select

from eventapp.core.context import Context
from eventapp.core.money import decimal_places
from eventapp.core.tables import Cell
from eventapp.events.models import Event
from eventapp.registrations.balance import OTHER, Dimension
from eventapp.registrations.models import Registration
from eventapp.registrations.reports import HIDDEN, Naming
from eventapp.sponsorship.models import Fund, LedgerEntry, SponsorshipRequest
from eventapp.sponsorship.reports.counting import DIMENSIONS, Asker, Money, MoneyColumn, Report, Step
from eventapp.sponsorship.states import Outcome, RequestState

STEP: Mapping[Step, LazyString] = {
    Step.ASKED: _l("Requests"),
    Step.OFFERED: _l("Offers"),
    Step.ACCEPTED: _l("Acceptances"),
}
MONEY: Mapping[Money, LazyString] = {Money.PROMISED: _l("Promised"), Money.SPENT: _l("Spent")}

_S = RequestState
_WERE_OFFERED = frozenset({
    _S.OFFERED, _S.ACCEPTED, _S.TRAVELLED, _S.SETTLED, _S.NO_SHOW, _S.DECLINED, _S.EXPIRED, _S.CANCELLED,
})  # fmt: skip


def list_askers(ctx: Context, event: Event) -> list[Asker]:
    """Return every request that was sent, with what its person said and what it has of its fund."""
    money = _money(ctx, event)
    said = [getattr(Registration, each.value) for each in DIMENSIONS]
    rows = ctx.session.execute(
        select(
            SponsorshipRequest.id,
            SponsorshipRequest.fund_id,
            SponsorshipRequest.state,
            SponsorshipRequest.outcome,
            SponsorshipRequest.released_at,
            SponsorshipRequest.accepted_at,
            Fund.currency,
            *said,
        )
        .join(Fund, Fund.id == SponsorshipRequest.fund_id)
        .outerjoin(Registration, Registration.id == SponsorshipRequest.registration_id)
        .where(SponsorshipRequest.event_id == event.id, SponsorshipRequest.submitted_at.is_not(None))
        .order_by(SponsorshipRequest.id)
    )
    return [
        Asker(
            fund_id,
            dict(zip(DIMENSIONS, map(_kept, answers), strict=True)),
            _steps(state, was_offered=outcome is Outcome.OFFER and released is not None, accepted=accepted is not None),
            currency,
            *money.get(request_id, (Decimal(0), Decimal(0))),
        )
        for request_id, fund_id, state, outcome, released, accepted, currency, *answers in rows
    ]


def _money(ctx: Context, event: Event) -> dict[int, tuple[Decimal, Decimal]]:
    promised, spent = (func.sum(each, type_=each.type) for each in (LedgerEntry.committed, LedgerEntry.spent))
    rows = ctx.session.execute(
        select(LedgerEntry.request_id, promised, spent)
        .join(SponsorshipRequest, SponsorshipRequest.id == LedgerEntry.request_id)
        .where(SponsorshipRequest.event_id == event.id)
        .group_by(LedgerEntry.request_id)
    )
    return {request_id: (committed, paid) for request_id, committed, paid in rows if request_id is not None}


def _steps(state: RequestState, *, was_offered: bool, accepted: bool) -> frozenset[Step]:
    """Return how far a request came; what is only proposed is known to nobody yet."""
    steps = {Step.ASKED}
    if state in _WERE_OFFERED or accepted or (was_offered and state is not RequestState.PROPOSED):
        steps.add(Step.OFFERED)
    if accepted:
        steps.add(Step.ACCEPTED)
    return frozenset(steps)


def _kept(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def answer_in_words(naming: Naming, dimension: Dimension, value: str, own_words: str) -> str:
    """Return the words for an answer; few people's are together in one line."""
    if value == OTHER:
        return str(_("Others"))
    return naming.answer(dimension, value, own_words)


def rows_of(
    named: Sequence[tuple[str, Report]], money: Sequence[MoneyColumn], naming: Naming
) -> tuple[list[str], list[list[Cell]]]:
    """Return the reports as one table for a file: titles, and a row for each fund, dimension and answer."""
    titles = [str(_("Fund")), str(_("Counted by")), str(_("Answer")), *(str(each) for each in STEP.values())]
    titles += [f"{MONEY[each.kind]} {each.currency}" for each in money]
    rows: list[list[Cell]] = []
    for name, report in named:
        rows.append([name, "", str(_("In all")), *_numbers(report.steps, report.amounts)])
        rows += [
            [
                name,
                naming.title(table.dimension),
                answer_in_words(naming, table.dimension, line.value, line.own_words),
                *_numbers(line.numbers, line.amounts),
            ]
            for table in report.tables
            for line in table.lines
        ]
    return titles, rows


def _numbers(steps: Mapping[Step, int | None], amounts: Mapping[MoneyColumn, Decimal | None]) -> list[Cell]:
    counted: list[Cell] = [HIDDEN if number is None else number for number in steps.values()]
    return counted + [
        HIDDEN if amount is None else format(amount, f".{decimal_places(each.currency)}f")
        for each, amount in amounts.items()
    ]
