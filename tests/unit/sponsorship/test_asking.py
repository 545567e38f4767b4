"""A request only goes down once its window has closed, whoever asks; and what is left of somebody who was erased."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from eventapp.core.audit import AuditEntry
from eventapp.core.context import Actor, ActorKind, Context
from eventapp.events.models import Event
from eventapp.mail.models import OutboxMessage
from eventapp.registrations.models import Registration
from eventapp.registrations.personal_data import holding
from eventapp.registrations.personal_data import service as personal_data
from eventapp.registrations.states import State
from eventapp.sponsorship import queries, retention
from eventapp.sponsorship.asking import messages, service
from eventapp.sponsorship.asking.answers import answers_from, saved_from_request
from eventapp.sponsorship.asking.rules import More, Wanted, more_than
from eventapp.sponsorship.asking.service import AsksForMore, MayNotAsk
from eventapp.sponsorship.ledger import balance_of
from eventapp.sponsorship.models import Fund, LedgerEntry, SponsorshipRequest
from eventapp.sponsorship.review.models import Remark
from eventapp.sponsorship.spending.models import Receipt
from eventapp.sponsorship.states import LineKind, RequestState
from tests.support.clock import StoppedClock
from tests.support.factories import make_event, make_registration
from tests.support.fixtures import Work
from tests.support.sponsoring import make_fund, make_sponsorship
from tests.unit.invitations.test_at_once import at_once

TRAVEL, HOTEL, VISA = LineKind.TRAVEL, LineKind.ACCOMMODATION, LineKind.VISA_FEE
FIRST, LAST = date(2024, 11, 6), date(2024, 11, 9)
ASKED = Wanted({TRAVEL: (Decimal(600), "EUR"), HOTEL: (Decimal(300), "EUR")}, FIRST, LAST)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("wanted", "more"),
    [
        (ASKED, []),
        (replace(ASKED, lines={TRAVEL: (Decimal("599.99"), "EUR")}), []),
        (replace(ASKED, arrives_on=FIRST + DAY, leaves_on=LAST - DAY), []),
        (replace(ASKED, lines={TRAVEL: (Decimal("600.01"), "EUR")}), [(More.HIGHER, TRAVEL)]),
        (replace(ASKED, lines={TRAVEL: (Decimal(1), "JPY")}), [(More.OTHER_CURRENCY, TRAVEL)]),
        (replace(ASKED, lines={VISA: (Decimal(1), "EUR")}), [(More.NEW_LINE, VISA)]),
        (replace(ASKED, lines={}), [(More.NOTHING_LEFT, None)]),
        (replace(ASKED, arrives_on=FIRST - DAY, leaves_on=LAST - 2 * DAY), [(More.LONGER, None)]),
        (replace(ASKED, leaves_on=None), [(More.LONGER, None)]),
    ],
)
def test_less_is_less_line_by_line_and_night_by_night(wanted: Wanted, more: list[tuple[More, LineKind | None]]):
    assert more_than(ASKED, wanted) == more


def test_the_service_itself_refuses_more_after_the_window(work: Work):
    with work() as ctx:
        fund = make_fund(ctx, make_event(ctx))
        request = make_sponsorship(ctx, fund, state=RequestState.IN_REVIEW)
        saved = saved_from_request(request)
        same = answers_from(saved, fund.id)
        for wrong in (
            answers_from({**saved, "travel_amount": {"amount": "600.01"}}, fund.id),
            answers_from({**saved, "visa_fee_amount": {"amount": "1"}, "visa_fee_currency": "EUR"}, fund.id),
            answers_from({**saved, "leaves_on": "2024-11-30"}, fund.id),
            replace(same, motivation="Another story."),
            replace(same, fund_id=make_fund(ctx, fund.event).id),
        ):
            with pytest.raises(AsksForMore):
                service.change(ctx, request, wrong)
        assert service.change(ctx, request, same) == []
        assert service.change(ctx, request, answers_from({**saved, "travel_amount": {"amount": "1"}}, fund.id)) == [
            "lines"
        ]
        with pytest.raises(MayNotAsk):
            service.change(ctx, make_sponsorship(ctx, fund, state=RequestState.OFFERED), same)


def test_the_books_outlive_the_person_and_nothing_else_does(work: Work):
    with work() as ctx:
        event = make_event(ctx)
        fund = make_fund(ctx, event)
        request = make_sponsorship(ctx, fund, state=RequestState.SETTLED, info_answer="My passport is at home.")
        registration = request.registration
        name = registration.name
        paid, claimed = request.lines[0], make_sponsorship(ctx, fund, state=RequestState.TRAVELLED).lines[0]
        claimed.request.registration.name = name  # somebody of the same name is left alone
        for number, line in enumerate((paid, claimed)):
            ctx.session.add(
                Receipt(
                    event_id=event.id, line_id=line.id, spent_on=FIRST, what=f"Ticket of {name}", amount=Decimal(9),
                    currency="EUR", name=f"random-{number}", filename="ticket.pdf", media_type="application/pdf",
                    size=4, data=b"%PDF", created_at=ctx.now,
                )
            )  # fmt: skip
        ctx.session.add(Remark(request_id=request.id, text=f"{name} is good.", written_at=ctx.now))
        service.mail.enqueue(ctx, messages.request_received(ctx, request))
        own = make_sponsorship(ctx, fund, state=RequestState.ACCEPTED)
        person = Actor(ActorKind.PARTICIPANT, own.registration.invitation_id, own.registration.name)
        service.withdraw(replace(ctx, actor=person), own)
        invitations = [registration.invitation_id, own.registration.invitation_id]
        held = holding.holding_of(ctx, event, registration.invitation)
        told = next(each for each in held.elsewhere if each.key == "sponsorship")
        assert told.values["state"] == "settled"
        assert [each["covered"] for each in told.values["lines"]] == ["600", "300"]
        assert ("Receipt: ticket.pdf", "€9.00") in told.lines
        before = balance_of(ctx, fund.id)
        names, ids, event_id, fund_id = {name, own.registration.name}, [request.id, own.id], event.id, fund.id
        texts = {own.registration.email, registration.email}
        line_id = paid.id
    for invitation_id in invitations:
        with work() as ctx:
            assert personal_data.carry_out(ctx, ctx.session.get_one(Event, event_id), invitation_id)
    with work() as ctx:
        for left in ctx.session.scalars(select(SponsorshipRequest).where(SponsorshipRequest.id.in_(ids))):
            assert left.registration_id is None
            assert (left.motivation, left.info_answer, left.origin_city, left.need_words) == ("", "", "", "")
        assert balance_of(ctx, fund_id) == before
        receipt = ctx.session.scalars(select(Receipt).where(Receipt.line_id == line_id)).one()
        assert (receipt.what, receipt.amount, receipt.data) == ("", Decimal(9), b"%PDF")  # the law keeps it a while
        assert ctx.session.scalars(select(Remark)).all() == []
        assert {each.actor_label for each in ctx.session.scalars(select(LedgerEntry))}.isdisjoint(names)
        labels = {each.actor_label for each in ctx.session.scalars(select(AuditEntry))}
        assert labels.isdisjoint({own_name for own_name in names if own_name != name})
        kept = ctx.session.scalars(select(OutboxMessage).where(OutboxMessage.kind.startswith("sponsorship/"))).all()
        assert {each.recipient for each in kept}.isdisjoint(texts)


def test_a_draft_is_deleted_with_the_person(work: Work):
    with work() as ctx:
        fund = make_fund(ctx, make_event(ctx))
        draft = make_sponsorship(ctx, fund, state=RequestState.DRAFT, lines=(), saved={"motivation": "Private"})
        event, invitation_id, registration = fund.event, draft.registration.invitation_id, draft.registration
        assert queries.find_request(ctx, registration) is draft
        personal_data.carry_out(ctx, event, invitation_id)
        assert ctx.session.scalars(select(SponsorshipRequest)).all() == []
        assert ctx.session.scalars(select(Registration)).all() == []


def test_the_clock_forgets_drafts_and_receipts_and_keeps_amounts(work: Work, clock: StoppedClock):
    with work() as ctx:
        fund = make_fund(ctx, make_event(ctx), audit_days=100)
        make_sponsorship(ctx, fund, state=RequestState.DRAFT, lines=(), saved={"motivation": "Private"})
        line = make_sponsorship(ctx, fund, state=RequestState.SETTLED).lines[0]
        ctx.session.add(
            Receipt(
                event_id=line.event_id, line_id=line.id, spent_on=FIRST, what="Ticket", amount=Decimal(9),
                currency="EUR", name="random", filename="ticket.pdf", media_type="application/pdf", size=4,
                data=b"%PDF", created_at=ctx.now,
            )
        )  # fmt: skip
    forgotten = []
    for day in (date(2024, 12, 8), date(2024, 12, 9), date(2025, 2, 16), date(2025, 2, 17)):
        clock.set(datetime.combine(day, time(), ZoneInfo("Europe/Madrid")))
        with work() as ctx:
            forgotten.append(retention.forget_due(ctx))
    assert forgotten == [0, 1, 0, 1]
    with work() as ctx:
        receipt = ctx.session.scalars(select(Receipt)).one()
        assert (receipt.data, receipt.what, receipt.amount) == (None, "", Decimal(9))
        assert ctx.session.scalars(select(SponsorshipRequest.state)).all() == [RequestState.SETTLED]


def test_many_clicks_are_one_request(app: Flask, work: Work):
    with work() as ctx:
        fund = make_fund(ctx, make_event(ctx))
        sample = make_sponsorship(ctx, fund)
        answers = answers_from(saved_from_request(sample), fund.id)
        person_id, fund_id = make_registration(ctx, fund.event, state=State.APPROVED).id, fund.id

    def ask(ctx: Context) -> object:
        person, asked = ctx.session.get_one(Registration, person_id), ctx.session.get_one(Fund, fund_id)
        service.save_page(ctx, person, "journey", {}, asked)
        return service.submit(ctx, person, answers).id

    assert len(set(at_once(app, ask))) == 1
    with work() as ctx:
        asked = ctx.session.scalars(select(SponsorshipRequest).where(SponsorshipRequest.registration_id == person_id))
        assert [(each.state, len(each.lines)) for each in asked] == [(RequestState.SUBMITTED, 2)]
        assert len(ctx.session.scalars(select(OutboxMessage)).all()) == 1
