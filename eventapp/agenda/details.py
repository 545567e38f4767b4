"""What about a session changed beside its time and place: pure values, small enough to be kept with a release."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eventapp.agenda.snapshot import PersonEntry, SessionEntry, person_from_json, person_to_json
from eventapp.core.text import fold
from eventapp.core.translated import Translated

FIELDS = ("kind", "title", "text", "theme", "languages", "interpretation", "streamed", "sign_up", "capacity", "people")
_SAID = frozenset({"kind", "title", "theme", "languages", "interpretation", "streamed", "sign_up", "capacity"})


@dataclass(frozen=True)
class Detail:
    """One field that changed, with what it was and is; of people, one person, None where there was or is nobody."""

    field: str
    was: Any = None
    now: Any = None


def details_between(before: SessionEntry, after: SessionEntry) -> tuple[Detail, ...]:
    """Return what differs between two states of a session, people one by one; of a text only that it differs."""
    found = []
    for name in FIELDS:
        was, now = getattr(before, name), getattr(after, name)
        if was == now:
            continue
        if name == "people":
            found += people_between(was, now)
        else:
            found.append(Detail(name, was, now) if name in _SAID else Detail(name))
    return tuple(found)


def people_between(was: Sequence[PersonEntry], now: Sequence[PersonEntry]) -> list[Detail]:
    """Return who left, who is new and of whom something else is said; a new order alone is one detail of nobody."""
    rest = list(was)
    pairs: list[tuple[PersonEntry | None, PersonEntry]] = []
    for same in (_equal, _same_name_and_role, _same_name):
        known = {id(new) for _old, new in pairs}
        for new in now:
            old = next((each for each in rest if same(each, new)), None) if id(new) not in known else None
            if old is not None:
                rest.remove(old)
                pairs.append((old, new))
    known = {id(new) for _old, new in pairs}
    found = [Detail("people", old, None) for old in rest]
    found += [Detail("people", old, new) for old, new in pairs if old != new]
    found += [Detail("people", None, new) for new in now if id(new) not in known]
    return found or [Detail("people")]


def _equal(one: PersonEntry, other: PersonEntry) -> bool:
    return one == other


def _same_name_and_role(one: PersonEntry, other: PersonEntry) -> bool:
    return one.role is other.role and _same_name(one, other)


def _same_name(one: PersonEntry, other: PersonEntry) -> bool:
    return bool(one.name) and fold(one.name) == fold(other.name)


def detail_to_json(detail: Detail) -> dict[str, Any]:
    """Return the detail as JSON values."""
    return {"field": detail.field, "was": _to_json(detail.was), "now": _to_json(detail.now)}


def detail_from_json(stored: Mapping[str, Any]) -> Detail:
    """Return the detail that `detail_to_json` wrote."""
    field = stored["field"]
    return Detail(field, _from_json(field, stored["was"]), _from_json(field, stored["now"]))


def _to_json(value: Any) -> Any:
    if isinstance(value, PersonEntry):
        return person_to_json(value)
    if isinstance(value, Translated):
        return value.as_dict()
    return list(value) if isinstance(value, tuple) else value


def _from_json(field: str, value: Any) -> Any:
    if isinstance(value, dict):
        return person_from_json(value) if field == "people" else Translated(value)
    return tuple(value) if isinstance(value, list) else value
