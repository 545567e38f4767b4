"""What happens by itself in the story while the demo's clock goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from eventapp.core.context import Actor, ActorKind, Context
from eventapp.demo.content import SLUG, instant
from eventapp.demo.loader import find_staff
from eventapp.events.queries import find_event
from eventapp.notes import queries as notes
from eventapp.notes import service
from eventapp.notes.states import SummaryState


@dataclass(frozen=True)
class Step:
    """Something that has happened once the clock has passed its moment, unless a visitor did it before."""

    at: datetime
    act: Callable[[Context], None]


def _publish_first_summary(ctx: Context) -> None:
    event = find_event(ctx.session, SLUG)
    summary = notes.find_summary(ctx, event, 1) if event is not None else None
    if summary is not None and summary.state is SummaryState.DRAFTING:
        service.publish(ctx, summary)


STEPS = (Step(instant("2024-11-07T19:30"), _publish_first_summary),)


def catch_up(ctx: Context) -> None:
    """Let everything happen whose moment has passed; what has happened already is left alone."""
    rapporteur = find_staff(ctx, "rapporteur")
    if rapporteur is None:
        return
    actor = Actor(ActorKind.STAFF, rapporteur.id, rapporteur.name)
    for step in STEPS:
        if step.at <= ctx.now:
            step.act(replace(ctx, now=step.at, actor=actor))
