"""What own questions forget: the files that people handed in."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, select

from eventapp.core.context import Context
from eventapp.registrations.models import Registration
from eventapp.registrations.questions.models import AnswerFile


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


def delete_of(ctx: Context, invitation_ids: Collection[int]) -> None:
    """Delete every file that the invited people handed in."""
    ctx.session.flush()
    ctx.session.execute(delete(AnswerFile).where(AnswerFile.invitation_id.in_(invitation_ids)))
