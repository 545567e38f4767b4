"""Answers to own questions as they are typed, as they are stored, and what can be wrong with them; no database."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from babel.numbers import NumberFormatError, parse_decimal

from eventapp.core.formatting import country_choices
from eventapp.core.text import clean_line, clean_text
from eventapp.registrations.questions import asking
from eventapp.registrations.questions.asking import Asked
from eventapp.registrations.questions.states import QuestionKind

LONGEST = {QuestionKind.SHORT_TEXT: 300, QuestionKind.LONG_TEXT: 4000}
YES, NO = "yes", "no"
_DIGITS = 15
_YEARS = range(1900, 2101)
_DAY_FIRST = re.compile(r"(\d{1,2})[./ -](\d{1,2})[./ -](\d{4})")


class Problem(StrEnum):
    """What is wrong with an answer."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_DATE = "not_a_date"
    NOT_OFFERED = "not_offered"
    FULL = "full"


class Unreadable(ValueError):
    """What was typed is no answer to the question."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def read(question: Asked, typed: Sequence[str], language: str, held: Collection[int] = ()) -> Any:
    """Return what was typed as it is stored, None for nothing. Raises `Unreadable`.

    `held` are options that the person has already, which may be chosen again even when they are offered no more.
    """
    text = clean_line(typed[0]) if typed else ""
    match question.kind:
        case QuestionKind.LONG_TEXT:
            value: Any = clean_text(typed[0]) if typed else ""
        case QuestionKind.NUMBER:
            value = _number(text, language) if text else None
        case QuestionKind.DATE:
            value = _date(text) if text else None
        case QuestionKind.YES_NO:
            value = {YES: True, NO: False}.get(text, text)
        case QuestionKind.ONE_OF:
            value = _option(text) if text else None
        case QuestionKind.SEVERAL_OF:
            value = list(dict.fromkeys(_option(each) for each in typed))
        case _:
            value = text
    if asking.is_empty(value):
        return None
    problem = fault(question, value, held)
    if problem is not None:
        raise Unreadable(problem)
    return value


def fault(question: Asked, value: Any, held: Collection[int] = ()) -> Problem | None:
    """Return what is wrong with a stored answer to the question as it is now, or None."""
    if asking.is_empty(value):
        return Problem.MISSING if question.required else None
    match question.kind:
        case QuestionKind.SHORT_TEXT | QuestionKind.LONG_TEXT:
            return Problem.TOO_LONG if len(str(value)) > LONGEST[question.kind] else None
        case QuestionKind.NUMBER:
            return None if isinstance(value, str) and _is_number(value) else Problem.NOT_A_NUMBER
        case QuestionKind.DATE:
            return None if isinstance(value, str) and _is_date(value) else Problem.NOT_A_DATE
        case QuestionKind.YES_NO:
            good = isinstance(value, bool)
        case QuestionKind.ONE_OF:
            good = _is_offered(question, value, held)
        case QuestionKind.SEVERAL_OF:
            good = isinstance(value, list) and all(_is_offered(question, each, held) for each in value)
        case QuestionKind.COUNTRY:
            good = value in {code for code, _name in country_choices("en")}
        case QuestionKind.FILE:
            good = isinstance(value, str)
    return None if good else Problem.NOT_OFFERED


def faults(form: asking.Form, answers: asking.Answers, held: Collection[int] = ()) -> list[tuple[Asked, Problem]]:
    """Return what is wrong with a participant's answers, question by question, those that are missing too."""
    asked = asking.applying(form, answers)
    found = []
    for question in asking.every(form):
        if question.id in asked and not question.private and not question.retired:
            problem = fault(question, answers.get(question.key), held)
            if problem is not None:
                found.append((question, problem))
    return found


def typed_of(value: Any) -> str | list[str]:
    """Return a stored answer as its field shows it."""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, list):
        return [str(each) for each in value]
    return "" if value is None else str(value)


def _is_offered(question: Asked, value: Any, held: Collection[int]) -> bool:
    if not isinstance(value, int) or isinstance(value, bool):
        return False
    return any(option.id == value and (not option.retired or value in held) for option in question.options)


def _option(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Unreadable(Problem.NOT_OFFERED)
    return int(text)


def _number(text: str, language: str) -> str:
    """Return the number in its plain form, read as the language writes numbers or else as anybody would."""
    plain = re.sub(r"[\s'’]", "", text).replace("−", "-")
    if not re.fullmatch(r"[+-]?[0-9][0-9.,]*", plain):
        raise Unreadable(Problem.NOT_A_NUMBER)
    try:
        number = parse_decimal(plain, locale=language, strict=True)
    except (NumberFormatError, ValueError):
        if not re.fullmatch(r"[+-]?[0-9]+([.,][0-9]+)?", plain):
            raise Unreadable(Problem.NOT_A_NUMBER) from None
        number = Decimal(plain.replace(",", "."))
    normal = format(number, "f")
    if "." in normal:
        normal = normal.rstrip("0").rstrip(".")
    if not _is_number(normal):
        raise Unreadable(Problem.NOT_A_NUMBER)
    return "0" if normal == "-0" else normal


def _is_number(text: str) -> bool:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return False
    return number.is_finite() and sum(letter.isdigit() for letter in text) <= _DIGITS and len(text) <= _DIGITS + 2


def _date(text: str) -> str:
    """Return the day as YYYY-MM-DD; typed by hand, the day may come first."""
    turned = _DAY_FIRST.fullmatch(text)
    iso = f"{turned[3]}-{int(turned[2]):02}-{int(turned[1]):02}" if turned else text
    if not _is_date(iso):
        raise Unreadable(Problem.NOT_A_DATE)
    return iso


def _is_date(text: str) -> bool:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        return False
    try:
        return date.fromisoformat(text).year in _YEARS
    except ValueError:
        return False
