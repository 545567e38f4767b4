"""One person's exception to the deadline: when it can be given, what it opens, whom it tells."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import undefer

from eventapp.core.audit import AuditEntry
from eventapp.core.context import Context
from eventapp.core.errors import Conflict, DomainError
from eventapp.events.models import Event
from eventapp.invitations import rules as invitation_rules
from eventapp.invitations import service as invitations
from eventapp.invitations.models import Invitation
from eventapp.invitations.states import InvitationState
from eventapp.mail.models import OutboxMessage
from eventapp.registrations import answers, exceptions, queries, service, waitlist
from eventapp.registrations.models import Registration
from eventapp.registrations.rules import Window
from eventapp.registrations.states import State
from tests.support.clock import StoppedClock
from tests.support.factories import make_event, make_invitation, make_registration
from tests.support.fixtures import Work

CLOSES = datetime(2024, 9, 20, 21, 59, tzinfo=UTC)
LATER = CLOSES + timedelta(days=5)
AFTER = CLOSES + timedelta(days=1)


@pytest.fixture
def event_id(work: Work) -> int:
    with work() as ctx:
        return make_event(ctx, capacity_in_person=1).id


def keep(ctx: Context, invitation_id: int, until: datetime = LATER, reason: str = "Ill until Monday") -> bool:
    return exceptions.keep_open(ctx, ctx.session.get_one(Invitation, invitation_id), until, reason=reason)


def made(work: Work, event_id: int, make: Callable[..., Any], **fields: Any) -> Any:
    with work() as ctx:
        return make(ctx, ctx.session.get_one(Event, event_id), **fields).id


def mails(ctx: Context) -> list[OutboxMessage]:
    kept = (OutboxMessage.kind == "registrations/form_kept_open", OutboxMessage.state == "queued")
    return list(ctx.session.scalars(select(OutboxMessage).options(undefer("*")).where(*kept)))


def sent_in(invitation: Invitation, **changes: Any) -> answers.Answers:
    saved = {
        "name": invitation.name,
        "email": invitation.email,
        "language": "en",
        "organisation": "City",
        "position": "Mayor",
        "sector": "academia",
        "country": "SN",
        "city": "Dakar",
        "category_id": invitation.category_id,
        "mode": "in_person",
        "speaks": ["en"],
        **changes,
    }
    return answers.answers_from(saved)


def test_one_person_registers_and_changes_answers_after_everybody_else(
    work: Work, clock: StoppedClock, event_id: int
) -> None:
    ids = [made(work, event_id, make_invitation, state=InvitationState.ACCEPTED) for _n in range(2)]
    clock.set(AFTER)
    with work() as ctx:
        mine, other = (ctx.session.get_one(Invitation, each) for each in ids)
        event = mine.event
        with pytest.raises(service.RegistrationClosed):
            service.submit(ctx, mine, sent_in(mine))
        assert keep(ctx, mine.id)
        assert queries.registration_window(ctx, event, mine) is Window.OPEN
        assert queries.registration_window(ctx, event, other) is Window.CLOSED
        assert queries.registration_window(ctx, event) is Window.CLOSED, "the waiting list is not touched by it"
        assert invitations.answering(ctx, mine) is invitation_rules.Answering.OPEN
        registration = service.submit(ctx, mine, sent_in(mine))
        assert service.change_answers(ctx, registration, sent_in(mine, city="Thiès")) == ["city", "search_text"]
        with pytest.raises(service.RegistrationClosed):
            service.submit(ctx, other, sent_in(other))
    clock.set(LATER)  # at the very second
    with work() as ctx:
        registration = ctx.session.scalars(select(Registration)).one()
        with pytest.raises(service.RegistrationClosed):
            service.change_answers(ctx, registration, sent_in(registration.invitation, city="Dakar"))


def test_a_letter_can_go_out_and_be_answered_late(work: Work, clock: StoppedClock, event_id: int) -> None:
    draft_id = made(work, event_id, make_invitation, state=InvitationState.DRAFT, sent_at=None)
    waiting_id = made(work, event_id, make_invitation, answer_by_at=CLOSES + timedelta(days=2))
    clock.set(AFTER)
    with work() as ctx:
        draft = ctx.session.get_one(Invitation, draft_id)
        with pytest.raises(DomainError, match="Registration has closed"):
            invitations.send(ctx, draft)
        assert not keep(ctx, draft_id), "nobody has a letter that a mail could refer to"
        assert invitations.send(ctx, draft)
        assert "Registration closes on Wednesday 25 September 2024, 23:59" in (
            ctx.session.scalars(select(OutboxMessage).options(undefer("*"))).one().text_body
        )
        invitations.accept(ctx, draft)
        assert keep(ctx, waiting_id)
        waiting = ctx.session.get_one(Invitation, waiting_id)
        assert waiting.answer_by_at == LATER, "an earlier time to answer moves along"
    clock.set(CLOSES + timedelta(days=3))
    with work() as ctx:
        assert invitations.expire_overdue(ctx) == 0
        waiting = ctx.session.get_one(Invitation, waiting_id)
        invitations.accept(ctx, waiting)
        assert service.submit(ctx, waiting, sent_in(waiting)).state is State.SUBMITTED


@pytest.mark.parametrize(
    ("until", "words"),
    [
        (CLOSES - timedelta(days=1), "open for everybody until Friday 20 September 2024, 23:59"),
        (CLOSES, "open for everybody"),
        (datetime(2024, 9, 1, tzinfo=UTC), "is past"),
        (datetime(2024, 11, 8, 23, 1, tzinfo=UTC), "over by then"),
    ],
)
def test_a_time_that_makes_no_sense_is_refused(work: Work, event_id: int, until: datetime, words: str) -> None:
    invitation_id = made(work, event_id, make_invitation, state=InvitationState.ACCEPTED)
    with work() as ctx:
        with pytest.raises(DomainError, match=words) as refused:
            keep(ctx, invitation_id, until)
        assert refused.value.field == "until"
        with pytest.raises(DomainError, match="Say why"):
            keep(ctx, invitation_id, reason=" ")
        assert keep(ctx, invitation_id, datetime(2024, 11, 8, 23, tzinfo=UTC)) is False, "up to the last midnight"


def test_only_those_who_can_still_come_get_longer(work: Work, event_id: int) -> None:
    declined = made(work, event_id, make_invitation, state=InvitationState.DECLINED)
    withdrawn = made(work, event_id, make_registration, state=State.WITHDRAWN)
    accepted = made(work, event_id, make_invitation, state=InvitationState.ACCEPTED)
    with work() as ctx:
        ended = ctx.session.get_one(Registration, withdrawn).invitation_id
        for invitation_id, words in ((declined, "no longer stands"), (ended, "has ended")):
            with pytest.raises(Conflict, match=words):
                keep(ctx, invitation_id)
    with work() as ctx:
        ctx.session.get_one(Event, event_id).state = "closed"
        with pytest.raises(Conflict, match="while the event is published"):
            keep(ctx, accepted)


def test_it_opens_nothing_before_registration_opens(work: Work, event_id: int) -> None:
    invitation_id = made(work, event_id, make_invitation, state=InvitationState.ACCEPTED)
    with work() as ctx:
        invitation = ctx.session.get_one(Invitation, invitation_id)
        invitation.event.registration_opens_at = ctx.now + timedelta(days=1)
        keep(ctx, invitation_id)
        assert queries.registration_window(ctx, invitation.event, invitation) is Window.NOT_YET


def test_the_person_is_told_once_it_matters_and_called_back_when_it_ends(
    work: Work, clock: StoppedClock, event_id: int
) -> None:
    registration_id = made(work, event_id, make_registration, state=State.APPROVED, language="fr", name="Awa Ba")
    with work() as ctx:
        invitation_id = ctx.session.get_one(Registration, registration_id).invitation_id
        assert not keep(ctx, invitation_id)
        assert mails(ctx) == [], "the form is open for everybody still"
    clock.set(AFTER)
    with work() as ctx:
        assert not keep(ctx, invitation_id), "the same again changes nothing"
        assert keep(ctx, invitation_id, LATER + timedelta(days=1))
        (mail,) = mails(ctx)
        assert (mail.language, mail.recipient_name) == ("fr", "Awa Ba")
        assert "jeudi 26 septembre 2024, 23:59 (Madrid, UTC+2)" in mail.text_body
        entries = ctx.session.scalars(select(AuditEntry).where(AuditEntry.action == "keep-open")).all()
        assert [each.details["reason"] for each in entries] == ["Ill until Monday"] * 2
        registration = ctx.session.get_one(Registration, registration_id)
        assert [each.action for each in queries.list_history(ctx, registration)] == ["keep-open"] * 2
    with work() as ctx:
        exceptions.end(ctx, ctx.session.get_one(Invitation, invitation_id))
        exceptions.end(ctx, ctx.session.get_one(Invitation, invitation_id))
        assert mails(ctx) == [], "called back: it has not left"
        ended = ctx.session.get_one(Invitation, invitation_id)
        assert queries.registration_window(ctx, ended.event, ended) is Window.CLOSED
        assert len(ctx.session.scalars(select(AuditEntry).where(AuditEntry.action == "end-keep-open")).all()) == 1


def test_offers_keep_the_deadline_of_everybody(work: Work, clock: StoppedClock, event_id: int) -> None:
    with work() as ctx:
        event = ctx.session.get_one(Event, event_id)
        seated = make_registration(ctx, event, state=State.APPROVED)
        waiting = make_registration(ctx, event)
        service.put_on_waitlist(ctx, waiting)
        keep(ctx, waiting.invitation_id)
        clock.set(CLOSES - timedelta(hours=12))
    with work() as ctx:
        service.withdraw(ctx, ctx.session.get_one(Registration, seated.id))
        offered = ctx.session.get_one(Registration, waiting.id)
        assert (offered.state, offered.offer_expires_at) == (State.OFFERED, CLOSES)
    clock.set(AFTER)
    with work() as ctx:
        waitlist.lapse_overdue(ctx)
        assert ctx.session.get_one(Registration, waiting.id).state is State.LAPSED
