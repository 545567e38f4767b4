"""Commands about the event itself: create, edit, publish, close, reopen, cancel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import flag_modified

from eventapp.core import audit
from eventapp.core.access import Role
from eventapp.core.audit import Auditable
from eventapp.core.context import Context
from eventapp.core.errors import Conflict, DomainError
from eventapp.core.languages import own_name
from eventapp.core.translated import Translated
from eventapp.events import hooks
from eventapp.events.models import Event, Membership
from eventapp.events.queries import find_event, list_edits_since, list_slugs_like
from eventapp.events.rules import (
    Gap,
    SeatLimits,
    gaps_before_publishing,
    is_slug,
    seats_gained,
    suggested_slug,
)
from eventapp.events.states import MACHINE, PUBLIC_STATES, EventAction, EventState
from eventapp.events.words import FIELD

LONGEST_EVENT_DAYS = 31
_TEXTS = ("title", "summary", "description", "place", "venue", "travel_rule", "privacy_notice")


@dataclass(frozen=True)
class Clash:
    """A field that somebody else changed while it was being edited here: who, when, and what it holds now."""

    field: str
    by: str
    at: datetime
    stored: Any


class StaleEdit(Conflict):
    """Somebody saved other values for the same fields after this page was opened; nothing was overwritten."""

    def __init__(self, clashes: list[Clash]) -> None:
        super().__init__(_("Somebody changed the same fields while you were writing. Nothing was overwritten."))
        self.clashes = clashes


class NotReady(DomainError):
    """The event lacks something the public needs."""

    def __init__(self, gaps: list[Gap]) -> None:
        super().__init__(_("Something is still missing before the event can be published."))
        self.gaps = gaps


def create(ctx: Context, account_id: int, values: Mapping[str, Any]) -> Event:
    """Create a draft event whose owner is the account; an empty slug is made from title and year.

    Raises `DomainError` naming the field when days or address are impossible.
    """
    first = values["languages"][0]
    _check_days(values["starts_on"], values["ends_on"])
    slug = values["slug"] or _free_slug(ctx, values["title"].text(first), values["starts_on"].year)
    _check_slug(ctx, slug)
    empty = {name: Translated() for name in _TEXTS}
    event = Event(**{**empty, **values, "slug": slug, "created_at": ctx.now, "updated_at": ctx.now})
    try:
        with ctx.session.begin_nested():
            ctx.session.add(event)
            ctx.session.flush()
    except IntegrityError:
        raise _taken() from None
    ctx.session.add(Membership(event_id=event.id, account_id=account_id, role=Role.OWNER, created_at=ctx.now))
    audit.record(ctx, event, "create")
    return event


def edit(ctx: Context, event: Event, values: Mapping[str, Any], *, seen: int) -> list[str]:
    """Change the event and return the names of the fields that changed.

    `seen` is the mark (`queries.last_edit`) that the page carried. Raises `StaleEdit` when somebody else has
    changed the same fields since, and `DomainError` naming the field when the values cannot be.
    """
    lock(ctx, event)
    refuse_stale(ctx, event, values, seen)
    before, was_open = limits_of(event), hooks.registration_is_open(ctx, event)
    if "slug" in values and values["slug"] != event.slug:
        _check_new_slug(ctx, event, values["slug"])
    fields = audit.changed_fields(event, values)
    _check_days(event.starts_on, event.ends_on)
    _check_window(event.registration_opens_at, event.registration_closes_at, "registration_closes_at")
    _check_window(event.sponsorship_opens_at, event.sponsorship_closes_at, "sponsorship_closes_at")
    _check_first_language(event)
    if "languages" in fields:
        _reorder_texts(event)
        for tell in hooks.languages_changed:
            tell(ctx, event)
    if fields:
        touch(ctx, event)
        audit.record(ctx, event, "edit", {"fields": fields})
        tell_of_seats(ctx, event, before)
        _tell_of_opening(ctx, event, was_open=was_open)
    return fields


def publish(ctx: Context, event: Event) -> None:
    """Show the event to the public. Raises `NotReady` when something the public needs is missing."""
    lock(ctx, event)
    gaps = gaps_of(event)
    if gaps:
        raise NotReady(gaps)
    MACHINE.move(ctx, event, EventAction.PUBLISH)
    event.published_at = ctx.now
    touch(ctx, event)


def close(ctx: Context, event: Event) -> None:
    """Close the event: it stays readable and takes no more registrations."""
    _move(ctx, event, EventAction.CLOSE)


def reopen(ctx: Context, event: Event) -> None:
    """Take a closed event up again."""
    _move(ctx, event, EventAction.REOPEN)
    _tell_of_opening(ctx, event, was_open=False)


def cancel(ctx: Context, event: Event) -> None:
    """Cancel the event; the rooms above tell everybody who had a place."""
    _move(ctx, event, EventAction.CANCEL)
    for tell in hooks.cancelled:
        tell(ctx, event)


def lock(ctx: Context, event: Event) -> None:
    """Let nobody else change the event until this unit of work ends."""
    ctx.session.flush()
    ctx.session.refresh(event, with_for_update=True)


def touch(ctx: Context, event: Event) -> None:
    """Note that something the public can see has changed."""
    event.public_version += 1
    event.updated_at = ctx.now


def limits_of(event: Event) -> SeatLimits:
    """Return what limits the event's seats now."""
    categories = {each.id: (each.quota, each.reserved) for each in event.categories if each.id is not None}
    return SeatLimits(event.capacity_in_person, event.capacity_remote, categories)


def tell_of_seats(ctx: Context, event: Event, before: SeatLimits) -> None:
    """Tell the rooms above, under the event's lock, when there are more seats than before."""
    in_person, remote = seats_gained(before, limits_of(event))
    if in_person or remote:
        ctx.session.flush()
        for tell in hooks.seats_raised:
            tell(ctx, event, in_person, remote)


def gaps_of(event: Event) -> list[Gap]:
    """Return what is missing before the event can be published."""
    return gaps_before_publishing(
        {name: getattr(event, name) for name in _TEXTS},
        event.first_language,
        contact=event.contact_email,
        organisers=len(event.institutions),
        categories=len(event.categories),
    )


def refuse_stale(ctx: Context, thing: Auditable, values: Mapping[str, Any], seen: int) -> None:
    """Raise `StaleEdit` when fields among the values were changed to something else after the mark."""
    latest = {field: entry for entry in list_edits_since(ctx, thing, seen) for field in entry.details.get("fields", ())}
    clashes = [
        Clash(field, latest[field].actor_label, latest[field].at, getattr(thing, field))
        for field in values
        if field in latest and getattr(thing, field) != values[field]
    ]
    if clashes:
        raise StaleEdit(clashes)


def _move(ctx: Context, event: Event, action: EventAction) -> None:
    lock(ctx, event)
    MACHINE.move(ctx, event, action)
    touch(ctx, event)


def _tell_of_opening(ctx: Context, event: Event, *, was_open: bool) -> None:
    """Tell the rooms above, under the event's lock, when registration is open and was not before."""
    if was_open or not hooks.registration_is_open(ctx, event):
        return
    ctx.session.flush()
    for tell in hooks.registration_opened:
        tell(ctx, event)


def _check_days(first: date, last: date) -> None:
    if last < first:
        raise DomainError(_("The last day comes before the first."), field="ends_on")
    if (last - first).days >= LONGEST_EVENT_DAYS:
        raise DomainError(_("An event lasts at most %(count)d days.", count=LONGEST_EVENT_DAYS), field="ends_on")


def _check_window(opens: datetime | None, closes: datetime | None, field: str) -> None:
    if opens is not None and closes is not None and closes <= opens:
        raise DomainError(_("It has to close after it opens."), field=field)


def _check_new_slug(ctx: Context, event: Event, slug: str) -> None:
    if event.state is not EventState.DRAFT:
        raise DomainError(_("The address is known to the public by now and stays as it is."), field="slug")
    _check_slug(ctx, slug)


def _check_slug(ctx: Context, slug: str) -> None:
    if not is_slug(slug):
        raise DomainError(
            _("Use 3 to 60 small letters, digits and hyphens, such as barcelona-2024. A few words are reserved."),
            field="slug",
        )
    if find_event(ctx.session, slug) is not None:
        raise _taken()


def _taken() -> DomainError:
    return DomainError(_("Another event has this address. Choose another."), field="slug")


def _free_slug(ctx: Context, title: str, year: int) -> str:
    bare = suggested_slug(title, year)
    return suggested_slug(title, year, list_slugs_like(ctx, bare))


def _check_first_language(event: Event) -> None:
    first = event.first_language
    needed = [gap.field for gap in gaps_of(event)] if event.state in PUBLIC_STATES else []
    missing = ["title"] if first not in event.title else [name for name in needed if name in _TEXTS]
    if missing:
        raise DomainError(
            _(
                "“%(field)s” has to be written in %(language)s, the first language of the event.",
                field=FIELD[missing[0]],
                language=own_name(first),
            ),
            field=missing[0],
        )


def _reorder_texts(event: Event) -> None:
    """Put the first language first in every text, because the order of its languages is the order of fallback."""
    parts: list[tuple[object, tuple[str, ...]]] = [(event, _TEXTS)]
    parts += [(each, ("name", "text")) for each in event.institutions]
    parts += [(each, ("title", "text")) for each in event.themes]
    parts += [(each, ("name",)) for each in event.categories]
    parts += [(each, ("name", "directions")) for each in event.places]
    for thing, names in parts:
        for name in names:
            setattr(thing, name, getattr(thing, name).ordered(event.languages))
            flag_modified(thing, name)  # equal texts in another order look unchanged otherwise
