"""Decisions from the table to the mails: what-if, proposals hidden until released, all or nothing, successors."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from eventapp.application import jobs
from eventapp.core.access import Role
from eventapp.core.unit_of_work import reading
from eventapp.events import service as events
from eventapp.events.models import Event
from eventapp.mail.models import OutboxMessage
from eventapp.mail.states import MessageState
from eventapp.registrations.states import State
from eventapp.sponsorship import ledger
from eventapp.sponsorship.deciding import service
from eventapp.sponsorship.deciding.models import Successor
from eventapp.sponsorship.deciding.policy import state_to_person
from eventapp.sponsorship.models import RoomHeld, SponsorshipRequest
from eventapp.sponsorship.states import LineState, RequestState
from tests.support.browsing import Page, Visitor
from tests.support.clock import StoppedClock
from tests.support.factories import make_event, make_registration
from tests.support.sponsoring import make_fund, make_review, make_sponsorship, make_staff

pytestmark = pytest.mark.usefixtures("clock")
FIRST, SECOND = date(2024, 11, 6), date(2024, 11, 7)
PEOPLE = {"amina": ("Amina Diallo", "fr", 4), "luis": ("Luis Vega", "es", 3), "mary": ("Mary Okoro", "en", 5)}


class Round:
    """A fund of 1,500 EUR with one room a night, three requests in review, and who decides on them."""

    def __init__(self, app: Any, work: Any, staff: Any) -> None:
        self.app = app
        with work() as ctx:
            event = make_event(ctx)
            reviewers = [make_staff(ctx, event, Role.REVIEWER) for _n in range(2)]
            both = make_staff(ctx, event, Role.COORDINATOR, name="Scorer and coordinator")
            coordinator = make_staff(ctx, event, Role.COORDINATOR, name="Coordinator")
            colleague = make_staff(ctx, event, Role.COORDINATOR, organisation="Town hall of Okoro")
            fund = make_fund(ctx, event, budget=1500, cap_travel=800, hotels={"Casa": {FIRST: 1, SECOND: 1}})
            self.ids: dict[str, int] = {}
            for key, (name, language, score) in PEOPLE.items():
                person = make_registration(
                    ctx,
                    event,
                    state=State.APPROVED,
                    name=name,
                    language=language,
                    email=f"{key}@example.org",
                    organisation="Town Hall of Okoro" if key == "mary" else f"Town of {name}",
                )
                wanted = make_sponsorship(ctx, fund, registration=person, state=RequestState.IN_REVIEW)
                for reviewer in reviewers:
                    make_review(ctx, wanted, reviewer, (score, score, score))
                self.ids[key] = wanted.id
            make_review(ctx, ctx.session.get_one(SponsorshipRequest, self.ids["luis"]), both)
            self.event_id, self.fund_id, self.slug = event.id, fund.id, event.slug
            accounts = [each.id for each in (coordinator, colleague, both, reviewers[0])]
        self.coordinator_id = accounts[0]
        self.coordinator, self.colleague, self.both, self.reviewer = (staff(each) for each in accounts)
        self.all = f"/desk/{self.slug}/sponsorship/decisions"
        self.table = f"{self.all}/funds/{self.fund_id}"

    def propose(self, who: str, by: Visitor | None = None, **values: Any) -> Page:
        """Send the form of a request."""
        visitor = by or self.coordinator
        page = visitor.get(f"{self.all}/{self.ids[who]}")
        kinds = {line.kind.value: line.id for line in self.request(who).lines}
        sent = {"outcome": "offer"} | {
            (f"amount-{kinds[name]}" if name in kinds else name): value for name, value in values.items()
        }
        return visitor.submit(page, sent, action=str(self.ids[who]), button="Keep")

    def release(self, by: Visitor | None = None) -> Page:
        visitor = by or self.coordinator
        return visitor.submit(visitor.get(f"{self.table}/release"), action="release", button="Release")

    def request(self, who: str) -> SponsorshipRequest:
        with self.app.app_context():
            found = reading().session.get_one(SponsorshipRequest, self.ids[who])
            assert [(line.kind, line.state) for line in found.lines]
            assert found.fund.id
            return found

    def state(self, who: str) -> RequestState:
        return self.request(who).state

    def mails(self) -> list[tuple[str, str, str]]:
        with self.app.app_context():
            waiting = (
                select(OutboxMessage).where(OutboxMessage.state != MessageState.CANCELLED).order_by(OutboxMessage.id)
            )
            return [(each.kind, each.recipient, each.language) for each in reading().session.scalars(waiting)]

    def balance(self) -> ledger.Balance:
        with self.app.app_context():
            return ledger.balance_of(reading(), self.fund_id)


def run_jobs_twice(app: Any) -> None:
    with app.app_context():
        jobs.run_jobs()
        jobs.run_jobs()


@pytest.fixture
def round_(app: Any, work: Any, staff: Any) -> Round:
    return Round(app, work, staff)


def test_decisions_are_proposed_released_at_once_answered_and_followed_by_a_successor(
    round_: Round, work: Any, staff: Any, clock: StoppedClock
):
    table = round_.coordinator.get(round_.table)
    names = [name for name, _language, _score in PEOPLE.values()]
    assert [name for name in table.links() if name in names] == ["Mary Okoro", "Amina Diallo", "Luis Vega"], "by score"
    everybody = "&".join(f"pick={each}" for each in round_.ids.values())
    ticked = round_.coordinator.get(f"{round_.table}?look=1&{everybody}")
    assert "€1,200.00 too much" in ticked.text
    assert "€600.00 too much" not in ticked.text
    round_.propose("mary", travel="600", accommodation="300", hotel="1", first_night=str(FIRST), last_night=str(SECOND))
    round_.propose("amina", outcome="waitlist", words="Nous vous écrirons.")
    page = round_.propose("luis", outcome="reject")
    assert "Nobody outside learns it" in page.text
    assert not round_.mails(), "hidden until released"
    assert round_.balance().committed == 0
    ask = round_.coordinator.get(f"{round_.table}/release")
    assert ask.heading == "Release 3 decisions?"
    assert "1 offer, of €900.00; to be answered by Thursday 19 September 2024, 23:59" in ask.text
    assert "1 mail goes out in French" in ask.text
    assert "Released: 3 people are told." in round_.release().text
    assert sorted(round_.mails()) == [
        ("sponsorship/offered", "mary@example.org", "en"),
        ("sponsorship/rejected", "luis@example.org", "es"),
        ("sponsorship/waitlisted", "amina@example.org", "fr"),
    ]
    assert round_.balance().available == 600
    assert {line.state for line in round_.request("mary").lines} == {LineState.APPROVED}
    assert {line.state for line in round_.request("luis").lines} == {LineState.REFUSED}
    for days in (2, 3, 2):  # to less than six, three, and one day before the deadline
        clock.advance(days=days)
        before = len(round_.mails())
        run_jobs_twice(round_.app)
        assert round_.mails()[before:] == [("sponsorship/offer_reminder", "mary@example.org", "en")], days
    clock.advance(days=1)
    run_jobs_twice(round_.app)
    assert round_.state("mary") is RequestState.EXPIRED
    assert round_.balance().committed == 0
    assert round_.balance().available == 1500
    assert [mail for mail in round_.mails() if mail[0] in {"sponsorship/offer_expired"}] == [
        ("sponsorship/offer_expired", "mary@example.org", "en")
    ]
    assert sum(kind == "sponsorship/successor_suggested" for kind, *_rest in round_.mails()) == 3, "every coordinator"
    round_.coordinator = staff(round_.coordinator_id)  # the session of last week is over
    table = round_.coordinator.get(round_.table)
    assert "Best scored on the waiting list, and fits what is free: Amina Diallo" in table.text
    assert round_.state("amina") is RequestState.WAITLISTED, "a suggestion offers nothing"
    round_.propose("amina", travel="500", accommodation="")
    assert "Best scored" not in round_.coordinator.get(round_.table).text
    round_.release()
    with work() as ctx:
        wanted = ctx.session.get_one(SponsorshipRequest, round_.ids["amina"])
        service.accept(ctx, wanted)
        service.accept(ctx, wanted)
    assert [line.state for line in round_.request("amina").lines] == [LineState.APPROVED, LineState.REFUSED]
    assert round_.balance() == ledger.Balance(Decimal(1500), Decimal(500), Decimal(0))


def test_what_does_not_fit_is_said_and_nothing_is_released(round_: Round, work: Any):
    for who in PEOPLE:
        stay = {"hotel": "1", "first_night": str(FIRST), "last_night": str(FIRST)}
        round_.propose(who, travel="600", accommodation="300", **stay)
    page = round_.coordinator.get(f"{round_.table}/release")
    assert "lacks €1,200.00" in page.text
    assert "Casa has 2 rooms too few for the night of Wednesday 6 November 2024" in page.text
    assert not page.tree.xpath("//button[contains(., 'Release')]")
    page = round_.coordinator.submit(page, action="release")
    assert page.status == 409
    assert "Nothing was released" in page.text
    stale = round_.coordinator.get(f"{round_.table}/release")
    for who in ("amina", "luis"):
        round_.propose(who, outcome="waitlist")
    page = round_.coordinator.submit(stale, action="release")
    assert page.status == 409
    assert "Something changed since you opened this page" in page.text
    assert not round_.mails()
    assert {round_.state(who) for who in PEOPLE} == {RequestState.PROPOSED}


def test_a_proposal_says_nothing_that_the_fund_does_not_give(round_: Round):
    for values, said in (
        ({"travel": "900"}, "The fund pays at most €800.00 for this."),
        ({"accommodation": "300.01"}, "That is more than was asked for: €300.00."),
        ({"travel": "-5"}, ""),
        ({"travel": "", "accommodation": ""}, "An offer covers something. Give at least one amount."),
        ({"travel": "5", "hotel": "1", "first_night": "2024-11-05", "last_night": "2024-11-06"}, "Casa has no rooms"),
        ({"travel": "5", "hotel": "1", "first_night": "2024-11-07", "last_night": "2024-11-06"}, "is before the first"),
        ({"travel": "5", "hotel": "999"}, ""),
        ({"travel": "5", "outcome": "everything"}, ""),
    ):
        page = round_.propose("amina", **values)
        assert page.status == 422, values
        assert page.errors and any(said in each for each in page.errors), (values, page.errors)
    assert round_.state("amina") is RequestState.IN_REVIEW


def test_who_scored_or_is_of_the_same_house_has_no_part_in_the_decision(round_: Round):
    assert "Mary Okoro" not in round_.colleague.get(round_.table).text
    assert "not shown" not in round_.colleague.get(round_.table).text
    for path in ("", "/cancel"):
        assert round_.colleague.get(f"{round_.all}/{round_.ids['mary']}{path}").status == 404
    assert "Somebody else decides on this request" in round_.both.get(f"{round_.all}/{round_.ids['luis']}").text
    assert round_.reviewer.get(round_.table).status == 403
    round_.propose("mary", travel="567", accommodation="")
    for page in (round_.table, f"{round_.all}/{round_.ids['luis']}", f"{round_.table}/release"):
        told = round_.colleague.get(page).text
        assert "567" not in told, page
        assert "more proposal" not in told, "it may be one's own"
    assert "€567.00" in round_.both.get(round_.table).text
    for who in PEOPLE:
        round_.propose(who, outcome="reject")
    page = round_.both.get(f"{round_.table}/release")
    assert page.heading == "Release 2 decisions?"
    assert "1 more proposal is for somebody else to release" in page.text
    round_.release(round_.both)
    page = round_.colleague.get(f"{round_.table}/release")
    assert "Release 1 decision?" in page.text, "Luis; Mary was released by somebody else"
    round_.release(round_.colleague)
    assert {round_.state(who) for who in PEOPLE} == {RequestState.REJECTED}


def test_support_is_cancelled_decided_again_and_ends_with_the_event(round_: Round, work: Any):
    stay = {"hotel": "1", "first_night": str(FIRST), "last_night": str(SECOND)}
    round_.propose("amina", travel="600", **stay)
    round_.propose("luis", outcome="reject")
    round_.release()
    page = round_.coordinator.get(f"{round_.all}/{round_.ids['amina']}")
    request_page = round_.coordinator.get(page.links()["Read the whole request"])
    assert "Open the decision" in request_page.text
    page = round_.coordinator.get(page.links()["Cancel the support"])
    assert round_.coordinator.submit(page, {"reason": " "}, action="cancel").status == 422
    page = round_.coordinator.submit(page, {"reason": "Le budget a été réduit."}, action="cancel")
    assert "The support is cancelled" in page.text
    assert round_.coordinator.get(f"{round_.all}/{round_.ids['amina']}/cancel").status == 409
    page = round_.coordinator.get(f"{round_.all}/{round_.ids['luis']}")
    round_.coordinator.submit(page, action="reconsider")
    assert round_.state("luis") is RequestState.IN_REVIEW
    assert state_to_person(round_.request("luis")) is RequestState.REJECTED, "as they were told"
    assert round_.request("amina").hotel_id is None, "nobody stays there, so that it can be removed"
    round_.propose("luis", travel="500", **stay)
    round_.propose("mary", travel="400")
    round_.release()
    assert round_.balance().committed == 1500, "500 and 400, and 300 each for a bed"
    with work() as ctx:
        service.accept(ctx, ctx.session.get_one(SponsorshipRequest, round_.ids["luis"]))
        events.cancel(ctx, ctx.session.get_one(Event, round_.event_id))
    assert {round_.state(who) for who in PEOPLE} == {RequestState.CANCELLED}
    assert round_.balance() == ledger.Balance(Decimal(1500), Decimal(0), Decimal(0))
    told = [mail for mail in round_.mails() if mail[0] == "sponsorship/cancelled"]
    assert sorted(to for _kind, to, _language in told) == ["amina@example.org", "luis@example.org", "mary@example.org"]
    with round_.app.app_context():
        assert reading().session.scalar(select(func.count()).select_from(RoomHeld)) == 0
        assert not reading().session.scalars(select(Successor)).all(), "nobody waited"
