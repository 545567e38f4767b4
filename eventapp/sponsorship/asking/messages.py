"""The mails about what the participant does with a request, in their language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from eventapp.core.context import Context
from eventapp.core.wall_time import to_wall
from eventapp.mail.drafts import Draft
from eventapp.sponsorship import queries
from eventapp.sponsorship.deciding.messages import about
from eventapp.sponsorship.drafts import to_person
from eventapp.sponsorship.models import SponsorshipRequest


def request_received(ctx: Context, request: SponsorshipRequest) -> Draft:
    """Say that the request arrived, what happens next and by when, and until when it can be changed."""
    return _draft(
        ctx,
        request,
        "request_received",
        lambda title: _("We have received your request for support: %(event)s", event=title),
        closes_at=queries.closes_at(request.fund),
    )


def request_withdrawn(
    ctx: Context, request: SponsorshipRequest, *, promised: bool, with_registration: bool = False
) -> Draft:
    """Confirm that a request was withdrawn, by the person or because they do not come in person.

    Whoever was promised something is told not to spend any more.
    """
    return _draft(
        ctx,
        request,
        "request_withdrawn",
        lambda title: _("Your request for support is withdrawn: %(event)s", event=title),
        promised=promised,
        with_registration=with_registration,
    )


def _draft(
    ctx: Context, request: SponsorshipRequest, message: str, subject: Callable[[str], str], **values: Any
) -> Draft:
    common = {"decisions_by": request.fund.decisions_by, "today": to_wall(ctx.now, request.event.timezone).date()}
    return to_person(request, message, subject, about=about(request), values=lambda _language: {**common, **values})
