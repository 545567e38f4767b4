"""The table that decisions are made from, and what-if over what is ticked in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from eventapp.core.context import Context
from eventapp.core.money import in_words
from eventapp.events.models import Event
from eventapp.sponsorship.deciding import queries
from eventapp.sponsorship.deciding.stock import candidate, read_all, stock_of
from eventapp.sponsorship.deciding.what_if import Candidate, WhatIf, what_if
from eventapp.sponsorship.models import Fund, SponsorshipRequest
from eventapp.sponsorship.review.conflicts import hidden_from
from eventapp.sponsorship.review.duties import Duty, barred_from
from eventapp.sponsorship.review.queries import Part, parts_of
from eventapp.sponsorship.states import Outcome, RequestState

TO_DECIDE = frozenset({RequestState.IN_REVIEW, RequestState.PROPOSED, RequestState.WAITLISTED})


@dataclass(frozen=True)
class Row:
    """One request in the table."""

    request: SponsorshipRequest
    review: Part
    asked: Sequence[str]  # sums by currency, each in its own
    proposed: Decimal | None  # what the proposed offer costs the fund
    is_barred: bool  # the reader has another part in it

    @property
    def is_offer(self) -> bool:
        """Tell whether an offer is proposed."""
        return self.request.state is RequestState.PROPOSED and self.request.outcome is Outcome.OFFER


@dataclass(frozen=True)
class DecisionTable:
    """The requests of a fund that wait for a decision, the best first."""

    rows: Sequence[Row]
    ticked: Collection[int]
    what_if: WhatIf

    @property
    def number_proposed(self) -> int:
        """Return how many decisions wait to be released."""
        return sum(row.request.state is RequestState.PROPOSED for row in self.rows)


def decision_table(ctx: Context, event: Event, fund: Fund, ticked: Collection[int] | None) -> DecisionTable:
    """Return the table of the fund; without ticks of one's own, the proposed offers are ticked.

    What is proposed for people kept from the reader does not count: a sum would tell what they get.
    """
    hidden, barred = hidden_from(ctx, event), barred_from(ctx, event, Duty.OFFER)
    seen = [each for each in read_all(ctx, fund, TO_DECIDE) if each.id not in hidden]
    parts = parts_of(ctx, event, seen)
    ranked = queries.best_first(seen, {each: part.standing for each, part in parts.items()})
    rows = [_row(fund, each, parts[each.id], ctx.language, barred) for each in ranked]
    chosen = {row.request.id for row in rows if row.is_offer} if ticked is None else {*ticked}
    candidates = [candidate(fund, row.request) for row in rows if row.request.id in chosen]
    return DecisionTable(
        rows=rows,
        ticked={each.id for each in candidates},
        what_if=what_if(stock_of(ctx, fund), candidates),
    )


def with_proposal(ctx: Context, event: Event, fund: Fund, wanted: Candidate | None, request_id: int) -> WhatIf:
    """Return what would be left if a request got what is being written, beside other proposed offers that are seen."""
    hidden = hidden_from(ctx, event)
    others = [
        candidate(fund, each)
        for each in read_all(ctx, fund, {RequestState.PROPOSED})
        if each.outcome is Outcome.OFFER and each.id != request_id and each.id not in hidden
    ]
    own = [wanted] if wanted is not None else []
    return what_if(stock_of(ctx, fund), [*others, *own])


def asked_for(request: SponsorshipRequest, language: str) -> list[str]:
    """Return what was asked for, added up within each currency and never across."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for line in request.lines:
        sums[line.currency] += line.estimate
    return [in_words(amount, currency, language) for currency, amount in sorted(sums.items())]


def _row(fund: Fund, request: SponsorshipRequest, review: Part, language: str, barred: Collection[int]) -> Row:
    proposes = request.state is RequestState.PROPOSED and request.outcome is Outcome.OFFER
    return Row(
        request,
        review,
        asked_for(request, language),
        candidate(fund, request).cost if proposes else None,
        request.id in barred,
    )
