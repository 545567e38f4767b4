"""The waiting list that works by itself: offers in the order of the list, their answers, and how they lapse.

A seat that becomes free is offered to the first person on the list of its mode whom it fits; whoever was passed
over, and why, is recorded with the offer. All of it runs under the event's lock (`seats`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import takewhile
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from eventapp.core import audit
from eventapp.core.context import SYSTEM, Context
from eventapp.core.errors import Conflict, DomainError
from eventapp.events.models import Event
from eventapp.events.states import EventState
from eventapp.mail import service as mail
from eventapp.registrations import hooks, messages, queries, seats
from eventapp.registrations.models import Registration
from eventapp.registrations.rules import (
    Capacity,
    NextOffer,
    Occupancy,
    Waiting,
    Window,
    full_because,
    moved,
    next_offers,
    offer_deadline,
    reminder_due,
)
from eventapp.registrations.states import MACHINE, Action, Mode, State


class OfferOver(Conflict):
    """The time to answer an offer is over."""


class PassesOver(Conflict):
    """People before on the list, whom a free seat fits as well, would be passed over without a word."""


class NoOffersNow(Conflict):
    """Registration is not open, so that no offer could be answered in time."""


def put_on(ctx: Context, registration: Registration) -> None:
    """Put the registration at the end of the list and tell the participant. Needs the lock."""
    MACHINE.move(ctx, registration, Action.WAITLIST)
    seats.decided(ctx, registration)
    registration.waitlist_rank = last_rank(ctx, registration.event_id) + 1
    registration.waitlisted_at = ctx.now
    ctx.session.flush()
    seats.call_back(ctx, registration)
    mail.enqueue(ctx, messages.waitlisted(ctx, registration))


def last_rank(ctx: Context, event_id: int) -> int:
    """Return the rank of the last person on the list, 0 when nobody waits."""
    return (
        ctx.session.scalar(select(func.max(Registration.waitlist_rank)).where(Registration.event_id == event_id)) or 0
    )


def seat_freed(ctx: Context, event: Event, mode: Mode, category_id: int) -> None:
    """Tell whoever listens that a seat is free, and offer it to the list. Needs the lock."""
    for listener in hooks.seat_freed:
        listener(ctx, event, mode, category_id)
    offer_in_rank(ctx, event, mode, 1)


def seats_raised(ctx: Context, event: Event, in_person: int, remote: int) -> None:
    """Offer the seats that a change of the settings added. Needs the lock, which the settings hold."""
    for mode, added in ((Mode.IN_PERSON, in_person), (Mode.REMOTE, remote)):
        offer_in_rank(ctx, event, mode, added)


def registration_opened(ctx: Context, event: Event) -> None:
    """Offer what became free while registration was closed. Needs the lock, which the settings hold."""
    for mode in Mode:
        offer_in_rank(ctx, event, mode, seats_at_most(event, mode))


def fits_now(ctx: Context, event: Event, registration: Registration) -> None:
    """Offer a seat to somebody whose change of mode made one fit, unless somebody before them waits for it too."""
    chosen = _next(ctx, event, registration.mode, 1)
    if chosen and chosen[0].id == registration.id and queries.registration_window(ctx, event) is Window.OPEN:
        _offer(replace(ctx, actor=SYSTEM), event, registration, **_by_itself(chosen[0]))


def offer_in_rank(ctx: Context, event: Event, mode: Mode, count: int) -> int:
    """Offer up to `count` free seats to the people of the mode whom they fit, in their order; return how many.

    Nothing is offered once registration is closed. Needs the lock.
    """
    if count < 1 or queries.registration_window(ctx, event) is not Window.OPEN:
        return 0
    by_itself = replace(ctx, actor=SYSTEM)
    chosen = _next(ctx, event, mode, count)
    for each in chosen:
        _offer(by_itself, event, ctx.session.get_one(Registration, each.id), **_by_itself(each))
    return len(chosen)


def offer_free_seats(ctx: Context, event: Event) -> int:
    """Offer every free seat that fits somebody, in the order of the list, because an organiser says so.

    Raises `NoOffersNow` when registration is not open.
    """
    event = seats.lock_capacity(ctx, event.id)
    _require_window(ctx, event)
    number = 0
    for mode in Mode:
        for each in _next(ctx, event, mode, seats_at_most(event, mode)):
            _offer(ctx, event, ctx.session.get_one(Registration, each.id), **_skipped(each))
            number += 1
    return number


def seats_at_most(event: Event, mode: Mode) -> int:
    """Return how many seats the mode has."""
    return event.capacity_in_person if mode is Mode.IN_PERSON else event.capacity_remote


def offer(ctx: Context, registration: Registration, *, reason: str = "") -> None:
    """Offer a free seat to somebody on the list, by hand.

    Raises `NoSeatLeft`, `NoOffersNow`, and `DomainError` for the field `reason` when people before them, whom the
    seat fits as well, are passed over without one.
    """
    event = seats.locked(ctx, registration)
    MACHINE.target(registration.state, Action.OFFER)
    _require_window(ctx, event)
    seats.require_seat(ctx, event, registration.mode, registration.category_id)
    details = passed_over_by(ctx, event, registration)
    if details and not reason.strip():
        raise DomainError(_("Say why the people before are passed over; it is kept."), field="reason")
    if reason.strip():
        details["reason"] = reason.strip()
    _offer(ctx, event, registration, **details)


def accept(ctx: Context, registration: Registration) -> None:
    """Take the offered seat, at the participant's wish; a second call changes nothing.

    Raises `OfferOver` from the deadline on, whether or not the clock's job has already been there.
    """
    event = seats.locked(ctx, registration)
    if registration.state is State.APPROVED:
        return
    MACHINE.target(registration.state, Action.ACCEPT)
    if is_over(registration, ctx.now) or event.state is EventState.CANCELLED:
        raise OfferOver(_("The time to answer is over; the seat is no longer kept for you."))
    seats.confirm(ctx, registration, Action.ACCEPT)


def pass_on(ctx: Context, registration: Registration) -> None:
    """Pass on the offered seat, at the participant's wish, so that the next person gets it.

    A second call changes nothing.
    """
    event = seats.locked(ctx, registration)
    if registration.state is State.WITHDRAWN:
        return
    seats.end(ctx, registration, Action.PASS)
    mail.enqueue(ctx, messages.withdrawal_confirmed(ctx, registration, had_seat=False, passed=True))
    for listener in hooks.withdrawn:
        listener(ctx, registration)
    seat_freed(ctx, event, registration.mode, registration.category_id)


def lapse_overdue(ctx: Context) -> int:
    """Let offers lapse whose time is over, offer the seats to the next, and return how many lapsed."""
    number = 0
    for event, overdue in _offers_of(ctx, Registration.offer_expires_at <= ctx.now):
        for registration in overdue:
            seats.end(ctx, registration, Action.LAPSE)
            mail.enqueue(ctx, messages.offer_lapsed(ctx, registration))
            seat_freed(ctx, event, registration.mode, registration.category_id)
            number += 1
    return number


def remind(ctx: Context) -> int:
    """Remind, once, everybody whose time to answer is over within a day; return how many."""
    number = 0
    not_yet = Registration.offer_reminded_at.is_(None) & (Registration.offer_expires_at > ctx.now)
    for _event, waiting in _offers_of(ctx, not_yet):
        for registration in waiting:
            offered_at, expires_at = registration.decided_at, registration.offer_expires_at
            due = reminder_due(offered_at, expires_at) if offered_at and expires_at else None
            if due is None or due > ctx.now:
                continue
            registration.offer_reminded_at = ctx.now
            audit.record(ctx, registration, "remind-offer")
            mail.enqueue(ctx, messages.offer_reminder(ctx, registration))
            number += 1
    return number


def move(ctx: Context, registration: Registration, place: int, *, reason: str) -> None:
    """Move somebody to another place on the list of their mode; the others close up or make room.

    Raises `DomainError` for the field `reason` without one, for `place` beyond the list, and `Conflict` when the
    person does not wait any more.
    """
    if not reason.strip():
        raise DomainError(_("Say why; it is kept with the move."), field="reason")
    event = seats.locked(ctx, registration)
    order = list(_read_again(ctx, event, registration.mode))
    if registration not in order:
        raise Conflict(_("This person is no longer on the waiting list."))
    if not 1 <= place <= len(order):
        raise DomainError(_("Choose a rank from 1 to %(last)d.", last=len(order)), field="place")
    ranks = [each.waitlist_rank for each in order]
    before = order.index(registration) + 1
    if place == before:
        return
    order.insert(place - 1, order.pop(before - 1))
    for each, rank in zip(order, ranks, strict=True):
        each.waitlist_rank = rank
    audit.record(ctx, registration, "move-in-rank", {"before": before, "after": place, "reason": reason.strip()})


def is_over(registration: Registration, now: datetime) -> bool:
    """Tell whether the time to answer the offer is over."""
    return registration.offer_expires_at is None or now >= registration.offer_expires_at


def ahead_and_fitting(ctx: Context, event: Event, registration: Registration) -> list[Registration]:
    """Return whom confirming the person would pass over.

    For somebody on the list: who stands before and could be seated now as well. For somebody else: who could be
    seated now, and no longer once this seat is given; while there are seats for all, nobody is passed over.
    """
    line = queries.list_waiting(ctx, event, registration.mode)
    if registration.state is State.WAITLISTED:
        return _fitting(ctx, event, takewhile(lambda each: each.id != registration.id, line))
    capacity, occupancy = queries.capacity_of(ctx, event), queries.occupancy_of(ctx, event.id)
    return left_out(capacity, occupancy, line, (registration.mode, registration.category_id))


def left_out(
    capacity: Capacity,
    occupancy: Occupancy,
    line: Sequence[Registration],
    seat: tuple[Mode, int],
    freed: tuple[Mode, int] | None = None,
) -> list[Registration]:
    """Return who of the line could be seated now, one after the other, and no longer when the seat is given away.

    `freed` is the seat that is given up in exchange.
    """
    waiting = [Waiting(each.id, each.mode, each.category_id) for each in line]
    after = moved(occupancy, given=seat, freed=freed)
    now = {each.id for each in next_offers(capacity, occupancy, waiting, len(waiting))}
    then = {each.id for each in next_offers(capacity, after, waiting, len(waiting))}
    return [each for each in line if each.id in now - then]


def _fitting(ctx: Context, event: Event, line: Iterable[Registration]) -> list[Registration]:
    capacity, occupancy = queries.capacity_of(ctx, event), queries.occupancy_of(ctx, event.id)
    return [each for each in line if full_because(capacity, occupancy, each.mode, each.category_id) is None]


def passing_over(ctx: Context, event: Event, registration: Registration, reason: str) -> dict[str, Any]:
    """Return what to record when somebody is confirmed by hand: who is passed over on the list, and why.

    Raises `PassesOver` when there is somebody and no reason. Needs the lock.
    """
    found = passed_over_by(ctx, event, registration)
    if found and not reason.strip():
        raise PassesOver(_("People on the waiting list fit the seat too. Say why they are passed over."))
    return {**found, "reason": reason.strip()} if found else {}


def passed_over_by(ctx: Context, event: Event, registration: Registration) -> dict[str, Any]:
    """Return what to record of those whom confirming the person passes over. Needs the lock."""
    found = [each.id for each in ahead_and_fitting(ctx, event, registration)]
    return {"passed_over": found} if found else {}


def passed_over(ctx: Context, event: Event, mode: Mode) -> dict[str, Any]:
    """Return what to record when a free seat of the mode is given without a choice of organisers. Needs the lock."""
    found = [each.id for each in _fitting(ctx, event, queries.list_waiting(ctx, event, mode))]
    return {"passed_over": found} if found else {}


def passed_over_by_change(
    ctx: Context, event: Event, before: tuple[Mode, int], after: tuple[Mode, int]
) -> dict[str, Any]:
    """Return what to record when somebody takes another seat, mode and category, for the one held. Needs the lock.

    Within a mode no more seats are taken than before, so that only those count who would be left without one.
    """
    if before[0] is not after[0]:
        return passed_over(ctx, event, after[0])
    capacity, occupancy = queries.capacity_of(ctx, event), queries.occupancy_of(ctx, event.id)
    line = queries.list_waiting(ctx, event, after[0])
    found = [each.id for each in left_out(capacity, occupancy, line, after, before)]
    return {"passed_over": found} if found else {}


def _next(ctx: Context, event: Event, mode: Mode, count: int) -> list[NextOffer]:
    waiting = _read_again(ctx, event, mode)
    if not waiting:
        return []
    line = [Waiting(each.id, each.mode, each.category_id) for each in waiting]
    return next_offers(queries.capacity_of(ctx, event), queries.occupancy_of(ctx, event.id), line, count)


def _read_again(ctx: Context, event: Event, mode: Mode) -> Sequence[Registration]:
    """Return the people who wait as they stand under the lock, whatever was read before it."""
    ctx.session.flush()
    return queries.list_waiting(ctx, event, mode, afresh=True)


def _offer(ctx: Context, event: Event, registration: Registration, **details: Any) -> None:
    until = offer_deadline(ctx.now, event.offer_days, queries.registration_closes(event))
    MACHINE.move(ctx, registration, Action.OFFER, until=until.isoformat(), **details)
    seats.decided(ctx, registration)
    registration.offer_expires_at = until
    ctx.session.flush()
    seats.call_back(ctx, registration)
    mail.enqueue(ctx, messages.seat_offered(ctx, registration))


def _by_itself(chosen: NextOffer) -> dict[str, Any]:
    return {"by_itself": True, **_skipped(chosen)}


def _skipped(chosen: NextOffer) -> dict[str, Any]:
    """Return, for the audit, who stood before the chosen person and why the seat did not fit them."""
    return {"not_fitting": {full.value: list(ids) for full, ids in chosen.skipped.items()}} if chosen.skipped else {}


def _require_window(ctx: Context, event: Event) -> None:
    if queries.registration_window(ctx, event) is not Window.OPEN:
        raise NoOffersNow(
            _("Registration is not open, so no offer could be answered in time. Confirm the person directly instead.")
        )


def _offers_of(ctx: Context, which: Any) -> list[tuple[Event, Sequence[Registration]]]:
    """Return the open offers that are meant, event by event, each event locked; those of cancelled events rest."""
    events = ctx.session.scalars(
        select(Registration.event_id)
        .join(Event, Event.id == Registration.event_id)
        .where(Registration.state == State.OFFERED, Event.state != EventState.CANCELLED, which)
        .distinct()
        .order_by(Registration.event_id)
    ).all()
    return [(event, _offers_in(ctx, event, which)) for event in (seats.lock_capacity(ctx, each) for each in events)]


def _offers_in(ctx: Context, event: Event, which: Any) -> Sequence[Registration]:
    return ctx.session.scalars(
        select(Registration)
        .where(Registration.event_id == event.id, Registration.state == State.OFFERED, which)
        .order_by(Registration.offer_expires_at, Registration.id)
        .execution_options(populate_existing=True)
    ).all()
