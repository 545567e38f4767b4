"""Files that go with mails about sessions: the session's entry for the calendar, and what takes it out again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from eventapp.agenda import calendar, queries
from eventapp.core.context import Context
from eventapp.mail.hooks import Attachment
from eventapp.registrations.models import Registration


def session_entry(ctx: Context, arguments: Mapping[str, Any], *, base_url: str) -> Attachment | None:
    """Return the entry of a session that somebody signed up for, as it is released at delivery.

    `arguments` are `registration_id`, `session_id`, `revision` and the instant `at` which it was decided. None when
    the person or the session is gone; the cancellation when the session was cancelled in the meantime.
    """
    return _attachment(ctx, arguments, base_url, cancelled=False)


def session_cancellation(ctx: Context, arguments: Mapping[str, Any], *, base_url: str) -> Attachment | None:
    """Return what takes that entry out again; the same arguments, a higher `revision`."""
    return _attachment(ctx, arguments, base_url, cancelled=True)


def _attachment(ctx: Context, arguments: Mapping[str, Any], base_url: str, *, cancelled: bool) -> Attachment | None:
    registration = ctx.session.get(Registration, arguments["registration_id"])
    release = queries.latest_release(ctx, registration.event) if registration else None
    session = release.snapshot.find_session(arguments["session_id"]) if release else None
    if registration is None or release is None or session is None:
        return None
    cancelled = cancelled or session.cancelled
    content = calendar.session_invitation(
        release.snapshot,
        session,
        ctx.language,
        attendee=calendar.Attendee(registration.name, registration.email),
        revision=release.mailed_revision(arguments["revision"]),
        stamp=datetime.fromisoformat(arguments["at"]),
        url=f"{base_url}/{ctx.language}/{registration.event.slug}/sessions/{session.id}",
        cancelled=cancelled,
    )
    name, method = ("session-cancelled.ics", "CANCEL") if cancelled else ("session.ics", "REQUEST")
    return Attachment(name, f"text/calendar; method={method}; charset=utf-8", content)
