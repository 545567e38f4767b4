"""Reads of a release's notices: whom it concerns, what was told already."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from eventapp.agenda.models import AgendaRelease
from eventapp.agenda.notices.models import ReleaseNotices
from eventapp.agenda.notices.rules import Attending, Own, concerned
from eventapp.agenda.notices.states import NoticesState
from eventapp.agenda.signup.models import SignUp
from eventapp.agenda.signup.states import SignUpState
from eventapp.agenda.snapshot import from_json
from eventapp.core.context import Context
from eventapp.core.errors import NotFound
from eventapp.core.languages import LANGUAGES
from eventapp.events.models import Event
from eventapp.invitations.models import Invitation
from eventapp.registrations.models import Registration
from eventapp.registrations.states import Mode, State

_TOLD = (NoticesState.SENT, NoticesState.DROPPED)


@dataclass(frozen=True)
class Recipient:
    """Somebody whose own sessions a release changed, with what to tell; `invitation_id` opens their own page."""

    address: str
    name: str
    language: str
    own: Sequence[Own]
    invitation_id: int | None = None


def get_notices(ctx: Context, event: Event, number: int) -> ReleaseNotices:
    """Return the notices of the release of that number. Raises `NotFound`."""
    found = ctx.session.scalar(
        select(ReleaseNotices)
        .join(ReleaseNotices.release)
        .where(ReleaseNotices.event_id == event.id, AgendaRelease.number == number)
        .options(joinedload(ReleaseNotices.release))
    )
    if found is None:
        raise NotFound(_("This release changed nobody’s own sessions."))
    return found


def find_waiting(ctx: Context, event: Event) -> ReleaseNotices | None:
    """Return the notices that somebody still has to look at; there is never more than one."""
    return ctx.session.scalar(
        select(ReleaseNotices)
        .where(ReleaseNotices.event_id == event.id, ReleaseNotices.state == NoticesState.TO_REVIEW)
        .order_by(ReleaseNotices.id.desc())
        .limit(1)
        .options(joinedload(ReleaseNotices.release).defer(AgendaRelease.snapshot))
    )


def notices_by_release(ctx: Context, event: Event) -> dict[int, ReleaseNotices]:
    """Return the notices of the event's releases by the release's id."""
    rows = ctx.session.scalars(select(ReleaseNotices).where(ReleaseNotices.event_id == event.id))
    return {row.release_id: row for row in rows}


def find_base(ctx: Context, event: Event, release: AgendaRelease) -> AgendaRelease | None:
    """Return the last release before this one that people were told of, or that nobody had to be told of."""
    return ctx.session.scalar(
        select(AgendaRelease)
        .outerjoin(ReleaseNotices, ReleaseNotices.release_id == AgendaRelease.id)
        .where(
            AgendaRelease.event_id == event.id,
            AgendaRelease.number < release.number,
            or_(ReleaseNotices.id.is_(None), ReleaseNotices.state.in_(_TOLD)),
        )
        .order_by(AgendaRelease.number.desc())
        .limit(1)
    )


def recipients_of(ctx: Context, event: Event, release: AgendaRelease) -> list[Recipient]:
    """Return whom the release concerns, as things stand now, by language and name; nobody for the first release."""
    base = find_base(ctx, event, release)
    if base is None:
        return []
    people = _confirmed(ctx, event)
    told = concerned(
        from_json(base.snapshot),
        from_json(release.snapshot),
        (base.contacts, release.contacts),
        _attending(people.values(), _sign_ups(ctx, event)),
    )
    names = {
        person["email"].casefold(): person["name"]
        for contacts in (base.contacts, release.contacts)
        for of_session in contacts.values()
        for person in of_session
    }
    languages = _languages(ctx, event, told.keys() - people.keys())
    recipients = [
        Recipient(
            address=address,
            name=people[address].name if address in people else names[address],
            language=_known(people[address].language if address in people else languages.get(address), event),
            own=tuple(own),
            invitation_id=people[address].invitation_id if address in people else None,
        )
        for address, own in told.items()
    ]
    return sorted(recipients, key=lambda each: (each.language, each.name.casefold(), each.address))


def fingerprint(recipients: Iterable[Recipient]) -> str:
    """Return what tells this list of people and news from any other, so that only what was looked at is sent."""
    return hashlib.sha256(repr([replace(each, name="") for each in recipients]).encode()).hexdigest()[:32]


def _confirmed(ctx: Context, event: Event) -> dict[str, Registration]:
    rows = ctx.session.scalars(
        select(Registration)
        .where(Registration.event_id == event.id, Registration.state == State.APPROVED)
        .order_by(Registration.id.desc())
    )
    return {row.email.casefold(): row for row in rows}  # of two with one address, the first


def _sign_ups(ctx: Context, event: Event) -> dict[int, dict[int, int | None]]:
    rows = ctx.session.scalars(
        select(SignUp).where(SignUp.event_id == event.id, SignUp.state != SignUpState.LEFT).order_by(SignUp.id)
    )
    found: dict[int, dict[int, int | None]] = {}
    for row in rows:
        revision = row.revision - 1 if row.is_entered else None
        found.setdefault(row.registration_id, {})[row.session_id] = revision
    return found


def _attending(people: Iterable[Registration], chosen: dict[int, dict[int, int | None]]) -> list[Attending]:
    return [
        Attending(each.email.casefold(), each.mode is Mode.REMOTE, chosen.get(each.id, {}))
        for each in people
        if each.mode is Mode.REMOTE or each.id in chosen
    ]


def _languages(ctx: Context, event: Event, addresses: Iterable[str]) -> dict[str, str]:
    """Return the languages of those who were invited or registered, by address; the latest word counts."""
    wanted = sorted(addresses)
    languages: dict[str, str] = {}
    for model in (Invitation, Registration):
        rows = ctx.session.execute(
            select(model.email, model.language)
            .where(model.event_id == event.id, model.email.in_(wanted))
            .order_by(model.id)
        )
        languages.update({email.casefold(): language for email, language in rows})
    return languages


def _known(language: str | None, event: Event) -> str:
    return language if language in LANGUAGES else event.first_language
