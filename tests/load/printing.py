"""Badges and certificates of 300 people, by the press that the worker runs: how long, how much memory, what of mail."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from eventapp.core.context import SYSTEM
from eventapp.core.pdf import PdfEngine
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.events.models import Event
from eventapp.registrations.checkin.models import CheckIn
from eventapp.registrations.checkin.states import Way
from eventapp.registrations.codes import new_code
from eventapp.registrations.models import Registration
from eventapp.registrations.printing import service
from eventapp.registrations.printing.models import PrintJob
from eventapp.registrations.printing.press import Press
from eventapp.registrations.printing.states import PrintKind, PrintState
from eventapp.registrations.states import Mode, State
from tests.load.servers import BenchFailed

# As people are called; every seventh of the list is in another script, every fifth does not fit on a line.
NAMES = (
    "Amina Diallo",
    "Jean-Baptiste de La Rochefoucauld-Montmorency",
    "محمد عبد الرحمن الخطيب",
    "Nguyễn Thị Minh Khai",
    "Dr. María del Carmen Fernández-Villaverde y Ruiz de la Torre",
    "Ольга Александровна Преображенская",
    "Li Na",
)
ORGANISATIONS = (
    "City of Saint-Louis",
    "Universitat Autònoma de Barcelona, Facultat de Dret",
    "UN-Habitat",
    "بلدية القاهرة",
)


@dataclass(frozen=True)
class Printed:
    """What it took to make one document."""

    seconds: float
    megabytes: float | None  # at most, of the process that makes the PDF; None without /proc
    size: int
    steps: int  # how often progress was written down


def confirm_all(app: Flask, slug: str) -> None:
    """Confirm everybody of an event in person, and say that they were there."""
    with app.app_context(), unit_of_work(SYSTEM) as ctx:
        event = ctx.session.scalars(select(Event).where(Event.slug == slug)).one()
        people = ctx.session.scalars(select(Registration).where(Registration.event_id == event.id))
        for number, each in enumerate(people):
            each.state, each.mode, each.code = State.APPROVED, Mode.IN_PERSON, new_code()
            each.name = f"{NAMES[number % len(NAMES)]} {number}"
            each.organisation = ORGANISATIONS[number % len(ORGANISATIONS)]
            each.speaks, each.language = ["fr", "en", "ar"][: number % 3 + 1], ("en", "fr", "es")[number % 3]
            for day in event.days[: number % 2 + 1]:
                ctx.session.add(
                    CheckIn(
                        event_id=event.id,
                        registration_id=each.id,
                        way=Way.SCANNED,
                        day=day,
                        scanned_at=ctx.now,
                        recorded_at=ctx.now,
                        key=f"{each.id}/{day}",
                    )
                )


def printed(app: Flask, slug: str, kind: PrintKind) -> Printed:
    """Order a document for everybody of the event and make it in a fresh process, as a worker's first job."""
    engine = PdfEngine()
    with app.app_context():
        with unit_of_work(SYSTEM) as ctx:
            event = ctx.session.scalars(select(Event).where(Event.slug == slug)).one()
            people = ctx.session.scalars(select(Registration).where(Registration.event_id == event.id)).all()
            job_id = service.ask(ctx, event, kind, people).id
        steps: set[int] = set()
        watched = threading.Event()
        watcher = threading.Thread(target=_watch, args=(app, job_id, steps, watched))
        watcher.start()
        began = time.perf_counter()
        Press(app.jinja_env, engine).make_next()
        seconds = time.perf_counter() - began
        megabytes = _peak_megabytes(engine.process_id)
        watched.set()
        watcher.join()
        engine.close()
        job = reading(SYSTEM).session.get_one(PrintJob, job_id, populate_existing=True)
        if job.state is not PrintState.DONE or not job.document:
            raise BenchFailed(f"the {kind.value} were not made: {job.problem}")
        return Printed(seconds, megabytes, len(job.document), len(steps - {0}))


def _watch(app: Flask, job_id: int, steps: set[int], watched: threading.Event) -> None:
    """Look how far the job is, as its page does."""
    with app.app_context():
        while not watched.wait(timedelta(seconds=0.2).total_seconds()):
            session = reading(SYSTEM).session
            steps.add(session.scalar(select(PrintJob.done).where(PrintJob.id == job_id)) or 0)
            session.rollback()


def _peak_megabytes(process_id: int | None) -> float | None:
    try:
        status = Path(f"/proc/{process_id}/status").read_text()
    except OSError:
        return None
    (peak,) = (line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(peak.split()[1]) / 1024
