"""The agenda as plain values: what a release freezes, and all that pages, calendars and documents are made from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from eventapp.agenda.states import QUIET_KINDS, PersonRole, PersonState, SessionKind
from eventapp.core.translated import Translated
from eventapp.core.wall_time import to_instant

FORMAT = 1
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class PersonEntry:
    """Somebody in a session."""

    role: PersonRole
    state: PersonState
    name: str
    affiliation: Translated
    institution: Translated

    @property
    def is_named(self) -> bool:
        """Tell whether there is more to show than "to be confirmed"."""
        return bool(self.name or self.affiliation or self.institution)


@dataclass(frozen=True)
class SessionEntry:
    """One entry of the agenda; `sequence` and `last_modified` are those of its calendar entry."""

    id: int
    uid: str
    kind: SessionKind
    title: Translated
    text: Translated  # Markdown
    theme: int | None  # the theme's number
    place_id: int | None
    place: Translated
    starts_local: datetime
    ends_local: datetime
    languages: tuple[str, ...]
    interpretation: bool
    streamed: bool
    people: tuple[PersonEntry, ...]
    sign_up: bool = False
    capacity: int | None = None  # places to sign up for; None: no limit
    cancelled: bool = False
    sequence: int = 0
    last_modified: datetime = _NEVER

    @property
    def is_quiet(self) -> bool:
        """Tell whether this is a pause, which takes up nobody's time in a calendar."""
        return self.kind in QUIET_KINDS


@dataclass(frozen=True)
class ThemeEntry:
    """A theme that sessions name."""

    number: int
    title: Translated


@dataclass(frozen=True)
class Slot:
    """The sessions that begin together, side by side."""

    sessions: tuple[SessionEntry, ...]

    @property
    def ends_local(self) -> datetime | None:
        """Return the time at which all of them end, or None when they end at different times."""
        ends = {session.ends_local for session in self.sessions}
        return ends.pop() if len(ends) == 1 else None


@dataclass(frozen=True)
class Day:
    """One day of the agenda."""

    date: date
    slots: tuple[Slot, ...]

    @property
    def sessions(self) -> list[SessionEntry]:
        """Return the day's sessions in order."""
        return [session for slot in self.slots for session in slot.sessions]


@dataclass(frozen=True)
class Snapshot:
    """The whole agenda in every language, with what it needs to know of its event."""

    title: Translated
    place: Translated  # the town
    venue: Translated
    zone: str
    starts_on: date
    ends_on: date
    languages: tuple[str, ...]
    contact_email: str
    hosts: tuple[Translated, ...]
    themes: tuple[ThemeEntry, ...]
    sessions: tuple[SessionEntry, ...]

    def theme(self, number: int | None) -> ThemeEntry | None:
        """Return the theme of that number, if the event has it."""
        return next((theme for theme in self.themes if theme.number == number), None)

    def find_session(self, session_id: int) -> SessionEntry | None:
        """Return the session of that id."""
        return next((session for session in self.sessions if session.id == session_id), None)

    def instants(self, session: SessionEntry) -> tuple[datetime, datetime]:
        """Return the instants, UTC, at which the session starts and ends."""
        return to_instant(session.starts_local, self.zone), to_instant(session.ends_local, self.zone)

    def machine_time(self, wall: datetime) -> str:
        """Return a wall time of the event for the `datetime` attribute: with the offset of that moment."""
        return to_instant(wall, self.zone).astimezone(ZoneInfo(self.zone)).isoformat(timespec="minutes")

    def is_on(self, session: SessionEntry, instant: datetime) -> bool:
        """Tell whether the session is under way at the instant."""
        starts, ends = self.instants(session)
        return not session.cancelled and starts <= instant < ends

    @property
    def days(self) -> tuple[Day, ...]:
        """Return the sessions by day and by the time they start."""
        return days_of(self.sessions)

    @property
    def content_hash(self) -> str:
        """Return the SHA-256 of the snapshot in its one canonical writing."""
        return hashlib.sha256(json.dumps(to_json(self), sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def days_of(sessions: Iterable[SessionEntry]) -> tuple[Day, ...]:
    """Return sessions by day and by the time they start."""
    in_order = sorted(sessions, key=order)
    return tuple(
        Day(
            date=day,
            slots=tuple(
                Slot(tuple(together)) for _start, together in groupby(of_day, key=lambda entry: entry.starts_local)
            ),
        )
        for day, of_day in groupby(in_order, key=lambda entry: entry.starts_local.date())
    )


def succeed(draft: Snapshot, last: Snapshot | None, now: datetime) -> Snapshot:
    """Return the draft as the release that follows `last`.

    A session that is gone stays as cancelled. SEQUENCE grows when time, place or state change; LAST-MODIFIED
    moves only with a change that a reader of that session could see (RFC 5545 §3.8.7.3, §3.8.7.4).
    """
    now = now.replace(microsecond=0)
    before = {session.uid: session for session in last.sessions} if last else {}
    kept = [_continue(session, before.get(session.uid), draft, last, now) for session in draft.sessions]
    present = {session.uid for session in draft.sessions}
    gone = [
        _continue(replace(session, cancelled=True), session, draft, last, now)
        for session in before.values()
        if session.uid not in present
    ]
    return replace(draft, sessions=tuple(sorted([*kept, *gone], key=order)))


def _continue(
    session: SessionEntry, before: SessionEntry | None, draft: Snapshot, last: Snapshot | None, now: datetime
) -> SessionEntry:
    if before is None or last is None:
        return replace(session, sequence=0, last_modified=now)
    same = replace(session, sequence=before.sequence, last_modified=before.last_modified)
    if same == before and surroundings(draft, same) == surroundings(last, before):
        return same
    rescheduled = schedule(draft, same) != schedule(last, before)
    return replace(
        same,
        sequence=before.sequence + rescheduled,
        last_modified=max(now, before.last_modified + timedelta(seconds=1)),
    )


def schedule(snapshot: Snapshot, session: SessionEntry) -> tuple[object, ...]:
    """Return what makes somebody be elsewhere: time, place and whether it takes place at all."""
    return (*snapshot.instants(session), session.place, snapshot.venue, snapshot.place, session.cancelled)


def surroundings(snapshot: Snapshot, session: SessionEntry) -> tuple[object, ...]:
    """Return what a session's calendar entry says that is not the session's own."""
    theme = snapshot.theme(session.theme)
    return (snapshot.zone, snapshot.venue, snapshot.place, snapshot.contact_email, snapshot.hosts, theme)


def order(session: SessionEntry) -> tuple[datetime, datetime, int]:
    """Return what sessions are sorted by."""
    return (session.starts_local, session.ends_local, session.id)


# JSON: as `Translated` keeps the order of its languages, so does the stored form.


def to_json(snapshot: Snapshot) -> dict[str, Any]:
    """Return the snapshot as JSON values."""
    return {
        "format": FORMAT,
        "title": snapshot.title.as_dict(),
        "place": snapshot.place.as_dict(),
        "venue": snapshot.venue.as_dict(),
        "zone": snapshot.zone,
        "starts_on": snapshot.starts_on.isoformat(),
        "ends_on": snapshot.ends_on.isoformat(),
        "languages": list(snapshot.languages),
        "contact_email": snapshot.contact_email,
        "hosts": [host.as_dict() for host in snapshot.hosts],
        "themes": [{"number": theme.number, "title": theme.title.as_dict()} for theme in snapshot.themes],
        "sessions": [_session_to_json(session) for session in snapshot.sessions],
    }


def from_json(stored: Mapping[str, Any]) -> Snapshot:
    """Return the snapshot that `to_json` wrote. Raises `ValueError` for a format it does not know."""
    if stored["format"] != FORMAT:
        raise ValueError(f"unknown format of an agenda snapshot: {stored['format']!r}")
    languages = tuple(stored["languages"])

    def text(value: Mapping[str, str]) -> Translated:
        return Translated(value).ordered(languages)

    def session(value: Mapping[str, Any]) -> SessionEntry:
        return SessionEntry(
            id=value["id"],
            uid=value["uid"],
            kind=SessionKind(value["kind"]),
            title=text(value["title"]),
            text=text(value["text"]),
            theme=value["theme"],
            place_id=value["place_id"],
            place=text(value["place"]),
            starts_local=datetime.fromisoformat(value["starts_local"]),
            ends_local=datetime.fromisoformat(value["ends_local"]),
            languages=tuple(value["languages"]),
            interpretation=value["interpretation"],
            streamed=value["streamed"],
            people=tuple(person_from_json(each, languages) for each in value["people"]),
            sign_up=value.get("sign_up", False),  # releases of the first version know none
            capacity=value.get("capacity"),
            cancelled=value["cancelled"],
            sequence=value["sequence"],
            last_modified=datetime.fromisoformat(value["last_modified"]),
        )

    return Snapshot(
        title=text(stored["title"]),
        place=text(stored["place"]),
        venue=text(stored["venue"]),
        zone=stored["zone"],
        starts_on=date.fromisoformat(stored["starts_on"]),
        ends_on=date.fromisoformat(stored["ends_on"]),
        languages=languages,
        contact_email=stored["contact_email"],
        hosts=tuple(text(host) for host in stored["hosts"]),
        themes=tuple(ThemeEntry(theme["number"], text(theme["title"])) for theme in stored["themes"]),
        sessions=tuple(session(each) for each in stored["sessions"]),
    )


def person_to_json(person: PersonEntry) -> dict[str, Any]:
    """Return somebody in a session as JSON values."""
    return {
        "role": person.role.value,
        "state": person.state.value,
        "name": person.name,
        "affiliation": person.affiliation.as_dict(),
        "institution": person.institution.as_dict(),
    }


def person_from_json(stored: Mapping[str, Any], languages: Sequence[str] = ()) -> PersonEntry:
    """Return the person that `person_to_json` wrote, texts in the order of the languages."""
    return PersonEntry(
        role=PersonRole(stored["role"]),
        state=PersonState(stored["state"]),
        name=stored["name"],
        affiliation=Translated(stored["affiliation"]).ordered(languages),
        institution=Translated(stored["institution"]).ordered(languages),
    )


def _session_to_json(session: SessionEntry) -> dict[str, Any]:
    return {
        "id": session.id,
        "uid": session.uid,
        "kind": session.kind.value,
        "title": session.title.as_dict(),
        "text": session.text.as_dict(),
        "theme": session.theme,
        "place_id": session.place_id,
        "place": session.place.as_dict(),
        "starts_local": session.starts_local.isoformat(),
        "ends_local": session.ends_local.isoformat(),
        "languages": list(session.languages),
        "interpretation": session.interpretation,
        "streamed": session.streamed,
        "people": [person_to_json(person) for person in session.people],
        "sign_up": session.sign_up,
        "capacity": session.capacity,
        "cancelled": session.cancelled,
        "sequence": session.sequence,
        "last_modified": session.last_modified.isoformat(),
    }
