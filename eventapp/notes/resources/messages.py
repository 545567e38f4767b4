"""The mail that tells who proposed a resource what became of it."""

from __future__ import annotations

from flask_babel import gettext as _

from eventapp.events.models import Event
from eventapp.mail.drafts import Draft
from eventapp.notes.drafts import to_participant
from eventapp.notes.resources.models import Resource
from eventapp.notes.resources.states import ResourceState
from eventapp.registrations.models import Registration


def about(resource: Resource) -> str:
    """Return the name under which an unsent mail is called back."""
    return f"resource:{resource.id}"


def resource_decided(event: Event, registration: Registration, resource: Resource) -> Draft:
    """Tell somebody that their resource is in the public list, or why it is not."""
    published = resource.state is ResourceState.PUBLISHED

    def subject(title: str) -> str:
        if published:
            return str(_("%(event)s: your resource is published", event=title))
        return str(_("%(event)s: about the resource you shared", event=title))

    return to_participant(
        event,
        registration,
        "resource_decided",
        subject,
        lambda _language: {"title": resource.title, "reason": resource.reason, "published": published},
        about=about(resource),
    )
