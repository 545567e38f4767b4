"""Ready-made public pages, one an address; whoever asks compares the public version, so none is ever stale."""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

MAX_BYTES = 24 * 1024 * 1024
MOST_FACTS = 5_000
_WORTH_COMPRESSING = 0.9  # documents and pictures are compressed already

Headers = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Encoded:
    """The bytes of an answer in one encoding, with all its headers."""

    body: bytes
    headers: list[tuple[str, str]]


@dataclass(frozen=True)
class CachedPage:
    """An answer as it goes over the wire, and what it holds true for."""

    slug: str | None  # of the event it is about; None for a page about all events
    version: int | None  # what the public could see then
    minute: datetime | None  # that the demo's strip shows
    fresh_until: datetime
    etag: str
    plain: Encoded
    compressed: Encoded | None
    unchanged: list[tuple[str, str]]  # the headers of 304

    @property
    def size(self) -> int:
        """Return the bytes held."""
        return len(self.plain.body) + (len(self.compressed.body) if self.compressed else 0)


def page_of(
    body: bytes,
    headers: Headers,
    *,
    slug: str | None,
    version: int | None,
    minute: datetime | None,
    fresh_until: datetime,
) -> CachedPage:
    """Return the page with its compressed twin and an ETag made from its bytes; `headers` are those of the answer."""
    own = {"etag", "cache-control", "vary", "content-length", "content-encoding"}
    etag = hashlib.sha256(body).hexdigest()[:32]
    common = [(name, value) for name, value in headers if name.lower() not in own]
    common += [("ETag", f'"{etag}"'), ("Cache-Control", "public, no-cache"), ("Vary", "Accept-Encoding")]
    smaller = gzip.compress(body, 6, mtime=0)
    compressed = None
    if len(smaller) < _WORTH_COMPRESSING * len(body):
        compressed = Encoded(smaller, [*common, ("Content-Encoding", "gzip"), ("Content-Length", str(len(smaller)))])
    return CachedPage(
        slug=slug,
        version=version,
        minute=minute,
        fresh_until=fresh_until,
        etag=etag,
        plain=Encoded(body, [*common, ("Content-Length", str(len(body)))]),
        compressed=compressed,
        unchanged=[(name, value) for name, value in common if not name.lower().startswith("content-type")],
    )


class PageCache:
    """The pages most lately asked for, within a bound of memory; one per process."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._pages: OrderedDict[tuple[str, ...], CachedPage] = OrderedDict()
        self._facts: dict[tuple[str, int, int], bool] = {}
        self._bytes = 0
        self._max_bytes = max_bytes
        self._lock = threading.Lock()

    def get(self, address: tuple[str, ...], now: datetime) -> CachedPage | None:
        """Return the page of the address, unless it is not held or has grown old."""
        with self._lock:
            page = self._pages.get(address)
            if page is None or page.fresh_until <= now:
                return None
            self._pages.move_to_end(address)
            return page

    def put(self, address: tuple[str, ...], page: CachedPage) -> None:
        """Hold the page in place of an earlier one and let go of the oldest beyond the bound."""
        if page.size > self._max_bytes // 4:
            return
        with self._lock:
            old = self._pages.pop(address, None)
            self._bytes += page.size - (old.size if old else 0)
            self._pages[address] = page
            while self._bytes > self._max_bytes:
                _, dropped = self._pages.popitem(last=False)
                self._bytes -= dropped.size

    def known(self, fact: tuple[str, int, int], find: Callable[[], bool]) -> bool:
        """Return a fact that holds for `(its name, an event's id, its public version)`, found out once."""
        known = self._facts.get(fact)
        if known is None:
            if len(self._facts) >= MOST_FACTS:
                self._facts.clear()
            known = self._facts[fact] = find()
        return known

    def clear(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._pages.clear()
            self._facts.clear()
            self._bytes = 0
