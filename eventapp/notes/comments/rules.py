"""What follows from comments alone: how long they may be, and what a release of answers is known by."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Protocol

from eventapp.core.translated import Translated
from eventapp.notes.comments.states import CommentState

LONGEST = 3_000
LONGEST_REASON = 1_000
MOST_OF_ONE = 60  # comments of one person on one text


class Answered(Protocol):
    """A comment with its answer."""

    id: int
    state: CommentState
    reason: Translated


def seal_of(answers: Iterable[Answered]) -> str:
    """Return what tells these very answers from others: whoever releases them has looked at these."""
    said = [[each.id, each.state.value, sorted(each.reason.items())] for each in answers]
    return hashlib.sha256(json.dumps(sorted(said)).encode()).hexdigest()[:32]
