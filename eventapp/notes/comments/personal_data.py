"""What people said in comments: taken along with the rest, and erased with it; that it was answered stays."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from eventapp.core.context import Context
from eventapp.invitations.models import Invitation
from eventapp.notes.comments import places, queries
from eventapp.notes.comments.models import Comment
from eventapp.notes.comments.states import ANSWERED, COMMENTS, UNANSWERED, CommentAction, CommentState
from eventapp.notes.comments.words import state_to_author
from eventapp.registrations import queries as registrations
from eventapp.registrations.personal_data.hooks import HeldElsewhere, Person
from eventapp.registrations.personal_data.retention import CLASSES
from eventapp.registrations.personal_data.rules import DataClass


def held(ctx: Context, invitation: Invitation) -> HeldElsewhere | None:
    """Return the comments that the participant wrote, or None when there is none."""
    registration = registrations.find_registration(ctx, invitation.id)
    comments = queries.list_of(ctx, [registration.id]) if registration is not None else ()
    if not comments:
        return None
    found = places.places_of(ctx, comments, ctx.language)
    lines = [
        (_("On “%(title)s”", title=found[each.id].title), each.text or state_to_author(each)[1]) for each in comments
    ]
    return HeldElsewhere("comments", _("Your comments"), lines, [_values(each) for each in comments])


def erase(ctx: Context, person: Person) -> None:
    """Delete what the person said, and their name from what stays: that a comment was answered, how and why.

    When the time of everybody is over, what the public reads stays, without a name: it is part of what was published.
    """
    everybody = ctx.now >= CLASSES[DataClass.PEOPLE].due_at(person.event)
    comments = ctx.session.scalars(
        select(Comment).where(Comment.registration_id.in_(person.registration_ids)).order_by(Comment.id)
    ).all()
    for comment in comments:
        public = comment.state in ANSWERED or comment.state is CommentState.OPEN
        comment.signed = ""
        if not (everybody and public):
            comment.text = ""
            if comment.state in UNANSWERED:
                COMMENTS.move(ctx, comment, CommentAction.WITHDRAW)
        comment.registration_id = None
    if comments:
        person.event.public_version += 1
    ctx.session.flush()


def _values(comment: Comment) -> dict[str, Any]:
    released = comment.released_at is not None
    told = released or comment.state is CommentState.HIDDEN
    return {
        "text": comment.text,
        "language": comment.language,
        "signed": comment.signed,
        "paragraph": comment.paragraph_key,
        "written_at": comment.created_at,
        "state": comment.state.value if released or comment.state not in ANSWERED else CommentState.OPEN.value,
        "reason": comment.reason.as_dict() if told else {},
    }
