"""A release's notices as somebody looks them over: who is told what, and each different mail in full."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask_babel import force_locale

from eventapp.agenda.notices import messages
from eventapp.agenda.notices.queries import Recipient
from eventapp.agenda.queries import Released
from eventapp.events.models import Event
from eventapp.mail.rendering import render
from eventapp.mail.words import body_for_others

_NONCE = "0" * 32


@dataclass(frozen=True)
class SameMail:
    """People who get the same mail, but for the name: the news in words, and the mail as the first will read it."""

    language: str
    recipients: Sequence[Recipient]
    news: Sequence[str]
    subject: str
    body: str


def same_mails(recipients: Sequence[Recipient]) -> list[list[Recipient]]:
    """Return the recipients by what they are told and in which language, as they come."""
    groups: dict[object, list[Recipient]] = {}
    for recipient in recipients:
        told = tuple(replace(own, revision=None if own.revision is None else 0) for own in recipient.own)
        groups.setdefault((recipient.language, told, recipient.invitation_id is None), []).append(recipient)
    return list(groups.values())


def shown(event: Event, release: Released, groups: Sequence[Sequence[Recipient]]) -> list[SameMail]:
    """Return the groups with their mail, links that belong to one person alone left out."""
    mails = []
    say = messages.teller(release.snapshot)
    for recipients in groups:
        first = recipients[0]
        rendered = render(messages.own_sessions_changed(event, release, first, about="", say=say), _NONCE)
        with force_locale(first.language):
            news = [say(own, first.language) for own in first.own]
        mails.append(SameMail(first.language, recipients, news, rendered.subject, body_for_others(rendered.text)))
    return mails
