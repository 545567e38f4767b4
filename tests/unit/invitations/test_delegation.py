"""Proposed colleagues: the draft that is ready to send, the chain in order, loops, and a kind refusal."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import select
from sqlalchemy.orm import undefer

from eventapp.core.context import Context
from eventapp.core.database import db
from eventapp.core.errors import Conflict
from eventapp.events.models import Event
from eventapp.invitations import delegation, proposals, queries, service
from eventapp.invitations.delegation import Colleague
from eventapp.invitations.models import Invitation
from eventapp.invitations.states import InvitationState
from eventapp.mail.models import OutboxMessage
from eventapp.registrations.states import State
from tests.support.factories import make_event, make_invitation, make_registration
from tests.support.fixtures import Work

LETTERS = {
    "en": "Awa Ba (Ville de Thiès) cannot come and suggested that we invite you.",
    "fr": "Awa Ba (Ville de Thiès) ne peut pas venir et nous a suggéré de vous inviter.",
    "es": "Awa Ba (Ville de Thiès) no puede venir y nos ha sugerido que le enviemos una invitación.",
}


def propose(ctx: Context, invitation: Invitation, name: str) -> Invitation:
    colleague = Colleague(name, f"{name.lower()}@example.org")
    draft = service.decline(ctx, invitation, instead=colleague)
    assert draft is not None
    return draft


def mails(ctx: Context) -> list[OutboxMessage]:
    return list(ctx.session.scalars(select(OutboxMessage).options(undefer("*")).order_by(OutboxMessage.id)))


@pytest.mark.parametrize("language", LETTERS)
def test_the_draft_is_ready_and_its_letter_says_who_proposed(work: Work, language: str) -> None:
    with work() as ctx:
        event = make_event(ctx)
        first = make_invitation(
            ctx,
            event,
            name="Awa Ba",
            organisation="Ville de Thiès",
            language=language,
            preapproved=True,
            address_locked=True,
            reason="You run the market.",
            personal_message="Dear Awa!",
            answer_by_at=ctx.now + timedelta(days=8),
        )
        draft = propose(ctx, first, "Bo")
        assert draft.reason == LETTERS[language]
        inherited = ("category_id", "country", "organisation", "language", "answer_by_at")
        assert [getattr(draft, each) for each in inherited] == [getattr(first, each) for each in inherited]
        assert (draft.preapproved, draft.address_locked, draft.personal_message) == (False, False, ""), "hers alone"
        assert service.send(ctx, draft)
        (letter,) = mails(ctx)
        assert LETTERS[language] in letter.text_body
        assert LETTERS[language] in letter.html_body
        assert letter.recipient == "bo@example.org"


def test_the_sentence_follows_the_language_of_the_letter_unless_rewritten(work: Work) -> None:
    with work() as ctx:
        event = make_event(ctx)
        first = make_invitation(ctx, event, name="Awa Ba", organisation="Ville de Thiès", language="fr")
        draft = propose(ctx, first, "Bo")
        kept = {name: getattr(draft, name) for name in service.EDITABLE}
        service.edit(ctx, draft, kept | {"language": "es"})
        assert draft.reason == LETTERS["es"]
        service.edit(ctx, draft, kept | {"language": "en", "reason": "Awa tells us that you know markets."})
        assert draft.reason == "Awa tells us that you know markets."


def test_too_little_time_and_a_language_that_is_gone_are_not_passed_on(work: Work) -> None:
    with work() as ctx:
        event = make_event(ctx)
        first = make_invitation(ctx, event, language="fr", answer_by_at=ctx.now + timedelta(days=6))
        event.languages = ["en", "es"]
        draft = propose(ctx, first, "Bo")
        assert (draft.answer_by_at, draft.language) == (None, "en")
        service.send(ctx, draft)


def test_the_chain_shows_everybody_in_order_with_states_in_two_queries(work: Work) -> None:
    with work() as ctx:
        event = make_event(ctx)
        alone = make_invitation(ctx, event)
        assert delegation.chain_of(ctx, alone) == []
        people = [make_invitation(ctx, event, name="A")]
        for name in ("B", "C"):
            people.append(propose(ctx, people[-1], name))
            service.send(ctx, people[-1])
        registration = make_registration(ctx, event, invitation=people[-1], state=State.APPROVED)
        people[-1].state = InvitationState.ACCEPTED
        ctx.session.flush()
        count: list[str] = []
        sqlalchemy_event.listen(db.engine, "before_cursor_execute", lambda *args: count.append(args[2]))
        for here in people:
            count.clear()
            chain = delegation.chain_of(ctx, here)
            assert len(count) == 2
            assert [link.invitation.name for link in chain] == ["A", "B", "C"]
            assert [link.here for link in chain] == [each is here for each in people]
            assert [link.participation for link in chain] == [None, None, ("good", "Confirmed")]
        assert registration.invitation.delegated_from is people[1]


def test_whoever_proposed_can_be_proposed_again(work: Work) -> None:
    with work() as ctx:
        event = make_event(ctx)
        first = make_invitation(ctx, event, name="A", email="a@example.org")
        second = propose(ctx, first, "B")
        service.send(ctx, second)
        again = propose(ctx, second, "A")
        assert again.id != first.id
        assert [(link.invitation.name, link.again) for link in delegation.chain_of(ctx, again)] == [
            ("A", False),
            ("B", False),
            ("A", True),
        ]
        service.send(ctx, again)
        service.accept(ctx, again)


def test_organisers_see_that_the_colleague_had_an_invitation(work: Work) -> None:
    with work() as ctx:
        event = make_event(ctx)
        standing = make_invitation(ctx, event, email="bo@example.org")
        first = make_invitation(ctx, event)
        assert service.decline(ctx, first, instead=Colleague("Bo", "Bo@example.org ")) is None
        assert delegation.find_standing(ctx, event, first) is standing
        assert delegation.chain_of(ctx, first) == []
        assert delegation.find_standing(ctx, event, standing) is None


def test_a_proposal_is_declined_kindly_and_can_be_taken_up_again(work: Work) -> None:
    with work() as ctx:
        event = make_event(ctx)
        first = make_invitation(ctx, event, name="Awa Ba", language="fr", email="awa@example.org")
        draft = propose(ctx, first, "Bo")
        assert queries.count_proposals(ctx, event) == 1
        with pytest.raises(Conflict):
            service.delete_draft(ctx, draft)
        proposals.decline_proposal(ctx, draft, sentence="Venez l’an prochain.")
        (thanks,) = mails(ctx)
        assert (thanks.recipient, thanks.language, thanks.links) == ("awa@example.org", "fr", {})
        assert "Venez l’an prochain." in thanks.text_body
        assert "Bo" in thanks.text_body
        chain = delegation.chain_of(ctx, first)
        assert [link.is_declined_proposal for link in chain] == [False, True]
        assert queries.count_proposals(ctx, event) == 0
        with pytest.raises(Conflict):
            proposals.decline_proposal(ctx, draft)
        service.reopen(ctx, draft)
        proposals.decline_proposal(ctx, draft, tell=False)
        assert len(mails(ctx)) == 1, "nobody is told"
        service.reopen(ctx, draft)
        service.send(ctx, draft)
        with pytest.raises(Conflict):
            proposals.decline_proposal(ctx, draft)


def test_a_letter_that_went_out_is_no_longer_a_proposal(work: Work) -> None:
    with work() as ctx:
        event = make_event(ctx)
        first = make_invitation(ctx, event)
        draft = propose(ctx, first, "Bo")
        filters = queries.Filters(proposed=True, state=InvitationState.DRAFT)
        assert [each.id for each in queries.page_of_invitations(ctx, event, filters, 1).rows] == [draft.id]
        service.send(ctx, draft)
        assert queries.count_proposals(ctx, ctx.session.get_one(Event, event.id)) == 0
