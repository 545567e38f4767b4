"""The organisers' own questions of the sample event, written with the commands of the form builder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eventapp.core.context import Context
from eventapp.demo.content import table, translated
from eventapp.events.models import Event
from eventapp.registrations.questions import service
from eventapp.registrations.questions.models import Question
from eventapp.registrations.questions.shape import Choice, Condition, QuestionValues
from eventapp.registrations.questions.states import QuestionKind

Questions = Mapping[str, Question]


def write(ctx: Context, event: Event) -> Questions:
    """Write the pages and questions, and return the questions by their keys in the data."""
    written: dict[str, Question] = {}
    for page in table("questions")["groups"]:
        group = service.add_group(ctx, event, translated(page["title"]), translated(page.get("text")))
        for row in page["questions"]:
            written[row["key"]] = service.add_question(ctx, event, group, _values(row, written))
    return written


def _values(row: Mapping[str, Any], written: Questions) -> QuestionValues:
    return QuestionValues(
        kind=QuestionKind(row["kind"]),
        label=translated(row["label"]),
        help=translated(row.get("help")),
        required=row.get("required", False),
        private=row.get("private", False),
        condition=_condition(row["only_if"], written) if "only_if" in row else None,
        choices=tuple(Choice(None, translated(each["label"]), each.get("places")) for each in row.get("options", ())),
    )


def _condition(row: Mapping[str, Any], written: Questions) -> Condition:
    other = written[row["question"]]
    options = _options(other, row["question"])
    return Condition(other.id, frozenset(options.get(each, each) for each in row["answers"]))


def _options(question: Question, key: str) -> Mapping[Any, int]:
    """Return the numbers of the question's options by their keys in the data."""
    rows = [row for page in table("questions")["groups"] for row in page["questions"] if row["key"] == key]
    keys = [each["key"] for each in rows[0].get("options", ())]
    return dict(zip(keys, (option.id for option in question.options), strict=True))


def answers_of(person: str, questions: Questions) -> dict[str, Any]:
    """Return what somebody answers, by the numbers of the questions."""
    data = table("questions")
    visit = next((option for option, people in data["visits"].items() if person in people), "none")
    own = {"visit": _options(questions["visit"], "visit")[visit], **data["answers"].get(person, {})}
    if visit == "streets":
        own = {"walk": True, **own}
    return {str(questions[key].id): value for key, value in own.items()}
