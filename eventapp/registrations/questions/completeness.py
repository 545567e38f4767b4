"""Which texts of the organisers' own questions exist in which of the event's languages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask_babel import gettext as _

from eventapp.core.context import Context
from eventapp.events.completeness import Completeness, Row
from eventapp.events.hooks import MoreTexts
from eventapp.events.models import Event
from eventapp.registrations.questions import queries
from eventapp.registrations.questions.models import Question, QuestionGroup
from eventapp.registrations.questions.words import FIELD

GROUP, QUESTION = "group", "question"


def completeness_of(event: Event, groups: Sequence[QuestionGroup]) -> Completeness:
    """Return the texts of the pages and of the questions that are asked, each with the languages it is written in."""
    needed = {"title", "label", "choices"}
    rows = [row for row in _rows(event, groups) if row.present or row.field.partition("-")[0] in needed]
    return Completeness(event.languages, rows)


def _rows(event: Event, groups: Sequence[QuestionGroup]) -> Iterator[Row]:
    first = event.first_language
    for group in groups:
        title = group.title.text(first)
        yield Row(title, str(FIELD["title"]), "title", GROUP, group.id, frozenset(group.title))
        yield Row(title, str(FIELD["text"]), "text", GROUP, group.id, frozenset(group.text))
        for question in group.questions:
            if question.retired_at is None:
                yield from _rows_of(question, first)


def _rows_of(question: Question, first: str) -> Iterator[Row]:
    name = question.label.text(first)
    yield Row(name, str(FIELD["label"]), "label", QUESTION, question.id, frozenset(question.label))
    yield Row(name, str(FIELD["help"]), "help", QUESTION, question.id, frozenset(question.help))
    for number, option in enumerate(question.options):
        if option.retired_at is None:
            field = f"choices-{number}-label"
            yield Row(name, option.label.text(first), field, QUESTION, question.id, frozenset(option.label))


def for_the_settings(ctx: Context, event: Event) -> MoreTexts:
    """Return how many of the texts are written, for the page that sums up all of the event's."""
    found = completeness_of(event, queries.list_groups(ctx, event.id))
    return MoreTexts(str(_("Own questions")), found.there, found.wanted, "questions_preview.completeness")
