"""Somebody who comes without a registration."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from eventapp.core.access import Role
from eventapp.core.context import SYSTEM
from eventapp.core.unit_of_work import reading
from eventapp.events.models import Event
from eventapp.invitations import service as invitations
from eventapp.invitations.models import Invitation
from eventapp.invitations.states import InvitationState
from eventapp.registrations.checkin.states import Way
from eventapp.registrations.states import State
from tests.support.browsing import Page, Visitor
from tests.support.factories import make_invitation
from tests.web.registrations.checkin.conftest import Door, answer_of

PERSON: dict[str, Any] = {
    "name": "Fatou Ndiaye",
    "organisation": "City of Thiès",
    "email": "fatou@example.org",
    "country": "SN",
    "sector": "local_government",
    "language": "fr",
}


def come(door: Door, visitor: Visitor, page: Page | None = None, **changes: Any) -> Page:
    page = page or visitor.get(f"{door.address}/walk-in")
    values = {**PERSON, "category_id": str(door.meeting.categories[0]), **changes}
    return visitor.submit(page, values, action="/walk-in")


def test_a_walk_in_is_invited_registered_confirmed_and_here(door: Door):
    ana = door.staff()
    page = ana.get(f"{door.address}/walk-in")
    for _n in range(2):  # also when the button was pressed twice
        answered = come(door, ana, page)
        assert "Welcome Fatou Ndiaye" in answer_of(answered)
    person = door.meeting.only()
    assert (person.state, person.email, person.language) == (State.APPROVED, "fatou@example.org", "fr")
    (row,) = door.rows()
    assert (row.registration_id, row.way) == (person.id, Way.WALK_IN)
    assert door.meeting.kinds() == ["participation_confirmed"]
    (mail,) = door.meeting.mails()
    assert "réserver" not in mail.text_body, "nobody who is there needs to travel"
    with door.meeting.app.app_context():
        (invitation,) = reading(SYSTEM).session.scalars(select(Invitation))
        assert invitation.state is InvitationState.ACCEPTED


def test_without_a_seat_a_reason_is_needed(door: Door):
    ana = door.staff()
    door.meeting.change(capacity_in_person=0)
    page = come(door, ana)
    assert page.status == 409
    assert "All seats in person are taken. Say why this person is let in all the same." in page.errors[0]
    assert page.value("name") == "Fatou Ndiaye", "nothing typed is lost"
    assert door.meeting.registrations() == door.rows() == []
    assert "Welcome" in answer_of(come(door, ana, page, override_reason="The mayor asked"))
    assert door.meeting.only().override_reason == "The mayor asked"


def test_somebody_with_this_address_is_shown_instead(door: Door):
    ana = door.staff()
    known = door.person(name="Fatou N.", email="fatou@example.org", state=State.SUBMITTED)
    page = come(door, ana)
    assert "Somebody with this address has registered already." in page.text
    assert "Not confirmed Fatou N." in answer_of(page)
    assert [each.id for each in door.meeting.registrations()] == [known.id]


def test_an_invitation_without_an_answer_is_taken_up(door: Door):
    with door.meeting.work() as ctx:
        event = ctx.session.get_one(Event, door.meeting.event_id)
        sent = make_invitation(ctx, event, email="fatou@example.org", preapproved=True)
    assert "Welcome" in answer_of(come(door, door.staff()))
    assert door.meeting.only().invitation_id == sent.id


def test_every_fault_is_named(door: Door):
    page = come(door, door.staff(), name="", email="no address", country="ZZ", category_id="999999", language="xx")
    assert page.status == 422
    assert len(page.errors) == 5
    assert door.meeting.registrations() == []


def test_somebody_whose_invitation_was_taken_back_is_shown_and_let_in_once_invited_again(door: Door):
    chief = door.staff(Role.ORGANISER)
    person = door.person(name="Fatou N.", email="fatou@example.org", state=State.SUBMITTED)
    with door.meeting.work() as ctx:
        invitation = ctx.session.get_one(Invitation, person.invitation_id)
        invitation.email = "fatou@example.org"
        invitations.revoke(ctx, invitation, "Too many of us.")
    page = come(door, chief)
    assert "The invitation was taken back." in answer_of(page)
    address = f"{door.address}/people/{person.id}/confirm"
    refused = chief.submit(chief.get(address), {"reason": "Here"}, action="/confirm")
    assert "The invitation was revoked. Reopen and send it first." in refused.errors[0]
    with door.meeting.work() as ctx:
        invitations.reopen(ctx, ctx.session.get_one(Invitation, person.invitation_id))
    page = come(door, chief)
    assert "Somebody with this address has registered already." in page.text
    assert "Welcome" in answer_of(chief.submit(chief.get(address), {"reason": "Here"}, action="/confirm"))
    assert door.meeting.only().state is State.APPROVED
