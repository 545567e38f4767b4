"""The money of a request, from the promise to the settled trip: exact in every currency, and never by one person."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import select

from eventapp.core.access import Role
from eventapp.core.database import db
from eventapp.core.unit_of_work import reading
from eventapp.events.models import Event, Membership
from eventapp.mail.models import OutboxMessage
from eventapp.registrations.checkin.models import CheckIn
from eventapp.registrations.checkin.states import Way
from eventapp.registrations.personal_data import service as personal_data
from eventapp.sponsorship import ledger
from eventapp.sponsorship.models import Line, SponsorshipRequest
from eventapp.sponsorship.review.models import DeclaredConflict
from eventapp.sponsorship.spending import paying
from eventapp.sponsorship.spending.models import Booking, Receipt
from eventapp.sponsorship.spending.queries import account_of, get_line
from eventapp.sponsorship.states import LineKind, LineMode, LineState, RequestState
from tests.support.browsing import Page, Visitor
from tests.support.factories import make_event, make_invitation, make_registration
from tests.support.fixtures import Work
from tests.support.sponsoring import actor_of, make_fund, make_review, make_sponsorship, make_staff

PDF = b"%PDF-1.7 a ticket"
STAFF = (Role.COORDINATOR, Role.BUDGET_HOLDER, Role.FINANCE)


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(out, "JPEG")
    return out.getvalue()


class Trip:
    """One accepted request with a line to book and one to claim, and the browsers of all who handle it."""

    def __init__(
        self, app: Flask, work: Work, staff: Callable[..., Visitor], currency: str, travel: str, visa: str
    ) -> None:
        self.app, self.work, self.currency = app, work, currency
        with work() as ctx:
            event = make_event(ctx)
            fund = make_fund(ctx, event, currency=currency, budget=100_000)
            people = {role: make_staff(ctx, event, role, name=role.replace("_", " ")) for role in STAFF}
            invitation = make_invitation(ctx, event, name="Amina Diallo", language="en")
            request = make_sponsorship(
                ctx,
                fund,
                state=RequestState.ACCEPTED,
                registration=make_registration(ctx, event, invitation=invitation, state="approved"),
                lines=[
                    (LineKind.TRAVEL, travel),
                    (LineKind.VISA_FEE, visa, LineMode.REIMBURSED),
                ],
            )
            self.event_id, self.fund_id, self.request_id, self.slug = event.id, fund.id, request.id, event.slug
            self.travel_id, self.visa_id = (line.id for line in request.lines)
            self.people = {role: actor_of(account) for role, account in people.items()}
            self.accounts = {role: account.id for role, account in people.items()}
            client = app.test_client()
            with client.session_transaction() as cookie:
                cookie["opened"] = {str(event.id): [invitation.id, 1]}
        self.amina, self.staff = Visitor(client), staff
        self.sign_in()
        self.payments = f"/desk/{self.slug}/sponsorship/payments"
        self.page = f"{self.payments}/{self.request_id}"
        self.request_page = f"/desk/{self.slug}/sponsorship/requests/{self.request_id}"
        self.claims = f"/en/{self.slug}/my/sponsorship/claims"

    def sign_in(self) -> None:
        self.coordinator, self.holder, self.finance = (self.staff(self.accounts[role]) for role in STAFF)

    def later(self, days: int) -> None:
        """Let days pass, after which everybody signs in again."""
        self.app.extensions["clock"].advance(days=days)
        self.sign_in()

    def line(self, line_id: int, step: str) -> str:
        return f"{self.page}/lines/{line_id}/{step}"

    def do(self, who: Visitor, line_id: int, step: str, **values: Any) -> Page:
        """Open the page of a step and send its form."""
        return who.submit(who.get(self.line(line_id, step)), values, action=f"/{line_id}/{step}")

    def add(self, name: str = "visa.pdf", data: bytes = PDF, **values: Any) -> Page:
        page = self.amina.get(f"{self.claims}/{self.visa_id}/add")
        sent = {"what": "Visa", "spent_on": "2024-09-10", "currency": self.currency, "file": (io.BytesIO(data), name)}
        return self.amina.submit(page, sent | values, action="/add")

    def send(self) -> Page:
        return self.amina.submit(self.amina.get(self.claims), action="/send")

    def receipts(self) -> list[Receipt]:
        with self.app.app_context():
            return list(reading().session.scalars(select(Receipt).order_by(Receipt.id)))

    def check(self, receipt: Receipt, **values: Any) -> Page:
        page = self.finance.get(f"{self.page}/receipts/{receipt.name}/check")
        return self.finance.submit(page, values, action="/refuse" if "reason" in values else "/check")

    def balance(self) -> ledger.Balance:
        with self.app.app_context():
            return ledger.balance_of(reading(), self.fund_id)

    def states(self) -> list[str]:
        with self.app.app_context():
            return [line.state.value for line in self.request().lines]

    def request(self) -> SponsorshipRequest:
        return reading().session.get_one(SponsorshipRequest, self.request_id)

    def mails(self) -> list[str]:
        with self.app.app_context():
            return [each.kind for each in reading().session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))]

    def questions(self) -> list[int]:
        """Count what each page with a list asks of the database."""
        asked: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            asked.append(statement)

        with self.app.app_context():
            engine = db.engine
        counts = []
        sqlalchemy_event.listen(engine, "before_cursor_execute", note)
        try:
            for page in ("", "/people", "/out-of-pocket", f"/funds/{self.fund_id}"):
                asked.clear()
                assert self.holder.get(self.payments + page).status == 200
                counts.append(len(asked))
        finally:
            sqlalchemy_event.remove(engine, "before_cursor_execute", note)
        return counts

    def rows(self, address: str) -> list[dict[str, str]]:
        page = self.finance.client.post(address, data={"csrf_token": self.token()})
        assert page.status_code == 200
        return list(csv.DictReader(io.StringIO(page.get_data().decode("utf-8-sig"))))

    def token(self) -> str:
        return str(self.finance.get(f"{self.payments}/people").value("csrf_token"))


@pytest.fixture
def trip(app: Flask, work: Work, staff: Callable[..., Visitor]) -> Trip:
    return Trip(app, work, staff, "EUR", "600", "120")


@pytest.mark.parametrize(
    ("currency", "travel", "cost", "foreign", "rate", "converted", "part"),
    [
        ("EUR", "600", "540.55", "9.99", "0.9155", "9.15", "6.40"),
        ("JPY", "90000", "81001", "9.99", "161.37", "1612", "640"),
        ("TND", "1800.5", "1799.499", "9.99", "3.0391", "30.361", "6.401"),
    ],
)
def test_every_cent_from_the_promise_to_the_settled_trip(  # noqa: PLR0915 - one story, told whole
    app: Flask, work: Work, staff: Callable[..., Visitor],
    currency: str, travel: str, cost: str, foreign: str, rate: str, converted: str, part: str,
):  # fmt: skip
    trip = Trip(app, work, staff, currency, travel, "2000")
    budget, approved = Decimal(100_000), Decimal(travel) + 2000
    assert trip.balance() == ledger.Balance(budget, approved, Decimal(0))

    # booked in the fund's currency, told to the person, sent twice and entered once
    page = trip.coordinator.get(trip.line(trip.travel_id, "book"))
    sent = {"supplier": "Air Sample", "reference": "ABC123", "details": "Gate 4", "amount": _typed(cost)}
    too_much = trip.coordinator.submit(page, sent | {"amount": "99999"}, action="/book")
    assert too_much.status == 422
    assert "Raise the line first" in too_much.errors[0]
    assert too_much.value("supplier") == "Air Sample", "what was typed is kept"
    assert "Booked. The person is told" in trip.coordinator.submit(page, sent, action="/book").text
    assert "nothing was entered twice" in trip.coordinator.submit(page, sent, action="/book").text
    assert trip.mails() == ["sponsorship/booked"]
    assert "ABC123" in trip.amina.get(f"/en/{trip.slug}/my/sponsorship").text

    # receipts: one in another currency, one that is refused
    assert "Add a receipt" in trip.amina.get(trip.claims).text
    assert trip.add(amount=foreign, currency="USD", data=photo(), name="visa.jpg").status == 200
    assert trip.add(amount="5", what="Coffee").status == 200
    assert "We check your receipts" in trip.send().text
    visa, coffee = trip.receipts()
    no_rate = trip.check(visa)
    assert no_rate.errors == [f"Rate: Enter how much 1 USD is in {currency}."]
    known = {"rate": rate, "rate_on": "2024-09-11", "rate_source": "InforEuro"}
    assert "The receipt is in order" in trip.check(visa, **known).text
    early = trip.do(trip.holder, trip.visa_id, "authorise", amount="1")
    assert early.errors == ["1 receipt is not checked yet."]
    assert "The receipt is refused" in trip.check(coffee, reason="Not for the trip").text
    assert [each.converted for each in trip.receipts()] == [Decimal(converted), None]

    # authorised by a third person, within what is backed; paid by a fourth, once
    beyond = trip.do(trip.holder, trip.visa_id, "authorise", amount="1999")
    assert "can be authorised here" in beyond.errors[0]
    assert "Finance can pay it now" in trip.do(trip.holder, trip.visa_id, "authorise", amount=_typed(part)).text
    assert "Finance can pay it now" in trip.do(trip.holder, trip.travel_id, "authorise").text
    for line_id in (trip.visa_id, trip.travel_id):
        page = trip.finance.get(trip.line(line_id, "pay"))
        assert "in the books" in trip.finance.submit(page, {"reference": f"SEPA {line_id}"}, action="/pay").text
        assert "nothing was entered twice" in trip.finance.submit(page, {"reference": "again"}, action="/pay").text
    assert trip.mails() == ["sponsorship/booked", "sponsorship/paid"]
    paid = Decimal(cost) + Decimal(part)
    assert trip.balance() == ledger.Balance(budget, approved - paid, paid)

    # some of it comes back, the trip is settled, and nothing is left over or lost
    page = trip.finance.get(trip.line(trip.travel_id, "refund"))
    back = {"amount": _typed(part), "reference": "R-1"}
    assert trip.finance.submit(page, back | {"seen": "7"}, action="/refund").status == 409, "there was none before"
    for words in ("The refund is in the books", "nothing was entered twice"):
        assert words in trip.finance.submit(page, back, action="/refund").text
    assert "At most" in trip.do(trip.finance, trip.travel_id, "refund", amount="99999", reference="R-2").errors[0]
    assert "has not begun" in trip.coordinator.client.post(
        f"{trip.payments}/travelled",
        data={"travelled": [trip.request_id, "9" * 5000], "csrf_token": _token(trip.coordinator, trip)},
        follow_redirects=True,
    ).get_data(as_text=True)  # fmt: skip
    trip.later(60)
    assert "not at all" in trip.coordinator.get(f"{trip.payments}/travelled").text
    with work() as ctx:
        seen = ctx.session.get_one(SponsorshipRequest, trip.request_id).registration
        there = {"event_id": trip.event_id, "registration_id": seen.id, "day": seen.event.starts_on, "key": "1"}
        ctx.session.add(CheckIn(**there, way=Way.TYPED, scanned_at=ctx.now, recorded_at=ctx.now))
    page = trip.coordinator.get(f"{trip.payments}/travelled")
    assert "on 1 day" in page.text
    assert "1 person travelled" in trip.coordinator.submit(page, action="/travelled").text, "ticked already"
    assert "Settle 1 trip" in trip.finance.get(trip.payments).text
    assert "The trip is settled" in trip.finance.submit(trip.finance.get(f"{trip.page}/settle"), action="/settle").text
    assert trip.balance() == ledger.Balance(budget, Decimal(0), Decimal(cost))
    assert trip.states() == ["paid", "paid"]

    # the files of finance say the same, to the minor unit
    books = trip.rows(f"{trip.payments}/funds/{trip.fund_id}/books.csv")
    assert sum(Decimal(row["Amount paid"]) for row in books) == Decimal(cost)
    assert sum(Decimal(row["Promised"]) for row in books) == 0
    assert Decimal(books[-1]["Available after it"]) == budget - Decimal(cost)
    assert {row["Currency"] for row in books} == {currency}
    lines = trip.rows(f"{trip.payments}/lines.csv")
    assert sum(Decimal(row["Amount paid"]) for row in lines) == Decimal(cost)
    sheet = trip.finance.client.post(f"{trip.payments}/lines.xlsx", data={"csrf_token": trip.token()})
    _titles, *cells = openpyxl.load_workbook(io.BytesIO(sheet.get_data())).active.values
    assert round(sum(row[-1] for row in cells), 3) == float(cost), "numbers are numbers"
    shown = trip.finance.get(f"{trip.payments}/funds/{trip.fund_id}?kind=payment")
    assert len(shown.tree.xpath("//table//tbody/tr")) == 2


def _typed(amount: str) -> str:
    """Write the amount so that three decimals are not taken for thousands."""
    return f"{amount}0" if len(amount.partition(".")[2]) == 3 else amount


def _token(visitor: Visitor, trip: Trip) -> str:
    return str(visitor.get(f"{trip.payments}/people").value("csrf_token"))


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


def test_receipts_that_lie_strange_amounts_and_forged_lines_are_refused_with_the_input_kept(
    trip: Trip, work: Work, staff: Callable[..., Visitor]
):
    assert trip.add(amount="20", name="visa.pdf", data=b"MZ program").errors[0].endswith("in its own format.")
    assert "A photo (JPEG, PNG or WebP) or a PDF" in trip.add(amount="20", name="a.docx", data=_docx()).errors[0]
    assert "larger than 5 MB" in trip.add(amount="20", data=PDF + bytes(5 * 1024 * 1024)).errors[0]
    for amount, words in {
        "-5": "below nothing",
        "1e9": "in figures",
        "9" * 14: "too large",
        "0": "above nothing",
    }.items():
        refused = trip.add(amount=amount, what="Kept words")
        assert refused.status == 422
        assert words in refused.errors[0]
        assert refused.value("what") == "Kept words"
    assert "can mean" in trip.add(amount="1,234", currency="TND").errors[0]
    assert trip.add(amount="5", currency="XXQ").errors
    assert "future" in trip.add(amount="5", spent_on="2031-01-01").errors[0]
    page = trip.amina.get(f"{trip.claims}/{trip.visa_id}/add")
    sent = {"what": "Visa", "spent_on": "2024-09-10", "amount": "20"}
    for words in ("The receipt is kept", "it stands here once"):
        again = trip.amina.submit(page, sent | {"file": (io.BytesIO(PDF), "<b>visa.pdf")}, action="/add")
        assert words in again.text
    (kept,) = trip.receipts()
    found = trip.amina.client.get(f"{trip.claims}/receipts/{kept.name}")
    assert found.headers["Content-Disposition"].startswith("attachment")
    assert found.headers["X-Content-Type-Options"] == "nosniff"
    assert len(kept.name) >= 32

    # somebody else's line, receipt and request are not there
    other = Trip(trip.app, work, staff, "EUR", "50", "50")
    assert other.amina.get(f"{other.claims}/{trip.visa_id}/add").status == 404
    assert other.amina.get(f"{other.claims}/receipts/{kept.name}").status == 404
    assert trip.amina.get(f"{trip.claims}/{trip.travel_id}/add").status == 404, "not paid back against receipts"
    assert other.finance.get(f"{other.page}/receipts/{kept.name}/check").status == 404
    assert other.coordinator.get(other.line(trip.travel_id, "book")).status == 404
    assert other.coordinator.get(f"{other.payments}/{trip.request_id}").status == 404

    # returned with words, put right, sent again; after the last day nothing new
    trip.send()
    assert trip.amina.get(f"{trip.claims}/{trip.visa_id}/add").path == trip.claims, "it is being checked"
    trip.do(trip.finance, trip.visa_id, "return", reason="The date cannot be read.")
    assert trip.mails() == ["sponsorship/claim_returned"]
    assert "The date cannot be read." in trip.amina.get(trip.claims).text
    trip.later(120)
    assert trip.amina.get(f"{trip.claims}/{trip.visa_id}/add").status == 200, "what was returned can be put right"
    assert "We check your receipts" in trip.send().text
    assert other.amina.get(f"{other.claims}/{other.visa_id}/add").path == other.claims, "the last day is over"


def _docx() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
        archive.writestr("[Content_Types].xml", "<t/>")
    return out.getvalue()


def test_amendments_keep_the_books_true_and_the_person_informed(trip: Trip):
    change = f"{trip.page}/lines/{trip.travel_id}/change"
    page = trip.coordinator.get(change)
    raised = trip.coordinator.submit(page, {"amount": "700", "reason": "Dearer now"}, action="/amount")
    assert "Changed. The person is told" in raised.text
    assert trip.balance().committed == 820
    replayed = trip.coordinator.submit(page, {"amount": "700", "reason": "Dearer now"}, action="/amount")
    assert "nothing was entered twice" in replayed.text
    stale = trip.coordinator.submit(page, {"amount": "650", "reason": "Less"}, action="/amount")
    assert stale.status == 409
    beyond = trip.coordinator.submit(
        trip.coordinator.get(change), {"amount": "999999", "reason": "All"}, action="/amount"
    )
    assert "which is not enough" in beyond.text
    trip.do(trip.coordinator, trip.travel_id, "book", supplier="Air", amount="300")
    trip.do(trip.coordinator, trip.travel_id, "book", supplier="Rail", amount="200")
    low = trip.coordinator.submit(trip.coordinator.get(change), {"amount": "499", "reason": "Less"}, action="/amount")
    assert "€500.00 is booked already" in low.errors[0]
    assert "Pay it another way" not in trip.coordinator.get(change).text
    trip.coordinator.submit(trip.coordinator.get(change), {"amount": "500", "reason": "Less"}, action="/amount")
    assert trip.balance().committed == 620
    for booking_id in _booking_ids(trip):
        address = trip.line(trip.travel_id, f"bookings/{booking_id}/cancel")
        cancelled = trip.coordinator.submit(trip.coordinator.get(address), action="/cancel")
        assert "The booking is cancelled" in cancelled.text
    assert trip.states()[0] == "approved"
    page = trip.coordinator.get(change)
    trip.coordinator.submit(page, {"mode": "in_kind", "reason": "A host drives"}, action="/mode")
    assert trip.balance().committed == 120, "a host gives it: no money is promised"
    trip.coordinator.submit(trip.coordinator.get(change), {"mode": "reimbursed", "reason": "No car"}, action="/mode")
    assert trip.balance().committed == 620
    trip.coordinator.submit(trip.coordinator.get(change), {"reason": "Stays home"}, action="/release")
    assert trip.balance().committed == 120
    assert trip.states()[0] == "released"
    assert trip.mails().count("sponsorship/line_changed") == 5
    assert trip.mails().count("sponsorship/booking_cancelled") == 2


def _booking_ids(trip: Trip) -> list[int]:
    with trip.app.app_context():
        return list(reading().session.scalars(select(Booking.id).order_by(Booking.id)))


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


def test_what_is_booked_for_somebody_who_did_not_come_is_still_paid_even_once_they_are_erased(trip: Trip, work: Work):
    for supplier, amount in (("Air", "300"), ("Rail", "50")):
        trip.do(trip.coordinator, trip.travel_id, "book", supplier=supplier, amount=amount)
    no_show = f"{trip.page}/no-show"
    early = trip.coordinator.submit(trip.coordinator.get(no_show), {"reason": "Ill"}, action="/no-show")
    assert early.errors == ["The event has not begun yet."]
    trip.later(57)
    with work() as ctx:
        ctx.session.get_one(Line, trip.visa_id).state = LineState.AUTHORISED
    page = trip.coordinator.get(no_show)
    assert "€250.00" in page.text, "goes back"
    assert "stays promised until it is paid or cancelled" in page.text
    refused = trip.coordinator.submit(page, {"reason": "Ill"}, action="/no-show")
    assert "Receipts are authorised and not paid" in refused.errors[0]
    with work() as ctx:
        ctx.session.get_one(Line, trip.visa_id).state = LineState.APPROVED
    assert "neither paid nor booked" in trip.coordinator.submit(page, {"reason": "Ill"}, action="/no-show").text
    assert trip.balance() == ledger.Balance(Decimal(100_000), Decimal(350), Decimal(0))
    assert trip.states() == ["booked", "released"]
    assert "Still owed for people who do not come" in trip.finance.get(trip.payments).text
    assert "€350.00" in trip.coordinator.get(trip.request_page).text, "the request says so too"
    assert trip.do(trip.coordinator, trip.travel_id, "book", supplier="Bus", amount="5").status == 409

    # the person is erased: nobody can tell who it was, and everybody can bring the payment to its end
    with work() as ctx:
        event, request = (
            ctx.session.get_one(Event, trip.event_id),
            ctx.session.get_one(SponsorshipRequest, trip.request_id),
        )
        assert personal_data.carry_out(ctx, event, request.registration.invitation_id)
    nobody = f"#{trip.request_id}, erased"
    books = f"{trip.payments}/funds/{trip.fund_id}"
    for address in (trip.payments, f"{trip.payments}/people", books, trip.page):
        text = trip.finance.get(address).text
        assert nobody in text, address
        assert "Amina" not in text, address
    assert {row["Person"] for row in trip.rows(f"{trip.payments}/lines.csv")} == {nobody}
    assert trip.coordinator.get(trip.request_page).status == 404, "nothing of the request itself is left to read"
    rail = trip.line(trip.travel_id, f"bookings/{_booking_ids(trip)[1]}/cancel")
    assert "nobody is told" in trip.coordinator.submit(trip.coordinator.get(rail), action="/cancel").text
    assert trip.balance().committed == 300
    trip.do(trip.holder, trip.travel_id, "authorise", amount="280")
    assert "in the books" in trip.do(trip.finance, trip.travel_id, "pay", reference="SEPA 1").text
    assert trip.balance() == ledger.Balance(Decimal(100_000), Decimal(0), Decimal(280)), "20 were kept and not needed"
    assert trip.states() == ["paid", "released"]
    trip.do(trip.finance, trip.travel_id, "refund", amount="80", reference="R-1")
    assert trip.balance().available == 99_800
    assert "Still owed" not in trip.finance.get(trip.payments).text
