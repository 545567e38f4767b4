"""What a participant changed since it was decided, question by question, as organisers read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eventapp.events.models import Category
from eventapp.registrations import words
from eventapp.registrations.choices import AnsweredQuestion, in_words
from eventapp.registrations.models import Registration
from eventapp.registrations.snapshots import OWN, snapshot_of


@dataclass(frozen=True)
class Change:
    """One answer that is not what it was: before and now, in words; empty for nothing."""

    question: str
    before: str
    now: str
    sensitive: bool = False


def changes_of(
    registration: Registration,
    categories: Sequence[Category],
    language: str,
    *,
    leave_out: frozenset[str] = frozenset(),
) -> list[Change]:
    """Return what the person changed since the decision, in the order of the form; nothing once it was seen."""
    decided, now = registration.decided_answers, snapshot_of(registration)
    if registration.changed_at is None or decided is None:
        return []

    def questions(saved: Mapping[str, Any]) -> list[AnsweredQuestion]:
        pages = in_words(saved, categories, language, labels=words.FIELD, leave_out=leave_out)
        return [each for page in pages for each in page.questions]

    return [
        Change(before.question, before.answer, after.answer, before.sensitive)
        for before, after in zip(questions(decided), questions(now), strict=True)
        if decided.get(before.field) != now.get(after.field)
    ]


def own_answers_of(registration: Registration) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return the answers to the organisers' own questions as they were at the decision, and as they are now."""
    before = (registration.decided_answers or {}).get(OWN) or {}
    return before, registration.own_answers or {}
