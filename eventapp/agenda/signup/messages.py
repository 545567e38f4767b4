"""The mails about sessions that one signed up for, as drafts for the outbox, in the language the person chose."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from eventapp.agenda import words
from eventapp.agenda.signup.models import SignUp
from eventapp.agenda.snapshot import SessionEntry, Snapshot
from eventapp.core.context import Context
from eventapp.core.languages import interface_language
from eventapp.core.tokens import Purpose
from eventapp.invitations.states import InvitationState
from eventapp.mail.drafts import PERSONAL_LINK, AttachmentRef, Draft, PersonalLinkRef
from eventapp.registrations.models import Registration

SESSION_ENTRY = "agenda.session_entry"
SESSION_CANCELLATION = "agenda.session_cancellation"


class Left(StrEnum):
    """Why somebody is no longer signed up."""

    BY_CHOICE = "by_choice"
    EXCHANGED = "exchanged"
    TAKEN_OUT = "taken_out"
    PARTICIPATION_ENDED = "participation_ended"
    NOT_REMOTELY = "not_remotely"
    NOT_STREAMED = "not_streamed"
    CANCELLED = "cancelled"
    NO_PLACE_IN_THE_ROOM = "no_place_in_the_room"


def about(sign_up: SignUp) -> str:
    """Return the name under which unsent mails of a sign-up are called back."""
    return f"session-sign-up:{sign_up.id}"


def entry(ctx: Context, sign_up: SignUp, *, cancelled: bool = False) -> AttachmentRef:
    """Return the session's entry for the person's calendar, or what takes it out again; its SEQUENCE only grows.

    Whoever mails the entry anew for another release leaves `revision` alone: the release's number is part of it.
    """
    latest = sign_up.revision - 1 if sign_up.is_entered and not cancelled else sign_up.revision
    return AttachmentRef(
        SESSION_CANCELLATION if cancelled else SESSION_ENTRY,
        {
            "registration_id": sign_up.registration_id,
            "session_id": sign_up.session_id,
            "revision": latest,
            "at": ctx.now.isoformat(),
        },
    )


def session_chosen(
    ctx: Context, sign_up: SignUp, snapshot: Snapshot, session: SessionEntry, *, moved_up: bool, reason: str
) -> Draft:
    """Confirm the place in a session, with the entry for the calendar."""
    return _draft(
        sign_up.registration,
        "session_chosen",
        lambda title: _("Your place is confirmed: %(session)s", session=title),
        snapshot,
        session,
        about=about(sign_up),
        attachments=(entry(ctx, sign_up),),
        moved_up=moved_up,
        reason=reason,
    )


def session_waited_for(sign_up: SignUp, snapshot: Snapshot, session: SessionEntry) -> Draft:
    """Say that the session is full, and that a place that becomes free comes by itself."""
    return _draft(
        sign_up.registration,
        "session_waited_for",
        lambda title: _("You are on the waiting list: %(event)s", event=title),
        snapshot,
        session,
        about=about(sign_up),
    )


def session_passed_over(
    sign_up: SignUp, snapshot: Snapshot, session: SessionEntry, in_the_way: Sequence[SessionEntry]
) -> Draft:
    """Say that a place was free, but the person is elsewhere at that time."""
    language = language_of(sign_up.registration)
    return _draft(
        sign_up.registration,
        "session_passed_over",
        lambda title: _("A place became free, but you are elsewhere then: %(session)s", session=title),
        snapshot,
        session,
        about=about(sign_up),
        others=[each.title.text(language) for each in in_the_way],
    )


def sessions_left(
    ctx: Context,
    registration: Registration,
    snapshot: Snapshot,
    left: Sequence[tuple[SignUp, SessionEntry]],
    why: Left,
    *,
    reason: str,
) -> Draft:
    """Say that the person is no longer signed up, and take the entries out of the calendar."""
    language = language_of(registration)
    attachments = [entry(ctx, sign_up, cancelled=True) for sign_up, _session in left if sign_up.is_entered]
    with force_locale(language):
        lines = [f"{each.title.text(language)} ({_when(each, language)})" for _sign_up, each in left]
    return _draft(
        registration,
        "sessions_left",
        lambda title: (
            _("You are no longer signed up: %(session)s", session=title)
            if len(left) == 1
            else _("You are no longer signed up for these sessions")
        ),
        snapshot,
        left[0][1],
        about=about(left[0][0]) if len(left) == 1 else f"session-sign-ups:{registration.id}",
        attachments=attachments,
        lines=lines,
        why=why.value,
        reason=reason,
        entered=bool(attachments),
    )


def language_of(registration: Registration) -> str:
    """Return the language in which the person is written to."""
    return interface_language(registration.language)


def _when(session: SessionEntry, language: str) -> str:
    return f"{words.day(session.starts_local.date(), language)}, {words.span(session.starts_local, session.ends_local)}"


def _draft(
    registration: Registration,
    message: str,
    subject: Callable[[str], str],
    snapshot: Snapshot,
    session: SessionEntry,
    *,
    about: str,
    attachments: Sequence[AttachmentRef] = (),
    **values: Any,
) -> Draft:
    event, language = registration.event, language_of(registration)
    link_lives = registration.invitation.state is not InvitationState.REVOKED
    links = {PERSONAL_LINK: PersonalLinkRef(Purpose.PARTICIPATION, registration.invitation_id)} if link_lives else {}
    with force_locale(language):
        title = session.title.text(language)
        return Draft(
            kind=f"agenda/{message}",
            recipient=registration.email,
            recipient_name=registration.name,
            language=language,
            subject=subject(title),
            values={
                "event": event,
                "registration": registration,
                "title": title,
                "when": f"{_when(session, language)}, {words.zone(snapshot, language)}",
                "where": words.location(snapshot, session, language),
                **values,
            },
            event_id=event.id,
            reply_to=event.contact_email,
            about=about,
            links=links,
            attachments=attachments,
        )
