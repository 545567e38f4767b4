"""An event with an invitee who has accepted, and the ways into it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import undefer

from eventapp.core.context import SYSTEM
from eventapp.core.unit_of_work import reading
from eventapp.invitations.states import InvitationState
from eventapp.mail.models import OutboxMessage
from eventapp.registrations.models import Registration
from tests.support.browsing import Page, Visitor
from tests.support.factories import make_category, make_event, make_invitation
from tests.support.fixtures import Work

GOOD: dict[str, dict[str, Any]] = {
    "you": {
        "name": "Amina Diallo",
        "organisation": "City of Saint-Louis",
        "position": "Deputy mayor",
        "sector": "local_government",
        "country": "SN",
        "city": "Saint-Louis",
    },
    "taking-part": {
        "mode": "in_person",
        "speaks": ["fr", "en"],
        "interpretation": ["es"],
        "language": "fr",
        "email": "amina@example.org",
    },
    "needs": {
        "dietary": "halal",
        "access_needs": "",
        "first_time": "yes",
        "gender": "",
        "why": "Neighbourhood budgets.",
    },
    "consents": {"consent_directory": "y", "wants_summaries": "y"},
}
PAGES = tuple(GOOD)


@dataclass
class Meeting:
    """One event, its categories by number, and the doors to it."""

    app: Flask
    slug: str
    event_id: int
    categories: list[int]
    work: Work
    invitations: dict[str, int] = field(default_factory=dict)

    def guest(self, **fields: Any) -> Visitor:
        """Return the browser of an invitee who has accepted and opened the personal link."""
        with self.work() as ctx:
            from eventapp.events.models import Event

            event = ctx.session.get_one(Event, self.event_id)
            invitation = make_invitation(ctx, event, **{"state": InvitationState.ACCEPTED, **fields})
            invitation_id = invitation.id
        return self.opened(invitation_id)

    def opened(self, invitation_id: int) -> Visitor:
        """Return a browser in which the invitation's link was opened."""
        client = self.app.test_client()
        with client.session_transaction() as cookie:
            cookie["opened"] = {str(self.event_id): [invitation_id, 1]}
        visitor = Visitor(client)
        visitor.invitation_id = invitation_id  # type: ignore[attr-defined]
        return visitor

    def my(self, rest: str = "", lang: str = "en") -> str:
        """Return an address below one's participation."""
        return f"/{lang}/{self.slug}/my{rest}"

    def desk(self, rest: str = "") -> str:
        """Return an address below the organisers' list."""
        return f"/desk/{self.slug}/registrations{rest}"

    def change(self, **values: Any) -> None:
        """Change fields of the event."""
        with self.work() as ctx:
            from eventapp.events.models import Event

            event = ctx.session.get_one(Event, self.event_id)
            for name, value in values.items():
                setattr(event, name, value)

    def registrations(self) -> list[Registration]:
        """Return all registrations."""
        with self.app.app_context():
            return list(reading(SYSTEM).session.scalars(select(Registration).order_by(Registration.id)))

    def only(self) -> Registration:
        """Return the one registration there is."""
        found = self.registrations()
        assert len(found) == 1
        return found[0]

    def mails(self) -> list[OutboxMessage]:
        """Return the mails that were written and not called back."""
        with self.app.app_context():
            everything = undefer("*")
            rows = reading(SYSTEM).session.scalars(select(OutboxMessage).options(everything).order_by(OutboxMessage.id))
            return [row for row in rows if row.state != "cancelled"]

    def kinds(self) -> list[str]:
        """Return the kinds of these mails, in order."""
        return [mail.kind.removeprefix("registrations/") for mail in self.mails()]

    def fill(self, guest: Visitor, **changes: Any) -> Page:
        """Fill all pages of the form and return the page that shows the answers."""
        for name in PAGES:
            values = {**GOOD[name], **{key: value for key, value in changes.items() if key in FIELDS[name]}}
            if name == "taking-part" and "category_id" not in changes:
                values["category_id"] = str(self.categories[0])
            page = guest.get(self.my(f"/form/{name}"))
            if "email" in values and "email" not in page.form("/form/").fields:
                values.pop("email")
            page = guest.submit(page, values, action="/form/", follow=name == PAGES[-1])
        return page

    def register(self, guest: Visitor, **changes: Any) -> Page:
        """Fill the form, send it and return the page after it."""
        return guest.submit(self.fill(guest, **changes), action="/form/check")


FIELDS = {name: {*values, *(("category_id",) if name == "taking-part" else ())} for name, values in GOOD.items()}
FIELDS["consents"] |= {"consent_photos", "consent_mail_after"}
Meetings = Callable[..., Meeting]


@pytest.fixture
def meeting(app: Flask, work: Work) -> Meeting:
    """A meeting with ten seats in person, two remote and a category of one seat."""
    with work() as ctx:
        event = make_event(ctx, capacity_in_person=10, capacity_remote=2)
        small = make_category(ctx, event, quota=1)
        return Meeting(app, event.slug, event.id, [event.categories[0].id, small.id], work)
