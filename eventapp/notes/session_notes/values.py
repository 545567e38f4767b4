"""What is typed into one entry."""

from __future__ import annotations

from dataclasses import dataclass

from eventapp.notes.session_notes.states import EntryKind


@dataclass(frozen=True)
class EntryValues:
    """What an entry says."""

    kind: EntryKind
    text: str
    speaker: str = ""
    removed: bool = False  # crossed out
