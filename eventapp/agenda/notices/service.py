"""Commands about notices: note whom a release concerns, tell them, or tell nobody."""

from __future__ import annotations

from flask_babel import gettext as _

from eventapp.agenda import queries as agenda
from eventapp.agenda import service as releases
from eventapp.agenda.models import AgendaRelease
from eventapp.agenda.notices import messages, queries
from eventapp.agenda.notices.models import ReleaseNotices
from eventapp.agenda.notices.states import MACHINE, NoticesAction, NoticesState
from eventapp.core.context import Context
from eventapp.core.errors import Conflict
from eventapp.events.models import Event
from eventapp.events.states import EventState
from eventapp.mail import service as mail

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


def _locked(ctx: Context, event: Event, number: int) -> ReleaseNotices:
    releases.lock(ctx, event)  # two who press the button at once wait here for each other
    notices = queries.get_notices(ctx, event, number)
    ctx.session.refresh(notices, ["state"])
    return notices
