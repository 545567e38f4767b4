"""An event's own questions, read as the plain picture that `asking` works on."""

from __future__ import annotations

from eventapp.core.context import Context
from eventapp.registrations.questions import queries
from eventapp.registrations.questions.asking import Asked, AskedOption, AskedPage
from eventapp.registrations.questions.models import Question, QuestionGroup


def read_form(ctx: Context, event_id: int) -> tuple[AskedPage, ...]:
    """Return the event's own questions, those no longer asked and private ones among them; empty for most events.

    One read where there are none, three otherwise.
    """
    return tuple(page_of(group) for group in queries.list_groups(ctx, event_id))


def page_of(group: QuestionGroup) -> AskedPage:
    """Return a page of questions as a plain value."""
    return AskedPage(group.id, group.title, group.text, tuple(asked_of(question) for question in group.questions))


def asked_of(question: Question) -> Asked:
    """Return a question as a plain value."""
    return Asked(
        id=question.id,
        kind=question.kind,
        label=question.label,
        help=question.help,
        required=question.required,
        private=question.private,
        retired=question.retired_at is not None,
        depends_on=question.depends_on_id,
        decided_by=tuple(question.depends_on_values or ()),
        options=tuple(
            AskedOption(option.id, option.label, option.places, option.retired_at is not None)
            for option in question.options
        ),
    )
