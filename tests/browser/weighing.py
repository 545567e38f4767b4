"""What a page weighs on the wire, counted by the browser itself."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page

FIRST_BYTES, FIRST_REQUESTS, FIRST_SCRIPT_BYTES = 60 * 1024, 8, 12 * 1024
AGAIN_BYTES = 15 * 1024
QUIET_SECONDS = 0.08
PATIENCE_SECONDS = 5


@dataclass
class Load:
    """What went over the wire for one page."""

    addresses: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    bytes_of: dict[str, int] = field(default_factory=dict)
    cached: set[str] = field(default_factory=set)
    done: set[str] = field(default_factory=set)

    @property
    def requests(self) -> list[str]:
        return [number for number in self.addresses if number not in self.cached]

    @property
    def size(self) -> int:
        return sum(self.bytes_of.get(number, 0) for number in self.requests)

    @property
    def script_size(self) -> int:
        return sum(self.bytes_of.get(number, 0) for number in self.requests if self.kinds.get(number) == "Script")

    def foreign(self, origin: str) -> list[str]:
        """Addresses of other origins."""
        return [
            address
            for address in self.addresses.values()
            if not address.startswith((f"{origin}/", "data:")) and urlsplit(address).scheme != "about"
        ]


class Scales:
    """The browser's own count of what a page takes from the network."""

    def __init__(self, page: Page) -> None:
        self.page, self.load, self._last_told = page, Load(), time.monotonic()
        self._session = page.context.new_cdp_session(page)
        self._session.send("Network.enable")
        self._session.on("Network.requestWillBeSent", self._asked)
        self._session.on("Network.responseReceived", self._answered)
        self._session.on("Network.requestServedFromCache", self._remembered)
        self._session.on("Network.loadingFinished", self._finished)
        self._session.on("Network.loadingFailed", self._failed)

    def forget(self) -> None:
        """Empty the browser's cache, as if nobody had been here before."""
        self._session.send("Network.clearBrowserCache")

    def put_on(self, address: str) -> None:
        """Open the address; what it takes is counted from now on."""
        self.load = Load()
        answer = self.page.goto(address)
        assert answer is not None and answer.status < 500, address

    def weigh(self, address: str) -> Load:
        """Open the address and return what it took."""
        self.put_on(address)
        return self.read()

    def read(self) -> Load:
        """Return what was taken, once the network is quiet: what scripts fetch after the page is there counts too."""
        load, patient_until = self.load, time.monotonic() + PATIENCE_SECONDS
        while (now := time.monotonic()) < patient_until and (
            now < self._last_told + QUIET_SECONDS or not load.addresses.keys() <= load.done
        ):
            self.page.wait_for_timeout(max(self._last_told + QUIET_SECONDS - now, 0.01) * 1000)
        self.load = Load()
        return load

    def _asked(self, told: dict[str, Any]) -> None:
        self._last_told = time.monotonic()
        if not told["request"]["url"].startswith("data:"):
            self.load.addresses[told["requestId"]] = told["request"]["url"]

    def _remembered(self, told: dict[str, Any]) -> None:
        if told["requestId"] in self.load.addresses:  # and not a picture of the browser's own, as in a field for dates
            self.load.cached.add(told["requestId"])

    def _answered(self, told: dict[str, Any]) -> None:
        self.load.kinds[told["requestId"]] = told["type"]
        if told["response"].get("fromDiskCache"):
            self.load.cached.add(told["requestId"])

    def _finished(self, told: dict[str, Any]) -> None:
        self.load.bytes_of[told["requestId"]] = int(told["encodedDataLength"])
        self.load.done.add(told["requestId"])
        self._last_told = time.monotonic()

    def _failed(self, told: dict[str, Any]) -> None:
        self.load.done.add(told["requestId"])
        self._last_told = time.monotonic()


def excess(first: Load, again: Load | None, origin: str, icon: int = 0) -> list[str]:
    """Return what is over the budget; the icon, which Chromium without a window does not ask for, is counted in."""
    limits = [
        ("bytes", first.size + icon, FIRST_BYTES),
        ("requests", len(first.requests) + bool(icon), FIRST_REQUESTS),
        ("bytes of JavaScript", first.script_size, FIRST_SCRIPT_BYTES),
        ("bytes again", again.size if again else 0, AGAIN_BYTES),
    ]
    over = [f"{value} {name}, {limit} are allowed" for name, value, limit in limits if value > limit]
    foreign = [*first.foreign(origin), *(again.foreign(origin) if again else ())]
    return over + [f"{address} is of another origin" for address in foreign]
