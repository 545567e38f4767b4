"""What an import would do with each session of a file: pure functions of the file and the event's draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from eventapp.agenda.exchange.reading import ReadPerson, ReadSession
from eventapp.agenda.states import SessionKind
from eventapp.agenda.values import PersonValues, SessionValues
from eventapp.core.text import fold
from eventapp.core.translated import Translated
from eventapp.core.wall_time import problem_of

MOST_LETTERS = 300  # of a title


class Outcome(StrEnum):
    """What becomes of a session of the file."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True)
class Known:
    """What the event has already: its zone and languages, and names by which a file may mean its parts."""

    zone: str
    languages: Sequence[str]
    days: Sequence[date]
    places: Mapping[str, int]  # folded names in every language → id
    themes: Mapping[str, int]  # folded titles in every language → id
    theme_numbers: Mapping[int, int]  # number → id
    institutions: Mapping[str, int]
    sessions: Mapping[str, tuple[int, SessionValues]]  # source key or UID → id and values


@dataclass(frozen=True)
class Resolved:
    """A session of the file as it would be in the draft; parts that the event lacks are named, to be added."""

    read: ReadSession
    outcome: Outcome
    faults: Sequence[str] = ()
    session_id: int | None = None
    values: SessionValues | None = None
    new_place: Translated | None = None
    new_theme: Translated | None = None


def resolve(sessions: Sequence[ReadSession], known: Known) -> list[Resolved]:
    """Return what would become of each session, in the order of the file; a second one of a key is refused."""
    seen: set[str] = set()
    resolved = []
    for session in sessions:
        twice = bool(session.key) and session.key in seen
        seen.add(session.key)
        resolved.append(_resolve(session, known, ["twice"] if twice else []))
    return resolved


def _resolve(read: ReadSession, known: Known, faults: list[str]) -> Resolved:
    faults = [*read.faults, *faults, *_faults(read, known)]
    starts, ends = read.starts_local, read.ends_local
    if faults or starts is None or ends is None:
        return Resolved(read, Outcome.REFUSED, faults)
    session_id, before = known.sessions.get(read.key) or known.sessions.get(read.uid) or (None, None)
    place_id = _named(read.place, known.places)
    theme_id = known.theme_numbers.get(read.theme) if read.theme is not None else None
    theme_id = theme_id or _named(read.theme_title, known.themes)
    values = SessionValues(
        kind=read.kind or (before.kind if before else SessionKind.PLENARY),
        title=_merged(read.title, before.title if before else None, known.languages),
        text=_merged(read.text, before.text if before else None, known.languages),
        starts_local=starts,
        ends_local=ends,
        theme_id=theme_id,
        place_id=place_id,
        languages=read.languages or (tuple(before.languages) if before else ()),
        interpretation=read.interpretation or (before.interpretation if before else False),
        streamed=read.streamed or (before.streamed if before else False),
        sign_up=read.sign_up or (before.sign_up if before else False),
        capacity=read.capacity if read.capacity is not None else (before.capacity if before else None),
        people=_people(read.people, before, known),
    )
    new_place = read.place if read.place and place_id is None else None
    new_theme = read.theme_title if read.theme_title and theme_id is None else None
    if before is None:
        outcome = Outcome.NEW
    else:
        outcome = Outcome.SAME if values == before and not new_place and not new_theme else Outcome.CHANGED
    return Resolved(read, outcome, (), session_id, values, new_place, new_theme)


def _faults(read: ReadSession, known: Known) -> list[str]:
    faults = []
    if not read.title:
        faults.append("no_title")
    if any(len(text) > MOST_LETTERS for text in read.title.values()):
        faults.append("long_title")
    starts, ends = read.starts_local, read.ends_local
    if starts is not None and ends is not None:
        if ends <= starts:
            faults.append("ends_before")
        if any(problem_of(wall, known.zone) is not None for wall in (starts, ends)):
            faults.append("unclear_time")
    if read.capacity is not None and read.capacity < 1:
        faults.append("capacity")
    return faults


def _merged(text: Translated, before: Translated | None, languages: Sequence[str]) -> Translated:
    """Return the file's texts over those there are, so that a file in one language keeps the others.

    What the file says in none of the event's languages becomes its first one.
    """
    merged = Translated({**(before or {}), **text})
    if merged and languages and languages[0] not in merged:
        merged = merged.with_text(languages[0], merged.text(languages[0]))
    return merged.ordered(languages)


def _named(name: Translated, ids: Mapping[str, int]) -> int | None:
    return next((ids[folded] for text in name.values() if (folded := fold(text)) in ids), None)


def _people(read: Sequence[ReadPerson], before: SessionValues | None, known: Known) -> tuple[PersonValues, ...]:
    """Return the people of the file; one who is there already keeps state, role and address that it does not tell."""
    there = {fold(person.name): person for person in before.people if person.name} if before else {}
    people = []
    for person in read:
        institution_id = _named(person.institution, known.institutions)
        unknown = person.institution if institution_id is None else Translated()
        made = PersonValues(
            role=person.role,
            state=person.state,
            name=person.name,
            affiliation=person.affiliation or unknown,
            institution_id=institution_id,
        )
        same = there.get(fold(person.name)) if person.name else None
        if same is not None:
            made = replace(
                made,
                email=same.email,
                affiliation=made.affiliation or same.affiliation,
                institution_id=made.institution_id or same.institution_id,
            )
        people.append(made)
    return tuple(people)
