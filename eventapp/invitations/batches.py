"""Many letters at once, in short units of work, so that nobody waits for the writer's lock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import islice

from sqlalchemy import select

from eventapp.core.context import Context
from eventapp.core.errors import DomainError
from eventapp.core.unit_of_work import unit_of_work
from eventapp.events.models import Event
from eventapp.invitations import service
from eventapp.invitations.models import Invitation
from eventapp.invitations.states import InvitationState

UNIT = 25  # letters a unit of work; what an interruption leaves is whole units, each sent once


def by_language(invitations: Sequence[Invitation]) -> list[tuple[str, int]]:
    """Return how many mails go out in each language, most first."""
    return Counter(each.language for each in invitations).most_common()


def faults(ctx: Context, drafts: Sequence[Invitation]) -> list[tuple[Invitation, str]]:
    """Return the drafts that cannot be sent as they are, with the reason."""
    found = []
    for draft in drafts:
        try:
            service.require_sendable(ctx, draft)
        except DomainError as error:
            found.append((draft, error.message))
    return found


def send(event: Event, ids: Sequence[int]) -> int:
    """Send the drafts among these and return how many; those that cannot be sent stay drafts."""
    return _each(event, ids, InvitationState.DRAFT, service.send)


def remind(event: Event, ids: Sequence[int]) -> int:
    """Remind those among these who still have not answered, and return how many."""
    return _each(event, ids, InvitationState.SENT, service.remind)


def _each(
    event: Event, ids: Sequence[int], state: InvitationState, command: Callable[[Context, Invitation], bool]
) -> int:
    event_id, waiting, done = event.id, iter(ids), 0
    while unit := list(islice(waiting, UNIT)):
        with unit_of_work() as ctx:
            chosen = ctx.session.scalars(
                select(Invitation)
                .where(Invitation.event_id == event_id, Invitation.id.in_(unit), Invitation.state == state)
                .order_by(Invitation.id)
                .with_for_update()
            ).all()
            done += sum(_done(command, ctx, each) for each in chosen)
    return done


def _done(command: Callable[[Context, Invitation], bool], ctx: Context, invitation: Invitation) -> bool:
    try:
        return command(ctx, invitation)
    except DomainError:  # refused before anything was changed; the page before named it
        return False
