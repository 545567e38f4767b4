"""What happens by itself in the story while the demo's clock goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from eventapp.core.context import Actor, ActorKind, Context
from eventapp.demo import noting, sponsoring
from eventapp.demo.content import SLUG, instant
from eventapp.demo.loader import find_staff
from eventapp.events.queries import find_event
from eventapp.events.states import EventState
from eventapp.registrations import queries as registrations
from eventapp.registrations import service as decisions
from eventapp.registrations.seats import NoSeatLeft
from eventapp.registrations.waitlist import PassesOver


@dataclass(frozen=True)
class Step:
    """Something that has happened once the clock has passed its moment, unless a visitor did it before."""

    at: datetime
    who: str  # acts; the key of one of the people who run the event
    act: Callable[[Context], None]


def _of_notes(happens: Callable[[noting.Teller], None]) -> Callable[[Context], None]:
    def act(ctx: Context) -> None:
        event = find_event(ctx.session, SLUG)
        if event is not None and event.state is EventState.PUBLISHED:
            happens(noting.Teller(ctx, event, find_staff))

    return act


def _decide(ctx: Context) -> None:
    """Answer everybody who still waits, by the day the organisers promised."""
    event = find_event(ctx.session, SLUG)
    if event is None or event.state is not EventState.PUBLISHED:
        return
    for registration in registrations.list_to_decide(ctx, event):
        try:
            decisions.approve(ctx, registration)
        except (NoSeatLeft, PassesOver):
            decisions.put_on_waitlist(ctx, registration)


def _of_sponsorship(happens: Callable[[sponsoring.Teller, datetime], None]) -> Callable[[Context], None]:
    def act(ctx: Context) -> None:
        teller = sponsoring.teller_of(ctx, find_staff)
        if teller is not None and teller.event.state is EventState.PUBLISHED:
            happens(teller, ctx.now)

    return act


STEPS = (
    Step(instant("2024-09-18T11:00"), "coordinator", _of_sponsorship(sponsoring.answer_questions)),
    Step(instant("2024-09-23T10:00"), "coordinator", _of_sponsorship(sponsoring.review_all)),
    Step(instant("2024-09-26T15:00"), "organiser", _decide),
    Step(instant("2024-09-30T16:00"), "coordinator", _of_sponsorship(sponsoring.decide)),
    Step(instant("2024-10-03T12:00"), "coordinator", _of_sponsorship(sponsoring.answer_offers)),
    Step(instant("2024-10-10T10:00"), "coordinator", _of_sponsorship(sponsoring.pay_first)),
    Step(instant("2024-11-07T17:45"), "rapporteur", _of_notes(noting.take_notes)),
    Step(instant("2024-11-07T18:40"), "chair", _of_notes(noting.accept_notes)),
    Step(instant("2024-11-07T19:30"), "rapporteur", _of_notes(noting.publish_summary)),
)


def catch_up(ctx: Context) -> None:
    """Let everything happen whose moment has passed; what has happened already is left alone."""
    for step in STEPS:
        account = find_staff(ctx, step.who)
        if account is not None and step.at <= ctx.now:
            actor = Actor(ActorKind.STAFF, account.id, account.name)
            step.act(replace(ctx, now=step.at, actor=actor))
