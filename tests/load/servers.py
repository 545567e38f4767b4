"""Servers to measure, and what measures them: gunicorn, wrk, and the memory of processes."""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from eventapp.core.config import ROOT
from tests.load.served import HOST

WORKERS = 2
CLIENTS = 8
START_SECONDS = 30
FIRST_PORT = int(os.environ.get("BENCH_PORT", "5120"))


class BenchFailed(RuntimeError):
    """Something that was to be measured did not work at all."""


@dataclass(frozen=True)
class Server:
    """A running gunicorn."""

    port: int
    pid: int

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> tuple[int, Mapping[str, str], bytes]:
        """Return status, headers and body of one GET."""
        return self.send("GET", path, headers=headers)

    def send(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Return status, headers and body of the answer to one request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, {"Host": HOST, **(headers or {})})
            answer = connection.getresponse()
            return answer.status, dict(answer.headers), answer.read()
        finally:
            connection.close()

    def _workers(self) -> list[Path]:
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        return [Path(f"/proc/{pid}") for pid in children.read_text().split()] if children.exists() else []

    def processor_seconds(self) -> float | None:
        """Return the processor time that the workers have used; None where the system has no /proc."""
        stats = [(worker / "stat").read_text().rpartition(")")[2].split() for worker in self._workers()]
        ticks = sum(int(each[11]) + int(each[12]) for each in stats)
        return ticks / os.sysconf("SC_CLK_TCK") if stats else None

    def worker_megabytes(self) -> list[float]:
        """Return the resident memory of each worker; empty where the system has no /proc."""
        status = [(worker / "status").read_text() for worker in self._workers()]
        return [int(found[1]) / 1024 for text in status if (found := re.search(r"VmRSS:\s+(\d+) kB", text))]


@contextmanager
def serve(target: str, number: int, environment: Mapping[str, str], ready: str) -> Iterator[Server]:
    """Run two sync workers of the target on the loopback and stop them afterwards."""
    port = FIRST_PORT + number
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", str(WORKERS)),
            *("--worker-class", "sync", "--log-level", "warning", "--access-logfile", "/dev/null", target),
        ],
        cwd=ROOT,
        env={**os.environ, **environment},
    )
    server = Server(port, process.pid)
    try:
        _await(process, server, ready)
        yield server
    finally:
        process.terminate()
        process.wait(20)


def _await(process: subprocess.Popen[bytes], server: Server, ready: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if server.get(ready)[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise BenchFailed(f"the server on port {server.port} did not start; BENCH_PORT chooses another first port")


@dataclass(frozen=True)
class Target:
    """One address of a server that is asked for as fast as it answers."""

    name: str
    server: Server
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200

    def check(self) -> None:
        """Raise `BenchFailed` unless the address answers as it should."""
        status = self.server.get(self.path, self.headers)[0]
        if status != self.status:
            raise BenchFailed(f"{self.path} answers {status} instead of {self.status}")

    def requests_per_second(self, seconds: int) -> float:
        """Return how many requests of eight clients are answered each second; wrong answers count as failure."""
        self.check()
        headers = [
            part for name, value in {"Host": HOST, **self.headers}.items() for part in ("-H", f"{name}: {value}")
        ]
        command = ["wrk", "-t1", f"-c{CLIENTS}", f"-d{seconds}s", *headers]
        done = subprocess.run(
            [*command, f"http://127.0.0.1:{self.server.port}{self.path}"],
            capture_output=True,
            text=True,
            check=True,
            timeout=seconds + 30,
        ).stdout
        if "Non-2xx" in done:
            raise BenchFailed(f"{self.path} failed under load:\n{done}")
        found = re.search(r"Requests/sec:\s+([\d.]+)", done)
        if found is None:
            raise BenchFailed(f"wrk said nothing of {self.path}:\n{done}")
        return float(found[1])
