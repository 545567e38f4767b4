"""An accepted request with a line to book and one to claim, and the browsers of all who handle it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import select

from eventapp.core.access import Role
from eventapp.core.database import db
from eventapp.core.unit_of_work import reading
from eventapp.mail.models import OutboxMessage
from eventapp.sponsorship import ledger
from eventapp.sponsorship.models import SponsorshipRequest
from eventapp.sponsorship.spending.models import Booking, Receipt
from eventapp.sponsorship.states import LineKind, LineMode, RequestState
from tests.support.browsing import Page, Visitor
from tests.support.factories import make_event, make_invitation, make_registration
from tests.support.fixtures import Work
from tests.support.sponsoring import actor_of, make_fund, make_sponsorship, make_staff

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

    def booking_ids(self) -> list[int]:
        with self.app.app_context():
            return list(reading().session.scalars(select(Booking.id).order_by(Booking.id)))

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
