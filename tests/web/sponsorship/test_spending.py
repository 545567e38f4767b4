"""The money of a request, from the promise to the settled trip: exact in every currency."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from decimal import Decimal

import openpyxl
import pytest
from flask import Flask

from eventapp.events.models import Event
from eventapp.registrations.checkin.models import CheckIn
from eventapp.registrations.checkin.states import Way
from eventapp.registrations.personal_data import service as personal_data
from eventapp.sponsorship import ledger
from eventapp.sponsorship.models import Line, SponsorshipRequest
from eventapp.sponsorship.states import LineState
from tests.support.browsing import Visitor
from tests.support.fixtures import Work
from tests.web.sponsorship.conftest import PDF, Trip, photo

pytestmark = pytest.mark.both_engines


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
    rail = trip.line(trip.travel_id, f"bookings/{trip.booking_ids()[1]}/cancel")
    assert "nobody is told" in trip.coordinator.submit(trip.coordinator.get(rail), action="/cancel").text
    assert trip.balance().committed == 300
    trip.do(trip.holder, trip.travel_id, "authorise", amount="280")
    assert "in the books" in trip.do(trip.finance, trip.travel_id, "pay", reference="SEPA 1").text
    assert trip.balance() == ledger.Balance(Decimal(100_000), Decimal(0), Decimal(280)), "20 were kept and not needed"
    assert trip.states() == ["paid", "released"]
    trip.do(trip.finance, trip.travel_id, "refund", amount="80", reference="R-1")
    assert trip.balance().available == 99_800
    assert "Still owed" not in trip.finance.get(trip.payments).text
