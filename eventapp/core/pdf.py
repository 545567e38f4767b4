"""Render PDF in a separate process that can be killed, so that no document can harm the web process."""

import atexit
import contextlib
import json
import os
import selectors
import struct
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
VARIANTS = frozenset({"pdf/ua-1", "pdf/a-3a"})
GIBIBYTE = 1024**3
START_SECONDS = 60.0
MOST_REPLY_BYTES = 200_000_000
MOST_RENDERS = 200  # WeasyPrint keeps about 0.3 MB of every document
_LENGTH = struct.Struct(">I")
_PAGES = b"="  # begins a frame that numbers a page, before the one that answers
OnPage = Callable[[int], None]


class PdfFailed(Exception):
    """No PDF could be made of this document: too slow, too large, or it asks for what it may not have."""


class PdfEngine:
    """Keep one warm rendering process; safe to share between threads and to inherit through a fork."""

    def __init__(self, *, static: Path = PROJECT / "static", address_space_bytes: int = GIBIBYTE) -> None:
        """Prepare an engine; its process starts at the first document."""
        self._static = static
        self._address_space_bytes = address_space_bytes
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._renders = 0
        _ENGINES.add(self)

    def render(
        self,
        html: str,
        *,
        variant: str = "pdf/ua-1",
        created_at: datetime,
        identifier: str,
        timeout_seconds: float = 30,
        on_page: OnPage | None = None,
    ) -> bytes:
        """Return the tagged PDF of `html`, the same bytes for the same arguments.

        `created_at` is the date the file carries and must know its zone; `identifier` names the document in the file;
        `on_page` is called with the number of each page that is begun, and may raise to give the document up.
        Raises `PdfFailed` after `timeout_seconds`, the wait for other documents included, or when the document fails.
        """
        if variant not in VARIANTS:
            raise ValueError(f"unknown PDF variant {variant!r}")
        if created_at.tzinfo is None:
            raise ValueError("created_at must know its time zone")
        request = json.dumps(
            {
                "html": html,
                "variant": variant,
                "created_at": created_at.isoformat(timespec="seconds"),
                "identifier": identifier,
                "timeout_seconds": timeout_seconds,
                "tells_pages": on_page is not None,
            }
        ).encode()
        deadline = time.monotonic() + timeout_seconds
        if not self._lock.acquire(timeout=timeout_seconds):
            raise PdfFailed("the engine is busy with other documents")
        try:
            started = time.monotonic()
            process = self._running()
            deadline += time.monotonic() - started  # a first start is not the document's fault
            reply = _exchange(process, request, deadline, on_page)
        except BaseException:  # whatever it is, the process may be amid the document and must not answer the next
            self._kill()
            raise
        finally:
            self._lock.release()
        if reply[:1] != b"+":
            raise PdfFailed(reply[1:].decode(errors="replace"))
        return reply[1:]

    @property
    def process_id(self) -> int | None:
        """Return the number of the rendering process, or None before the first document."""
        return None if self._process is None else self._process.pid

    def close(self) -> None:
        """End the rendering process, whatever it is doing; the next document starts another."""
        self._kill()

    def interrupt(self) -> None:
        """Make the document in work fail at once; called from another thread than the one that waits for it."""
        process = self._process
        if process is not None:
            process.kill()

    def leave_to_parent(self) -> None:
        """Forget, in a forked child, a process whose answers belong to the parent."""
        process, self._process = self._process, None
        self._lock = threading.Lock()
        if process is not None:
            _close_pipes(process)
            process.returncode = 0  # else its finaliser would wait for a process that is not this one's child

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and (self._process.poll() is not None or self._renders >= MOST_RENDERS):
            self._kill()
        if self._process is None:
            self._process = self._start()
            self._renders = 0
        self._renders += 1
        return self._process

    def _start(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(  # noqa: S603 - no argument comes from outside
            [sys.executable, "-m", "eventapp.core.pdf_worker", str(self._static), str(self._address_space_bytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=PROJECT,
            env=_environment(),
            start_new_session=True,
            bufsize=0,
        )
        self._process = process
        for descriptor in _descriptors(process):
            os.set_blocking(descriptor, False)
        if _exchange(process, None, time.monotonic() + START_SECONDS) != b"ready":
            raise PdfFailed("the rendering process did not start")
        return process

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        _close_pipes(process)


_ENGINES: weakref.WeakSet[PdfEngine] = weakref.WeakSet()


@atexit.register
def _close_engines() -> None:
    for engine in list(_ENGINES):
        engine.close()


def _leave_engines_to_parent() -> None:
    for engine in list(_ENGINES):
        engine.leave_to_parent()


os.register_at_fork(after_in_child=_leave_engines_to_parent)


def _environment() -> dict[str, str]:
    """Return an environment without the application's secrets and without its clock or locale."""
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "LD_LIBRARY_PATH", "FONTCONFIG_FILE") if key in os.environ}
    return kept | {
        "PYTHONPATH": str(PROJECT),
        "PYTHONSAFEPATH": "1",
        "PYTHONHASHSEED": "0",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
    }


def _descriptors(process: subprocess.Popen[bytes]) -> tuple[int, int]:
    if process.stdin is None or process.stdout is None:
        raise PdfFailed("the rendering process has no pipes")
    return process.stdin.fileno(), process.stdout.fileno()


def _close_pipes(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()


def _exchange(
    process: subprocess.Popen[bytes], request: bytes | None, deadline: float, on_page: OnPage | None = None
) -> bytes:
    """Send a frame, unless there is none, and return the frame that answers; neither side can block the other.

    Frames before it that number a page go to `on_page`.
    """
    sink, source = _descriptors(process)
    outgoing = memoryview(b"" if request is None else _LENGTH.pack(len(request)) + request)
    incoming = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(source, selectors.EVENT_READ)
        if outgoing:
            selector.register(sink, selectors.EVENT_WRITE)
        while True:
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                raise PdfFailed("the document took too long")
            for key, _events in selector.select(remaining):
                if key.fd == sink:
                    outgoing = outgoing[_write(sink, outgoing) :]
                    if not outgoing:
                        selector.unregister(sink)
                    continue
                chunk = os.read(source, 1 << 20)
                if not chunk:
                    raise PdfFailed("the rendering process ended before it answered")
                incoming += chunk
            while len(incoming) >= _LENGTH.size:
                (length,) = _LENGTH.unpack_from(incoming)
                if length > MOST_REPLY_BYTES:
                    raise PdfFailed("the PDF is too large")
                end = _LENGTH.size + length
                if len(incoming) < end:
                    break
                frame = bytes(incoming[_LENGTH.size : end])
                if not frame.startswith(_PAGES):
                    return frame
                del incoming[:end]
                if on_page is not None:
                    on_page(int(frame[1:]))


def _write(sink: int, data: memoryview) -> int:
    try:
        return os.write(sink, data[: 1 << 16])
    except BrokenPipeError as error:
        raise PdfFailed("the rendering process ended before it read the document") from error
