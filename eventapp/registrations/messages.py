"""The mails about a registration, as drafts for the outbox, in the language the person chose."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from eventapp.core.context import Context
from eventapp.core.formatting import moment_in_words
from eventapp.core.languages import interface_language
from eventapp.core.tokens import Purpose
from eventapp.core.wall_time import to_wall
from eventapp.invitations import messages as letters
from eventapp.invitations.models import Invitation
from eventapp.invitations.states import InvitationState
from eventapp.mail.drafts import PERSONAL_LINK, AttachmentRef, Draft, PersonalLinkRef
from eventapp.registrations import hooks, own_answers, queries, words
from eventapp.registrations.codes import spaced
from eventapp.registrations.models import Registration
from eventapp.registrations.rules import Window
from eventapp.registrations.states import Mode, State

FORM_KEPT_OPEN = "registrations/form_kept_open"
CONFIRMATION_CALENDAR = "agenda.confirmation_calendar"
CANCELLATION_CALENDAR = "agenda.cancellation_calendar"
PROGRAMME_PDF = "agenda.programme_pdf"
BADGE_CODE = "registrations.badge_code"
BADGE_CODE_ID = "code@eventapp"  # the name by which the mail's HTML shows the picture


def about(registration: Registration) -> str:
    """Return the name under which unsent mails of a registration are called back."""
    return f"registration:{registration.id}"


def registration_received(ctx: Context, registration: Registration) -> Draft:
    """Say that the answers arrived, what happens next and by when."""
    return _draft(
        ctx,
        registration,
        "registration_received",
        lambda title: _("We have received your registration for %(event)s", event=title),
    )


def participation_confirmed(ctx: Context, registration: Registration) -> Draft:
    """Confirm the seat, with calendar entry, programme and the code for the door; before the event one may book."""
    in_person = registration.mode is Mode.IN_PERSON
    return _draft(
        ctx,
        registration,
        "participation_confirmed",
        lambda title: _("Your participation is confirmed: %(event)s", event=title),
        attachments=(
            _calendar(ctx, CONFIRMATION_CALENDAR, registration),
            AttachmentRef(PROGRAMME_PDF, {"event_id": registration.event_id, "language": _language(registration)}),
            *([AttachmentRef(BADGE_CODE, {"registration_id": registration.id})] if in_person else []),
        ),
        code=spaced(registration.code) if in_person else "",
        begun=to_wall(ctx.now, registration.event.timezone).date() >= registration.event.starts_on,
        code_picture=f"cid:{BADGE_CODE_ID}",
        programme=hooks.programme_exists(ctx, registration.event),
    )


def form_kept_open(_ctx: Context, invitation: Invitation, registration: Registration | None) -> Draft:
    """Say until when the form is open for one person, although it is closed for the others."""
    person = registration if registration is not None else invitation
    event, language = invitation.event, interface_language(person.language)
    with force_locale(language):
        return Draft(
            kind=FORM_KEPT_OPEN,
            recipient=person.email,
            recipient_name=person.name,
            language=language,
            subject=_("The form is still open for you: %(event)s", event=event.title.text(language)),
            values={
                "event": event,
                "invitation": invitation,
                "registration": registration,
                "closes_at": queries.form_closes(event, invitation),
                "confirmed": registration is not None and registration.state is State.APPROVED,
            },
            event_id=event.id,
            reply_to=event.contact_email,
            about=letters.about(invitation),
            links={PERSONAL_LINK: PersonalLinkRef(Purpose.PARTICIPATION, invitation.id)},
        )


def waitlisted(ctx: Context, registration: Registration) -> Draft:
    """Say that no seat is free now and where the person stands on the list."""
    return _draft(
        ctx,
        registration,
        "waitlisted",
        lambda title: _("You are on the waiting list: %(event)s", event=title),
        position=queries.waitlist_position(ctx, registration),
    )


def seat_offered(ctx: Context, registration: Registration) -> Draft:
    """Offer a seat to somebody on the waiting list, and say until when it is kept."""
    return _draft(
        ctx,
        registration,
        "seat_offered",
        lambda title: _("A seat is free for you, please answer: %(event)s", event=title),
        until=registration.offer_expires_at,
    )


def offer_reminder(ctx: Context, registration: Registration) -> Draft:
    """Remind somebody that the offered seat waits for an answer, and say until when."""
    event, until = registration.event, registration.offer_expires_at
    return _draft(
        ctx,
        registration,
        "offer_reminder",
        lambda title: _(
            "A seat is kept for you until %(moment)s: %(event)s",
            moment=moment_in_words(until, event.timezone, _language(registration)) if until else "",
            event=title,
        ),
        until=until,
    )


def offer_lapsed(ctx: Context, registration: Registration) -> Draft:
    """Say that the time to answer is over and the seat is no longer kept."""
    return _draft(
        ctx,
        registration,
        "offer_lapsed",
        lambda title: _("The seat is no longer kept for you: %(event)s", event=title),
    )


def declined(ctx: Context, registration: Registration) -> Draft:
    """Say kindly that there is no place."""
    return _draft(
        ctx,
        registration,
        "declined",
        lambda title: _("Your registration for %(event)s: no place this time", event=title),
        reason=registration.decision_reason,
    )


def revoked(ctx: Context, registration: Registration) -> Draft:
    """Say that the confirmation no longer holds, why, and take the calendar entry back."""
    return _draft(
        ctx,
        registration,
        "revoked",
        lambda title: _("Your participation is no longer confirmed: %(event)s", event=title),
        attachments=(_calendar(ctx, CANCELLATION_CALENDAR, registration),),
        reason=registration.decision_reason,
    )


def reinstated(ctx: Context, registration: Registration) -> Draft:
    """Say that the registration is being considered again, and which choice was full by then and fell away."""
    window = queries.registration_window(ctx, registration.event, registration.invitation)
    return _draft(
        ctx,
        registration,
        "reinstated",
        lambda title: _("We are considering your registration again: %(event)s", event=title),
        dropped=own_answers.list_dropped(ctx, registration),
        may_change=window is Window.OPEN,
    )


def withdrawal_confirmed(ctx: Context, registration: Registration, *, had_seat: bool, passed: bool = False) -> Draft:
    """Confirm that the person withdrew, or passed on an offer; take the calendar entry back if there was one."""
    return _draft(
        ctx,
        registration,
        "withdrawal_confirmed",
        lambda title: _("You have withdrawn from %(event)s", event=title),
        attachments=(_calendar(ctx, CANCELLATION_CALENDAR, registration),) if had_seat else (),
        had_seat=had_seat,
        passed=passed,
    )


def event_cancelled(
    ctx: Context, registration: Registration, *, had_seat: bool, more: Sequence[AttachmentRef] = ()
) -> Draft:
    """Say that the event does not take place, and take the calendar entry back if there was one, and `more` with it."""
    return _draft(
        ctx,
        registration,
        "event_cancelled",
        lambda title: _("Cancelled: %(event)s", event=title),
        attachments=(*((_calendar(ctx, CANCELLATION_CALENDAR, registration, later=1),) if had_seat else ()), *more),
        had_seat=had_seat,
    )


def _calendar(ctx: Context, maker: str, registration: Registration, *, later: int = 0) -> AttachmentRef:
    """Return the calendar entry; its number grows, so that calendars take approve, revoke, approve in order."""
    sequence = max(0, queries.count_confirmations(ctx, registration) - 1) + later
    return AttachmentRef(maker, {"registration_id": registration.id, "sequence": sequence})


def _language(registration: Registration) -> str:
    return interface_language(registration.language)


def _draft(
    ctx: Context,
    registration: Registration,
    message: str,
    subject: Callable[[str], str],
    *,
    attachments: Sequence[AttachmentRef] = (),
    **values: Any,
) -> Draft:
    event, language = registration.event, _language(registration)
    link_lives = registration.invitation.state is not InvitationState.REVOKED
    links = {PERSONAL_LINK: PersonalLinkRef(Purpose.PARTICIPATION, registration.invitation_id)} if link_lives else {}
    with force_locale(language):
        return Draft(
            kind=f"registrations/{message}",
            recipient=registration.email,
            recipient_name=registration.name,
            language=language,
            subject=subject(event.title.text(language)),
            values={
                "event": event,
                "registration": registration,
                "closes_at": queries.form_closes(event, registration.invitation),
                "today": to_wall(ctx.now, event.timezone).date(),
                "remote": registration.mode is Mode.REMOTE,
                "how": str(words.MODE[registration.mode]),
                "place": ", ".join(filter(None, (event.place.text(language), event.venue.text(language)))),
                **values,
            },
            event_id=event.id,
            reply_to=event.contact_email,
            about=about(registration),
            links=links,
            attachments=attachments,
        )
