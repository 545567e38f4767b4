"""Commands on resources: propose, look at, publish with a thought for names, withdraw."""

from __future__ import annotations

import secrets
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from eventapp.core import audit
from eventapp.core.context import ActorKind, Context
from eventapp.core.errors import DomainError
from eventapp.core.text import clean_line, clean_text
from eventapp.core.uploads import MediaType, UploadRefused, check_image, sniff
from eventapp.events.models import Event
from eventapp.mail import service as mail
from eventapp.notes.attribution import properties
from eventapp.notes.attribution import service as attribution
from eventapp.notes.attribution.findings import NamesFound
from eventapp.notes.resources import messages, queries, rules
from eventapp.notes.resources.models import Resource
from eventapp.notes.resources.states import RESOURCES, ResourceAction, ResourceState
from eventapp.notes.resources.values import Proposer, ResourceValues
from eventapp.registrations.models import Registration

_PICTURES = frozenset({MediaType.PNG, MediaType.JPEG, MediaType.WEBP, MediaType.GIF})


def add(
    ctx: Context, event: Event, by: Proposer, values: ResourceValues, *, key: str, is_file: bool = False
) -> Resource:
    """Propose a link or a file; the same form sent twice is one resource. Raises `DomainError` that names the field."""
    _lock(ctx, event)
    there = ctx.session.scalar(select(Resource).where(Resource.event_id == event.id, Resource.key == key))
    if there is not None and (there.registration_id, there.account_id) == (by.registration_id, by.account_id):
        return there
    if not rules.is_key(key) or there is not None:
        raise DomainError(_("Send it once more."))
    if by.registration_id is not None and queries.count_own(ctx, by.registration_id) >= rules.MOST_OF_ONE:
        raise DomainError(_("You have shared %(count)d resources. Withdraw one first.", count=rules.MOST_OF_ONE))
    columns = _words(event, values) | (_file(values) if is_file else _link(ctx, event, values.url))
    resource = Resource(
        event_id=event.id,
        key=key,
        registration_id=by.registration_id,
        account_id=by.account_id,
        state=ResourceState.PROPOSED,
        created_at=ctx.now,
        **columns,
    )
    ctx.session.add(resource)
    audit.record(ctx, resource, "add")
    return resource


def adopt(ctx: Context, event: Event, entry_id: int, *, account_id: int | None) -> Resource:
    """Take over a resource that a rapporteur noted; a second time it is the same. Raises `NotFound`, `DomainError`."""
    _lock(ctx, event)
    there = ctx.session.scalar(select(Resource).where(Resource.event_id == event.id, Resource.entry_id == entry_id))
    if there is not None:
        return there
    entry = queries.get_noted(ctx, event, entry_id)
    title, text, url = rules.from_note(entry.text)
    resource = Resource(
        event_id=event.id,
        key=f"entry-{entry.id}",
        entry_id=entry.id,
        account_id=account_id,
        state=ResourceState.PROPOSED,
        title=title,
        text=text,
        language=entry.note.language,
        created_at=ctx.now,
        **(_link(ctx, event, url) if url else {}),
    )
    ctx.session.add(resource)
    audit.record(ctx, resource, "adopt")
    return resource


def edit(ctx: Context, event: Event, resource_id: int, values: ResourceValues) -> list[str]:
    """Change what is said of a resource, and where a link leads; return the fields that changed."""
    _lock(ctx, event)
    resource = queries.get(ctx, event, resource_id)
    columns = _words(event, values)
    if resource.name is None and (values.url or resource.url):
        columns |= _link(ctx, event, values.url, resource)
    changed = audit.changed_fields(resource, columns)
    if changed:
        if resource.state is ResourceState.PUBLISHED:
            _refuse_names(ctx, event, resource)
            event.public_version += 1
        audit.record(ctx, resource, "edit", {"fields": changed})
    return changed


def publish(ctx: Context, event: Event, resource_id: int) -> Resource:
    """Put a resource on the public list. Raises `NamesFound` for names that nobody has let stand."""
    _lock(ctx, event)
    resource = queries.get(ctx, event, resource_id)
    RESOURCES.target(resource.state, ResourceAction.PUBLISH)
    if not resource.url and resource.name is None:
        raise DomainError(_("Add the link first: readers need somewhere to go."), field="url")
    _refuse_names(ctx, event, resource)
    _decide(ctx, event, resource, ResourceAction.PUBLISH)
    _tell(ctx, event, resource)
    return resource


def decline(ctx: Context, event: Event, resource_id: int, reason: str) -> Resource:
    """Decline a resource, or take it off the list again, with the reason for who proposed it. Raises `DomainError`."""
    _lock(ctx, event)
    resource = queries.get(ctx, event, resource_id)
    words = clean_text(reason)
    if not words:
        raise DomainError(_("Say why: the person who proposed it reads this."), field="reason")
    if len(words) > rules.LONGEST_TEXT:
        raise DomainError(_("Use at most %(max)d characters.", max=rules.LONGEST_TEXT), field="reason")
    _decide(ctx, event, resource, ResourceAction.DECLINE)
    resource.reason = words
    _tell(ctx, event, resource)
    return resource


def reopen(ctx: Context, event: Event, resource_id: int) -> Resource:
    """Look again at a resource that was declined."""
    _lock(ctx, event)
    resource = queries.get(ctx, event, resource_id)
    if resource.url:
        _refuse_twin(ctx, event, resource.url, resource)
    resource.reason = ""
    return _decide(ctx, event, resource, ResourceAction.REOPEN)


def let_name_stand(ctx: Context, event: Event, resource_id: int, name_hash: str, reason: str) -> None:
    """Let a name stand in a resource in spite of the rule, with the reason. Raises `DomainError`, `NotFound`."""
    resource = queries.get(ctx, event, resource_id)
    findings = queries.names_in(ctx, event, resource)
    subject = queries.subject_of(resource)
    attribution.let_stand(ctx, resource, event.id, subject, findings, name_hash, reason)


def withdraw(ctx: Context, event: Event, registration_id: int, resource_id: int) -> Resource:
    """Take one's own resource back: off the list at once, and the file deleted. Raises `NotFound`."""
    _lock(ctx, event)
    resource = queries.get_own(ctx, event, registration_id, resource_id)
    if resource.state is ResourceState.WITHDRAWN:
        return resource
    _decide(ctx, event, resource, ResourceAction.WITHDRAW)
    resource.data, resource.properties = None, {}
    return resource


def _decide(ctx: Context, event: Event, resource: Resource, action: ResourceAction) -> Resource:
    was_public = resource.state is ResourceState.PUBLISHED
    RESOURCES.move(ctx, resource, action)
    mail.cancel_pending(ctx, messages.about(resource))  # of a decision that no longer holds
    resource.decided_at = ctx.now
    resource.decided_by_id = ctx.actor.id if ctx.actor.kind is ActorKind.STAFF else None
    if was_public or resource.state is ResourceState.PUBLISHED:
        event.public_version += 1
    return resource


def _tell(ctx: Context, event: Event, resource: Resource) -> None:
    """Write to the participant who proposed it; what the team or a note brought has nobody waiting."""
    if resource.registration_id is not None:
        registration = ctx.session.get_one(Registration, resource.registration_id)
        mail.enqueue(ctx, messages.resource_decided(event, registration, resource))


def _refuse_names(ctx: Context, event: Event, resource: Resource) -> None:
    found = queries.names_in(ctx, event, resource)
    if found.open:
        raise NamesFound(found)


def _lock(ctx: Context, event: Event) -> None:
    """Let changes of an event's resources wait for each other, so that no link is there twice."""
    ctx.session.execute(select(Event.id).where(Event.id == event.id).with_for_update())
    ctx.session.refresh(event, ["public_version"])


def _words(event: Event, values: ResourceValues) -> dict[str, Any]:
    title, text = clean_line(values.title[:5_000]), clean_text(values.text[:20_000])
    if not title:
        raise DomainError(_("Give it a title."), field="title")
    for field, words, most in (("title", title, rules.LONGEST_TITLE), ("text", text, rules.LONGEST_TEXT)):
        if len(words) > most:
            raise DomainError(_("Use at most %(max)d characters.", max=most), field=field)
    if values.theme_id is not None and values.theme_id not in {each.id for each in event.themes}:
        raise DomainError(_("Choose a theme of the event."), field="theme_id")
    return {
        "title": title,
        "text": text,
        "theme_id": values.theme_id,
        "country": values.country,
        "language": values.language,
    }


def _link(ctx: Context, event: Event, url: str, own: Resource | None = None) -> dict[str, Any]:
    if not rules.is_link(url):
        raise DomainError(
            _("Write a whole address that begins with https:// or http://, without a password in it."), field="url"
        )
    _refuse_twin(ctx, event, url, own)
    return {"url": rules.address_of(url)}


def _refuse_twin(ctx: Context, event: Event, url: str, own: Resource | None) -> None:
    for resource_id, other, state in queries.addresses_of(ctx, event):
        if rules.same_place(other) != rules.same_place(url) or (own is not None and own.id == resource_id):
            continue
        if state is ResourceState.PUBLISHED:
            raise DomainError(_("This link is in the list already."), field="url")
        raise DomainError(_("Somebody has proposed this link already; the team is looking at it."), field="url")


def _file(values: ResourceValues) -> dict[str, Any]:
    if not values.data:
        raise DomainError(_("Choose a file."), field="file")
    if len(values.data) > rules.MOST_BYTES:
        megabytes = rules.MOST_BYTES // 1_000_000
        raise DomainError(
            _("Choose a file of at most %(megabytes)d MB, or add a link to where it is.", megabytes=megabytes),
            field="file",
        )
    media_type, data = sniff(values.data, rules.SUFFIX), values.data
    if media_type is None:
        raise DomainError(
            _("Choose a PDF, a picture, or a document of Office or LibreOffice without macros."), field="file"
        )
    if media_type in _PICTURES:
        try:
            picture = check_image(data, rules.MOST_BYTES, rules.MOST_PIXELS)
        except UploadRefused:
            raise DomainError(_("This picture cannot be opened. Choose another."), field="file") from None
        media_type, data = picture.media_type, picture.data
    return {
        "name": secrets.token_urlsafe(24),
        "filename": rules.name_of(values.filename, media_type),
        "media_type": media_type.value,
        "size": len(data),
        "properties": properties.read(data),
        "data": data,
    }
