"""The mail log and the audit tell nobody who asks for support but those who may read the request."""

from __future__ import annotations

from typing import Any

from eventapp.core import audit
from eventapp.core.access import Role
from eventapp.core.context import Actor, ActorKind
from eventapp.mail import service as mail
from eventapp.mail.models import OutboxMessage
from eventapp.mail.states import MessageState
from eventapp.registrations.states import State
from eventapp.sponsorship.deciding import messages as decisions
from eventapp.sponsorship.sensitive import messages as sealed
from eventapp.sponsorship.sensitive.models import SensitiveRecord
from eventapp.sponsorship.states import RequestState, SensitiveKind
from tests.support.factories import make_event, make_invitation, make_member, make_registration
from tests.support.sponsoring import make_fund, make_sponsorship, make_staff

LOG, AUDIT = "/desk/lisbon/mail", "/desk/lisbon/audit"


def test_mail_log_and_audit_say_what_the_pages_of_sponsorship_say(work: Any, staff: Any) -> None:
    with work() as ctx:
        event = make_event(ctx, slug="lisbon")
        invitation = make_invitation(
            ctx, event, name="Amina Diallo", organisation="City of Thiès", email="amina@thies.example"
        )
        person = make_registration(ctx, event, invitation=invitation, state=State.APPROVED)
        request = make_sponsorship(ctx, make_fund(ctx, event), registration=person, state=RequestState.OFFERED)
        record = SensitiveRecord(event_id=event.id, request=request, kind=SensitiveKind.PASSPORT, asked_at=ctx.now)
        ctx.session.add(record)
        ctx.session.flush()
        mails = [mail.enqueue(ctx, decisions.offered(ctx, request)), mail.enqueue(ctx, sealed.data_asked(record))]
        for each in mails:
            each.state, each.last_error = MessageState.FAILED, "550 no amina@thies.example here"
        numbers, subjects = [each.id for each in mails], [each.subject for each in mails]
        may_read = make_staff(ctx, event, Role.ORGANISER)
        in_conflict = make_staff(ctx, event, Role.ORGANISER, organisation="city of thies")
        has_not_said = make_member(ctx, event, Role.OWNER)
        number, holder = f"#{request.id}", invitation.id
    with work(Actor(ActorKind.PARTICIPANT, holder, "Amina Diallo")) as ctx:
        audit.record(ctx, ctx.session.merge(request, load=False), "edit", {"fields": []})

    reader = staff(may_read)
    for query in ("", "?q=amina"):
        page = reader.get(LOG + query).text
        assert all(subject in page for subject in subjects)
        assert "amina@thies.example" in page
    assert "550 no amina" in reader.get(f"{LOG}/{numbers[0]}").text
    for address in (AUDIT, "/desk/lisbon/"):
        page = reader.get(address).text
        assert number in page
        assert "The person who asks" in page
        assert "Amina" not in page
    for query in ("?search=amina", f"?actor=participant:{holder}"):
        assert number not in reader.get(AUDIT + query).text

    for account in (in_conflict, has_not_said):
        other = staff(account)
        page = other.get(LOG).text
        assert "Sponsorship offered" in page
        assert "Confidential" in page
        assert "No mail like that" in other.get(f"{LOG}?q=amina").text
        one = other.get(f"{LOG}/{numbers[0]}")
        assert one.heading == "Sponsorship offered"
        for shown in (page, one.text, other.get(f"{LOG}?state=failed").text):
            assert "amina" not in shown.lower()
            assert not any(subject in shown for subject in subjects)
        for address in (AUDIT, "/desk/lisbon/", f"{AUDIT}?kind=sponsorship_request"):
            assert number not in other.get(address).text
    after = other.submit(one, button="Send again")
    assert "The mail is in the queue again." in after.text
    with work() as ctx:
        assert ctx.session.get(OutboxMessage, numbers[0]).state is MessageState.QUEUED
    assert "Mail “" not in reader.get(AUDIT).text
