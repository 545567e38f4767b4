"""A participant asks for support, page by page, in a browser without JavaScript: send, change, ask for less, end."""

from __future__ import annotations

from dataclasses import dataclass
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
from eventapp.registrations.models import Registration
from eventapp.registrations.states import Mode, State
from eventapp.sponsorship.models import Fund, SponsorshipRequest
from eventapp.sponsorship.states import LineKind, RequestAction, RequestState
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
