"""Mails about the one idea that somebody takes home."""

from __future__ import annotations

from dataclasses import replace

from flask_babel import gettext as _

from eventapp.core.tokens import Purpose
from eventapp.events.models import Event
from eventapp.mail.drafts import Draft, PersonalLinkRef
from eventapp.notes.drafts import to_participant
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
    later = rules.comes_to_second_question(event.retention_days)
    return _with_own_link(
        take_home,
        to_participant(
            event,
            registration,
            "take_home_asked",
            lambda title: str(_("%(event)s: which idea do you take home?", event=title)),
            lambda _language: {"asks_later": later},
        ),
    )


def take_home_followed_up(event: Event, registration: Registration, take_home: TakeHome) -> Draft:
    """Ask, after 90 days, what became of the idea."""
    return _with_own_link(
        take_home,
        to_participant(
            event,
            registration,
            "take_home_followed_up",
            lambda title: str(_("%(event)s: what became of your idea?", event=title)),
            lambda _language: {"idea": take_home.idea},
        ),
    )


def _with_own_link(take_home: TakeHome, draft: Draft) -> Draft:
    """Lead to the question instead of the participation, which may have ended, and to the end of such mails."""
    return replace(
        draft,
        links={"follow_up": PersonalLinkRef(Purpose.FOLLOW_UP, take_home.id, "/follow-up/{token}")},
        unsubscribe=PersonalLinkRef(Purpose.FOLLOW_UP, take_home.id, "/follow-up/{token}/stop"),
    )
