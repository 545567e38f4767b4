"""The accepted notes beside a text, and which of its paragraphs they stand behind."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from eventapp.core.context import Context
from eventapp.core.translated import Translated
from eventapp.events.models import Event
from eventapp.notes import queries
from eventapp.notes.paragraphs import TITLE, Paragraph
from eventapp.notes.queries import Status
from eventapp.notes.session_notes import queries as session_notes
from eventapp.notes.session_notes.models import NoteEntry
from eventapp.notes.session_notes.states import EntryKind
from eventapp.notes.writing.rules import Point, is_heading, used_in

_KINDS = list(EntryKind)


@dataclass(frozen=True)
class Noted:
    """One accepted note as the writer sees it."""

    entry: NoteEntry
    language: str
    author: str
    used: Sequence[int]  # the numbers of the paragraphs that it stands behind


@dataclass(frozen=True)
class SessionPoints:
    """What was noted in one session, by kind, then by who spoke."""

    session_id: int
    title: Translated
    starts_local: datetime
    noted: Sequence[Noted]


@dataclass(frozen=True)
class SourcedParagraph:
    """A paragraph of the text with the notes behind it."""

    number: int
    paragraph: Paragraph
    noted: Sequence[Noted]

    @property
    def is_heading(self) -> bool:
        """Tell whether it only names what follows."""
        return is_heading(self.paragraph.text)


def list_points(ctx: Context, event: Event, status: Status) -> list[SessionPoints]:
    """Return the accepted notes that belong to a text, in the order of the agenda: its day's, or all."""
    source = status.source.latest
    sources = queries.list_sources(ctx, status.publication) if status.publication else {}
    used = used_in(source.paragraphs, sources) if source else {}
    return _by_session(ctx, event, status.day, used)


def _by_session(ctx: Context, event: Event, day: date | None, used: dict[int, list[int]]) -> list[SessionPoints]:
    sessions: dict[int, list[Noted]] = {}
    heads: dict[int, tuple[Translated, datetime]] = {}
    for note in session_notes.list_accepted(ctx, event, day):
        heads.setdefault(note.session_id, (note.session_title, note.starts_local))
        sessions.setdefault(note.session_id, []).extend(
            Noted(entry, note.language, note.author.name, used.get(entry.id, ())) for entry in note.entries
        )
    return [
        SessionPoints(session_id, *heads[session_id], sorted(noted, key=_place))
        for session_id, noted in sessions.items()
        if noted
    ]


def _place(noted: Noted) -> tuple[int, str]:
    return _KINDS.index(noted.entry.kind), noted.entry.speaker.casefold()


def list_paragraphs(ctx: Context, event: Event, status: Status) -> list[SourcedParagraph]:
    """Return the paragraphs of the text in their order, each with the notes behind it."""
    if status.publication is None or status.source.latest is None:
        return []
    sources = queries.list_sources(ctx, status.publication)
    noted = {each.entry.id: each for session in _by_session(ctx, event, None, {}) for each in session.noted}
    body = [each for each in status.source.latest.paragraphs if each.key != TITLE and each.text]
    return [
        SourcedParagraph(number, each, [noted[entry] for entry in sources.get(each.key, ()) if entry in noted])
        for number, each in enumerate(body, start=1)
    ]


def points_of(
    sessions: Sequence[SessionPoints], language: str, entry_ids: Collection[int] | None = None
) -> list[Point]:
    """Return the notes as a text takes them up, all or those named, in the order of the agenda."""
    return [point for point in _points(sessions, language) if entry_ids is None or point.id in entry_ids]


def _points(sessions: Sequence[SessionPoints], language: str) -> Iterator[Point]:
    for session in sessions:
        for each in session.noted:
            yield Point(each.entry.id, session.title.text(language), each.entry.kind, each.entry.text)
