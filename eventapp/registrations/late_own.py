"""Own questions as columns of a list of late registrations: recognised by their words, read by their kind."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from eventapp.core.context import Context
from eventapp.core.text import fold
from eventapp.events.models import Event
from eventapp.invitations import columns
from eventapp.registrations.questions import asking, places, values
from eventapp.registrations.questions.asking import Asked, AskedOption
from eventapp.registrations.questions.reading import read_form
from eventapp.registrations.questions.states import QuestionKind
from eventapp.registrations.questions.values import Problem as Fault
from eventapp.registrations.questions.values import Unreadable
from eventapp.registrations.questions.wording import answer_in_words

_APART = re.compile(r"[;|\n]| · ")  # between several answers; a comma is often part of one
_EXAMPLES: Mapping[QuestionKind, Any] = {
    QuestionKind.NUMBER: "2",
    QuestionKind.DATE: "2024-11-07",
    QuestionKind.YES_NO: True,
    QuestionKind.COUNTRY: "SN",
}


class NotAsked(Exception):
    """The cell answers a question that the row's other answers leave out."""


@dataclass
class OwnCells:
    """The own questions that a list may answer, those it has columns for, and the places its rows have left."""

    form: asking.Form
    languages: Sequence[str]  # of the event
    language: str  # in which numbers are written
    askable: Sequence[Asked]
    left: dict[int, int] = field(default_factory=dict)  # by limited option
    place_of: dict[int, int] = field(default_factory=dict)  # column of the file by question

    def recognise(self, header: Sequence[str], known: Collection[str]) -> dict[int, int]:
        """Find the columns called like a question, in any language of the event; `known` are titles of our own."""
        names: dict[str, Asked] = {}
        for language in self.languages:
            for question in self.askable:
                if label := question.label.get(language):
                    names.setdefault(columns.key(label), question)
        for place, title in enumerate(header):
            name = columns.key(title)
            if name and name in names and name not in known:
                self.place_of.setdefault(names[name].id, place)
        return self.place_of

    def read(self, cells: Sequence[str]) -> tuple[dict[str, Any], list[tuple[Asked, Fault | NotAsked, str]]]:
        """Return a row's answers as they are stored, and what is wrong with them question by question."""
        answers: dict[str, Any] = {}
        wrong: list[tuple[Asked, Fault | NotAsked, str]] = []
        here = [each for each in self.askable if each.id in self.place_of]
        for question in here:
            text = cells[self.place_of[question.id]].strip()
            try:
                value = self._read(question, text) if text else None
            except Unreadable as unreadable:
                wrong.append((question, unreadable.problem, text))
            else:
                answers |= {} if asking.is_empty(value) else {question.key: value}
        asked = asking.applying(self.form, answers)
        faulty = {question.id for question, _problem, _text in wrong}
        for question in here:
            if question.key in answers and question.id not in asked:
                wrong.append((question, NotAsked(), cells[self.place_of[question.id]]))
            elif question.id in asked and question.id not in faulty and question.required and not question.private:
                wrong += [] if question.key in answers else [(question, Fault.MISSING, "")]
        return answers, wrong

    def take_places(self, answers: Mapping[str, Any]) -> list[tuple[Asked, AskedOption]]:
        """Take the row's limited places from those that are left; return what is full, and then take none."""
        limited = [pair for key, pair in asking.chosen(self.form, answers).items() if key in self.left]
        full = [(question, option) for question, option in limited if self.left[option.id] < 1]
        for _question, option in limited if not full else []:
            self.left[option.id] -= 1
        return full

    def _read(self, question: Asked, text: str) -> Any:
        match question.kind:
            case QuestionKind.YES_NO:
                value: Any = columns.yes_or_no(text)
            case QuestionKind.COUNTRY:
                value = columns.country_of(text)
            case QuestionKind.ONE_OF:
                value = _options(question).get(fold(text))
            case QuestionKind.SEVERAL_OF:
                value = list(dict.fromkeys(_several(question, text)))
            case _:
                return values.read(question, [text], self.language)
        if value is None or (isinstance(value, list) and None in value):
            raise Unreadable(Fault.NOT_OFFERED)
        return value


def cells_of(ctx: Context, event: Event, known: Collection[str], *, sensitive: bool) -> OwnCells:
    """Return the event's own questions as a list may answer them: no files, and sensitive ones only if asked for."""
    form = read_form(ctx, event.id)
    askable = [
        each
        for each in asking.every(form)
        if not each.retired
        and each.kind is not QuestionKind.FILE
        and (sensitive or not each.sensitive)
        and columns.key(each.label.text(event.first_language)) not in known
    ]
    limits = {option.id: option.places for each in askable for option in each.options if option.places is not None}
    taken = places.taken_by_option(ctx, event.id, limits) if limits else {}
    left = {key: most - taken.get(key, 0) for key, most in limits.items()}
    return OwnCells(form, event.languages, ctx.language, askable, left)


def example_of(own: OwnCells) -> list[str]:
    """Return a cell for each question as an example, empty where the other examples leave it out."""
    answers: dict[str, Any] = {}
    for question in own.askable:
        if question.id in asking.applying(own.form, answers):
            answers[question.key] = _example(question, own.left)
    return [_in_cell(each, answers.get(each.key), own.languages[0]) for each in own.askable]


def in_words(form: asking.Form, answers: Mapping[str, Any], language: str, *, sensitive: bool) -> list[tuple[str, str]]:
    """Return question and answer of each that a row answers, as the reader may see them."""
    return [
        (question.label.text(language), answer_in_words(question, answers[question.key], language, {}))
        for question in asking.every(form)
        if question.key in answers and (sensitive or not question.sensitive)
    ]


def _options(question: Asked) -> dict[str, int]:
    offered = [each for each in question.options if not each.retired]
    return {fold(text): each.id for each in offered for text in each.label.values()}


def _several(question: Asked, text: str) -> Iterator[int | None]:
    known = _options(question)
    if fold(text) in known:
        yield known[fold(text)]
        return
    for part in filter(None, map(str.strip, _APART.split(text))):
        smaller = [part] if fold(part) in known else filter(None, map(str.strip, part.split(",")))
        yield from (known.get(fold(each)) for each in smaller)


def _example(question: Asked, left: Mapping[int, int]) -> Any:
    free = [each.id for each in question.options if not each.retired and left.get(each.id, 1) > 0]
    match question.kind:
        case QuestionKind.ONE_OF:
            return free[0] if free else None
        case QuestionKind.SEVERAL_OF:
            return free[:1]
        case _:
            return _EXAMPLES.get(question.kind, "…")


def _in_cell(question: Asked, value: Any, language: str) -> str:
    if isinstance(value, bool):
        return "yes"
    if question.options:
        return answer_in_words(question, value, language, {})
    return "" if value is None else str(value)
