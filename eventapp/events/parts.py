"""Commands about what belongs to an event: institutions, themes, categories, places."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any, cast

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from eventapp.core import audit, uploads
from eventapp.core.context import Context
from eventapp.core.errors import Conflict, DomainError
from eventapp.core.uploads import RefusedBecause, UploadRefused
from eventapp.events.models import Category, Event, Institution, Place, Theme
from eventapp.events.queries import P, Part
from eventapp.events.service import limits_of, lock, refuse_stale, tell_of_seats, touch
from eventapp.events.states import PUBLIC_STATES

LARGEST_LOGO = 200 * 1024
LARGEST_PICTURE = 8_000_000  # pixels
MOST_PARTS = 100


def parts_of(event: Event, model: type[Part]) -> Sequence[Part]:
    """Return the event's institutions, themes, categories or places, in order."""
    lists: Mapping[type[Part], Sequence[Part]] = {
        Institution: event.institutions,
        Theme: event.themes,
        Category: event.categories,
        Place: event.places,
    }
    return lists[model]


def add(ctx: Context, event: Event, model: type[P], values: Mapping[str, Any]) -> P:
    """Add a part at the end of its list. Raises `DomainError` naming the field that cannot be."""
    lock(ctx, event)
    kind = cast("type[Part]", model)
    existing = parts_of(event, kind)
    if len(existing) >= MOST_PARTS:
        raise DomainError(_("There can be at most %(count)d of them.", count=MOST_PARTS))
    order = _order_field(kind)
    part = model(**{**values, order: max((getattr(each, order) for each in existing), default=0) + 1})
    _append(event, part)
    _check(event, part)
    touch(ctx, event)
    audit.record(ctx, _with_event(part, event), "add")
    return part


def edit(ctx: Context, event: Event, part: Part, values: Mapping[str, Any], *, seen: int) -> list[str]:
    """Change a part and return the names of the fields that changed.

    Raises `StaleEdit` when somebody else has changed the same fields since `seen`, and `DomainError`.
    """
    lock(ctx, event)
    refuse_stale(ctx, part, values, seen)
    before = limits_of(event)
    fields = audit.changed_fields(part, values)
    _check(event, part)
    if fields:
        touch(ctx, event)
        audit.record(ctx, part, "edit", {"fields": fields})
        tell_of_seats(ctx, event, before)
    return fields


def move(ctx: Context, event: Event, part: Part, places: int) -> None:
    """Move a part up (negative) or down its list; it stops at the ends."""
    lock(ctx, event)
    order = list(parts_of(event, type(part)))
    here = order.index(part)
    there = min(max(here + places, 0), len(order) - 1)
    if here == there:
        return
    order.insert(there, order.pop(here))
    _number(ctx, event, order)
    touch(ctx, event)
    audit.record(ctx, part, "move")


def remove(ctx: Context, event: Event, part: Part) -> None:
    """Remove a part; the ones after it move up. Raises `Conflict` when something uses it."""
    lock(ctx, event)
    label, model, before = part.audit_label, type(part), limits_of(event)
    if event.state in PUBLIC_STATES and model in (Institution, Category) and len(parts_of(event, model)) == 1:
        raise Conflict(_("The event is public and needs at least one. Add another before you remove this one."))
    audit.record(ctx, part, "remove")
    try:
        with ctx.session.begin_nested():
            ctx.session.delete(part)
            ctx.session.flush()
    except IntegrityError:
        raise Conflict(_in_use(model, label)) from None
    ctx.session.expire(event, ["institutions", "themes", "categories", "places"])
    _number(ctx, event, list(parts_of(event, model)))
    touch(ctx, event)
    tell_of_seats(ctx, event, before)


def set_logo(ctx: Context, event: Event, institution: Institution, data: bytes) -> None:
    """Give the institution a logo, made anew from the picture; empty bytes take the logo away.

    Raises `DomainError` for the field `logo` when it is not a picture we can show.
    """
    if not data:
        institution.logo = institution.logo_type = institution.logo_name = None
    else:
        picture = _picture(data)
        institution.logo = picture.data
        institution.logo_type = picture.media_type.value
        institution.logo_name = secrets.token_urlsafe(16)
    touch(ctx, event)
    audit.record(ctx, institution, "edit", {"fields": ["logo"]})


def _picture(data: bytes) -> uploads.ImageInfo:
    try:
        picture = uploads.check_image(data, LARGEST_LOGO, LARGEST_PICTURE)
    except UploadRefused as refused:
        words: dict[RefusedBecause, str] = {
            RefusedBecause.TOO_LARGE: _too_large(),
            RefusedBecause.TOO_MANY_PIXELS: _(
                "This picture has too many pixels. Make it smaller, 800 across is plenty."
            ),
            RefusedBecause.DAMAGED: _("This picture is damaged. Save it again and choose the new file."),
        }
        fallback = _("This is not a picture we can show. Choose a PNG, JPEG, WebP or GIF file.")
        raise DomainError(words.get(refused.reason, fallback), field="logo") from None
    if len(picture.data) > LARGEST_LOGO:
        raise DomainError(_too_large(), field="logo")
    return picture


def _too_large() -> str:
    return str(_("Choose a picture of at most 200 KB."))


def _check(event: Event, part: Part) -> None:
    if not isinstance(part, Category):
        return
    if part.quota is not None and part.reserved > part.quota:
        raise DomainError(_("No more seats can be kept free than the category may have."), field="reserved")
    reserved = sum(each.reserved or 0 for each in event.categories)
    if part.reserved and reserved > event.capacity_in_person:
        raise DomainError(
            _(
                "All categories together would keep %(reserved)d seats free, and the event has %(capacity)d.",
                reserved=reserved,
                capacity=event.capacity_in_person,
            ),
            field="reserved",
        )


def _in_use(model: type[Part], label: str) -> str:
    words: dict[type[Part], str] = {
        Category: _(
            "“%(name)s” is used by invitations or registrations. Move them to another category first, or rename it.",
            name=label,
        ),
        Theme: _(
            "“%(name)s” is used by sessions or expressions of interest. Take it out there first, or rename it.",
            name=label,
        ),
        Place: _("“%(name)s” is used by sessions. Move them to another room first, or rename it.", name=label),
        Institution: _("“%(name)s” has people in the agenda. Take it out there first, or rename it.", name=label),
    }
    return words[model]


def _order_field(model: type[Part]) -> str:
    return "number" if model is Theme else "position"


def _append(event: Event, part: Part) -> None:
    cast("list[Part]", parts_of(event, type(part))).append(part)


def _with_event(part: Part, event: Event) -> Part:
    part.event_id = event.id
    return part


def _number(ctx: Context, event: Event, order: Sequence[Part]) -> None:
    """Set the numbers from 1 on; by way of negative ones, because themes of an event never share one."""
    for sign in (-1, 1):
        for number, each in enumerate(order, start=1):
            setattr(each, _order_field(type(each)), sign * number)
        ctx.session.flush()
    ctx.session.expire(event, ["institutions", "themes", "categories", "places"])
