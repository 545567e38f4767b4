"""Commands on materials. Each makes the public pages anew, for they may show it."""

from __future__ import annotations

import secrets
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from eventapp.agenda.materials import queries, rules
from eventapp.agenda.materials.models import Material
from eventapp.agenda.materials.states import MaterialKind
from eventapp.agenda.materials.values import MaterialValues
from eventapp.core import audit
from eventapp.core.context import Context
from eventapp.core.errors import DomainError
from eventapp.core.uploads import sniff
from eventapp.events.models import Event


def add(ctx: Context, event: Event, session_id: int, kind: MaterialKind, values: MaterialValues) -> Material:
    """Add a file or link at the end of a session's list. Raises `DomainError` that names the field, `NotFound`."""
    _lock(ctx, event)
    there = queries.get_session(ctx, event, session_id).materials
    if len(there) >= rules.MOST_IN_SESSION:
        raise DomainError(_("A session can have %(count)d materials. Delete one first.", count=rules.MOST_IN_SESSION))
    if kind is MaterialKind.FILE and not values.data:
        raise DomainError(_("Choose a file."), field="file")
    material = Material(
        event_id=event.id,
        session_id=session_id,
        position=max((each.position for each in there), default=0) + 1,
        kind=kind,
        created_at=ctx.now,
        **_columns(event, kind, values),
    )
    ctx.session.add(material)
    event.public_version += 1
    audit.record(ctx, material, "add")
    return material


def edit(ctx: Context, event: Event, material: Material, values: MaterialValues) -> list[str]:
    """Change a material and return the names of the fields that changed. Raises `DomainError` as `add`."""
    _lock(ctx, event)
    changed = audit.changed_fields(material, _columns(event, material.kind, values))
    if changed:
        event.public_version += 1
        hidden = {"name", "data", "media_type", "size"}  # they follow the file's name, or another file of that name
        fields = sorted({"filename" if name in hidden else name for name in changed})
        audit.record(ctx, material, "edit", {"fields": fields})
    return changed


def move(ctx: Context, event: Event, material: Material, places: int) -> None:
    """Move a material up (negative) or down the list of its session; it stops at the ends."""
    _lock(ctx, event)
    order = list(queries.list_of_session(ctx, event, material.session_id))
    here = order.index(material)
    there = min(max(here + places, 0), len(order) - 1)
    if here == there:
        return
    order.insert(there, order.pop(here))
    for position, each in enumerate(order, start=1):
        each.position = position
    event.public_version += 1
    audit.record(ctx, material, "move")


def remove(ctx: Context, event: Event, material: Material) -> None:
    """Take a material away for good."""
    _lock(ctx, event)
    audit.record(ctx, material, "delete")
    ctx.session.delete(material)
    event.public_version += 1


def _lock(ctx: Context, event: Event) -> None:
    """Let changes of an event's materials wait for each other, so that their order stays one."""
    ctx.session.execute(select(Event.id).where(Event.id == event.id).with_for_update())
    ctx.session.refresh(event, ["public_version"])


def _columns(event: Event, kind: MaterialKind, values: MaterialValues) -> dict[str, Any]:
    """Return the values as columns; the file's only where there is one."""
    if event.first_language not in values.title:
        raise DomainError(_("Give it a title in the first language of the event."), field="title")
    if values.shown_from_at and values.shown_until_at and values.shown_until_at <= values.shown_from_at:
        raise DomainError(_("It must be hidden after it is shown."), field="shown_until_at")
    columns: dict[str, Any] = {
        "title": values.title,
        "language": values.language,
        "audience": values.audience,
        "shown_from_at": values.shown_from_at,
        "shown_until_at": values.shown_until_at,
    }
    if kind is MaterialKind.LINK:
        if not rules.is_link(values.url):
            raise DomainError(_("Write a whole address that begins with https:// or http://."), field="url")
        return {**columns, "url": values.url}
    if not values.data:
        return columns
    if len(values.data) > rules.MOST_BYTES:
        raise DomainError(
            _(
                "Choose a file of at most %(megabytes)d MB, or add a link to where it is.",
                megabytes=rules.MOST_BYTES // 1_000_000,
            ),
            field="file",
        )
    media_type = sniff(values.data, rules.SUFFIX)
    if media_type is None:
        raise DomainError(
            _("Choose a PDF, a picture, or a document of Office or LibreOffice without macros."), field="file"
        )
    return {
        **columns,
        "name": secrets.token_urlsafe(24),
        "filename": rules.name_of(values.filename, media_type),
        "media_type": media_type.value,
        "size": len(values.data),
        "data": values.data,
    }
