"""What a participant wrote on boards by their own link: taken along with the rest; erased, nobody can link it to them.

The ideas themselves stay: they belong to the room, and say of nobody that they wrote them.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence

from flask_babel import gettext as _
from sqlalchemy import select

from eventapp.core.context import Context
from eventapp.invitations.models import Invitation
from eventapp.notes.ideas.models import Idea, IdeaBoard, IdeaDots
from eventapp.notes.ideas.rules import writer_of
from eventapp.registrations import queries as registrations
from eventapp.registrations.personal_data.hooks import HeldElsewhere, Person


def held(ctx: Context, invitation: Invitation, keys: Sequence[bytes]) -> HeldElsewhere | None:
    """Return the ideas that the participant wrote, or None when there is none."""
    registration = registrations.find_registration(ctx, invitation.id)
    if registration is None:
        return None
    writers = _writers(ctx, invitation.event_id, [registration.id], keys)
    wanted = select(IdeaBoard, Idea).join(Idea, Idea.board_id == IdeaBoard.id).where(Idea.writer.in_(writers))
    found = ctx.session.execute(wanted.order_by(Idea.id)).all()
    if not found:
        return None
    lines = [(board.question.text(ctx.language), idea.text) for board, idea in found]
    values = [{"question": board.question.as_dict(), "text": idea.text} for board, idea in found]
    return HeldElsewhere("ideas", _("Your ideas"), lines, values)


def erase(ctx: Context, person: Person, keys: Sequence[bytes]) -> None:
    """Cut the ideas and dots of the person off from them."""
    for writer in _writers(ctx, person.event.id, person.registration_ids, keys):
        nobody = secrets.token_hex(32)
        rows: Iterable[Idea | IdeaDots] = [
            *ctx.session.scalars(select(Idea).where(Idea.writer == writer)),
            *ctx.session.scalars(select(IdeaDots).where(IdeaDots.writer == writer)),
        ]
        for each in rows:
            each.writer = nobody
    ctx.session.flush()


def _writers(ctx: Context, event_id: int, registration_ids: Sequence[int], keys: Sequence[bytes]) -> list[str]:
    boards = ctx.session.scalars(select(IdeaBoard.id).where(IdeaBoard.event_id == event_id)).all()
    return list(_each(boards, registration_ids, keys))


def _each(boards: Sequence[int], registration_ids: Sequence[int], keys: Sequence[bytes]) -> Iterator[str]:
    for board_id in boards:
        for registration_id in registration_ids:
            yield from (writer_of(key, board_id, f"registration:{registration_id}") for key in keys)
