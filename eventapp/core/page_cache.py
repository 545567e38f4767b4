"""Ready-made public pages, keyed by address and the event's public version: never stale, so never purged."""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

MAX_BYTES = 24 * 1024 * 1024


@dataclass(frozen=True)
class CachedPage:
    """An answer as it goes over the wire, in both encodings."""

    body: bytes
    compressed: bytes
    media_type: str
    etag: str
    fresh_until: datetime
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def size(self) -> int:
        """Return the bytes held."""
        return len(self.body) + len(self.compressed)


def page_of(
    body: bytes, media_type: str, fresh_until: datetime, headers: tuple[tuple[str, str], ...] = ()
) -> CachedPage:
    """Return the page with its compressed twin and an ETag made from its bytes."""
    etag = hashlib.sha256(body).hexdigest()[:32]
    return CachedPage(body, gzip.compress(body, 6, mtime=0), media_type, etag, fresh_until, headers)


class PageCache:
    """The pages most lately asked for, within a bound of memory; one per process."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._pages: OrderedDict[tuple[object, ...], CachedPage] = OrderedDict()
        self._bytes = 0
        self._max_bytes = max_bytes
        self._lock = threading.Lock()

    def get(self, key: tuple[object, ...], now: datetime) -> CachedPage | None:
        """Return the page, unless it is not held or has grown old."""
        with self._lock:
            page = self._pages.get(key)
            if page is None or page.fresh_until <= now:
                return None
            self._pages.move_to_end(key)
            return page

    def put(self, key: tuple[object, ...], page: CachedPage) -> None:
        """Hold the page and let go of the oldest ones beyond the bound."""
        if page.size > self._max_bytes // 4:
            return
        with self._lock:
            old = self._pages.pop(key, None)
            self._bytes += page.size - (old.size if old else 0)
            self._pages[key] = page
            while self._bytes > self._max_bytes:
                _, dropped = self._pages.popitem(last=False)
                self._bytes -= dropped.size

    def clear(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._pages.clear()
            self._bytes = 0
