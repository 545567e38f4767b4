"""Many people who send their registration at the same time, each once."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlencode

from tests.load.servers import Server

CLIENTS = 50


@dataclass(frozen=True)
class Sent:
    """What came of it."""

    answers: Mapping[int, int]
    seconds: float
    latencies: Sequence[float]

    @property
    def per_second(self) -> float:
        """Return how many registrations were made each second."""
        return self.answers.get(303, 0) / self.seconds

    def percentile(self, share: float) -> float:
        """Return the milliseconds within which this share of the answers came."""
        ordered = sorted(self.latencies)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def send_all(server: Server, path: str, cookies: Sequence[Mapping[str, str]], csrf_token: str) -> Sent:
    """Send the last page of every prepared form, fifty at a time."""
    body = urlencode({"csrf_token": csrf_token}).encode()
    kind = {"Content-Type": "application/x-www-form-urlencoded"}

    def one(cookie: Mapping[str, str]) -> tuple[int, float]:
        began = time.perf_counter()
        status = server.send("POST", path, body, {**kind, **cookie})[0]
        return status, time.perf_counter() - began

    began = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        results = list(pool.map(one, cookies))
    seconds = time.perf_counter() - began
    return Sent(Counter(status for status, _latency in results), seconds, [latency for _status, latency in results])
