"""What every argument of an address of sponsorship is, for the walks over the URL map and the matrix of access."""

from __future__ import annotations

import secrets
from decimal import Decimal
from typing import Any

from flask import current_app

from eventapp.accounts.models import Account
from eventapp.core.context import Context
from eventapp.events.models import Event
from eventapp.registrations.states import State
from eventapp.sponsorship.deciding.models import Successor
from eventapp.sponsorship.letters import service as letters
from eventapp.sponsorship.letters.models import Signature
from eventapp.sponsorship.models import Fund, SponsorshipRequest
from eventapp.sponsorship.review.models import Workplace
from eventapp.sponsorship.spending.models import Booking, Receipt
from eventapp.sponsorship.states import HOLDS_MONEY, LetterKind, RequestState
from tests.support.factories import make_invitation, make_registration, tr
from tests.support.sponsoring import make_review, make_sponsorship

# Blueprints whose pages are about requests that were accepted; those of the others are about requests in review.
OF_ACCEPTED = (
    "sponsorship_spending",
    "sponsorship_payments",
    "sponsorship_stay",
    "sponsorship_letters",
    "sponsorship_sensitive",
    "my_letters",
    "my_claims",
)


def make_applicant(ctx: Context, event: Event, *, name: str, email: str, organisation: str) -> Any:
    """A confirmed participant who may ask for support, invited at the same address by the same house."""
    invitation = make_invitation(ctx, event, name=name, email=email, organisation=organisation)
    return make_registration(ctx, event, invitation=invitation, state=State.APPROVED, decided_at=ctx.now)


def furnish_sponsorship(
    ctx: Context, event: Event, accounts: dict[str, int], fund: Fund, picture: bytes
) -> dict[str, Any]:
    """Have everybody say where they work, and return what each argument of an address is in the event.

    A key `blueprint:argument` speaks for the pages of one blueprint.
    """
    for account_id in accounts.values():
        ctx.session.add(
            Workplace(event_id=event.id, account_id=account_id, organisation="Host Agency", stated_at=ctx.now)
        )
    _added(
        ctx,
        Signature(event_id=event.id, name="Marta Puig", function=tr("Director"), picture=picture, updated_at=ctx.now),
    )
    values: dict[str, Any] = {}
    for state in (RequestState.IN_REVIEW, RequestState.ACCEPTED):
        n = secrets.token_hex(3)
        person = make_applicant(
            ctx, event, name=f"Applicant {n}", email=f"applicant@{n}.example", organisation=f"City of {n}"
        )
        places = places_of(ctx, make_sponsorship(ctx, fund, registration=person, state=state), accounts)
        if state is RequestState.IN_REVIEW:
            values |= places
        else:
            values |= {f"{blueprint}:{name}": value for blueprint in OF_ACCEPTED for name, value in places.items()}
    waiting = make_sponsorship(
        ctx,
        fund,
        registration=make_applicant(
            ctx, event, name="Waits", email=f"waits@{secrets.token_hex(3)}.example", organisation="City of Waits"
        ),
        state=RequestState.WAITLISTED,
    )
    suggestion = _added(
        ctx,
        Successor(
            event_id=event.id,
            fund_id=fund.id,
            ended_id=values["request_id"],
            suggested_id=waiting.id,
            made_at=ctx.now,
        ),
    )
    return {
        **values,
        "successor_id": suggestion.id,
        "sponsorship_spending.save_change:what": "amount",
        "sponsorship_books:kind": "csv",
        "sponsorship_letters:kind": "support",
        "my_sensitive:kind": "passport",
    }


def places_of(ctx: Context, request: SponsorshipRequest, accounts: dict[str, int]) -> dict[str, Any]:
    """Return what each argument is for the pages about one request, with a reviewer, a booking, a receipt, a letter."""
    line = request.lines[0]
    values: dict[str, Any] = {"request_id": request.id, "line_id": line.id}
    if request.state is RequestState.IN_REVIEW:
        reviewer = ctx.session.get_one(Account, accounts["reviewer"])
        values["review_id"] = make_review(ctx, request, reviewer, None).id
    if request.state in HOLDS_MONEY:
        values["booking_id"] = _added(
            ctx,
            Booking(
                event_id=request.event_id,
                line_id=line.id,
                supplier="Railways",
                amount=Decimal(100),
                currency=request.fund.currency,
                rate=Decimal(1),
                rate_on=ctx.now.date(),
                converted=Decimal(100),
                booked_at=ctx.now,
            ),
        ).id
        values["name"] = _added(
            ctx,
            Receipt(
                event_id=request.event_id,
                line_id=line.id,
                spent_on=ctx.now.date(),
                what="Ticket",
                amount=Decimal(50),
                currency=request.fund.currency,
                name=secrets.token_hex(16),
                filename="ticket.pdf",
                media_type="application/pdf",
                size=8,
                data=b"%PDF-1.7",
                created_at=ctx.now,
            ),
        ).name
        letter = letters.issue(
            ctx, current_app.extensions["sealer"], request, LetterKind.SUPPORT, "https://workshops.example"
        )
        values |= {"letter_id": letter.id, "number": letter.number}
    return values


def _added(ctx: Context, thing: Any) -> Any:
    ctx.session.add(thing)
    ctx.session.flush()
    return thing
