"""The limits of what is noted, and the marks that choose its kind by one keystroke."""

from __future__ import annotations

import re
from collections.abc import Mapping

from eventapp.notes.session_notes.states import EntryKind

LONGEST_TEXT = 10_000
LONGEST_SPEAKER = 200
LONGEST_REMARKS = 2_000
MOST_ENTRIES = 500
MOST_BYTES = 128 * 1024  # of one save: its longest text, each letter as six bytes of JSON, and room to spare

MARKS: Mapping[EntryKind, str] = {
    EntryKind.KEY_POINT: "!",
    EntryKind.IDEA: "*",
    EntryKind.RECOMMENDATION: "+",
    EntryKind.OUTLOOK: ">",
    EntryKind.QUESTION: "?",
    EntryKind.QUOTE: '"',
    EntryKind.RESOURCE: "@",
    EntryKind.COMMITMENT: "=",
}
"""What is typed first in an empty note to choose its kind; on the keyboards of phones and tablets as well."""

_KEY = re.compile(r"[A-Za-z0-9-]{8,40}")


def is_key(text: object) -> bool:
    """Tell whether this can be the key of an entry."""
    return isinstance(text, str) and _KEY.fullmatch(text) is not None
