"""Where one's participation stands, in words: what it is, what it means, what to do next and by when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from flask_babel import gettext as _

from eventapp.core.context import Context
from eventapp.core.formatting import day_in_words, moment_in_words, short_day_in_words, zone_in_words
from eventapp.core.wall_time import to_wall
from eventapp.events.models import Event
from eventapp.events.states import EventState
from eventapp.invitations.models import Invitation
from eventapp.registrations import again, queries
from eventapp.registrations.models import Registration
from eventapp.registrations.states import ENDED, Mode, State


class StepState(StrEnum):
    """Whether a step lies behind, is where one stands, or is still to come."""

    DONE = "done"
    HERE = "here"
    NEXT = "next"


class Step(NamedTuple):
    """One step on the way to the event."""

    state: StepState
    words: str
    note: str


@dataclass(frozen=True)
class Rule:
    """What to do about travel now."""

    title: str
    text: str
    confirmed: bool = False


def status_of(ctx: Context, invitation: Invitation) -> tuple[str, str] | None:
    """Return headline and meaning of the participation behind an invitation, or None while the form is to be sent."""
    registration = queries.find_registration(ctx, invitation.id)
    if registration is None or again.invited_again(ctx, registration):
        return None
    position = queries.waitlist_position(ctx, registration)
    return headline(registration), meaning(registration, ctx.now, ctx.language, position)


def headline(registration: Registration) -> str:
    """Return the state in a few large words."""
    if registration.event.state is EventState.CANCELLED and registration.state not in ENDED:
        return str(_("This event was cancelled"))
    if again.ended_with_invitation(registration):
        return str(_("Your invitation was taken back"))
    texts: Mapping[State, str] = {
        State.SUBMITTED: _("We have received your registration"),
        State.APPROVED: _("Your participation is confirmed"),
        State.WAITLISTED: _("You are on the waiting list"),
        State.OFFERED: _("A seat is kept for you"),
        State.DECLINED: _("We cannot offer you a place"),
        State.WITHDRAWN: _("You have withdrawn"),
        State.LAPSED: _("The offered seat is no longer kept for you"),
        State.REVOKED: _("Your participation is no longer confirmed"),
    }
    return texts[registration.state]


def meaning(registration: Registration, now: datetime, language: str, position: int | None = None) -> str:
    """Return the sentence that says what the state means for the person."""
    event = registration.event
    contact = event.contact_email
    if event.state is EventState.CANCELLED and registration.state not in ENDED:
        return str(_("It does not take place. Write to %(address)s if you have booked something.", address=contact))
    match registration.state:
        case State.SUBMITTED:
            return _answer_by(event, now, language)
        case State.APPROVED if _is_over(event, now):
            return str(_("The event is over."))
        case State.APPROVED if registration.mode is Mode.REMOTE and _has_begun(event, now):
            return str(_("You take part remotely."))
        case State.APPROVED if registration.mode is Mode.REMOTE:
            return str(_("You take part remotely. You will find the connection here before the event begins."))
        case State.APPROVED:
            return str(_("Your seat in %(place)s is kept for you.", place=event.place.text(language)))
        case State.WAITLISTED if position is not None:
            return str(
                _(
                    "Your place on the list is number %(position)s. If a seat becomes free, the organisers will "
                    "write to you.",
                    position=position,
                )
            )
        case State.WAITLISTED:
            return str(_("If a seat becomes free, the organisers will write to you."))
        case State.OFFERED:
            return _offer_meaning(registration, now, language)
        case State.DECLINED:
            return str(_("There were more good reasons to come than there are seats. Thank you for your interest."))
        case State.WITHDRAWN if not again.ended_with_invitation(registration):
            return str(_("Thank you for telling us. If this was a mistake, write to %(address)s.", address=contact))
        case State.LAPSED:
            return str(
                _("We did not hear from you in time. If you have a question, write to %(address)s.", address=contact)
            )
        case State.REVOKED | State.WITHDRAWN:
            return str(_("If you have a question, write to %(address)s.", address=contact))


def _offer_meaning(registration: Registration, now: datetime, language: str) -> str:
    event, until = registration.event, registration.offer_expires_at
    if until is None or now >= until:
        address = event.contact_email
        return str(_("The time to answer is over. If you have a question, write to %(address)s.", address=address))
    return str(
        _(
            "Please answer by %(moment)s (%(zone)s). Without an answer the seat is no longer kept for you.",
            moment=moment_in_words(until, event.timezone, language),
            zone=zone_in_words(event.timezone, language, until),
        )
    )


def _has_begun(event: Event, now: datetime) -> bool:
    return to_wall(now, event.timezone).date() >= event.starts_on


def _is_over(event: Event, now: datetime) -> bool:
    return to_wall(now, event.timezone).date() > event.ends_on


def _answer_by(event: Event, now: datetime, language: str) -> str:
    if event.decisions_by is None or to_wall(now, event.timezone).date() > event.decisions_by:
        return str(_("The organisers will answer you by mail."))
    day = day_in_words(event.decisions_by, language)
    return str(_("The organisers will answer you by %(day)s at the latest.", day=day))


def travel_rule(registration: Registration | None, event: Event, now: datetime, language: str) -> Rule | None:
    """Return what to do about travel: nothing before the confirmation; None when there is nothing to say."""
    if event.state is EventState.CANCELLED or _is_over(event, now):
        return None
    if registration is None or registration.state not in {*ENDED, State.APPROVED}:
        return Rule(_("Do not book travel yet."), event.travel_rule.text(language))
    if registration.state in ENDED:
        return Rule(_("Please make no travel arrangements."), _("Your registration does not hold a place."))
    if registration.mode is Mode.REMOTE:
        return None
    return Rule(
        _("You may now book your travel."),
        _("If you cannot come after all, tell us soon, so that somebody else can have the seat."),
        confirmed=True,
    )


def steps(registration: Registration, now: datetime, language: str) -> list[Step]:
    """Return the way from the registration to the event; empty once the registration has ended."""
    event = registration.event
    if registration.state in ENDED or event.state is EventState.CANCELLED:
        return []
    confirmed = registration.state is State.APPROVED
    over = _is_over(event, now)
    sent = moment_in_words(registration.submitted_at, event.timezone, language)
    decided = registration.decided_at if confirmed else None
    decision = (
        moment_in_words(decided, event.timezone, language) if decided else _decision_note(registration, now, language)
    )
    on_site = registration.mode is Mode.IN_PERSON
    here_or_done = StepState.DONE if over else StepState.HERE
    return [
        Step(StepState.DONE, _("Registration sent"), sent),
        Step(StepState.DONE if confirmed else StepState.HERE, _("Decision of the organisers"), decision),
        Step(
            here_or_done if confirmed else StepState.NEXT,
            _("Confirmation and travel") if on_site else _("Confirmation"),
            _travel_note(confirmed) if on_site and not over else "",
        ),
        Step(
            StepState.DONE if over else StepState.NEXT,
            event.place.text(language) if on_site else _("The event, online"),
            short_day_in_words(event.starts_on, language),
        ),
    ]


def _decision_note(registration: Registration, now: datetime, language: str) -> str:
    event = registration.event
    if registration.state is State.WAITLISTED:
        return str(_("you are on the waiting list"))
    if registration.state is State.OFFERED and registration.offer_expires_at is not None:
        until = moment_in_words(registration.offer_expires_at, event.timezone, language)
        return str(_("a seat is kept for you until %(moment)s", moment=until))
    if event.decisions_by is None or to_wall(now, event.timezone).date() > event.decisions_by:
        return ""
    return str(_("by %(day)s", day=short_day_in_words(event.decisions_by, language)))


def _travel_note(confirmed: bool) -> str:
    return str(_("you may book now") if confirmed else _("only then arrange your travel"))
