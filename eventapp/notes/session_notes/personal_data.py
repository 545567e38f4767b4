"""Participants whom rapporteurs note as the speaker: told what is noted, and no longer named after erasure.

Who wrote the notes is somebody of the team: an account, not a participant. Names inside the words of a note are free
text of others, as everywhere; those who publish are warned of them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from eventapp.core.context import Context
from eventapp.core.text import fold
from eventapp.invitations.models import Invitation
from eventapp.notes.session_notes import queries, words
from eventapp.notes.session_notes.models import NoteEntry, SessionNote
from eventapp.notes.session_notes.states import EntryKind
from eventapp.registrations import queries as registrations
from eventapp.registrations.personal_data.hooks import HeldElsewhere, Person


def held(ctx: Context, invitation: Invitation) -> HeldElsewhere | None:
    """Return what was handed in as said by the participant, or None when there is nothing."""
    registration = registrations.find_registration(ctx, invitation.id)
    names = {invitation.name, registration.name if registration is not None else ""}
    found = [
        entry
        for entry in _said_by(ctx, invitation.event_id, names)
        if entry.note.state in queries.READABLE and entry.removed_at is None
    ]
    if not found:
        return None
    values = [
        {"session": each.note.session_title.text(ctx.language), "kind": each.kind.value, "text": each.text}
        for each in found
    ]
    lines = [
        (_("In “%(session)s”", session=each["session"]), f"{words.KINDS[EntryKind(each['kind'])]}: {each['text']}")
        for each in values
    ]
    return HeldElsewhere("session_notes", _("What you are noted to have said"), lines, values)


def erase(ctx: Context, person: Person) -> None:
    """Take the person's name from beside what they said, also where it is crossed out or not handed in yet.

    The version grows: a page that still holds the name cannot save it over this.
    """
    for entry in _said_by(ctx, person.event.id, person.names):
        entry.speaker = ""
        entry.version += 1
    ctx.session.flush()


def _said_by(ctx: Context, event_id: int, names: Collection[str]) -> Sequence[NoteEntry]:
    meant = {fold(each) for each in names} - {""}
    named = ctx.session.scalars(
        select(NoteEntry)
        .join(NoteEntry.note)
        .where(SessionNote.event_id == event_id, NoteEntry.speaker != "")
        .options(contains_eager(NoteEntry.note))
        .order_by(SessionNote.starts_local, SessionNote.id, NoteEntry.position, NoteEntry.id)
    )
    return [entry for entry in named if fold(entry.speaker) in meant]
