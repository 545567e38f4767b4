"""Addresses of speakers, which are for our mails and never published: taken along, erased, and forgotten in time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Text, cast, delete, exists, or_, select
from sqlalchemy.orm import load_only

from eventapp.agenda.editing.models import EditStep
from eventapp.agenda.models import AgendaRelease, AgendaSession, SessionPerson
from eventapp.core.context import Context
from eventapp.events.models import Event
from eventapp.invitations.models import Invitation
from eventapp.registrations import queries as registrations
from eventapp.registrations.personal_data.hooks import HeldElsewhere, Person
from eventapp.registrations.personal_data.retention import CLASSES
from eventapp.registrations.personal_data.rules import DataClass

Spoken = Mapping[str, Any]  # somebody in a session as JSON: at least a name and an address


def held(ctx: Context, invitation: Invitation) -> HeldElsewhere | None:
    """Return the sessions in which the person speaks, or None when there is none with their address."""
    registration = registrations.find_registration(ctx, invitation.id)
    addresses = {invitation.email, registration.email if registration is not None else ""} - {""}
    kept = select(AgendaRelease.contacts).where(
        AgendaRelease.event_id == invitation.event_id, _mentions(cast(AgendaRelease.contacts, Text), addresses)
    )
    uids = {
        uid
        for contacts in ctx.session.scalars(kept)
        for uid, people in contacts.items()
        if any(each["email"].casefold() in addresses for each in people)
    }
    people = select(SessionPerson.session_id).where(SessionPerson.email.in_(addresses))
    titles = ctx.session.scalars(
        select(AgendaSession.title)
        .where(
            AgendaSession.event_id == invitation.event_id,
            or_(AgendaSession.uid.in_(uids), AgendaSession.id.in_(people)),
        )
        .order_by(AgendaSession.starts_local, AgendaSession.id)
    ).all()
    sessions = [title.text(ctx.language) for title in titles]
    if not sessions and not uids:
        return None
    lines = [
        (_("Your name and address as a speaker"), each) for each in sessions or [_("A session of an earlier agenda")]
    ]
    return HeldElsewhere("speaking", _("Where you speak"), lines, {"sessions": sessions})


def erase(ctx: Context, person: Person) -> None:
    """Blank the person's address, or any beside their name, in the draft, its steps and the releases; names stay."""
    names = {each.casefold() for each in person.names if " " in each}
    _blank(
        ctx,
        person.event.id,
        lambda each: each["email"].casefold() in person.addresses or each["name"].casefold() in names,
    )


def forget_addresses(ctx: Context) -> int:
    """Blank the addresses of everybody who spoke at an event whose time is over; return at how many events."""
    over = ctx.session.scalars(
        select(Event)
        .where(
            Event.ends_on <= (ctx.now + timedelta(days=1)).date(),
            or_(
                exists().where(
                    AgendaSession.event_id == Event.id,
                    SessionPerson.session_id == AgendaSession.id,
                    SessionPerson.email != "",
                ),
                exists().where(AgendaRelease.event_id == Event.id, cast(AgendaRelease.contacts, Text).contains("@")),
                exists().where(EditStep.event_id == Event.id),
            ),
        )
        .order_by(Event.id)
    ).all()
    due = [event for event in over if ctx.now >= CLASSES[DataClass.PEOPLE].due_at(event)]
    for event in due:
        ctx.session.execute(delete(EditStep).where(EditStep.event_id == event.id))  # nothing is undone any more
        _blank(ctx, event.id, lambda _each: True)
    return len(due)


def _blank(ctx: Context, event_id: int, is_meant: Callable[[Spoken], bool]) -> None:
    people = ctx.session.scalars(
        select(SessionPerson)
        .join(AgendaSession, AgendaSession.id == SessionPerson.session_id)
        .where(AgendaSession.event_id == event_id, SessionPerson.email != "")
    )
    for each in people:
        if is_meant({"name": each.name, "email": each.email}):
            each.email = ""
    releases = ctx.session.scalars(
        select(AgendaRelease)
        .options(load_only(AgendaRelease.contacts))
        .where(AgendaRelease.event_id == event_id, cast(AgendaRelease.contacts, Text).contains("@"))
    )
    for release in releases:
        kept = {uid: [each for each in named if not is_meant(each)] for uid, named in release.contacts.items()}
        release.contacts = {uid: named for uid, named in kept.items() if named}
    for step in ctx.session.scalars(select(EditStep).where(EditStep.event_id == event_id)):
        step.before, step.after = _without(step.before, is_meant), _without(step.after, is_meant)
    ctx.session.flush()


def _without(sessions: Mapping[str, Any], is_meant: Callable[[Spoken], bool]) -> dict[str, Any]:
    """Return the sessions of a step without these people's addresses."""

    def one(person: Mapping[str, Any]) -> dict[str, Any]:
        return {**person, "email": ""} if person["email"] and is_meant(person) else dict(person)

    return {
        key: {**stored, "people": [one(each) for each in stored["people"]]} if stored is not None else None
        for key, stored in sessions.items()
    }


def _mentions(said: Any, addresses: Collection[str]) -> Any:
    return or_(*(said.icontains(each, autoescape=True) for each in sorted(addresses)))
