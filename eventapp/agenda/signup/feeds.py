"""The personal calendar feed: made, replaced and ended; its address is worked out from id and version, never stored."""

from __future__ import annotations

from flask_babel import gettext as _

from eventapp.agenda.signup import places, queries
from eventapp.agenda.signup.models import CalendarFeed
from eventapp.core import audit
from eventapp.core.context import Context
from eventapp.core.errors import DomainError
from eventapp.core.languages import LANGUAGES
from eventapp.registrations.models import Registration


def make(ctx: Context, registration: Registration, language: str) -> CalendarFeed:
    """Give the person a calendar address in the language; one that there was before opens nothing any more.

    Raises `NotConfirmed`, `NotFound` before the first release, and `DomainError` for a language we do not speak.
    """
    _require_known(language)
    places.enter(ctx, registration)
    feed = queries.feed_of(ctx, registration.id)
    if feed is None:
        feed = CalendarFeed(
            event_id=registration.event_id,
            registration=registration,
            version=1,
            language=language,
            created_at=ctx.now,
        )
        ctx.session.add(feed)
        audit.record(ctx, feed, "make")
        return feed
    feed.version += 1
    feed.language, feed.created_at, feed.revoked_at = language, ctx.now, None
    audit.record(ctx, feed, "replace")
    return feed


def speak(ctx: Context, registration: Registration, language: str) -> None:
    """Let the feed go on in another language, at the same address. Raises `NotConfirmed` and `DomainError`."""
    _require_known(language)
    places.enter(ctx, registration)
    feed = queries.feed_of(ctx, registration.id)
    if feed is not None and feed.revoked_at is None and feed.language != language:
        feed.language = language
        audit.record(ctx, feed, "edit", {"fields": ["language"]})


def end(ctx: Context, registration: Registration) -> None:
    """End the feed's address for good; a second time changes nothing."""
    feed = queries.feed_of(ctx, registration.id)
    if feed is not None and feed.revoked_at is None:
        feed.version += 1
        feed.revoked_at = ctx.now
        audit.record(ctx, feed, "end")


def _require_known(language: str) -> None:
    if language not in LANGUAGES:
        raise DomainError(_("Choose one of the languages."), field="language")
