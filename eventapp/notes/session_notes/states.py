"""The life of a rapporteur's notes of one session, and the kinds of what they hold."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from eventapp.core.states import Machine


class NoteState(StrEnum):
    """Where somebody's notes of a session stand."""

    PRIVATE = "private"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"


class NoteAction(StrEnum):
    """What can happen to notes."""

    SUBMIT = "submit"
    TAKE_BACK = "take_back"
    RETURN = "return"
    ACCEPT = "accept"
    REOPEN = "reopen"


class EntryKind(StrEnum):
    """What a rapporteur notes; the order is that of the keys that choose it."""

    KEY_POINT = "key_point"
    IDEA = "idea"
    RECOMMENDATION = "recommendation"
    OUTLOOK = "outlook"
    QUESTION = "question"
    QUOTE = "quote"
    RESOURCE = "resource"
    COMMITMENT = "commitment"


_S, _A = NoteState, NoteAction

TRANSITIONS: Mapping[tuple[NoteState, NoteAction], NoteState] = {
    (_S.PRIVATE, _A.SUBMIT): _S.SUBMITTED,
    (_S.RETURNED, _A.SUBMIT): _S.SUBMITTED,
    (_S.SUBMITTED, _A.TAKE_BACK): _S.PRIVATE,
    (_S.SUBMITTED, _A.RETURN): _S.RETURNED,  # with remarks
    (_S.SUBMITTED, _A.ACCEPT): _S.ACCEPTED,
    (_S.ACCEPTED, _A.REOPEN): _S.RETURNED,
}

NOTES = Machine(TRANSITIONS)

WRITABLE = frozenset({_S.PRIVATE, _S.RETURNED})
"""The states in which their author goes on writing."""
