"""Whom a release concerns, and with which of its changes: a pure function of two releases and who takes part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from eventapp.agenda import rules
from eventapp.agenda.rules import Change
from eventapp.agenda.signup.rules import overlapping
from eventapp.agenda.snapshot import SessionEntry, Snapshot
from eventapp.agenda.states import ChangeKind
from eventapp.core.text import fold

Contacts = Mapping[str, Sequence[Mapping[str, str]]]  # by session UID, as a release keeps them


class News(StrEnum):
    """What there is to tell somebody about a session of theirs."""

    CHANGED = "changed"  # added again, moved, cancelled, renamed, streamed or no longer
    JOINED = "joined"  # it is theirs from now on
    LEFT = "left"  # it takes place without them


@dataclass(frozen=True)
class Own:
    """One thing to tell somebody; `revision` is that of the calendar entry they were mailed, None: they hold none."""

    news: News
    session_id: int
    change: Change
    revision: int | None = 0
    unfollowed: bool = False  # it is no longer streamed to somebody who takes part from afar
    overlaps: tuple[int, ...] = ()  # sessions of the person's choice that it did not overlap before

    @property
    def takes_out(self) -> bool:
        """Tell whether the session leaves the person's calendar."""
        return self.unfollowed or self.news is News.LEFT or self.change.kind is ChangeKind.CANCELLED


@dataclass(frozen=True)
class Attending:
    """A confirmed participant as this matters here: sessions chosen or waited for, and whether from afar."""

    address: str
    remote: bool
    chosen: Mapping[int, int | None] = field(default_factory=dict)  # session → revision of the entry mailed, if any
    spared: frozenset[int] = frozenset()  # sessions that were chosen with knowledge of the release, or left
    knew: Mapping[int, Snapshot] = field(default_factory=dict)  # session → agenda it was chosen from, after `last`


def concerned(
    last: Snapshot,
    new: Snapshot,
    contacts: tuple[Contacts, Contacts],
    attending: Iterable[Attending],
) -> dict[str, list[Own]]:
    """Return by address what to tell whom, in the order of the agenda; nobody hears of what stays as it was for them.

    `last` is the last release that people were told of; `contacts` are those kept with it and with the new one.
    """
    before = {session.uid: session for session in last.sessions}
    told: dict[str, list[Own]] = {}
    by_session: dict[int, list[Attending]] = {}
    far = []
    for person in attending:
        for session_id in person.chosen:
            by_session.setdefault(session_id, []).append(person)
        if person.remote:
            far.append(person)
    for session in new.sessions:
        was = before.get(session.uid)
        change = rules.change_of(last, was, new, session)
        found: dict[str, Own] = {}
        for address, own in _of_people(was, session, change, contacts) if change is not None else ():
            found.setdefault(address, own)
        shared = _shared(was, change)
        for person in by_session.get(session.id, ()):
            known = person.knew.get(session.id, last)
            theirs = shared if known is last else _since(known, new, session)
            if theirs is not None:
                revision = person.chosen[session.id]
                unfollowed = person.remote and not session.streamed
                own = Own(News.CHANGED, session.id, theirs, revision, unfollowed, _onto(person, known, new, session))
                found[person.address] = _joined(found.get(person.address), own)
        for person in by_session.get(session.id, ()):
            own_news = found.get(person.address)
            if own_news is not None and own_news.news is News.LEFT:  # without a part in it, but it is still theirs
                found[person.address] = replace(own_news, revision=None)
        followed = _followed(last, was, new, session, change) if change is not None else None
        if followed is not None:
            for person in far:
                if session.id in person.spared:
                    continue
                own = Own(News.CHANGED, session.id, followed, unfollowed=not session.streamed)
                found.setdefault(person.address, own)
        for address, own in found.items():
            told.setdefault(address, []).append(own)
    return told


def _of_people(
    was: SessionEntry | None, session: SessionEntry, change: Change, contacts: tuple[Contacts, Contacts]
) -> Iterator[tuple[str, Own]]:
    """Yield what to tell those who have a part in the session, or had one in the last release."""
    old = _by_address(contacts[0].get(session.uid, ())) if was is not None and not was.cancelled else {}
    now = _by_address(contacts[1].get(session.uid, ())) if not session.cancelled else {}
    if session.cancelled:
        yield from ((address, Own(News.CHANGED, session.id, change)) for address in old)
        return
    named_before = {fold(person.name) for person in was.people} if was is not None and not was.cancelled else set()
    named_now = {fold(person.name) for person in session.people}
    shared = _shared(was, change)
    for address, name in now.items():
        if address not in old and fold(name) not in named_before:
            yield address, Own(News.JOINED, session.id, _bare(change))
        elif shared is not None:
            yield address, Own(News.CHANGED, session.id, shared)
    for address, name in old.items():
        if address not in now and fold(name) not in named_now:
            yield address, Own(News.LEFT, session.id, _bare(change))


def _joined(told: Own | None, own: Own) -> Own:
    """Return what to tell an address that the session belongs to twice: the entry mailed has the higher number."""
    if told is None:
        return own
    numbers = [each.revision for each in (told, own) if each.revision is not None]
    kept = told if own.revision is None or (own.unfollowed and not told.takes_out) else own
    return replace(kept, revision=max(numbers, default=None), overlaps=told.overlaps or own.overlaps)


def _onto(person: Attending, last: Snapshot, new: Snapshot, session: SessionEntry) -> tuple[int, ...]:
    """Return the other chosen sessions that this one overlaps now and did not before."""
    was = next((each for each in last.sessions if each.uid == session.uid), None)
    before = {each.id for each in overlapping(was, last.sessions)} if was is not None else set()
    others = [each for each in new.sessions if each.id in person.chosen and each.id not in before]
    return tuple(each.id for each in overlapping(session, others))


def _since(known: Snapshot, new: Snapshot, session: SessionEntry) -> Change | None:
    """Return what matters to somebody who chose the session from `known`, of which nobody was told."""
    was = next((each for each in known.sessions if each.uid == session.uid), None)
    return _shared(was, rules.change_of(known, was, new, session))


def _shared(was: SessionEntry | None, change: Change | None) -> Change | None:
    """Return of a change what matters to all whose session it is: state, time, place and title; None if nothing."""
    if change is None:
        return None
    if change.kind is ChangeKind.CHANGED:
        return _with(change, "title")
    if change.kind is ChangeKind.ADDED and was is None:
        return None  # new to everybody; those who have a part in it are told that they have
    return replace(change, details=tuple(each for each in change.details if each.field == "title"))


def _followed(
    last: Snapshot, was: SessionEntry | None, new: Snapshot, session: SessionEntry, change: Change
) -> Change | None:
    """Return of a change what matters to those who follow from afar: not the room; None if nothing."""
    if was is None or not (session.streamed or was.streamed):
        return None
    is_elsewhere_only = change.kind is ChangeKind.MOVED and last.instants(was) == new.instants(session)
    if change.kind is ChangeKind.CHANGED or is_elsewhere_only:
        return _with(replace(change, kind=ChangeKind.CHANGED), "title", "streamed")
    return replace(change, details=tuple(each for each in change.details if each.field in ("title", "streamed")))


def _with(change: Change, *fields: str) -> Change | None:
    details = tuple(each for each in change.details if each.field in fields)
    return replace(change, details=details) if details else None


def _bare(change: Change) -> Change:
    return replace(change, details=())


def _by_address(people: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    return {person["email"].casefold(): person["name"] for person in people}
