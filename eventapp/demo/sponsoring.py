"""Sponsorship in the sample event: the fund, who asks it, and what becomes of that while the story goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from eventapp.accounts.models import Account
from eventapp.core.context import Actor, ActorKind, Context
from eventapp.core.money import rounded
from eventapp.demo.content import SLUG, instant, table, translated
from eventapp.events.models import Event
from eventapp.events.queries import find_event
from eventapp.invitations.models import Invitation
from eventapp.registrations.models import Registration
from eventapp.sponsorship.asking import policy as asking_policy
from eventapp.sponsorship.asking import service as asking
from eventapp.sponsorship.asking.answers import Answers, WantedLine
from eventapp.sponsorship.deciding import service as deciding
from eventapp.sponsorship.deciding.plan import release_plan
from eventapp.sponsorship.deciding.rules import LineProposal, Proposal
from eventapp.sponsorship.funds import service as funds
from eventapp.sponsorship.models import Fund, SponsorshipRequest
from eventapp.sponsorship.queries import list_funds
from eventapp.sponsorship.review import service as review
from eventapp.sponsorship.review.assignments import assign_all
from eventapp.sponsorship.review.models import Review
from eventapp.sponsorship.review.scoring import Scores
from eventapp.sponsorship.review.workplaces import state_workplace
from eventapp.sponsorship.spending import bookings, paying
from eventapp.sponsorship.spending.bookings import BookingValues
from eventapp.sponsorship.spending.models import Authorisation
from eventapp.sponsorship.states import LineKind, LineState, Need, Outcome, RequestState, ReviewState

SET_UP = instant("2024-08-28T10:00")
REVIEW_BEGAN = instant("2024-09-10T15:00")
SCORED = instant("2024-09-11T09:30")
ASKED_BACK = instant("2024-09-10T15:20")
INFO_DUE = date(2024, 9, 19)

_HOUSE = "Event secretariat"
_STAFF = ("reviewer", "reviewer2", "coordinator", "budget_holder", "finance", "officer")
_PEOPLE_TOLD = ("origin_city", "origin_country")
_EUROS: Mapping[str, Decimal] = {"EUR": Decimal(1), "XOF": Decimal("0.001524"), "TND": Decimal("0.296")}


@dataclass(frozen=True)
class Teller:
    """Who acts when: contexts of people at moments of the story."""

    base: Context
    event: Event
    staff: Mapping[str, Account]

    def as_staff(self, key: str, at: Any) -> Context:
        """Return the context of somebody who runs the event."""
        account = self.staff[key]
        actor = Actor(ActorKind.STAFF, account.id, account.name)
        return replace(self.base, now=at, actor=actor, language=account.language)

    def as_person(self, invitation: Invitation, at: Any) -> Context:
        """Return the context of somebody who was invited."""
        actor = Actor(ActorKind.PARTICIPANT, invitation.id, invitation.name)
        return replace(self.base, now=at, actor=actor, language=invitation.language)


def tell(teller: Teller) -> None:
    """Set the fund up and let people ask, as far as they have come when the story begins."""
    fund = _fund(teller)
    for minutes, key in enumerate(_STAFF):
        state_workplace(teller.as_staff(key, SET_UP + timedelta(hours=2, minutes=minutes)), teller.event, _house(key))
    for row in table("sponsorship")["requests"]:
        _request(teller, fund, row)
    coordinator = teller.as_staff("coordinator", REVIEW_BEGAN)
    for row, request in _told(teller.base, teller.event):
        if row["state"] == "info_needed":
            review.ask_info(teller.as_staff("coordinator", ASKED_BACK), request, row["question"], INFO_DUE)
        elif row["state"] == "in_review":
            review.start_review(coordinator, request)
    assign_all(coordinator, teller.event)
    _score(teller, SCORED, "scores")


def _house(key: str) -> str:
    return {"reviewer": "Lakeshore Institute of Local Government", "reviewer2": "Red de Barrios"}.get(key, _HOUSE)


def _fund(teller: Teller) -> Fund:
    ctx, data = teller.as_staff("coordinator", SET_UP), table("sponsorship")
    row = data["fund"]
    values: dict[str, Any] = {name: translated(row[name]) for name in ("name", "text")}
    values |= {name: row[name] for name in ("currency", "places", "offer_days")}
    values |= {name: Decimal(row[name]) for name in row if name.startswith("cap_")}
    values |= {name: date.fromisoformat(row[name]) for name in ("decisions_by", "claims_until")}
    fund = funds.add_fund(ctx, teller.event, values, Decimal(row["budget"]))
    for each in data["hotels"]:
        hotel = funds.add_hotel(ctx, fund, {"name": each["name"], "address": each["address"]})
        wanted = {(hotel.id, date.fromisoformat(night)): rooms for night, rooms in each["rooms"].items()}
        funds.set_rooms(ctx, teller.event, fund, wanted, {})
    return fund


def _request(teller: Teller, fund: Fund, row: Mapping[str, Any]) -> None:
    registration = _registration(teller.base, row["person"])
    if registration is None or not asking_policy.may_ask(registration):
        return
    at = instant(row["at"])
    ctx = teller.as_person(registration.invitation, at)
    origin = {"origin_city": registration.city, "origin_country": registration.country}
    asking.save_page(ctx, registration, "journey", {name: row.get(name, origin[name]) for name in _PEOPLE_TOLD}, fund)
    if row["state"] == "draft":
        return
    answers = Answers(
        fund_id=fund.id,
        arrives_on=date.fromisoformat(row["arrives_on"]),
        leaves_on=date.fromisoformat(row["leaves_on"]),
        lines=[
            WantedLine(LineKind(line["kind"]), Decimal(line["amount"]), line["currency"], line["note"])
            for line in row["lines"]
        ],
        motivation=row["motivation"],
        take_home=row["take_home"],
        other_funding=row["other_funding"],
        need=Need(row["need"]),
        need_words=row["need_words"],
        **origin,
    )
    asking.submit(replace(ctx, now=at + timedelta(minutes=12)), registration, answers)


def _registration(ctx: Context, key: str) -> Registration | None:
    email = next(row["email"] for row in table("people")["invitees"] if row["key"] == key)
    return ctx.session.scalar(
        select(Registration)
        .join(Registration.invitation)
        .join(Registration.event)
        .where(Event.slug == SLUG, Invitation.email == email)
    )


def _told(ctx: Context, event: Event) -> Iterator[tuple[Mapping[str, Any], SponsorshipRequest]]:
    """Yield what is told of each person, and the request, where there is one."""
    for row in table("sponsorship")["requests"]:
        registration = _registration(ctx, row["person"])
        request = ctx.session.scalar(
            select(SponsorshipRequest).where(
                SponsorshipRequest.event_id == event.id,
                SponsorshipRequest.registration_id == (registration.id if registration else None),
            )
        )
        if request is not None:
            yield row, request


def _score(teller: Teller, at: Any, told: str) -> None:
    for row, request in _told(teller.base, teller.event):
        for key, (relevance, application, equity, need) in row.get(told, {}).items():
            found = teller.base.session.scalar(
                select(Review).where(
                    Review.request_id == request.id,
                    Review.account_id == teller.staff[key].id,
                    Review.state == ReviewState.ASSIGNED,
                )
            )
            if found is not None and request.state is RequestState.IN_REVIEW:
                review.score(teller.as_staff(key, at), found, Scores(relevance, application, equity, need))


def answer_questions(teller: Teller, at: Any) -> None:
    """Let whoever was asked something answer it."""
    for row, request in _told(teller.base, teller.event):
        if request.state is RequestState.INFO_NEEDED and "info_answer" in row:
            asking.answer(teller.as_person(request.registration.invitation, at), request, row["info_answer"])


def review_all(teller: Teller, at: Any) -> None:
    """Start what is not in review yet, hand it to the reviewers and let them score it."""
    coordinator = teller.as_staff("coordinator", at)
    review.start_all(coordinator, teller.event)
    assign_all(coordinator, teller.event)
    _score(teller, at + timedelta(days=2), "scores")
    _score(teller, at + timedelta(days=2), "later_scores")


def decide(teller: Teller, at: Any) -> None:
    """Propose what is told, and release it."""
    ctx = teller.as_staff("coordinator", at)
    for row, request in _told(teller.base, teller.event):
        if request.state is RequestState.IN_REVIEW and "outcome" in row:
            deciding.propose(ctx, request, _proposal(request, Outcome(row["outcome"])))
    event_funds = list_funds(ctx, teller.event)
    plan = release_plan(ctx, teller.event, event_funds)
    if plan.requests and not plan.problems:
        deciding.release_all(ctx, teller.event, plan.fingerprint)


def _proposal(request: SponsorshipRequest, outcome: Outcome) -> Proposal:
    if outcome is not Outcome.OFFER:
        return Proposal(outcome, reason="The reviewers agreed.")
    hotel = request.fund.hotels[0]
    has_stay = request.arrives_on is not None and request.leaves_on is not None
    return Proposal(
        outcome,
        {
            line.id: LineProposal(rounded(line.estimate * _EUROS[line.currency], request.fund.currency))
            for line in request.lines
        },
        hotel_id=hotel.id if has_stay else None,
        first_night=request.arrives_on,
        last_night=request.leaves_on - timedelta(days=1) if request.leaves_on else None,
        reason="The reviewers agreed.",
    )


def answer_offers(teller: Teller, at: Any) -> None:
    """Let people answer their offers; one lets the time go by."""
    acts: Mapping[str, Callable[[Context, SponsorshipRequest], None]] = {
        "accept": deciding.accept,
        "decline": deciding.decline,
    }
    for row, request in _told(teller.base, teller.event):
        if request.state is RequestState.OFFERED and row.get("answer") in acts:
            acts[row["answer"]](teller.as_person(request.registration.invitation, at), request)


def pay_first(teller: Teller, at: Any) -> None:
    """Book, authorise and pay one trip, by three people."""
    for row, request in _told(teller.base, teller.event):
        line = next((each for each in request.lines if each.kind is LineKind.TRAVEL), None)
        if "booking" not in row or line is None or line.approved is None or line.state is not LineState.APPROVED:
            continue
        if request.state is not RequestState.ACCEPTED:
            continue
        values = BookingValues(amount=line.approved, currency=request.fund.currency, **row["booking"])
        bookings.book(teller.as_staff("coordinator", at), request, line.id, values, seen=0)
        budget_holder = teller.as_staff("budget_holder", at + timedelta(days=1))
        paying.authorise(budget_holder, request, line.id, line.approved)
        finance = teller.as_staff("finance", at + timedelta(days=2))
        standing = teller.base.session.scalar(
            select(Authorisation.id).where(Authorisation.line_id == line.id, Authorisation.taken_back_at.is_(None))
        )
        if standing is not None:
            paying.pay(finance, request, line.id, standing, reference=row["booking"]["reference"])


def teller_of(ctx: Context, staff: Callable[[Context, str], Account | None]) -> Teller | None:
    """Return who tells the story as it goes on, if the sample event is there with all its people."""
    event = find_event(ctx.session, SLUG)
    found = {key: account for key in _STAFF if (account := staff(ctx, key)) is not None}
    return Teller(ctx, event, found) if event is not None and len(found) == len(_STAFF) else None
