"""Who was asked for consent to a quote: taken along, erased, and forgotten in time."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, delete, or_, select

from eventapp.core import audit
from eventapp.core.context import Context
from eventapp.events.models import Event
from eventapp.invitations.models import Invitation
from eventapp.mail import retention as mail_retention
from eventapp.notes.attribution import known, messages, rules, words
from eventapp.notes.attribution.models import NameOverride, QuoteConsent
from eventapp.notes.attribution.names import What
from eventapp.notes.attribution.states import ConsentState
from eventapp.registrations import queries as registrations
from eventapp.registrations.personal_data.hooks import HeldElsewhere, Person
from eventapp.registrations.personal_data.retention import CLASSES
from eventapp.registrations.personal_data.rules import DataClass

AUDITED = (QuoteConsent.__tablename__,)


def held(ctx: Context, invitation: Invitation) -> HeldElsewhere | None:
    """Return the words that the person was asked about, with their answers, or None when there are none."""
    registration = registrations.find_registration(ctx, invitation.id)
    ids = [registration.id] if registration is not None else []
    addresses = {invitation.email, registration.email if registration is not None else ""} - {""}
    found = ctx.session.scalars(
        select(QuoteConsent).where(_of(invitation.event_id, ids, addresses)).order_by(QuoteConsent.id)
    ).all()
    if not found:
        return None
    lines = [(str(words.CONSENTS[each.state]), each.words) for each in found]
    values = [
        {
            "words": each.words,
            "state": each.state.value,
            "with_name": each.with_name,
            "asked_at": each.asked_at,
            "answered_at": each.answered_at,
        }
        for each in found
    ]
    return HeldElsewhere("quotes", _("Words of yours that we would like to quote"), lines, values)


def erase(ctx: Context, person: Person) -> None:
    """Forget who was asked. What was said without a name stays, nameless; all other questions go.

    That is consent without the name, and refusal: its words must not come back because nobody remembers the no.
    """
    found = ctx.session.scalars(
        select(QuoteConsent).where(_of(person.event.id, person.registration_ids, person.addresses))
    ).all()
    _forget(ctx, person.event.id, found)
    names = (known.parse(name) for name in person.names)
    hashes = {rules.name_hash(What.NAME, each.canonical) for each in names if each is not None}
    ctx.session.execute(
        delete(NameOverride).where(NameOverride.event_id == person.event.id, NameOverride.name_hash.in_(hashes))
    )


def forget_people(ctx: Context) -> int:
    """Forget who was asked at events whose time is over; return of how many questions."""
    events = ctx.session.scalars(
        select(Event)
        .where(Event.id.in_(select(QuoteConsent.event_id).where(QuoteConsent.email != "")))
        .order_by(Event.id)
    ).all()
    forgotten = 0
    for event in events:
        if ctx.now >= CLASSES[DataClass.PEOPLE].due_at(event):
            found = ctx.session.scalars(
                select(QuoteConsent).where(QuoteConsent.event_id == event.id, QuoteConsent.email != "")
            ).all()
            forgotten += _forget(ctx, event.id, found)
    return forgotten


def _forget(ctx: Context, event_id: int, consents: Iterable[QuoteConsent]) -> int:
    consents = list(consents)
    things = {QuoteConsent.__tablename__: [each.id for each in consents]}
    mail_retention.forget_person(ctx, event_id, abouts={messages.about(each) for each in consents}, addresses=())
    audit.forget_person(ctx, event_id, things, participants=())
    for each in consents:
        if each.state is ConsentState.REFUSED or (each.state is ConsentState.GIVEN and not each.with_name):
            each.name = each.email = ""
            each.registration_id = None
            each.link_version += 1  # the link in the person's mail opens nothing any more
        else:
            ctx.session.delete(each)
    ctx.session.flush()
    return len(consents)


def _of(event_id: int, registration_ids: Iterable[int], addresses: Iterable[str]) -> ColumnElement[bool]:
    whose = or_(QuoteConsent.registration_id.in_(list(registration_ids)), QuoteConsent.email.in_(sorted(addresses)))
    return (QuoteConsent.event_id == event_id) & whose
