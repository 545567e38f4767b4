"""The organisers' list of registrations: filters, order and pages, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from math import ceil
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, func, or_, select
from sqlalchemy.orm import joinedload

from eventapp.core.context import Context
from eventapp.core.formatting import country_choices
from eventapp.core.text import fold
from eventapp.events.models import Event
from eventapp.registrations.models import Registration
from eventapp.registrations.selection import MOST_AT_ONCE
from eventapp.registrations.states import Mode, State

PAGE_SIZE = 50
MOST_WORDS = 8  # of a search
ALL = "all"
MATCHING, NONE, CHOSEN = "matching", "none", "chosen"  # what an address may wish
DECIDABLE = (State.SUBMITTED, State.WAITLISTED)
_DECIDABLE = Registration.state.in_(DECIDABLE)


class Order(StrEnum):
    """How the list is sorted."""

    WAITING = "waiting"  # who has waited longest comes first
    NEWEST = "newest"
    NAME = "name"
    COUNTRY = "country"


@dataclass(frozen=True)
class Filters:
    """What the address of the list asks for; everything unknown is left out."""

    state: State | None = State.SUBMITTED
    category: int | None = None
    mode: Mode | None = None
    country: str = ""
    language: str = ""
    search: str = ""
    changed: str = ""  # "1": only people whose answers changed since the decision
    sort: Order = Order.WAITING
    addresses: bool = False  # whether the search looks through mail addresses: not asked for, but by role

    @property
    def leave_all(self) -> bool:
        """Tell whether nobody is left out but by state."""
        return not (self.category or self.mode or self.country or self.language or self.search or self.changed)

    def as_query(self) -> dict[str, str]:
        """Return the filters as the address carries them, defaults left out."""
        query = {
            each.name: str(getattr(self, each.name))
            for each in fields(self)
            if each.name not in ("state", "addresses") and getattr(self, each.name) not in (each.default, None)
        }
        if self.state is not State.SUBMITTED:
            query["state"] = self.state.value if self.state else ALL
        return query


def filters_from(query: Mapping[str, str], *, addresses: bool) -> Filters:
    """Read the filters of an address; a value that means nothing counts as not given.

    `addresses` tells whether the reader sees mail addresses, and so may search them.
    """
    category = query.get("category", "")
    country = query.get("country", "").upper()
    language = query.get("language", "").lower()
    return Filters(
        state=_state(query.get("state", ALL if query.get("changed") else "")),
        changed="1" if query.get("changed") else "",
        category=int(category) if category.isascii() and category.isdigit() and len(category) < 10 else None,
        mode=Mode(query["mode"]) if query.get("mode") in set(Mode) else None,
        country=country if len(country) == 2 and country.isalpha() else "",
        language=language if 2 <= len(language) <= 3 and language.isascii() and language.isalpha() else "",
        search=query.get("search", "").strip()[:100],
        sort=Order(query["sort"]) if query.get("sort") in set(Order) else Order.WAITING,
        addresses=addresses,
    )


def _state(text: str | None) -> State | None:
    if text == ALL:
        return None
    return State(text) if text in set(State) else State.SUBMITTED


@dataclass(frozen=True)
class QueuePage:
    """One page of the list."""

    rows: Sequence[Registration]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """Return how many pages there are; one at least."""
        return max(1, ceil(self.total / PAGE_SIZE))

    @property
    def first(self) -> int:
        """Return the number of the first row shown, from 1."""
        return (self.page - 1) * PAGE_SIZE + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """Return the number of the last row shown."""
        return (self.page - 1) * PAGE_SIZE + len(self.rows)

    def waiting_days(self, registration: Registration, now: datetime) -> int | None:
        """Return for how many days somebody has waited, or None when nobody has to decide."""
        if registration.state not in (State.SUBMITTED, State.WAITLISTED):
            return None
        return max(0, (now - registration.submitted_at).days)


def list_queue(
    ctx: Context, event: Event, filters: Filters, page: int, language: str, counts: Mapping[State, int]
) -> QueuePage:
    """Return a page of the event's registrations; a page beyond the last is the last. `counts` are those by state."""
    if filters.leave_all:  # counted already: the row of states shows it
        total = sum(counts.values()) if filters.state is None else counts.get(filters.state, 0)
    else:
        total = count_matching(ctx, event, filters, language)
    return _page(ctx, event, filters, page, total, _conditions(filters, language))


def list_chosen(ctx: Context, event: Event, filters: Filters, page: int, ids: Sequence[int]) -> QueuePage:
    """Return a page of the people chosen, in the order of the filters, whatever else these say."""
    return _page(ctx, event, filters, page, len(ids), [Registration.id.in_(ids)])


def _page(
    ctx: Context, event: Event, filters: Filters, page: int, total: int, conditions: Sequence[ColumnElement[bool]]
) -> QueuePage:
    page = max(1, min(page, ceil(total / PAGE_SIZE)))
    rows = ctx.session.scalars(
        select(Registration)
        .options(joinedload(Registration.category))
        .where(Registration.event_id == event.id, *conditions)
        .order_by(*_order(filters))
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    return QueuePage(rows, total, page)


@dataclass(frozen=True)
class Choice:
    """The people ticked so far, on this page and others, who can be decided on."""

    ids: Sequence[int] = ()
    only: bool = False  # nobody else is shown
    cut: bool = False  # more were asked for than can be decided on at once

    def elsewhere(self, page: QueuePage) -> list[int]:
        """Return those who are not on the page."""
        here = {row.id for row in page.rows}
        return [each for each in self.ids if each not in here]


def choice_from(
    ctx: Context, event: Event, filters: Filters, language: str, asked: Sequence[int], *, wish: str, only: bool
) -> Choice:
    """Return who is chosen: those asked for who can be decided on, and with the wish `MATCHING` all who match."""
    if wish == NONE:
        return Choice()
    known = set(_list_ids(ctx, event, filters, [Registration.id.in_(asked), _DECIDABLE])) if asked else set()
    kept = [each for each in asked if each in known]
    matching: Sequence[int] = []
    if wish == MATCHING:
        matching = _list_ids(ctx, event, filters, [*_conditions(filters, language), _DECIDABLE])
    found = list(dict.fromkeys([*kept, *matching]))
    return Choice(found[:MOST_AT_ONCE], only=bool(found) and only, cut=len(found) > MOST_AT_ONCE)


def count_decidable(
    ctx: Context, event: Event, filters: Filters, language: str, page: QueuePage, counts: Mapping[State, int]
) -> int:
    """Return how many of those whom the filters leave can be decided on, without a query where it is known."""
    if filters.state is not None:
        return page.total if filters.state in DECIDABLE else 0
    if filters.leave_all:
        return sum(counts.get(state, 0) for state in DECIDABLE)
    wanted = [Registration.event_id == event.id, *_conditions(filters, language), _DECIDABLE]
    return ctx.session.scalar(select(func.count()).select_from(Registration).where(*wanted)) or 0


def _list_ids(ctx: Context, event: Event, filters: Filters, conditions: Sequence[ColumnElement[bool]]) -> Sequence[int]:
    return ctx.session.scalars(
        select(Registration.id)
        .where(Registration.event_id == event.id, *conditions)
        .order_by(*_order(filters))
        .limit(MOST_AT_ONCE + 1)
    ).all()


def count_matching(ctx: Context, event: Event, filters: Filters, language: str) -> int:
    """Return how many people the filters leave."""
    wanted = [Registration.event_id == event.id, *_conditions(filters, language)]
    return ctx.session.scalar(select(func.count()).select_from(Registration).where(*wanted)) or 0


def list_matching(ctx: Context, event: Event, filters: Filters, language: str) -> Sequence[Registration]:
    """Return everybody whom the filters leave, in the order of the list."""
    wanted = [Registration.event_id == event.id, *_conditions(filters, language)]
    return ctx.session.scalars(select(Registration).where(*wanted).order_by(*_order(filters))).all()


def list_countries(ctx: Context, event: Event) -> list[str]:
    """Return the countries that people of the event come from, as ISO 3166-1 codes."""
    return list(ctx.session.scalars(select(Registration.country).where(Registration.event_id == event.id).distinct()))


def _conditions(filters: Filters, language: str) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.state is not None:
        conditions.append(Registration.state == filters.state)
    if filters.category is not None:
        conditions.append(Registration.category_id == filters.category)
    if filters.mode is not None:
        conditions.append(Registration.mode == filters.mode)
    if filters.changed:
        conditions.append(Registration.changed_at.is_not(None))
    if filters.country:
        conditions.append(Registration.country == filters.country)
    if filters.language:
        conditions.append(cast(Registration.speaks, String).like(f'%"{filters.language}"%'))
    conditions += _searched(fold(filters.search), language, addresses=filters.addresses)
    return conditions


def _searched(folded: str, language: str, *, addresses: bool) -> list[ColumnElement[bool]]:
    """Return where every word is found, in any order, in what is searched or as the beginning of the country's name.

    A country's name of several words is found as it is written.
    """
    countries = [(code, fold(name)) for code, name in country_choices(language)] if folded else []

    def is_from(beginning: str) -> ColumnElement[bool]:
        return Registration.country.in_([code for code, name in countries if name.startswith(beginning)])

    words = folded.split()[:MOST_WORDS]
    if not words:
        return []
    each_word = and_(*(or_(_found(word, addresses=addresses), is_from(word)) for word in words))
    return [each_word if len(words) == 1 else or_(each_word, is_from(folded))]


def _found(folded: str, *, addresses: bool) -> ColumnElement[bool]:
    """Return where the text is found: the address is the second line, and before the line's end only if it may be."""
    if addresses:
        return Registration.search_text.contains(folded, autoescape=True)
    escaped = folded.replace("/", "//").replace("%", "/%").replace("_", "/_")
    return Registration.search_text.like(f"%{escaped}%\n%", escape="/")


def _order(filters: Filters) -> tuple[ColumnElement[Any], ...]:
    by: dict[Order, tuple[ColumnElement[Any], ...]] = {
        Order.WAITING: (Registration.submitted_at.asc(), Registration.id.asc()),
        Order.NEWEST: (Registration.submitted_at.desc(), Registration.id.desc()),
        Order.NAME: (Registration.search_text.asc(), Registration.id.asc()),
        Order.COUNTRY: (Registration.country.asc(), Registration.search_text.asc(), Registration.id.asc()),
    }
    if filters.state is State.WAITLISTED and filters.sort is Order.WAITING:
        return (Registration.waitlist_rank.asc(), Registration.id.asc())
    return by[filters.sort]
