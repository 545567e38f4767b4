"""The worker: periodic jobs each minute, mail as it is due, and documents in a thread of their own beside it."""

from __future__ import annotations

import logging
import signal
import threading
from datetime import datetime, timedelta
from types import FrameType

from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from eventapp.application.jobs import AT_EACH_TURN, run_jobs
from eventapp.core.config import Settings
from eventapp.core.database import db
from eventapp.core.pdf import PdfEngine
from eventapp.core.unit_of_work import clock
from eventapp.mail.delivery import Courier
from eventapp.mail.transports import transport_for
from eventapp.registrations.printing.press import Press

BUSY_PAUSE_SECONDS = 1
IDLE_PAUSE_SECONDS = 2
AWAY_PAUSE_SECONDS = 10
PRINT_PAUSE_SECONDS = 1
LAST_SECONDS = 10
JOBS_EVERY = timedelta(minutes=1)

log = logging.getLogger("eventapp.worker")


def run(*, once: bool = False) -> None:
    """Work until SIGTERM or SIGINT; with `once`, do what is due and return.

    A mail in hand is finished first; a document in the making goes back, for another worker to take.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    settings: Settings = current_app.extensions["settings"]
    courier = Courier(settings, current_app.extensions["link_keys"], transport_for(settings.mail_url))
    if once:
        run_jobs()
        while run_jobs(AT_EACH_TURN):
            pass
        courier.deliver_due()
        press = Press(current_app.jinja_env, current_app.extensions["pdf"])
        while press.make_next():
            pass
        return
    stop = threading.Event()

    def ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    engine = PdfEngine()  # its own: a mail with the programme must not wait for 300 badges
    printing = threading.Thread(target=_print, args=(app, engine, stop), name="printing", daemon=True)
    printing.start()
    log.info("worker %s is at work", courier.name)
    timetable = Timetable()
    while not stop.is_set():
        try:
            if timetable.due(clock().now(), clock().machine_now()):
                run_jobs()
            is_busy = run_jobs(AT_EACH_TURN) + courier.deliver_due(stop.is_set) > 0
            pause = BUSY_PAUSE_SECONDS if is_busy else IDLE_PAUSE_SECONDS
        except SQLAlchemyError as error:
            log.error("the database did not answer: %s", type(error).__name__)
            pause = AWAY_PAUSE_SECONDS
        finally:
            db.session.remove()
        stop.wait(pause)
    engine.interrupt()
    printing.join(LAST_SECONDS)
    log.info("worker %s has stopped", courier.name)


def _print(app: Flask, engine: PdfEngine, stop: threading.Event) -> None:
    """Make documents until the worker stops."""
    with app.app_context():
        press = Press(app.jinja_env, engine)
        while not stop.is_set():
            pause = PRINT_PAUSE_SECONDS
            try:
                if press.make_next(stop.is_set):
                    continue
            except SQLAlchemyError as error:
                log.error("the database did not answer: %s", type(error).__name__)
                pause = AWAY_PAUSE_SECONDS
            finally:
                db.session.remove()
            stop.wait(pause)


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
