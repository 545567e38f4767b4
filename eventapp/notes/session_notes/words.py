"""The words for what rapporteurs note and for where their notes stand."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from eventapp.notes.session_notes.states import EntryKind, NoteState

KINDS: Mapping[EntryKind, LazyString] = {
    EntryKind.KEY_POINT: _l("Key point"),
    EntryKind.IDEA: _l("Emerging idea"),
    EntryKind.RECOMMENDATION: _l("Recommendation"),
    EntryKind.OUTLOOK: _l("Outlook"),
    EntryKind.QUESTION: _l("Question"),
    EntryKind.QUOTE: _l("Quote"),
    EntryKind.RESOURCE: _l("Resource"),
    EntryKind.COMMITMENT: _l("Commitment"),
}
STATES: Mapping[NoteState, LazyString] = {
    NoteState.PRIVATE: _l("not handed in"),
    NoteState.SUBMITTED: _l("handed in"),
    NoteState.RETURNED: _l("returned"),
    NoteState.ACCEPTED: _l("accepted"),
}
TONES: Mapping[NoteState, str] = {
    NoteState.PRIVATE: "quiet",
    NoteState.SUBMITTED: "wait",
    NoteState.RETURNED: "stop",
    NoteState.ACCEPTED: "good",
}
