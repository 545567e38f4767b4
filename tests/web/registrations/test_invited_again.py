"""Somebody whose invitation was taken back registers once more when organisers invite them again."""

from __future__ import annotations

from sqlalchemy import select

from eventapp.core.audit import AuditEntry
from eventapp.core.context import SYSTEM
from eventapp.core.unit_of_work import reading
from eventapp.desk.sentences import sentence_of
from eventapp.events.models import Event
from eventapp.invitations import service as invitations
from eventapp.invitations.models import Invitation
from eventapp.registrations import progress, service, words
from eventapp.registrations.again import state_in_words
from eventapp.registrations.models import Registration
from eventapp.registrations.questions.models import PlaceTaken
from eventapp.registrations.questions.states import QuestionKind
from eventapp.registrations.states import State
from tests.support.browsing import Visitor
from tests.support.factories import make_questions
from tests.web.registrations.conftest import Meeting


def take_back_and_invite_again(meeting: Meeting, guest: Visitor) -> Visitor:
    """Take the invitation back, send it again and return the browser of the person, who has accepted once more."""
    number = guest.invitation_id  # type: ignore[attr-defined]
    with meeting.work() as ctx:
        invitation = ctx.session.get_one(Invitation, number)
        invitations.revoke(ctx, invitation, "Too many of us.")
        assert progress.status_of(ctx, invitation) in {
            (said, "If you have a question, write to workshop@example.org.")
            for said in ("Your invitation was taken back", "Your participation is no longer confirmed")
        }
        stands = state_in_words(ctx.session.scalars(select(Registration)).one())
        assert stands in ("Invitation taken back", "Confirmation taken back"), "nobody withdrew"
        invitations.reopen(ctx, invitation)
        invitations.send(ctx, invitation)
        assert progress.status_of(ctx, invitation) is None
        invitations.accept(ctx, invitation)
        version = invitation.link_version
    again = meeting.opened(number)
    with again.client.session_transaction() as cookie:
        cookie["opened"] = {str(meeting.event_id): [number, version]}
    return again


def test_the_earlier_registration_comes_back_with_the_new_answers(meeting: Meeting):
    with meeting.work() as ctx:
        event = ctx.session.get_one(Event, meeting.event_id)
        event.contact_email = "workshop@example.org"
        (visit,) = make_questions(
            ctx, event, "Visits", {"kind": QuestionKind.ONE_OF, "label": "Which visit?", "options": [("Harbour", 1)]}
        )
        field, page, harbour = f"q{visit.id}", f"own-{visit.group_id}", visit.options[0].id
    guest = meeting.guest()
    guest.submit(guest.get(meeting.my(f"/form/{page}")), {field: str(harbour)}, action="/form/")
    meeting.register(guest)
    (first,) = meeting.registrations()
    assert first.own_answers == {field[1:]: harbour}

    guest = take_back_and_invite_again(meeting, guest)
    shown = guest.get(meeting.my())
    assert shown.path.endswith("/form/you"), "the form is open to them"
    assert shown.value("city") == "Saint-Louis", "what they told us before is there already"
    own_page = guest.get(meeting.my(f"/form/{page}"))
    assert own_page.value(field) == str(harbour)
    guest.submit(own_page, action="/form/")
    page_after = meeting.register(guest, city="Thiès")
    assert page_after.heading == "We have received your registration"
    person = meeting.only()
    assert (person.id, person.state, person.city) == (first.id, State.SUBMITTED, "Thiès")
    assert (person.own_answers, person.decided_at, person.decision_reason) == ({field[1:]: harbour}, None, "")
    with meeting.app.app_context():
        session = reading(SYSTEM).session
        assert list(session.scalars(select(PlaceTaken.option_id))) == [harbour]
        ended = session.scalars(select(AuditEntry).where(AuditEntry.action == "withdraw")).one()
        assert (words.done(ended), sentence_of(ended)) == (
            "Invitation taken back",
            f"{person.name}’s registration: ended, because the invitation was taken back",
        )
        about = select(AuditEntry.action).where(AuditEntry.object_type == "registration").order_by(AuditEntry.id)
        assert list(session.scalars(about)) == ["submit", "withdraw", "reinstate", "submit-again"]

    # Who withdraws, declines and accepts again by themselves was not invited again.
    guest.submit(guest.get(meeting.my("/withdraw")), action="/withdraw")
    with meeting.work() as ctx:
        invitation = ctx.session.get_one(Invitation, guest.invitation_id)  # type: ignore[attr-defined]
        invitations.decline(ctx, invitation)
        invitations.accept(ctx, invitation)
    assert guest.get(meeting.my()).heading == "You have withdrawn"


def test_whoever_was_confirmed_and_approved_beforehand_gets_a_seat_again(meeting: Meeting):
    meeting.change(contact_email="workshop@example.org")
    guest = meeting.guest(preapproved=True)
    meeting.register(guest)
    assert meeting.only().state is State.APPROVED
    again = take_back_and_invite_again(meeting, guest)
    assert meeting.only().state is State.REVOKED
    with meeting.work() as ctx:
        ended = ctx.session.scalars(
            select(AuditEntry).where(AuditEntry.object_type == "registration", AuditEntry.action == "revoke")
        ).one()
        assert words.done(ended) == "Invitation taken back"
    meeting.register(again)
    assert meeting.only().state is State.APPROVED


def test_whom_organisers_refused_stays_refused(meeting: Meeting):
    guest = meeting.guest()
    meeting.register(guest)
    with meeting.work() as ctx:
        service.decline(ctx, ctx.session.scalars(select(Registration)).one(), reason="Full")
    assert guest.get(meeting.my()).heading == "We cannot offer you a place"
