"""Reads of the steps by which the draft was edited."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import defer, joinedload

from eventapp.agenda.editing.models import EditStep
from eventapp.agenda.models import AgendaSession
from eventapp.core.context import Context
from eventapp.events.models import Event


def last_step(ctx: Context, event: Event) -> EditStep | None:
    """Return the newest step that was not undone, or None; what it changed is read only when asked for."""
    return ctx.session.scalar(
        select(EditStep)
        .where(EditStep.event_id == event.id, EditStep.undone_at.is_(None))
        .order_by(EditStep.id.desc())
        .limit(1)
        .options(joinedload(EditStep.made_by), defer(EditStep.before), defer(EditStep.after))
    )


def list_steps(ctx: Context, event: Event, most: int = 20) -> Sequence[EditStep]:
    """Return the last steps with who made them, the newest first, without what they changed."""
    return ctx.session.scalars(
        select(EditStep)
        .where(EditStep.event_id == event.id)
        .order_by(EditStep.id.desc())
        .limit(most)
        .options(joinedload(EditStep.made_by), defer(EditStep.before), defer(EditStep.after))
    ).all()


def find_step(ctx: Context, event: Event, once: str) -> EditStep | None:
    """Return the recent step, not undone, that the form of that name made."""
    recent = list_steps(ctx, event)
    return next((step for step in recent if step.about.get("once") == once and step.undone_at is None), None)


def planned_days(ctx: Context, event: Event) -> set[date]:
    """Return the days on which sessions of the draft start."""
    starts = ctx.session.scalars(
        select(AgendaSession.starts_local).where(AgendaSession.event_id == event.id).distinct()
    )
    return {each.date() for each in starts}
