"""Commands about notices: note whom a release concerns, tell them, or tell nobody; take back what calendars hold."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from flask_babel import gettext as _

from eventapp.agenda import queries as agenda
from eventapp.agenda import service as releases
from eventapp.agenda.models import AgendaRelease
from eventapp.agenda.notices import messages, queries, stored
from eventapp.agenda.notices.models import ReleaseNotices
from eventapp.agenda.notices.queries import Recipient
from eventapp.agenda.notices.states import MACHINE, NoticesAction, NoticesState
from eventapp.agenda.signup import messages as own_agenda
from eventapp.agenda.signup import queries as sign_ups
from eventapp.agenda.signup.states import SignUpState
from eventapp.core.context import Context
from eventapp.core.errors import Conflict
from eventapp.events.models import Event
from eventapp.events.states import EventState
from eventapp.mail import service as mail
from eventapp.mail.drafts import AttachmentRef
from eventapp.registrations.models import Registration
from eventapp.registrations.personal_data.hooks import Person

_PUBLIC = frozenset({EventState.PUBLISHED, EventState.CLOSED})  # a cancellation is told in its own way
MAILS_AT_ONCE = 25  # a third of a second, during which SQLite lets nobody else write


def note_release(ctx: Context, event: Event, release: AgendaRelease) -> None:
    """Note whom the release concerns, for somebody to look at; what waits from the release before goes with it."""
    ctx.session.flush()
    waiting = queries.find_waiting(ctx, event)
    if waiting is not None:
        MACHINE.move(ctx, waiting, NoticesAction.SUPERSEDE)
        waiting.answered_at = ctx.now
        ctx.session.flush()
    if event.state not in _PUBLIC:
        return
    people = len(queries.recipients_of(ctx, event, release))
    if people:
        ctx.session.add(ReleaseNotices(event_id=event.id, release_id=release.id, people=people))


def send(ctx: Context, event: Event, number: int, seen: str) -> int | None:
    """Let everybody be told whose own sessions the release changed and return how many; None when that was answered.

    The mails themselves are written by `write_next`, a few at a time: hundreds would hold up whoever waits.
    `seen` is the fingerprint of the list that somebody looked at. Raises `Conflict` when it is another by now.
    """
    notices = _locked(ctx, event, number)
    if notices.state is not NoticesState.TO_REVIEW:
        return None
    recipients = queries.recipients_of(ctx, event, notices.release)
    if queries.fingerprint(recipients) != seen:
        raise Conflict(_("Who is concerned has changed since you looked. Look over the list again, then send."))
    _note_entries(ctx, recipients)
    notices.told, notices.people, notices.written = stored.to_json(recipients), len(recipients), 0
    notices.answered_at = ctx.now
    MACHINE.move(ctx, notices, NoticesAction.SEND, people=len(recipients))
    return len(recipients)


def write_next(ctx: Context) -> int:
    """Write some of the mails that are to go, those of the oldest release first, and return how many.

    Who was written to is counted in the same transaction: nobody is told twice, or not at all, if it ends early.
    """
    event = queries.find_event_under_way(ctx)
    if event is None:
        return 0
    releases.lock(ctx, event)  # before all else, as whoever ends a participation or cancels the event
    notices = next(iter(queries.list_under_way(ctx, event.id)), None)
    if notices is None:
        return 0
    released, about = agenda.released(notices.release), messages.about(notices)
    say = messages.teller(released.snapshot)
    people = len(notices.told["people"])
    some = stored.some_from(notices.told, people - (notices.people - notices.written), MAILS_AT_ONCE)
    for recipient in some:
        mail.enqueue(ctx, messages.own_sessions_changed(event, released, recipient, about=about, say=say))
    notices.written += len(some)
    if not notices.is_under_way:
        notices.told = {}
    return len(some)


def drop(ctx: Context, event: Event, number: int) -> bool:
    """Tell nobody of this release, and say whether that was still open."""
    notices = _locked(ctx, event, number)
    if notices.state is not NoticesState.TO_REVIEW:
        return False
    _drop(ctx, notices)
    return True


def entries_with_cancellation(ctx: Context, event: Event) -> dict[int, list[AttachmentRef]]:
    """Return by registration what takes the entries of sessions back when the event is cancelled. It is locked."""
    files: dict[int, list[AttachmentRef]] = {}
    done: set[tuple[str, int]] = set()
    for sign_up in sign_ups.list_entered(ctx, event.id):
        files.setdefault(sign_up.registration_id, []).append(own_agenda.entry(ctx, sign_up, cancelled=True))
        done.add((sign_up.registration.email.casefold(), sign_up.session_id))
        sign_up.revision += 1
    people = queries.alive_by_address(ctx, event)
    for address, sessions in queries.entries_held(ctx, event).items():
        person = people.get(address)
        for session_id in sorted(sessions) if person is not None else ():
            if person is not None and (address, session_id) not in done:
                ref = messages.taken_back(event, person.name, person.email, session_id, sessions[session_id])
                files.setdefault(person.id, []).append(ref)
    return files


def follow_registration(ctx: Context, registration: Registration) -> None:
    """Take back the entries of sessions that are no longer somebody's, who ended or comes in another way.

    Whoever has nothing to do with the event any more is told no more of its releases. The event is locked.
    """
    event, address = registration.event, registration.email.casefold()
    ctx.session.flush()
    release = agenda.find_latest(ctx, event) if queries.list_sent(ctx, event) else None
    if release is None:  # no notice was ever sent
        return
    own = queries.sessions_of(ctx, event, release, address)
    if not own and address not in queries.alive_by_address(ctx, event):
        forget(ctx, event.id, {address})
    held = queries.entries_held(ctx, event, address).get(address, {})
    gone = {session_id: entry for session_id, entry in held.items() if session_id not in own}
    if gone:
        snapshot = agenda.released(release).snapshot
        mail.enqueue(ctx, messages.entries_taken_back(event, snapshot, registration, gone))


def forget(ctx: Context, event_id: int, addresses: Collection[str]) -> None:
    """Take these addresses off the lists of those whose mail is still to be written."""
    for notices in queries.list_under_way(ctx, event_id):
        people = notices.told["people"]
        ahead = people[len(people) - (notices.people - notices.written) :]
        notices.people -= sum(each["address"] in addresses for each in ahead)
        kept = [each for each in people if each["address"] not in addresses]
        notices.told = {**notices.told, "people": kept} if notices.is_under_way else {}


def erase(ctx: Context, person: Person) -> None:
    """Forget the person's addresses where mails are still to be written."""
    forget(ctx, person.event.id, person.addresses)


def call_back(ctx: Context, event: Event) -> None:
    """Drop what nobody has been told yet, for the event is cancelled and everybody is told just that. It is locked."""
    waiting = queries.find_waiting(ctx, event)
    if waiting is not None:
        _drop(ctx, waiting)
    for notices in queries.list_sent(ctx, event):
        notices.written -= mail.cancel_pending(ctx, messages.about(notices))
        notices.people, notices.told = notices.written, {}


def tell_event_cancelled(ctx: Context, event: Event, last: AgendaRelease) -> None:
    """Tell those who have a part in the last release, or entries, and are no participants, of the cancellation."""
    if event.published_at is None:
        return
    snapshot, held = agenda.released(last).snapshot, queries.entries_held(ctx, event)
    for person in queries.list_expected(ctx, event, last, held):
        entries = held.get(person.address, {})
        mail.enqueue(ctx, messages.event_cancelled(event, snapshot, person, entries))


def _drop(ctx: Context, notices: ReleaseNotices) -> None:
    notices.answered_at = ctx.now
    MACHINE.move(ctx, notices, NoticesAction.DROP, people=notices.people)


def _note_entries(ctx: Context, recipients: Iterable[Recipient]) -> None:
    """Note in the sign-ups which entries the notices put into calendars, and which they took out."""
    owns = {(id, own.session_id): own for each in recipients for id in each.registration_ids for own in each.own}
    ids = {registration_id for registration_id, _session_id in owns}
    for sign_up in sign_ups.list_of(ctx, ids):
        own = owns.get((sign_up.registration_id, sign_up.session_id))
        if own is None or own.revision is None or not sign_up.revision:
            continue
        if sign_up.is_entered == own.takes_out and (own.takes_out or sign_up.state is SignUpState.CHOSEN):
            sign_up.revision += 1


def _locked(ctx: Context, event: Event, number: int) -> ReleaseNotices:
    releases.lock(ctx, event)  # two who press the button at once wait here for each other
    notices = queries.get_notices(ctx, event, number)
    ctx.session.refresh(notices, ["state"])
    return notices
