"""What own questions forget: the files that people handed in, and answers to sensitive questions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, delete, exists, or_, select

from eventapp.core.context import Context
from eventapp.events.models import Event
from eventapp.registrations.models import Registration
from eventapp.registrations.questions.models import AnswerFile, PlaceTaken, Question, QuestionOption
from eventapp.registrations.snapshots import OWN

SENSITIVE_DAYS = 30  # after the event


def forget_files(ctx: Context, event_id: int, limit: int) -> int:
    """Delete up to `limit` files of the event, with the answers that name them, and return how many."""
    found = ctx.session.execute(
        select(AnswerFile.id, AnswerFile.name, AnswerFile.invitation_id)
        .where(AnswerFile.event_id == event_id)
        .order_by(AnswerFile.id)
        .limit(limit)
    ).all()
    names = {row.name for row in found}
    holders = ctx.session.scalars(
        select(Registration).where(Registration.invitation_id.in_({row.invitation_id for row in found}))
    ).all()
    for registration in holders:
        kept = {
            key: value
            for key, value in registration.own_answers.items()
            if not (isinstance(value, str) and value in names)
        }
        if kept != registration.own_answers:
            registration.own_answers = kept
    ctx.session.flush()
    ctx.session.execute(delete(AnswerFile).where(AnswerFile.id.in_([row.id for row in found])))
    return len(found)


def sensitive_days(event: Event) -> int:
    """Return after how many days answers to sensitive questions are forgotten; the event keeps nothing longer."""
    return min(SENSITIVE_DAYS, event.retention_days)


def may_have_sensitive_answers() -> ColumnElement[bool]:
    """Return the condition of an event that asks something sensitive and has answers to questions of its own."""
    return exists().where(
        Question.event_id == Event.id,
        Question.sensitive,
        Registration.event_id == Question.event_id,
        cast(Registration.own_answers, Text) != "{}",
    )


def forget_sensitive(ctx: Context, event_id: int, limit: int) -> int:
    """Delete what up to `limit` people answered to sensitive questions, and return of how many."""
    ids = ctx.session.scalars(select(Question.id).where(Question.event_id == event_id, Question.sensitive)).all()
    keys = {str(each) for each in ids}
    answered = [Registration.own_answers[key].as_string().is_not(None) for key in keys]
    before = [Registration.decided_answers[OWN, key].as_string().is_not(None) for key in keys]
    people = ctx.session.scalars(
        select(Registration)
        .where(Registration.event_id == event_id, or_(*answered, *before))
        .order_by(Registration.id)
        .limit(limit)
    ).all()
    for each in people:
        each.own_answers = _without(each.own_answers, keys)
        if each.decided_answers is not None:
            each.decided_answers = {**each.decided_answers, OWN: _without(each.decided_answers.get(OWN) or {}, keys)}
    options = select(QuestionOption.id).where(QuestionOption.question_id.in_(ids))
    ctx.session.flush()
    ctx.session.execute(
        delete(PlaceTaken).where(
            PlaceTaken.registration_id.in_([each.id for each in people]), PlaceTaken.option_id.in_(options)
        )
    )
    return len(people)


def _without(answers: Mapping[str, Any], keys: Collection[str]) -> dict[str, Any]:
    return {key: value for key, value in answers.items() if key not in keys}


def delete_of(ctx: Context, invitation_ids: Collection[int]) -> None:
    """Delete every file that the invited people handed in."""
    ctx.session.flush()
    ctx.session.execute(delete(AnswerFile).where(AnswerFile.invitation_id.in_(invitation_ids)))
