"""What is odd about an agenda, and what changed from one release to the next: pure functions of snapshots."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from eventapp.agenda.details import Detail, detail_from_json, detail_to_json, details_between
from eventapp.agenda.snapshot import SessionEntry, Snapshot, order, schedule
from eventapp.agenda.states import ChangeKind, Gravity, PersonState, SessionKind, WarningKind
from eventapp.core.text import fold
from eventapp.core.translated import Translated
from eventapp.core.wall_time import problem_of


@dataclass(frozen=True)
class Warning:
    """One thing to look at; `what` is the place, person, day, number or language codes it is about."""

    kind: WarningKind
    sessions: tuple[SessionEntry, ...]
    what: Translated | str | tuple[str, ...] | int | date = ""

    @property
    def day(self) -> date | None:
        """Return the day on which it is seen."""
        if isinstance(self.what, date):
            return self.what
        return self.sessions[0].starts_local.date() if self.sessions else None

    @property
    def gravity(self) -> Gravity:
        """Return how much it matters."""
        return _GRAVITY[self.kind]


_GRAVITY: Mapping[WarningKind, Gravity] = {
    WarningKind.PLACE_TWICE: Gravity.IMPOSSIBLE,
    WarningKind.PERSON_TWICE: Gravity.IMPOSSIBLE,
    WarningKind.OUTSIDE_DAYS: Gravity.IMPOSSIBLE,
    WarningKind.UNCLEAR_TIME: Gravity.IMPOSSIBLE,
    WarningKind.OVER_PLACES: Gravity.ODD,
    WarningKind.OVER_CAPACITY: Gravity.ODD,
    WarningKind.NO_LUNCH: Gravity.ODD,
    WarningKind.MISSING_TRANSLATION: Gravity.UNFINISHED,
    WarningKind.UNCONFIRMED: Gravity.UNFINISHED,
}


@dataclass(frozen=True)
class Change:
    """One session that is not as it was in the release before; the times and places before are those of a move."""

    kind: ChangeKind
    session_id: int
    title: Translated
    starts_local: datetime
    ends_local: datetime
    place: Translated
    was_starts_local: datetime | None = None
    was_ends_local: datetime | None = None
    was_place: Translated | None = None
    fields: tuple[str, ...] = ()
    details: tuple[Detail, ...] = ()

    @property
    def is_retimed(self) -> bool:
        """Tell whether start or end differ."""
        return (self.was_starts_local, self.was_ends_local) != (self.starts_local, self.ends_local)


def changes_between(last: Snapshot | None, new: Snapshot) -> list[Change]:
    """Return what a reader of `last` has to learn, in the order of the agenda; the first release changes nothing.

    A session that `new` does not know counts as cancelled.
    """
    if last is None:
        return []
    before = {session.uid: session for session in last.sessions}
    present = {session.uid for session in new.sessions}
    gone = [replace(session, cancelled=True) for session in last.sessions if session.uid not in present]
    sessions = sorted((*new.sessions, *gone), key=order)
    found = (change_of(last, before.get(session.uid), new, session) for session in sessions)
    return [change for change in found if change is not None]


def change_of(last: Snapshot, before: SessionEntry | None, new: Snapshot, session: SessionEntry) -> Change | None:
    """Return what became of one session from `last`, where it was `before`, to `new`; None when nothing did."""
    if session.cancelled:
        return _of(ChangeKind.CANCELLED, session) if before is not None and not before.cancelled else None
    if before is None or before.cancelled:
        return _of(ChangeKind.ADDED, session)
    details = details_between(before, session)
    own_schedule = (before.starts_local, before.ends_local, before.place)
    if own_schedule != (session.starts_local, session.ends_local, session.place):
        return _of(ChangeKind.MOVED, session, before, details)
    if details:
        return _of(ChangeKind.CHANGED, session, before, details)
    if schedule(last, before) != schedule(new, session):  # the zone or the house is another
        return _of(ChangeKind.MOVED, session, before)
    return None


def _of(
    kind: ChangeKind, session: SessionEntry, before: SessionEntry | None = None, details: Sequence[Detail] = ()
) -> Change:
    return Change(
        kind=kind,
        session_id=session.id,
        title=session.title,
        starts_local=session.starts_local,
        ends_local=session.ends_local,
        place=session.place,
        was_starts_local=before.starts_local if before else None,
        was_ends_local=before.ends_local if before else None,
        was_place=before.place if before else None,
        fields=tuple(dict.fromkeys(detail.field for detail in details)),
        details=tuple(details),
    )


def change_to_json(change: Change) -> dict[str, Any]:
    """Return the change as JSON values."""
    return {
        "kind": change.kind.value,
        "session_id": change.session_id,
        "title": change.title.as_dict(),
        "starts_local": change.starts_local.isoformat(),
        "ends_local": change.ends_local.isoformat(),
        "place": change.place.as_dict(),
        "was_starts_local": change.was_starts_local.isoformat() if change.was_starts_local else None,
        "was_ends_local": change.was_ends_local.isoformat() if change.was_ends_local else None,
        "was_place": change.was_place.as_dict() if change.was_place is not None else None,
        "fields": list(change.fields),
        "details": [detail_to_json(detail) for detail in change.details],
    }


def change_from_json(stored: Mapping[str, Any]) -> Change:
    """Return the change that `change_to_json` wrote."""

    def moment(value: str | None) -> datetime | None:
        return datetime.fromisoformat(value) if value else None

    return Change(
        kind=ChangeKind(stored["kind"]),
        session_id=stored["session_id"],
        title=Translated(stored["title"]),
        starts_local=datetime.fromisoformat(stored["starts_local"]),
        ends_local=datetime.fromisoformat(stored["ends_local"]),
        place=Translated(stored["place"]),
        was_starts_local=moment(stored["was_starts_local"]),
        was_ends_local=moment(stored["was_ends_local"]),
        was_place=Translated(stored["was_place"]) if stored["was_place"] is not None else None,
        fields=tuple(stored["fields"]),
        details=tuple(detail_from_json(detail) for detail in stored.get("details", ())),  # the first releases had none
    )


def warnings(
    draft: Snapshot, capacities: Mapping[int, int] | None = None, signed_up: Mapping[int, int] | None = None
) -> list[Warning]:
    """Return what organisers should look at before they release the draft, the gravest first.

    `capacities` says by the id of a place how many people it holds, where that is known; `signed_up` by the id of a
    session how many people hold one of its places.
    """
    sessions = [session for session in draft.sessions if not session.cancelled]
    holds, chosen = capacities or {}, signed_up or {}
    return [
        *_place_twice(sessions),
        *_person_twice(sessions),
        *(
            Warning(WarningKind.OUTSIDE_DAYS, (session,))
            for session in sessions
            if session.starts_local.date() < draft.starts_on or session.ends_local.date() > draft.ends_on
        ),
        *(
            Warning(WarningKind.UNCLEAR_TIME, (session,))
            for session in sessions  # the zone of the event was changed after the session was written
            if any(problem_of(wall, draft.zone) is not None for wall in (session.starts_local, session.ends_local))
        ),
        *(
            Warning(WarningKind.OVER_PLACES, (session,), people)
            for session in sessions
            if session.sign_up
            and session.capacity is not None
            and (people := chosen.get(session.id, 0)) > session.capacity
        ),
        *(
            Warning(WarningKind.OVER_CAPACITY, (session,), held)
            for session in sessions
            if session.capacity is not None
            and session.place_id is not None
            and (held := holds.get(session.place_id)) is not None
            and session.capacity > held
        ),
        *(Warning(WarningKind.NO_LUNCH, (), day) for day in days_without_lunch(sessions)),
        *(
            Warning(WarningKind.MISSING_TRANSLATION, (session,), missing)
            for session in sessions
            if (missing := missing_languages(session, draft.languages))
        ),
        *(
            Warning(WarningKind.UNCONFIRMED, (session,), count)
            for session in sessions
            if (count := sum(person.state is not PersonState.CONFIRMED for person in session.people))
        ),
    ]


def _place_twice(sessions: Sequence[SessionEntry]) -> list[Warning]:
    rows: dict[int, list[int]] = {}
    for index, session in enumerate(sessions):
        if session.place_id is not None:
            rows.setdefault(session.place_id, []).append(index)
    return [
        Warning(WarningKind.PLACE_TWICE, (sessions[one], sessions[other]), sessions[one].place)
        for one, other in sorted(pair for row in rows.values() for pair in _clashes(sessions, row))
    ]


def _person_twice(sessions: Sequence[SessionEntry]) -> list[Warning]:
    """Find who is in two sessions at once, however the name is accented; each person once a pair."""
    rows: dict[str, list[int]] = {}
    written: dict[tuple[int, str], tuple[int, str]] = {}  # how the name is written there, and where in the list
    for index, session in enumerate(sessions):
        for position, person in enumerate(session.people):
            name = fold(person.name)
            if name and (index, name) not in written:
                written[index, name] = (position, person.name)
                rows.setdefault(name, []).append(index)
    found = sorted(
        (one, other, *written[one, name]) for name, row in rows.items() for one, other in _clashes(sessions, row)
    )
    return [
        Warning(WarningKind.PERSON_TWICE, (sessions[one], sessions[other]), name) for one, other, _at, name in found
    ]


def _clashes(sessions: Sequence[SessionEntry], row: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of the row that overlap, by a sweep through time: only what is still on is compared."""
    still_on: list[int] = []
    for index in sorted(row, key=lambda each: sessions[each].starts_local):
        starts = sessions[index].starts_local
        still_on = [each for each in still_on if sessions[each].ends_local > starts]
        yield from ((min(index, each), max(index, each)) for each in still_on)
        still_on.append(index)


_NOON, _THREE, _LUNCH = time(12), time(15), timedelta(hours=1)


def days_without_lunch(sessions: Iterable[SessionEntry]) -> list[date]:
    """Return the days that run from before noon to after three without a lunch, or an hour free between."""
    by_day: dict[date, list[SessionEntry]] = {}
    for session in sessions:
        by_day.setdefault(session.starts_local.date(), []).append(session)
    return [day for day, of_day in sorted(by_day.items()) if not _has_lunch(day, of_day)]


def _has_lunch(day: date, sessions: Sequence[SessionEntry]) -> bool:
    noon, three = datetime.combine(day, _NOON), datetime.combine(day, _THREE)
    starts, ends = min(each.starts_local for each in sessions), max(each.ends_local for each in sessions)
    if starts >= noon or ends <= three or any(each.kind is SessionKind.LUNCH for each in sessions):
        return True
    free_from = noon
    for session in sorted(sessions, key=lambda each: each.starts_local):
        if session.is_quiet:
            continue
        if min(session.starts_local, three) - free_from >= _LUNCH:
            return True
        free_from = max(free_from, session.ends_local)
    return three - free_from >= _LUNCH


def overlap(one: SessionEntry, other: SessionEntry) -> bool:
    """Tell whether two sessions take place at the same time; touching ends do not count."""
    return one.starts_local < other.ends_local and other.starts_local < one.ends_local


def missing_languages(session: SessionEntry, languages: Sequence[str]) -> tuple[str, ...]:
    """Return the languages in which the title, or a text that exists in another language, is missing."""
    missing = set(session.title.missing(languages))
    if session.text:
        missing.update(session.text.missing(languages))
    return tuple(code for code in languages if code in missing)
