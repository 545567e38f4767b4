"""Whether somebody can be seated now: every limit one by one, with its figures and what would help."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from eventapp.core.context import Context
from eventapp.core.formatting import list_in_words
from eventapp.core.translated import Translated
from eventapp.events.models import Event
from eventapp.events.states import EventState
from eventapp.registrations import queries, seats, waitlist
from eventapp.registrations.again import ended_with_invitation
from eventapp.registrations.models import Registration
from eventapp.registrations.queries import SeatRow
from eventapp.registrations.questions import asking, places
from eventapp.registrations.questions.reading import read_form
from eventapp.registrations.rules import Full, free_seats, seats_left
from eventapp.registrations.states import ENDED, HOLDS_SEAT, Mode, State


class Limit(StrEnum):
    """What is looked at before somebody gets a seat."""

    EVENT = "event"
    STATE = "state"
    IN_PERSON = "in_person"
    REMOTE = "remote"
    CATEGORY = "category"
    RESERVED = "reserved"
    LINE = "line"
    CHOICES = "choices"


TITLE: Mapping[Limit, LazyString] = {
    Limit.EVENT: _l("The event"),
    Limit.STATE: _l("The registration"),
    Limit.IN_PERSON: _l("Seats in person"),
    Limit.REMOTE: _l("Remote places"),
    Limit.CATEGORY: _l("Seats of the category"),
    Limit.RESERVED: _l("Seats kept for other categories"),
    Limit.LINE: _l("The waiting list"),
    Limit.CHOICES: _l("What was chosen"),
}

_OF_FULL = {
    Full.IN_PERSON: Limit.IN_PERSON,
    Full.REMOTE: Limit.REMOTE,
    Full.CATEGORY: Limit.CATEGORY,
    Full.RESERVED: Limit.RESERVED,
}


@dataclass(frozen=True)
class Check:
    """One limit: whether it leaves room for this person, and the figures or facts behind it."""

    limit: Limit
    leaves_room: bool
    words: str

    @property
    def title(self) -> str:
        """Return what is looked at, in words."""
        return str(TITLE[self.limit])


@dataclass(frozen=True)
class Seating:
    """Whether a seat is free for somebody who holds none; `left` counts what confirming would leave."""

    checks: Sequence[Check]
    mode: Mode
    left: int
    full: Full | None = None

    @property
    def is_free(self) -> bool:
        """Tell whether nothing but a decision is missing."""
        return all(each.leaves_room for each in self.checks)

    @property
    def in_the_way(self) -> list[Check]:
        """Return what has to change before the person can be seated."""
        return [each for each in self.checks if not each.leaves_room]

    @property
    def is_full(self) -> bool:
        """Tell whether seats, or a turn on the waiting list, are what is missing, so that a reason would help."""
        lacking = {each.limit for each in self.in_the_way}
        return bool(lacking) and not lacking & {Limit.EVENT, Limit.STATE}

    @property
    def summary(self) -> str:
        """Return what is full in one sentence; empty when seats are not what is missing."""
        return seats.no_seat_words(self.full) if self.full is not None else ""

    @property
    def consequence(self) -> str:
        """Return what confirming would leave, as a sentence."""
        if self.mode is Mode.REMOTE:
            leaves = ngettext(
                "Confirming leaves %(num)d remote place.", "Confirming leaves %(num)d remote places.", self.left
            )
        else:
            leaves = ngettext(
                "Confirming leaves %(num)d seat in person for this category.",
                "Confirming leaves %(num)d seats in person for this category.",
                self.left,
            )
        return str(leaves)


def seating_of(ctx: Context, event: Event, registration: Registration) -> Seating | None:
    """Return what stands between the person and a seat, limit by limit; None for somebody who holds one."""
    if registration.state in HOLDS_SEAT:
        return None
    capacity, occupancy = queries.capacity_of(ctx, event), queries.occupancy_of(ctx, event.id)
    rows = queries.seat_overview(ctx, event)
    limits = seats_left(capacity, occupancy, registration.mode, registration.category_id)
    left = free_seats(capacity, occupancy, registration.mode, registration.category_id)
    kept = limits.get(Full.RESERVED, 0) != limits.get(Full.IN_PERSON, 0)
    checks = [*_event_check(event), *_state_check(registration)]
    for full, room in limits.items():
        if full is not Full.RESERVED or kept:
            words = figures(rows, full, registration, ctx.language)
            checks.append(Check(_OF_FULL[full], room > 0, words))
    if registration.state in (State.SUBMITTED, State.WAITLISTED):
        checks += _line_check(ctx, event, registration)
    if registration.state in ENDED:
        checks += _choices_check(ctx, event, registration)
    in_the_way = next((full for full, room in limits.items() if room <= 0), None)
    return Seating(checks, registration.mode, max(0, left - 1), in_the_way)


def _event_check(event: Event) -> list[Check]:
    if event.state is not EventState.CANCELLED:
        return []
    return [Check(Limit.EVENT, False, _("It was cancelled; nobody gets a seat."))]


def _state_check(registration: Registration) -> list[Check]:
    if ended_with_invitation(registration):
        said = _("The registration ended with the invitation. Reinstate it before you confirm it.")
        return [Check(Limit.STATE, False, said)]
    words: Mapping[State, str] = {
        State.DECLINED: _("It was declined. Reinstate it before you confirm it."),
        State.WITHDRAWN: _("The person withdrew. Reinstate the registration before you confirm it."),
        State.LAPSED: _("An offered seat was not accepted in time. Reinstate the registration before you confirm it."),
        State.REVOKED: _("Its confirmation was taken back. Reinstate it before you confirm it."),
    }
    return [Check(Limit.STATE, False, words[registration.state])] if registration.state in ENDED else []


def _line_check(ctx: Context, event: Event, registration: Registration) -> list[Check]:
    """Tell the rank, and who would be passed over: people before, whom a free seat fits as well."""
    before = len(waitlist.ahead_and_fitting(ctx, event, registration))
    if registration.state is not State.WAITLISTED:
        words = ngettext(
            "The free seat fits %(num)d person on it; confirming now passes them over and needs a reason.",
            "The free seats fit %(num)d people on it; confirming now passes them over and needs a reason.",
            before,
        )
        return [Check(Limit.LINE, False, words)] if before else []
    place = queries.waitlist_position(ctx, registration)
    words = _("Number %(place)s of the list.", place=place)
    if before:
        passed = ngettext(
            "The free seat fits %(num)d person before; confirming now passes them over and needs a reason.",
            "The free seats fit %(num)d people before; confirming now passes them over and needs a reason.",
            before,
        )
        words = f"{words} {passed}"
    return [Check(Limit.LINE, not before, words)]


def _choices_check(ctx: Context, event: Event, registration: Registration) -> list[Check]:
    """Tell which limited choices have filled since the registration ended; whoever lives holds theirs."""
    every = asking.chosen(read_form(ctx, event.id), registration.own_answers or {})
    chosen = {key: pair for key, pair in every.items() if not pair[0].sensitive}
    limits = {key: option.places for key, (_question, option) in chosen.items() if option.places is not None}
    taken = places.taken_by_option(ctx, event.id, limits) if limits else {}
    full = [chosen[key][1].label.text(ctx.language) for key, most in limits.items() if taken.get(key, 0) >= most]
    if not full:
        return []
    words = _(
        "Full by now, and left out when the registration is reinstated: %(list)s.",
        list=list_in_words(full, ctx.language),
    )
    return [Check(Limit.CHOICES, True, words)]


def figures(rows: Sequence[SeatRow], full: Full, registration: Registration, language: str) -> str:
    """Return the figures behind one limit, as sentences."""
    if full is Full.RESERVED:
        return _kept_in_words(rows, registration, language)
    category_id = registration.category_id if full is Full.CATEGORY else None
    row = next(each for each in rows if each.mode is registration.mode and each.category_id == category_id)
    return _taken_in_words(row)


def _taken_in_words(row: SeatRow) -> str:
    if row.capacity == 0 and not row.taken + row.held:
        return str(_("There are none at this event.") if row.category_id is None else _("This category has none."))
    confirmed = ngettext("%(num)d person is confirmed", "%(num)d people are confirmed", row.taken)
    if row.held:
        offered = ngettext("%(num)d seat is on offer", "%(num)d seats are on offer", row.held)
        words = _(
            "%(confirmed)s and %(offered)s, of %(capacity)d.",
            confirmed=confirmed,
            offered=offered,
            capacity=row.capacity,
        )
    else:
        words = _("%(confirmed)s, of %(capacity)d.", confirmed=confirmed, capacity=row.capacity)
    return str(words)


def _kept_in_words(rows: Sequence[SeatRow], registration: Registration, language: str) -> str:
    kept = [(row, row.kept_free) for row in rows if row.category_id not in (None, registration.category_id)]
    names = [
        _("%(category)s: %(count)d", category=_name(row, language), count=count) for row, count in kept if count > 0
    ]
    return str(_("Kept free: %(list)s.", list=list_in_words(names, language))) if names else ""


def _name(row: SeatRow, language: str) -> str:
    return row.label.text(language) if isinstance(row.label, Translated) else str(row.label)
