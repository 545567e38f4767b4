"""The texts and people of the sample event, read from the data files beside this module."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from eventapp.core.translated import Translated
from eventapp.core.wall_time import to_instant

DATA = Path(__file__).parent / "data"
LANGUAGES = ("en", "fr", "es")
ZONE = "Europe/Madrid"
SLUG = "barcelona-2024"


@cache
def table(name: str) -> Mapping[str, Any]:
    """Return one data file by its name without the ending, such as `event`, `agenda` or `people`."""
    with (DATA / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def summary_texts() -> Translated:
    """Return the first day's summary in each language, as Markdown."""
    return Translated({code: (DATA / f"summary-day1.{code}.md").read_text(encoding="utf-8") for code in LANGUAGES})


def translated(texts: Mapping[str, str] | None) -> Translated:
    """Return a table of the data files as a text in several languages."""
    return Translated({code: text.strip() for code, text in (texts or {}).items()})


def instant(wall: str) -> datetime:
    """Return the UTC instant of a wall time in Barcelona, `2024-09-12T09:00`."""
    return to_instant(datetime.fromisoformat(wall), ZONE)


@dataclass(frozen=True)
class Moment:
    """A moment of the story that the demo's clock can jump to."""

    key: str
    at: datetime
    label: Translated


def moments() -> list[Moment]:
    """Return the moments in the order of the story."""
    return [Moment(row["key"], instant(row["at"]), translated(row["label"])) for row in table("moments")["moments"]]
