"""Which of the organisers' questions somebody is asked, given the answers so far; pure, no database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from eventapp.core.translated import Translated
from eventapp.registrations.questions.states import QuestionKind

NOTHING = Translated()
Answers = Mapping[str, Any]  # by the number of the question, as text: the keys of JSON


@dataclass(frozen=True)
class AskedOption:
    """One of the answers to choose from."""

    id: int
    label: Translated
    places: int | None = None  # at most so many people may choose it
    retired: bool = False


@dataclass(frozen=True)
class Asked:
    """One question as it is put."""

    id: int
    kind: QuestionKind
    label: Translated
    help: Translated = NOTHING
    required: bool = False
    private: bool = False
    sensitive: bool = False
    retired: bool = False
    depends_on: int | None = None
    decided_by: tuple[Any, ...] = ()  # asked when the other answer is one of these
    options: tuple[AskedOption, ...] = ()

    @property
    def key(self) -> str:
        """Return the name of its answer among the answers."""
        return str(self.id)

    @property
    def field(self) -> str:
        """Return the name of its field in a form."""
        return f"q{self.id}"


@dataclass(frozen=True)
class AskedPage:
    """A page of questions."""

    id: int
    title: Translated
    text: Translated = NOTHING
    questions: tuple[Asked, ...] = ()

    @property
    def name(self) -> str:
        """Return the name of the page in the form's addresses."""
        return f"own-{self.id}"


Form = Sequence[AskedPage]


def every(form: Form) -> Iterator[Asked]:
    """Yield every question, page by page."""
    for page in form:
        yield from page.questions


def applying(form: Form, answers: Answers) -> frozenset[int]:
    """Return the questions whose condition holds, and the conditions of those that they depend on."""
    by_id = {question.id: question for question in every(form)}
    return frozenset(question.id for question in by_id.values() if _applies(question, answers, by_id))


def _applies(question: Asked, answers: Answers, by_id: Mapping[int, Asked]) -> bool:
    seen = {question.id}
    while question.depends_on is not None:
        other = by_id.get(question.depends_on)
        if other is None or other.id in seen or (other.private and not question.private):
            return False
        if not decides(other, answers.get(other.key), question.decided_by):
            return False
        seen.add(other.id)
        question = other
    return True


def decides(question: Asked, answer: Any, wanted: Sequence[Any]) -> bool:
    """Tell whether the answer is, or has among it, one of those that are wanted."""
    given = answer if isinstance(answer, list) else [answer]
    if question.kind is QuestionKind.YES_NO:
        return any(isinstance(each, bool) and any(each is one for one in wanted) for each in given)
    numbers = [one for one in wanted if not isinstance(one, bool)]  # True equals 1 and is no option
    return any(isinstance(each, int) and not isinstance(each, bool) and each in numbers for each in given)


def pages_for(form: Form, answers: Answers) -> list[AskedPage]:
    """Return the pages that a participant is shown, each with what is asked there.

    A question whose condition is decided on the same page is shown with it, whatever the answer is now.
    """
    asked = applying(form, answers)
    pages = []
    for page in form:
        shown: dict[int, Asked] = {}
        for question in page.questions:
            if question.private or question.retired:
                continue
            if question.id in asked or _decided_here(question, page):
                shown[question.id] = question
        shown = {key: each for key, each in shown.items() if key in asked or _is_open(each, shown, asked)}
        if shown:
            pages.append(replace(page, questions=tuple(shown.values())))
    return pages


def _decided_here(question: Asked, page: AskedPage) -> bool:
    return any(each.id == question.depends_on for each in page.questions)


def _is_open(question: Asked, shown: Mapping[int, Asked], asked: frozenset[int]) -> bool:
    """Tell whether answers on the same page can still make the question apply."""
    seen: set[int] = set()
    while question.id not in asked:
        seen.add(question.id)
        other = shown.get(question.depends_on or 0)
        if other is None or other.id in seen:
            return False
        question = other
    return True


def kept(form: Form, answers: Answers, before: Answers) -> dict[str, Any]:
    """Return the answers that are stored when the form is sent.

    An answer falls away when these answers make its question no longer asked. One that the organisers' change of the
    form had hidden before stays, as does that to a retired question, and what organisers wrote for a private one:
    `before`, what is stored until now, tells.
    """
    asked, asked_before = applying(form, answers), applying(form, before)
    stored: dict[str, Any] = {}
    for question in every(form):
        if question.private or question.retired:
            value = before.get(question.key)
        elif question.id in asked:
            value = answers.get(question.key)
        else:
            value = before.get(question.key) if question.id not in asked_before else None
        if not is_empty(value):
            stored[question.key] = value
    return stored


def is_empty(value: Any) -> bool:
    """Tell whether nothing was answered; no and nought are answers."""
    return value is None or value in ("", [])


def chosen(form: Form, answers: Answers) -> dict[int, tuple[Asked, AskedOption]]:
    """Return the options that the answers choose, by their numbers, in the order of the form."""
    found: dict[int, tuple[Asked, AskedOption]] = {}
    for question in every(form):
        value = answers.get(question.key)
        ids = value if isinstance(value, list) else [value]
        for option in question.options:
            if any(each == option.id and not isinstance(each, bool) for each in ids):
                found[option.id] = (question, option)
    return found


def asks(form: Form, kind: QuestionKind) -> bool:
    """Tell whether there is a question of the kind."""
    return any(question.kind is kind for question in every(form))
