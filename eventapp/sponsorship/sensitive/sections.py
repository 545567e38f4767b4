"""What was asked for of passport and bank data, as a part of the participant's own page; never what it says."""

from __future__ import annotations

from datetime import date, timedelta

from eventapp.core.context import Context
from eventapp.core.wall_time import to_wall
from eventapp.registrations.personal_data.rules import ends_at
from eventapp.sponsorship.models import SponsorshipRequest
from eventapp.sponsorship.sections import Section
from eventapp.sponsorship.sensitive import queries
from eventapp.sponsorship.sensitive.models import SensitiveRecord
from eventapp.sponsorship.sensitive.service import days_kept


def mine(ctx: Context, request: SponsorshipRequest) -> Section | None:
    """Return what the person was asked for and whether they gave it."""
    records = queries.list_asked(ctx, request)
    if not records:
        return None
    rows = [(record, kept_until(record)) for record in records]
    return Section("sponsorship/my/_data.html", {"rows": rows, "timezone": request.event.timezone})


def kept_until(record: SensitiveRecord) -> date:
    """Return the last day, at the event's place, on which the record is kept."""
    event = record.request.event
    end = ends_at(event.ends_on, event.timezone) + timedelta(days=days_kept(record), seconds=-1)
    return to_wall(end, event.timezone).date()
