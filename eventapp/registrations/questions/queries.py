"""Reads of an event's own questions and of how many answers they have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from eventapp.core.context import Context
from eventapp.core.errors import NotFound
from eventapp.events.models import Event
from eventapp.invitations.models import Invitation
from eventapp.registrations.models import Registration, RegistrationDraft
from eventapp.registrations.questions.models import AnswerFile, Question, QuestionGroup
from eventapp.registrations.questions.rules import Item


def list_groups(ctx: Context, event_id: int) -> Sequence[QuestionGroup]:
    """Return the pages of the event's own questions in their order, each with its questions and their options.

    Three reads however many there are; questions no longer asked are among them.
    """
    return ctx.session.scalars(
        select(QuestionGroup)
        .options(selectinload(QuestionGroup.questions).selectinload(Question.options))
        .where(QuestionGroup.event_id == event_id)
        .order_by(QuestionGroup.position, QuestionGroup.id)
    ).all()


def list_questions(ctx: Context, event_id: int) -> list[Question]:
    """Return every question of the event in the order of the form, those no longer asked too."""
    return [question for group in list_groups(ctx, event_id) for question in group.questions]


def get_group(ctx: Context, event: Event, group_id: int) -> QuestionGroup:
    """Return a page of this event's questions. Raises `NotFound`."""
    found = ctx.session.scalar(
        select(QuestionGroup).where(QuestionGroup.id == group_id, QuestionGroup.event_id == event.id)
    )
    if found is None:
        raise NotFound(_("There is no such page in this form. It may have been removed."))
    return found


def get_question(ctx: Context, event: Event, question_id: int) -> Question:
    """Return a question of this event. Raises `NotFound`."""
    found = ctx.session.scalar(select(Question).where(Question.id == question_id, Question.event_id == event.id))
    if found is None:
        raise NotFound(_("There is no such question in this form. It may have been removed."))
    return found


def items_of(groups: Sequence[QuestionGroup]) -> list[Item]:
    """Return the questions as the rules see them."""
    return [
        item_of(question, (page, number))
        for page, group in enumerate(groups)
        for number, question in enumerate(group.questions)
    ]


def item_of(question: Question, place: tuple[int, int]) -> Item:
    """Return the question as the rules see it, at a place of the form."""
    return Item(
        id=question.id,
        kind=question.kind,
        place=place,
        private=question.private,
        retired=question.retired_at is not None,
        depends_on=question.depends_on_id,
        answers=frozenset(question.depends_on_values),
        options=frozenset(option.id for option in question.options),
        offered=frozenset(option.id for option in question.options if option.retired_at is None),
    )


def count_answers(ctx: Context, event_id: int, questions: Sequence[Question]) -> Mapping[int, int]:
    """Return how many registrations answer each question, in one read."""
    if not questions:
        return {}
    columns = [func.count(Registration.own_answers[str(each.id)].as_string()) for each in questions]
    row = ctx.session.execute(select(*columns).where(Registration.event_id == event_id)).one()
    return {question.id: number for question, number in zip(questions, row, strict=True)}


def has_answers(ctx: Context, question: Question) -> bool:
    """Tell whether anybody has answered: in a registration, at its decision, in a draft, or with a file."""
    return bool(_answers(ctx, question)) or (
        ctx.session.scalar(select(AnswerFile.id).where(AnswerFile.question_id == question.id).limit(1)) is not None
    )


def count_chosen(ctx: Context, question: Question) -> Counter[int]:
    """Return how often each option has been chosen, wherever answers are kept; one chosen and dropped counts too."""
    chosen: Counter[int] = Counter()
    for answer in _answers(ctx, question):
        chosen.update(each for each in (answer if isinstance(answer, list) else [answer]) if isinstance(each, int))
    return chosen


def _answers(ctx: Context, question: Question) -> list[Any]:
    key = str(question.id)
    found: list[Any] = []
    for column, event_id in (
        (Registration.own_answers[key], Registration.event_id),
        (Registration.decided_answers["own_answers", key], Registration.event_id),
    ):
        found += ctx.session.scalars(
            select(column).where(event_id == question.event_id, column.as_string().is_not(None))
        ).all()
    drafted = RegistrationDraft.answers["own_answers", key]
    found += ctx.session.scalars(
        select(drafted)
        .join(Invitation, Invitation.id == RegistrationDraft.invitation_id)
        .where(Invitation.event_id == question.event_id, drafted.as_string().is_not(None))
    ).all()
    return found
