"""A clock that stands still until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

STORY_START = datetime(2024, 9, 12, 7, 0, tzinfo=UTC)  # Thursday, 09:00 in Barcelona


class StoppedClock:
    """Both readings stand still; `advance` moves both."""

    def __init__(self, instant: datetime = STORY_START) -> None:
        self.instant = instant

    def now(self) -> datetime:
        return self.instant

    def machine_now(self) -> datetime:
        return self.instant

    def advance(self, **span: float) -> None:
        self.instant += timedelta(**span)

    def set(self, instant: datetime) -> None:
        self.instant = instant
