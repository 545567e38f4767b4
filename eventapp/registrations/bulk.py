"""What a decision on several people at once will do, worked out before it is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile

from eventapp.core.context import Context
from eventapp.core.languages import interface_language
from eventapp.events.models import Event
from eventapp.registrations import queries, reports, waitlist
from eventapp.registrations.balance import Comparison
from eventapp.registrations.models import Registration
from eventapp.registrations.queries import SeatRow
from eventapp.registrations.rules import Capacity, Full, Occupancy, full_because, moved
from eventapp.registrations.states import MACHINE, Action, Mode, State

TARGET: Mapping[Action, State] = {
    Action.APPROVE: State.APPROVED,
    Action.WAITLIST: State.WAITLISTED,
    Action.DECLINE: State.DECLINED,
}


class Outcome(StrEnum):
    """What came of the decision on one of them."""

    DONE = "done"
    ALREADY = "already"  # it was so before, for instance because the button was pressed twice
    FULL = "full"
    BEHIND = "behind"  # others before on the waiting list would be passed over, and nobody said why
    MOVED = "moved"  # the state no longer allows it
    FAILED = "failed"  # it could not be saved; nothing happened


@dataclass(frozen=True)
class SeatsAfter:
    """The seats of a mode or category now, and how many would be left."""

    row: SeatRow
    left: int


@dataclass(frozen=True)
class Preview:
    """Who would be decided on, who not and why, and what follows."""

    able: Sequence[Registration]
    no_seat: Sequence[tuple[Registration, Full | None]]  # what is full; None: the others chosen take what is free
    moved: Sequence[Registration]
    languages: Sequence[tuple[str, int]]  # mails by language, the most first
    seats: Sequence[SeatsAfter]  # all that are limited; a decision that confirms nobody leaves them as they are
    passed_over: Sequence[Registration]  # on the waiting list, before somebody able, though a free seat fits them too
    still_waiting: int  # people on the waiting list whom a confirmation of others leaves there
    balance: Sequence[Comparison]  # of those confirmed; empty when the decision confirms nobody


def preview(ctx: Context, event: Event, chosen: Sequence[Registration], action: Action) -> Preview:
    """Return what the decision would do if it were made now, one person after the other; nothing is changed."""
    capacity, occupancy = queries.capacity_of(ctx, event), queries.occupancy_of(ctx, event.id)
    able: list[Registration] = []
    passed_over: dict[int, Registration] = {}
    lines = {mode: queries.list_waiting(ctx, event, mode) for mode in Mode} if action is Action.APPROVE else {}
    no_seat: list[tuple[Registration, Full | None]] = []
    before = occupancy
    out_of_reach: list[Registration] = []
    for registration in in_turn(chosen):
        seat = (registration.mode, registration.category_id)
        if not MACHINE.allows(registration.state, action):
            out_of_reach.append(registration)
            continue
        full = full_because(capacity, occupancy, *seat) if action is Action.APPROVE else None
        if full is not None:
            no_seat.append((registration, full_because(capacity, before, *seat)))
            continue
        if action is Action.APPROVE:
            line = [each for each in lines[registration.mode] if each not in able]
            if registration.state is State.WAITLISTED:
                ahead = [each for each in _ahead(line, registration) if _fits(capacity, occupancy, each)]
            else:
                ahead = waitlist.left_out(capacity, occupancy, line, seat)
            passed_over |= {each.id: each for each in ahead}
        able.append(registration)
        if action is Action.APPROVE:
            occupancy = moved(occupancy, given=seat)
    waiting = queries.count_by_state(ctx, event).get(State.WAITLISTED, 0) if action is Action.APPROVE else 0
    return Preview(
        able=able,
        no_seat=no_seat,
        moved=out_of_reach,
        languages=_counted(mail_language(registration) for registration in able),
        seats=_seats_after(queries.seat_overview(ctx, event), able if action is Action.APPROVE else ()),
        passed_over=list(passed_over.values()),
        still_waiting=waiting - sum(each.state is State.WAITLISTED for each in able) if waiting else 0,
        balance=reports.compare(ctx, event, able) if action is Action.APPROVE and able else [],
    )


def _ahead(line: Sequence[Registration], registration: Registration) -> Iterable[Registration]:
    return takewhile(lambda each: each.id != registration.id, line)


def _fits(capacity: Capacity, occupancy: Occupancy, registration: Registration) -> bool:
    return full_because(capacity, occupancy, registration.mode, registration.category_id) is None


def in_turn(chosen: Iterable[Registration]) -> list[Registration]:
    """Return the people in the order in which they get seats: the waiting list by rank, then who registered first."""
    return sorted(
        chosen,
        key=lambda each: (each.waitlist_rank is None, each.waitlist_rank or 0, each.submitted_at, each.id),
    )


def mail_language(registration: Registration) -> str:
    """Return the language in which mails go to the person."""
    return interface_language(registration.language)


def _seats_after(rows: Sequence[SeatRow], able: Sequence[Registration]) -> list[SeatsAfter]:
    """Return the seats that are limited and how many are left when these people sit."""
    given = {row: sum(_sits_in(row, registration) for registration in able) for row in rows}
    return [
        SeatsAfter(row, max(0, row.capacity - row.taken - row.held - count))
        for row, count in given.items()
        if row.capacity is not None and row.matters
    ]


def _sits_in(row: SeatRow, registration: Registration) -> bool:
    return registration.mode is row.mode and row.category_id in (None, registration.category_id)


def _counted(languages: Iterable[str]) -> list[tuple[str, int]]:
    counts: dict[str, int] = {}
    for language in languages:
        counts[language] = counts.get(language, 0) + 1
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
