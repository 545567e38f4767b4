"""The guide to the notes tells the lives of notes, texts and comments as they run."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import pytest

from eventapp.core.access import GRANTS, Permission, Role
from eventapp.core.config import ROOT
from eventapp.notes.attribution.states import TRANSITIONS as CONSENTS
from eventapp.notes.comments.states import TRANSITIONS as COMMENTS
from eventapp.notes.followup.states import TRANSITIONS as TAKE_HOMES
from eventapp.notes.ideas.states import TRANSITIONS as BOARDS
from eventapp.notes.resources.states import TRANSITIONS as RESOURCES
from eventapp.notes.session_notes.states import TRANSITIONS as NOTES
from eventapp.notes.states import TRANSITIONS as PUBLICATIONS

GUIDE = ROOT / "docs" / "notes.md"
LIVES = {
    "notes": NOTES,
    "publication": PUBLICATIONS,
    "consent": CONSENTS,
    "comment": COMMENTS,
    "resource": RESOURCES,
    "board": BOARDS,
    "take-home": TAKE_HOMES,
}


def rows(transitions: Mapping[tuple[StrEnum, StrEnum], StrEnum]) -> list[str]:
    """Return the rows of the table of a life, a state each."""
    by_state: dict[StrEnum, list[str]] = {}
    for (state, action), after in transitions.items():
        by_state.setdefault(state, []).append(f"{action} → {after}")
    return [f"| {state} | {' · '.join(ways)} |" for state, ways in by_state.items()]


@pytest.mark.parametrize("life", LIVES)
def test_the_guide_tells_what_runs(life: str) -> None:
    table = "\n".join(rows(LIVES[life]))
    assert table in GUIDE.read_text(), f"copy this into {GUIDE.name}:\n{table}"


@pytest.mark.parametrize("role", [Role.OWNER, Role.ORGANISER, Role.RAPPORTEUR, Role.CHAIR, Role.TRANSLATOR])
def test_the_guide_tells_who_may_do_what(role: Role) -> None:
    mine = sorted(each.value.partition(":")[2] for each in GRANTS[role] if each.value.startswith("notes:"))
    assert f"| {role.value} | {' · '.join(mine)} |" in GUIDE.read_text(), f"{role.value}: {mine}"
    assert Permission.NOTES_VIEW in GRANTS[role]
