"""Funds, requests in any state and the people who handle them, with the books kept by the real ledger."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from eventapp.accounts.models import Account
from eventapp.core.access import Role
from eventapp.core.context import Actor, ActorKind, Context
from eventapp.core.translated import Translated
from eventapp.events.models import Event
from eventapp.registrations.states import State
from eventapp.sponsorship import ledger
from eventapp.sponsorship.models import Fund, Hotel, HotelNight, Line, SponsorshipRequest
from eventapp.sponsorship.review.models import Review, Workplace
from eventapp.sponsorship.states import (
    HOLDS_MONEY,
    HOLDS_PLACE,
    LineKind,
    LineMode,
    LineState,
    Need,
    Outcome,
    RequestState,
    ReviewState,
)
from tests.support.factories import make_member, make_registration, tr

_numbers = itertools.count(1)
_S = RequestState

_OUTCOME = {_S.WAITLISTED: Outcome.WAITLIST, _S.REJECTED: Outcome.REJECT}
_WAS_OFFERED = HOLDS_PLACE | {_S.DECLINED, _S.EXPIRED, _S.CANCELLED}
_WAS_ACCEPTED = frozenset({_S.ACCEPTED, _S.TRAVELLED, _S.SETTLED, _S.NO_SHOW})
_WAS_DECIDED = _WAS_OFFERED | {_S.PROPOSED, _S.WAITLISTED, _S.REJECTED}
_ENDED = frozenset({_S.REJECTED, _S.DECLINED, _S.EXPIRED, _S.WITHDRAWN, _S.CANCELLED, _S.NO_SHOW, _S.SETTLED})
_LINE_STATE = {
    **dict.fromkeys(HOLDS_MONEY, LineState.APPROVED),
    _S.SETTLED: LineState.PAID,
    _S.REJECTED: LineState.REFUSED,
    **dict.fromkeys((_S.DECLINED, _S.EXPIRED, _S.WITHDRAWN, _S.CANCELLED, _S.NO_SHOW), LineState.RELEASED),
}

Asked = tuple[LineKind, str | Decimal] | tuple[LineKind, str | Decimal, LineMode]


def make_fund(ctx: Context, event: Event, **fields: Any) -> Fund:
    """A fund of 10,000 EUR that takes requests; `hotels` are rooms by night by name."""
    n = next(_numbers)
    hotels: Mapping[str, Mapping[date, int]] = fields.pop("hotels", {})
    budget = Decimal(fields.pop("budget", 10_000))
    caps = {name: Decimal(cap) for name, cap in fields.items() if name.startswith("cap_") and cap is not None}
    values = {
        "event_id": event.id,
        "position": n,
        "name": tr(f"Fund {n}"),
        "text": Translated(),
        "currency": "EUR",
        "budget": Decimal(0),
        "opens_at": ctx.now - timedelta(days=1),
        "closes_at": ctx.now + timedelta(days=14),
        "decisions_by": (ctx.now + timedelta(days=21)).date(),
        "claims_until": event.ends_on + timedelta(days=30),
        "created_at": ctx.now,
        "updated_at": ctx.now,
        **fields,
        **caps,
    }
    fund: Fund = _added(ctx, Fund(**values))
    ledger.change_budget(ctx, ledger.lock_fund(ctx, fund.id), budget)
    for position, (name, nights) in enumerate(hotels.items()):
        make_hotel(ctx, fund, name=name, nights=nights, position=position)
    ctx.session.flush()
    return fund


def make_hotel(ctx: Context, fund: Fund, *, nights: Mapping[date, int], **fields: Any) -> Hotel:
    """A house with so many rooms a night."""
    n = next(_numbers)
    hotel: Hotel = _added(ctx, Hotel(**{"fund_id": fund.id, "position": n, "name": f"Hotel {n}", **fields}))
    ctx.session.add_all(HotelNight(hotel_id=hotel.id, night=night, rooms=rooms) for night, rooms in nights.items())
    ctx.session.flush()
    ctx.session.refresh(fund, ["hotels"])
    ctx.session.refresh(hotel, ["nights"])
    return hotel


def make_sponsorship(
    ctx: Context,
    fund: Fund,
    *,
    state: RequestState = RequestState.SUBMITTED,
    lines: Sequence[Asked] = ((LineKind.TRAVEL, "600"), (LineKind.ACCOMMODATION, "300")),
    registration: Any = None,
    **fields: Any,
) -> SponsorshipRequest:
    """A request in the state, its lines (`(kind, amount)` or `(kind, amount, mode)`), and what that puts in the books.

    `hotel`, `first_night` and `last_night` hold rooms where the state does. Estimates are in the fund's currency.
    """
    event = fund.event
    person = registration or make_registration(ctx, event, state=State.APPROVED, name=f"Applicant {next(_numbers)}")
    hotel: Hotel | None = fields.pop("hotel", None)
    values = {
        "event_id": event.id,
        "fund_id": fund.id,
        "registration_id": person.id,
        "state": state,
        "origin_city": person.city,
        "origin_country": person.country,
        "arrives_on": event.starts_on - timedelta(days=1),
        "leaves_on": event.ends_on + timedelta(days=1),
        "motivation": "To learn from others.",
        "take_home": "A plan for our city.",
        "need": Need.NEEDED,
        "hotel_id": hotel.id if hotel is not None else None,
        "created_at": ctx.now,
        "updated_at": ctx.now,
        "submitted_at": None if state is _S.DRAFT else ctx.now,
        **_decided(ctx, fund, state),
        **fields,
    }
    request: SponsorshipRequest = _added(ctx, SponsorshipRequest(**values))
    for kind, amount, *mode in lines:
        make_line(ctx, request, kind, Decimal(amount), mode=mode[0] if mode else LineMode.PREPAID)
    ctx.session.refresh(request)
    _enter(ctx, request)
    return request


def make_line(ctx: Context, request: SponsorshipRequest, kind: LineKind, amount: Decimal, **fields: Any) -> Line:
    """A line in the state that goes with its request's; nothing is in the books for it yet."""
    state = request.state
    values = {
        "event_id": request.event_id,
        "request_id": request.id,
        "kind": kind,
        "state": _LINE_STATE.get(state, LineState.REQUESTED),
        "estimate": amount,
        "currency": request.fund.currency,
        "proposed": amount if state is _S.PROPOSED or state in _WAS_OFFERED else None,
        "approved": amount if state in _WAS_OFFERED else None,
        **fields,
    }
    line: Line = _added(ctx, Line(**values))
    return line


def make_review(
    ctx: Context,
    request: SponsorshipRequest,
    account: Account,
    scores: tuple[int, int, int] | None = (4, 4, 4),
    *,
    need: int = 3,
) -> Review:
    """An assigned review; scored for relevance, application and equity unless the scores are None."""
    review: Review = _added(
        ctx,
        Review(
            event_id=request.event_id,
            request_id=request.id,
            account_id=account.id,
            state=ReviewState.ASSIGNED if scores is None else ReviewState.SCORED,
            assigned_at=ctx.now,
        ),
    )
    if scores is not None:
        review.relevance, review.application, review.equity = scores
        review.need, review.scored_at = need, ctx.now
        ctx.session.flush()
    return review


def make_staff(
    ctx: Context, event: Event, role: Role, *, organisation: str = "House of the Organisers", **account: Any
) -> Account:
    """A member of staff who has said where they work, and whose address is of no applicant's house."""
    member = make_member(ctx, event, role, **{"email": f"staff{next(_numbers)}@organisers.example", **account})
    _added(ctx, Workplace(event_id=event.id, account_id=member.id, organisation=organisation, stated_at=ctx.now))
    return member


def actor_of(account: Account) -> Actor:
    """The account as it acts: `with work(actor_of(account)) as ctx`."""
    return Actor(ActorKind.STAFF, account.id, account.name)


def _decided(ctx: Context, fund: Fund, state: RequestState) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if state in _WAS_DECIDED:
        values |= {"outcome": _OUTCOME.get(state, Outcome.OFFER), "proposed_at": ctx.now}
    if state in _WAS_DECIDED - {_S.PROPOSED}:
        values["released_at"] = ctx.now
    if state is _S.OFFERED:
        values["offer_expires_at"] = ctx.now + timedelta(days=fund.offer_days)
    if state in _WAS_ACCEPTED:
        values["accepted_at"] = ctx.now
    if state in _ENDED:
        values["ended_at"] = ctx.now
    return values


def _enter(ctx: Context, request: SponsorshipRequest) -> None:
    """Put into the books what the request's state holds, has paid, or once held and gave back."""
    if request.state not in _WAS_OFFERED:
        return
    fund = ledger.locked(ctx, request)
    for line in request.lines:
        if line.approved is not None and line.mode is not LineMode.IN_KIND:
            ledger.promise(ctx, fund, line, line.approved)
            if request.state is _S.SETTLED:
                ledger.pay(ctx, fund, line, line.approved)
            elif request.state not in HOLDS_MONEY:
                ledger.release(ctx, fund, line)
    if request.state in HOLDS_PLACE:
        ledger.hold_rooms(ctx, request)


def _added(ctx: Context, thing: Any) -> Any:
    ctx.session.add(thing)
    ctx.session.flush()
    return thing
