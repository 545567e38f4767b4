"""The way to the request on a participant's own page."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import load_only

from eventapp.core.context import Context
from eventapp.registrations.hooks import MySection
from eventapp.registrations.models import Registration
from eventapp.sponsorship import queries, words
from eventapp.sponsorship.asking import policy
from eventapp.sponsorship.deciding.policy import state_to_person
from eventapp.sponsorship.models import Fund, SponsorshipRequest
from eventapp.sponsorship.states import RequestState

ASKS_SOMETHING = frozenset({RequestState.INFO_NEEDED, RequestState.OFFERED})
# Nothing is agreed to yet, while the page above may say that travel can be booked.
WAITS = ASKS_SOMETHING | {RequestState.SUBMITTED, RequestState.IN_REVIEW}


def sponsorship(ctx: Context, registration: Registration) -> MySection | None:
    """Return where the person's request stands, or that they may ask; None while neither applies.

    Everybody's page asks for this, so it reads no more than it says.
    """
    request = ctx.session.scalar(
        select(SponsorshipRequest).where(SponsorshipRequest.registration_id == registration.id)
    )
    if request is not None and request.state is not RequestState.DRAFT:
        state = state_to_person(request)
        values = {"state": words.STATE_FOR_PERSON[state], "asks": state in ASKS_SOMETHING, "waits": state in WAITS}
        return MySection("sponsorship/my/_way.html", values)
    if not policy.may_ask(registration):
        return None
    funds = ctx.session.scalars(
        select(Fund)
        .where(Fund.event_id == registration.event_id)
        .options(load_only(Fund.event_id, Fund.opens_at, Fund.closes_at, Fund.closed_at))
    )
    taking = [fund for fund in funds if queries.takes_requests(fund, ctx.now)]
    closing = [closes for fund in taking if (closes := queries.closes_at(fund)) is not None]
    until = max(closing) if len(closing) == len(taking) and closing else None
    values = {"state": None, "draft": request is not None, "closes_at": until}
    return MySection("sponsorship/my/_way.html", values) if taking else None
