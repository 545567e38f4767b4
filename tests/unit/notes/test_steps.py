"""The one next step of a text, by what there is and by who looks."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from eventapp.core.access import Permission, Role, granted
from eventapp.notes.models import Publication, Revision
from eventapp.notes.queries import LanguageStatus, Status
from eventapp.notes.states import ParagraphState, PublicationKind, PublicationState
from eventapp.notes.steps import next_step

NOW = datetime(2024, 11, 7, 18, tzinfo=UTC)


def text(state: PublicationState | None = None, *, remarks: str = "", to_do: int = 0) -> Status:
    """A day's summary in a state, or not begun."""
    publication = Publication(state=state, remarks=remarks) if state else None
    saved = Revision(number=1, paragraphs=(), created_at=NOW) if state else None
    counts = {ParagraphState.MISSING: to_do} if to_do else {}
    languages = [LanguageStatus("en", saved, None, {}), LanguageStatus("fr", None, None, counts)]
    return Status(PublicationKind.SUMMARY, 1, date(2024, 11, 7), publication, None, languages)


@pytest.mark.parametrize(
    ("status", "notes", "role", "step"),
    [
        (text(), (3, 2), Role.RAPPORTEUR, "take_notes 3 mine"),
        (text(), (3, 2), Role.CHAIR, "read_notes 2 mine"),
        (text(), (0, 0), Role.RAPPORTEUR, "begin 0 mine"),
        (text(), (0, 0), Role.CHAIR, "begin 0"),
        (text(PublicationState.DRAFTING), (1, 0), Role.RAPPORTEUR, "write 0 mine"),
        (text(PublicationState.DRAFTING, remarks="Shorter."), (0, 0), Role.RAPPORTEUR, "mend 0 mine"),
        (text(PublicationState.DRAFTING, to_do=4), (0, 0), Role.TRANSLATOR, "translate 4 mine"),
        (text(PublicationState.IN_CHECK), (0, 0), Role.CHAIR, "check 0 mine"),
        (text(PublicationState.IN_CHECK), (0, 0), Role.RAPPORTEUR, "check 0"),
        (text(PublicationState.APPROVED, to_do=4), (0, 0), Role.RAPPORTEUR, "publish 0 mine"),
        (text(PublicationState.APPROVED), (0, 0), Role.TRANSLATOR, "publish 0"),
        (text(PublicationState.FINAL), (0, 0), Role.OWNER, "nothing 0"),
    ],
)
def test_the_next_step(status: Status, notes: tuple[int, int], role: Role, step: str) -> None:
    missing, to_read = notes
    found = next_step(status, granted(frozenset({role})), missing=missing, to_read=to_read)

    assert f"{found.action} {found.count}{' mine' if found.mine else ''}" == step


def test_whoever_may_do_nothing_has_no_step_of_their_own() -> None:
    for state in PublicationState:
        assert not next_step(text(state, to_do=2), frozenset({Permission.NOTES_VIEW})).mine
