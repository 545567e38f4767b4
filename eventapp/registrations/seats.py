"""Seats under one lock: whatever gives or frees one goes through here.

The lock protocol, in one place:

1. `lock_capacity` locks the event's row, as the settings do that change capacities, quotas and reserved seats.
   A command that needs an invitation as well locks it before; a job for several events locks them by ascending id.
2. `locked` reads the registration again: what was read before may be old by now.
3. Seats are counted from the rows, never kept in a counter (`require_seat`, `queries.occupancy_of`).
4. A seat that became free is offered to the waiting list in the same transaction (`waitlist.seat_freed`).
5. Places on limited options of own questions go by the same lock (`questions.places`): taken when the form is sent,
   exchanged when answers change, never giving up the old one before the new one is sure, freed when the registration
   ends (`end`), taken again or dropped when it is reinstated. The form is read under the lock too, and what changes
   the number of places takes the lock first.

On SQLite the unit of work began with BEGIN IMMEDIATE and is alone already.
"""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select

from eventapp.core.context import Context
from eventapp.core.errors import Conflict
from eventapp.events.models import Event
from eventapp.mail import service as mail
from eventapp.registrations import hooks, messages, queries, snapshots
from eventapp.registrations.models import Registration, RegistrationDraft
from eventapp.registrations.questions import files, places
from eventapp.registrations.rules import Full, full_because, moved
from eventapp.registrations.states import MACHINE, Action, Mode


class NoSeatLeft(Conflict):
    """No seat is left; `full` names what is in the way."""

    def __init__(self, full: Full) -> None:
        super().__init__(no_seat_words(full))
        self.full = full


def no_seat_words(full: Full) -> str:
    """Return the sentence that names what is full."""
    sentences: dict[Full, str] = {
        Full.IN_PERSON: _("All seats in person are taken."),
        Full.CATEGORY: _("All seats in person of this category are taken."),
        Full.RESERVED: _("The seats in person that are left are kept for other categories."),
        Full.REMOTE: _("All remote places are taken."),
    }
    return sentences[full]


def lock_capacity(ctx: Context, event_id: int) -> Event:
    """Lock the event's seats until the unit of work ends and return the event as it now stands.

    FOR NO KEY UPDATE: two deciders wait for each other, while rows that only refer to the event can be written.
    """
    return ctx.session.scalars(
        select(Event)
        .where(Event.id == event_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()


def locked(ctx: Context, registration: Registration) -> Event:
    """Lock the event's seats, read the registration again and return the event."""
    event = lock_capacity(ctx, registration.event_id)
    ctx.session.refresh(registration)
    return event


def require_seat(
    ctx: Context, event: Event, mode: Mode, category_id: int, *, freed: tuple[Mode, int] | None = None
) -> None:
    """Raise `NoSeatLeft` unless a seat is free; `freed` is the seat given up in exchange. Needs the lock."""
    occupancy = moved(queries.occupancy_of(ctx, event.id), freed=freed)
    full = full_because(queries.capacity_of(ctx, event), occupancy, mode, category_id)
    if full is not None:
        raise NoSeatLeft(full)


def confirm(ctx: Context, registration: Registration, action: Action, **details: Any) -> None:
    """Confirm the participation by approval, or by an offer that was accepted, and tell the participant."""
    MACHINE.move(ctx, registration, action, **details)
    registration.override_reason = details.get("override_reason", "")
    decided(ctx, registration)
    call_back(ctx, registration)
    mail.enqueue(ctx, messages.participation_confirmed(ctx, registration))


def end(ctx: Context, registration: Registration, action: Action, *, decision_reason: str = "", **details: Any) -> None:
    """End the registration and free its places; who calls tells the participant, and frees the seat if one was held."""
    MACHINE.move(ctx, registration, action, **details)
    places.free(ctx, registration)
    decided(ctx, registration)
    registration.decision_reason = decision_reason
    registration.override_reason = ""
    forget_draft(ctx, registration.invitation_id)
    call_back(ctx, registration)
    for listener in hooks.ended:
        listener(ctx, registration)


def decided(ctx: Context, registration: Registration) -> None:
    """Note when and on which answers it was decided; a place on the waiting list or an offer is over with that."""
    registration.decided_at = registration.updated_at = ctx.now
    snapshots.keep(ctx, registration)
    registration.waitlist_rank = registration.waitlisted_at = None
    registration.offer_expires_at = registration.offer_reminded_at = None


def call_back(ctx: Context, registration: Registration) -> None:
    """Stop mails that have not left: what they say no longer holds."""
    mail.cancel_pending(ctx, about=messages.about(registration))


def discard_draft(ctx: Context, invitation_id: int) -> None:
    """Forget the half-filled form."""
    ctx.session.execute(delete(RegistrationDraft).where(RegistrationDraft.invitation_id == invitation_id))


def forget_draft(ctx: Context, invitation_id: int) -> None:
    """Forget the half-filled form, and the files that only it named."""
    discard_draft(ctx, invitation_id)
    files.tidy(ctx, invitation_id)
