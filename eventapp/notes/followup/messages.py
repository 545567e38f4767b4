"""Mails about the one idea that somebody takes home."""

from __future__ import annotations

from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from eventapp.core.languages import DEFAULT_LANGUAGE, LANGUAGES
from eventapp.core.tokens import Purpose
from eventapp.events.models import Event
from eventapp.mail.drafts import Draft, PersonalLinkRef
from eventapp.notes.followup import rules
from eventapp.notes.followup.models import TakeHome
from eventapp.registrations.models import Registration

ASKED = "notes/take_home_asked"
ASKED_AGAIN = "notes/take_home_followed_up"
KINDS = (ASKED, ASKED_AGAIN)


def about(registration: Registration) -> str:
    """Return by what the outbox knows the mails."""
    return f"registration:{registration.id}"


def take_home_asked(event: Event, registration: Registration, take_home: TakeHome) -> Draft:
    """Ask, the day after the event, for the one idea that somebody takes home."""
    language = language_of(registration)
    with force_locale(language):
        subject = _("%(event)s: which idea do you take home?", event=event.title.text(language))
    later = rules.comes_to_second_question(event.retention_days)
    return _draft(ASKED, event, registration, take_home, subject, {"asks_later": later})


def take_home_followed_up(event: Event, registration: Registration, take_home: TakeHome) -> Draft:
    """Ask, after 90 days, what became of the idea."""
    language = language_of(registration)
    with force_locale(language):
        subject = _("%(event)s: what became of your idea?", event=event.title.text(language))
    return _draft(ASKED_AGAIN, event, registration, take_home, subject, {"idea": take_home.idea})


def language_of(registration: Registration) -> str:
    """Return the language of somebody's mails."""
    return registration.language if registration.language in LANGUAGES else DEFAULT_LANGUAGE


def _draft(
    kind: str, event: Event, registration: Registration, take_home: TakeHome, subject: str, values: dict[str, Any]
) -> Draft:
    return Draft(
        kind=kind,
        recipient=registration.email,
        recipient_name=registration.name,
        language=language_of(registration),
        subject=subject,
        values={"event": event, "name": registration.name, **values},
        event_id=event.id,
        reply_to=event.contact_email,
        about=about(registration),
        links={"follow_up": PersonalLinkRef(Purpose.FOLLOW_UP, take_home.id, "/follow-up/{token}")},
        unsubscribe=PersonalLinkRef(Purpose.FOLLOW_UP, take_home.id, "/follow-up/{token}/stop"),
    )
