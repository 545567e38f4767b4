"""The reports count what they should, and hide small numbers so that no sum or difference gives one away."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from eventapp.registrations.balance import OTHER, Dimension
from eventapp.sponsorship.reports.counting import (
    ALL,
    DIMENSIONS,
    Asker,
    Money,
    MoneyColumn,
    Report,
    Step,
    columns_for,
    report,
)

WAYS = (frozenset({Step.ASKED}), frozenset({Step.ASKED, Step.OFFERED}), frozenset(Step))
EUR = MoneyColumn(Money.PROMISED, "EUR")


def _asker(country: str = "FR", way: int = 2, fund: int = 1, currency: str = "EUR", **fields: Any) -> Asker:
    answers = dict.fromkeys(DIMENSIONS, "") | {Dimension.COUNTRY: country, Dimension.GENDER: fields.pop("g", "")}
    return Asker(fund, answers, WAYS[way], currency, **fields)


def _lines(found: Report) -> dict[str, list[Any]]:
    return {line.value: [*line.numbers.values(), *line.amounts.values()] for line in found.tables[0].lines}


def test_whoever_decides_sees_every_number_a_currency_each() -> None:
    askers = [
        _asker(promised=Decimal("600.50"), g="femme"),
        _asker(way=1, promised=Decimal(100), g="Woman"),
        _asker("SN", 0),
        _asker("SN", fund=2, currency="TND", spent=Decimal("1.125")),
    ]
    money = columns_for(["EUR", "TND"])
    found = report(askers, ALL, money, conceal=False)
    assert [*found.steps.values()] == [4, 3, 2]
    assert [*found.amounts.values()] == [Decimal("700.5"), 0, 0, Decimal("1.125")]
    assert _lines(found) == {"FR": [2, 2, 1, Decimal("700.5"), 0, 0, 0], "SN": [2, 1, 1, 0, 0, 0, Decimal("1.125")]}
    assert {line.value: line.numbers[Step.ASKED] for line in found.tables[2].lines} == {"women": 2, "": 2}
    assert _lines(report(askers, 2, columns_for(["TND"]), conceal=False)) == {"SN": [1, 1, 1, 0, Decimal("1.125")]}


def test_small_numbers_and_what_gives_them_away_are_hidden_from_others() -> None:
    askers = [_asker(promised=Decimal(1)) for _each in range(9)] + [_asker("SN", 0) for _each in range(4)]
    askers += [_asker("SN", promised=Decimal(500)), _asker("IS", promised=Decimal(700))]
    found = report(askers, ALL, [EUR], conceal=True)
    lines = _lines(found)
    assert [*lines] == ["FR", "SN", OTHER]  # that somebody of Iceland asked is said nowhere
    assert lines["SN"] == [None, None, None, None]  # its 5 would give the 1 of Iceland away, its 500 one person's money
    assert lines["FR"][0] == 9
    assert lines[OTHER] == [None, None, None, None]
    assert found.conceals
    nearly = report([*[_asker() for _each in range(7)], _asker(way=1)] + [_asker("SN")] * 4, ALL, [], conceal=True)
    assert _lines(nearly)["FR"] == [8, 8, None]  # one did not accept
    none = report([_asker(way=0)] * 3 + [_asker("SN", way=0), *[_asker("SN", way=1)] * 3], ALL, [], conceal=True)
    assert [_lines(none)[country][1] for country in ("FR", "SN")] == [None, None]  # with “0, –” of 3, one was refused


people = st.builds(
    _asker,
    country=st.sampled_from(["FR", "SN", "ES", "KE"]),
    way=st.integers(0, 2),
    fund=st.integers(1, 3),
    promised=st.sampled_from([Decimal(0), Decimal(300)]),
)


@given(askers=st.lists(people, max_size=60), one_fund=st.booleans())
@settings(max_examples=80, deadline=None)
def test_no_difference_gives_a_small_number_away(askers: list[Asker], *, one_fund: bool) -> None:
    if one_fund:
        askers = [each for each in askers if each.fund_id == 1]
    scopes = [ALL, *sorted({each.fund_id for each in askers})]
    real = {scope: report(askers, scope, [EUR], conceal=False) for scope in scopes}
    shown = {scope: report(askers, scope, [EUR], conceal=True) for scope in scopes}
    often = {line.value for line in real[ALL].tables[0].lines if (line.numbers[Step.ASKED] or 0) >= 3}
    for step in Step:
        cells = {
            (scope, line.value): (line.numbers[step], _true(real[scope], line.value, often, step))
            for scope in scopes
            for line in shown[scope].tables[0].lines
        }
        for number, true in cells.values():
            assert number in (None, true)
            assert number is None or number == 0 or number >= 3
        for scope in scopes:
            hidden = [true for (its_scope, _value), (n, true) in cells.items() if its_scope == scope and n is None]
            if shown[scope].steps[step] is not None and len(hidden) != len([c for c in cells if c[0] == scope]):
                assert not hidden or len(hidden) > 1
                assert not hidden or sum(hidden) >= 3
        if len(scopes) > 2:
            for value in {value for _scope, value in cells}:
                hidden = [true for (_s, its), (n, true) in cells.items() if its == value and n is None]
                assert len(hidden) != 1


def _true(real: Report, value: str, often: set[str], step: Step) -> int:
    lines = real.tables[0].lines
    return sum(
        line.numbers[step] or 0 for line in lines if line.value == value or (value == OTHER and line.value not in often)
    )
