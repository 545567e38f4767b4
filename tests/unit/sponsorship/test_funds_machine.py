"""Thousands of random steps against a simple model of funds in three currencies, on both engines.

After every step: states, lines and rooms are the model's; each fund's books, added up, are the model's to the minor
unit; nothing is over-committed and nothing negative.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select, update

from eventapp.core.context import SYSTEM, Context
from eventapp.core.errors import DomainError
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.mail import service as mail
from eventapp.sponsorship import ledger
from eventapp.sponsorship.deciding import service
from eventapp.sponsorship.deciding.models import Successor
from eventapp.sponsorship.deciding.plan import release_plan
from eventapp.sponsorship.deciding.rules import LineProposal, Proposal
from eventapp.sponsorship.models import Fund, LedgerEntry, Line, RoomHeld, SponsorshipRequest
from eventapp.sponsorship.spending import bookings, paying
from eventapp.sponsorship.spending.queries import account_of
from eventapp.sponsorship.states import REQUESTS, LineKind, LineMode, Outcome, RequestAction, RequestState
from tests.support.clock import STORY_START, StoppedClock
from tests.support.factories import make_event
from tests.support.funds_model import ALLOWED, HOLDING_MONEY, Part, Purse, Wish
from tests.support.sponsoring import make_fund, make_sponsorship

EXAMPLES, STEPS = {"sqlite": 24, "postgresql": 6}, 60
MOST_WISHES = 10
CURRENCIES = (("EUR", 2), ("JPY", 0), ("TND", 3))
NIGHTS = (date(2024, 11, 6), date(2024, 11, 7))
LAST_DAY = datetime(2024, 10, 10, tzinfo=UTC)  # before the clocks go back
someone = st.integers(0, MOST_WISHES - 1)
money = st.integers(0, 1200)


def ending(name: str) -> Callable[[Context, SponsorshipRequest], None]:
    """The command that ends a request that way."""
    return lambda ctx, request: service.end(ctx, request, RequestAction(name))


def travel(ctx: Context, request: SponsorshipRequest) -> None:
    ledger.locked(ctx, request)
    REQUESTS.move(ctx, request, RequestAction.TRAVEL)


COMMANDS: dict[str, Callable[[Context, SponsorshipRequest], None]] = {
    "accept": service.accept,
    "decline": service.decline,
    "take-back": service.take_back,
    "reconsider": service.reconsider,
    "travel": travel,
    **{name: ending(name) for name in ("withdraw", "cancel", "no-show", "settle")},
}


class FundsMachine(RuleBasedStateMachine):
    """The application and the model, step by step."""

    app: Flask
    steps = 0
    seen: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.context = self.app.app_context()
        self.context.push()
        self.clock: StoppedClock = self.app.extensions["clock"]
        self.clock.set(STORY_START)

    def teardown(self) -> None:
        try:
            if hasattr(self, "wishes"):  # so that no offer of this example runs out in the next one
                with unit_of_work(SYSTEM) as ctx:
                    over = {"state": RequestState.CANCELLED, "offer_expires_at": None}
                    ctx.session.execute(
                        update(SponsorshipRequest).where(SponsorshipRequest.event_id == self.event_id).values(over)
                    )
        finally:
            self.context.pop()

    @initialize(
        budgets=st.tuples(*(st.integers(1000, 5000) for _each in CURRENCIES)),
        places=st.one_of(st.none(), st.integers(1, 4)),
        rooms=st.tuples(st.integers(1, 2), st.integers(1, 3)),
        cap=st.one_of(st.none(), st.integers(300, 1000)),
        first=st.lists(st.tuples(st.integers(0, 2), money, money), min_size=5, max_size=7),
    )
    def set_up(
        self,
        budgets: tuple[int, ...],
        places: int | None,
        rooms: tuple[int, int],
        cap: int | None,
        first: list[tuple[int, int, int]],
    ) -> None:
        self.purses: dict[int, Purse] = {}
        self.digits: dict[int, int] = {}
        self.hotels: dict[int, int] = {}
        there = dict(zip(NIGHTS, rooms, strict=True))
        with unit_of_work(SYSTEM) as ctx:
            event = make_event(ctx)
            self.event_id, category = event.id, event.categories[0].id
            self.category = category
            for (currency, digits), budget in zip(CURRENCIES, budgets, strict=True):
                fund = make_fund(
                    ctx,
                    event,
                    currency=currency,
                    budget=Decimal(budget).scaleb(-digits),
                    places=places,
                    cap_travel=None if cap is None else Decimal(cap).scaleb(-digits),
                    hotels={"Casa": there},
                )
                self.purses[fund.id] = Purse(fund.id, budget, places, dict(there))
                self.digits[fund.id], self.hotels[fund.id] = digits, fund.hotels[0].id
        self.cap, self.turn = cap, 0
        self.wishes: list[Wish] = []
        for which, travel, bed in first:
            self.ask(which, travel, bed)
        for number, wish in enumerate(self.wishes[:5]):
            self.propose_one(wish, "offer", (8, 5 + number), False, NIGHTS[:1])
            self.release_one(wish.fund)
        for wish in self.wishes[:1]:  # so that something is booked when support ends
            if wish.state == "offered":
                self.act_on(wish, "accept")
                for part in wish.parts:
                    self.spend_on(wish, part, "book", part.approved // 2)
                    self.spend_on(wish, part, "book", part.approved // 3)

    @precondition(lambda self: len(self.wishes) < MOST_WISHES)
    @rule(which=st.integers(0, 2), travel=money, bed=money)
    def submit(self, which: int, travel: int, bed: int) -> None:
        self.ask(which, travel, bed)

    def ask(self, which: int, travel: int, bed: int) -> None:
        purse = list(self.purses.values())[which]
        with unit_of_work(SYSTEM) as ctx:
            request = make_sponsorship(
                ctx,
                ctx.session.get_one(Fund, purse.id),
                state=RequestState.IN_REVIEW,
                lines=[
                    (LineKind.TRAVEL, self.amount(purse, travel)),
                    (LineKind.ACCOMMODATION, self.amount(purse, bed)),
                ],
            )
            first, second = (line.id for line in request.lines)
            wish = Wish(request.id, purse, [Part(first, travel, self.cap), Part(second, bed, None)])
        purse.wishes.append(wish)
        self.wishes.append(wish)

    @rule(
        who=someone,
        outcome=st.sampled_from(["offer", "offer", "offer", "waitlist", "waitlist", "reject"]),
        shares=st.tuples(*(st.sampled_from([0, 3, 5, 7, 9, 10, 10, 11]) for _each in range(2))),
        in_kind=st.sampled_from([False, False, False, True]),
        nights=st.sampled_from([(), (), NIGHTS[:1], NIGHTS[1:], NIGHTS, (NIGHTS[0] - timedelta(days=1),)]),
    )
    def propose(self, who: int, outcome: str, shares: tuple[int, int], in_kind: bool, nights: tuple[date, ...]) -> None:
        self.propose_one(self.wish(who, ALLOWED["propose"]), outcome, shares, in_kind, nights)

    def propose_one(
        self, wish: Wish, outcome: str, shares: tuple[int, int], in_kind: bool, nights: tuple[date, ...]
    ) -> None:
        purse = wish.fund
        gifts = [
            (part.asked * share // 10, in_kind and position == 1)
            for position, (part, share) in enumerate(zip(wish.parts, shares, strict=True))
        ]
        lines = {
            part.id: LineProposal(self.amount(purse, amount), LineMode.IN_KIND if kind else LineMode.PREPAID)
            for part, (amount, kind) in zip(wish.parts, gifts, strict=True)
        }
        proposal = Proposal(
            Outcome(outcome),
            lines,
            hotel_id=self.hotels[purse.id] if nights else None,
            first_night=nights[0] if nights else None,
            last_night=nights[-1] if nights else None,
            reason="Nobody has scored yet",
        )
        possible = purse.may_propose(wish, outcome, gifts, nights)
        if self.try_command(lambda ctx: service.propose(ctx, self.row(ctx, wish), proposal), possible, "propose"):
            purse.propose(wish, outcome, gifts, nights)

    @precondition(lambda self: any(purse.proposed() for purse in self.purses.values()))
    @rule(which=st.integers(0, 2))
    def release(self, which: int) -> None:
        purses = list(self.purses.values())
        self.release_one(next(each for each in (*purses[which:], *purses) if each.proposed()))

    def release_one(self, purse: Purse) -> None:
        if not purse.proposed():
            return
        now = self.clock.now()

        def command(ctx: Context) -> None:
            fund = ctx.session.get_one(Fund, purse.id)
            service.release_all(ctx, fund, release_plan(ctx, fund.event, [fund]).fingerprint)

        if self.try_command(command, purse.fits(now), "release"):
            purse.release(now)

    @rule(who=someone, what=st.integers(0, 99))
    def act(self, who: int, what: int) -> None:
        """Do something that is possible for somebody, and now and then anything to anybody."""
        states = {wish.state for wish in self.wishes}
        likely = (*COMMANDS, "travel", "travel", "settle", "settle")  # so that some get to the end
        possible = sorted(name for name in likely if states & {*ALLOWED[name]})
        chosen = possible if possible and what % 6 else sorted(COMMANDS)
        action = chosen[what % len(chosen)]
        self.act_on(self.wish(who, ALLOWED[action]), action)

    @precondition(lambda self: any(wish.state == "offered" for wish in self.wishes))
    @rule(who=someone, action=st.sampled_from(["accept", "accept", "decline"]))
    def answer(self, who: int, action: str) -> None:
        self.act_on(self.wish(who, ("offered",)), action)

    def act_on(self, wish: Wish, action: str) -> None:
        purse = wish.fund
        again = (action, wish.state) in {("accept", "accepted"), ("decline", "declined")}
        possible = again or wish.state in ALLOWED[action]
        possible = possible and (action != "reconsider" or purse.may_reconsider(wish))
        if not self.try_command(lambda ctx: COMMANDS[action](ctx, self.row(ctx, wish)), possible, action) or again:
            return
        if action == "accept":
            wish.state, wish.until = "accepted", None
        elif action == "travel":
            wish.state = "travelled"
        elif action == "take-back":
            wish.state, wish.nights = "waitlisted" if wish.waits else "in_review", ()
            for part in wish.parts:
                part.proposed = None
        elif action == "reconsider":
            purse.reconsider(wish)
        else:
            purse.end(wish, action)

    @precondition(lambda self: any(wish.state in HOLDING_MONEY for wish in self.wishes))
    @rule(who=someone, second=st.booleans(), amount=money, kind=st.sampled_from(["pay", "pay", "promise", "release"]))
    def spend(self, who: int, second: bool, amount: int, kind: str) -> None:
        """Pay out of a promise, promise more, or give some of it back, as spending and amendments do."""
        wish = self.wish(who, HOLDING_MONEY)
        if wish.state not in HOLDING_MONEY:
            return
        part, purse = wish.parts[second], wish.fund
        amount = min(amount, part.committed) if amount % 3 else amount  # mostly what there is
        if kind == "promise":
            possible = part.in_kind or amount <= purse.available
            added = 0 if part.in_kind else amount
        else:
            possible = amount <= part.committed and (amount > 0 or kind == "release")
            added = -amount

        def command(ctx: Context) -> None:
            fund = ledger.locked(ctx, self.row(ctx, wish))
            line = ctx.session.get_one(Line, part.id)
            {"pay": ledger.pay, "promise": ledger.promise, "release": ledger.release}[kind](
                ctx, fund, line, self.amount(purse, amount)
            )

        if self.try_command(command, possible, kind):
            part.committed += added
            part.spent += amount if kind == "pay" else 0

    @precondition(lambda self: any(self.lines_that_run()))
    @rule(who=st.integers(0, 99), share=st.integers(1, 11), back=st.booleans())
    def book_and_pay(self, who: int, share: int, back: bool) -> None:
        """Take a line one step on: a booking, an authorisation, its payment; or a booking back."""
        running, owed = self.lines_that_run()
        likely = (owed if who % 2 else running) or owed or running
        lines = [(wish, part) for wish in self.wishes for part in wish.parts if not who % 9] or likely
        wish, part = lines[who % len(lines)]
        if part.state == "booked":
            step = "cancel booking" if back else ("authorise", "book")[share % 4 == 0]
        else:
            step = "pay authorised" if part.state == "authorised" else "book"
        self.spend_on(wish, part, step, (part.owed if step == "authorise" else part.approved) * share // 10)

    def lines_that_run(self) -> tuple[list[tuple[Wish, Part]], list[tuple[Wish, Part]]]:
        """Return the lines on which money is spent, and those of ended requests that are owed."""
        lines = [(wish, part) for wish in self.wishes for part in wish.parts if part.approved]
        owed = [(wish, part) for wish, part in lines if part.owed and wish.state not in HOLDING_MONEY]
        return [(wish, part) for wish, part in lines if wish.state in ("accepted", "travelled")], owed

    def spend_on(self, wish: Wish, part: Part, step: str, amount: int) -> None:
        def command(ctx: Context) -> None:
            request, number = self.row(ctx, wish), self.amount(wish.fund, amount)
            account = account_of(ctx, ctx.session.get_one(Line, part.id))
            if step == "book":
                values = bookings.BookingValues("Air", number, request.fund.currency)
                assert bookings.book(ctx, request, part.id, values, seen=len(account.bookings))
            elif step == "cancel booking":
                assert bookings.cancel(ctx, request, part.id, account.live_bookings[-1].id)
            elif step == "authorise":
                assert paying.authorise(ctx, request, part.id, number)
            else:
                assert account.authorisation is not None
                assert paying.pay(ctx, request, part.id, account.authorisation.id, reference="")

        over = "" if wish.state in ("accepted", "travelled") else " of an ended request"
        if self.try_command(command, wish.fund.may_spend(wish, part, step, amount), step + over):
            wish.fund.spend(wish, part, step, amount)

    @precondition(lambda self: any(part.spent for wish in self.wishes for part in wish.parts))
    @rule(who=someone, amount=money)
    def refund(self, who: int, amount: int) -> None:
        paid = [(wish, part) for wish in self.wishes for part in wish.parts if part.spent]
        wish, part = paid[who % len(paid)]
        amount = min(amount, part.spent) if amount % 3 else amount

        def command(ctx: Context) -> None:
            fund = ledger.locked(ctx, self.row(ctx, wish))
            ledger.refund(ctx, fund, ctx.session.get_one(Line, part.id), self.amount(wish.fund, amount))

        if self.try_command(command, 0 < amount <= part.spent, "refund"):
            part.spent -= amount

    @precondition(lambda self: self.turn % 4 == 0)
    @rule(which=st.integers(0, 2), more=st.integers(-600, 900))
    def change_budget(self, which: int, more: int) -> None:
        purse = list(self.purses.values())[which]
        budget = max(0, purse.committed + purse.spent + more)

        def command(ctx: Context) -> None:
            ledger.change_budget(ctx, ledger.lock_fund(ctx, purse.id), self.amount(purse, budget))

        if self.try_command(command, budget >= purse.committed + purse.spent, "budget"):
            purse.budget = budget

    @precondition(lambda self: self.turn % 3 == 0 and self.clock.now() < LAST_DAY)
    @rule(days=st.sampled_from([1, 1, 2, 8]))
    def time_passes(self, days: int) -> None:
        self.let_days_pass(days)

    def let_days_pass(self, days: int) -> None:
        self.clock.advance(days=days)
        now = self.clock.now()
        over = [wish for wish in self.wishes if wish.until is not None and wish.until <= now]
        for wish in over:
            self.try_command(lambda ctx, wish=wish: service.accept(ctx, self.row(ctx, wish)), False, "accept late")
        with unit_of_work(SYSTEM) as ctx:
            assert service.lapse_due(ctx) == len(over)
            service.remind_due(ctx)
        for wish in over:
            wish.fund.end(wish, "expire")
        self.seen["expire"] += len(over)

    @precondition(lambda self: self.clock.now() < LAST_DAY and any(wish.state == "offered" for wish in self.wishes))
    @rule()
    def nobody_answers(self) -> None:
        if self.turn % 2:
            self.let_days_pass(8)

    @invariant()
    def everything_is_as_the_model_says(self) -> None:
        if not hasattr(self, "wishes"):
            return
        type(self).steps += 1
        self.turn += 1
        session = reading(SYSTEM).session
        rows = session.execute(
            select(SponsorshipRequest.id, SponsorshipRequest.state, SponsorshipRequest.offer_expires_at).where(
                SponsorshipRequest.event_id == self.event_id
            )
        )
        shown = {row.id: (row.state.value, row.offer_expires_at) for row in rows}
        assert shown == {wish.id: (wish.state, wish.until) for wish in self.wishes}
        parts = {part.id: part for wish in self.wishes for part in wish.parts}
        lines = session.execute(select(Line.id, Line.state, Line.proposed).where(Line.event_id == self.event_id)).all()
        assert {row.id: row.state.value for row in lines} == {each.id: each.state for each in parts.values()}
        held: defaultdict[int, list[date]] = defaultdict(list)
        for request_id, night in session.execute(
            select(RoomHeld.request_id, RoomHeld.night).where(RoomHeld.request_id.in_(shown)).order_by(RoomHeld.night)
        ):
            held[request_id].append(night)
        assert held == {wish.id: list(wish.held) for wish in self.wishes if wish.held}
        self.the_books_are_right()
        waiting = set(
            session.scalars(
                select(SponsorshipRequest.state)
                .join(Successor, Successor.suggested_id == SponsorshipRequest.id)
                .where(Successor.event_id == self.event_id, Successor.closed_at.is_(None))
            )
        )
        assert waiting <= {RequestState.WAITLISTED}, "only people who wait are suggested"
        session.rollback()

    def the_books_are_right(self) -> None:
        session = reading(SYSTEM).session
        totals = session.execute(
            select(
                LedgerEntry.fund_id,
                LedgerEntry.line_id,
                *(func.sum(column) for column in (LedgerEntry.budget, LedgerEntry.committed, LedgerEntry.spent)),
            )
            .where(LedgerEntry.fund_id.in_(self.purses))
            .group_by(LedgerEntry.fund_id, LedgerEntry.line_id)
        ).all()
        by_line = {line: (committed, spent) for _fund, line, _budget, committed, spent in totals if line}
        for purse in self.purses.values():
            own = [row for row in totals if row[0] == purse.id]
            budget, committed, spent = (sum(row[n] for row in own) for n in (2, 3, 4))
            expected = (self.amount(purse, each) for each in (purse.budget, purse.committed, purse.spent))
            assert (budget, committed, spent) == tuple(expected)
            assert committed + spent <= budget, "never over-committed"
            assert purse.places is None or purse.taken() <= purse.places
            assert all(purse.held(night) <= there for night, there in purse.rooms.items())
            for wish in purse.wishes:
                for part in wish.parts:
                    promised, paid = by_line.get(part.id, (Decimal(0), Decimal(0)))
                    expected = (self.amount(purse, part.committed), self.amount(purse, part.spent))
                    assert (promised, paid) == expected, "exact to the minor unit"
                    assert promised >= 0 <= paid
                    kept = part.committed == part.owed
                    assert wish.state in HOLDING_MONEY or kept, "what is over holds what is booked, and no more"

    def wish(self, who: int, likely: Collection[str]) -> Wish:
        """Return one of the requests, mostly one in a likely state."""
        chosen = [each for each in self.wishes if each.state in likely and who % 5] or self.wishes
        return chosen[who % len(chosen)]

    def row(self, ctx: Context, wish: Wish) -> SponsorshipRequest:
        return ctx.session.get_one(SponsorshipRequest, wish.id)

    def amount(self, purse: Purse, number: int) -> Decimal:
        return Decimal(number).scaleb(-self.digits[purse.id])

    def try_command(self, command: Callable[[Context], object], possible: bool, name: str) -> bool:
        """Run a command and return whether it was done or refused, which has to be as the model says."""
        try:
            with unit_of_work(SYSTEM) as ctx:
                command(ctx)
        except (DomainError, ValueError) as refusal:
            assert not possible, f"{name} refused: {refusal}"
            self.seen[f"no {name}"] += 1
            return False
        assert possible, f"{name} should have been refused"
        self.seen[name] += 1
        return True


def test_the_books_follow_the_model_through_thousands_of_random_steps(
    app: Flask, monkeypatch: pytest.MonkeyPatch, engine: str
):
    monkeypatch.setattr(mail, "enqueue", lambda _ctx, _draft: None)  # written elsewhere; here it is about money
    machine: Any = type("FundsMachineHere", (FundsMachine,), {"app": app, "steps": 0, "seen": Counter()})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES[engine],
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    wanted = {"release", "accept", "withdraw", "book"}
    if engine == "sqlite":  # on the other the examples are few
        wanted |= {"no release", "expire", "promise"}
    missing = {each for each in wanted if not machine.seen[each]}
    assert not missing, f"never happened: {missing}; {dict(machine.seen)}"
    assert machine.steps > 30 * EXAMPLES[engine]
