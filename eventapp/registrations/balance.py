"""Who comes, counted by where people come from and what they say of themselves: pure functions of counted answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from eventapp.core.text import fold

FEWEST_SHOWN = 3  # outside the organising team a smaller number would point at somebody
OTHER = "other"


class Stage(StrEnum):
    """How far people have come."""

    INVITED = "invited"
    REGISTERED = "registered"
    APPROVED = "approved"
    PRESENT = "present"  # who was confirmed and came on a day of the event


class Dimension(StrEnum):
    """What people are counted by; the names are those of a registration's columns."""

    COUNTRY = "country"
    SECTOR = "sector"
    CATEGORY = "category_id"
    GENDER = "gender"
    LANGUAGE = "language"
    FIRST_TIME = "first_time"
    MODE = "mode"


KNOWN_OF_INVITED = frozenset({Dimension.COUNTRY, Dimension.CATEGORY, Dimension.LANGUAGE})
DECIDED_BY = (Dimension.COUNTRY, Dimension.SECTOR, Dimension.GENDER, Dimension.LANGUAGE, Dimension.FIRST_TIME)

# What people write most often, in the languages of the interface, folded. The letter m stands for men in French and
# English and for women in Spanish, so it stays what it is.
_GENDERS: Mapping[str, tuple[str, ...]] = {
    "women": ("woman", "women", "female", "f", "w", "femme", "femmes", "feminin", "feminine", "mujer", "mujeres",
              "femenino", "femenina", "she", "she/her", "elle", "ella"),
    "men": ("man", "men", "male", "homme", "hommes", "masculin", "masculine", "hombre", "hombres", "masculino",
            "varon", "h", "he", "he/him"),
    "non-binary": ("non-binary", "nonbinary", "non binary", "enby", "nb", "non-binaire", "non binaire", "no binario",
                   "no binaria", "no binarie", "they", "they/them"),
}  # fmt: skip
_GENDER_OF = {word: gender for gender, words in _GENDERS.items() for word in words}


@dataclass(frozen=True)
class Group:
    """So many people with the same answers; a dimension that is left out is not known of them."""

    number: int
    stages: frozenset[Stage]
    answers: Mapping[Dimension, str]  # as the columns keep them, "" for what was not said
    of_one_answer: bool = False  # the people of other groups, told apart by this answer only


@dataclass(frozen=True)
class Line:
    """How many people gave one answer, by stage; None where the number is not shown."""

    value: str
    counts: Mapping[Stage, int | None]
    own_words: str = ""  # as most of these people wrote it

    @property
    def rank(self) -> tuple[int, ...]:
        """Return by what it is sorted: "not said" last, and what most people said first."""
        shown = [self.counts[stage] for stage in Stage if stage in self.counts]
        return (self.value == "", *(-(number or 0) for number in reversed(shown)))


@dataclass(frozen=True)
class Table:
    """The answers of one dimension, the most frequent first and "not said" last."""

    dimension: Dimension
    stages: Sequence[Stage]
    lines: Sequence[Line]

    @property
    def conceals(self) -> bool:
        """Tell whether a number is not shown."""
        return any(number is None for line in self.lines for number in line.counts.values())

    @property
    def longest(self) -> int:
        """Return the largest number that a bar shows."""
        return max((line.counts[stage] or 0 for line in self.lines for stage in self.stages), default=0)


def gender_of(text: str) -> str:
    """Return under which answer somebody's own words are counted: case, accents and usual synonyms make no other."""
    folded = fold(text).strip(" .")
    return _GENDER_OF.get(folded, folded)


def totals(groups: Iterable[Group], *, conceal: bool) -> dict[Stage, int | None]:
    """Return how many people have come to each stage; None where that is not shown."""
    numbers = dict.fromkeys(Stage, 0)
    for group in groups:
        for stage in () if group.of_one_answer else group.stages:
            numbers[stage] += group.number
    return {stage: None if conceal and _is_small(number) else number for stage, number in numbers.items()}


def tables(groups: Sequence[Group], *, conceal: bool) -> list[Table]:
    """Return one table a dimension; with `conceal` without any number under three, nor one that would give it away."""
    return [_table(groups, dimension, conceal) for dimension in Dimension]


def _table(groups: Sequence[Group], dimension: Dimension, conceal: bool) -> Table:
    stages = [stage for stage in Stage if stage is not Stage.INVITED or dimension in KNOWN_OF_INVITED]
    counts: dict[str, Counter[Stage]] = {}
    spellings: dict[str, Counter[str]] = {}
    for group in groups:
        if dimension not in group.answers:
            continue
        said = group.answers[dimension]
        value = gender_of(said) if dimension is Dimension.GENDER else said
        counted = counts.setdefault(value, Counter())
        for stage in group.stages:
            counted[stage] += group.number
        spellings.setdefault(value, Counter())[said.strip()] += group.number
    if conceal and dimension is Dimension.GENDER:
        counts = _without_rare_words(counts)
    shown = {stage: concealed({value: each[stage] for value, each in counts.items()}, conceal) for stage in stages}
    lines = [
        Line(
            value,
            {stage: shown[stage][value] for stage in stages},
            _usual(spellings[value]) if value in spellings else "",
        )
        for value in counts
    ]
    lines.sort(key=lambda line: (line.rank, line.value))
    return Table(dimension, stages, lines)


def _without_rare_words(counts: Mapping[str, Counter[Stage]]) -> dict[str, Counter[Stage]]:
    """Count words of few people together: the words themselves would point at somebody."""
    kept: dict[str, Counter[Stage]] = {}
    for value, counted in counts.items():
        rare = value and value not in _GENDERS and counted[Stage.REGISTERED] < FEWEST_SHOWN
        kept.setdefault(OTHER if rare else value, Counter()).update(counted)
    return kept


def concealed(numbers: Mapping[str, int], conceal: bool) -> dict[str, int | None]:
    """Return the numbers, small ones as None, and as many others as it takes that no sum gives a small one away."""
    if not conceal:
        return dict(numbers)
    hidden = {value for value, number in numbers.items() if _is_small(number)}
    others = sorted((number, value) for value, number in numbers.items() if number >= FEWEST_SHOWN)
    while hidden and others and (len(hidden) < 2 or sum(numbers[value] for value in hidden) < FEWEST_SHOWN):
        hidden.add(others.pop(0)[1])
    return {value: None if value in hidden else number for value, number in numbers.items()}


def _is_small(number: int) -> bool:
    return 0 < number < FEWEST_SHOWN


def _usual(spellings: Counter[str]) -> str:
    return min(spellings, key=lambda text: (-spellings[text], text))


@dataclass(frozen=True)
class Change:
    """How many confirmed people give an answer now, and how many would."""

    value: str
    before: int
    after: int
    own_words: str = ""

    @property
    def rank(self) -> tuple[int, ...]:
        """Return by what it is sorted: "not said" last, and what most people say afterwards first."""
        return (self.value == "", -self.after, -self.before)


@dataclass(frozen=True)
class Comparison:
    """A dimension before and after a decision; answers that it does not touch may be left out."""

    dimension: Dimension
    changes: Sequence[Change]
    left_out: int
    before: int  # people in all
    after: int


_MOST_LINES = 8


def compare(now: Sequence[Group], added: Sequence[Group]) -> list[Comparison]:
    """Return what adding people to those who are confirmed does to the balance."""
    everybody = [*now, *added]
    found = []
    for dimension in DECIDED_BY:
        before = {line.value: line.counts[Stage.APPROVED] or 0 for line in _table(now, dimension, False).lines}
        changes = [
            Change(line.value, before.get(line.value, 0), line.counts[Stage.APPROVED] or 0, line.own_words)
            for line in _table(everybody, dimension, False).lines
        ]
        shown = changes if len(changes) <= _MOST_LINES else [each for each in changes if each.after != each.before]
        found.append(
            Comparison(
                dimension,
                shown,
                len(changes) - len(shown),
                sum(group.number for group in now),
                sum(group.number for group in everybody),
            )
        )
    return found
