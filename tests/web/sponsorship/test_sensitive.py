"""Passport and bank data: the whole way, who may read, what lies about in clear (nothing), and its end."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from eventapp.accounts import step_up
from eventapp.accounts.models import StepUp
from eventapp.application import jobs
from eventapp.core.access import Role
from eventapp.core.audit import AuditEntry
from eventapp.core.context import SYSTEM
from eventapp.core.database import Base
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.mail.models import OutboxMessage
from eventapp.sponsorship.models import SponsorshipRequest
from eventapp.sponsorship.sensitive import service
from eventapp.sponsorship.sensitive.models import SensitiveRecord
from eventapp.sponsorship.sensitive.sealing import Sealer
from eventapp.sponsorship.states import LineKind, LineMode, RequestState, SensitiveKind
from tests.support.browsing import Page, Visitor
from tests.support.factories import make_event, make_registration
from tests.support.sponsoring import make_fund, make_sponsorship, make_staff

NUMBER = "XK7719204"
PASSPORT = {
    "surname": "Diallo",
    "given_names": "Amina",
    "number": "xk 77 19 204",
    "nationality": "SN",
    "born_on": "1980-02-03",
    "issued_on": "2020-01-01",
    "expires_on": "2030-01-01",
}
BANK = {"holder": "Amina Diallo", "account": "ES91 2100 0418 4502 0005 1332", "bank": "CaixaBank", "country": "ES"}


class Trip:
    """One accepted request, the people around it, and their browsers."""

    def __init__(self, app: Flask, work: Any, staff: Any) -> None:
        self.app, self.work = app, work
        with work() as ctx:
            event = make_event(ctx)
            fund = make_fund(ctx, event)
            person = make_registration(
                ctx, event, name="Amina Diallo", organisation="City of Saint-Louis", email="new@example.net"
            )
            self.request_id = make_sponsorship(
                ctx,
                fund,
                registration=person,
                state=RequestState.ACCEPTED,
                lines=[(LineKind.TRAVEL, "600", LineMode.REIMBURSED)],
            ).id
            self.slug, self.event_id, invitation_id = event.slug, event.id, person.invitation_id
            self.accounts = {role: make_staff(ctx, event, role) for role in (Role.OFFICER, Role.FINANCE, Role.OWNER)}
            colleague = make_staff(ctx, event, Role.OFFICER, organisation="CITY OF SAINT LOUIS")
            people = [each.id for each in (*self.accounts.values(), colleague)]
        self.officer, self.finance, self.owner, self.colleague = (staff(each) for each in people)
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["opened"] = {str(self.event_id): [invitation_id, 1]}
        self.person = Visitor(client)

    def desk(self, path: str) -> str:
        """Return an address of the room at the desk."""
        return f"/desk/{self.slug}/sponsorship/{path}"

    def my(self, kind: str) -> str:
        """Return the person's page for the data."""
        return f"/en/{self.slug}/my/sponsorship/data/{kind}"

    def code(self) -> str:
        """Return the code of the newest mail."""
        with self.app.app_context():
            session = reading(SYSTEM).session
            newest = session.scalars(select(StepUp.id).order_by(StepUp.id.desc())).first()
            assert newest is not None
            return step_up.step_up_code(session, self.app.extensions["link_keys"], newest) or ""

    def code_went_to(self) -> set[str]:
        """Return the addresses that codes were mailed to."""
        with self.app.app_context():
            mails = select(OutboxMessage.recipient).where(OutboxMessage.kind == "accounts/code_asked")
            return set(reading(SYSTEM).session.scalars(mails))

    def pass_gate(self, page: Page, who: Visitor) -> Page:
        """Ask for a code, type a wrong one, then the right one."""
        page = who.submit(page, button="Send me a code")
        right = self.code()
        wrong = who.submit(page, {"code": "000000" if right != "000000" else "111111"}, button="Go on")
        assert wrong.errors == [
            "Code: This is not the code of the newest mail. Check the 6 digits and type them again."
        ]
        return who.submit(wrong, {"code": f"{right[:3]} {right[3:]}"}, button="Go on")

    def give(self, kind: str, values: dict[str, str]) -> None:
        """Give the data as the person, who has passed the gate."""
        page = self.person.submit(self.person.get(self.my(kind)), values, button="Seal and send")
        assert "It is sealed now" in page.text

    def everything(self) -> str:
        """Return every row of every table as text."""
        with self.app.app_context():
            session = reading(SYSTEM).session
            return "\n".join(
                repr(tuple(row)) for table in Base.metadata.sorted_tables for row in session.execute(select(table))
            )

    def history(self) -> list[tuple[str, str]]:
        """Return what the audit holds of sealed data: who and what."""
        with self.app.app_context():
            entries = select(AuditEntry).where(AuditEntry.object_type == "sponsorship_sensitive_record")
            found = reading(SYSTEM).session.scalars(entries.order_by(AuditEntry.id))
            return [(each.actor_kind, each.action) for each in found]


@pytest.fixture
def trip(app: Flask, work: Any, staff: Any) -> Trip:
    """An accepted request with its people."""
    return Trip(app, work, staff)


def test_from_asking_to_reading_nothing_lies_in_clear(trip: Trip, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    assert trip.person.get(trip.my("passport")).status == 404  # nobody asked yet
    page = trip.officer.get(trip.desk("passports"))
    assert "Not asked for" in page.text
    assert "Asked for on" in trip.officer.submit(page, button="Ask").text
    with trip.app.app_context():
        (mail,) = reading(SYSTEM).session.scalars(select(OutboxMessage).where(OutboxMessage.kind.like("sponsorship/%")))
        assert "Never send it by mail." in mail.text_body

    page = trip.pass_gate(trip.person.get(trip.my("passport")), trip.person)
    assert "new@example.net" not in trip.code_went_to()  # whoever holds the link could have entered that address
    wrong = trip.person.submit(page, {**PASSPORT, "number": "12", "expires_on": "2020-01-01"}, button="Seal and send")
    assert wrong.status == 422
    assert len(wrong.errors) == 2
    assert wrong.value("given_names") == "Amina"
    trip.give("passport", PASSPORT)
    again = trip.person.get(trip.my("passport"))
    assert "You have given it already" in again.text
    assert NUMBER not in again.body  # never shown to anybody but the officer

    held = trip.everything() + caplog.text
    assert NUMBER not in held
    assert PASSPORT["number"] not in held

    listed = trip.officer.get(trip.desk("passports"))
    gate = trip.officer.submit(listed, button="Read")
    assert gate.heading == "A fresh code"
    assert trip.history()[-1] == ("participant", "give")
    back = trip.pass_gate(gate, trip.officer)
    shown = trip.officer.submit(back, button="Read")
    for words in (NUMBER, "Senegal", "1980-02-03"):
        assert words in shown.text
    assert "no-store" in shown.response.headers["Cache-Control"]
    assert trip.history() == [("staff", "ask"), ("participant", "give"), ("staff", "read")]
    assert NUMBER not in trip.everything() + caplog.text


def test_each_officer_reads_only_their_own_kind_and_nobody_in_conflict_any(trip: Trip):
    read = f"{trip.request_id}/read"
    for who, allowed in ((trip.finance, {"bank"}), (trip.officer, {"passports"}), (trip.owner, set[str]())):
        for what in ("passports", "bank"):
            assert (who.get(trip.desk(what)).status == 200) is (what in allowed)
            token = {"csrf_token": trip.officer.get(trip.desk("passports")).value("csrf_token")}
            if what not in allowed:
                refused = who.client.post(trip.desk(f"{what}/{read}"), data=token).status_code
                assert refused in (400, 403, 404)
    assert "Amina" not in trip.colleague.get(trip.desk("passports")).text
    assert trip.colleague.get(trip.desk("code")).status == 200
    other = trip.colleague.get(trip.desk("code"))
    token = {"csrf_token": other.value("csrf_token")}
    for action in ("ask", "read"):
        answer = trip.colleague.client.post(trip.desk(f"passports/{trip.request_id}/{action}"), data=token)
        assert answer.status_code == 404


def test_a_code_opens_one_browser_for_a_while_and_stops_after_five_tries(trip: Trip):
    with trip.work() as ctx:
        service.ask(ctx, ctx.session.scalars(select(SponsorshipRequest)).one(), SensitiveKind.BANK)
    page = trip.person.submit(trip.person.get(trip.my("bank")), button="Send me a code")
    right = trip.code()
    wrong = "000000" if right != "000000" else "111111"
    for _try in range(5):
        page = trip.person.submit(page, {"code": wrong}, button="Go on")
    assert "can no longer be used" in page.text
    assert "can no longer be used" in trip.person.submit(page, {"code": right}, button="Go on").text
    trip.pass_gate(trip.person.get(trip.my("bank")), trip.person)
    trip.give("bank", BANK)
    stranger = Visitor(trip.app.test_client())
    with trip.person.client.session_transaction() as cookie:
        opened = cookie["opened"]
    with stranger.client.session_transaction() as cookie:
        cookie["opened"] = opened
    assert "Send me a code" in stranger.get(trip.my("bank")).text
    with trip.app.app_context(), unit_of_work(SYSTEM) as ctx:
        passed = ctx.session.scalars(select(StepUp).where(StepUp.passed_at.is_not(None))).one()
        passed.expires_at = passed.passed_at  # as after a quarter of an hour
    late = trip.person.client.post(
        trip.my("bank"), data={**BANK, "csrf_token": stranger.get(trip.my("bank")).value("csrf_token")}
    )
    assert late.status_code in (303, 400)
    assert "Send me a code" in trip.person.get(trip.my("bank")).text


def test_it_is_forgotten_in_time_and_at_once_when_nothing_needs_it(trip: Trip, clock: Any):
    sealer: Sealer = trip.app.extensions["sealer"]
    with trip.work() as ctx:
        request = ctx.session.scalars(select(SponsorshipRequest)).one()
        over = ctx.session.get_one(Event, trip.event_id).ends_on
        for kind, values in ((SensitiveKind.PASSPORT, PASSPORT), (SensitiveKind.BANK, BANK)):
            service.ask(ctx, request, kind)
            service.give(ctx, sealer, request, kind, values)
        assert service.forget_due(ctx) == 0
        later = replace(ctx, now=ctx.now.replace(year=over.year, month=over.month, day=over.day) + timedelta(days=29))
        assert service.forget_due(later) == 0
        assert service.forget_due(replace(later, now=later.now + timedelta(days=3))) == 1
        passport, bank = ctx.session.scalars(select(SensitiveRecord).order_by(SensitiveRecord.id))
        assert (passport.sealed, passport.key_id) == (None, "")
        assert bank.sealed is not None
        assert service.forget_due(replace(later, now=later.now + timedelta(days=1826))) == 1
        service.ask(ctx, request, SensitiveKind.PASSPORT)
        service.give(ctx, sealer, request, SensitiveKind.PASSPORT, PASSPORT)
        request.state = RequestState.WITHDRAWN
        ctx.session.flush()
        assert service.forget_due(ctx) == 1
    assert any(job.name == "forget passport and bank data" for job in jobs.JOBS)


def test_the_command_seals_everything_with_the_newest_key(trip: Trip):
    old = trip.app.extensions["sealer"]
    with trip.work() as ctx:
        request = ctx.session.scalars(select(SponsorshipRequest)).one()
        service.ask(ctx, request, SensitiveKind.BANK)
        service.give(ctx, old, request, SensitiveKind.BANK, BANK)
    trip.app.extensions["sealer"] = Sealer(["new" * 20, *old.keys])
    try:
        runner = trip.app.test_cli_runner()
        assert runner.invoke(args=["seal-anew"]).output.startswith("1 sealed with key ")
        assert runner.invoke(args=["seal-anew"]).output.startswith("0 sealed with key ")
        trip.app.extensions["sealer"] = only_new = Sealer(["new" * 20])
        with trip.work() as ctx:
            record = ctx.session.scalars(select(SensitiveRecord)).one()
            assert service.open_record(ctx, only_new, record, "test")["account"] == BANK["account"]
        trip.app.extensions["sealer"] = Sealer(["third" * 10])
        missing = runner.invoke(args=["seal-anew"])
        assert missing.exit_code == 1
        assert "Put the missing key back" in missing.output
    finally:
        trip.app.extensions["sealer"] = old
