"""Requests at their ends: with the event, with a place not confirmed yet, looked at again, and one that fails alone."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from eventapp.core.access import Role
from eventapp.core.context import Context
from eventapp.core.errors import Conflict
from eventapp.core.states import IllegalMove
from eventapp.events import service as events
from eventapp.events.models import Event
from eventapp.mail.models import OutboxMessage
from eventapp.registrations import service as registering
from eventapp.registrations.answers import answers_from, saved_from_registration
from eventapp.registrations.states import Mode, State
from eventapp.sponsorship.deciding import messages, service
from eventapp.sponsorship.models import Fund, SponsorshipRequest
from eventapp.sponsorship.review import service as review
from eventapp.sponsorship.spending import bookings
from eventapp.sponsorship.spending.queries import account_of
from eventapp.sponsorship.spending.work import step_of
from eventapp.sponsorship.states import RequestState
from tests.support.browsing import Visitor
from tests.support.clock import StoppedClock
from tests.support.factories import make_event, make_registration, tr
from tests.support.fixtures import Work
from tests.support.sponsoring import actor_of, make_fund, make_review, make_sponsorship, make_staff

pytestmark = pytest.mark.usefixtures("clock")
S = RequestState
RULE = "Only a written confirmation makes a place yours."


class Ends:
    """An event with a fund and requests in the states that are asked for."""

    def __init__(self, app: Flask, work: Work) -> None:
        self.app, self.work = app, work
        with work() as ctx:
            event = make_event(ctx, travel_rule=tr(RULE))
            self.event_id, self.slug, self.fund_id = event.id, event.slug, make_fund(ctx, event).id

    def ask(self, stands: RequestState, **fields: Any) -> int:
        with self.work() as ctx:
            fund = ctx.session.get_one(Fund, self.fund_id)
            person = make_registration(ctx, fund.event, **{"state": State.APPROVED, **fields})
            return make_sponsorship(ctx, fund, state=stands, registration=person).id

    def request(self, ctx: Context, request_id: int) -> SponsorshipRequest:
        return ctx.session.get_one(SponsorshipRequest, request_id)

    def page(self, request_id: int) -> Any:
        """Return what the person reads."""
        client = self.app.test_client()
        with self.work() as ctx:
            invitation_id = self.request(ctx, request_id).registration.invitation_id
        with client.session_transaction() as cookie:
            cookie["opened"] = {str(self.event_id): [invitation_id, 1]}
        return Visitor(client).get(f"/en/{self.slug}/my/sponsorship")


@pytest.fixture
def ends(app: Flask, work: Work) -> Ends:
    return Ends(app, work)


def test_a_cancelled_event_ends_every_request_and_says_so(ends: Ends):
    states = (S.SUBMITTED, S.INFO_NEEDED, S.IN_REVIEW, S.PROPOSED, S.WAITLISTED, S.ACCEPTED)
    asked, draft = [ends.ask(state) for state in states], ends.ask(S.DRAFT)
    with ends.work() as ctx:
        events.cancel(ctx, ctx.session.get_one(Event, ends.event_id))
    with ends.work() as ctx:
        assert {ends.request(ctx, each).state for each in asked} == {S.CANCELLED}
        kinds = ctx.session.scalars(select(OutboxMessage.kind).where(OutboxMessage.kind.like("sponsorship/%"))).all()
        assert kinds == ["sponsorship/cancelled"], "only who was promised something is told more than the event's mail"
    assert {ends.page(each).heading for each in (*asked, draft)} == {"This event does not take place"}
    assert "keep the receipts" in ends.page(asked[-1]).text


def test_nothing_is_booked_before_the_place_is_confirmed(ends: Ends):
    request_id = ends.ask(S.OFFERED, state=State.WAITLISTED)
    assert "Do not book travel yet." in ends.page(request_id).text
    with ends.work() as ctx:
        service.accept(ctx, ends.request(ctx, request_id))
    page = ends.page(request_id)
    assert page.heading == "Your support is confirmed"
    assert RULE in page.text
    assert "arranged now" not in page.text
    values = bookings.BookingValues("Air", Decimal(10), "EUR")
    with ends.work() as ctx:
        body = ctx.session.scalars(select(OutboxMessage.text_body)).one()
        assert RULE in body
        request = ends.request(ctx, request_id)
        line = request.lines[0]
        assert step_of(account_of(ctx, line)) is None
        with pytest.raises(Conflict, match="not confirmed yet"):
            bookings.book(ctx, request, line.id, values, seen=0)
        request.registration.state = State.APPROVED
        assert bookings.book(ctx, request, line.id, values, seen=0)
    assert RULE not in ends.page(request_id).text


def test_whoever_comes_in_person_after_all_is_looked_at_again_and_learns_it_with_the_release(ends: Ends):
    request_id = ends.ask(S.IN_REVIEW)

    def turn(mode: Mode) -> None:
        with ends.work() as ctx:
            person = ends.request(ctx, request_id).registration
            answers = answers_from({**saved_from_registration(person), "mode": mode.value})
            registering.change_answers(ctx, person, answers)

    turn(Mode.REMOTE)
    assert ends.page(request_id).heading == "Your request has ended"
    with ends.work() as ctx, pytest.raises(Conflict, match="remotely"):
        service.reconsider(ctx, ends.request(ctx, request_id))
    turn(Mode.IN_PERSON)
    before = ends.page(request_id)
    assert before.heading == "Your request is withdrawn"
    assert "look at your request again" in before.text
    with ends.work() as ctx:
        service.reconsider(ctx, ends.request(ctx, request_id))
    assert ends.page(request_id).text == before.text
    with ends.work() as ctx:
        assert ends.request(ctx, request_id).state is S.IN_REVIEW


def test_what_was_withdrawn_in_the_meantime_stays_so(ends: Ends):
    ids = [ends.ask(S.SUBMITTED), ends.ask(S.IN_REVIEW)]
    with ends.work() as ctx:
        reviewer = make_staff(ctx, ctx.session.get_one(Event, ends.event_id), Role.REVIEWER)
        part = make_review(ctx, ends.request(ctx, ids[1]), reviewer, None)
        who = actor_of(reviewer)

    def meanwhile(ctx: Context) -> list[SponsorshipRequest]:
        """Read the requests, and have them withdrawn as somebody else would."""
        stale = [ends.request(ctx, each) for each in ids]
        assert all(each.state is not S.WITHDRAWN for each in stale)
        gone = update(SponsorshipRequest).values(state=S.WITHDRAWN)
        ctx.session.execute(gone, execution_options={"synchronize_session": False})
        return stale

    steps: list[Callable[[Context, SponsorshipRequest], object]] = [
        review.start_review,
        lambda ctx, request: review.ask_info(ctx, request, "Why?", request.event.starts_on.replace(day=1)),
    ]
    for step in steps:
        with pytest.raises(IllegalMove), ends.work() as ctx:
            step(ctx, meanwhile(ctx)[0])
    with pytest.raises(Conflict, match="not in review any more"), ends.work(who) as ctx:
        own = ctx.session.merge(part)
        meanwhile(ctx)
        review.score(ctx, own, review.Scores(3, 3, 3, 3))


def test_an_offer_that_fails_stops_no_other(ends: Ends, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch):
    first, second = ends.ask(S.OFFERED), ends.ask(S.OFFERED)
    write = messages.offer_expired

    def fails_once(ctx: Context, request: SponsorshipRequest) -> Any:
        if request.id == first:
            raise ValueError("a broken offer")
        return write(ctx, request)

    monkeypatch.setattr(messages, "offer_expired", fails_once)
    clock.advance(days=30)
    with ends.work() as ctx:
        assert service.lapse_due(ctx) == 1
    with ends.work() as ctx:
        assert [ends.request(ctx, each).state for each in (first, second)] == [S.OFFERED, S.EXPIRED]
