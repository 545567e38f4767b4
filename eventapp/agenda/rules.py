"""What is odd about an agenda, and what changed from one release to the next: pure functions of snapshots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Any

from eventapp.agenda.snapshot import SessionEntry, Snapshot, schedule
from eventapp.agenda.states import ChangeKind, PersonState, WarningKind
from eventapp.core.text import fold
from eventapp.core.translated import Translated


@dataclass(frozen=True)
class Warning:
    """One thing to look at; `what` is the place, the person or the language codes it is about."""

    kind: WarningKind
    sessions: tuple[SessionEntry, ...]
    what: Translated | str | tuple[str, ...] | int = ""


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

    @property
    def is_retimed(self) -> bool:
        """Tell whether start or end differ."""
        return (self.was_starts_local, self.was_ends_local) != (self.starts_local, self.ends_local)


_FIELDS = ("kind", "title", "text", "theme", "languages", "interpretation", "streamed", "sign_up", "capacity", "people")


def changes_between(last: Snapshot | None, new: Snapshot) -> list[Change]:
    """Return what a reader of `last` has to learn, in the order of the agenda; the first release changes nothing."""
    if last is None:
        return []
    before = {session.uid: session for session in last.sessions}
    found = (_change(last, before.get(session.uid), new, session) for session in new.sessions)
    return [change for change in found if change is not None]


def _change(last: Snapshot, before: SessionEntry | None, new: Snapshot, session: SessionEntry) -> Change | None:
    if before is None or (before.cancelled and not session.cancelled):
        return _of(ChangeKind.ADDED, session)
    if session.cancelled:
        return None if before.cancelled else _of(ChangeKind.CANCELLED, session)
    fields = tuple(name for name in _FIELDS if getattr(before, name) != getattr(session, name))
    own_schedule = (before.starts_local, before.ends_local, before.place)
    if own_schedule != (session.starts_local, session.ends_local, session.place):
        return _of(ChangeKind.MOVED, session, before, fields)
    if fields:
        return _of(ChangeKind.CHANGED, session, before, fields)
    if schedule(last, before) != schedule(new, session):  # the zone or the house is another
        return _of(ChangeKind.MOVED, session, before)
    return None


def _of(
    kind: ChangeKind, session: SessionEntry, before: SessionEntry | None = None, fields: Sequence[str] = ()
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
        fields=tuple(fields),
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
    )


def warnings(draft: Snapshot) -> list[Warning]:
    """Return what organisers should look at before they release the draft, the gravest first."""
    sessions = [session for session in draft.sessions if not session.cancelled]
    clashes = [pair for pair in combinations(sessions, 2) if overlap(*pair)]
    return [
        *(
            Warning(WarningKind.PLACE_TWICE, pair, pair[0].place)
            for pair in clashes
            if pair[0].place_id is not None and pair[0].place_id == pair[1].place_id
        ),
        *(Warning(WarningKind.PERSON_TWICE, pair, name) for pair in clashes for name in _people_in_both(*pair)),
        *(
            Warning(WarningKind.OUTSIDE_DAYS, (session,))
            for session in sessions
            if session.starts_local.date() < draft.starts_on or session.ends_local.date() > draft.ends_on
        ),
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


def overlap(one: SessionEntry, other: SessionEntry) -> bool:
    """Tell whether two sessions take place at the same time; touching ends do not count."""
    return one.starts_local < other.ends_local and other.starts_local < one.ends_local


def missing_languages(session: SessionEntry, languages: Sequence[str]) -> tuple[str, ...]:
    """Return the languages in which the title, or a text that exists in another language, is missing."""
    missing = set(session.title.missing(languages))
    if session.text:
        missing.update(session.text.missing(languages))
    return tuple(code for code in languages if code in missing)


def _people_in_both(one: SessionEntry, other: SessionEntry) -> list[str]:
    there = {fold(person.name) for person in other.people if person.name}
    return [person.name for person in one.people if person.name and fold(person.name) in there]
