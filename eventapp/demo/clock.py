"""The demo's own clock: it starts in the story, runs on at real speed and jumps when asked."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

CLOCK_FILE = "demo-clock.json"
START = datetime(2024, 9, 12, 7, 0, tzinfo=UTC)  # Thursday, 09:00 in Barcelona


class StoryClock:
    """A clock kept in one small file, so that web processes and workers share it."""

    def __init__(self, instance: Path) -> None:
        self._path = instance / CLOCK_FILE
        self._read_at: int | None = None
        self._offset = timedelta()

    def now(self) -> datetime:
        """Return the instant of the story in UTC."""
        return datetime.now(UTC) + self._current_offset()

    def machine_now(self) -> datetime:
        """Return the real instant in UTC."""
        return datetime.now(UTC)

    def jump(self, instant: datetime) -> None:
        """Go to another instant of the story, for every process of the demo."""
        offset = instant - datetime.now(UTC)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_suffix(f".{os.getpid()}.new")  # web and worker may start at the same moment
        draft.write_text(json.dumps({"offset_seconds": offset.total_seconds()}))
        draft.replace(self._path)
        self._read_at = None

    def _current_offset(self) -> timedelta:
        try:
            changed_at = self._path.stat().st_mtime_ns
        except FileNotFoundError:
            self.jump(START)
            changed_at = self._path.stat().st_mtime_ns
        if changed_at != self._read_at:
            self._offset = timedelta(seconds=json.loads(self._path.read_text())["offset_seconds"])
            self._read_at = changed_at
        return self._offset
