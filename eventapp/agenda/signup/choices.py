"""One's own agenda as it is read: what is in it day by day, what could be, and what is in the way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from eventapp.agenda.signup import queries, rules
from eventapp.agenda.signup.states import SignUpState
from eventapp.agenda.snapshot import SessionEntry, Snapshot, order
from eventapp.core.context import Context
from eventapp.core.wall_time import to_wall
from eventapp.registrations.models import Registration
from eventapp.registrations.states import Mode


class Standing(StrEnum):
    """How a session stands to somebody."""

    FOR_EVERYBODY = "for_everybody"
    CHOSEN = "chosen"
    WAITING = "waiting"
    ON_OFFER = "on_offer"


@dataclass(frozen=True)
class Line:
    """A session as one person sees it."""

    session: SessionEntry
    standing: Standing
    overlaps: tuple[SessionEntry, ...]  # what was chosen; before one chooses, what is for everybody too
    excluded_by: tuple[SessionEntry, ...]  # of those, the ones that must be left first
    free: int | None  # places left; None where places are not counted
    rank: int | None  # on the waiting list
    may_change: bool  # choose or leave; once the session has begun it stays

    @property
    def is_full(self) -> bool:
        """Tell whether no place is left."""
        return self.free == 0


@dataclass(frozen=True)
class OwnDay:
    """A day: what is in one's agenda, and what could be."""

    date: date
    own: tuple[Line, ...]
    others: tuple[Line, ...]


def own_days(ctx: Context, registration: Registration, snapshot: Snapshot) -> list[OwnDay]:
    """Return the person's agenda by day, in four queries however many sessions there are."""
    mode = registration.mode
    states = {each.session_id: each.state for each in queries.list_own(ctx, registration.id)}
    taken = queries.count_chosen(ctx, registration.event_id, Mode.IN_PERSON)
    waiting = queries.waiting_lines(ctx, registration.event_id)
    common = rules.for_everybody(snapshot)
    shown = [
        each
        for each in snapshot.sessions
        if rules.is_open_to(each, mode) and (not each.cancelled or each.id in states or each.id in common)
    ]
    chosen = [each for each in shown if states.get(each.id) is SignUpState.CHOSEN]
    own = [each for each in shown if each.id in common or states.get(each.id) is SignUpState.CHOSEN]

    def line(session: SessionEntry) -> Line:
        standing = _standing(states.get(session.id), common=session.id in common)
        counted = rules.takes_a_place(session, mode)
        rank = waiting.get(session.id, [])
        return Line(
            session=session,
            standing=standing,
            overlaps=tuple(rules.overlapping(session, own if standing is Standing.ON_OFFER else chosen)),
            excluded_by=tuple(rules.clashing(session, chosen)) if standing is not Standing.CHOSEN else (),
            free=max(0, (session.capacity or 0) - taken[session.id]) if counted else None,
            rank=rank.index(registration.id) + 1 if registration.id in rank else None,
            may_change=not session.cancelled and ctx.now < snapshot.instants(session)[0],
        )

    lines = [line(each) for each in sorted(shown, key=order)]
    days = sorted({each.session.starts_local.date() for each in lines})
    return [
        OwnDay(
            day,
            own=tuple(each for each in _on(lines, day) if each.standing is not Standing.ON_OFFER),
            others=tuple(
                each
                for each in _on(lines, day)
                if each.standing is Standing.ON_OFFER and each.may_change and not each.session.is_quiet
            ),
        )
        for day in days
    ]


def for_calendar(ctx: Context, registration: Registration, snapshot: Snapshot) -> list[SessionEntry]:
    """Return what belongs into the person's calendar: what was chosen, and what is for everybody.

    Cancelled sessions stay until the event is over, so that calendars take them out.
    """
    chosen = queries.list_chosen_by(ctx, [registration.id])[registration.id]
    wanted = rules.for_everybody(snapshot) | chosen
    over = to_wall(ctx.now, snapshot.zone).date() > _last_day(snapshot)
    return [
        each
        for each in snapshot.sessions
        if each.id in wanted and rules.is_open_to(each, registration.mode) and not (over and each.cancelled)
    ]


def _standing(state: SignUpState | None, *, common: bool) -> Standing:
    if state is SignUpState.CHOSEN:
        return Standing.CHOSEN
    if state is SignUpState.WAITING:
        return Standing.WAITING
    return Standing.FOR_EVERYBODY if common else Standing.ON_OFFER


def _on(lines: Iterable[Line], day: date) -> list[Line]:
    return [each for each in lines if each.session.starts_local.date() == day]


def _last_day(snapshot: Snapshot) -> date:
    ends: list[datetime] = [each.ends_local for each in snapshot.sessions]
    return max([snapshot.ends_on, *(each.date() for each in ends)])
