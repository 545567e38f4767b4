"""Files that go with notices: the changed session's entry for the calendar, or what takes it out again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eventapp.agenda import calendar, queries
from eventapp.core.context import Context
from eventapp.events.models import Event
from eventapp.mail.hooks import Attachment


def changed_session(ctx: Context, arguments: Mapping[str, Any], *, base_url: str) -> Attachment | None:
    """Return the entry of a session, as it is released now, for the one person that the mail goes to.

    `arguments` are `event_id`, `session_id`, `name`, `email`, `revision` and `cancelled`; None when it is gone.
    """
    event = ctx.session.get(Event, arguments["event_id"])
    release = queries.latest_release(ctx, event) if event else None
    session = release.snapshot.find_session(arguments["session_id"]) if release else None
    if event is None or release is None or session is None:
        return None
    cancelled = arguments["cancelled"] or session.cancelled
    content = calendar.session_invitation(
        release.snapshot,
        session,
        ctx.language,
        attendee=calendar.Attendee(arguments["name"], arguments["email"]),
        revision=release.mailed_revision(arguments["revision"]),
        stamp=release.released_at,
        url=f"{base_url}/{ctx.language}/{event.slug}/sessions/{session.id}",
        cancelled=cancelled,
    )
    method = "CANCEL" if cancelled else "REQUEST"
    return Attachment(f"session-{session.id}.ics", f"text/calendar; method={method}; charset=utf-8", content)
