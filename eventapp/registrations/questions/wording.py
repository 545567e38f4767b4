"""Own questions in words: answers, conditions, how many places are left, and what is wrong with an answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from babel.numbers import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from eventapp.core.formatting import country_name, day_in_words, list_in_words
from eventapp.registrations.questions import asking
from eventapp.registrations.questions.asking import Asked, AskedOption, Form
from eventapp.registrations.questions.states import QuestionKind
from eventapp.registrations.questions.values import LONGEST, NO, YES, Problem

PROBLEM: Mapping[Problem, LazyString] = {
    Problem.NOT_A_NUMBER: _l("Write a number in figures, such as 12."),
    Problem.NOT_A_DATE: _l("This is no day of the calendar. Write it as 2024-11-07."),
    Problem.NOT_OFFERED: _l("Choose from the answers offered."),
    Problem.FULL: _l("This is full. Choose something else."),
}
_MISSING: Mapping[QuestionKind, LazyString] = {
    QuestionKind.SHORT_TEXT: _l("Answer this question."),
    QuestionKind.LONG_TEXT: _l("Answer this question."),
    QuestionKind.NUMBER: _l("Write a number."),
    QuestionKind.DATE: _l("Choose a day."),
    QuestionKind.YES_NO: _l("Answer yes or no."),
    QuestionKind.ONE_OF: _l("Choose one of the answers."),
    QuestionKind.SEVERAL_OF: _l("Tick at least one answer."),
    QuestionKind.COUNTRY: _l("Choose a country."),
    QuestionKind.FILE: _l("Choose a file."),
}


def problem_words(question: Asked, problem: Problem) -> str:
    """Return the sentence about what is wrong with an answer, and what to do."""
    if problem is Problem.MISSING:
        return str(_MISSING[question.kind])
    if problem is Problem.TOO_LONG:
        return str(_("Use at most %(max)d characters.", max=LONGEST[question.kind]))
    return str(PROBLEM[problem])


def answer_in_words(question: Asked, value: Any, language: str, filenames: Mapping[str, str]) -> str:
    """Return a stored answer as the reader would say it; empty for none."""
    if asking.is_empty(value):
        return ""
    labels = {option.id: option.label.text(language) for option in question.options}
    match question.kind:
        case QuestionKind.YES_NO:
            return str(_("Yes") if value else _("No"))
        case QuestionKind.ONE_OF:
            return labels.get(value, "")
        case QuestionKind.SEVERAL_OF:
            return " · ".join(labels[each] for each in value if each in labels)  # each is a text of its own
        case QuestionKind.NUMBER:
            return _number(str(value), language)
        case QuestionKind.DATE:
            return _day(str(value), language)
        case QuestionKind.COUNTRY:
            return country_name(value, language)
        case QuestionKind.FILE:
            return filenames.get(value, "")
        case _:
            return str(value)


def condition_in_words(question: Asked, form: Form, language: str) -> str:
    """Return when the question is asked, empty when it always is."""
    other = next((each for each in asking.every(form) if each.id == question.depends_on), None)
    if other is None:
        return ""
    return str(
        _(
            "Only if you answered %(answers)s to “%(question)s”.",
            answers=list_in_words(
                [_("“%(words)s”", words=each) for each in _wanted(question, other, language)], language, either=True
            ),
            question=other.label.text(language),
        )
    )


def _wanted(question: Asked, other: Asked, language: str) -> list[str]:
    if other.kind is QuestionKind.YES_NO:
        return [str(_("Yes") if each else _("No")) for each in question.decided_by]
    return [option.label.text(language) for option in other.options if option.id in question.decided_by]


def typed_conditions(question: Asked) -> list[str]:
    """Return the answers that make the question be asked as another field of the form holds them."""
    return [(YES if each else NO) if isinstance(each, bool) else str(each) for each in question.decided_by]


def in_confidence(days: int) -> str:
    """Return what is promised about the answer to a sensitive question."""
    return str(
        ngettext(
            "Confidential: few of the organisers can read it, and it is deleted %(num)d day after the event.",
            "Confidential: few of the organisers can read it, and it is deleted %(num)d days after the event.",
            days,
        )
    )


def places_words(option: AskedOption, taken: int) -> str:
    """Return how many places are left of a limited option; empty without a limit."""
    if option.places is None:
        return ""
    left = option.places - taken
    if left <= 0:
        return str(_("full"))
    return str(ngettext("%(left)s of %(num)d place left", "%(left)s of %(num)d places left", option.places, left=left))


def _number(text: str, language: str) -> str:
    try:
        return str(format_decimal(text, format="#,##0.###############", locale=language))
    except ArithmeticError:  # kept from a draft as it was typed
        return text


def _day(text: str, language: str) -> str:
    try:
        return day_in_words(date.fromisoformat(text), language)
    except ValueError:
        return text
