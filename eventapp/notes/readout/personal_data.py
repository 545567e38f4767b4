"""What an issued read-out repeats of people's comments goes when they are erased."""

from __future__ import annotations

from sqlalchemy import select

from eventapp.core.context import Context
from eventapp.notes.comments.annex import without_erased
from eventapp.notes.models import Edition, Publication
from eventapp.notes.states import PublicationKind
from eventapp.registrations.personal_data.hooks import Person


def erase(ctx: Context, person: Person) -> None:
    """Leave out of every edition's annex the words and names that the comments themselves no longer hold."""
    editions = ctx.session.scalars(
        select(Edition)
        .join(Publication, Publication.id == Edition.publication_id)
        .where(Publication.event_id == person.event.id, Publication.kind == PublicationKind.READ_OUT)
        .order_by(Edition.id)
    ).all()
    for edition in editions:
        before = edition.extra.get("annex", [])
        after = without_erased(ctx, person.event, before)
        if after != before:
            edition.extra = {**edition.extra, "annex": after}
            person.event.public_version += 1
    ctx.session.flush()
