"""The mail that tells who proposed a resource what became of it."""

from __future__ import annotations

from flask_babel import force_locale
from flask_babel import gettext as _

from eventapp.core.languages import DEFAULT_LANGUAGE, LANGUAGES
from eventapp.core.tokens import Purpose
from eventapp.events.models import Event
from eventapp.mail.drafts import PERSONAL_LINK, Draft, PersonalLinkRef
from eventapp.notes.resources.models import Resource
from eventapp.notes.resources.states import ResourceState
from eventapp.registrations.models import Registration


def about(resource: Resource) -> str:
    """Return the name under which an unsent mail is called back."""
    return f"resource:{resource.id}"


def resource_decided(event: Event, registration: Registration, resource: Resource) -> Draft:
    """Tell somebody that their resource is in the public list, or why it is not."""
    language = registration.language if registration.language in LANGUAGES else DEFAULT_LANGUAGE
    published = resource.state is ResourceState.PUBLISHED
    with force_locale(language):
        title = event.title.text(language)
        subject = (
            _("%(event)s: your resource is published", event=title)
            if published
            else _("%(event)s: about the resource you shared", event=title)
        )
    return Draft(
        kind="notes/resource_decided",
        recipient=registration.email,
        recipient_name=registration.name,
        language=language,
        subject=subject,
        values={
            "event": event,
            "name": registration.name,
            "title": resource.title,
            "reason": resource.reason,
            "published": published,
        },
        event_id=event.id,
        reply_to=event.contact_email,
        about=about(resource),
        links={PERSONAL_LINK: PersonalLinkRef(Purpose.PARTICIPATION, registration.invitation_id)},
    )
