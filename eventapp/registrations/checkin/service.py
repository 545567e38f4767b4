"""Commands of the door: check in, undo, and let somebody in who was not expected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from eventapp.core import audit
from eventapp.core.context import ActorKind, Context
from eventapp.core.errors import Conflict, DomainError
from eventapp.events.models import Event
from eventapp.invitations import by_hand
from eventapp.invitations.service import InvitationValues
from eventapp.registrations import queries as registrations
from eventapp.registrations import seats, service
from eventapp.registrations.answers import Answers
from eventapp.registrations.checkin import queries
from eventapp.registrations.checkin.models import CheckIn
from eventapp.registrations.checkin.rules import Outcome, day_of, happened_at
from eventapp.registrations.checkin.states import MACHINE, CheckInAction, CheckInState, Way
from eventapp.registrations.codes import read_code
from eventapp.registrations.models import Registration
from eventapp.registrations.states import ENDED, Action, Mode, Sector, State


class KnownAlready(Conflict):
    """Somebody with this address has registered; `registration_id` says who."""

    def __init__(self, registration_id: int) -> None:
        super().__init__(_("Somebody with this address has registered already."))
        self.registration_id = registration_id


@dataclass(frozen=True)
class Scan:
    """One scan: its key, made by whoever scans, by which it counts once however often it is sent."""

    key: str
    way: Way
    scanned_at: datetime | None = None  # by the phone's clock; None: now
    phone_now: datetime | None = None  # what the phone's clock said when it sent the scan


@dataclass(frozen=True)
class Answer:
    """What the door answers, and about whom; nobody is named for the badge of another event."""

    outcome: Outcome
    registration: Registration | None = None
    check_in: CheckIn | None = None


def check_in_code(ctx: Context, event: Event, typed: str, scan: Scan) -> Answer:
    """Check in the person whose code this is, however it is written."""
    code = read_code(typed)
    found = queries.find_by_code(ctx, code) if code is not None else None
    if found is None:
        return Answer(Outcome.UNKNOWN)
    if found.event_id != event.id:
        return Answer(Outcome.OTHER_EVENT)
    return check_in(ctx, event, found, scan)


def check_in(ctx: Context, event: Event, registration: Registration, scan: Scan, *, reason: str = "") -> Answer:
    """Record that the person is there today; whoever scans second is told of the first.

    Two phones wait for each other at the registration's row. A scan sent again gets the answer it had.
    """
    queries.lock(ctx, registration)
    earlier = queries.find_by_key(ctx, event.id, scan.key)
    if earlier is not None:
        return _again(earlier, registration)
    if registration.state is not State.APPROVED:
        return Answer(Outcome.NOT_CONFIRMED, registration)
    at = happened_at(scan.scanned_at, scan.phone_now, ctx.now)
    day = day_of(at, event.timezone)
    present = queries.find_present(ctx, registration, day)
    if present is not None:
        return Answer(Outcome.ALREADY, registration, present)
    undone = queries.find_undone_since(ctx, registration, day, at)
    if undone is not None:
        return Answer(Outcome.UNDONE, registration, undone)
    made = CheckIn(
        event_id=event.id,
        registration=registration,
        state=CheckInState.PRESENT,
        way=scan.way,
        day=day,
        scanned_at=at,
        recorded_at=ctx.now,
        key=scan.key,
        checked_in_by_id=ctx.actor.id if ctx.actor.kind is ActorKind.STAFF else None,
    )
    ctx.session.add(made)
    details = {"way": scan.way.value, "day": day.isoformat(), **({"reason": reason} if reason else {})}
    audit.record(ctx, made, "check-in", details)
    return Answer(Outcome.WELCOME, registration, made)


def undo(ctx: Context, made: CheckIn) -> None:
    """Take a check-in back; a second click changes nothing."""
    queries.lock(ctx, made.registration)
    ctx.session.refresh(made)
    if made.state is CheckInState.UNDONE:
        return
    MACHINE.move(ctx, made, CheckInAction.UNDO, day=made.day.isoformat())
    made.undone_at = ctx.now


def confirm_and_check_in(
    ctx: Context, event: Event, registration: Registration, scan: Scan, *, reason: str, beyond: bool
) -> Answer:
    """Confirm somebody who stands at the door and is not confirmed, with the reason, and check the person in.

    A seat beyond those that there are is given only if that is meant (`beyond`); else raises `NoSeatLeft`. Raises
    `DomainError` without a reason, and `Conflict` when the invitation was revoked.
    """
    if not reason.strip():
        raise DomainError(_("Say why, in a few words."), field="reason")
    seats.locked(ctx, registration)
    if registration.state in ENDED:
        service.reinstate(ctx, registration)
    if registration.state is State.OFFERED:
        seats.confirm(ctx, registration, Action.ACCEPT, reason=reason.strip())
    elif registration.state is not State.APPROVED:  # somebody else may have been faster
        service.approve(ctx, registration, override_reason=reason if beyond else "", passing_over_reason=reason)
    return check_in(ctx, event, registration, scan, reason=reason.strip())


@dataclass(frozen=True, kw_only=True)
class WalkIn:
    """What is asked of somebody who comes without a registration."""

    name: str
    organisation: str
    position: str
    email: str
    sector: Sector
    country: str
    category_id: int
    language: str


def walk_in(ctx: Context, event: Event, person: WalkIn, scan: Scan, *, override_reason: str = "") -> Answer:
    """Invite, register, confirm and check in somebody who was not expected, all or nothing.

    Raises `KnownAlready` for an address that has registered, and `NoSeatLeft` without a seat or a reason.
    """
    sent_before = queries.find_by_key(ctx, event.id, scan.key)
    if sent_before is not None:
        return _again(sent_before, sent_before.registration)
    invitation = by_hand.record_acceptance(ctx, event, _letter(person))
    known = registrations.find_registration(ctx, invitation.id) or queries.find_by_address(ctx, event, person.email)
    if known is not None:
        raise KnownAlready(known.id)
    registration = service.submit(ctx, invitation, _answers(person), at_any_time=True)
    if registration.state is not State.APPROVED:  # an invitation approved beforehand may have given the seat
        service.approve(ctx, registration, override_reason=override_reason, at_the_door=True)
    return check_in(ctx, event, registration, scan, reason=override_reason.strip())


def _again(earlier: CheckIn, registration: Registration) -> Answer:
    if earlier.registration_id != registration.id:
        return Answer(Outcome.UNKNOWN)  # a key belongs to one scan of one person
    outcome = Outcome.WELCOME if earlier.state is CheckInState.PRESENT else Outcome.UNDONE
    return Answer(outcome, registration, earlier)


def _letter(person: WalkIn) -> InvitationValues:
    return {
        "email": person.email,
        "name": person.name,
        "organisation": person.organisation,
        "position": person.position,
        "country": person.country,
        "category_id": person.category_id,
        "language": person.language,
    }


def _answers(person: WalkIn) -> Answers:
    return Answers(
        name=person.name,
        email=person.email,
        language=person.language,
        organisation=person.organisation,
        position=person.position,
        sector=person.sector,
        country=person.country,
        city="",
        category_id=person.category_id,
        mode=Mode.IN_PERSON,
        speaks=(person.language,),
    )
