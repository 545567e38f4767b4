"""Whom somebody who cannot come proposes instead: the draft for an organiser, and the chain of who asked whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from eventapp.core.audit import AuditEntry
from eventapp.core.context import Context
from eventapp.events.models import Event
from eventapp.invitations import hooks
from eventapp.invitations.models import Invitation
from eventapp.invitations.states import InvitationAction, InvitationState

ENOUGH_TIME = timedelta(days=7)  # to answer by the same moment; with less, the end of registration counts


@dataclass(frozen=True)
class Colleague:
    """Whom somebody who cannot come proposes to invite instead."""

    name: str
    email: str
    organisation: str = ""

    @property
    def address(self) -> str:
        """Return the address as invitations keep it."""
        return self.email.strip().lower()


@dataclass(frozen=True)
class Link:
    """One person in a chain of proposals: the invitation, and where the participation stands, in tone and words."""

    invitation: Invitation
    here: bool
    again: bool  # the same address was invited earlier in the chain
    participation: tuple[str, str] | None = None

    @property
    def is_declined_proposal(self) -> bool:
        """Tell whether organisers did not take the proposal up; no letter ever went out."""
        return self.invitation.state is InvitationState.REVOKED and self.invitation.sent_at is None


def draft_values(ctx: Context, proposer: Invitation, colleague: Colleague) -> dict[str, Any]:
    """Return what the draft for a proposed colleague says, ready to be sent.

    Category, country, language and, while it leaves a week, the time to answer are the proposer's. What was meant for
    the proposer alone is not passed on: the personal message, the confirmation without a decision.
    """
    event, answer_by = proposer.event, proposer.answer_by_at
    language = proposer.language if proposer.language in event.languages else event.first_language
    return {
        "email": colleague.address,
        "name": colleague.name,
        "organisation": colleague.organisation or proposer.organisation,
        "country": proposer.country,
        "category_id": proposer.category_id,
        "language": language,
        "reason": reason_in(proposer, language),
        "answer_by_at": answer_by if answer_by is not None and answer_by - ctx.now >= ENOUGH_TIME else None,
    }


def reason_in(proposer: Invitation, language: str) -> str:
    """Return the sentence of the letter that says who proposed its reader."""
    with force_locale(language):
        if proposer.organisation:
            words = _(
                "%(name)s (%(organisation)s) cannot come and suggested that we invite you.",
                name=proposer.name,
                organisation=proposer.organisation,
            )
        else:
            words = _("%(name)s cannot come and suggested that we invite you.", name=proposer.name)
        return str(words)


def in_the_language_of_the_letter(invitation: Invitation, values: dict[str, Any]) -> dict[str, Any]:
    """Return the values with the sentence that names the proposer in their language, unless somebody rewrote it."""
    proposer, language = invitation.delegated_from, values["language"]
    if proposer is None or values.get("reason") != reason_in(proposer, invitation.language):
        return values
    return {**values, "reason": reason_in(proposer, language)}


def chain_of(ctx: Context, invitation: Invitation) -> list[Link]:
    """Return who was proposed instead of whom, the first invited first, in two queries; empty when nobody was."""
    if invitation.delegated_from_id is None and invitation.state is not InvitationState.DELEGATED:
        return []
    up = (
        select(Invitation.id, Invitation.delegated_from_id)
        .where(Invitation.id == invitation.id)
        .cte("up", recursive=True)
    )
    up = up.union(select(Invitation.id, Invitation.delegated_from_id).join(up, Invitation.id == up.c.delegated_from_id))
    everybody = select(up.c.id).cte("everybody", recursive=True)
    everybody = everybody.union(select(Invitation.id).join(everybody, Invitation.delegated_from_id == everybody.c.id))
    people = ctx.session.scalars(
        select(Invitation).where(Invitation.id.in_(select(everybody.c.id))).order_by(Invitation.id)
    ).all()
    states = hooks.participation_states(ctx, [each.id for each in people])
    return list(_links(people, invitation, states)) if len(people) > 1 else []


def find_standing(ctx: Context, event: Event, invitation: Invitation) -> Invitation | None:
    """Return the invitation that the proposed colleague had already, so that no draft was written."""
    if invitation.state is not InvitationState.DELEGATED:
        return None
    entry = ctx.session.scalar(
        select(AuditEntry)
        .where(
            AuditEntry.event_id == event.id,
            AuditEntry.object_type == Invitation.__tablename__,
            AuditEntry.object_id == invitation.id,
            AuditEntry.action == InvitationAction.DELEGATE.value,
        )
        .order_by(AuditEntry.id.desc())
    )
    standing_id = entry.details.get("standing") if entry is not None else None
    return ctx.session.scalar(select(Invitation).where(Invitation.id == standing_id, Invitation.event_id == event.id))


def _links(people: Sequence[Invitation], here: Invitation, states: dict[int, tuple[str, str]]) -> Iterable[Link]:
    seen: set[str] = set()
    for each in people:
        yield Link(each, each.id == here.id, each.email in seen, states.get(each.id))
        seen.add(each.email)
