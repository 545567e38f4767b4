"""The periodic jobs of the worker: one line each, run every minute, each in its own unit of work."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import text

from eventapp.accounts import service as accounts
from eventapp.agenda.exchange import service as exchange
from eventapp.core.context import SYSTEM, Context
from eventapp.core.unit_of_work import clock, unit_of_work
from eventapp.invitations import imports
from eventapp.invitations import service as invitations
from eventapp.registrations import waitlist

log = logging.getLogger("eventapp.jobs")

Job = Callable[[Context], int]


@dataclass(frozen=True)
class PeriodicJob:
    """Something that the clock makes due; `run` does what is due and returns how many things it changed."""

    name: str
    run: Job


def purge_sign_ins(ctx: Context) -> int:
    """Forget challenges and sessions that can no longer be used."""
    return accounts.purge(ctx, clock().machine_now())


JOBS: tuple[PeriodicJob, ...] = (
    PeriodicJob("purge sign-ins", purge_sign_ins),
    PeriodicJob("let invitations expire", invitations.expire_overdue),
    PeriodicJob("let offers lapse", waitlist.lapse_overdue),
    PeriodicJob("remind of offers", waitlist.remind),
    PeriodicJob("forget previews of imports", imports.forget_previews),
    PeriodicJob("forget previews of imported agendas", exchange.forget_previews),
)


def run_jobs(jobs: tuple[PeriodicJob, ...] = JOBS) -> None:
    """Run every job; one that fails is logged and stops no other."""
    for job in jobs:
        try:
            with unit_of_work(SYSTEM) as ctx:
                changed = job.run(ctx) if _alone(ctx, job.name) else 0
        except Exception:
            log.exception("the job %r failed", job.name)
            continue
        if changed:
            log.info("the job %r changed %d", job.name, changed)


def _alone(ctx: Context, name: str) -> bool:
    """Tell whether no other worker runs the job now; SQLite's single writer makes sure of it by itself."""
    if ctx.session.get_bind().dialect.name != "postgresql":
        return True
    key = zlib.crc32(f"job:{name}".encode())
    return bool(ctx.session.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": key}))
