"""One person's rows in an event: what taking one's data along reads is what erasing deletes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from eventapp.core.context import Context
from eventapp.events.models import Event
from eventapp.invitations import messages as letters
from eventapp.invitations import retention as invitation_retention
from eventapp.invitations.models import Interest, Invitation
from eventapp.registrations import messages as registration_mails
from eventapp.registrations import retention as registration_retention
from eventapp.registrations.checkin.models import CheckIn
from eventapp.registrations.models import Registration
from eventapp.registrations.personal_data import messages, queries
from eventapp.registrations.personal_data.hooks import Person
from eventapp.registrations.personal_data.models import ErasureRequest


@dataclass(frozen=True)
class Rows:
    """Everything in the lower rooms that names the person."""

    event: Event
    invitations: Sequence[Invitation]
    registrations: Sequence[Registration]
    interests: Sequence[Interest]
    check_ins: Sequence[CheckIn]
    requests: Sequence[ErasureRequest]
    addresses: frozenset[str]  # none that another participant uses too, such as an office's

    @property
    def invitation_ids(self) -> list[int]:
        """Return the numbers of the person's invitations."""
        return [each.id for each in self.invitations]

    @property
    def registration_ids(self) -> list[int]:
        """Return the numbers of the person's registrations."""
        return [each.id for each in self.registrations]

    @property
    def things(self) -> dict[str, list[int]]:
        """Return by what the audit knows the person, apart from requests, which name nobody."""
        return {
            Invitation.__tablename__: self.invitation_ids,
            Registration.__tablename__: self.registration_ids,
            Interest.__tablename__: [each.id for each in self.interests],
            CheckIn.__tablename__: [each.id for each in self.check_ins],
        }

    @property
    def abouts(self) -> frozenset[str]:
        """Return by what the outbox knows the person."""
        found = {letters.about(each) for each in self.invitations}
        found |= {registration_mails.about(each) for each in self.registrations}
        found |= {letters.about_interest(each) for each in self.interests}
        found |= {messages.about(each) for each in self.requests}
        return frozenset(found)

    @property
    def person(self) -> Person:
        """Return the person for rooms above."""
        named = {each.name for each in self.invitations} | {each.name for each in self.registrations}
        return Person(
            event=self.event,
            invitation_ids=self.invitation_ids,
            registration_ids=self.registration_ids,
            addresses=self.addresses,
            names=frozenset(named | {each.name for each in self.interests}) - {""},
        )


def rows_of(ctx: Context, event: Event, own: Sequence[Invitation]) -> Rows:
    """Return the rows of the person who holds the invitations."""
    ids = [each.id for each in own]
    registrations = registration_retention.list_of(ctx, ids)
    addresses = frozenset(_only_theirs(ctx, event, own, registrations))
    return Rows(
        event=event,
        invitations=own,
        registrations=registrations,
        interests=invitation_retention.list_interests_of(ctx, event.id, addresses),
        check_ins=queries.list_check_ins(ctx, [each.id for each in registrations]),
        requests=queries.list_of_person(ctx, ids),
        addresses=addresses,
    )


def _only_theirs(
    ctx: Context, event: Event, own: Sequence[Invitation], registrations: Sequence[Registration]
) -> set[str]:
    addresses = {each.email for each in own} | {each.email for each in registrations}
    ids = [each.id for each in own]
    others_invited = select(Invitation.email).where(
        Invitation.event_id == event.id, Invitation.email.in_(addresses), Invitation.id.not_in(ids)
    )
    others_registered = select(Registration.email).where(
        Registration.event_id == event.id,
        Registration.email.in_(addresses),
        Registration.invitation_id.not_in(ids),
    )
    shared = {*ctx.session.scalars(others_invited), *ctx.session.scalars(others_registered)}
    return addresses - shared - {""}
