"""Reads of a release's notices: whom it concerns, what was told already."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload, undefer

from eventapp.agenda import queries as agenda
from eventapp.agenda.models import AgendaRelease
from eventapp.agenda.notices.models import ReleaseNotices
from eventapp.agenda.notices.rules import Attending, Own, concerned
from eventapp.agenda.notices.states import NoticesState
from eventapp.agenda.signup import queries as sign_ups
from eventapp.agenda.signup.messages import SESSION_CANCELLATION, SESSION_ENTRY
from eventapp.agenda.signup.models import SignUp
from eventapp.agenda.signup.states import SignUpState
from eventapp.agenda.snapshot import Snapshot, from_json
from eventapp.core.context import Context
from eventapp.core.errors import NotFound
from eventapp.core.languages import LANGUAGES
from eventapp.events.models import Event
from eventapp.invitations.models import Invitation
from eventapp.mail.models import OutboxMessage
from eventapp.mail.states import MessageState
from eventapp.registrations.models import Registration
from eventapp.registrations.states import ENDED, Mode, State

KIND = "agenda/own_sessions_changed"
CHANGED_SESSION = "agenda.changed_session"
_ENTRIES = frozenset({CHANGED_SESSION, SESSION_ENTRY, SESSION_CANCELLATION})
_UNDER_WAY = (ReleaseNotices.state == NoticesState.SENT, ReleaseNotices.written < ReleaseNotices.people)
_TOLD = (NoticesState.SENT, NoticesState.DROPPED)


@dataclass(frozen=True)
class Recipient:
    """Somebody whose own sessions a release changed, with what to tell; `invitation_id` opens their own page."""

    address: str
    name: str
    language: str
    own: Sequence[Own]
    invitation_id: int | None = None
    registration_ids: tuple[int, ...] = ()  # two people may share an address


@dataclass(frozen=True)
class Held:
    """The entry of a session in somebody's calendar: to whom it was mailed, and with which number."""

    name: str
    revision: int


@dataclass(frozen=True)
class Expected:
    """Somebody who has a part in sessions, or their entry, and is no participant."""

    address: str
    name: str
    language: str
    session_ids: tuple[int, ...]


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


def find_event_under_way(ctx: Context) -> Event | None:
    """Return the event whose people wait the longest for mails that are to go."""
    return ctx.session.scalar(
        select(Event)
        .join(ReleaseNotices, ReleaseNotices.event_id == Event.id)
        .where(*_UNDER_WAY)
        .order_by(ReleaseNotices.answered_at, ReleaseNotices.id)
        .limit(1)
    )


def list_under_way(ctx: Context, event_id: int) -> Sequence[ReleaseNotices]:
    """Return the notices of which mails are still to be written, the oldest first. The event is locked."""
    return ctx.session.scalars(
        select(ReleaseNotices)
        .where(ReleaseNotices.event_id == event_id, *_UNDER_WAY)
        .order_by(ReleaseNotices.id)
        .options(undefer(ReleaseNotices.told))
        .execution_options(populate_existing=True)
    ).all()


def list_sent(ctx: Context, event: Event) -> Sequence[ReleaseNotices]:
    """Return the notices that were sent or are under way. The event is locked."""
    return ctx.session.scalars(
        select(ReleaseNotices)
        .where(ReleaseNotices.event_id == event.id, ReleaseNotices.state == NoticesState.SENT)
        .order_by(ReleaseNotices.id)
        .execution_options(populate_existing=True)
    ).all()


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
    people = _confirmed(ctx, event, release.released_at)
    told = concerned(
        from_json(base.snapshot),
        from_json(release.snapshot),
        (base.contacts, release.contacts),
        _attending(people, _sign_ups(ctx, event), release.released_at, _untold(ctx, base, release)),
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
            name=", ".join(dict.fromkeys(each.name for each in people[address]))
            if address in people
            else names[address],
            language=_known(people[address][0].language if address in people else languages.get(address), event),
            own=tuple(own),
            invitation_id=people[address][0].invitation_id if address in people else None,
            registration_ids=tuple(each.id for each in people.get(address, ())),
        )
        for address, own in told.items()
    ]
    return sorted(recipients, key=lambda each: (each.language, each.name.casefold(), each.address))


def entries_held(ctx: Context, event: Event, address: str | None = None) -> dict[str, dict[int, Held]]:
    """Return by address, or of one address, the sessions whose entry was mailed and not taken back by a later mail."""
    mails = (
        select(OutboxMessage.recipient, OutboxMessage.recipient_name, OutboxMessage.attachments)
        .where(
            OutboxMessage.event_id == event.id,
            OutboxMessage.kind.startswith("agenda/"),
            OutboxMessage.state != MessageState.CANCELLED,
        )
        .order_by(OutboxMessage.id)
    )
    if address is not None:
        mails = mails.where(func.lower(OutboxMessage.recipient) == address)
    held: dict[str, dict[int, Held]] = {}
    for recipient, name, attachments in ctx.session.execute(mails):
        sessions = held.setdefault(recipient.casefold(), {})
        for maker, arguments in attachments:
            if maker not in _ENTRIES:
                continue
            if maker == SESSION_CANCELLATION or arguments.get("cancelled"):
                sessions.pop(arguments["session_id"], None)
            else:
                sessions[arguments["session_id"]] = Held(name, arguments["revision"])
    return {of: sessions for of, sessions in held.items() if sessions}


def sessions_of(ctx: Context, event: Event, release: AgendaRelease, address: str) -> set[int]:
    """Return the sessions that are somebody's now: with a part in them, chosen, or streamed to them from afar."""
    snapshot = from_json(release.snapshot)
    own = {
        session.id
        for session in snapshot.sessions
        if any(each["email"].casefold() == address for each in release.contacts.get(session.uid, ()))
    }
    people = ctx.session.scalars(
        select(Registration).where(
            Registration.event_id == event.id,
            Registration.state == State.APPROVED,
            func.lower(Registration.email) == address,
        )
    ).all()
    own.update(*sign_ups.list_chosen_by(ctx, [each.id for each in people]).values())
    if any(each.mode is Mode.REMOTE for each in people):
        own.update(session.id for session in snapshot.sessions if session.streamed)
    return own


def alive_by_address(ctx: Context, event: Event) -> dict[str, Registration]:
    """Return by address who is told of a cancellation as a participant; of two with one address, the first."""
    rows = ctx.session.scalars(
        select(Registration)
        .where(Registration.event_id == event.id, Registration.state.not_in(ENDED))
        .order_by(Registration.id.desc())
    )
    return {row.email.casefold(): row for row in rows}


def list_expected(
    ctx: Context, event: Event, release: AgendaRelease, held: Mapping[str, Mapping[int, Held]]
) -> list[Expected]:
    """Return those who have a part in a session of the release, or its entry, and are no participants, by name."""
    participants = alive_by_address(ctx, event)
    sessions: dict[str, list[int]] = {}
    names: dict[str, str] = {}
    for session in from_json(release.snapshot).sessions:
        for person in () if session.cancelled else release.contacts.get(session.uid, ()):
            address = person["email"].casefold()
            if address not in participants and session.id not in sessions.setdefault(address, []):
                sessions[address].append(session.id)
                names.setdefault(address, person["name"])
    for address, entries in held.items():
        if address not in participants:
            own = sessions.setdefault(address, [])
            own += [each for each in entries if each not in own]
            names.setdefault(address, next(iter(entries.values())).name)
    languages = _languages(ctx, event, sessions)
    found = [
        Expected(address, names[address], _known(languages.get(address), event), tuple(own))
        for address, own in sessions.items()
    ]
    return sorted(found, key=lambda each: (each.name.casefold(), each.address))


def count_expected(ctx: Context, event: Event) -> int:
    """Return how many of them a cancellation of the event would be told to."""
    release = agenda.find_latest(ctx, event) if event.published_at is not None else None
    return len(list_expected(ctx, event, release, entries_held(ctx, event))) if release is not None else 0


def fingerprint(recipients: Iterable[Recipient]) -> str:
    """Return what tells this list of people and news from any other, so that only what was looked at is sent."""
    return hashlib.sha256(repr([replace(each, name="") for each in recipients]).encode()).hexdigest()[:32]


def _confirmed(ctx: Context, event: Event, at: datetime) -> dict[str, list[Registration]]:
    """Return by address who was confirmed when the agenda was released; whoever came later knows it only so."""
    rows = ctx.session.scalars(
        select(Registration)
        .where(
            Registration.event_id == event.id,
            Registration.state == State.APPROVED,
            or_(Registration.decided_at.is_(None), Registration.decided_at <= at),
        )
        .order_by(Registration.id)
    )
    found: dict[str, list[Registration]] = {}
    for row in rows:
        found.setdefault(row.email.casefold(), []).append(row)
    return found


def _sign_ups(ctx: Context, event: Event) -> dict[int, list[SignUp]]:
    found: dict[int, list[SignUp]] = {}
    for row in ctx.session.scalars(select(SignUp).where(SignUp.event_id == event.id).order_by(SignUp.id)):
        found.setdefault(row.registration_id, []).append(row)
    return found


def _attending(
    people: Mapping[str, Iterable[Registration]],
    sign_ups: Mapping[int, Iterable[SignUp]],
    at: datetime,
    untold: Sequence[tuple[datetime, Snapshot]],
) -> list[Attending]:
    return [
        Attending(
            address,
            each.mode is Mode.REMOTE,
            {own.session_id: _entry_revision(own) for own in sign_ups.get(each.id, ()) if _is_concerned(own, at)},
            frozenset(own.session_id for own in sign_ups.get(each.id, ()) if _is_spared(own, at)),
            {own.session_id: known for own in sign_ups.get(each.id, ()) if (known := _chosen_from(own, untold))},
        )
        for address, together in people.items()
        for each in together
        if each.mode is Mode.REMOTE or each.id in sign_ups
    ]


def _untold(ctx: Context, base: AgendaRelease, release: AgendaRelease) -> list[tuple[datetime, Snapshot]]:
    """Return the releases between the two, the newest first: nobody was told of them, but people chose from them."""
    if release.number - base.number < 2:
        return []
    rows = ctx.session.execute(
        select(AgendaRelease.released_at, AgendaRelease.snapshot)
        .where(
            AgendaRelease.event_id == release.event_id,
            AgendaRelease.number.between(base.number + 1, release.number - 1),
        )
        .order_by(AgendaRelease.number.desc())
    )
    return [(at, from_json(snapshot)) for at, snapshot in rows]


def _chosen_from(sign_up: SignUp, untold: Sequence[tuple[datetime, Snapshot]]) -> Snapshot | None:
    return next((snapshot for at, snapshot in untold if at < sign_up.since_at), None)


def _is_concerned(sign_up: SignUp, at: datetime) -> bool:
    return sign_up.state is not SignUpState.LEFT and sign_up.since_at <= at


def _is_spared(sign_up: SignUp, at: datetime) -> bool:
    return sign_up.since_at > at or (sign_up.state is SignUpState.LEFT and sign_up.revision > 0)


def _entry_revision(sign_up: SignUp) -> int | None:
    """Return the number for the entry that was mailed, or taken back when the session was cancelled; None if never."""
    if sign_up.is_entered:
        return sign_up.revision - 1
    return sign_up.revision if sign_up.state is SignUpState.CHOSEN and sign_up.revision else None


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
