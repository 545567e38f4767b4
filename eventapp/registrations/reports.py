"""The reports of an event: balance, food and access needs; a constant number of queries, put into words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from flask_babel.speaklater import LazyString
from sqlalchemy import and_, func, or_, select

from eventapp.core import audit
from eventapp.core.context import Context
from eventapp.core.formatting import country_name, language_name
from eventapp.core.tables import Cell
from eventapp.core.text import fold
from eventapp.events.models import Event
from eventapp.invitations.models import Invitation
from eventapp.invitations.states import InvitationState
from eventapp.registrations import balance, hooks, queries, words
from eventapp.registrations.balance import Change, Comparison, Dimension, Group, Line, Stage, Table
from eventapp.registrations.checkin import queries as check_ins
from eventapp.registrations.models import Registration
from eventapp.registrations.states import Mode, Sector, State

Answered = TypeVar("Answered", Line, Change)

STAGE: Mapping[Stage, LazyString] = {
    Stage.INVITED: lazy_pgettext("people counted", "Invited"),
    Stage.REGISTERED: lazy_pgettext("people counted", "Registered"),
    Stage.APPROVED: lazy_pgettext("people counted", "Confirmed"),
    Stage.PRESENT: lazy_pgettext("people counted", "Present"),
}
HIDDEN = "*"

_GENDER: Mapping[str, LazyString] = {
    "women": _l("Women"),
    "men": _l("Men"),
    "non-binary": _l("Non-binary"),
    balance.OTHER: _l("In other words"),
}
_EVERYBODY = frozenset({Stage.REGISTERED})
_CONFIRMED = frozenset({Stage.REGISTERED, Stage.APPROVED})
_CAME = frozenset({Stage.REGISTERED, Stage.APPROVED, Stage.PRESENT})


def list_groups(ctx: Context, event: Event) -> list[Group]:
    """Return the invited and registered people of the event, counted by their answers, erased people among them."""
    erased = [group for count in hooks.counted_before for group in count(ctx, event)]
    return [*_invited(ctx, event), *_registered(ctx, event), *erased]


def list_confirmed_groups(ctx: Context, event: Event) -> list[Group]:
    """Return the confirmed people of the event, counted by their answers."""
    return _registered(ctx, event, State.APPROVED)


def group_of(registration: Registration) -> Group:
    """Return one person as they would count once confirmed."""
    return Group(1, _CONFIRMED, {each: _kept(getattr(registration, each.value)) for each in Dimension})


def compare(ctx: Context, event: Event, able: Iterable[Registration]) -> list[Comparison]:
    """Return the balance of those who are confirmed, before and after these people are."""
    return balance.compare(list_confirmed_groups(ctx, event), [group_of(each) for each in able])


def _registered(ctx: Context, event: Event, state: State | None = None) -> list[Group]:
    columns = [getattr(Registration, each.value) for each in Dimension]
    came = check_ins.came_to(event)
    is_here = came.c.registration_id.is_not(None)
    query = (
        select(Registration.state, is_here, func.count(), *columns)
        .outerjoin(came, came.c.registration_id == Registration.id)
        .where(Registration.event_id == event.id)
    )
    if state is not None:
        query = query.where(Registration.state == state)
    rows = ctx.session.execute(query.group_by(Registration.state, is_here, *columns))
    return [
        Group(number, _stages(its_state, came=bool(here)), dict(zip(Dimension, map(_kept, answers), strict=True)))
        for its_state, here, number, *answers in rows
    ]


def _stages(state: State, *, came: bool) -> frozenset[Stage]:
    if state is not State.APPROVED:
        return _EVERYBODY
    return _CAME if came else _CONFIRMED


def _invited(ctx: Context, event: Event) -> list[Group]:
    columns = (Invitation.country, Invitation.category_id, Invitation.language)
    asked = or_(
        Invitation.state == InvitationState.ACCEPTED,
        and_(Invitation.sent_at.is_not(None), Invitation.state != InvitationState.DRAFT),
    )
    rows = ctx.session.execute(
        select(func.count(), *columns).where(Invitation.event_id == event.id, asked).group_by(*columns)
    )
    known = (Dimension.COUNTRY, Dimension.CATEGORY, Dimension.LANGUAGE)
    return [
        Group(number, frozenset({Stage.INVITED}), dict(zip(known, map(_kept, answers), strict=True)))
        for number, *answers in rows
    ]


def _kept(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


class Naming:
    """The words for the answers of each dimension, in the reader's language."""

    def __init__(self, ctx: Context, event: Event, language: str) -> None:
        self._categories = {str(each.id): each.name.text(language) for each in queries.list_categories(ctx, event)}
        self._language = language

    def title(self, dimension: Dimension) -> str:
        """Return the words for a dimension."""
        return str(words.FIELD[dimension.value])

    def ordered(self, dimension: Dimension, lines: Iterable[Answered]) -> list[Answered]:
        """Return the answers by their rank, those of equal rank by their words."""
        by_words = sorted(lines, key=lambda line: fold(self.answer(dimension, line.value, line.own_words)))
        return sorted(by_words, key=lambda line: line.rank)

    def answer(self, dimension: Dimension, value: str, own_words: str = "") -> str:
        """Return the words for an answer."""
        if not value:
            return str(_("Not said"))
        match dimension:
            case Dimension.COUNTRY:
                return country_name(value, self._language)
            case Dimension.SECTOR:
                return str(words.SECTOR[Sector(value)])
            case Dimension.CATEGORY:
                return self._categories.get(value, value)
            case Dimension.LANGUAGE:
                name = language_name(value, self._language)
                return name[:1].upper() + name[1:]
            case Dimension.FIRST_TIME:
                return str(_("Yes") if value == "yes" else _("No"))
            case Dimension.MODE:
                return str(words.MODE[Mode(value)])
            case Dimension.GENDER:
                return str(_GENDER[value]) if value in _GENDER else own_words or value


def balance_rows(tables: Sequence[Table], naming: Naming) -> tuple[list[str], list[list[Cell]]]:
    """Return the balance as one table for a file; what is not shown is a star, what is not known is empty."""
    header = [str(_("Counted by")), str(_("Answer")), *(str(STAGE[stage]) for stage in Stage)]
    rows: list[list[Cell]] = [
        [
            naming.title(table.dimension),
            naming.answer(table.dimension, line.value, line.own_words),
            *(_in_file(line.counts[stage]) if stage in table.stages else None for stage in Stage),
        ]
        for table in tables
        for line in naming.ordered(table.dimension, table.lines)
    ]
    return header, rows


def _in_file(number: int | None) -> Cell:
    return HIDDEN if number is None else number


@dataclass(frozen=True)
class Need:
    """What several people asked for in nearly the same words, and who they are."""

    text: str
    names: Sequence[str]

    @property
    def number(self) -> int:
        """Return how many people asked for it."""
        return len(self.names)


@dataclass(frozen=True)
class Needs:
    """What the venue must know of the people who come in person."""

    people: int
    dietary: Sequence[Need]
    access: Sequence[Need]

    def rows(self, *, names: bool) -> list[list[Cell]]:
        """Return one row a need, for a file; with names only if asked for."""
        kinds = ((words.FIELD["dietary"], self.dietary), (words.FIELD["access_needs"], self.access))
        return [
            [str(kind), need.text, need.number, *([", ".join(need.names)] if names else [])]
            for kind, needs in kinds
            for need in needs
        ]


def needs_of(ctx: Context, event: Event) -> Needs:
    """Return what those who are confirmed in person eat and need, in one query."""
    people = ctx.session.execute(
        select(Registration.name, Registration.dietary, Registration.access_needs)
        .where(
            Registration.event_id == event.id,
            Registration.state == State.APPROVED,
            Registration.mode == Mode.IN_PERSON,
        )
        .order_by(Registration.name, Registration.id)
    ).all()
    return Needs(
        people=len(people),
        dietary=_needs((each.name, each.dietary) for each in people),
        access=_needs((each.name, each.access_needs) for each in people),
    )


def needs_header(*, names: bool) -> list[str]:
    """Return the titles of the columns of the needs."""
    return [str(_("About")), str(_("Need")), str(_("People")), *([str(_("Names"))] if names else [])]


def note_needs(ctx: Context, event: Event, needs: Needs, *, names: bool, kind: str) -> None:
    """Record that somebody took the needs along, with how many people and whether with their names."""
    fields = ["name", "dietary", "access_needs"] if names else ["dietary", "access_needs"]
    audit.record(ctx, event, "export-needs", {"fields": fields, "count": needs.people, "format": kind})


def _needs(said: Iterable[tuple[str, str]]) -> list[Need]:
    alike: dict[str, list[tuple[str, str]]] = {}
    for name, text in said:
        if folded := fold(text).strip(" ."):
            alike.setdefault(folded, []).append((name, " ".join(text.split())))
    found = [Need(text=people[0][1], names=[name for name, _text in people]) for people in alike.values()]
    return sorted(found, key=lambda need: (-need.number, fold(need.text)))
