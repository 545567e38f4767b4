"""Reads of the door: who a code belongs to, who is there, who is still expected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import Select, Subquery, and_, func, or_, select
from sqlalchemy.orm import joinedload

from eventapp.accounts.models import Account
from eventapp.core.context import Context
from eventapp.core.errors import NotFound
from eventapp.core.text import fold
from eventapp.events.models import Event
from eventapp.registrations.checkin.models import CheckIn
from eventapp.registrations.checkin.states import CheckInState, Way
from eventapp.registrations.models import Registration
from eventapp.registrations.states import Mode, State

MOST_FOUND = 20
FEWEST_LETTERS = 2
_LAST = 8


def find_by_code(ctx: Context, code: str) -> Registration | None:
    """Return the registration that the code belongs to, of whichever event."""
    return ctx.session.scalar(
        select(Registration).options(joinedload(Registration.category)).where(Registration.code == code)
    )


def find_by_address(ctx: Context, event: Event, email: str) -> Registration | None:
    """Return somebody's registration by the address for our mails."""
    return ctx.session.scalars(
        select(Registration).where(Registration.event_id == event.id, Registration.email == email)
    ).first()


def lock(ctx: Context, registration: Registration) -> None:
    """Read the registration afresh and let nobody else check the person in meanwhile."""
    ctx.session.scalars(
        select(Registration)
        .where(Registration.id == registration.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def search(ctx: Context, event: Event, typed: str) -> Sequence[Registration]:
    """Return people whose name, organisation or town holds every typed word, without accents; at most `MOST_FOUND`.

    Addresses, the second line of what is searched, are not for the door.
    """
    words = fold(typed).split()
    if sum(map(len, words)) < FEWEST_LETTERS:
        return []
    return ctx.session.scalars(
        select(Registration)
        .where(
            Registration.event_id == event.id,
            *(Registration.search_text.like(f"%{_literal(word)}%\n%", escape="/") for word in words[:8]),
        )
        .order_by(Registration.search_text, Registration.id)
        .limit(MOST_FOUND)
    ).all()


def _literal(word: str) -> str:
    return word.replace("/", "//").replace("%", "/%").replace("_", "/_")


def get_check_in(ctx: Context, event: Event, check_in_id: int) -> CheckIn:
    """Return a check-in of this event. Raises `NotFound`."""
    found = ctx.session.scalar(select(CheckIn).where(CheckIn.id == check_in_id, CheckIn.event_id == event.id))
    if found is None:
        raise NotFound(_("There is no such check-in in this event."))
    return found


def find_by_key(ctx: Context, event_id: int, key: str) -> CheckIn | None:
    """Return the check-in that came of the scan with this key."""
    return ctx.session.scalar(select(CheckIn).where(CheckIn.event_id == event_id, CheckIn.key == key))


def find_present(ctx: Context, registration: Registration, day: date) -> CheckIn | None:
    """Return the check-in by which the person is there on the day."""
    return ctx.session.scalar(
        select(CheckIn).where(
            CheckIn.registration_id == registration.id, CheckIn.day == day, CheckIn.state == CheckInState.PRESENT
        )
    )


def find_undone_since(ctx: Context, registration: Registration, day: date, instant: datetime) -> CheckIn | None:
    """Return a check-in of the day that somebody took back after the instant."""
    return ctx.session.scalars(
        select(CheckIn)
        .where(
            CheckIn.registration_id == registration.id,
            CheckIn.day == day,
            CheckIn.state == CheckInState.UNDONE,
            CheckIn.undone_at > instant,
        )
        .order_by(CheckIn.id.desc())
    ).first()


def present_on(ctx: Context, registrations: Sequence[Registration], day: date) -> dict[int, CheckIn]:
    """Return the check-ins of the day of those of the people who are there, by registration."""
    found = ctx.session.scalars(
        select(CheckIn).where(
            CheckIn.registration_id.in_([each.id for each in registrations]),
            CheckIn.day == day,
            CheckIn.state == CheckInState.PRESENT,
        )
    )
    return {each.registration_id: each for each in found}


@dataclass(frozen=True)
class LastCheckIn:
    """One line of the last check-ins."""

    id: int
    scanned_at: datetime
    name: str
    organisation: str
    by: str | None


def list_last(ctx: Context, event: Event, day: date) -> Sequence[LastCheckIn]:
    """Return the last check-ins of the day that count, the latest first."""
    rows = ctx.session.execute(
        select(CheckIn.id, CheckIn.scanned_at, Registration.name, Registration.organisation, Account.name.label("by"))
        .join(Registration, CheckIn.registration_id == Registration.id)
        .outerjoin(Account, CheckIn.checked_in_by_id == Account.id)
        .where(CheckIn.event_id == event.id, CheckIn.day == day, CheckIn.state == CheckInState.PRESENT)
        .order_by(CheckIn.id.desc())
        .limit(_LAST)
    )
    return [LastCheckIn(row.id, row.scanned_at, row.name, row.organisation, row.by) for row in rows]


def name_of_account(ctx: Context, account_id: int | None) -> str:
    """Return who of the staff it was, or nothing when that is not known any more."""
    return ctx.session.scalar(select(Account.name).where(Account.id == account_id)) or "" if account_id else ""


@dataclass(frozen=True)
class Expected:
    """One person of the list that a phone keeps in memory: what the door must show, and nothing else."""

    code: str
    name: str
    organisation: str
    state: State
    scanned_at: datetime | None
    ended_with_invitation: bool


def list_expected(ctx: Context, event: Event, day: date) -> Sequence[Expected]:
    """Return everybody who has registered, whatever became of it, with their check-in of the day."""
    rows = ctx.session.execute(
        select(
            Registration.code,
            Registration.name,
            Registration.organisation,
            Registration.state,
            CheckIn.scanned_at,
            and_(Registration.state == State.WITHDRAWN, Registration.decision_reason != ""),
        )
        .outerjoin(
            CheckIn,
            and_(
                CheckIn.registration_id == Registration.id,
                CheckIn.day == day,
                CheckIn.state == CheckInState.PRESENT,
            ),
        )
        .where(Registration.event_id == event.id)
        .order_by(Registration.search_text, Registration.id)
    )
    return [Expected(*row) for row in rows]


@dataclass(frozen=True)
class Counts:
    """How many people are there."""

    present: int
    confirmed: int
    remote: int = 0  # registered as remote, and at the door all the same

    @property
    def missing(self) -> int:
        """Return how many of those confirmed are not there."""
        return max(0, self.confirmed - self.present)


def count_today(ctx: Context, event: Event, day: date) -> Counts:
    """Return how many of those who are confirmed in person are there on the day, and who else came to the door."""
    rows = ctx.session.execute(
        select(Registration.mode, func.count())
        .join(CheckIn, CheckIn.registration_id == Registration.id)
        .where(
            Registration.event_id == event.id,
            Registration.state == State.APPROVED,
            CheckIn.day == day,
            CheckIn.state == CheckInState.PRESENT,
            or_(Registration.mode == Mode.IN_PERSON, CheckIn.way != Way.REMOTE),
        )
        .group_by(Registration.mode)
    )
    there = dict(rows.all())
    confirmed = ctx.session.scalar(_confirmed_in_person(event)) or 0
    return Counts(there.get(Mode.IN_PERSON, 0), confirmed, remote=there.get(Mode.REMOTE, 0))


def count_attendance(ctx: Context, event: Event) -> Counts:
    """Return how many of those who are confirmed in person came on a day of the event; the others did not show up."""
    came = came_to(event)
    there = ctx.session.scalar(_confirmed_in_person(event).join(came, came.c.registration_id == Registration.id))
    return Counts(there or 0, ctx.session.scalar(_confirmed_in_person(event)) or 0)


def came_to(event: Event) -> Subquery:
    """Return the `registration_id` of everybody who was there on a day of the event, each once; rehearsals are none."""
    return (
        select(CheckIn.registration_id)
        .where(
            CheckIn.event_id == event.id,
            CheckIn.state == CheckInState.PRESENT,
            CheckIn.day.between(event.starts_on, event.ends_on),
        )
        .distinct()
        .subquery()
    )


def list_check_ins(ctx: Context, registration: Registration) -> Sequence[CheckIn]:
    """Return on which days somebody was there, the first day first."""
    return ctx.session.scalars(
        select(CheckIn)
        .where(CheckIn.registration_id == registration.id, CheckIn.state == CheckInState.PRESENT)
        .order_by(CheckIn.day)
    ).all()


def list_days(ctx: Context, event: Event) -> dict[int, list[date]]:
    """Return on which days of the event each person was there, by registration, the first day first."""
    rows = ctx.session.execute(
        select(CheckIn.registration_id, CheckIn.day)
        .where(
            CheckIn.event_id == event.id,
            CheckIn.state == CheckInState.PRESENT,
            CheckIn.day.between(event.starts_on, event.ends_on),
        )
        .order_by(CheckIn.day)
    )
    days: dict[int, list[date]] = {}
    for registration_id, day in rows:
        days.setdefault(registration_id, []).append(day)
    return days


def _confirmed_in_person(event: Event) -> Select[int]:
    return (
        select(func.count())
        .select_from(Registration)
        .where(
            Registration.event_id == event.id,
            Registration.state == State.APPROVED,
            Registration.mode == Mode.IN_PERSON,
        )
    )
