"""Reads of registrations, seats and half-filled forms."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from flask_babel import gettext as _
from flask_babel.speaklater import LazyString
from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload

from eventapp.core.audit import AuditEntry
from eventapp.core.context import Context
from eventapp.core.errors import NotFound
from eventapp.core.translated import Translated
from eventapp.core.wall_time import to_instant
from eventapp.events.models import Category, Event
from eventapp.events.states import EventState
from eventapp.invitations.models import Invitation
from eventapp.registrations import words
from eventapp.registrations.models import Registration, RegistrationDraft
from eventapp.registrations.rules import Capacity, CategorySeats, Occupancy, Window, window_at
from eventapp.registrations.states import ENDED, HOLDS_SEAT, Action, Mode, State


def get_registration(ctx: Context, event: Event, registration_id: int) -> Registration:
    """Return a registration of this event with its category and invitation. Raises `NotFound`."""
    found = ctx.session.scalar(
        select(Registration)
        .options(joinedload(Registration.category), joinedload(Registration.invitation))
        .where(Registration.id == registration_id, Registration.event_id == event.id)
    )
    if found is None:
        raise NotFound(_("There is no such registration in this event."))
    return found


def find_registration(ctx: Context, invitation_id: int) -> Registration | None:
    """Return the registration that answers the invitation."""
    return ctx.session.scalar(
        select(Registration)
        .options(joinedload(Registration.category))
        .where(Registration.invitation_id == invitation_id)
    )


def list_behind(ctx: Context, invitation_ids: Collection[int]) -> Sequence[Registration]:
    """Return the registration behind each of the invitations that has one."""
    return ctx.session.scalars(
        select(Registration).where(Registration.invitation_id.in_(invitation_ids)).order_by(Registration.id)
    ).all()


def find_draft(ctx: Context, invitation_id: int) -> RegistrationDraft | None:
    """Return the half-filled form of the invitation."""
    return ctx.session.scalar(select(RegistrationDraft).where(RegistrationDraft.invitation_id == invitation_id))


def list_registrations(ctx: Context, event: Event, ids: Collection[int]) -> Sequence[Registration]:
    """Return those of the registrations that belong to the event, by name; other ids are left out."""
    return ctx.session.scalars(
        select(Registration)
        .options(joinedload(Registration.category))
        .where(Registration.event_id == event.id, Registration.id.in_(ids))
        .order_by(Registration.name, Registration.id)
    ).all()


def list_confirmed(ctx: Context, event: Event) -> Sequence[Registration]:
    """Return everybody who is confirmed, by name."""
    return ctx.session.scalars(
        select(Registration)
        .options(joinedload(Registration.category))
        .where(Registration.event_id == event.id, Registration.state == State.APPROVED)
        .order_by(Registration.name, Registration.id)
    ).all()


def list_history(ctx: Context, registration: Registration) -> Sequence[AuditEntry]:
    """Return what happened to the registration, and to the time for its form, the latest first."""
    itself = and_(AuditEntry.object_type == Registration.__tablename__, AuditEntry.object_id == registration.id)
    its_form = and_(
        AuditEntry.object_type == Invitation.__tablename__,
        AuditEntry.object_id == registration.invitation_id,
        AuditEntry.action.in_(("keep-open", "end-keep-open")),
    )
    return ctx.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.event_id == registration.event_id, or_(itself, its_form))
        .order_by(AuditEntry.id.desc())
    ).all()


def list_to_decide(ctx: Context, event: Event) -> Sequence[Registration]:
    """Return the registrations that wait for an organiser's decision, the longest waiting first."""
    return ctx.session.scalars(
        select(Registration)
        .where(Registration.event_id == event.id, Registration.state == State.SUBMITTED)
        .order_by(Registration.submitted_at, Registration.id)
    ).all()


def count_to_decide(ctx: Context, event: Event) -> int:
    """Return how many registrations wait for an organiser's decision."""
    waiting = (Registration.event_id == event.id, Registration.state == State.SUBMITTED)
    return ctx.session.scalar(select(func.count()).select_from(Registration).where(*waiting)) or 0


def count_changed(ctx: Context, event: Event) -> int:
    """Return how many people changed their answers since the decision, which nobody has seen yet."""
    changed = (Registration.event_id == event.id, Registration.changed_at.is_not(None))
    return ctx.session.scalar(select(func.count()).select_from(Registration).where(*changed)) or 0


def count_by_state(ctx: Context, event: Event) -> dict[State, int]:
    """Return the number of registrations in each state that has any."""
    rows = ctx.session.execute(
        select(Registration.state, func.count().label("number"))
        .where(Registration.event_id == event.id)
        .group_by(Registration.state)
    )
    return {row.state: row.number for row in rows}


def count_confirmations(ctx: Context, registration: Registration) -> int:
    """Return how often the registration was given or lost its confirmation: the SEQUENCE of its calendar entry."""
    moves = [Action.APPROVE, Action.ACCEPT, Action.REVOKE, Action.WITHDRAW]
    ctx.session.flush()
    return (
        ctx.session.scalar(
            select(func.count())
            .select_from(AuditEntry)
            .where(
                AuditEntry.event_id == registration.event_id,
                AuditEntry.object_type == Registration.__tablename__,
                AuditEntry.object_id == registration.id,
                AuditEntry.action.in_([move.value for move in moves]),
            )
        )
        or 0
    )


def registration_closes(event: Event) -> datetime:
    """Return the instant until which one may register: the one that organisers set, else the event's first midnight."""
    first_midnight = to_instant(datetime.combine(event.starts_on, time.min), event.timezone)
    return event.registration_closes_at or first_midnight


def form_closes(event: Event, invitation: Invitation) -> datetime:
    """Return the instant until which this person may register: for some, organisers keep the form open longer."""
    closes_at = registration_closes(event)
    return max(closes_at, invitation.form_open_until_at or closes_at)


def registration_window(ctx: Context, event: Event, invitation: Invitation | None = None) -> Window:
    """Tell whether people may register, or change their answers, now; or whether the one invited person may."""
    if event.state is not EventState.PUBLISHED:
        return Window.NOT_YET if event.state is EventState.DRAFT else Window.CLOSED
    closes_at = form_closes(event, invitation) if invitation is not None else registration_closes(event)
    return window_at(ctx.now, event.registration_opens_at, closes_at)


def capacity_of(ctx: Context, event: Event) -> Capacity:
    """Return the seats of the event, in person, remote and by category."""
    rows = ctx.session.execute(
        select(Category.id, Category.quota, Category.reserved).where(Category.event_id == event.id)
    )
    return Capacity(
        in_person=event.capacity_in_person,
        remote=event.capacity_remote,
        categories={category_id: CategorySeats(quota, reserved) for category_id, quota, reserved in rows},
    )


def occupancy_of(ctx: Context, event_id: int) -> Occupancy:
    """Return the seats that are held, counted from the rows; exact only under the event's lock."""
    rows = ctx.session.execute(
        select(Registration.mode, Registration.category_id, func.count())
        .where(Registration.event_id == event_id, Registration.state.in_(HOLDS_SEAT))
        .group_by(Registration.mode, Registration.category_id)
    )
    return {(mode, category_id): count for mode, category_id, count in rows}


def list_waiting(ctx: Context, event: Event, mode: Mode, *, afresh: bool = False) -> Sequence[Registration]:
    """Return the waiting list of a mode in its order; `afresh` reads people again who were read before."""
    return ctx.session.scalars(
        select(Registration)
        .options(joinedload(Registration.category), joinedload(Registration.invitation))
        .where(Registration.event_id == event.id, Registration.state == State.WAITLISTED, Registration.mode == mode)
        .order_by(Registration.waitlist_rank, Registration.id)
        .execution_options(populate_existing=afresh)
    ).all()


def list_offered(ctx: Context, event: Event) -> Sequence[Registration]:
    """Return who has an offer to answer, the next to lapse first."""
    return ctx.session.scalars(
        select(Registration)
        .options(joinedload(Registration.category))
        .where(Registration.event_id == event.id, Registration.state == State.OFFERED)
        .order_by(Registration.offer_expires_at, Registration.id)
    ).all()


def waitlist_position(ctx: Context, registration: Registration) -> int | None:
    """Return the place on the waiting list of its mode, 1 for the next, or None for somebody not on it."""
    if registration.state is not State.WAITLISTED or registration.waitlist_rank is None:
        return None
    ahead = ctx.session.scalar(
        select(func.count())
        .select_from(Registration)
        .where(
            Registration.event_id == registration.event_id,
            Registration.state == State.WAITLISTED,
            Registration.mode == registration.mode,
            Registration.waitlist_rank < registration.waitlist_rank,
        )
    )
    return (ahead or 0) + 1


def waitlist_positions(ctx: Context, event: Event) -> dict[int, int]:
    """Return the place of everybody on the waiting list of their mode, by registration."""
    place = func.row_number().over(
        partition_by=Registration.mode, order_by=(Registration.waitlist_rank, Registration.id)
    )
    rows = ctx.session.execute(
        select(Registration.id, place).where(Registration.event_id == event.id, Registration.state == State.WAITLISTED)
    )
    return dict(rows.all())


@dataclass(frozen=True)
class SeatRow:
    """One bar of the seats: a mode, or a category that has a quota or reserved seats in person."""

    label: Translated | LazyString
    mode: Mode
    category_id: int | None
    taken: int  # by people who are confirmed
    held: int  # by offers that wait for an answer
    capacity: int | None  # None: no limit of its own
    reserved: int = 0

    @property
    def matters(self) -> bool:
        """Tell whether there are such seats at all, or somebody holds one."""
        return self.capacity != 0 or self.taken + self.held > 0

    @property
    def is_full(self) -> bool:
        """Tell whether no seat is left."""
        return self.capacity is not None and self.taken + self.held >= self.capacity

    @property
    def bar(self) -> int:
        """Return the length of its bar in seats; without a limit, that of the reserved seats or more."""
        return self.capacity if self.capacity is not None else max(self.reserved, self.taken + self.held)

    @property
    def kept_free(self) -> int:
        """Return how many free seats are kept for the category, never more than it may still take."""
        kept = self.reserved if self.capacity is None else min(self.reserved, self.capacity)
        return max(0, kept - self.taken - self.held)

    @property
    def over(self) -> int:
        """Return how many seats were given beyond the capacity."""
        return max(0, self.taken + self.held - self.capacity) if self.capacity is not None else 0


def seat_overview(ctx: Context, event: Event) -> list[SeatRow]:
    """Return the seats of each mode, then of each category that limits or keeps some."""
    counted = ctx.session.execute(
        select(Registration.state, Registration.mode, Registration.category_id, func.count())
        .where(Registration.event_id == event.id, Registration.state.in_(HOLDS_SEAT))
        .group_by(Registration.state, Registration.mode, Registration.category_id)
    ).all()

    def seats(approved: bool, mode: Mode, category_id: int | None = None) -> int:
        return sum(
            count
            for state, its_mode, its_category, count in counted
            if (state is State.APPROVED) is approved and its_mode is mode and category_id in (None, its_category)
        )

    rows = [
        SeatRow(words.MODE[mode], mode, None, seats(True, mode), seats(False, mode), capacity)
        for mode, capacity in ((Mode.IN_PERSON, event.capacity_in_person), (Mode.REMOTE, event.capacity_remote))
    ]
    categories = ctx.session.scalars(
        select(Category).where(Category.event_id == event.id).order_by(Category.position, Category.id)
    )
    rows += [
        SeatRow(
            label=category.name,
            mode=Mode.IN_PERSON,
            category_id=category.id,
            taken=seats(True, Mode.IN_PERSON, category.id),
            held=seats(False, Mode.IN_PERSON, category.id),
            capacity=category.quota,
            reserved=category.reserved,
        )
        for category in categories
        if category.quota is not None or category.reserved
    ]
    return rows


def is_registered(ctx: Context, invitation: Invitation) -> bool:
    """Tell whether a registration of the invited person stands, which would have to be withdrawn."""
    state = ctx.session.scalar(select(Registration.state).where(Registration.invitation_id == invitation.id))
    return state is not None and state not in ENDED


def list_categories(ctx: Context, event: Event) -> Sequence[Category]:
    """Return the event's categories in their order."""
    return ctx.session.scalars(
        select(Category).where(Category.event_id == event.id).order_by(Category.position, Category.id)
    ).all()
