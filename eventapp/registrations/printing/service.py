"""Commands of the print shop. A job belongs to one worker at a time: the instant of its start is its lease."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, and_, exists, or_, select, update

from eventapp.core import audit
from eventapp.core.context import ActorKind, Context
from eventapp.core.errors import DomainError
from eventapp.events.models import Event
from eventapp.registrations.models import Registration
from eventapp.registrations.printing.models import PrintJob
from eventapp.registrations.printing.states import MACHINE, PrintAction, PrintKind, PrintState

MOST_PEOPLE = 1_000  # in one document; memory and the time to make it grow with it
MOST_STARTS = 3
LEASE = timedelta(minutes=4)  # longer than a document may take: only a worker that died is taken for dead
KEPT = timedelta(days=7)


class NobodyToPrint(DomainError):
    """Nobody was chosen."""

    def __init__(self) -> None:
        super().__init__(_("Nobody is chosen. Tick at least one person, or widen the filters."))


class TooManyToPrint(DomainError):
    """More people than one document holds."""

    def __init__(self) -> None:
        super().__init__(
            ngettext(
                "One document holds at most %(num)d person. Narrow the list, for instance to one category.",
                "One document holds at most %(num)d people. Narrow the list, for instance to one category.",
                MOST_PEOPLE,
            )
        )


class LeaseLost(Exception):
    """The job is no longer this worker's: called off, deleted, or taken over."""


@dataclass(frozen=True)
class Claim:
    """One job in one worker's hands."""

    job_id: int
    started_at: datetime


def ask(ctx: Context, event: Event, kind: PrintKind, people: Sequence[Registration]) -> PrintJob:
    """Order a document for the people, in their order; asked again before it is made, it is the same job.

    Raises `NobodyToPrint` and `TooManyToPrint`.
    """
    if not people:
        raise NobodyToPrint
    if len(people) > MOST_PEOPLE:
        raise TooManyToPrint
    ids = [each.id for each in people]
    under_way = ctx.session.scalars(
        select(PrintJob).where(
            PrintJob.event_id == event.id,
            PrintJob.kind == kind,
            PrintJob.state.in_((PrintState.WAITING, PrintState.RUNNING)),
        )
    )
    for job in under_way:
        if job.choice["ids"] == ids:
            return job
    job = PrintJob(
        event_id=event.id,
        kind=kind,
        state=PrintState.WAITING,
        choice={"ids": ids, "starts": 0},
        people=len(ids),
        created_by_id=ctx.actor.id if ctx.actor.kind is ActorKind.STAFF else None,
        created_at=ctx.now,
    )
    ctx.session.add(job)
    ctx.session.flush()
    audit.record(ctx, job, "ask", {"count": len(ids)})
    return job


def retry(ctx: Context, job: PrintJob) -> None:
    """Have a failed job made again."""
    MACHINE.move(ctx, job, PrintAction.RETRY)
    job.choice = {**job.choice, "starts": 0}
    job.done, job.problem, job.started_at = 0, "", None


def anything_to_print(ctx: Context, machine_now: datetime) -> bool:
    """Tell, without a lock, whether a job waits or its worker died."""
    return bool(ctx.session.scalar(select(exists().where(_due(machine_now)))))


def claim(ctx: Context, machine_now: datetime) -> Claim | None:
    """Take the job that has waited longest for this worker alone; one that killed its workers has failed."""
    job = ctx.session.scalars(
        select(PrintJob)
        .where(_due(machine_now))
        .order_by(PrintJob.created_at, PrintJob.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).first()
    if job is None:
        return None
    if job.state is PrintState.RUNNING:
        if job.choice["starts"] >= MOST_STARTS:
            MACHINE.move(ctx, job, PrintAction.FAIL)
            job.problem = "the worker stopped each time"
            return None
        MACHINE.move(ctx, job, PrintAction.RETRY)
    MACHINE.move(ctx, job, PrintAction.START)
    job.choice = {**job.choice, "starts": job.choice["starts"] + 1}
    job.started_at, job.done = machine_now, 0
    return Claim(job.id, machine_now)


def note_progress(ctx: Context, mine: Claim, done: int) -> None:
    """Write how many people are in the document by now. Raises `LeaseLost`."""
    written = ctx.session.scalars(
        update(PrintJob)
        .where(
            PrintJob.id == mine.job_id,
            PrintJob.state == PrintState.RUNNING,
            PrintJob.started_at == mine.started_at,
        )
        .values(done=done)
        .returning(PrintJob.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not written:
        raise LeaseLost


def finish(ctx: Context, mine: Claim, document: bytes, printed: Mapping[int, str]) -> None:
    """Keep the finished document, and who is on it by id with the `rules.imprint`. Raises `LeaseLost`."""
    job, people = _held(ctx, mine), len(printed)
    MACHINE.move(ctx, job, PrintAction.FINISH, count=people)
    job.choice = {**job.choice, "printed": {str(each): imprint for each, imprint in printed.items()}}
    job.document, job.people, job.done, job.finished_at = document, people, people, ctx.now


def fail(ctx: Context, mine: Claim, problem: str) -> None:
    """Write why there is no document. Raises `LeaseLost`."""
    job = _held(ctx, mine)
    MACHINE.move(ctx, job, PrintAction.FAIL)
    job.problem, job.finished_at = problem[:300], ctx.now


def give_back(ctx: Context, mine: Claim) -> None:
    """Leave the job to another worker, because this one stops. Raises `LeaseLost`."""
    job = _held(ctx, mine)
    MACHINE.move(ctx, job, PrintAction.RETRY)
    job.choice = {**job.choice, "starts": job.choice["starts"] - 1}
    job.started_at, job.done = None, 0


def purge(ctx: Context) -> int:
    """Forget documents a week old; that they were made stays, to know who has a badge."""
    old = and_(PrintJob.state == PrintState.DONE, PrintJob.finished_at <= ctx.now - KEPT)
    forgotten = ctx.session.scalars(
        update(PrintJob)
        .where(old, PrintJob.document.is_not(None))
        .values(document=None)
        .returning(PrintJob.id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(forgotten)


def _due(machine_now: datetime) -> ColumnElement[bool]:
    """Return what may be claimed: what waits, and what a worker has held for longer than any document takes."""
    abandoned = and_(PrintJob.state == PrintState.RUNNING, PrintJob.started_at <= machine_now - LEASE)
    return or_(PrintJob.state == PrintState.WAITING, abandoned)


def _held(ctx: Context, mine: Claim) -> PrintJob:
    job = ctx.session.scalars(
        select(PrintJob).where(PrintJob.id == mine.job_id).with_for_update().execution_options(populate_existing=True)
    ).first()
    if job is None or job.state is not PrintState.RUNNING or job.started_at != mine.started_at:
        raise LeaseLost
    return job
