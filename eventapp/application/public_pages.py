"""Public pages from the cache: one small query, then bytes that lie ready."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Response, current_app, g, request
from sqlalchemy import bindparam, select

from eventapp.core.database import db
from eventapp.core.page_cache import CachedPage, PageCache, page_of
from eventapp.core.unit_of_work import clock
from eventapp.events.models import Event
from eventapp.events.states import PUBLIC_STATES

MAX_AGE = timedelta(seconds=60)  # what depends on the clock, such as an open registration, may lag by this much
_KEPT_HEADERS = ("Content-Disposition", "X-Robots-Tag", "Content-Language")
_VERSION = select(Event.public_version).where(Event.slug == bindparam("slug"), Event.state.in_(PUBLIC_STATES))


def cached_answer(values: dict[str, Any]) -> Response | None:
    """Return the ready-made page of this address, or None when it has to be made."""
    now = clock().now()
    with db.engine.connect() as connection:
        version = connection.execute(_VERSION, {"slug": values.get("event", "")}).scalar()
    if version is None and "event" in values:
        return None
    key = (request.path, request.query_string, version, _story_minute(now))
    page = _cache().get(key, now)
    if page is None:
        g.cache_key = key
        g.cache_now = now
        return None
    return answer_with(page)


def keep(response: Response) -> Response:
    """Put a freshly made cacheable answer into the cache and answer from there."""
    key = g.pop("cache_key", None)
    if key is None or response.status_code != 200 or response.direct_passthrough:
        return response
    headers = tuple((name, response.headers[name]) for name in _KEPT_HEADERS if name in response.headers)
    page = page_of(response.get_data(), response.headers["Content-Type"], g.cache_now + MAX_AGE, headers)
    _cache().put(key, page)
    return answer_with(page)


def answer_with(page: CachedPage) -> Response:
    """Return the page in the encoding the browser takes, or 304 when it holds these very bytes."""
    headers = {
        "ETag": f'"{page.etag}"',
        "Cache-Control": "public, no-cache",
        "Vary": "Accept-Encoding",
        **dict(page.headers),
    }
    if request.if_none_match.contains_weak(page.etag):
        return Response(status=304, headers=headers)
    if request.accept_encodings["gzip"] > 0:
        headers["Content-Encoding"] = "gzip"
        body = page.compressed
    else:
        body = page.body
    return Response(body, headers=headers, content_type=page.media_type)


def _cache() -> PageCache:
    cache: PageCache = current_app.extensions["page_cache"]
    return cache


def _story_minute(now: datetime) -> datetime | None:
    """Return the minute that the demo's strip shows on every page; production pages show no clock."""
    return now.replace(second=0, microsecond=0) if current_app.config["DEMO"] else None
