"""What stays of erased people: for each answer how many gave it, one answer at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

from sqlalchemy import select

from eventapp.core.context import Context
from eventapp.events.models import Event
from eventapp.invitations.models import Invitation
from eventapp.invitations.states import InvitationState
from eventapp.registrations import balance
from eventapp.registrations.balance import KNOWN_OF_INVITED, Dimension, Stage
from eventapp.registrations.checkin import queries as door
from eventapp.registrations.models import Registration
from eventapp.registrations.personal_data.models import AnonymousCount
from eventapp.registrations.personal_data.queries import EVERYBODY
from eventapp.registrations.states import State

_KNOWN_GENDERS = frozenset({"", "women", "men", "non-binary"})

Key = tuple[Stage, str, str]  # stage, dimension, value


def tally(
    invitations: Iterable[Invitation], registrations: Iterable[Registration], present: Collection[int]
) -> Counter[Key]:
    """Return how many of these people gave each answer; `present` are the ids of the registrations of who came."""
    counted: Counter[Key] = Counter()
    for invitation in invitations:
        if not _was_invited(invitation):
            continue
        counted[Stage.INVITED, EVERYBODY, ""] += 1
        for dimension in KNOWN_OF_INVITED:
            counted[Stage.INVITED, dimension.value, _said(invitation, dimension)] += 1
    for registration in registrations:
        stages = [Stage.REGISTERED]
        if registration.state is State.APPROVED:
            stages += [Stage.APPROVED, *([Stage.PRESENT] if registration.id in present else [])]
        for stage in stages:
            counted[stage, EVERYBODY, ""] += 1
            for dimension in Dimension:
                counted[stage, dimension.value, _said(registration, dimension)] += 1
    return counted


def who_came(ctx: Context, event: Event, registration_ids: Collection[int]) -> set[int]:
    """Return which of the registrations are of people who were there on a day of the event."""
    came = door.came_to(event)
    return set(ctx.session.scalars(select(came.c.registration_id).where(came.c.registration_id.in_(registration_ids))))


def add(ctx: Context, event: Event, counted: Counter[Key]) -> None:
    """Add to the counts of the event. Needs the event's lock."""
    if not counted:
        return
    rows = ctx.session.scalars(select(AnonymousCount).where(AnonymousCount.event_id == event.id)).all()
    known = {(Stage(row.stage), row.dimension, row.value): row for row in rows}
    for key, number in sorted(counted.items()):
        if key in known:
            known[key].people += number
        else:
            stage, dimension, value = key
            ctx.session.add(
                AnonymousCount(event_id=event.id, stage=stage.value, dimension=dimension, value=value, people=number)
            )
    ctx.session.flush()


def _was_invited(invitation: Invitation) -> bool:
    sent = invitation.sent_at is not None and invitation.state is not InvitationState.DRAFT
    return sent or invitation.state is InvitationState.ACCEPTED


def _said(person: Invitation | Registration, dimension: Dimension) -> str:
    value = getattr(person, dimension.value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    said = "" if value is None else str(value)
    if dimension is not Dimension.GENDER:
        return said
    # Words of one's own would point at the one who chose them.
    gender = balance.gender_of(said)
    return gender if gender in _KNOWN_GENDERS else balance.OTHER
