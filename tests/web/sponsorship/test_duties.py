"""Who handles money does one step of it, and sees of the accounts only what they may."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from eventapp.core.access import Role
from eventapp.events.models import Event, Membership
from eventapp.sponsorship.models import SponsorshipRequest
from eventapp.sponsorship.review.models import DeclaredConflict
from eventapp.sponsorship.spending import paying
from eventapp.sponsorship.spending.models import Booking
from eventapp.sponsorship.spending.queries import account_of, get_line
from eventapp.sponsorship.states import LineKind, LineMode, RequestState
from tests.support.browsing import Visitor
from tests.support.fixtures import Work
from tests.support.sponsoring import make_review, make_sponsorship, make_staff
from tests.web.sponsorship.conftest import Trip


def test_nobody_has_two_parts_and_roles_open_only_their_own_steps(
    trip: Trip, work: Work, staff: Callable[..., Visitor], read: Work
):
    with work() as ctx:
        event = ctx.session.get_one(Event, trip.event_id)
        request = ctx.session.get_one(SponsorshipRequest, trip.request_id)
        everything = make_staff(ctx, event, Role.BUDGET_HOLDER)
        scorer = make_staff(ctx, event, Role.BUDGET_HOLDER)
        make_review(ctx, request, scorer)
        for role in (Role.COORDINATOR, Role.FINANCE):
            _also(ctx, event, everything.id, role)
        _also(ctx, event, scorer.id, Role.FINANCE)
        everything_id, scorer_id = everything.id, scorer.id
    one, scored = staff(everything_id), staff(scorer_id)
    for who, line_step in (
        (trip.coordinator, "authorise"), (trip.coordinator, "pay"), (trip.coordinator, "refund"),
        (trip.holder, "book"), (trip.holder, "pay"), (trip.holder, "change"),
        (trip.finance, "authorise"), (trip.finance, "book"), (trip.finance, "change"),
    ):  # fmt: skip
        assert who.get(trip.line(trip.travel_id, line_step)).status == 403, line_step
    trip.do(one, trip.travel_id, "book", supplier="Air Sample", amount="500")
    own = trip.do(one, trip.travel_id, "authorise")
    assert "You decided, promised or booked" in own.errors[0]
    second = trip.do(scored, trip.travel_id, "authorise")
    assert "You scored this request" in second.errors[0]
    trip.do(trip.holder, trip.travel_id, "authorise")
    assert "You scored this request" in trip.do(scored, trip.travel_id, "pay", reference="X").errors[0]
    assert "You decided, promised or booked" in trip.do(one, trip.travel_id, "pay", reference="X").errors[0]
    with work() as ctx:
        _also(ctx, ctx.session.get_one(Event, trip.event_id), trip.accounts[Role.BUDGET_HOLDER], Role.FINANCE)
    assert "You authorised a payment" in trip.do(trip.holder, trip.travel_id, "pay", reference="X").errors[0]
    assert trip.balance().spent == 0

    # taken back, it waits for an authorisation again, and the form of before pays nothing
    page = trip.finance.get(trip.line(trip.travel_id, "pay"))
    trip.holder.submit(trip.holder.get(trip.page), action="/take-back")
    assert trip.states()[0] == "booked"
    late = trip.finance.submit(page, {"reference": "X"}, action="/pay")
    assert late.status == 409
    trip.do(trip.holder, trip.travel_id, "authorise", amount="400")
    assert "in the meantime" in trip.finance.submit(page, {"reference": "X"}, action="/pay").errors[0]
    with work(trip.people[Role.FINANCE]) as ctx:
        request = ctx.session.get_one(SponsorshipRequest, trip.request_id)
        standing = ctx.session.scalars(select(Booking)).one()
        assert standing.converted == 500
        account = account_of(ctx, get_line(request, trip.travel_id))
        assert account.authorisation is not None
        assert paying.pay(ctx, request, trip.travel_id, account.authorisation.id, reference="X")
    assert trip.balance().spent == 400


def _also(ctx: Any, event: Event, account_id: int, role: Role) -> None:
    ctx.session.add(Membership(event_id=event.id, account_id=account_id, role=role, created_at=ctx.now))
    ctx.session.flush()


def test_accounts_hide_whom_one_may_not_see_and_keep_their_sums_true(trip: Trip, work: Work):
    with work() as ctx:
        event = ctx.session.get_one(Event, trip.event_id)
        fund = ctx.session.get_one(SponsorshipRequest, trip.request_id).fund
        for _each in range(3):
            make_sponsorship(
                ctx, fund, state=RequestState.ACCEPTED, lines=[(LineKind.TRAVEL, "10.05", LineMode.REIMBURSED)]
            )
        ctx.session.add(
            DeclaredConflict(
                event_id=event.id,
                request_id=trip.request_id,
                account_id=trip.accounts[Role.FINANCE],
                reason="",
                declared_at=ctx.now,
            )
        )
    books = trip.finance.get(f"{trip.payments}/funds/{trip.fund_id}")
    (rest,) = books.tree.xpath("//tbody/tr[contains(., 'other entries, not shown to you')]")
    assert "€720.00" in rest.text_content(), "two as one"
    assert "Amina Diallo" not in books.text
    assert "€600.00" not in books.text, "nor the sum of one of them"
    assert "not shown to you" not in trip.finance.get(f"{trip.payments}/funds/{trip.fund_id}?kind=commitment").text
    assert "Amina Diallo" in trip.holder.get(f"{trip.payments}/funds/{trip.fund_id}").text
    rows = trip.rows(f"{trip.payments}/funds/{trip.fund_id}/books.csv")
    assert sum(Decimal(row["Promised"]) for row in rows) == Decimal("750.15") == trip.balance().committed
    assert Decimal(rows[-1]["Available after it"]) == trip.balance().available
    lines = trip.rows(f"{trip.payments}/lines.csv")
    assert sum(Decimal(row["Promised"]) for row in lines) == Decimal("750.15")
    assert [row["Expense"] for row in lines] == [*["Travel"] * 3, ""]
    assert not [row for row in [*rows, *lines] if "Amina" in str(row)]
    assert trip.finance.get(trip.page).status == 404
    first = trip.finance.get(f"{trip.payments}/out-of-pocket")
    assert "€30.15" in first.text, "only what may be seen"
    assert "€150.15" in trip.holder.get(f"{trip.payments}/out-of-pocket").text
    assert "not shown" not in trip.finance.get(trip.payments).text

    # however many there are, the pages ask the database as often
    before = trip.questions()
    with work() as ctx:
        fund = ctx.session.get_one(SponsorshipRequest, trip.request_id).fund
        for _each in range(5):
            make_sponsorship(
                ctx, fund, state=RequestState.ACCEPTED, lines=[(LineKind.VISA_FEE, "1", LineMode.REIMBURSED)]
            )
    assert trip.questions() == before
