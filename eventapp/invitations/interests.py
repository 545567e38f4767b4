"""Commands about expressions of interest: record, confirm, invite, decline kindly."""

from __future__ import annotations

from typing import TypedDict

from flask_babel import gettext as _
from sqlalchemy import func, select

from eventapp.core import audit
from eventapp.core.context import Context
from eventapp.core.errors import Conflict, DomainError
from eventapp.events.models import Event, Theme
from eventapp.events.states import EventState
from eventapp.invitations import messages, queries, rules, service
from eventapp.invitations.models import Interest, Invitation
from eventapp.invitations.service import InvitationValues
from eventapp.invitations.states import INTEREST_MACHINE, InterestAction, InterestState, InvitationState
from eventapp.mail import service as mail
from eventapp.mail.models import OutboxMessage


class InterestValues(TypedDict, total=False):
    """What somebody who would like to come says."""

    email: str
    name: str
    organisation: str
    country: str
    motivation: str
    theme_id: int | None
    language: str


def is_open(ctx: Context, event: Event) -> bool:
    """Tell whether interest in the event can be expressed."""
    return event.state is EventState.PUBLISHED and not rules.is_past(event.ends_on, event.timezone, ctx.now)


def record_interest(ctx: Context, event: Event, values: InterestValues) -> Interest | None:
    """Keep what somebody says, unconfirmed, and mail the link that confirms the address.

    Somebody invited already is mailed their personal link instead and None is returned; what was confirmed before
    stays as it is. The caller answers alike in all these cases. Raises `Conflict` when interest is closed.
    """
    if not is_open(ctx, event):
        raise Conflict(_("Interest in this event can no longer be expressed."))
    email = values["email"].strip().lower()
    theme_id = values.get("theme_id")
    if theme_id is not None and not _has_theme(ctx, event, theme_id):
        raise DomainError(_("Choose one of the event’s themes."), field="theme_id")
    invited = queries.find_active(ctx, event, email)
    if invited is not None and invited.state is not InvitationState.DRAFT:
        service.mail_link_again(ctx, invited)
        return None
    interest = queries.find_interest(ctx, event, email)
    if interest is not None and interest.state is not InterestState.UNCONFIRMED:
        return interest
    if interest is None:
        interest = Interest(event_id=event.id, state=InterestState.UNCONFIRMED, created_at=ctx.now)
        ctx.session.add(interest)
    for name, value in {**values, "email": email}.items():
        setattr(interest, name, value)
    ctx.session.flush()
    if not _mailed_lately(ctx, interest):
        audit.record(ctx, interest, "express")
        mail.enqueue(ctx, messages.interest_recorded(ctx, interest))
    return interest


def confirm_interest(ctx: Context, interest: Interest) -> None:
    """Record that the address is the person's own; a second click changes nothing."""
    queries.lock(ctx, interest)
    if interest.state is not InterestState.UNCONFIRMED:
        return
    INTEREST_MACHINE.move(ctx, interest, InterestAction.CONFIRM)
    interest.confirmed_at = ctx.now


def invite_interested(ctx: Context, interest: Interest, values: InvitationValues | None = None) -> Invitation:
    """Write a draft invitation for the person, prefilled from what they said.

    Raises `AlreadyInvited`, and `IllegalMove` when somebody else answered first.
    """
    queries.lock(ctx, interest)
    INTEREST_MACHINE.move(ctx, interest, InterestAction.INVITE)
    interest.answered_at = ctx.now
    prefilled: InvitationValues = {
        "email": interest.email,
        "name": interest.name,
        "organisation": interest.organisation,
        "country": interest.country,
        "language": interest.language,
    }
    return service.invite(ctx, interest.event, {**prefilled, **(values or {})}, interest_id=interest.id)


def decline_interest(ctx: Context, interest: Interest, sentence: str = "") -> None:
    """Decline kindly by mail, with a sentence of the organisers' own if given."""
    queries.lock(ctx, interest)
    INTEREST_MACHINE.move(ctx, interest, InterestAction.DECLINE)
    interest.answered_at = ctx.now
    mail.enqueue(ctx, messages.interest_declined(ctx, interest, sentence))


def _has_theme(ctx: Context, event: Event, theme_id: int) -> bool:
    where = (Theme.id == theme_id, Theme.event_id == event.id)
    return bool(ctx.session.scalar(select(func.count()).select_from(Theme).where(*where)))


def _mailed_lately(ctx: Context, interest: Interest) -> bool:
    recently = (
        OutboxMessage.about == messages.about_interest(interest),
        OutboxMessage.kind == messages.INTEREST_CONFIRM,
        OutboxMessage.created_at > ctx.now - rules.CONFIRM_COOLDOWN,
    )
    return bool(ctx.session.scalar(select(func.count()).select_from(OutboxMessage).where(*recently)))
