"""The words organisers read about their own questions: kinds, fields, conditions and why one cannot be."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from eventapp.core.formatting import list_in_words
from eventapp.registrations.questions.models import Question
from eventapp.registrations.questions.rules import Broken, Fault
from eventapp.registrations.questions.states import QuestionKind

KIND: Mapping[QuestionKind, LazyString] = {
    QuestionKind.SHORT_TEXT: _l("Short text"),
    QuestionKind.LONG_TEXT: _l("Long text"),
    QuestionKind.NUMBER: _l("A number"),
    QuestionKind.DATE: _l("Date"),
    QuestionKind.YES_NO: _l("Yes or no"),
    QuestionKind.ONE_OF: _l("One of several answers"),
    QuestionKind.SEVERAL_OF: _l("Any of several answers"),
    QuestionKind.COUNTRY: _l("Country"),
    QuestionKind.FILE: _l("File"),
}

ABOUT_KIND: Mapping[QuestionKind, LazyString] = {
    QuestionKind.SHORT_TEXT: _l("One line, such as a name."),
    QuestionKind.LONG_TEXT: _l("A few sentences."),
    QuestionKind.NUMBER: _l("A number that can be added up."),
    QuestionKind.DATE: _l("One day."),
    QuestionKind.YES_NO: _l("Two answers; other questions can depend on it."),
    QuestionKind.ONE_OF: _l("Your answers, of which one is chosen. Each can have a limited number of places."),
    QuestionKind.SEVERAL_OF: _l("Your answers, of which any number is ticked. Each can have limited places."),
    QuestionKind.COUNTRY: _l("A country from the list."),
    QuestionKind.FILE: _l("A document or picture that people hand in."),
}

FIELD: Mapping[str, LazyString] = {
    "title": _l("Title"),
    "text": _l("Text under the title"),
    "kind": _l("Kind of answer"),
    "group_id": _l("Page"),
    "label": _l("Question"),
    "help": _l("Help under the question"),
    "required": _l("Has to be answered"),
    "private": _l("For organisers only"),
    "sensitive": _l("Sensitive: health, beliefs, passport and the like"),
    "condition": _l("Asked only if"),
    "choices": _l("Answers to choose from"),
}


def answer_in_words(question: Question, answer: object, language: str) -> str:
    """Return one answer that can decide: yes, no, or the option's name."""
    if isinstance(answer, bool):
        return str(_("Yes") if answer else _("No"))
    return next((option.label.text(language) for option in question.options if option.id == answer), "–")


def condition_in_words(question: Question, language: str) -> str:
    """Return when the question is asked, as one sentence; empty when it always is."""
    other = question.depends_on
    if other is None:
        return ""
    answers = [_("“%(answer)s”", answer=answer_in_words(other, each, language)) for each in _in_order(question, other)]
    return str(
        _(
            "Asked only if the answer to “%(question)s” is %(answers)s.",
            question=other.label.text(language),
            answers=list_in_words(answers, language, either=True),
        )
    )


def _in_order(question: Question, other: Question) -> list[object]:
    """Return the answers in the order in which they are offered; 1 the option is not 1 the truth."""
    wanted = {(type(each), each) for each in question.depends_on_values}
    return [each for each in (True, False, *(option.id for option in other.options)) if (type(each), each) in wanted]


def why_not(fault: Broken, questions: Mapping[int, Question], language: str) -> str:
    """Return why the question cannot depend on the other, said to whoever edits it."""
    other = questions[fault.on].label.text(language) if fault.on in questions else ""
    sentences: Mapping[Fault, str] = {
        Fault.OWN: _("A question cannot depend on its own answer."),
        Fault.UNKNOWN: _("The question that it should depend on is not in this form. Choose another."),
        Fault.UNDECIDING: _(
            "“%(other)s” has no answers to tick. Choose a question with yes or no, or with answers to choose from.",
            other=other,
        ),
        Fault.CIRCULAR: _(
            "“%(other)s” is itself asked only because of this question. Neither would ever be asked.", other=other
        ),
        Fault.RETIRED: _("“%(other)s” is no longer asked. Choose a question that is.", other=other),
        Fault.PRIVATE: _(
            "“%(other)s” is for organisers only, so participants would never be asked this one.", other=other
        ),
        Fault.LATER: _(
            "“%(other)s” comes later in the form. Move it up first, or choose an earlier question.", other=other
        ),
        Fault.ANSWERS: _("Tick at least one answer that “%(other)s” offers now.", other=other),
    }
    return sentences[fault.fault]


def why_not_because_of(fault: Broken, questions: Mapping[int, Question], language: str) -> str:
    """Return why a change cannot be made: another question depends on what it would change."""
    names = {
        "name": questions[fault.item].label.text(language),
        "other": questions[fault.on].label.text(language) if fault.on in questions else "",
    }
    if fault.fault is Fault.LATER:
        return str(_("“%(name)s” depends on “%(other)s” and has to stay after it.", **names))
    if fault.fault is Fault.ANSWERS:
        return str(
            _("“%(name)s” is asked only because of an answer that would go. Change its condition first.", **names)
        )
    if fault.fault is Fault.PRIVATE:
        return str(
            _(
                "“%(name)s” is asked because of “%(other)s”: both for participants, or both for organisers only.",
                **names,
            )
        )
    return str(
        _("“%(name)s” is asked only because of an answer to this question. Change its condition first.", **names)
    )
