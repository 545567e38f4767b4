"""Who is asked what: conditions, chains of them, and what becomes of answers to questions that are not asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventapp.registrations.questions import asking, values
from eventapp.registrations.questions.asking import Asked, AskedOption, AskedPage
from eventapp.registrations.questions.states import QuestionKind
from eventapp.registrations.questions.values import Problem, Unreadable
from tests.support.factories import tr

K = QuestionKind
OPTIONS = tuple(AskedOption(number, tr(f"Option {number}")) for number in (1, 2, 3))


def asked(number: int, kind: QuestionKind = K.YES_NO, **fields: Any) -> Asked:
    options = OPTIONS if kind in (K.ONE_OF, K.SEVERAL_OF) else ()
    return Asked(number, kind, tr(f"Question {number}"), options=options, **fields)


def page(number: int, *questions: Asked) -> AskedPage:
    return AskedPage(number, tr(f"Page {number}"), questions=questions)


CHAIN = (
    page(1, asked(11), asked(12, K.ONE_OF, depends_on=11, decided_by=(True,))),
    page(2, asked(21, K.SHORT_TEXT, depends_on=12, decided_by=(1, 2))),
)


def test_a_chain_is_asked_only_while_every_link_holds():
    assert asking.applying(CHAIN, {}) == {11}
    assert asking.applying(CHAIN, {"11": True}) == {11, 12}
    assert asking.applying(CHAIN, {"11": True, "12": 2}) == {11, 12, 21}
    assert asking.applying(CHAIN, {"11": True, "12": 3}) == {11, 12}
    assert asking.applying(CHAIN, {"11": False, "12": 2}) == {11}, "an answer left from before decides nothing"


def test_true_is_not_the_first_option():
    by_number, by_truth = asked(2, depends_on=1, decided_by=(1,)), asked(3, depends_on=1, decided_by=(True,))
    form = (page(1, asked(1, K.ONE_OF), by_number, by_truth),)
    assert asking.applying(form, {"1": 1}) == {1, 2}
    assert asking.applying(form, {"1": True}) == {1}


def test_what_is_decided_on_the_same_page_is_shown_with_it_and_what_another_page_decides_only_if_it_applies():
    assert [(each.id, [one.id for one in each.questions]) for each in asking.pages_for(CHAIN, {})] == [(1, [11, 12])]
    shown = asking.pages_for(CHAIN, {"11": True, "12": 1})
    assert [each.id for each in shown] == [1, 2]


def test_private_and_retired_questions_are_never_put_to_a_participant():
    form = (
        page(1, asked(1, private=True), asked(2, depends_on=1, decided_by=(True,))),
        page(2, asked(3, retired=True)),
    )
    assert asking.pages_for(form, {"1": True}) == []
    assert asking.kept(form, {"1": True, "2": True, "3": True}, {"3": False}) == {"3": False}


def test_circles_are_never_asked():
    form = (page(1, asked(1, depends_on=2, decided_by=(True,)), asked(2, depends_on=1, decided_by=(True,))),)
    assert asking.applying(form, {"1": True, "2": True}) == frozenset()
    assert asking.pages_for(form, {"1": True, "2": True}) == []


def test_only_the_persons_own_change_makes_a_hidden_answer_fall_away():
    before = {"11": False, "12": 1, "21": "Dakar"}  # answered before the organisers made them depend on 11
    assert asking.kept(CHAIN, {"11": False}, before) == before
    assert asking.kept(CHAIN, {"11": True, "12": 2}, before) == {"11": True, "12": 2}
    shown = {**before, "11": True}
    assert asking.kept(CHAIN, {**shown, "11": False}, shown) == {"11": False}


KINDS = st.sampled_from([K.YES_NO, K.ONE_OF, K.SEVERAL_OF, K.SHORT_TEXT])
ANSWERS = st.one_of(
    st.none(), st.booleans(), st.integers(1, 4), st.lists(st.integers(1, 4), max_size=3, unique=True), st.just("text")
)


@st.composite
def forms(draw: st.DrawFn) -> tuple[AskedPage, ...]:
    """Any form at all: conditions forwards, backwards, in circles, on nothing."""
    count = draw(st.integers(1, 8))
    questions = [
        replace(
            asked(number, draw(KINDS)),
            depends_on=draw(st.none() | st.integers(1, count + 1)),
            decided_by=tuple(draw(st.lists(st.booleans() | st.integers(1, 3), max_size=3))),
            required=draw(st.booleans()),
            private=draw(st.integers(0, 5)) == 0,
            retired=draw(st.integers(0, 5)) == 0,
        )
        for number in range(1, count + 1)
    ]
    cut = draw(st.integers(0, count))
    return (page(1, *questions[:cut]), page(2, *questions[cut:]))


@settings(max_examples=150, deadline=None)
@given(
    forms(), st.dictionaries(st.integers(1, 9).map(str), ANSWERS), st.dictionaries(st.integers(1, 9).map(str), ANSWERS)
)
def test_what_is_stored_is_what_is_asked_whatever_the_form_and_whatever_is_sent(form, answers, before):
    by_id = {each.id: each for each in asking.every(form)}
    applying = asking.applying(form, answers)
    asked_before = asking.applying(form, before)
    stored = asking.kept(form, answers, before)
    for question in by_id.values():
        other = by_id.get(question.depends_on or 0)
        holds = other is not None and asking.decides(other, answers.get(other.key), question.decided_by)
        if question.id in applying and question.depends_on is not None:
            assert holds, "a condition holds by an answer"
            assert other is not None
            assert other.id in applying, "and the question that decides is asked itself"
        if question.private or question.retired:
            expected = before.get(question.key)
        elif question.id in applying:
            expected = answers.get(question.key)
        else:
            expected = None if question.id in asked_before else before.get(question.key)
        assert stored.get(question.key) == (None if asking.is_empty(expected) else expected)
    assert set(stored) <= {each.key for each in by_id.values()}, "nothing unknown is stored"
    shown = {each.id for one in asking.pages_for(form, answers) for each in one.questions}
    open_to_them = {each.id for each in by_id.values() if not each.private and not each.retired}
    assert shown <= open_to_them
    assert applying & open_to_them <= shown, "whoever is asked finds the question"
    once_more = {key: value for key, value in stored.items() if not by_id[int(key)].private}
    assert asking.kept(form, once_more, stored) == stored or any(
        each.retired or each.private for each in by_id.values()
    )


@pytest.mark.parametrize(
    ("language", "typed", "number"),
    [
        ("en", "1,234.5", "1234.5"), ("en", "2,5", "2.5"), ("fr", "2,5", "2.5"), ("fr", "1\u202f000", "1000"),
        ("fr", "2.5", "2.5"), ("es", "1.000", "1000"), ("es", "2,50", "2.5"), ("en", "-0", "0"), ("en", "007", "7"),
        ("en", "−3", "-3"), ("en", "0", "0"),
    ],
)  # fmt: skip
def test_a_number_is_read_as_its_reader_writes_it(language: str, typed: str, number: str):
    assert values.read(asked(1, K.NUMBER), [typed], language) == number


@pytest.mark.parametrize("typed", ["twelve", "1e9", "NaN", "inf", "1" * 16, "1 2 x", "٣x", "--3"])
def test_no_number_is_refused(typed: str):
    with pytest.raises(Unreadable) as refused:
        values.read(asked(1, K.NUMBER), [typed], "en")
    assert refused.value.problem is Problem.NOT_A_NUMBER


@pytest.mark.parametrize("typed", ["2024-11-07", "7/11/2024", "07.11.2024"])
def test_a_day_is_read(typed: str):
    assert values.read(asked(1, K.DATE), [typed], "en") == "2024-11-07"


@pytest.mark.parametrize("typed", ["2024-02-30", "soon", "0024-01-01", "31/31/2024", "2024-11-07T10:00"])
def test_no_day_is_refused(typed: str):
    with pytest.raises(Unreadable):
        values.read(asked(1, K.DATE), [typed], "en")


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (K.ONE_OF, ["4"]),
        (K.ONE_OF, ["x"]),
        (K.SEVERAL_OF, ["1", "4"]),
        (K.YES_NO, ["maybe"]),
        (K.COUNTRY, ["ZZ"]),
    ],
)
def test_what_is_not_offered_is_refused(kind: QuestionKind, typed: list[str]):
    with pytest.raises(Unreadable):
        values.read(asked(1, kind), typed, "en")


def test_an_option_that_is_offered_no_more_can_be_kept_by_whoever_has_it():
    retired = Asked(1, K.ONE_OF, tr("Question"), options=(AskedOption(1, tr("Old"), retired=True), *OPTIONS[1:]))
    assert values.fault(retired, 1) is Problem.NOT_OFFERED
    assert values.fault(retired, 1, held=(1,)) is None
