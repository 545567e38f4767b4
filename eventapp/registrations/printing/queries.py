"""Reads of the print shop: who can get a badge or a certificate, and the jobs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from eventapp.core.context import Context
from eventapp.core.errors import NotFound
from eventapp.core.text import fold
from eventapp.core.wall_time import to_wall
from eventapp.events.models import Event
from eventapp.registrations import queue
from eventapp.registrations.checkin.models import CheckIn
from eventapp.registrations.checkin.states import CheckInState
from eventapp.registrations.models import Registration
from eventapp.registrations.printing import rules
from eventapp.registrations.printing.models import PrintJob
from eventapp.registrations.printing.states import PrintKind, PrintState
from eventapp.registrations.states import Mode, State

BADGES = (PrintKind.BADGE_SHEETS, PrintKind.BADGES)
LAST_JOBS = 8


class Order(StrEnum):
    """In which order people are printed."""

    NAME = "name"
    ORGANISATION = "organisation"


def list_for_badges(ctx: Context, event: Event, filters: queue.Filters, language: str) -> Sequence[Registration]:
    """Return everybody confirmed in person whom the filters leave."""
    wanted = replace(filters, state=State.APPROVED, mode=Mode.IN_PERSON)
    return in_order(queue.list_matching(ctx, event, wanted, language), Order.NAME)


def list_for_certificates(ctx: Context, event: Event, filters: queue.Filters, language: str) -> Sequence[Registration]:
    """Return everybody who was there on a day of the event and whom the filters leave, remote people too."""
    there = days_present(ctx, event)
    matching = queue.list_matching(ctx, event, replace(filters, state=State.APPROVED), language)
    return in_order([each for each in matching if each.id in there], Order.NAME)


def list_people(ctx: Context, event: Event, ids: Sequence[int]) -> Sequence[Registration]:
    """Return those of the people who are still confirmed, in the order of the ids."""
    places = {each: place for place, each in enumerate(ids)}
    found = ctx.session.scalars(
        select(Registration)
        .options(joinedload(Registration.category))
        .where(Registration.event_id == event.id, Registration.id.in_(ids), Registration.state == State.APPROVED)
    )
    return sorted(found, key=lambda each: places[each.id])


def in_order(people: Sequence[Registration], order: Order) -> Sequence[Registration]:
    """Return the people as they will be laid out on tables, without regard to accents and case."""
    if order is Order.ORGANISATION:
        return sorted(people, key=lambda each: (fold(each.organisation), fold(each.name), each.id))
    return sorted(people, key=lambda each: (fold(each.name), each.id))


def days_present(ctx: Context, event: Event, ids: Sequence[int] | None = None) -> Mapping[int, list[date]]:
    """Return the days of the event on which each of the people, or anybody, was there."""
    rows = select(CheckIn.registration_id, CheckIn.day).where(
        CheckIn.event_id == event.id,
        CheckIn.state == CheckInState.PRESENT,
        CheckIn.day.between(event.starts_on, event.ends_on),
    )
    if ids is not None:
        rows = rows.where(CheckIn.registration_id.in_(ids))
    days: dict[int, list[date]] = defaultdict(list)
    for registration_id, day in ctx.session.execute(rows.order_by(CheckIn.day)):
        days[registration_id].append(day)
    return dict(days)


def may_have_certificate(ctx: Context, registration: Registration) -> bool:
    """Tell whether somebody can fetch a certificate: confirmed, there on a day of the event, and it is over."""
    event = registration.event
    if registration.state is not State.APPROVED or to_wall(ctx.now, event.timezone).date() <= event.ends_on:
        return False
    return bool(days_present(ctx, event, [registration.id]))


def attendance_known_at(ctx: Context, registration: Registration) -> datetime:
    """Return when we last learned that somebody was there. Raises when nobody ever said so."""
    found = ctx.session.scalar(
        select(func.max(CheckIn.recorded_at)).where(
            CheckIn.registration_id == registration.id, CheckIn.state == CheckInState.PRESENT
        )
    )
    if found is None:
        raise NotFound(_("There is no certificate for somebody who was not there."))
    return found


def printed_already(ctx: Context, event: Event, people: Sequence[Registration]) -> frozenset[int]:
    """Return who of the people has a badge as they are called now, or is on one in the making."""
    imprints: dict[int, str | None] = {}
    for choice in ctx.session.scalars(
        select(PrintJob.choice)
        .where(PrintJob.event_id == event.id, PrintJob.kind.in_(BADGES), PrintJob.state != PrintState.FAILED)
        .order_by(PrintJob.finished_at.is_(None), PrintJob.finished_at, PrintJob.id)
    ):
        done = choice.get("printed")
        imprints |= dict.fromkeys(choice["ids"]) if done is None else {int(each): done[each] for each in done}
    return frozenset(
        each.id
        for each in people
        if each.id in imprints and imprints[each.id] in (None, rules.imprint(each.name, each.organisation))
    )


def get_job(ctx: Context, event: Event, job_id: int) -> PrintJob:
    """Return a print job of this event. Raises `NotFound`."""
    found = ctx.session.scalar(select(PrintJob).where(PrintJob.id == job_id, PrintJob.event_id == event.id))
    if found is None:
        raise NotFound(_("There is no such print job in this event."))
    return found


def has_document(ctx: Context, job: PrintJob) -> bool:
    """Tell whether the job's document is there, without reading it."""
    return bool(ctx.session.scalar(select(PrintJob.document.is_not(None)).where(PrintJob.id == job.id)))


def list_jobs(ctx: Context, event: Event) -> Sequence[PrintJob]:
    """Return the last print jobs, the latest first."""
    return ctx.session.scalars(
        select(PrintJob).where(PrintJob.event_id == event.id).order_by(PrintJob.id.desc()).limit(LAST_JOBS)
    ).all()
