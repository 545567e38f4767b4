"""What is read from a file of sessions, whatever its format: plain values, and what is wrong with each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from eventapp.agenda.states import PersonRole, PersonState, SessionKind
from eventapp.core.text import clean_line, clean_text
from eventapp.core.translated import Translated

E = TypeVar("E", bound=StrEnum)
MOST_BYTES = 10_000_000
MOST_SESSIONS = 3_000
MOST_IN_LINE = 1_000  # a title longer than a title may be is refused in words, not cut
MOST_LETTERS = 20_000
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")


class Fault(Exception):
    """The file as a whole cannot be read; `code` says why, for the room's words, `detail` where."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class ReadPerson:
    """Somebody in a session, as the file names them; a format that knows no role or state tells none."""

    role: PersonRole | None
    state: PersonState | None
    name: str
    affiliation: Translated = field(default_factory=Translated)
    institution: Translated = field(default_factory=Translated)
    in_doubt: bool = False  # to be confirmed, as a format without states says it beside the name


@dataclass(frozen=True)
class ReadSession:
    """One session of the file; `row` is its line or its place in it, `key` what it is known by there.

    `silent` are the fields of which the file says nothing, or not all: a session that is there already keeps them.
    """

    row: int
    key: str
    uid: str = ""  # of its calendar entry, where the file is one of ours
    kind: SessionKind | None = None
    title: Translated = field(default_factory=Translated)
    text: Translated = field(default_factory=Translated)
    starts_local: datetime | None = None
    ends_local: datetime | None = None
    place: Translated = field(default_factory=Translated)
    theme: int | None = None  # its number, where the file has numbers
    theme_title: Translated = field(default_factory=Translated)
    languages: tuple[str, ...] = ()
    interpretation: bool = False
    streamed: bool = False
    sign_up: bool = False
    capacity: int | None = None
    people: tuple[ReadPerson, ...] = ()
    silent: tuple[str, ...] = ()
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Reading:
    """All that a file says: its sessions, and how often it says what we cannot keep."""

    sessions: Sequence[ReadSession]
    losses: Mapping[str, int] = field(default_factory=dict)


def text_of(value: Any, *, line: bool = False) -> Translated:
    """Return a text by language, or one line in each; what is no language or no text is left out."""
    if not isinstance(value, Mapping):
        return Translated()
    clean = line_of if line else paragraphs_of
    return Translated(
        {code: clean(text) for code, text in value.items() if isinstance(code, str) and _LANGUAGE.fullmatch(code)}
    )


def paragraphs_of(value: Any) -> str:
    """Return a clean text; what is none is empty."""
    return clean_text(_storable(value))[:MOST_LETTERS]


def line_of(value: Any, *, longest: int = MOST_IN_LINE) -> str:
    """Return one clean line; what is no text is empty."""
    return clean_line(_storable(value))[:longest]


def uid_of(value: Any) -> str:
    """Return the value if it can be the UID of a calendar entry, which must be one of its kind in the world."""
    try:
        return str(UUID(value)) if isinstance(value, str) else ""
    except ValueError:
        return ""


def languages_of(codes: Iterable[Any]) -> tuple[str, ...]:
    """Return those that are codes of languages, each once."""
    return tuple(dict.fromkeys(code for code in codes if isinstance(code, str) and _LANGUAGE.fullmatch(code)))[:20]


def listed(value: Any) -> Sequence[Any]:
    """Return the value if it is a list, else an empty one."""
    return value if isinstance(value, list) else ()


def whole(value: Any) -> int | None:
    """Return a whole number from 0 that a column can hold, or None."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31 else None


def one_of(kinds: type[E], value: Any, faults: list[str], fault: str) -> E | None:
    """Return the member of that value, or note the fault."""
    try:
        return kinds(value)
    except ValueError:
        faults.append(fault)
        return None


def moment(value: Any, faults: list[str], fault: str) -> datetime | None:
    """Return the wall time written in ISO 8601 without an offset, or note the fault."""
    try:
        read = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        read = None
    if read is None or read.tzinfo is not None or not is_plausible(read):
        faults.append(fault)
        return None
    return read.replace(second=0, microsecond=0)


def is_plausible(moment: datetime) -> bool:
    """Tell whether one can reckon with the moment in every time zone."""
    return 1900 <= moment.year <= 2200


def _storable(value: Any) -> str:
    """Return the text without halves of letters, which JSON can write and no database keeps."""
    return value.encode("utf-8", "ignore").decode() if isinstance(value, str) else ""
