"""Rows of figures: what was measured, what it should be, and whether it is."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

WORDS = {True: "reached", False: "NOT reached", None: ""}


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    work: str
    measured: str
    goal: str = ""
    reached: bool | None = None
    figures: dict[str, Any] = field(default_factory=dict)


def printed(rows: Sequence[Row]) -> str:
    """Return the table as Markdown, its columns aligned."""
    lines = [("work", "measured", "goal", "")]
    lines += [(row.work, row.measured, row.goal, WORDS[row.reached]) for row in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(4)]
    text = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    ]
    text.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(text)


def write(path: Path, rows: Sequence[Row]) -> None:
    """Write the rows as JSON, with the day and the number of cores."""
    report = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "rows": [asdict(row) for row in rows],
    }
    path.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n")
