"""The mails of this room, as drafts for the outbox, each in its recipient's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from eventapp.core.context import Context
from eventapp.core.tokens import Purpose
from eventapp.events.models import Event
from eventapp.events.states import InstitutionKind
from eventapp.invitations import hooks
from eventapp.invitations.models import Interest, Invitation
from eventapp.mail.drafts import PERSONAL_LINK, Draft, PersonalLinkRef

INVITATION = "invitations/invitation"
REMINDER = "invitations/reminder"
LINK_AGAIN = "invitations/link_again"
REVOKED = "invitations/invitation_revoked"
PROPOSAL_DECLINED = "invitations/proposal_declined"
INTEREST_CONFIRM = "invitations/interest_confirm"
INTEREST_DECLINED = "invitations/interest_declined"


def about(invitation: Invitation) -> str:
    """Return by what the outbox knows the mails of an invitation."""
    return f"invitation:{invitation.id}"


def about_interest(interest: Interest) -> str:
    """Return by what the outbox knows the mails of an expression of interest."""
    return f"interest:{interest.id}"


def hosts(event: Event, language: str) -> list[str]:
    """Return the names of the institutions that invite."""
    return [each.name.text(language) for each in event.institutions if each.kind is InstitutionKind.ORGANISER]


def invited(_ctx: Context, invitation: Invitation) -> Draft:
    """Return the letter of invitation with its personal link."""
    with force_locale(invitation.language):
        subject = _("Your invitation: %(title)s", title=invitation.event.title.text(invitation.language))
    return _to_invitee(invitation, INVITATION, subject)


def reminded(_ctx: Context, invitation: Invitation) -> Draft:
    """Return the reminder of a letter without an answer; it says how to get no more of them."""
    with force_locale(invitation.language):
        subject = _("We hope for your answer: %(title)s", title=invitation.event.title.text(invitation.language))
    stop = PersonalLinkRef(Purpose.NO_REMINDERS, invitation.id, "/unsubscribe/{token}")
    return _to_invitee(invitation, REMINDER, subject, unsubscribe=stop)


def link_asked_for(ctx: Context, invitation: Invitation) -> Draft:
    """Return the mail to somebody who asked for the personal link again."""
    with force_locale(invitation.language):
        subject = _("Your personal link: %(title)s", title=invitation.event.title.text(invitation.language))
    return _to_invitee(invitation, LINK_AGAIN, subject, confirmed=hooks.is_confirmed(ctx, invitation))


def invitation_revoked(_ctx: Context, invitation: Invitation, reason: str) -> Draft:
    """Return the mail that tells somebody, kindly, that the invitation no longer stands."""
    with force_locale(invitation.language):
        subject = _(
            "Your invitation no longer stands: %(title)s", title=invitation.event.title.text(invitation.language)
        )
    return _to_invitee(invitation, REVOKED, subject, with_link=False, reason=reason)


def proposal_declined(_ctx: Context, invitation: Invitation, proposer: Invitation, sentence: str) -> Draft:
    """Return the mail that thanks for a proposed colleague who is not invited."""
    with force_locale(proposer.language):
        subject = _("Your suggestion for %(title)s", title=proposer.event.title.text(proposer.language))
    return _to_invitee(
        proposer, PROPOSAL_DECLINED, subject, with_link=False, colleague=invitation.name, sentence=sentence
    )


def interest_recorded(_ctx: Context, interest: Interest) -> Draft:
    """Return the mail by which somebody confirms the address they gave."""
    with force_locale(interest.language):
        subject = _("Confirm your address: %(title)s", title=interest.event.title.text(interest.language))
    link = PersonalLinkRef(Purpose.INTEREST, interest.id, "/interest/{token}")
    return _to_interested(interest, INTEREST_CONFIRM, subject, {}, {PERSONAL_LINK: link})


def interest_declined(_ctx: Context, interest: Interest, sentence: str) -> Draft:
    """Return the mail that declines kindly, with a sentence of the organisers’ own if there is one."""
    with force_locale(interest.language):
        subject = _("Your interest in %(title)s", title=interest.event.title.text(interest.language))
    return _to_interested(interest, INTEREST_DECLINED, subject, {"sentence": sentence}, {})


def _to_invitee(
    invitation: Invitation,
    kind: str,
    subject: str,
    *,
    with_link: bool = True,
    unsubscribe: PersonalLinkRef | None = None,
    **values: Any,
) -> Draft:
    event = invitation.event
    return Draft(
        kind=kind,
        recipient=invitation.email,
        recipient_name=invitation.name,
        language=invitation.language,
        subject=subject,
        values={
            "event": event,
            "accent": event.accent,
            "invitation": invitation,
            "hosts": hosts(event, invitation.language),
            **values,
        },
        event_id=event.id,
        reply_to=event.contact_email,
        about=about(invitation),
        links={PERSONAL_LINK: PersonalLinkRef(Purpose.PARTICIPATION, invitation.id)} if with_link else {},
        unsubscribe=unsubscribe,
    )


def _to_interested(
    interest: Interest, kind: str, subject: str, values: Mapping[str, Any], links: Mapping[str, PersonalLinkRef]
) -> Draft:
    event = interest.event
    return Draft(
        kind=kind,
        recipient=interest.email,
        recipient_name=interest.name,
        language=interest.language,
        subject=subject,
        values={
            "event": event,
            "accent": event.accent,
            "interest": interest,
            "hosts": hosts(event, interest.language),
            **values,
        },
        event_id=event.id,
        reply_to=event.contact_email,
        about=about_interest(interest),
        links=links,
    )
