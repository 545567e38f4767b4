"""Reads of resources: the public list, a participant's own, and what the desk looks at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from flask_babel import gettext as _
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from eventapp.core.context import Context
from eventapp.core.errors import NotFound
from eventapp.core.translated import Translated
from eventapp.events.models import Event
from eventapp.notes.attribution.findings import Findings
from eventapp.notes.attribution.guard import check_file
from eventapp.notes.resources.models import Resource
from eventapp.notes.resources.states import ResourceState
from eventapp.notes.session_notes.models import NoteEntry, SessionNote
from eventapp.notes.session_notes.states import EntryKind, NoteState

NO_THEME = "none"


@dataclass(frozen=True)
class Listed:
    """A published resource as plain data."""

    id: int
    title: str
    text: str
    theme: str  # its number, or "none"
    theme_title: Translated | None
    country: str
    language: str
    url: str
    name: str  # in the file's address
    filename: str
    media_type: str
    size: int


@dataclass(frozen=True)
class Wanted:
    """What somebody filters the list by; empty: everything."""

    theme: str = ""
    country: str = ""
    language: str = ""

    def fits(self, each: Listed) -> bool:
        """Tell whether a resource is wanted."""
        return (
            self.theme in ("", each.theme)
            and self.country in ("", each.country)
            and self.language in ("", each.language)
        )


@dataclass(frozen=True)
class PublicList:
    """The resources that are wanted, and how many there are of each theme, country and language at all."""

    total: int
    found: Sequence[Listed]
    themes: Mapping[str, int]
    titles: Mapping[str, Translated]
    countries: Mapping[str, int]
    languages: Mapping[str, int]

    @property
    def by_theme(self) -> list[tuple[str, list[Listed]]]:
        """Return what is wanted under its themes, in their order."""
        return [(theme, list(each)) for theme, each in groupby(self.found, key=attrgetter("theme"))]


def list_published(ctx: Context, event: Event) -> list[Listed]:
    """Return what is published, by theme, those without one last, then by title; in one query."""
    rows = ctx.session.scalars(
        select(Resource)
        .where(Resource.event_id == event.id, Resource.state == ResourceState.PUBLISHED)
        .options(joinedload(Resource.theme))
    ).all()
    found = [
        (
            each.theme.number if each.theme else 9_999,
            Listed(
                id=each.id,
                title=each.title,
                text=each.text,
                theme=str(each.theme.number) if each.theme else NO_THEME,
                theme_title=each.theme.title if each.theme else None,
                country=each.country,
                language=each.language,
                url=each.url,
                name=each.name or "",
                filename=each.filename,
                media_type=each.media_type,
                size=each.size,
            ),
        )
        for each in rows
    ]
    return [each for _number, each in sorted(found, key=lambda pair: (pair[0], pair[1].title.casefold(), pair[1].id))]


def public_list(ctx: Context, event: Event, wanted: Wanted) -> PublicList:
    """Return the public list as it is filtered."""
    every = list_published(ctx, event)
    return PublicList(
        total=len(every),
        found=[each for each in every if wanted.fits(each)],
        themes=Counter(each.theme for each in every),
        titles={each.theme: each.theme_title for each in every if each.theme_title is not None},
        countries=Counter(each.country for each in every if each.country),
        languages=Counter(each.language for each in every),
    )


def has_published(ctx: Context, event: Event) -> bool:
    """Tell whether there is anything in the public list."""
    wanted = select(Resource.id).where(Resource.event_id == event.id, Resource.state == ResourceState.PUBLISHED)
    return ctx.session.scalar(wanted.limit(1)) is not None


def listed(ctx: Context, event: Event) -> frozenset[str]:
    """Return by what readers reach each published resource: the address of a link, the name of a file."""
    rows = ctx.session.execute(
        select(Resource.url, Resource.name).where(
            Resource.event_id == event.id, Resource.state == ResourceState.PUBLISHED
        )
    )
    return frozenset(url or name or "" for url, name in rows)


def find_published_file(ctx: Context, event: Event, name: str) -> Resource | None:
    """Return the file of that name while it is published."""
    return ctx.session.scalar(
        select(Resource).where(
            Resource.event_id == event.id, Resource.name == name, Resource.state == ResourceState.PUBLISHED
        )
    )


def get(ctx: Context, event: Event, resource_id: int) -> Resource:
    """Return a resource of this event. Raises `NotFound`."""
    found = ctx.session.scalar(select(Resource).where(Resource.id == resource_id, Resource.event_id == event.id))
    if found is None:
        raise NotFound(_("There is no such resource."))
    return found


def get_own(ctx: Context, event: Event, registration_id: int, resource_id: int) -> Resource:
    """Return a resource that the participant proposed. Raises `NotFound`."""
    found = get(ctx, event, resource_id)
    if found.registration_id != registration_id:
        raise NotFound(_("There is no such resource."))
    return found


def list_own(ctx: Context, registration_id: int) -> Sequence[Resource]:
    """Return what a participant proposed, the latest first."""
    wanted = select(Resource).where(Resource.registration_id == registration_id)
    return ctx.session.scalars(wanted.order_by(Resource.id.desc())).all()


def count_own(ctx: Context, registration_id: int) -> int:
    """Return how many resources a participant has proposed that were not withdrawn."""
    return (
        ctx.session.scalar(
            select(func.count(Resource.id)).where(
                Resource.registration_id == registration_id, Resource.state != ResourceState.WITHDRAWN
            )
        )
        or 0
    )


def list_by_state(ctx: Context, event: Event) -> dict[ResourceState, list[Resource]]:
    """Return every resource of the event by where it stands, the oldest first."""
    found: dict[ResourceState, list[Resource]] = {state: [] for state in ResourceState}
    rows = select(Resource).where(Resource.event_id == event.id).options(joinedload(Resource.theme))
    for each in ctx.session.scalars(rows.order_by(Resource.id)):
        found[each.state].append(each)
    return found


def count_proposed(ctx: Context, event: Event) -> int:
    """Return how many wait for somebody to look at them."""
    wanted = select(func.count(Resource.id)).where(
        Resource.event_id == event.id, Resource.state == ResourceState.PROPOSED
    )
    return ctx.session.scalar(wanted) or 0


def addresses_of(ctx: Context, event: Event) -> Sequence[tuple[int, str, ResourceState]]:
    """Return id, address and state of every link that is proposed or published."""
    alive = (ResourceState.PROPOSED, ResourceState.PUBLISHED)
    rows = ctx.session.execute(
        select(Resource.id, Resource.url, Resource.state).where(
            Resource.event_id == event.id, Resource.url != "", Resource.state.in_(alive)
        )
    )
    return [(row[0], row[1], row[2]) for row in rows]


def list_noted(ctx: Context, event: Event) -> Sequence[NoteEntry]:
    """Return the resources in notes that were handed in and that nobody has taken over, in the order of the days."""
    return ctx.session.scalars(
        _noted(event)
        .where(~select(Resource.id).where(Resource.entry_id == NoteEntry.id).exists())
        .options(joinedload(NoteEntry.note))
        .order_by(SessionNote.starts_local, NoteEntry.position, NoteEntry.id)
    ).all()


def get_noted(ctx: Context, event: Event, entry_id: int) -> NoteEntry:
    """Return one of them. Raises `NotFound`."""
    found = ctx.session.scalar(_noted(event).where(NoteEntry.id == entry_id))
    if found is None:
        raise NotFound(_("There is no such note."))
    return found


def names_in(ctx: Context, event: Event, resource: Resource) -> Findings:
    """Return the names that the attribution rule protects in whatever of a resource would be published."""
    said = {"title": resource.title, "text": resource.text, "url": resource.url, **resource.properties}
    return check_file(
        ctx, event, resource.filename, {key: value for key, value in said.items() if value}, subject_of(resource)
    )


def subject_of(resource: Resource) -> str:
    """Return how overrides name a resource."""
    return f"resource:{resource.id}"


def _noted(event: Event) -> Select[NoteEntry]:
    handed_in = (NoteState.SUBMITTED, NoteState.ACCEPTED)
    return (
        select(NoteEntry)
        .join(SessionNote, SessionNote.id == NoteEntry.note_id)
        .where(
            SessionNote.event_id == event.id,
            SessionNote.state.in_(handed_in),
            NoteEntry.kind == EntryKind.RESOURCE,
            NoteEntry.removed_at.is_(None),
        )
    )
