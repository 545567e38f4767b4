"""The guide for owners tells the lives of requests and of lines as they run."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import pytest

from eventapp.core.config import ROOT
from eventapp.sponsorship.states import LINE_TRANSITIONS, REQUEST_TRANSITIONS

GUIDE = ROOT / "docs" / "sponsorship.md"


def rows(transitions: Mapping[tuple[StrEnum, StrEnum], StrEnum]) -> list[str]:
    """Return the rows of the table of a life, a state each."""
    by_state: dict[StrEnum, list[str]] = {}
    for (state, action), after in transitions.items():
        by_state.setdefault(state, []).append(f"{action} → {after}")
    return [f"| {state} | {' · '.join(ways)} |" for state, ways in by_state.items()]


@pytest.mark.parametrize("transitions", [REQUEST_TRANSITIONS, LINE_TRANSITIONS], ids=["request", "line"])
def test_the_guide_tells_what_runs(transitions: Mapping[tuple[StrEnum, StrEnum], StrEnum]) -> None:
    table = "\n".join(rows(transitions))
    assert table in GUIDE.read_text(), f"copy this into {GUIDE.name}:\n{table}"
