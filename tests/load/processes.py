"""The real processes of the races, forked from one that has imported the application, so that a start costs little."""

from __future__ import annotations

import multiprocessing
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from multiprocessing.synchronize import Barrier
from typing import Any

from eventapp.core import database

PATIENCE_SECONDS = 240
WORKERS = (
    "tests.load.capacity_worker",
    "tests.load.check_in_worker",
    "tests.load.choices_worker",
    "tests.load.funds_worker",
    "tests.load.mail_worker",
    "tests.load.sign_up_worker",
    "tests.load.waitlist_worker",
)


def _forks() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(WORKERS))
    return context


FORKS = _forks()


def process(target: Callable[..., None], *arguments: Any) -> ForkServerProcess:
    """Start one process that calls the target."""
    started = FORKS.Process(target=target, args=arguments)
    started.start()
    return started


def exit_code(started: ForkServerProcess, patience_seconds: float = PATIENCE_SECONDS) -> int | None:
    """Wait for the process and return its exit code, negative for a signal, or None while it lives on."""
    started.join(patience_seconds)
    return started.exitcode


def counted(act: Callable[..., Sequence[str]], parts: Sequence[Sequence[Any]], *, together: int) -> Counter[str]:
    """Let one process for each part call `act(meeting, *part)`, and count what all of it came to.

    At the meeting, a barrier, so many threads of all processes wait for each other.
    """
    meeting = FORKS.Barrier(together, timeout=PATIENCE_SECONDS)
    running = []
    for part in parts:
        ear, mouth = FORKS.Pipe(duplex=False)
        running.append((process(_tell, mouth, act, meeting, *part), ear))
        mouth.close()
    results: Counter[str] = Counter()
    for started, ear in running:
        assert ear.poll(PATIENCE_SECONDS), "a process says nothing"
        fault, said = ear.recv()
        assert exit_code(started) == 0 and not fault, fault
        results.update(said)
    return results


def _tell(mouth: Connection, act: Callable[..., Sequence[str]], meeting: Barrier, *part: Any) -> None:
    database.BUSY_TIMEOUT_MS = PATIENCE_SECONDS * 1000  # on a busy machine as well, the races are about who wins
    try:
        told = ("", act(meeting, *part))
    except Exception:  # noqa: BLE001 - whatever it is, the test that waits shall hear of it
        meeting.abort()
        told = (traceback.format_exc(), ())
    mouth.send(told)
