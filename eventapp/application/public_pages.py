"""Public pages that lie ready: one small query, then bytes, before Flask opens a session or a template.

A page is made by its view, through every check that Flask and the house make. `keep` holds the finished answer
with all its headers, and `PublicPages.ready` gives it out again, to requests that name one of our hosts, as long
as the event is public and its public version is the one that the page was made from.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flask import Response, current_app, g, request
from sqlalchemy import Engine, bindparam, create_engine, func, select
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header, parse_etags

from eventapp.core.clock import Clock
from eventapp.core.page_cache import CachedPage, PageCache, page_of
from eventapp.events.models import Event
from eventapp.events.states import PUBLIC_STATES

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

MINUTE = timedelta(minutes=1)  # what depends on the clock changes at full minutes, and no page outlives its own
_READS = frozenset({"GET", "HEAD"})
_VERSION = select(Event.public_version).where(Event.slug == bindparam("slug"), Event.state.in_(PUBLIC_STATES))
# Of a page about all events: a number that any published, changed or hidden event changes.
_VERSION_OF_ALL = select(func.sum(Event.id * 1_000_003 + Event.public_version)).where(Event.state.in_(PUBLIC_STATES))

Ready = tuple[str, list[tuple[str, str]], bytes]


@dataclass(frozen=True)
class Expected:
    """What a page that is being made will hold true for."""

    address: tuple[str, ...]
    slug: str | None
    version: int | None
    now: datetime


class PublicPages:
    """The ready-made pages of this process and the one query that tells whether they still hold."""

    def __init__(
        self, engine: Engine, cache: PageCache, clock: Callable[[], Clock], hosts: Collection[str], *, shows_clock: bool
    ) -> None:
        """Give out pages to requests for these hosts; `shows_clock` when pages show the minute, as in the demo."""
        self._cache = cache
        self._clock = clock
        self._hosts = frozenset(host.lower() for host in hosts)
        self._shows_clock = shows_clock
        # Its own connections, because a single read needs no transaction: no BEGIN, no ROLLBACK.
        self._engine = create_engine(
            engine.url, isolation_level="AUTOCOMMIT", pool_reset_on_return=None, pool_size=4, max_overflow=10
        )

    def ready(self, environ: WSGIEnvironment) -> Ready | None:
        """Return status, headers and body of the ready-made page, or None when a view has to answer."""
        if environ["REQUEST_METHOD"] not in _READS or environ.get("HTTP_HOST", "").lower() not in self._hosts:
            return None
        now = self._clock().now()
        page = self._cache.get(address_of(environ), now)
        if page is None or page.minute != self._minute(now):
            return None
        try:
            if page.version != self._version_of(page.slug):
                return None
        except SQLAlchemyError:
            return None  # the view finds the database again, or says that it is gone
        return _answer(page, environ)

    def expect(self, environ: WSGIEnvironment, slug: str | None) -> Expected | None:
        """Return what the page that is about to be made will hold true for; None for an event that is not public."""
        version = self._version_of(slug)
        if slug is not None and version is None:
            return None
        return Expected(address_of(environ), slug, version, self._clock().now())

    def hold(self, expected: Expected, response: Response) -> Ready:
        """Hold a finished answer and give it out as every later one will be."""
        page = page_of(
            response.get_data(),
            response.headers.to_wsgi_list(),
            slug=expected.slug,
            version=expected.version,
            minute=self._minute(expected.now),
            fresh_until=_full_minute(expected.now) + MINUTE,
        )
        self._cache.put(expected.address, page)
        return _answer(page, request.environ)

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()

    def _version_of(self, slug: str | None) -> int | None:
        """Return the public version of an event, None unless it is public, or without a slug that of all events."""
        with self._engine.connect() as connection:
            query, values = (_VERSION_OF_ALL, {}) if slug is None else (_VERSION, {"slug": slug})
            version = connection.execute(query, values).scalar()
            return int(version) if version is not None else None

    def _minute(self, now: datetime) -> datetime | None:
        return _full_minute(now) if self._shows_clock else None


def _full_minute(instant: datetime) -> datetime:
    return instant.replace(second=0, microsecond=0)


def address_of(environ: WSGIEnvironment) -> tuple[str, ...]:
    """Return what a public page is found by: the mount point, the path and the query as they were sent."""
    return environ.get("SCRIPT_NAME", ""), environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")


def expect(values: dict[str, Any]) -> None:
    """Note, before the view of a cacheable page runs, what the page will hold true for."""
    if request.method not in _READS:
        return
    expected = _pages().expect(request.environ, values.get("event"))
    if expected is not None:
        g.expected_page = expected


def being_made() -> bool:
    """Tell whether the page being rendered is one that everybody will be given."""
    return "expected_page" in g


def keep(response: Response) -> Response:
    """Hold a freshly made cacheable answer, its security headers included, and answer with it."""
    expected = g.pop("expected_page", None)
    if (
        expected is None
        or response.status_code != 200
        or response.direct_passthrough
        or "Set-Cookie" in response.headers
    ):
        return response
    status, headers, body = _pages().hold(expected, response)
    return Response(body, status=status, headers=headers)


def _answer(page: CachedPage, environ: WSGIEnvironment) -> Ready:
    """Return the page in the encoding the browser takes, or 304 when it holds these very bytes."""
    held = environ.get("HTTP_IF_NONE_MATCH")
    if held and parse_etags(held).contains_weak(page.etag):
        return "304 NOT MODIFIED", page.unchanged.copy(), b""
    encoded = (
        page.compressed if page.compressed and _takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")) else page.plain
    )
    return "200 OK", encoded.headers.copy(), b"" if environ["REQUEST_METHOD"] == "HEAD" else encoded.body


@lru_cache(maxsize=128)
def _takes_gzip(accepted: str) -> bool:
    return bool(parse_accept_header(accepted, Accept)["gzip"] > 0)


def _pages() -> PublicPages:
    pages: PublicPages = current_app.extensions["public_pages"]
    return pages
