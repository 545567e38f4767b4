"""The list of participants as a file or on paper: chosen columns of those whom the filters leave."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from eventapp.core import audit
from eventapp.core.access import Permission
from eventapp.core.context import Context
from eventapp.core.formatting import country_name, language_name
from eventapp.core.tables import Cell
from eventapp.core.wall_time import to_wall
from eventapp.events.models import Event
from eventapp.registrations import choices, policy, queries, queue, words
from eventapp.registrations.again import state_in_words
from eventapp.registrations.answers import SENSITIVE
from eventapp.registrations.checkin import queries as check_ins
from eventapp.registrations.codes import spaced
from eventapp.registrations.models import Registration
from eventapp.registrations.own_columns import OwnColumns, is_own, without_numbers

SHOWN_TO_ALL = ("name", "organisation", "position", "country", "category_id", "mode", "speaks", "state", "code",
                "present")  # fmt: skip
TICKED = frozenset({"code", "name", "organisation", "position", "country", "category_id", "mode", "state"})
_MORE: Mapping[str, LazyString] = {
    "state": _l("State"),
    "code": _l("Code"),
    "present": _l("Present on"),
    "submitted_at": _l("Registered on"),
    "decided_at": _l("Decided on"),
    "override_reason": _l("Why beyond the seats"),
    "decision_reason": _l("Reason for the decision"),
    "changed_at": _l("Changed since the decision"),
    "waitlist_rank": _l("Rank on the waiting list"),
    "waitlisted_at": _l("On the waiting list since"),
    "offer_expires_at": _l("Seat offered until"),
}
_ALL = (*SHOWN_TO_ALL, "submitted_at", "decided_at", "decision_reason", "changed_at", "waitlist_rank",
        "waitlisted_at", "offer_expires_at", "email", "language", "sector", "city", "interpretation",
        "first_time", "why", "consent_directory", "consent_photos", "consent_mail_after", "wants_summaries",
        "override_reason", "dietary", "access_needs", "gender")  # fmt: skip
_INSTANTS = frozenset({"submitted_at", "decided_at", "changed_at", "waitlisted_at", "offer_expires_at"})
_OWN_WORDS = frozenset({"name", "organisation", "position", "email", "city", "why", "override_reason",
                        "decision_reason", "dietary", "access_needs", "gender"})  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """A table ready for a file or a page."""

    columns: Sequence[str]
    titles: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def columns_for(ctx: Context, event: Event, permissions: Collection[Permission]) -> list[tuple[str, str]]:
    """Return name and title of each column that the reader may take along: ours, the sensitive ones last, then own."""
    if not policy.sees_private_answers(permissions):
        return [(name, _offered(name)) for name in SHOWN_TO_ALL]
    own = OwnColumns(ctx, event.id).offered(sensitive=policy.sees_sensitive_answers(permissions))
    return [*((name, _offered(name)) for name in _ALL), *own]


def sheet_of(ctx: Context, event: Event, filters: queue.Filters, columns: Sequence[str], language: str) -> Sheet:
    """Return the chosen columns of everybody whom the filters leave, in the order of the list.

    The number of queries does not grow with them.
    """
    people = queue.list_matching(ctx, event, filters, language)
    categories = {each.id: each.name.text(language) for each in queries.list_categories(ctx, event)}
    there = check_ins.list_days(ctx, event) if "present" in columns else {}
    places = queries.waitlist_positions(ctx, event) if "waitlist_rank" in columns else {}
    words_for = _Words(event.timezone, categories, there, places, language)
    own = OwnColumns(ctx, event.id, with_files=True) if any(is_own(name) for name in columns) else None
    return Sheet(
        columns=columns,
        titles=[own.title_of(name) if own and is_own(name) else str(title_of(name)) for name in columns],
        rows=[
            [own.cell(person, name) if own and is_own(name) else words_for.cell(person, name) for name in columns]
            for person in people
        ],
    )


def note(ctx: Context, event: Event, sheet: Sheet, filters: queue.Filters, kind: str) -> None:
    """Record who took which columns of how many people; what was searched for may be a name and is left out."""
    audit.record(
        ctx,
        event,
        "export",
        {
            "fields": without_numbers(sheet.columns),
            "count": len(sheet.rows),
            "format": kind,
            "filters": {name: value for name, value in filters.as_query().items() if name != "search"},
        },
    )


def filters_in_words(ctx: Context, event: Event, filters: queue.Filters, language: str) -> list[str]:
    """Return what narrows the list, one phrase each."""
    said: list[str] = [str(words.STATE[filters.state]) if filters.state else str(_("All registrations"))]
    if filters.category is not None:
        names = {each.id: each.name.text(language) for each in queries.list_categories(ctx, event)}
        said += [names[filters.category]] if filters.category in names else []
    if filters.mode is not None:
        said.append(str(words.MODE[filters.mode]))
    if filters.changed:
        said.append(str(_("Changed since the decision")))
    if filters.country:
        said.append(country_name(filters.country, language))
    if filters.language:
        said.append(str(_("Speaks %(language)s", language=language_name(filters.language, language))))
    if filters.search:
        said.append(str(_("“%(words)s”", words=filters.search)))
    return said


def title_of(name: str) -> LazyString | str:
    """Return the title of a column; of one that is no more, its name."""
    return _MORE.get(name) or words.FIELD.get(name) or name


class _Words:
    """Answers in the words of one language; what is said again and again is looked up once."""

    def __init__(
        self,
        zone: str,
        categories: Mapping[int, str],
        there: Mapping[int, Sequence[date]],
        places: Mapping[int, int],
        language: str,
    ) -> None:
        self._zone, self._categories, self._there, self._language = zone, categories, there, language
        self._places = places
        self._known: dict[tuple[str, Hashable], str] = {}

    def cell(self, person: Registration, name: str) -> Cell:
        """Return one person's answer as a cell; instants as wall times of the event, which spreadsheets can sort."""
        if name == "present":
            return ", ".join(day.isoformat() for day in self._there.get(person.id, ()))
        if name == "waitlist_rank":
            return self._places.get(person.id)
        if name == "state":
            return str(state_in_words(person))
        value = getattr(person, name)
        if name == "code":
            return spaced(value)
        if name in _INSTANTS:
            return to_wall(value, self._zone).replace(microsecond=0) if value is not None else None
        if name in _OWN_WORDS:
            return str(value)
        key = (name, tuple(value) if isinstance(value, list) else value)
        if key not in self._known:
            self._known[key] = self._in_words(name, value)
        return self._known[key]

    def _in_words(self, name: str, value: Any) -> str:
        return choices.answer_in_words(name, value, self._categories, self._language)


def _offered(name: str) -> str:
    title = str(title_of(name))
    return str(_("%(label)s (sensitive)", label=title)) if name in SENSITIVE else title
