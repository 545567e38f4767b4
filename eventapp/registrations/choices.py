"""What the form of an event offers to choose from, and a person's answers in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel.speaklater import LazyString

from eventapp.core.formatting import country_choices, country_name, language_name, list_in_words
from eventapp.core.languages import LANGUAGES, own_name
from eventapp.events.models import Category, Event
from eventapp.registrations import words
from eventapp.registrations.answers import SENSITIVE
from eventapp.registrations.forms import FORMS, TITLES, Choices
from eventapp.registrations.questions import wording
from eventapp.registrations.questions.answer_forms import marked
from eventapp.registrations.questions.asking import AskedPage
from eventapp.registrations.questions.states import QuestionKind
from eventapp.registrations.states import Mode, Sector

# Languages that people of such meetings most often speak, after those of the event itself: the six of the
# United Nations and Portuguese.
OFTEN_SPOKEN = ("ar", "en", "es", "fr", "pt", "ru", "zh")


def choices_of(event: Event, categories: Sequence[Category], language: str, *, keep: Mode | None = None) -> Choices:
    """Return the event's choices in the reader's language; `keep` is the mode of somebody who registered already."""
    spoken = dict.fromkeys([*event.languages, *OFTEN_SPOKEN])
    return Choices(
        countries=country_choices(language),
        modes=[(mode.value, str(words.MODE[mode])) for mode in _modes(event, keep)],
        categories=[(str(category.id), category.name.text(language)) for category in categories],
        spoken=[(code, _capital(language_name(code, language))) for code in spoken],
        interpreted=[(code, _capital(language_name(code, language))) for code in event.languages],
        mail=[(code, own_name(code)) for code in event.languages if code in LANGUAGES],
    )


def _modes(event: Event, keep: Mode | None) -> list[Mode]:
    """Return the modes for which there are places at all, and the one that somebody has already."""
    places = {Mode.IN_PERSON: event.capacity_in_person, Mode.REMOTE: event.capacity_remote}
    return [mode for mode in Mode if places[mode] or mode is keep] or list(Mode)


@dataclass(frozen=True)
class AnsweredQuestion:
    """A question with its answer in words; sensitive ones are marked for organisers."""

    field: str
    question: str
    answer: str
    sensitive: bool
    file: str = ""  # the random name of a file that is the answer


@dataclass(frozen=True)
class AnsweredPage:
    """A page of the form with its answers."""

    page: str
    title: str
    questions: Sequence[AnsweredQuestion]


def in_words(
    saved: Mapping[str, Any],
    categories: Sequence[Category],
    language: str,
    *,
    labels: Mapping[str, LazyString] = words.QUESTION,
    leave_out: frozenset[str] = frozenset(),
) -> list[AnsweredPage]:
    """Return the answers page by page, in the reader's language and the order of the form.

    `labels` are the words of the questions, those for participants unless others are given.
    """
    names = {category.id: category.name.text(language) for category in categories}
    return [
        AnsweredPage(
            page=page,
            title=str(TITLES[page]),
            questions=[
                AnsweredQuestion(
                    field=name,
                    question=str(labels[name]),
                    answer=answer_in_words(name, saved.get(name), names, language),
                    sensitive=name in SENSITIVE,
                )
                for name in FORMS[page].question_names()
                if name not in leave_out
            ],
        )
        for page in FORMS
    ]


def own_in_words(
    pages: Sequence[AskedPage], answers: Mapping[str, Any], language: str, filenames: Mapping[str, str]
) -> list[AnsweredPage]:
    """Return the answers to the organisers' own questions on these pages, in the reader's language."""
    return [
        AnsweredPage(
            page=page.name,
            title=marked(page.title, language),
            questions=[
                AnsweredQuestion(
                    field=question.field,
                    question=marked(question.label, language),
                    answer=wording.answer_in_words(question, answers.get(question.key), language, filenames),
                    sensitive=question.private or question.sensitive,
                    file=str(answers.get(question.key) or "") if question.kind is QuestionKind.FILE else "",
                )
                for question in page.questions
            ],
        )
        for page in pages
    ]


def answer_in_words(name: str, value: Any, categories: Mapping[int, str], language: str) -> str:
    """Return one answer in the reader's language; `categories` are their names by id."""
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if value in (None, "", [], ()):
        return ""
    match name:
        case "country":
            return country_name(value, language)
        case "sector":
            return str(words.SECTOR[Sector(value)])
        case "mode":
            return str(words.MODE[Mode(value)])
        case "category_id":
            return categories.get(int(value), "")
        case "speaks" | "interpretation":
            return list_in_words([language_name(code, language) for code in value], language)
        case "language":
            return own_name(value)
        case _:
            return str(value)


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]
