"""Reads of the ideas that people take home."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from eventapp.core.context import Context
from eventapp.core.tokens import LinkKeys, Purpose
from eventapp.events.models import Event
from eventapp.events.states import EventState
from eventapp.notes.followup import rules
from eventapp.notes.followup.models import TakeHome
from eventapp.notes.followup.states import Outcome, TakeHomeState
from eventapp.registrations.balance import concealed
from eventapp.registrations.models import Registration
from eventapp.registrations.states import State

_HELD = frozenset({EventState.PUBLISHED, EventState.CLOSED, EventState.ARCHIVED})


@dataclass(frozen=True)
class Counts:
    """How many were asked, told, were asked again, and what they said; None where a number is not shown."""

    asked: int | None
    told: int | None
    asked_again: int | None
    stopped: int | None
    outcomes: Mapping[Outcome, int | None]

    @property
    def conceals(self) -> bool:
        """Tell whether a number is not shown."""
        return None in (self.asked, self.told, self.asked_again, self.stopped, *self.outcomes.values())


def find_of(ctx: Context, registration: Registration) -> TakeHome | None:
    """Return what somebody takes home, if they were asked or told."""
    return ctx.session.scalar(select(TakeHome).where(TakeHome.registration_id == registration.id))


def find_by_token(session: Session, keys: LinkKeys, token: str) -> TakeHome | None:
    """Return what the link in a mail opens; nothing once the person does not take part, or was erased."""
    claimed = keys.object_id(token)
    if claimed is None or claimed >= 2**31:
        return None
    found = session.scalar(
        select(TakeHome)
        .join(Registration, Registration.id == TakeHome.registration_id)
        .options(joinedload(TakeHome.registration).joinedload(Registration.event))
        .where(TakeHome.id == claimed, Registration.state == State.APPROVED)
    )
    if found is None or not keys.opens(token, Purpose.FOLLOW_UP, found.id, found.link_version):
        return None
    return found


def link_version(session: Session, take_home_id: int) -> int | None:
    """Return the version that somebody's links carry now, or None when they open nothing."""
    return session.scalar(
        select(TakeHome.link_version)
        .join(Registration, Registration.id == TakeHome.registration_id)
        .where(TakeHome.id == take_home_id, Registration.state == State.APPROVED)
    )


def list_events_that_ask(ctx: Context) -> list[Event]:
    """Return the events that ended the day before, or a little earlier."""
    return [each for each in _ended(ctx, 0, 14) if rules.asks(ctx.now, each.ends_on, each.timezone)]


def list_events_that_ask_again(ctx: Context) -> list[Event]:
    """Return the events after which it is time to ask what became of the ideas."""
    near = _ended(ctx, rules.AGAIN_AFTER_DAYS - 2, rules.AGAIN_AFTER_DAYS + 30)
    return [each for each in near if rules.asks_again(ctx.now, each.ends_on, each.timezone)]


def _ended(ctx: Context, from_days: int, to_days: int) -> Sequence[Event]:
    today = ctx.now.date()
    return ctx.session.scalars(
        select(Event)
        .where(
            Event.state.in_(_HELD),
            Event.ends_on <= today - timedelta(days=from_days),
            Event.ends_on >= today - timedelta(days=to_days),
        )
        .order_by(Event.id)
    ).all()


def list_to_ask(ctx: Context, event: Event, limit: int) -> Sequence[Registration]:
    """Return confirmed people who agreed to mails after the event and were not asked yet, nor told by themselves."""
    return ctx.session.scalars(
        select(Registration)
        .outerjoin(TakeHome, TakeHome.registration_id == Registration.id)
        .where(
            Registration.event_id == event.id,
            Registration.state == State.APPROVED,
            Registration.consent_mail_after.is_(True),
            TakeHome.id.is_(None),
        )
        .order_by(Registration.id)
        .limit(limit)
    ).all()


def list_to_ask_again(ctx: Context, event: Event, limit: int) -> Sequence[TakeHome]:
    """Return, held, the ideas of confirmed people who want to be asked what became of them."""
    return ctx.session.scalars(
        select(TakeHome)
        .join(Registration, Registration.id == TakeHome.registration_id)
        .where(
            TakeHome.event_id == event.id,
            TakeHome.state == TakeHomeState.TOLD,
            TakeHome.wants_mail.is_(True),
            Registration.state == State.APPROVED,
        )
        .order_by(TakeHome.id)
        .limit(limit)
        .with_for_update(of=TakeHome)
        .execution_options(populate_existing=True)
    ).all()


def count(ctx: Context, event: Event, *, conceal: bool) -> Counts:
    """Return the event's counts, those of erased people among them; with `conceal` none that points at somebody."""
    asked, told, again, stopped = ctx.session.execute(
        select(
            func.count(),
            func.count(TakeHome.told_at),
            func.count(TakeHome.asked_again_at),
            func.count().filter(TakeHome.state == TakeHomeState.STOPPED),
        ).where(TakeHome.event_id == event.id)
    ).one()
    rows = ctx.session.execute(
        select(TakeHome.outcome, func.count())
        .where(TakeHome.event_id == event.id, TakeHome.outcome.is_not(None))
        .group_by(TakeHome.outcome)
    )
    said = {outcome: number for outcome, number in rows if outcome is not None}
    outcomes = concealed({each.value: said.get(each, 0) for each in Outcome}, conceal)
    whole = {name: concealed({name: number}, conceal)[name] for name, number in
             (("asked", asked), ("told", told), ("again", again), ("stopped", stopped))}  # fmt: skip
    return Counts(
        asked=whole["asked"],
        told=whole["told"],
        asked_again=whole["again"],
        stopped=whole["stopped"],
        outcomes={each: outcomes[each.value] for each in Outcome},
    )


def list_shared(ctx: Context, event: Event) -> Sequence[TakeHome]:
    """Return what people allowed to be quoted without their name, in no order that tells who they are."""
    found = ctx.session.scalars(
        select(TakeHome).where(
            TakeHome.event_id == event.id, TakeHome.may_share.is_(True), TakeHome.outcome.is_not(None)
        )
    ).all()
    order = list(Outcome)
    return sorted(found, key=lambda each: (order.index(each.outcome or Outcome.NOT_YET), each.idea, each.outcome_text))
