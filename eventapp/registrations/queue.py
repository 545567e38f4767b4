"""The organisers' list of registrations: filters, order and pages, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from math import ceil
from typing import Any

from sqlalchemy import ColumnElement, String, cast, func, or_, select
from sqlalchemy.orm import joinedload

from eventapp.core.context import Context
from eventapp.core.formatting import country_choices
from eventapp.core.text import fold
from eventapp.events.models import Event
from eventapp.registrations.models import Registration
from eventapp.registrations.states import Mode, State

PAGE_SIZE = 50
ALL = "all"


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
    sort: Order = Order.WAITING

    def as_query(self) -> dict[str, str]:
        """Return the filters as the address carries them, defaults left out."""
        query = {
            each.name: str(getattr(self, each.name))
            for each in fields(self)
            if each.name != "state" and getattr(self, each.name) not in (each.default, None)
        }
        if self.state is not State.SUBMITTED:
            query["state"] = self.state.value if self.state else ALL
        return query


def filters_from(query: Mapping[str, str]) -> Filters:
    """Read the filters of an address; a value that means nothing counts as not given."""
    category = query.get("category", "")
    country = query.get("country", "").upper()
    language = query.get("language", "").lower()
    return Filters(
        state=_state(query.get("state")),
        category=int(category) if category.isascii() and category.isdigit() and len(category) < 10 else None,
        mode=Mode(query["mode"]) if query.get("mode") in set(Mode) else None,
        country=country if len(country) == 2 and country.isalpha() else "",
        language=language if 2 <= len(language) <= 3 and language.isascii() and language.isalpha() else "",
        search=query.get("search", "").strip()[:100],
        sort=Order(query["sort"]) if query.get("sort") in set(Order) else Order.WAITING,
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
    wanted = [Registration.event_id == event.id, *_conditions(filters, language)]
    if filters == Filters(state=filters.state, sort=filters.sort):  # counted already: the row of states shows it
        total = sum(counts.values()) if filters.state is None else counts.get(filters.state, 0)
    else:
        total = count_matching(ctx, event, filters, language)
    page = max(1, min(page, ceil(total / PAGE_SIZE)))
    rows = ctx.session.scalars(
        select(Registration)
        .options(joinedload(Registration.category))
        .where(*wanted)
        .order_by(*_order(filters))
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    return QueuePage(rows, total, page)


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
    if filters.country:
        conditions.append(Registration.country == filters.country)
    if filters.language:
        conditions.append(cast(Registration.speaks, String).like(f'%"{filters.language}"%'))
    folded = fold(filters.search)
    if folded:
        named = [code for code, name in country_choices(language) if fold(name).startswith(folded)]
        conditions.append(
            or_(Registration.search_text.contains(folded, autoescape=True), Registration.country.in_(named))
        )
    return conditions


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
