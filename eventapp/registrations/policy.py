"""Who may do what with a registration."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from eventapp.core.access import Permission
from eventapp.core.wall_time import to_wall
from eventapp.events.models import Event
from eventapp.events.states import EventState
from eventapp.registrations.models import Registration
from eventapp.registrations.rules import Window
from eventapp.registrations.states import ENDED, MACHINE, Action, Mode, State

# What organisers do by hand; offers, which answer to a deadline, are made elsewhere.
DECISIONS = (Action.APPROVE, Action.WAITLIST, Action.DECLINE, Action.REVOKE, Action.REINSTATE)
BULK = (Action.APPROVE, Action.WAITLIST, Action.DECLINE)


def decisions(registration: Registration, permissions: Collection[Permission]) -> list[Action]:
    """Return the decisions that the state and the reader's role allow."""
    if Permission.REGISTRATIONS_DECIDE not in permissions or registration.event.state is EventState.CANCELLED:
        return []
    return [action for action in DECISIONS if MACHINE.allows(registration.state, action)]


def sees_private_answers(permissions: Collection[Permission]) -> bool:
    """Tell whether the reader sees more than who comes and how: address, food, access, gender, consents."""
    return Permission.REGISTRATIONS_DECIDE in permissions


def sees_sensitive_answers(permissions: Collection[Permission]) -> bool:
    """Tell whether the reader sees answers to own questions that organisers marked as sensitive."""
    return sees_private_answers(permissions) and Permission.PERSONAL_DATA in permissions


def sees_small_counts(permissions: Collection[Permission]) -> bool:
    """Tell whether the reader sees how many people gave an answer even where that points at somebody."""
    return Permission.REGISTRATIONS_DECIDE in permissions


def may_change(registration: Registration, window: Window) -> bool:
    """Tell whether the participant may still change the answers."""
    return window is Window.OPEN and registration.state not in ENDED


def may_answer_offer(registration: Registration, event: Event, now: datetime) -> bool:
    """Tell whether an offered seat waits for the participant's answer."""
    until = registration.offer_expires_at
    offered = registration.state is State.OFFERED and event.state is not EventState.CANCELLED
    return offered and until is not None and now < until


def shows_code(registration: Registration, now: datetime) -> bool:
    """Tell whether the participant needs the code for the door: confirmed in person, and the event is not over."""
    event = registration.event
    seated = registration.state is State.APPROVED and registration.mode is Mode.IN_PERSON
    to_come = event.state is not EventState.CANCELLED and to_wall(now, event.timezone).date() <= event.ends_on
    return seated and to_come


def may_withdraw(registration: Registration, now: datetime) -> bool:
    """Tell whether the participant can still withdraw; from an event that is cancelled or over nobody needs to."""
    event = registration.event
    if event.state is EventState.CANCELLED or to_wall(now, event.timezone).date() > event.ends_on:
        return False
    return MACHINE.allows(registration.state, Action.WITHDRAW)
