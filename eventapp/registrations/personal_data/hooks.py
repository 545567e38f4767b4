"""What rooms above hold about a person and erase of them; `application.wiring` fills these lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from eventapp.core.context import Context
from eventapp.events.models import Event
from eventapp.invitations.models import Invitation


@dataclass(frozen=True)
class Person:
    """Somebody in one event, by everything that names them there."""

    event: Event
    invitation_ids: Sequence[int]
    registration_ids: Sequence[int]
    addresses: frozenset[str]
    names: frozenset[str]


@dataclass(frozen=True)
class HeldElsewhere:
    """What one room holds about a person: a key for the file, a title and lines for the page, values for the file."""

    key: str
    title: str
    lines: Sequence[tuple[str, str]]
    values: Any  # JSON


held: list[Callable[[Context, Invitation], HeldElsewhere | None]] = []
erased: list[Callable[[Context, Person], None]] = []
audited: list[str] = []  # tables whose entries in the audit are about people, to be purged as theirs
