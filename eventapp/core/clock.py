"""The clock that every command is given, so that no rule ever reads the wall."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Two readings: the time of the story, and the time of the machine."""

    def now(self) -> datetime:
        """Return the instant in UTC that rules, pages and mails go by."""
        ...

    def machine_now(self) -> datetime:
        """Return the real instant in UTC, for leases and back-off of background work."""
        ...


class SystemClock:
    """The clock of production: both readings are the machine's."""

    def now(self) -> datetime:
        """Return the present instant in UTC."""
        return datetime.now(UTC)

    def machine_now(self) -> datetime:
        """Return the present instant in UTC."""
        return datetime.now(UTC)
