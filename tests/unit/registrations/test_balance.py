"""Counting people: what is counted as the same, and what must not be shown outside the team."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventapp.registrations.balance import FEWEST_SHOWN, Dimension, Group, Stage, compare, gender_of, tables, totals

INVITED = frozenset({Stage.INVITED})
REGISTERED = frozenset({Stage.REGISTERED})
APPROVED = frozenset({Stage.REGISTERED, Stage.APPROVED})
DEFAULTS = {
    Dimension.COUNTRY: "SN",
    Dimension.SECTOR: "academia",
    Dimension.CATEGORY: "1",
    Dimension.GENDER: "",
    Dimension.LANGUAGE: "fr",
    Dimension.FIRST_TIME: "yes",
    Dimension.MODE: "remote",
}


def people(number: int, stages: frozenset[Stage] = APPROVED, **answers: str) -> Group:
    return Group(number, stages, {**DEFAULTS, **{Dimension(name): value for name, value in answers.items()}})


def table(groups: Sequence[Group], dimension: Dimension, *, conceal: bool = False):
    return next(each for each in tables(groups, conceal=conceal) if each.dimension is dimension)


def shown(groups: Sequence[Group], dimension: Dimension, stage: Stage = Stage.REGISTERED, *, conceal: bool = False):
    return {line.value: line.counts[stage] for line in table(groups, dimension, conceal=conceal).lines}


def test_people_are_counted_at_each_stage_they_came_to():
    invited = Group(9, INVITED, {Dimension.COUNTRY: "SN", Dimension.CATEGORY: "", Dimension.LANGUAGE: "fr"})
    groups = [invited, people(4, REGISTERED), people(3), people(2, country="ES")]
    (first, second) = table(groups, Dimension.COUNTRY).lines
    assert (first.value, first.counts) == (
        "SN",
        {Stage.INVITED: 9, Stage.REGISTERED: 7, Stage.APPROVED: 3, Stage.PRESENT: 0},
    )
    assert (second.value, second.counts) == (
        "ES",
        {Stage.INVITED: 0, Stage.REGISTERED: 2, Stage.APPROVED: 2, Stage.PRESENT: 0},
    )
    assert totals(groups, conceal=False) == {
        Stage.INVITED: 9,
        Stage.REGISTERED: 9,
        Stage.APPROVED: 5,
        Stage.PRESENT: 0,
    }


def test_what_a_letter_does_not_ask_is_not_counted_of_the_invited():
    stages = {each.dimension: list(each.stages) for each in tables([people(1)], conceal=False)}
    assert Stage.INVITED in stages[Dimension.COUNTRY]
    assert (
        stages[Dimension.GENDER]
        == stages[Dimension.FIRST_TIME]
        == [
            Stage.REGISTERED,
            Stage.APPROVED,
            Stage.PRESENT,
        ]
    )


@pytest.mark.parametrize(
    ("own_words", "counted"),
    [
        ("Femme", "women"), (" MUJER. ", "women"), ("f", "women"), ("Hombre", "men"), ("male", "men"),
        ("Non-binaire", "non-binary"), ("Agenre", "agenre"), ("m", "m"), ("", ""),
    ],
)  # fmt: skip
def test_own_words_are_counted_together(own_words: str, counted: str):
    assert gender_of(own_words) == counted


def test_own_words_are_shown_as_most_people_wrote_them():
    groups = [people(1, gender="agenre"), people(2, gender="Agenre"), people(1, gender="")]
    lines = table(groups, Dimension.GENDER).lines
    assert [(line.value, line.own_words, line.counts[Stage.REGISTERED]) for line in lines] == [
        ("agenre", "Agenre", 3),
        ("", "", 1),
    ]


def test_small_numbers_are_not_shown_nor_what_gives_them_away():
    groups = [people(20, country="ES"), people(5, country="FR"), people(2, country="SN"), people(0, country="KE")]
    assert shown(groups, Dimension.COUNTRY) == {"ES": 20, "FR": 5, "SN": 2, "KE": 0}
    assert shown(groups, Dimension.COUNTRY, conceal=True) == {"ES": 20, "FR": None, "SN": None, "KE": 0}
    alone = [people(1, country="ES"), people(1, country="FR"), people(9, country="SN")]
    assert shown(alone, Dimension.COUNTRY, conceal=True) == {"ES": None, "FR": None, "SN": None}, "1 + 1 is no secret"
    assert totals([people(2)], conceal=True)[Stage.APPROVED] is None
    assert totals([people(3)], conceal=True)[Stage.APPROVED] == 3


def test_rare_words_for_a_gender_are_not_shown_outside():
    groups = [people(9, gender="woman"), people(1, gender="two-spirit"), people(3, gender="queer")]
    assert set(shown(groups, Dimension.GENDER, conceal=True)) == {"women", "queer", "other"}
    assert "two-spirit" in shown(groups, Dimension.GENDER)


some_people = st.lists(
    st.builds(
        lambda number, stages, country, gender: people(number, stages, country=country, gender=gender),
        st.integers(0, 6),
        st.sampled_from([REGISTERED, APPROVED]),
        st.sampled_from(["SN", "ES", "FR", "KE"]),
        st.sampled_from(["woman", "homme", "agender", "x", ""]),
    ),
    max_size=12,
)


@given(some_people)
def test_no_small_number_can_be_read_or_worked_out(groups: list[Group]):
    whole = totals(groups, conceal=True)
    for open_table, closed in zip(tables(groups, conceal=False), tables(groups, conceal=True), strict=True):
        for stage in closed.stages:
            numbers = [line.counts[stage] for line in closed.lines]
            visible = [number for number in numbers if number is not None]
            assert not any(0 < number < FEWEST_SHOWN for number in visible)
            total = whole[stage]
            if None in numbers and total is not None:
                assert numbers.count(None) > 1
                assert total - sum(visible) >= FEWEST_SHOWN
            real = sum(line.counts[stage] or 0 for line in open_table.lines)
            assert total in (None, real)


@given(some_people)
def test_inside_the_team_every_number_is_the_real_one(groups: list[Group]):
    everybody = sum(group.number for group in groups)
    for each in tables(groups, conceal=False):
        assert sum(line.counts[Stage.REGISTERED] or 0 for line in each.lines) == everybody


def test_a_decision_is_compared_with_what_is():
    before, added = [people(4, country="ES", gender="mujer")], [people(1, country="SN"), people(1, country="ES")]
    found = {each.dimension: each for each in compare(before, added)}
    countries = found[Dimension.COUNTRY]
    assert [(each.value, each.before, each.after) for each in countries.changes] == [("ES", 4, 5), ("SN", 0, 1)]
    assert (countries.before, countries.after, countries.left_out) == (4, 6, 0)
    genders = [(each.value, each.before, each.after) for each in found[Dimension.GENDER].changes]
    assert genders == [("women", 4, 4), ("", 0, 2)]


def test_many_answers_that_do_not_change_are_only_counted():
    before = [people(1, country=code) for code in ("AD", "AE", "AF", "AG", "AL", "AM", "AO", "AR", "AT")]
    countries = compare(before, [people(1, country="AD")])[0]
    assert [(each.value, each.before, each.after) for each in countries.changes] == [("AD", 1, 2)]
    assert countries.left_out == 8
