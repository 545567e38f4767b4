"""Who asked, was offered and accepted, and the money of it, by what people said: pure functions of counted people.

For readers who decide nothing, small numbers are hidden, and as many others as it takes that no difference gives a
small one away: neither within a table, nor between a fund's table and that of all funds, nor from one step to the next.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from eventapp.registrations.balance import FEWEST_SHOWN, OTHER, Dimension, gender_of

DIMENSIONS = (Dimension.COUNTRY, Dimension.SECTOR, Dimension.GENDER, Dimension.FIRST_TIME)
_KNOWN_GENDERS = frozenset({"", "women", "men", "non-binary"})
_NOTHING = Decimal(0)


class Step(StrEnum):
    """How far a request came."""

    ASKED = "asked"
    OFFERED = "offered"
    ACCEPTED = "accepted"


class Money(StrEnum):
    """What a request has of a fund."""

    PROMISED = "promised"
    SPENT = "spent"


@dataclass(frozen=True)
class MoneyColumn:
    """Money of one kind in one currency; currencies are never added up."""

    kind: Money
    currency: str


Column = Step | MoneyColumn


@dataclass(frozen=True)
class Asker:
    """One request, by what its person said."""

    fund_id: int
    answers: Mapping[Dimension, str]
    steps: frozenset[Step]
    currency: str
    promised: Decimal = _NOTHING
    spent: Decimal = _NOTHING

    def amount(self, column: MoneyColumn) -> Decimal:
        """Return what the request has in the column."""
        if column.currency != self.currency:
            return _NOTHING
        return self.promised if column.kind is Money.PROMISED else self.spent

    def counts_in(self, column: Column) -> bool:
        """Tell whether the request is among those of the column."""
        return self.amount(column) != 0 if isinstance(column, MoneyColumn) else column in self.steps


@dataclass(frozen=True)
class Line:
    """What people who gave one answer asked for and got; None where a number is not shown."""

    value: str
    own_words: str
    numbers: Mapping[Step, int | None]
    amounts: Mapping[MoneyColumn, Decimal | None]


@dataclass(frozen=True)
class Table:
    """The answers of one dimension, the most frequent first and "not said" last."""

    dimension: Dimension
    lines: Sequence[Line]

    @property
    def longest(self) -> int:
        """Return the largest number that a bar shows."""
        return max((line.numbers[Step.ASKED] or 0 for line in self.lines), default=0)


@dataclass(frozen=True)
class Report:
    """The numbers of one fund, or of all: in all, and by each dimension."""

    steps: Mapping[Step, int | None]
    amounts: Mapping[MoneyColumn, Decimal | None]
    tables: Sequence[Table]

    @property
    def conceals(self) -> bool:
        """Tell whether a number is not shown."""
        lines = [line for table in self.tables for line in table.lines]
        shown = [*self.steps.values(), *self.amounts.values()]
        shown += [each for line in lines for each in (*line.numbers.values(), *line.amounts.values())]
        return None in shown


ALL = 0  # no fund has this number
_TOTAL = "\0"  # nor has anybody said this
_Cell = tuple[int, str, Column]  # fund, answer, column


def columns_for(currencies: Iterable[str]) -> list[MoneyColumn]:
    """Return the columns of money, a pair for each currency."""
    return [MoneyColumn(kind, currency) for currency in sorted(set(currencies)) for kind in Money]


def report(askers: Sequence[Asker], fund_id: int, money: Sequence[MoneyColumn], *, conceal: bool) -> Report:
    """Return the numbers of a fund, or of `ALL`; with `conceal` without small ones."""
    columns: list[Column] = [*Step, *money]
    tables, totals = [], dict.fromkeys(columns, False)
    for dimension in DIMENSIONS:
        said = [_said(each, dimension) for each in askers]
        values = _without_rare(said) if conceal else said
        counts, amounts = _counted(askers, values, columns)
        hidden = _hidden(counts, columns) if conceal else set()
        totals = {column: (fund_id, _TOTAL, column) in hidden for column in columns}
        spellings: dict[str, Counter[str]] = defaultdict(Counter)
        for asker, value in zip(askers, values, strict=True):
            spellings[value][asker.answers[dimension].strip()] += 1
        lines = [
            Line(
                value,
                spellings[value].most_common(1)[0][0],
                {step: None if (fund_id, value, step) in hidden else counts[fund_id, value, step] for step in Step},
                {each: None if (fund_id, value, each) in hidden else amounts[fund_id, value, each] for each in money},
            )
            for value in dict.fromkeys(values)
            if counts[fund_id, value, Step.ASKED]
        ]
        tables.append(Table(dimension, sorted(lines, key=_rank)))
    here = [each for each in askers if fund_id in (ALL, each.fund_id)]
    return Report(
        {step: None if totals[step] else sum(each.counts_in(step) for each in here) for step in Step},
        {each: None if totals[each] else sum((one.amount(each) for one in here), _NOTHING) for each in money},
        tables,
    )


def _said(asker: Asker, dimension: Dimension) -> str:
    said = asker.answers[dimension]
    return gender_of(said) if dimension is Dimension.GENDER else said


def _without_rare(values: Sequence[str]) -> list[str]:
    """Put answers of few people together: that there is a line at all would point at somebody."""
    often = {value for value, number in Counter(values).items() if number >= FEWEST_SHOWN}
    return [value if value in often or not value else OTHER for value in values]


def _counted(
    askers: Sequence[Asker], values: Sequence[str], columns: Sequence[Column]
) -> tuple[Counter[_Cell], dict[_Cell, Decimal]]:
    counts: Counter[_Cell] = Counter()
    amounts: dict[_Cell, Decimal] = defaultdict(Decimal)
    for asker, value in zip(askers, values, strict=True):
        for column in columns:
            if not asker.counts_in(column):
                continue
            for cell in ((fund, said, column) for fund in (ALL, asker.fund_id) for said in (value, _TOTAL)):
                counts[cell] += 1
                if isinstance(column, MoneyColumn):
                    amounts[cell] += asker.amount(column)
    return counts, amounts


def _hidden(counts: Mapping[_Cell, int], columns: Sequence[Column]) -> set[_Cell]:
    """Return the cells that are not shown: small ones, and those by which a small one could be worked out."""
    funds = {fund for fund, _value, _column in counts}
    values = {value for _fund, value, _column in counts}
    hidden = {cell for cell, number in counts.items() if 0 < number < FEWEST_SHOWN or _is_near(counts, cell)}
    sums = [[(fund, value, column) for value in values - {_TOTAL}] for fund in funds for column in columns]
    across = [[(fund, value, column) for fund in funds] for value in values for column in columns]
    before = -1
    while len(hidden) > before:
        before = len(hidden)
        for cells in sums:
            _hide_more(counts, cells, hidden, fewest=FEWEST_SHOWN)
        for cells in across if len(funds) > 2 else ():  # with one fund, all funds are that one
            _hide_more(counts, cells, hidden)
        if len(funds) == 2:  # so what is hidden in one table is hidden in the other
            hidden |= {(fund, value, column) for _fund, value, column in hidden for fund in funds}
    return hidden


def _is_near(counts: Mapping[_Cell, int], cell: _Cell) -> bool:
    """Tell whether nearly all of the step before came here, so that the few who did not would stand out."""
    fund, value, column = cell
    if value == _TOTAL or column not in (Step.OFFERED, Step.ACCEPTED):
        return False
    earlier = Step.ASKED if column is Step.OFFERED else Step.OFFERED
    return 0 < counts[fund, value, earlier] - counts[cell] < FEWEST_SHOWN


def _hide_more(counts: Mapping[_Cell, int], cells: Collection[_Cell], hidden: set[_Cell], *, fewest: int = 0) -> None:
    """Hide the smallest others, noughts last, until no hidden cell follows from the ones that are shown."""
    lines = [cell for cell in cells if counts[cell[0], cell[1], Step.ASKED]]
    there = sorted((not counts[cell], counts[cell], str(cell), cell) for cell in lines)
    covered = [number for _nought, number, _key, cell in there if cell in hidden]
    for _nought, number, _key, cell in there:
        if not covered or (len(covered) > 1 and sum(covered) >= fewest):
            return
        if cell not in hidden:
            hidden.add(cell)
            covered.append(number)


def _rank(line: Line) -> tuple[bool, bool, int, str]:
    return (line.value == "", line.value == OTHER, -(line.numbers[Step.ASKED] or 0), line.value)
