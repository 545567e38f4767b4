"""The worker: runs the periodic jobs each minute and delivers what is due, until it is asked to stop."""

from __future__ import annotations

import logging
import signal
import threading
from datetime import datetime, timedelta
from types import FrameType

from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from eventapp.application.jobs import run_jobs
from eventapp.core.config import Settings
from eventapp.core.database import db
from eventapp.core.unit_of_work import clock
from eventapp.mail.delivery import Courier
from eventapp.mail.transports import transport_for

BUSY_PAUSE_SECONDS = 1
IDLE_PAUSE_SECONDS = 2
AWAY_PAUSE_SECONDS = 10
JOBS_EVERY = timedelta(minutes=1)

log = logging.getLogger("eventapp.worker")


def run(*, once: bool = False) -> None:
    """Work until SIGTERM or SIGINT, which let the mail in hand be finished; with `once`, do what is due and return."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    settings: Settings = current_app.extensions["settings"]
    courier = Courier(settings, current_app.extensions["link_keys"], transport_for(settings.mail_url))
    if once:
        run_jobs()
        courier.deliver_due()
        return
    stop = threading.Event()

    def ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)
    log.info("worker %s is at work", courier.name)
    timetable = Timetable()
    while not stop.is_set():
        try:
            if timetable.due(clock().now(), clock().machine_now()):
                run_jobs()
            pause = BUSY_PAUSE_SECONDS if courier.deliver_due(stop.is_set) else IDLE_PAUSE_SECONDS
        except SQLAlchemyError as error:
            log.error("the database did not answer: %s", type(error).__name__)
            pause = AWAY_PAUSE_SECONDS
        finally:
            db.session.remove()
        stop.wait(pause)
    log.info("worker %s has stopped", courier.name)


class Timetable:
    """Tells when the jobs are due: each minute, and at once when the story's clock has jumped."""

    def __init__(self) -> None:
        self._ran_at: datetime | None = None
        self._ahead = timedelta()

    def due(self, now: datetime, machine_now: datetime) -> bool:
        """Tell whether to run the jobs now, and take it that they are run."""
        ahead = now - machine_now
        jumped = abs(ahead - self._ahead) > timedelta(seconds=5)
        if self._ran_at is not None and not jumped and machine_now - self._ran_at < JOBS_EVERY:
            return False
        self._ran_at, self._ahead = machine_now, ahead
        return True
