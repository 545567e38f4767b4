"""The shape of a question as an organiser writes it: its texts, what it depends on, the answers to choose from."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from eventapp.core.translated import Translated
from eventapp.registrations.questions.states import QuestionKind


@dataclass(frozen=True)
class Condition:
    """Asked only if another question has one of these answers: true or false, or numbers of options."""

    on: int
    answers: frozenset[Hashable]

    def as_values(self) -> list[Any]:
        """Return the answers as JSON values, in an order that stays the same."""
        return sorted(self.answers, key=lambda each: (not isinstance(each, bool), each))


@dataclass(frozen=True)
class Choice:
    """One answer to choose from; `id` is None for a new one, `gone` for one that is not offered any more."""

    id: int | None
    label: Translated
    places: int | None = None
    gone: bool = False


@dataclass(frozen=True)
class QuestionValues:
    """All that an organiser writes about a question."""

    kind: QuestionKind
    label: Translated
    help: Translated = field(default_factory=Translated)
    required: bool = False
    private: bool = False
    sensitive: bool = False
    condition: Condition | None = None
    choices: tuple[Choice, ...] = ()

    def by_field(self) -> Mapping[str, Any]:
        """Return the values by the names of their fields."""
        return {each.name: getattr(self, each.name) for each in fields(self)}
