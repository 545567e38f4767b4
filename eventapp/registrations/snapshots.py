"""What somebody had answered when it was decided, so that a later change can be shown next to it."""

from __future__ import annotations

from typing import Any

from eventapp.core.context import ActorKind, Context
from eventapp.registrations.answers import saved_from_registration
from eventapp.registrations.models import Registration
from eventapp.registrations.states import ENDED, State

DECIDED = frozenset({State.APPROVED, State.OFFERED, State.WAITLISTED})  # a later change is worth a look
OWN = "own_answers"


def snapshot_of(registration: Registration) -> dict[str, Any]:
    """Return all answers as they are now, in the form's JSON; those to the organisers' own questions under one key."""
    return {**saved_from_registration(registration), OWN: dict(registration.own_answers or {})}


def keep(ctx: Context, registration: Registration) -> None:
    """Keep the answers on which it was decided.

    Only an organiser's decision settles a change that nobody has seen; an offer that goes out by itself, or the
    participant's own acceptance, does not.
    """
    unseen = registration.changed_at is not None and ctx.actor.kind is not ActorKind.STAFF
    if unseen and registration.state not in ENDED:
        return
    take(registration)


def take(registration: Registration) -> None:
    """Take the answers as they are now for those that organisers have seen."""
    registration.decided_answers = snapshot_of(registration)
    registration.changed_at = None


def before_change(registration: Registration) -> None:
    """Keep the answers of somebody who was decided on before answers were kept; called before they change."""
    if registration.state in DECIDED and registration.decided_answers is None:
        take(registration)


def note_change(ctx: Context, registration: Registration) -> None:
    """Note that the answers changed after a decision, or that they are again as they were."""
    if registration.state not in DECIDED or registration.decided_answers is None:
        return
    same = snapshot_of(registration) == registration.decided_answers
    registration.changed_at = None if same else ctx.now
