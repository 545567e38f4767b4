"""A release put back into the draft: what that would do, and doing it as one step that can be undone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from sqlalchemy import select

from eventapp.agenda import queries as agenda
from eventapp.agenda import rules
from eventapp.agenda import service as sessions
from eventapp.agenda.editing import earlier
from eventapp.agenda.editing.service import Wanted, put_many
from eventapp.agenda.models import AgendaRelease, AgendaSession
from eventapp.agenda.rules import Change
from eventapp.agenda.snapshot import PersonEntry, SessionEntry, from_json
from eventapp.agenda.states import ChangeKind
from eventapp.agenda.values import PersonValues, SessionValues
from eventapp.core.context import Context
from eventapp.core.errors import Conflict, NotFound
from eventapp.core.text import fold
from eventapp.core.translated import Translated
from eventapp.events.models import Event

Addresses = Mapping[str, str]  # folded name → address


@dataclass(frozen=True)
class Plan:
    """What putting a release back would do to the draft."""

    number: int
    wanted: Sequence[Wanted]
    removed: Sequence[AgendaSession]
    changes: Sequence[Change]  # of the draft; what is removed counts as cancelled
    lost: Sequence[Translated]  # places, themes and institutions that the event no longer has

    @property
    def coming_back(self) -> list[Change]:
        """Return the sessions that the draft does not have now."""
        return [change for change in self.changes if change.kind is ChangeKind.ADDED]

    @property
    def going(self) -> list[Change]:
        """Return the sessions that the release does not have."""
        return [change for change in self.changes if change.kind is ChangeKind.CANCELLED]

    @property
    def changing(self) -> list[Change]:
        """Return the sessions that become as they were."""
        return [change for change in self.changes if change.kind in (ChangeKind.MOVED, ChangeKind.CHANGED)]


def get_release(ctx: Context, event: Event, number: int) -> AgendaRelease:
    """Return the release of that number. Raises `NotFound`."""
    found = ctx.session.scalar(
        select(AgendaRelease).where(AgendaRelease.event_id == event.id, AgendaRelease.number == number)
    )
    if found is None:
        raise NotFound(_("There is no such release of this agenda."))
    return found


def plan(ctx: Context, event: Event, number: int) -> Plan:
    """Return what putting the release back would do to the draft as it is now. Raises `NotFound`."""
    release = get_release(ctx, event, number)
    rows = agenda.list_draft_sessions(ctx, event)
    by_uid = {row.uid: row for row in rows}
    keys = earlier.source_keys(ctx, event)  # so that the file they came from finds those that come back
    entries = [session for session in from_json(release.snapshot).sessions if not session.cancelled]
    wanted: list[Wanted] = []
    lost: dict[str, Translated] = {}
    for entry in entries:
        row = by_uid.get(entry.uid)
        values, missing = _values_of(event, entry, _addresses(release, entry, row))
        lost.update({text.text(event.first_language): text for text in missing})
        if row is None or sessions.values_of(row) != values:
            number_of = row.id if row else entry.id
            wanted.append(
                Wanted(values, number_of, uid=entry.uid, source_key=row.source_key if row else keys.get(entry.uid, ""))
            )
    kept = {entry.uid for entry in entries}
    draft = agenda.draft_snapshot(event, rows)
    return Plan(
        number=number,
        wanted=wanted,
        removed=[row for row in rows if row.uid not in kept],
        changes=rules.changes_between(draft, replace(draft, sessions=tuple(entries))),
        lost=list(lost.values()),
    )


def restore(ctx: Context, event: Event, number: int) -> int:
    """Make the draft what the release was, as one step, and return how many sessions that touched.

    Sessions that are gone come back with their number and UID. Raises `Conflict` when the draft is like that already.
    """
    sessions.lock(ctx, event)
    made = plan(ctx, event, number)
    if not made.wanted and not made.removed:
        raise Conflict(_("The draft is already as in release %(number)d.", number=number))
    removed = [row.id for row in made.removed]
    return put_many(ctx, event, "restore", made.wanted, removed=removed, about={"number": number}, as_it_was=True)


def _values_of(event: Event, entry: SessionEntry, addresses: Addresses) -> tuple[SessionValues, list[Translated]]:
    """Return a session of a release as values for the draft, and the names of parts that the event no longer has."""
    places = {place.id: place.name for place in event.places}
    place_id = entry.place_id if entry.place_id in places else _named(entry.place, places)
    theme_id = next((theme.id for theme in event.themes if theme.number == entry.theme), None)
    people = [_person_of(event, person, addresses) for person in entry.people]
    lost = [each for _values, gone in people for each in gone]
    if entry.place and place_id is None:
        lost.append(entry.place)
    if entry.theme is not None and theme_id is None:
        lost.append(Translated({event.first_language: str(_("Theme %(number)d", number=entry.theme))}))
    return (
        SessionValues(
            kind=entry.kind,
            title=entry.title,
            text=entry.text,
            starts_local=entry.starts_local,
            ends_local=entry.ends_local,
            theme_id=theme_id,
            place_id=place_id,
            languages=entry.languages,
            interpretation=entry.interpretation,
            streamed=entry.streamed,
            sign_up=entry.sign_up,
            capacity=entry.capacity,
            people=tuple(values for values, _gone in people),
        ),
        lost,
    )


def _person_of(event: Event, person: PersonEntry, addresses: Addresses) -> tuple[PersonValues, list[Translated]]:
    """Return somebody as values; an institution that the event no longer has becomes what is said of the person."""
    institution_id = _named(person.institution, {each.id: each.name for each in event.institutions})
    is_lost = bool(person.institution) and institution_id is None
    values = PersonValues(
        role=person.role,
        state=person.state,
        name=person.name,
        affiliation=person.affiliation or (person.institution if is_lost else Translated()),
        institution_id=institution_id,
        email=addresses.get(fold(person.name), ""),
    )
    return values, [person.institution] if is_lost else []


def _named(name: Translated, names: Mapping[int, Translated]) -> int | None:
    wanted = {fold(text) for text in name.values()}
    return next((part_id for part_id, known in names.items() if wanted & {fold(text) for text in known.values()}), None)


def _addresses(release: AgendaRelease, entry: SessionEntry, row: AgendaSession | None) -> Addresses:
    """Return the addresses of a session's people by name: those of the draft now, else those kept with the release."""
    kept: Iterable[Mapping[str, str]] = release.contacts.get(entry.uid, ())
    now = {fold(person.name): person.email for person in row.people if person.email} if row else {}
    return {**{fold(each["name"]): each["email"] for each in kept}, **now}
