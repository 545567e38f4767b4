"""What is read from a file of sessions, whatever its format: plain values, and what is wrong with each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from eventapp.agenda.states import PersonRole, PersonState, SessionKind
from eventapp.core.text import clean_line, clean_text
from eventapp.core.translated import Translated

E = TypeVar("E", bound=StrEnum)
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")


class Fault(Exception):
    """The file as a whole cannot be read; `code` says why, for the room's words, `detail` where."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class ReadPerson:
    """Somebody in a session, as the file names them."""

    role: PersonRole
    state: PersonState
    name: str
    affiliation: Translated = field(default_factory=Translated)
    institution: Translated = field(default_factory=Translated)


@dataclass(frozen=True)
class ReadSession:
    """One session of the file; `row` is its line or its place in it, `key` what it is known by there."""

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
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Reading:
    """All that a file says: its sessions, and how often it says what we cannot keep."""

    sessions: Sequence[ReadSession]
    losses: Mapping[str, int] = field(default_factory=dict)


def text_of(value: Any, *, longest: int = 20_000) -> Translated:
    """Return a text by language; what is no language or no text is left out."""
    if not isinstance(value, Mapping):
        return Translated()
    return Translated(
        {
            code: clean_text(text)[:longest]
            for code, text in value.items()
            if isinstance(code, str) and isinstance(text, str) and _LANGUAGE.fullmatch(code)
        }
    )


def line_of(value: str | None, *, longest: int = 300) -> str:
    """Return one clean line."""
    return clean_line(value or "")[:longest]


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
    if read is None or read.tzinfo is not None:
        faults.append(fault)
        return None
    return read.replace(second=0, microsecond=0)
