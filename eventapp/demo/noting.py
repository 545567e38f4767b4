"""How day one of the sample event becomes its summary: notes, the check by the chair, the edition of the evening."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from eventapp.accounts.models import Account
from eventapp.core.context import Actor, ActorKind, Context
from eventapp.core.errors import DomainError
from eventapp.demo.content import table
from eventapp.events.models import Event
from eventapp.notes import queries
from eventapp.notes import service as texts
from eventapp.notes.models import Publication
from eventapp.notes.publishing import service as publishing
from eventapp.notes.session_notes import queries as session_notes
from eventapp.notes.session_notes import service as noting
from eventapp.notes.session_notes.states import EntryKind, NoteState
from eventapp.notes.session_notes.values import EntryValues
from eventapp.notes.states import PublicationKind, PublicationState

Staff = Callable[[Context, str], Account | None]


@dataclass(frozen=True)
class Teller:
    """Who tells this part of the story: `ctx` is at its moment."""

    ctx: Context
    event: Event
    staff: Staff

    def as_staff(self, key: str) -> Context:
        """Return the context of one of the people who run the event."""
        account = self.staff(self.ctx, key)
        actor = Actor(ActorKind.STAFF, account.id, account.name) if account else self.ctx.actor
        language = account.language if account else self.ctx.language
        return replace(self.ctx, actor=actor, language=language)


def take_notes(teller: Teller) -> None:
    """Let both rapporteurs note what they heard and hand it in; notes that a visitor began stay as they are."""
    sessions = {entry.title.text("en"): entry for entry in session_notes.agenda_of(teller.ctx, teller.event).sessions}
    titles = {row["key"]: row["title"]["en"] for row in table("agenda")["sessions"]}
    for number, row in enumerate(table("notes")["notes"], start=1):
        ctx = teller.as_staff(row["who"])
        session = sessions.get(titles[row["session"]])
        if session is None or noting.find_locked(ctx, teller.event, session.id) is not None:
            continue
        for place, entry in enumerate(row["entries"], start=1):
            values = EntryValues(EntryKind(entry["kind"]), entry["text"])
            noting.save_entry(ctx, teller.event, session.id, _key(number, place), values, 0)
        noting.submit(ctx, teller.event, session.id)


def accept_notes(teller: Teller) -> None:
    """Let the chair accept all that was handed in, and the rapporteur link the notes to the summary."""
    chair = teller.as_staff("chair")
    handed_in = [
        note
        for day in session_notes.list_days(chair, teller.event)
        for session in day.sessions
        for note in session.handed_in
        if note.state is NoteState.SUBMITTED
    ]
    for note in handed_in:
        noting.accept(chair, teller.event, note.id)
    summary = queries.find_publication(chair, teller.event, PublicationKind.SUMMARY, 1)
    if summary is not None:
        _link(teller, summary)


def publish_summary(teller: Teller) -> None:
    """Let the chair approve the summary of day one and the rapporteur publish it, unless a visitor was busy with it."""
    rapporteur, chair = teller.as_staff("rapporteur"), teller.as_staff("chair")
    summary = queries.find_publication(rapporteur, teller.event, PublicationKind.SUMMARY, 1)
    if summary is None or summary.state is not PublicationState.DRAFTING:
        return
    latest = queries.find_latest_revision(rapporteur, summary, summary.source_language)
    if latest is None:
        return
    try:
        with rapporteur.session.begin_nested():
            publishing.submit(rapporteur, summary)
            publishing.approve(chair, summary, seen=latest.number)
            publishing.publish(rapporteur, summary)
    except DomainError:
        return  # what a visitor wrote cannot be published as it is; it stays with the rapporteur


def _link(teller: Teller, summary: Publication) -> None:
    source = queries.find_latest_revision(teller.ctx, summary, summary.source_language)
    entries = {
        entry.key: entry.id for note in session_notes.list_accepted(teller.ctx, teller.event) for entry in note.entries
    }
    links: dict[str, list[int]] = {}
    for number, row in enumerate(table("notes")["notes"], start=1):
        for place, entry in enumerate(row["entries"], start=1):
            for paragraph in source.paragraphs if source else ():
                if paragraph.text.startswith(entry["behind"]) and _key(number, place) in entries:
                    links.setdefault(paragraph.key, []).append(entries[_key(number, place)])
    if links and not queries.list_sources(teller.ctx, summary):
        texts.link_sources(teller.as_staff("rapporteur"), summary, links)


def _key(number: int, place: int) -> str:
    return f"sample-{number:02}-{place:02}"
