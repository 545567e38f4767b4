"""The press: takes waiting jobs one by one and makes their documents; several workers may have one each."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from jinja2 import Environment
from sqlalchemy.exc import SQLAlchemyError

from eventapp.core.context import SYSTEM
from eventapp.core.pdf import PdfEngine
from eventapp.core.unit_of_work import clock, reading, unit_of_work
from eventapp.events.models import Event
from eventapp.registrations.printing import document, queries, rules, service
from eventapp.registrations.printing.models import PrintJob
from eventapp.registrations.printing.states import PrintKind

TIMEOUT_SECONDS = 180.0  # within the lease, which is longer
TELL_EVERY_SECONDS = 0.5
PEOPLE_A_PAGE = {PrintKind.BADGE_SHEETS: document.BADGES_A_SHEET}

log = logging.getLogger("eventapp.printing")


class _Stopped(Exception):
    """The worker was asked to stop amid a document."""


@dataclass(frozen=True)
class _Manuscript:
    """What goes to the press: everything that was to be read is read."""

    html: str
    created_at: datetime
    identifier: str
    printed: Mapping[int, str]
    people_a_page: int

    @property
    def people(self) -> int:
        """Return how many people are in it."""
        return len(self.printed)


class Press:
    """Makes documents for many people; no database transaction is open while one is in the making."""

    def __init__(self, templates: Environment, engine: PdfEngine) -> None:
        self._templates = templates
        self._engine = engine

    def make_next(self, stopping: Callable[[], bool] = lambda: False) -> bool:
        """Take the next job, if there is any, and make it; tell whether there was one.

        A worker that is asked to stop gives its job back at once, so that another takes it.
        """
        now = clock().machine_now()
        looking = reading(SYSTEM)
        due = service.anything_to_print(looking, now)
        looking.session.rollback()
        if not due or stopping():
            return False
        with unit_of_work(SYSTEM) as ctx:
            mine = service.claim(ctx, now)
        if mine is None:
            return False
        with suppress(service.LeaseLost):
            self._make(mine, stopping)
        return True

    def _make(self, mine: service.Claim, stopping: Callable[[], bool]) -> None:
        try:
            manuscript = self._manuscript(mine)
            if stopping():
                raise _Stopped
            began = time.monotonic()
            made = self._engine.render(
                manuscript.html,
                created_at=manuscript.created_at,
                identifier=manuscript.identifier,
                timeout_seconds=TIMEOUT_SECONDS,
                on_page=_Progress(mine, manuscript, stopping),
            )
        except service.LeaseLost:
            raise
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one document must not end the worker
            if stopping():
                with unit_of_work(SYSTEM) as ctx:
                    service.give_back(ctx, mine)
                return
            # The error's own text could quote people, so only its kind and place are logged.
            place = "".join(traceback.format_tb(error.__traceback__)[-3:])
            log.error("print job %d could not be made: %s\n%s", mine.job_id, type(error).__name__, place)
            with unit_of_work(SYSTEM) as ctx:
                service.fail(ctx, mine, type(error).__name__)
            return
        with unit_of_work(SYSTEM) as ctx:
            service.finish(ctx, mine, made, manuscript.printed)
        took = time.monotonic() - began
        log.info("print job %d: %d people, %d bytes, %.1f s", mine.job_id, manuscript.people, len(made), took)

    def _manuscript(self, mine: service.Claim) -> _Manuscript:
        ctx = reading(SYSTEM)
        try:
            job = ctx.session.get(PrintJob, mine.job_id, populate_existing=True)
            if job is None:
                raise service.LeaseLost
            event = ctx.session.get_one(Event, job.event_id)
            ids = job.choice["ids"]
            people = queries.list_people(ctx, event, ids)
            if job.kind is PrintKind.CERTIFICATES:
                days = queries.days_present(ctx, event, ids)
                there = [(each, days[each.id]) for each in people if each.id in days]
                html = document.certificates_html(self._templates, event, there, document.print_language(event))
                people = [each for each, _days in there]
            else:
                html = document.badges_html(self._templates, event, people, job.kind)
            if not people:
                raise service.NobodyToPrint
            return _Manuscript(
                html=html,
                created_at=job.created_at,
                identifier=f"{event.slug}/print/{job.kind}/{job.id}",
                printed={each.id: rules.imprint(each.name, each.organisation) for each in people},
                people_a_page=PEOPLE_A_PAGE.get(job.kind, 1),
            )
        finally:
            ctx.session.rollback()


class _Progress:
    """Writes down how far a document is, now and then, and gives it up when the worker stops or has lost it."""

    def __init__(self, mine: service.Claim, manuscript: _Manuscript, stopping: Callable[[], bool]) -> None:
        self._mine, self._manuscript, self._stopping = mine, manuscript, stopping
        self._told_at = time.monotonic()

    def __call__(self, page: int) -> None:
        if self._stopping():
            raise _Stopped
        now = time.monotonic()
        if now - self._told_at < TELL_EVERY_SECONDS:
            return
        self._told_at = now
        done = min((page - 1) * self._manuscript.people_a_page, self._manuscript.people)
        try:
            with unit_of_work(SYSTEM) as ctx:
                service.note_progress(ctx, self._mine, done)
        except SQLAlchemyError as error:  # progress is not worth the document
            log.warning("progress was not written: %s", type(error).__name__)
