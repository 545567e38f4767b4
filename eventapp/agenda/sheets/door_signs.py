"""Signs for the doors: per place and day what takes place there, in letters that are read from three metres."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from jinja2 import Environment

from eventapp.agenda.document import Document, from_release
from eventapp.agenda.queries import Released
from eventapp.agenda.sheets.fitting import MM_PER_POINT, lines_of, shortened
from eventapp.agenda.snapshot import SessionEntry, Snapshot
from eventapp.core.translated import Translated

TEMPLATE = "agenda/pdf/door_signs.html"
PLACE_SIZES = (84, 72, 60, 50, 42)
ONE_LINE_SIZES, MOST_LINES = PLACE_SIZES[:3], 2
TITLE_SIZES = (46, 40, 35, 31, 28, 26)  # the capitals of the last are 6.6 mm high
LONGEST_TITLE = 120
_WIDTH = 178.0  # as `door-signs.css` has it
_TITLES = 123.0  # of that, beside the times
_HEIGHT = 246.0  # from the place down to the foot
_DAY = 22.0
_AROUND = 9.0  # between two sessions
_LEADING = 1.14


@dataclass(frozen=True)
class Sign:
    """What takes place behind one door on one day."""

    place_id: int
    place: Translated
    date: date
    sessions: tuple[SessionEntry, ...]


@dataclass(frozen=True)
class SignSheet:
    """One sheet of a sign: most signs have one."""

    sign: Sign
    place_size: int
    title_size: int
    sessions: tuple[SessionEntry, ...]
    continues: bool  # there is a sheet before
    is_last: bool


def signs_of(agenda: Snapshot) -> list[Sign]:
    """Return the signs by day and place; what is cancelled or has no place is on none."""
    held = [session for session in agenda.sessions if session.place_id is not None and not session.cancelled]
    held.sort(key=lambda session: (_door(session), session.starts_local, session.ends_local, session.id))
    signs = []
    for (day, place_id), behind in groupby(held, key=_door):
        sessions = tuple(behind)
        signs.append(Sign(place_id, sessions[0].place, day, sessions))
    return signs


def door_signs(
    templates: Environment,
    release: Released,
    language: str,
    *,
    slug: str,
    place_id: int | None = None,
    day: date | None = None,
) -> Document | None:
    """Return the signs of a place, of a day, of both or all of them; None where nothing takes place.

    The current locale must be `language`.
    """
    signs = [
        sign
        for sign in signs_of(release.snapshot)
        if (place_id is None or sign.place_id == place_id) and (day is None or sign.date == day)
    ]
    if not signs:
        return None
    which = "".join(f"-{each}" for each in (day, place_id) if each is not None)
    return from_release(
        templates,
        TEMPLATE,
        release,
        language,
        slug=slug,
        name=f"door-signs{which}",
        sheets=[sheet for sign in signs for sheet in _sheets(sign, language)],
        title_of=lambda session: shortened(session.title.text(language), LONGEST_TITLE),
    )


def _sheets(sign: Sign, language: str) -> Iterator[SignSheet]:
    """Set a sign as large as one sheet allows; what does not fit in the smallest letters goes on a sheet more."""
    place_size = _place_size(sign.place.text(language))
    head = lines_of(sign.place.text(language), _WIDTH, place_size) * place_size * MM_PER_POINT * _LEADING
    room = _HEIGHT - _DAY - head
    for size in TITLE_SIZES:
        if sum(_height(session, size, language) for session in sign.sessions) <= room:
            yield SignSheet(sign, place_size, size, sign.sessions, continues=False, is_last=True)
            return
    parts = list(_parts(sign.sessions, room, language))
    for number, part in enumerate(parts, 1):
        yield SignSheet(sign, place_size, TITLE_SIZES[-1], part, continues=number > 1, is_last=number == len(parts))


def _parts(sessions: Sequence[SessionEntry], room: float, language: str) -> Iterator[tuple[SessionEntry, ...]]:
    part: list[SessionEntry] = []
    used = 0.0
    for session in sessions:
        needed = _height(session, TITLE_SIZES[-1], language)
        if part and used + needed > room:
            yield tuple(part)
            part, used = [], 0.0
        part.append(session)
        used += needed
    yield tuple(part)


def _place_size(place: str) -> int:
    """Return how large the name may be: on one line if that is large, else on two with no word broken."""
    for size in ONE_LINE_SIZES:
        if lines_of(place, _WIDTH, size) == 1:
            return size
    longest = max(place.split(), key=len, default="")
    for size in PLACE_SIZES:
        if lines_of(place, _WIDTH, size) == MOST_LINES and lines_of(longest, _WIDTH, size) == 1:
            return size
    return PLACE_SIZES[-1]


def _height(session: SessionEntry, size: int, language: str) -> float:
    title = shortened(session.title.text(language), LONGEST_TITLE)
    return _AROUND + lines_of(title, _TITLES, size) * size * MM_PER_POINT * _LEADING


def _door(session: SessionEntry) -> tuple[date, int]:
    return session.starts_local.date(), session.place_id or 0
