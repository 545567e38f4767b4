"""When a form of questions makes sense: what each may depend on, and what may not be called the same."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from eventapp.core.text import fold
from eventapp.registrations.questions.states import CAN_DECIDE, WITH_OPTIONS, QuestionKind

MOST_GROUPS = 20
MOST_QUESTIONS = 100  # of an event, those that are no longer asked too
MOST_OPTIONS = 40  # of a question
MOST_PLACES = 100_000
FEWEST_OPTIONS = 2


@dataclass(frozen=True)
class Item:
    """A question as far as it matters to the others: its place in the form, and what it depends on."""

    id: int
    kind: QuestionKind
    place: tuple[int, int]  # its page, and where it stands on it
    private: bool = False
    retired: bool = False
    depends_on: int | None = None
    answers: frozenset[Hashable] = frozenset()  # of the other question, that make this one be asked
    options: frozenset[int] = frozenset()  # all that exist
    offered: frozenset[int] = frozenset()  # those that can be chosen now


class Fault(StrEnum):
    """Why a question cannot depend on another."""

    OWN = "own"
    UNKNOWN = "unknown"
    UNDECIDING = "undeciding"
    CIRCULAR = "circular"
    RETIRED = "retired"
    PRIVATE = "private"
    LATER = "later"
    ANSWERS = "answers"


@dataclass(frozen=True)
class Broken:
    """A condition that cannot be: whose it is, on which question, and why."""

    item: int
    on: int
    fault: Fault


def broken(form: Sequence[Item]) -> list[Broken]:
    """Return the conditions that cannot be, in the form's order; a question no longer asked has none to keep."""
    by_id = {item.id: item for item in form}
    found = []
    for item in sorted(form, key=lambda each: each.place):
        if item.retired or item.depends_on is None:
            continue
        fault = _fault(item, item.depends_on, by_id)
        if fault is not None:
            found.append(Broken(item.id, item.depends_on, fault))
    return found


def _fault(item: Item, on: int, by_id: Mapping[int, Item]) -> Fault | None:
    if on == item.id:
        return Fault.OWN
    other = by_id.get(on)
    if other is None:
        return Fault.UNKNOWN
    if other.kind not in CAN_DECIDE:
        return Fault.UNDECIDING
    if item.id in chain(on, by_id):
        return Fault.CIRCULAR
    if other.retired:
        return Fault.RETIRED
    if other.private and not item.private:
        return Fault.PRIVATE
    if other.place > item.place and not item.private:
        return Fault.LATER
    if not _can_be_answered(item.answers, other):
        return Fault.ANSWERS
    return None


def _can_be_answered(answers: frozenset[Hashable], other: Item) -> bool:
    """Tell whether all the answers exist and at least one of them can still be given."""
    if other.kind is QuestionKind.YES_NO:
        return bool(answers) and all(isinstance(each, bool) for each in answers)
    numbers = {each for each in answers if isinstance(each, int) and not isinstance(each, bool)}
    return numbers == answers and answers <= other.options and bool(answers & other.offered)


def chain(start: int, by_id: Mapping[int, Item]) -> list[int]:
    """Return the question and all that it depends on, directly or by way of others, each once."""
    found: list[int] = []
    current: int | None = start
    while current is not None and current not in found:
        found.append(current)
        current = by_id[current].depends_on if current in by_id else None
    return found


def dependents(form: Iterable[Item], question_id: int) -> list[Item]:
    """Return the questions that are asked only because of this one's answer."""
    return [item for item in form if item.depends_on == question_id and item.id != question_id]


def may_depend_on(form: Sequence[Item], item: Item) -> list[Item]:
    """Return the questions whose answers may decide whether this one is asked, in the form's order."""
    fit = []
    for other in sorted(form, key=lambda each: each.place):
        answers = frozenset({True}) if other.kind is QuestionKind.YES_NO else frozenset(sorted(other.offered)[:1])
        tried = [each for each in form if each.id != item.id]
        tried.append(replace(item, depends_on=other.id, answers=answers, retired=False))
        if not any(each.item == item.id for each in broken(tried)):
            fit.append(other)
    return fit


def first_repeated(names: Iterable[str]) -> int | None:
    """Return the index of the first name that equals an earlier one but for accents and case; empty ones are free."""
    seen: set[str] = set()
    for index, name in enumerate(names):
        folded = fold(name)
        if folded and folded in seen:
            return index
        seen.add(folded)
    return None


def enough_options(kind: QuestionKind, names: Iterable[str]) -> bool:
    """Tell whether there is something to choose: two answers with a name in the first language."""
    return kind not in WITH_OPTIONS or sum(1 for name in names if name.strip()) >= FEWEST_OPTIONS


def left(places: int | None, taken: int) -> int | None:
    """Return how many places are left, none below zero; None where there is no limit."""
    return None if places is None else max(places - taken, 0)
