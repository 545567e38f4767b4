"""A participant asks for support, page by page, in a browser without JavaScript: send, change, ask for less, end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from eventapp.core.audit import AuditEntry
from eventapp.events.models import Event
from eventapp.mail.models import OutboxMessage
from eventapp.registrations import service as registering
from eventapp.registrations.answers import answers_from, saved_from_registration
from eventapp.registrations.models import Registration
from eventapp.registrations.states import Mode, State
from eventapp.sponsorship.ledger import balance_of
from eventapp.sponsorship.models import Fund, SponsorshipRequest
from eventapp.sponsorship.states import LineKind, RequestState
from tests.support.browsing import Page, Visitor
from tests.support.clock import StoppedClock
from tests.support.factories import make_event, make_registration
from tests.support.fixtures import Work
from tests.support.sponsoring import make_fund, make_sponsorship

S = RequestState
JOURNEY = {"origin_city": "Saint-Louis", "origin_country": "SN", "arrives_on": "2024-11-06", "leaves_on": "2024-11-09"}
COSTS = {"travel_amount": "1.234,56", "travel_note": "Dakar–Barcelona", "accommodation_amount": "300"}
REASONS = {"motivation": "To learn from others.", "take_home": "A plan for our city."}
NEED = {"need": "partly", "other_funding": "My city pays the visa."}
PAGES = {"journey": JOURNEY, "costs": COSTS, "reasons": REASONS, "need": NEED}


@dataclass
class Trip:
    """One event with a fund, and the doors to it."""

    app: Flask
    work: Work
    slug: str
    event_id: int
    fund_id: int

    def person(self, **fields: Any) -> Visitor:
        """Return the browser of a participant who opened the personal link."""
        with self.work() as ctx:
            event = ctx.session.get_one(Event, self.event_id)
            registration = make_registration(ctx, event, **{"state": State.APPROVED, **fields})
            return self.opened(registration.invitation_id)

    def opened(self, invitation_id: int) -> Visitor:
        """Return a browser in which the invitation's link was opened."""
        client = self.app.test_client()
        with client.session_transaction() as cookie:
            cookie["opened"] = {str(self.event_id): [invitation_id, 1]}
        return Visitor(client)

    def asker(self, state: RequestState = S.SUBMITTED, **fields: Any) -> Visitor:
        """Return the browser of somebody whose request is in the state."""
        with self.work() as ctx:
            fund = ctx.session.get_one(Fund, self.fund_id)
            return self.opened(make_sponsorship(ctx, fund, state=state, **fields).registration.invitation_id)

    def my(self, rest: str = "", lang: str = "en") -> str:
        """Return an address below one's request."""
        return f"/{lang}/{self.slug}/my/sponsorship{rest}"

    def only(self) -> dict[str, Any]:
        """Return what matters of the one request there is."""
        with self.work() as ctx:
            request = ctx.session.scalars(select(SponsorshipRequest)).one()
            lines = {line.kind.value: (line.estimate, line.currency, line.note) for line in request.lines}
            names = ("id", "state", "saved", "arrives_on", "leaves_on", "motivation", "info_answer", "fund_id")
            return {**{name: getattr(request, name) for name in names}, "lines": lines}

    def change(self, **values: Any) -> None:
        """Change the request as staff would have."""
        with self.work() as ctx:
            request = ctx.session.scalars(select(SponsorshipRequest)).one()
            for name, value in values.items():
                setattr(request, name, value)

    def close(self) -> None:
        """Let the fund take no requests any more."""
        with self.work() as ctx:
            ctx.session.get_one(Fund, self.fund_id).closes_at = ctx.now

    def kinds(self) -> list[str]:
        """Return the kinds of the mails that were written."""
        with self.work() as ctx:
            return list(ctx.session.scalars(select(OutboxMessage.kind).order_by(OutboxMessage.id)))

    def fill(self, person: Visitor, lang: str = "en", **changes: str) -> Page:
        """Fill all pages and return the one that shows the answers."""
        page = person.get(self.my("/form", lang))
        for values in PAGES.values():
            page = person.submit(
                page, {**values, **{name: text for name, text in changes.items() if name in values}}, action="/form/"
            )
        return page


@pytest.fixture
def trip(app: Flask, work: Work) -> Trip:
    """An event whose fund takes requests."""
    with work() as ctx:
        event = make_event(ctx)
        return Trip(app, work, event.slug, event.id, make_fund(ctx, event, cap_travel="900").id)


def test_the_whole_way_in_three_languages(trip: Trip):
    for lang, typed, heading in (
        ("en", "1,234.56", "We have received your request"),
        ("fr", "1 234,56", "Nous avons bien reçu votre demande"),
        ("es", "1.234,56", "Hemos recibido su solicitud"),
    ):
        person = trip.person(language=lang)
        way = person.get(f"/{lang}/{trip.slug}/my")
        assert trip.my(lang=lang) in way.links().values()
        check = trip.fill(person, lang, travel_amount=typed)
        assert "900" in check.text  # at most so much is paid
        shown = person.submit(check, action="/form/check")
        assert (shown.path, shown.heading) == (trip.my(lang=lang), heading)
        with trip.work() as ctx:
            request = ctx.session.scalars(select(SponsorshipRequest).order_by(SponsorshipRequest.id.desc())).first()
            assert request is not None
            assert request.state is S.SUBMITTED
            assert {line.kind: (line.estimate, line.currency) for line in request.lines} == {
                LineKind.TRAVEL: (Decimal("1234.56"), "EUR"),
                LineKind.ACCOMMODATION: (Decimal(300), "EUR"),
            }
        again = person.submit(check, action="/form/check")  # the same sent twice
        assert again.heading == heading
    assert trip.kinds() == ["sponsorship/request_received"] * 3


def test_saving_for_later_keeps_what_was_typed_right_or_wrong(trip: Trip):
    person = trip.person()
    page = person.submit(person.get(trip.my("/form/journey")), JOURNEY, action="/form/")
    page = person.submit(
        page, {"travel_amount": "12,3,4", "visa_fee_amount": "80,50"}, action="/form/", press=("later", "1")
    )
    assert page.heading == "Your answers are saved"
    kept = trip.only()
    assert kept["state"] is S.DRAFT
    assert (kept["saved"]["travel_amount"], kept["saved"]["visa_fee_amount"]) == (
        {"typed": "12,3,4"},
        {"amount": "80.5"},
    )
    again = person.get(trip.my("/form", "fr"))  # leads on to the page that is not whole
    assert (again.path, again.value("travel_amount")) == (trip.my("/form/costs", "fr"), "12,3,4")
    assert again.value("visa_fee_amount") == "80,50"  # understood, and written as the reader writes it
    assert person.get(trip.my("/form/costs")).value("visa_fee_amount") == "80.50"
    assert "Go on with my request" in person.get(f"/en/{trip.slug}/my").links()
    person.submit(person.get(trip.my()), action="/discard")
    with trip.work() as ctx:
        assert ctx.session.scalars(select(SponsorshipRequest)).all() == []


@pytest.mark.parametrize("engine", ["sqlite"])  # what is refused is never stored
@pytest.mark.parametrize(
    ("page", "field", "wrong", "words"),
    [
        ("journey", "origin_country", "ZZ", "Choose one of the answers offered."),
        ("journey", "arrives_on", "2023-01-01", "Choose a day from Thursday 24 October on."),
        ("journey", "arrives_on", "soon", "Write a day as year, month and day: 2024-11-07."),
        ("journey", "leaves_on", "2024-11-05", "You cannot leave before you arrive."),
        ("journey", "leaves_on", "2025-01-01", "Choose a day until Friday 22 November."),
        ("costs", "travel_amount", "-5", "An amount cannot be below nothing."),
        ("costs", "travel_amount", "0", "Write an amount, or leave the field empty if you do not need this."),
        ("costs", "travel_amount", "9" * 30, "This amount is too large."),
        ("costs", "travel_amount", "ten", "Write the amount in figures"),
        ("costs", "travel_amount", "1.234,56.7", "Write the amount in figures"),
        ("costs", "travel_currency", "XXX", "Choose a currency of the list."),
        ("costs", "travel_note", "x" * 301, "Use at most 300 characters."),
        ("reasons", "motivation", "", "Say why you would like to come."),
        ("reasons", "take_home", "x" * 2001, "Use at most 2000 characters."),
        ("need", "need", "rich", "Choose one of the answers offered."),
    ],
)
def test_a_wrong_answer_is_named_and_nothing_typed_is_lost(trip: Trip, page: str, field: str, wrong: str, words: str):
    person = trip.person()
    sent = {**PAGES[page], field: wrong}
    shown = person.submit(person.get(trip.my(f"/form/{page}")), sent, action="/form/")
    assert shown.status == 422
    assert any(words in each for each in shown.errors)
    for name, text in sent.items():
        if name != field and not isinstance(shown.value(name), type(None)):
            assert str(shown.value(name)).strip() == text
    with trip.work() as ctx:
        assert ctx.session.scalars(select(SponsorshipRequest)).all() == []


def test_what_can_be_read_in_two_ways_is_refused_in_each_language(trip: Trip):
    person = trip.person()
    for lang, typed in (("en", "1.234"), ("fr", "1,234"), ("es", "1,234")):
        page = person.get(trip.my("/form/costs", lang))
        assert person.submit(page, {"travel_amount": typed}, action="/form/").status == 422
    page = person.submit(person.get(trip.my("/form/costs")), {"travel_currency": "JPY", "travel_amount": "10.50"})
    assert "have no decimals" in " ".join(page.errors)


def test_forged_funds_pages_and_lines_are_refused(trip: Trip):
    with trip.work() as ctx:
        event = ctx.session.get_one(Event, trip.event_id)
        second = make_fund(ctx, event).id
        foreign = make_fund(ctx, make_event(ctx)).id
    person = trip.person()
    page = person.get(trip.my("/form"))
    assert page.path == trip.my("/form/fund")  # there is a choice now
    assert person.submit(page, {"fund": str(foreign)}, action="/form/").status == 422
    assert person.submit(page, {"fund": "0 OR 1=1"}, action="/form/").status == 422
    assert person.submit(page, {"fund": str(second)}, action="/form/").path == trip.my("/form/journey")
    assert person.get(trip.my("/form/bank")).status == 404
    page = person.get(trip.my("/form/costs"))
    person.submit(page, {**COSTS, "yacht_amount": "1", "line_id": "1", "fund": str(foreign)}, action="/form/")
    kept = trip.only()
    assert kept["fund_id"] == second
    assert kept["saved"].keys() & {"yacht_amount", "line_id"} == set()
    assert kept["saved"]["fund"] == str(second)


def test_a_sent_request_changes_freely_until_the_window_closes_then_only_down(trip: Trip):
    person = trip.asker(lines=((LineKind.TRAVEL, "600"), (LineKind.ACCOMMODATION, "300")))
    page = person.get(person.get(trip.my()).links()["Change my request"])
    page = person.get(page.links()["Change What you ask for"])
    check = person.submit(page, {"travel_amount": "700", "accommodation_amount": "", "visa_fee_amount": "80"})
    assert person.submit(check, action="/form/check").heading == "We have received your request"
    changed = trip.only()
    assert changed["state"] is S.SUBMITTED
    assert changed["lines"] == {
        "travel": (Decimal(700), "EUR", ""),
        "visa_fee": (Decimal(80), "EUR", ""),
    }
    trip.close()
    stale = person.submit(check, action="/form/check")  # a page that was open since before
    assert stale.path == trip.my()
    status = person.get(trip.my())
    assert "Change my request" not in status.links()
    page = person.get(status.links()["Ask for less"])
    for sent, words in (
        ({"travel_amount": "700.01"}, "Travel: you can only ask for less than before."),
        ({"leaves_on": "2024-11-10"}, "You can only stay for fewer nights"),
        ({"arrives_on": "2024-11-05", "leaves_on": "2024-11-07"}, "You can only stay for fewer nights"),
        ({"travel_amount": "", "visa_fee_amount": "0"}, "Keep at least one amount."),
        ({"travel_amount": "-1"}, "An amount cannot be below nothing."),
    ):
        refused = person.submit(page, sent, action="/less")
        assert refused.status == 422
        assert words in " ".join(refused.errors)
    assert trip.only() == {**changed, "saved": None}
    sent = {"travel_amount": "650", "visa_fee_amount": "", "arrives_on": "2024-11-07", "accommodation_amount": "9"}
    person.submit(page, sent, action="/less")
    less = trip.only()
    assert less["lines"] == {"travel": (Decimal(650), "EUR", "")}
    assert (less["arrives_on"], less["leaves_on"]) == (date(2024, 11, 7), date(2024, 11, 9))
    with trip.work() as ctx:
        entries = ctx.session.scalars(
            select(AuditEntry).where(AuditEntry.object_type == "sponsorship_request").order_by(AuditEntry.id)
        )
        assert [(each.action, each.details) for each in entries] == [
            ("edit", {"fields": ["lines"]}),
            ("ask-less", {"fields": ["arrives_on", "lines"]}),
        ]


def test_a_proposal_is_hidden_and_asking_for_less_has_it_looked_at_again(trip: Trip):
    person = trip.asker(S.IN_REVIEW)
    reading = person.get(trip.my())
    trip.change(state=S.PROPOSED, decision_words="You get it all.")
    proposed = person.get(trip.my())
    assert proposed.text == reading.text
    assert proposed.heading == "We are looking at your request"
    person.submit(person.get(trip.my("/less")), {"travel_amount": "500"}, action="/less")
    assert trip.only()["state"] is S.IN_REVIEW


def test_a_question_is_answered_and_a_half_written_answer_kept(trip: Trip, clock: StoppedClock):
    person = trip.asker(S.INFO_NEEDED)
    trip.change(info_question="One way or both?", info_due_at=clock.now() + timedelta(days=3))
    status = person.get(trip.my())
    assert "One way or both?" in status.text
    assert "Sunday 15 September 2024, 09:00 (Madrid, UTC+2)" in status.text
    page = person.get(status.links()["Answer it"])
    assert person.submit(page, {"answer": " "}, action="/answer").status == 422
    person.submit(page, {"answer": "Both"}, action="/answer", press=("later", "1"))
    page = person.get(trip.my("/answer"))
    assert page.value("answer").strip() == "Both"
    for _twice in range(2):
        assert person.submit(page, {"answer": "Both ways."}, action="/answer").path == trip.my()
    answered = trip.only()
    assert (answered["state"], answered["info_answer"], answered["saved"]) == (S.SUBMITTED, "Both ways.", None)


def test_an_offer_is_read_then_accepted_once_or_declined(trip: Trip, clock: StoppedClock):
    person = trip.asker(S.OFFERED)
    offer = person.get(trip.my())
    assert offer.heading == "We can support your trip"
    for said in ("€600.00", "€300.00", "€900.00", "Thursday 19 September 2024, 09:00 (Madrid, UTC+2)"):
        assert said in offer.text
    for _twice in range(2):
        assert person.submit(offer, action="/offer/accept").heading == "Your support is confirmed"
    assert trip.only()["state"] is S.ACCEPTED
    declined = person.client.post(trip.my("/offer/decline"), data={"csrf_token": offer.value("csrf_token")})
    assert declined.status_code == 303  # a replayed page changes nothing
    assert trip.only()["state"] is S.ACCEPTED
    leaving = person.get(person.get(trip.my()).links()["Withdraw my request"])
    assert "goes to somebody else" in leaving.text
    assert person.submit(leaving, {"reason": "Ill"}, action="/withdraw").heading == "Your request is withdrawn"
    with trip.work() as ctx:
        fund = ctx.session.get_one(Fund, trip.fund_id)
        assert balance_of(ctx, fund.id).committed == 0
    assert trip.kinds()[-1] == "sponsorship/request_withdrawn"
    late = trip.asker(S.OFFERED)
    page = late.get(trip.my("/offer/decline"))
    clock.advance(days=8)
    assert "The time to answer is over" in late.get(trip.my()).text
    assert late.submit(page, action="/offer/decline").status == 200


def test_only_people_who_may_ask_see_the_way(trip: Trip, clock: StoppedClock):
    way = f"/en/{trip.slug}/my"
    for fields in ({"mode": Mode.REMOTE}, {"state": State.DECLINED}):
        person = trip.person(**fields)
        assert trip.my() not in person.get(way).links().values()
        assert person.get(trip.my("/form/journey")).path == trip.my()
        assert person.get(trip.my()).heading == "Support is for people who take part in person"
        assert person.client.post(trip.my("/form/journey"), data=JOURNEY).status_code in (303, 400, 422)
    person = trip.person(state=State.WAITLISTED)
    form = person.get(trip.my("/form/journey"))
    trip.close()
    assert trip.my() not in person.get(way).links().values()
    assert person.get(trip.my()).heading == "No requests are taken now"
    assert person.submit(form, JOURNEY, action="/form/").heading == "No requests are taken now"
    with trip.work() as ctx:
        fund = ctx.session.get_one(Fund, trip.fund_id)
        fund.opens_at, fund.closes_at = ctx.now + timedelta(days=2), None
        assert ctx.session.scalars(select(SponsorshipRequest)).all() == []
    assert person.get(trip.my()).heading == "Requests have not opened yet"


def test_the_window_closing_over_a_draft_keeps_it_and_sends_nothing(trip: Trip):
    person = trip.person()
    check = trip.fill(person)
    trip.close()
    page = person.submit(check, action="/form/check")
    assert "What you have filled in is kept." in page.text
    assert trip.only()["state"] is S.DRAFT
    assert trip.kinds() == []


def test_somebody_elses_request_is_not_there(trip: Trip):
    trip.asker(S.OFFERED)
    other = trip.person()
    for rest in ("/less", "/answer", "/withdraw", "/offer/decline"):
        assert other.get(trip.my(rest)).status == 404
    page = other.get(trip.my("/form/journey"))
    for rest in ("/offer/accept", "/offer/decline", "/withdraw", "/less", "/answer"):
        sent = other.client.post(trip.my(rest), data={"csrf_token": page.value("csrf_token"), "answer": "x"})
        assert sent.status_code == 404
    assert trip.only()["state"] is S.OFFERED


def test_support_ends_with_the_registration_or_when_it_turns_remote(trip: Trip):
    trip.asker(S.ACCEPTED)
    trip.asker(S.IN_REVIEW)
    with trip.work() as ctx:
        for registration in ctx.session.scalars(select(Registration).order_by(Registration.id)).all():
            registering.withdraw(ctx, registration)
    with trip.work() as ctx:
        requests = ctx.session.scalars(select(SponsorshipRequest)).all()
        assert {each.state for each in requests} == {S.WITHDRAWN}
        assert balance_of(ctx, trip.fund_id).committed == 0
    assert trip.kinds().count("sponsorship/request_withdrawn") == 2
    person = trip.asker(S.SUBMITTED)
    with trip.work() as ctx:
        registration = ctx.session.scalars(select(Registration).order_by(Registration.id.desc())).first()
        assert registration is not None
        registration.state = State.SUBMITTED  # pending
        answers = answers_from(saved_from_registration(registration))
        registering.change_answers(ctx, registration, replace(answers, mode=Mode.REMOTE))
    assert person.get(trip.my()).heading == "Your request has ended"
