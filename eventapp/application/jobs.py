"""The periodic jobs of the worker: one line each, run every minute, each in its own unit of work."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text

from eventapp.accounts import service as accounts
from eventapp.accounts import step_up
from eventapp.agenda import personal_data as speakers
from eventapp.agenda.exchange import service as exchange
from eventapp.agenda.notices import service as notices
from eventapp.core.context import SYSTEM, Context
from eventapp.core.unit_of_work import clock, unit_of_work
from eventapp.invitations import imports
from eventapp.invitations import service as invitations
from eventapp.notes.attribution import personal_data as quoted
from eventapp.notes.followup import service as follow_up
from eventapp.registrations import waitlist
from eventapp.registrations.personal_data import retention
from eventapp.registrations.personal_data import service as personal_data
from eventapp.registrations.printing import service as printing
from eventapp.sponsorship import retention as requests_for_support
from eventapp.sponsorship.deciding import service as deciding
from eventapp.sponsorship.letters import service as letters
from eventapp.sponsorship.sensitive import service as sensitive

log = logging.getLogger("eventapp.jobs")

_idle_since: dict[str, datetime | None] = {}  # of this process, by job

Job = Callable[[Context], int]


@dataclass(frozen=True)
class PeriodicJob:
    """Something that the clock makes due; `run` does what is due and returns how many things it changed."""

    name: str
    run: Job
    pause: timedelta = timedelta()  # once nothing was due; a run that changed something is followed by the next


def purge_sign_ins(ctx: Context) -> int:
    """Forget challenges and sessions that can no longer be used."""
    return accounts.purge(ctx, clock().machine_now()) + step_up.purge(ctx, clock().machine_now())


HOURLY = timedelta(hours=1)
JOBS: tuple[PeriodicJob, ...] = (
    PeriodicJob("purge sign-ins", purge_sign_ins),
    PeriodicJob("let invitations expire", invitations.expire_overdue),
    PeriodicJob("let offers lapse", waitlist.lapse_overdue),
    PeriodicJob("remind of offers", waitlist.remind),
    PeriodicJob("let offers of support expire", deciding.lapse_due),
    PeriodicJob("remind of offers of support", deciding.remind_due),
    PeriodicJob("ask what people take home", follow_up.ask, HOURLY),
    PeriodicJob("ask what became of what people took home", follow_up.ask_again, HOURLY),
    PeriodicJob("forget previews of imports", imports.forget_previews),
    PeriodicJob("forget printed documents", printing.purge),
    *(PeriodicJob(f"forget: {key}", retention.job(key), HOURLY) for key in retention.CLASSES),
    PeriodicJob("forget addresses of speakers", speakers.forget_addresses, HOURLY),
    PeriodicJob("forget who was asked for consent to a quote", quoted.forget_people, HOURLY),
    PeriodicJob("forget last mails to erased people", retention.forget_farewells),
    PeriodicJob("forget mails of no event", retention.forget_mails_of_no_event, HOURLY),
    PeriodicJob("erase again after a backup was restored", personal_data.reapply, HOURLY),
    PeriodicJob("forget previews of imported agendas", exchange.forget_previews),
    PeriodicJob("forget passport and bank data", sensitive.forget_due, HOURLY),
    PeriodicJob("forget passport data in letters", letters.forget_due, HOURLY),
    PeriodicJob("forget drafts and receipts of support", requests_for_support.forget_due, HOURLY),
)


# Done a little at each turn of the worker, between deliveries: somebody waits for it, and all at once would take long.
AT_EACH_TURN: tuple[PeriodicJob, ...] = (PeriodicJob("write mails about releases", notices.write_next),)


def run_jobs(jobs: tuple[PeriodicJob, ...] = JOBS) -> int:
    """Run every job and return how many things changed; one that fails is logged and stops no other."""
    total = 0
    for job in jobs:
        if _pauses(job, clock().now()):
            continue
        try:
            with unit_of_work(SYSTEM) as ctx:
                changed = job.run(ctx) if _alone(ctx, job.name) else 0
            _idle_since[job.name] = None if changed else ctx.now
        except Exception:
            log.exception("the job %r failed", job.name)
            continue
        if changed:
            log.info("the job %r changed %d", job.name, changed)
            total += changed
    return total


def _pauses(job: PeriodicJob, now: datetime) -> bool:
    """Tell whether the job found nothing to do a short while ago; a story clock that jumps ends every pause."""
    since = _idle_since.get(job.name)
    return since is not None and since <= now < since + job.pause


def _alone(ctx: Context, name: str) -> bool:
    """Tell whether no other worker runs the job now; SQLite's single writer makes sure of it by itself."""
    if ctx.session.get_bind().dialect.name != "postgresql":
        return True
    key = zlib.crc32(f"job:{name}".encode())
    return bool(ctx.session.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": key}))
