"""Commands about notices: note whom a release concerns, tell them, or tell nobody."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _

from eventapp.agenda import queries as agenda
from eventapp.agenda import service as releases
from eventapp.agenda.models import AgendaRelease
from eventapp.agenda.notices import messages, queries
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

_PUBLIC = frozenset({EventState.PUBLISHED, EventState.CLOSED})  # a cancellation is told in its own way


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
    """Tell everybody whose own sessions the release changed and return how many; None when that was answered before.

    `seen` is the fingerprint of the list that somebody looked at. Raises `Conflict` when it is another by now.
    """
    notices = _locked(ctx, event, number)
    if notices.state is not NoticesState.TO_REVIEW:
        return None
    release = notices.release
    recipients = queries.recipients_of(ctx, event, release)
    if queries.fingerprint(recipients) != seen:
        raise Conflict(_("Who is concerned has changed since you looked. Look over the list again, then send."))
    released, about = agenda.released(release), messages.about(release)
    say = messages.teller(released.snapshot)
    for recipient in recipients:
        mail.enqueue(ctx, messages.own_sessions_changed(event, released, recipient, about=about, say=say))
    _note_entries(ctx, recipients)
    notices.people = len(recipients)
    notices.answered_at = ctx.now
    MACHINE.move(ctx, notices, NoticesAction.SEND, people=len(recipients))
    return len(recipients)


def drop(ctx: Context, event: Event, number: int) -> bool:
    """Tell nobody of this release, and say whether that was still open."""
    notices = _locked(ctx, event, number)
    if notices.state is not NoticesState.TO_REVIEW:
        return False
    notices.answered_at = ctx.now
    MACHINE.move(ctx, notices, NoticesAction.DROP, people=notices.people)
    return True


def entries_with_cancellation(ctx: Context, event: Event) -> dict[int, list[AttachmentRef]]:
    """Return by registration what takes the entries of sessions back when the event is cancelled. It is locked."""
    files: dict[int, list[AttachmentRef]] = {}
    done: set[tuple[str, int]] = set()
    for sign_up in sign_ups.list_entered(ctx, event.id):
        files.setdefault(sign_up.registration_id, []).append(own_agenda.entry(ctx, sign_up, cancelled=True))
        done.add((sign_up.registration.email.casefold(), sign_up.session_id))
        sign_up.revision += 1
    held, people = queries.entries_held(ctx, event), queries.alive_by_address(ctx, event)
    for address, sessions in held.items():
        person = people.get(address)
        for session_id in sorted(sessions) if person is not None else ():
            if person is not None and (address, session_id) not in done:
                ref = messages.taken_back(event, person.name, person.email, session_id)
                files.setdefault(person.id, []).append(ref)
    return files


def tell_event_cancelled(ctx: Context, event: Event, last: AgendaRelease) -> None:
    """Tell those who have a part in a session of the last release, and are no participants, of the cancellation."""
    if event.published_at is None:
        return
    snapshot, held = agenda.released(last).snapshot, queries.entries_held(ctx, event)
    for person in queries.list_expected(ctx, event, last):
        entries = sorted(held.get(person.address, ()))
        mail.enqueue(ctx, messages.event_cancelled(event, snapshot, person, entries))


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
