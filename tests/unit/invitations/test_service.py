"""The life of an invitation through its commands, on both engines."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from eventapp.core.audit import AuditEntry
from eventapp.core.context import Context
from eventapp.core.errors import Conflict, DomainError
from eventapp.core.states import IllegalMove
from eventapp.events.models import Event
from eventapp.events.states import EventState
from eventapp.invitations import hooks, interests, queries, service
from eventapp.invitations.delegation import Colleague
from eventapp.invitations.errors import AlreadyInvited, ChangedMeanwhile, NotAnswerable
from eventapp.invitations.models import Invitation
from eventapp.invitations.service import InvitationValues
from eventapp.invitations.states import InterestState, InvitationState
from eventapp.mail.models import OutboxMessage
from eventapp.mail.states import MessageState
from tests.support.clock import StoppedClock
from tests.support.factories import make_event, make_invitation, make_registration, make_theme

Work = Callable[..., AbstractContextManager[Context]]


def values(**fields: object) -> InvitationValues:
    return {"email": " Amina@Example.org ", "name": "Amina Diallo", "language": "fr", **fields}  # type: ignore[typeddict-item, return-value]


def mails(ctx: Context, state: MessageState = MessageState.QUEUED) -> list[str]:
    found = ctx.session.scalars(select(OutboxMessage).where(OutboxMessage.state == state).order_by(OutboxMessage.id))
    return [f"{each.kind.partition('/')[2]} {each.recipient}" for each in found]


def history(ctx: Context, invitation: Invitation) -> list[str]:
    return [e.action for e in reversed(queries.list_history(ctx, invitation.event, "invitation", invitation.id))]


def test_a_letter_is_written_sent_and_accepted(work: Work) -> None:
    with work() as ctx:
        event = make_event(ctx)
        invitation = service.invite(ctx, event, values())
        assert (invitation.email, mails(ctx)) == ("amina@example.org", [])
        assert service.send(ctx, invitation)
        assert not service.send(ctx, invitation)  # the second click
        service.accept(ctx, invitation)
        service.accept(ctx, invitation)
        assert mails(ctx) == ["invitation amina@example.org"]
        assert history(ctx, invitation) == ["create", "send", "accept"]


def test_one_standing_invitation_an_address(work: Work) -> None:
    with work() as ctx:
        event = make_event(ctx)
        first = service.invite(ctx, event, values())
        with pytest.raises(AlreadyInvited) as refused:
            service.invite(ctx, event, values(email="AMINA@example.org"))
        assert (refused.value.field, refused.value.existing) == ("email", first)
        service.revoke(ctx, first, "")
        assert mails(ctx) == []  # nobody was told of a draft, so nobody is told of its end
        again = service.invite(ctx, event, values())
        with pytest.raises(AlreadyInvited):
            service.reopen(ctx, first)
        assert service.invite(ctx, make_event(ctx), values()).id > again.id


def test_the_index_refuses_what_two_organisers_do_at_once(work: Work) -> None:
    with pytest.raises(AlreadyInvited), work() as ctx:
        event = make_event(ctx)
        one, two = make_invitation(ctx, event), make_invitation(ctx, event, state=InvitationState.DECLINED)
        two.email = one.email
        two.state = InvitationState.SENT
        service._flush(ctx)


def test_declining_with_a_colleague_makes_a_chain_of_drafts(work: Work) -> None:
    with work() as ctx:
        event = make_event(ctx)
        first = make_invitation(ctx, event)
        second = service.decline(ctx, first, reason="Elections.", instead=Colleague("Bo Li", "bo@example.org"))
        assert second is not None
        assert (first.state, first.decline_reason) == (InvitationState.DELEGATED, "Elections.")
        assert (second.state, second.delegated_from_id) == (InvitationState.DRAFT, first.id)
        assert (second.category_id, second.organisation) == (first.category_id, "City of Example")
        assert mails(ctx) == []  # an organiser sends it
        service.send(ctx, second)
        third = service.decline(ctx, second, instead=Colleague("Cy Ng", "cy@example.org"))
        assert third is not None
        assert third.delegated_from is second
        assert service.decline(ctx, first, instead=Colleague("Di", "di@example.org")) is None  # a second click


def test_a_colleague_who_is_invited_already_is_not_told_of(work: Work) -> None:
    with work() as ctx:
        event = make_event(ctx)
        make_invitation(ctx, event, email="bo@example.org")
        first = make_invitation(ctx, event)
        assert service.decline(ctx, first, instead=Colleague("Bo", "Bo@example.org")) is None
        assert first.state is InvitationState.DELEGATED
        own = make_invitation(ctx, event)
        with pytest.raises(DomainError) as refused:
            service.decline(ctx, own, instead=Colleague("Me", own.email))
        assert refused.value.field == "colleague_email"


def test_whoever_registered_withdraws_instead_of_declining(work: Work) -> None:
    with work() as ctx:
        event = make_event(ctx)
        registered = make_registration(ctx, event).invitation
        assert hooks.is_registered(ctx, registered)
        with pytest.raises(Conflict):
            service.decline(ctx, registered)


def test_a_change_of_mind_while_registration_is_open(work: Work, clock: StoppedClock) -> None:
    with work() as ctx:
        event = make_event(ctx)
        invitation = make_invitation(ctx, event)
        service.decline(ctx, invitation, reason="Budget.")
        service.accept(ctx, invitation)
        assert (invitation.state, invitation.decline_reason) == (InvitationState.ACCEPTED, "")
        service.decline(ctx, invitation)
        with pytest.raises(NotAnswerable):
            service.accept(replace(ctx, now=datetime(2024, 9, 21, tzinfo=UTC)), invitation)


@pytest.mark.parametrize(
    ("event_fields", "fields", "words"),
    [
        ({"state": EventState.CANCELLED}, {}, "cancelled"),
        ({"state": EventState.CLOSED}, {}, "closed"),
        ({"registration_closes_at": datetime(2024, 9, 1, tzinfo=UTC)}, {}, "closed"),
        ({}, {"answer_by_at": datetime(2024, 9, 12, 7, tzinfo=UTC)}, "run out"),
        ({}, {"state": InvitationState.EXPIRED}, "run out"),
    ],
)
def test_what_cannot_be_answered_says_why(
    work: Work, event_fields: dict[str, object], fields: dict[str, object], words: str
) -> None:
    with work() as ctx:
        invitation = make_invitation(ctx, make_event(ctx, **event_fields), **fields)
        with pytest.raises(NotAnswerable, match=words):
            service.accept(ctx, invitation)


def test_a_new_link_ends_the_old_one_and_calls_its_mails_back(work: Work) -> None:
    with work() as ctx:
        event = make_event(ctx)
        taken = make_invitation(ctx, event)
        invitation = service.invite(ctx, event, values())
        service.send(ctx, invitation)
        with pytest.raises(AlreadyInvited):
            service.reissue(ctx, invitation, email=taken.email)
        service.reissue(ctx, invitation, email="New@example.org")
        assert (invitation.link_version, invitation.email) == (2, "new@example.org")
        assert mails(ctx) == ["invitation new@example.org"]
        assert mails(ctx, MessageState.CANCELLED) == ["invitation amina@example.org"]
        entry = ctx.session.scalars(select(AuditEntry).where(AuditEntry.action == "reissue")).one()
        assert entry.details == {"fields": ["email"]}


def test_taking_back_ends_the_link_and_tells_the_person(work: Work) -> None:
    with work() as ctx:
        invitation = make_invitation(ctx, make_event(ctx))
        service.revoke(ctx, invitation, "The event is full.")
        assert (invitation.state, invitation.link_version) == (InvitationState.REVOKED, 2)
        assert queries.link_version(ctx.session, invitation.id) is None
        assert mails(ctx) == [f"invitation_revoked {invitation.email}"]
        body = ctx.session.scalars(select(OutboxMessage.text_body)).one()
        assert "The event is full." in body
        service.reopen(ctx, invitation)
        assert not service.deletable(invitation)  # it was sent once
        service.send(ctx, invitation)
        assert invitation.link_version == 2


def test_sending_again_keeps_the_link_and_waits_a_little(work: Work, clock: StoppedClock) -> None:
    with work() as ctx:
        invitation = make_invitation(ctx, make_event(ctx))
        with pytest.raises(Conflict):
            service.send_again(ctx, invitation)
        later = replace(ctx, now=ctx.now + timedelta(hours=1))
        service.send_again(later, invitation)
        assert (invitation.link_version, mails(ctx)) == (1, [f"invitation {invitation.email}"])
        service.accept(later, invitation)
        with pytest.raises(Conflict):
            service.send_again(replace(ctx, now=ctx.now + timedelta(hours=2)), invitation)


def test_letters_go_out_only_while_they_can_be_answered(work: Work) -> None:
    with work() as ctx:
        draft = service.invite(ctx, make_event(ctx, state=EventState.DRAFT), values())
        late = service.invite(ctx, make_event(ctx), values(answer_by_at=datetime(2024, 9, 1, tzinfo=UTC)))
        closed = service.invite(ctx, make_event(ctx, registration_closes_at=ctx.now), values())
        for each in (draft, late, closed):
            with pytest.raises(DomainError):
                service.send(ctx, each)
            assert each.state is InvitationState.DRAFT


def test_reminders_go_to_those_who_have_not_answered_and_not_refused(work: Work) -> None:
    with work() as ctx:
        event = make_event(ctx)
        due = make_invitation(ctx, event, sent_at=ctx.now - timedelta(days=6))
        make_invitation(ctx, event)  # sent today
        make_invitation(ctx, event, state=InvitationState.ACCEPTED, sent_at=ctx.now - timedelta(days=6))
        quiet = make_invitation(ctx, event, sent_at=ctx.now - timedelta(days=6))
        service.refuse_reminders(ctx, quiet)
        assert queries.list_to_remind(ctx, event, 5) == [due]
        assert service.remind(ctx, due)
        assert not service.remind(ctx, due)  # the second click
        assert not service.remind(ctx, quiet)
        assert (due.reminder_count, mails(ctx)) == (1, [f"reminder {due.email}"])
        assert queries.list_to_remind(ctx, event, 5) == []
        service.refuse_reminders(ctx, due)
        assert mails(ctx) == []  # what had not left yet was called back


def test_time_runs_out(work: Work, clock: StoppedClock) -> None:
    with work() as ctx:
        event = make_event(ctx)
        late = make_invitation(ctx, event, answer_by_at=ctx.now + timedelta(days=1))
        make_invitation(ctx, event)
        assert service.expire_overdue(ctx) == 0
        assert service.expire_overdue(replace(ctx, now=ctx.now + timedelta(days=2))) == 1
        assert late.state is InvitationState.EXPIRED


def test_an_edit_that_started_from_an_older_version_is_refused(work: Work) -> None:
    with work() as ctx:
        invitation = make_invitation(ctx, make_event(ctx))
        seen = service.fingerprint(invitation)
        kept: InvitationValues = {"language": "en"}
        service.edit(ctx, invitation, {**kept, "name": "First"}, seen=seen)
        with pytest.raises(ChangedMeanwhile):
            service.edit(ctx, invitation, {**kept, "name": "Second"}, seen=seen)
        with pytest.raises(DomainError):
            service.edit(ctx, invitation, {**kept, "email": "other@example.org"})
        assert (invitation.name, history(ctx, invitation)) == ("First", ["edit"])


def test_another_events_category_and_language_are_refused(work: Work) -> None:
    with work() as ctx:
        event, other = make_event(ctx, languages=["en"]), make_event(ctx)
        with pytest.raises(DomainError):
            service.invite(ctx, event, values(language="en", category_id=other.categories[0].id))
        with pytest.raises(DomainError):
            service.invite(ctx, event, values(language="fr"))


def test_links_are_mailed_again_to_their_holder_once_in_a_while(work: Work) -> None:
    with work() as ctx:
        event: Event = make_event(ctx)
        make_invitation(ctx, event, email="amina@example.org")
        make_invitation(ctx, make_event(ctx), email="amina@example.org", state=InvitationState.ACCEPTED)
        make_invitation(ctx, make_event(ctx), email="amina@example.org", state=InvitationState.DRAFT)
        make_invitation(ctx, make_event(ctx, state=EventState.CANCELLED), email="amina@example.org")
        assert service.mail_links_again(ctx, "Amina@example.org") == 2
        assert service.mail_links_again(ctx, "amina@example.org") == 0
        assert service.mail_links_again(ctx, "nobody@example.org") == 0


def test_interest_is_confirmed_then_invited_or_declined(work: Work) -> None:
    with work() as ctx:
        event = make_event(ctx)
        theme = make_theme(ctx, event)
        said: interests.InterestValues = {
            "email": "Gwen@example.org", "name": "Gwen", "organisation": "Atelier", "country": "FR",
            "motivation": "Plain language.", "theme_id": theme.id, "language": "fr",
        }  # fmt: skip
        interest = interests.record_interest(ctx, event, said)
        assert interest is not None
        with pytest.raises(IllegalMove):
            interests.invite_interested(ctx, interest)
        assert interests.record_interest(ctx, event, {**said, "name": "Gwenaël"}) is interest
        assert mails(ctx) == ["interest_confirm gwen@example.org"]  # once
        interests.confirm_interest(ctx, interest)
        interests.confirm_interest(ctx, interest)
        assert (interest.state, queries.count_open_interest(ctx, event)) == (InterestState.OPEN, 1)
        interests.decline_interest(ctx, interest, "Come back next year.")
        draft = interests.invite_interested(ctx, interest)  # a change of mind
        assert (draft.interest_id, draft.email, draft.language) == (interest.id, "gwen@example.org", "fr")
        with pytest.raises(IllegalMove):
            interests.decline_interest(ctx, interest)
        service.send(ctx, draft)
        assert interests.record_interest(ctx, event, said) is None
        assert mails(ctx)[-1] == "link_again gwen@example.org"


def test_interest_needs_an_event_that_is_to_come(work: Work) -> None:
    with work() as ctx:
        for event in (make_event(ctx, state=EventState.CLOSED), make_event(ctx)):
            later = replace(ctx, now=datetime(2024, 11, 9, tzinfo=UTC))
            with pytest.raises(Conflict):
                interests.record_interest(later, event, {"email": "a@example.org"})
