"""The mails of the review: a question to the person, and a reminder to a reviewer."""

from __future__ import annotations

from flask_babel import force_locale
from flask_babel import gettext as _

from eventapp.accounts.models import Account
from eventapp.core.context import Context
from eventapp.events.models import Event
from eventapp.mail.drafts import Draft
from eventapp.sponsorship.drafts import to_person
from eventapp.sponsorship.models import SponsorshipRequest
from eventapp.sponsorship.review.queries import Workload


def about(request: SponsorshipRequest) -> str:
    """Return the name under which unsent mails of a request are called back."""
    return f"sponsorship:{request.id}"


def about_reviewer(event: Event, account: Account) -> str:
    """Return the name under which an unsent reminder to a reviewer is called back."""
    return f"sponsorship-reviewer:{event.id}:{account.id}"


def info_asked(_ctx: Context, request: SponsorshipRequest) -> Draft:
    """Put a question about the request to the person, with the day by which we wait for the answer."""
    return to_person(
        request,
        "info_asked",
        lambda title: _("A question about your request for support: %(event)s", event=title),
        about=about(request),
        values=lambda _language: {"question": request.info_question, "until": request.info_due_at},
    )


def reviewer_reminded(_ctx: Context, event: Event, workload: Workload) -> Draft:
    """Tell a reviewer how many requests wait for their score, and where."""
    account = workload.account
    with force_locale(account.language):
        return Draft(
            kind="sponsorship/reviewer_reminded",
            recipient=account.email,
            recipient_name=account.name,
            language=account.language,
            subject=_("Requests wait for your score: %(event)s", event=event.title.text(account.language))
            if workload.left
            else _(
                "Tell us where you work, so that you can review: %(event)s", event=event.title.text(account.language)
            ),
            values={
                "event": event,
                "name": account.name,
                "left": workload.left,
                "has_said_where": workload.has_said_where,
            },
            event_id=event.id,
            reply_to=event.contact_email,
            about=about_reviewer(event, account),
        )
