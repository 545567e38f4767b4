"""What an import would do with each session of a file: pure functions of the file and the event's draft."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from eventapp.agenda.exchange.reading import ReadPerson, ReadSession
from eventapp.agenda.states import PersonRole, PersonState, SessionKind
from eventapp.agenda.values import PersonValues, SessionValues
from eventapp.core import markdown
from eventapp.core.text import fold
from eventapp.core.translated import Translated
from eventapp.core.wall_time import problem_of

MOST_LETTERS = 300  # of a title
FARTHEST_DAYS = 366  # of a session from the event


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
    nowhere: Collection[str]  # folded names of house and town: where a session is that has no place of its own
    themes: Mapping[str, int]  # folded titles in every language → id
    theme_numbers: Mapping[int, int]  # number → id
    institutions: Mapping[str, int]
    sessions: Mapping[str, tuple[int, SessionValues]]  # source key or UID → id and values
    written: Mapping[int, Mapping[str, PersonValues]]  # id → whom we write, in any language, folded, like this


@dataclass(frozen=True)
class Resolved:
    """A session of the file as it would be in the draft; parts that the event lacks are named, to be added."""

    read: ReadSession
    outcome: Outcome
    faults: Sequence[str] = ()
    session_id: int | None = None
    values: SessionValues | None = None
    before: SessionValues | None = None
    new_place: Translated | None = None
    new_theme: Translated | None = None


def resolve(sessions: Sequence[ReadSession], known: Known) -> list[Resolved]:
    """Return what would become of each session, in the order of the file; a second one of a key is refused."""
    seen: set[str | int] = set()
    starts = Counter(session.starts_local for session in sessions)
    resolved = []
    for session in with_keys(sessions):
        kind = SessionKind.PARALLEL if starts[session.starts_local] > 1 else SessionKind.PLENARY
        found = _resolve(session, known, kind)
        names: set[str | int] = {session.key}
        if found.session_id is not None:
            names.add(found.session_id)
        if names & seen and found.outcome is not Outcome.REFUSED:
            found = Resolved(session, Outcome.REFUSED, ["twice"])
        seen |= names
        resolved.append(found)
    return resolved


def with_keys(sessions: Iterable[ReadSession]) -> Iterator[ReadSession]:
    """Yield the sessions, those without a key of their own known by their title and how often it came before."""
    counts: Counter[str] = Counter()
    for session in sessions:
        if session.key:
            yield session
            continue
        title = fold(next(iter(session.title.values()), ""))[:150]
        counts[title] += 1
        yield replace(session, key=f"title:{title}#{counts[title]}")


def _resolve(read: ReadSession, known: Known, usual: SessionKind) -> Resolved:
    faults = [*read.faults, *_faults(read, known)]
    starts, ends = read.starts_local, read.ends_local
    if faults or starts is None or ends is None:
        return Resolved(read, Outcome.REFUSED, faults)
    session_id, before = known.sessions.get(read.key) or known.sessions.get(read.uid) or (None, None)
    place_id = _named(read.place, known.places)
    elsewhere = place_id is None and not any(fold(text) in known.nowhere for text in read.place.values())
    theme_id = known.theme_numbers.get(read.theme) if read.theme is not None else None
    theme_id = theme_id or _named(read.theme_title, known.themes)
    values = SessionValues(
        kind=read.kind or (before.kind if before else usual),
        title=_merged(read.title, before.title if before else None, known.languages),
        text=_merged(_text(read, before), before.text if before else None, known.languages),
        starts_local=starts,
        ends_local=ends,
        theme_id=theme_id,
        place_id=place_id,
        languages=read.languages,
        interpretation=read.interpretation,
        streamed=read.streamed,
        sign_up=read.sign_up,
        capacity=read.capacity,
        people=_people(read, before, known, known.written.get(session_id or 0, {})),
    )
    new_place = read.place if read.place and elsewhere else None
    new_theme = read.theme_title if read.theme_title and theme_id is None else None
    if before is None:
        return Resolved(read, Outcome.NEW, (), None, values, None, new_place, new_theme)
    values = _kept(values, before, read.silent)
    same = values == before and not new_place and not new_theme
    outcome = Outcome.SAME if same else Outcome.CHANGED
    return Resolved(read, outcome, (), session_id, values, before, new_place, new_theme)


def _kept(values: SessionValues, before: SessionValues, silent: Collection[str]) -> SessionValues:
    """Return the values with what was there before wherever the file says nothing, or only a part of it."""
    columns = {"place": "place_id", "theme": "theme_id"}
    kept = {columns.get(name, name) for name in silent} - {"text", "languages"}
    values = replace(values, **{name: getattr(before, name) for name in kept})
    if "languages" in silent and values.languages[:1] in ((), tuple(before.languages[:1])):
        values = replace(values, languages=before.languages)
    return values


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
        if min(abs((starts.date() - day).days) for day in known.days) > FARTHEST_DAYS:
            faults.append("far_away")
        if any(problem_of(wall, known.zone) is not None for wall in (starts, ends)):
            faults.append("unclear_time")
    if read.capacity is not None and read.capacity < 1:
        faults.append("capacity")
    return faults


def _text(read: ReadSession, before: SessionValues | None) -> Translated:
    """Return the file's text, but ours with its marks where the file has the same without them."""
    if before is None or "text" not in read.silent:
        return read.text
    return Translated(
        {
            code: before.text[code] if code in before.text and markdown.plain(before.text[code]) == text else text
            for code, text in read.text.items()
        }
    )


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


def _people(
    read: ReadSession, before: SessionValues | None, known: Known, written: Mapping[str, PersonValues]
) -> tuple[PersonValues, ...]:
    """Return the people of the file; one who is there already keeps what the file does not tell."""
    there = {_who(person): person for person in before.people} if before else {}
    people = [_person(person, there, written, known) for person in read.people]
    if before is not None and all(person.state is None for person in read.people):
        # A list of names says nothing of those who are to be confirmed.
        named = [person for person in before.people if _is_named(person)]
        if people == named:
            return tuple(before.people)
        people += [person for person in before.people if not _is_named(person)]
    return tuple(people)


def _person(
    person: ReadPerson, there: Mapping[str, PersonValues], written: Mapping[str, PersonValues], known: Known
) -> PersonValues:
    institution_id = _named(person.institution, known.institutions)
    unknown = person.institution if institution_id is None else Translated()
    made = PersonValues(
        role=person.role or PersonRole.SPEAKER,
        state=person.state or (PersonState.TO_BE_CONFIRMED if person.in_doubt else PersonState.CONFIRMED),
        name=person.name,
        affiliation=person.affiliation or unknown,
        institution_id=institution_id,
    )
    if person.state is not None:  # a format that tells all but the address
        same = there.get(_who(made))
        if same is None:
            return made
        # our files say of those who are invited only that they are to be confirmed
        unsaid = (made.state, same.state) == (PersonState.TO_BE_CONFIRMED, PersonState.INVITED)
        return replace(made, email=same.email, state=same.state if unsaid else made.state)
    same = written.get(fold(person.name)) or there.get(fold(person.name))
    return replace(same, role=person.role or same.role) if same is not None else made


def _who(person: PersonValues) -> str:
    """Return what tells a person from the others in the session."""
    return fold(person.name) or f"#{person.institution_id} {fold(next(iter(person.affiliation.values()), ''))}"


def _is_named(person: PersonValues) -> bool:
    return bool(person.name or person.affiliation or person.institution_id)
