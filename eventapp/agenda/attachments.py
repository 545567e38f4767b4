"""Files that go with mails about a participation: its calendar entry, and the agenda as a document."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from jinja2 import Environment

from eventapp.agenda import calendar, queries
from eventapp.agenda.document import programme
from eventapp.core.context import Context
from eventapp.core.documents import Documents
from eventapp.core.languages import interface_language
from eventapp.events.models import Event
from eventapp.events.states import InstitutionKind
from eventapp.mail.hooks import Attachment
from eventapp.registrations.models import Registration

_UIDS = uuid.UUID("2f0c6b0e-8a53-4c8e-9a0b-6f5a3f1d7c41")  # fixed for ever: UIDs of mailed entries grow from it


def confirmation_calendar(ctx: Context, arguments: Mapping[str, Any], *, base_url: str) -> Attachment | None:
    """Return the entry that puts the days of the event into the participant's calendar.

    `arguments` are `registration_id` and `sequence`; None when the registration is gone.
    """
    found = _participation(ctx, arguments, base_url)
    if found is None:
        return None
    return Attachment(
        "invitation.ics", "text/calendar; method=REQUEST; charset=utf-8", calendar.confirmation(found, ctx.language)
    )


def cancellation_calendar(ctx: Context, arguments: Mapping[str, Any], *, base_url: str) -> Attachment | None:
    """Return what takes that entry out again; the same arguments, a higher `sequence`."""
    found = _participation(ctx, arguments, base_url)
    if found is None:
        return None
    return Attachment(
        "cancellation.ics", "text/calendar; method=CANCEL; charset=utf-8", calendar.cancellation(found, ctx.language)
    )


def programme_pdf(
    ctx: Context, arguments: Mapping[str, Any], *, templates: Environment, documents: Documents
) -> Attachment | None:
    """Return the released agenda as PDF, or None when nothing is released; ends the context's read transaction.

    `arguments` are `event_id` and `language`, which is also the current locale.
    """
    event = ctx.session.get(Event, arguments["event_id"])
    release = queries.latest_release(ctx, event) if event else None
    if event is None or release is None:
        return None
    wanted = arguments["language"]
    language = interface_language(wanted)
    made = programme(templates, release, language, slug=event.slug, logos=queries.list_logos(ctx, event))
    ctx.session.rollback()  # no transaction stays open while the document is made
    return Attachment(made.filename, "application/pdf", made.pdf(documents))


def _participation(ctx: Context, arguments: Mapping[str, Any], base_url: str) -> calendar.Participation | None:
    registration = ctx.session.get(Registration, arguments["registration_id"])
    if registration is None:
        return None
    event = registration.event
    return calendar.Participation(
        uid=str(uuid.uuid5(_UIDS, f"{registration.invitation.created_at.isoformat()}/{registration.id}")),
        sequence=arguments["sequence"],
        stamp=registration.decided_at or registration.submitted_at,
        name=registration.name,
        email=registration.email,
        title=event.title,
        place=event.place,
        venue=event.venue,
        hosts=tuple(each.name for each in event.institutions if each.kind is InstitutionKind.ORGANISER),
        contact_email=event.contact_email,
        starts_on=event.starts_on,
        ends_on=event.ends_on,
        url=f"{base_url}/{ctx.language}/{event.slug}/",
    )
