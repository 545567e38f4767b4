"""Roles of people in an event, on both engines."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from eventapp.accounts.models import Account
from eventapp.core.access import Role
from eventapp.core.errors import Conflict, DomainError
from eventapp.events import people, queries
from eventapp.events.models import Event, Membership
from eventapp.mail.models import OutboxMessage
from tests.support.factories import make_account, make_event, make_member


def test_a_new_person_gets_account_role_and_mail(work: Any, read: Any) -> None:
    with work() as ctx:
        event = make_event(ctx, languages=["fr", "en"])
        people.give_role(ctx, event, "Rosa@Example.org", "Rosa Martí", Role.RAPPORTEUR)
    with read() as ctx:
        account = ctx.session.scalars(select(Account).where(Account.email == "rosa@example.org")).one()
        assert account.language == "fr"
        assert queries.roles_of(ctx.session, event.id, account.id) == {Role.RAPPORTEUR}
        message = ctx.session.scalars(select(OutboxMessage)).one()
        assert message.recipient == "rosa@example.org"
        assert message.kind == "events/role_given"
        assert "/sign-in" in message.text_body
        assert "/sign-in" in message.html_body


def test_a_known_person_keeps_their_name(work: Any) -> None:
    with work() as ctx:
        event, account = make_event(ctx), make_account(ctx, name="Known Name")
        given = people.give_role(ctx, event, account.email, "Other Name", Role.DESK)
        assert given.account.name == "Known Name"


def test_an_unknown_person_needs_a_name(work: Any) -> None:
    with pytest.raises(DomainError) as refused, work() as ctx:
        people.give_role(ctx, make_event(ctx), "new@example.org", "", Role.DESK)
    assert refused.value.field == "name"


def test_the_same_role_twice_is_refused(work: Any) -> None:
    with pytest.raises(DomainError) as refused, work() as ctx:
        event = make_event(ctx)
        account = make_member(ctx, event, Role.DESK)
        people.give_role(ctx, event, account.email, "", Role.DESK)
    assert refused.value.field == "role"


def test_the_last_owner_stays(work: Any) -> None:
    with work() as ctx:
        event = make_event(ctx)
        event_id = event.id
        first = make_member(ctx, event, Role.OWNER)
        only = ctx.session.scalars(select(Membership).where(Membership.account_id == first.id)).one()
    with pytest.raises(Conflict), work() as ctx:
        event = ctx.session.get_one(Event, event_id)
        people.take_role(ctx, event, queries.get_membership(ctx, event, only.id))
    with work() as ctx:
        event = ctx.session.get_one(Event, event_id)
        make_member(ctx, event, Role.OWNER)
        people.take_role(ctx, event, queries.get_membership(ctx, event, only.id))
        assert queries.roles_of(ctx.session, event.id, first.id) == frozenset()
