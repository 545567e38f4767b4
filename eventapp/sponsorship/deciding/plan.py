"""What releasing the decisions would do: read without changing anything, and again under the locks."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import ngettext

from eventapp.core.context import ActorKind, Context
from eventapp.core.formatting import day_in_words
from eventapp.core.money import in_words
from eventapp.events.models import Event
from eventapp.registrations.states import ENDED as REGISTRATION_ENDED
from eventapp.sponsorship.deciding.policy import most_for
from eventapp.sponsorship.deciding.rules import offer_deadline
from eventapp.sponsorship.deciding.stock import candidate, read_all, stock_of
from eventapp.sponsorship.deciding.what_if import WhatIf, what_if
from eventapp.sponsorship.models import Fund, SponsorshipRequest
from eventapp.sponsorship.review.conflicts import hidden_from
from eventapp.sponsorship.review.duties import Duty, barred_from
from eventapp.sponsorship.states import LineMode, Outcome, RequestState


@dataclass(frozen=True)
class OfFund:
    """What becomes of the proposals of one fund."""

    fund: Fund
    requests: Sequence[SponsorshipRequest]
    after: WhatIf
    until: datetime  # the deadline of its offers

    def count(self, outcome: Outcome) -> int:
        """Return how many people learn that outcome."""
        return sum(each.outcome is outcome for each in self.requests)


@dataclass(frozen=True)
class Released:
    """How many people were told what."""

    offers: int
    waitlisted: int
    rejected: int

    @property
    def number(self) -> int:
        """Return how many people were told."""
        return self.offers + self.waitlisted + self.rejected


@dataclass(frozen=True)
class Plan:
    """All that a release would do; `problems` say in words what does not fit."""

    funds: Sequence[OfFund]
    left_to_others: int  # of those the reader may see
    languages: Mapping[str, int]  # mails by language, the most frequent first
    problems: Sequence[str]

    @property
    def requests(self) -> list[SponsorshipRequest]:
        """Return the requests that are released, fund by fund."""
        return [each for of_fund in self.funds for each in of_fund.requests]

    @property
    def result(self) -> Released:
        """Return how many people are told what."""
        told = [sum(each.count(outcome) for each in self.funds) for outcome in Outcome]
        return Released(*told)

    @property
    def fingerprint(self) -> str:
        """Return what a page carries so that nothing else is released than it showed."""
        said = [_said(each) for each in self.requests]
        deadlines = [(each.fund.id, each.until.isoformat()) for each in self.funds if each.count(Outcome.OFFER)]
        return hashlib.sha256(repr((said, deadlines)).encode()).hexdigest()[:32]


def release_plan(ctx: Context, event: Event, funds: Sequence[Fund]) -> Plan:
    """Return what a release of these funds would do; exact under their locks.

    Requests that the acting member of staff must not see, or has another part in, are left to somebody else.
    """
    hidden: Collection[int] = ()
    barred: Collection[int] = ()
    if ctx.actor.kind is ActorKind.STAFF:
        hidden, barred = hidden_from(ctx, event), barred_from(ctx, event, Duty.OFFER)
    found, left, problems = [], 0, []
    languages: Counter[str] = Counter()
    for fund in funds:
        seen = [each for each in read_all(ctx, fund, {RequestState.PROPOSED}) if each.id not in hidden]
        mine = [each for each in seen if each.id not in barred]
        left += len(seen) - len(mine)
        offers = [each for each in mine if each.outcome is Outcome.OFFER]
        after = what_if(stock_of(ctx, fund, with_holders=False), [candidate(fund, each) for each in offers])
        until = offer_deadline(ctx.now, fund.offer_days, event.timezone, event.starts_on)
        of_fund = OfFund(fund, mine, after, until)
        if mine:
            found.append(of_fund)
            problems += _problems(ctx, of_fund, offers)
        languages.update(each.registration.language for each in mine if each.registration_id is not None)
    ordered = dict(sorted(languages.items(), key=lambda each: (-each[1], each[0])))
    return Plan(found, left, ordered, problems)


def _problems(ctx: Context, of_fund: OfFund, offers: Sequence[SponsorshipRequest]) -> list[str]:
    fund, after, language = of_fund.fund, of_fund.after, ctx.language
    name, problems = fund.name.text(language), []
    if after.money_left < 0:
        missing = in_words(-after.money_left, fund.currency, language)
        problems.append(_("“%(fund)s” lacks %(missing)s.", fund=name, missing=missing))
    if after.places_left is not None and after.places_left < 0:
        problems.append(
            ngettext(
                "“%(fund)s” has %(num)d place too few.",
                "“%(fund)s” has %(num)d places too few.",
                -after.places_left,
                fund=name,
            )
        )
    hotels = {hotel.id: hotel.name for hotel in fund.hotels}
    for hotel_id, night in after.nights_over:
        problems.append(
            ngettext(
                "%(hotel)s has %(num)d room too few for the night of %(night)s.",
                "%(hotel)s has %(num)d rooms too few for the night of %(night)s.",
                -after.rooms_left[hotel_id, night],
                hotel=hotels.get(hotel_id, ""),
                night=day_in_words(night, language),
            )
        )
    if offers and of_fund.until <= ctx.now:
        problems.append(_("The event has begun: nobody could answer an offer in time."))
    for each in offers:
        problems += _problems_of(ctx, fund, each)
    return problems


def _problems_of(ctx: Context, fund: Fund, request: SponsorshipRequest) -> list[str]:
    """Return why one person cannot be offered what is proposed, whatever the fund has."""
    name = request.registration.name if request.registration_id is not None else request.audit_label
    if request.registration_id is None or request.registration.state in REGISTRATION_ENDED:
        return [_("%(name)s does not take part any more. Take the proposal back.", name=name)]
    for line in request.lines:
        most = most_for(fund, line)
        if (
            line.proposed is not None
            and line.mode is not LineMode.IN_KIND
            and most is not None
            and line.proposed > most
        ):
            amount = in_words(most, fund.currency, ctx.language)
            return [_("%(name)s can be offered at most %(amount)s for one of the lines now.", name=name, amount=amount)]
    return []


def _said(request: SponsorshipRequest) -> tuple[object, ...]:
    lines = tuple((line.id, line.mode.value, _figures(line.proposed)) for line in request.lines)
    return (request.id, request.outcome, lines, request.hotel_id, request.first_night, request.last_night,
            request.decision_words)  # fmt: skip


def _figures(amount: Decimal | None) -> str:
    return "" if amount is None else format(amount, "f")
