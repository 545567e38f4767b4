"""The words for the parts of a read-out and for the kinds of insights."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from eventapp.notes.readout import rules
from eventapp.notes.session_notes.states import EntryKind

PARTS: Mapping[str, LazyString] = {
    rules.INTRODUCTION: _l("Title and introduction"),
    rules.RECOMMENDATIONS: _l("Recommendations"),
    rules.OUTLOOK: _l("Outlook"),
}
KINDS: Mapping[str, LazyString] = {
    EntryKind.KEY_POINT: _l("Key point"),
    EntryKind.IDEA: _l("Emerging idea"),
    EntryKind.RECOMMENDATION: _l("Recommendation"),
    EntryKind.OUTLOOK: _l("Outlook"),
    EntryKind.QUESTION: _l("Question"),
    EntryKind.COMMITMENT: _l("Commitment"),
}
