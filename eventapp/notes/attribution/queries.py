"""Reads of who must not be named, what is public anyway, the rules of sessions, overrides and consents."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from eventapp.agenda.models import AgendaSession, SessionPerson
from eventapp.core.context import Context
from eventapp.core.errors import NotFound
from eventapp.core.languages import LANGUAGES
from eventapp.core.tokens import LinkKeys, Purpose
from eventapp.events.models import Event
from eventapp.events.states import AttributionRule
from eventapp.notes import queries as notes
from eventapp.notes.attribution.models import NameOverride, QuoteConsent, SessionRule
from eventapp.notes.attribution.names import Known
from eventapp.notes.attribution.states import ConsentState
from eventapp.notes.models import Edition, Publication, Source
from eventapp.notes.session_notes import queries as session_notes
from eventapp.notes.session_notes.models import NoteEntry, SessionNote
from eventapp.notes.session_notes.queries import READABLE
from eventapp.notes.session_notes.states import EntryKind
from eventapp.notes.states import PublicationState
from eventapp.registrations.models import Registration
from eventapp.registrations.states import State


@dataclass(frozen=True)
class Quote:
    """Words that a rapporteur heard, the rule of their session, and where consent to them stands."""

    entry: NoteEntry
    rule: AttributionRule
    consent: QuoteConsent | None  # the latest, unless it was replaced

    @property
    def is_free(self) -> bool:
        """Tell whether the words may be published without asking."""
        return self.rule is AttributionRule.ON_THE_RECORD

    @property
    def is_given(self) -> bool:
        """Tell whether the person agreed."""
        return self.consent is not None and is_given(self.consent)


def is_given(consent: QuoteConsent) -> bool:
    """Tell whether the person agreed."""
    return consent.state is ConsentState.GIVEN


def list_known(ctx: Context, event: Event) -> list[Known]:
    """Return everybody whom the event's texts must not name: participants in any state, and who is in a session.

    That somebody speaks is public; what they said is not theirs alone to be known by, so they count.
    """
    rows = ctx.session.execute(
        select(Registration.name, Registration.organisation)
        .where(Registration.event_id == event.id)
        .order_by(Registration.id)
    )
    known = [Known(name, organisation) for name, organisation in rows]
    people = ctx.session.execute(
        select(SessionPerson.name, SessionPerson.affiliation)
        .join(AgendaSession, AgendaSession.id == SessionPerson.session_id)
        .where(AgendaSession.event_id == event.id)
        .order_by(SessionPerson.id)
    )
    known += [Known(name, body) for name, affiliation in people for body in ("", *affiliation.values())]
    released = session_notes.agenda_of(ctx, event)
    known += [
        Known(person.name, body)
        for session in released.sessions
        for person in session.people
        for body in ("", *person.affiliation.values())
    ]
    return list(dict.fromkeys(known))


def public_names(ctx: Context, event: Event) -> list[str]:
    """Return the names and titles that everybody reads on the event's pages."""
    texts = [event.title, event.place, event.venue]
    texts += [each.name for each in event.institutions] + [each.name for each in event.places]
    texts += [each.title for each in event.themes]
    texts += [session.title for session in session_notes.agenda_of(ctx, event).sessions]
    return list(dict.fromkeys(text for each in texts for text in each.values()))


def towns_and_countries(ctx: Context, event: Event) -> list[str]:
    """Return the towns that people come from, and every country in every language."""
    towns = ctx.session.scalars(select(Registration.city).where(Registration.event_id == event.id).distinct())
    return [*towns, *_countries()]


@lru_cache(maxsize=1)
def _countries() -> tuple[str, ...]:
    return tuple(str(name) for language in LANGUAGES for name in Locale(language).territories.values())


def rules_of_sessions(ctx: Context, event: Event) -> dict[int, AttributionRule]:
    """Return the rules of the sessions that have one of their own, by session."""
    rows = ctx.session.execute(select(SessionRule.session_id, SessionRule.rule).where(SessionRule.event_id == event.id))
    return {row.session_id: row.rule for row in rows}


def sessions_of_entries(ctx: Context, event: Event, entry_ids: Collection[int]) -> dict[int, int]:
    """Return the session of each of the entries."""
    rows = ctx.session.execute(
        select(NoteEntry.id, SessionNote.session_id)
        .join(NoteEntry.note)
        .where(SessionNote.event_id == event.id, NoteEntry.id.in_(entry_ids))
    )
    return {row.id: row.session_id for row in rows}


def list_overrides(ctx: Context, event_id: int, subject: str) -> Sequence[NameOverride]:
    """Return the names that may stand in a text or file, the latest first, with who decided it."""
    return ctx.session.scalars(
        select(NameOverride)
        .where(NameOverride.event_id == event_id, NameOverride.subject == subject)
        .options(joinedload(NameOverride.account))
        .order_by(NameOverride.id.desc())
    ).all()


def list_quotes(ctx: Context, event: Event, *, handed_in: bool = False) -> list[Quote]:
    """Return the quotes that rapporteurs noted, in the order of the sessions; only what others may read, if asked."""
    noted = (NoteEntry.kind == EntryKind.QUOTE) & NoteEntry.removed_at.is_(None)
    return _quotes(ctx, event, noted & SessionNote.state.in_(READABLE) if handed_in else noted)


def list_guarded(ctx: Context, event: Event) -> list[Quote]:
    """Return what must not be printed without consent: every quote, and what somebody was asked about.

    A quote in use stays one when its rapporteur crosses it out, and words that somebody was asked about stay theirs
    whatever kind of note they are called since.
    """
    linked, asked = select(Source.entry_id), select(QuoteConsent.entry_id).where(_live(event))
    noted = (NoteEntry.kind == EntryKind.QUOTE) & (NoteEntry.removed_at.is_(None) | NoteEntry.id.in_(linked))
    return _quotes(ctx, event, noted | NoteEntry.id.in_(asked))


def _quotes(ctx: Context, event: Event, which: ColumnElement[bool]) -> list[Quote]:
    entries = ctx.session.scalars(
        select(NoteEntry)
        .join(NoteEntry.note)
        .where(SessionNote.event_id == event.id, which)
        .options(contains_eager(NoteEntry.note))
        .order_by(SessionNote.starts_local, SessionNote.session_id, NoteEntry.position, NoteEntry.id)
    ).all()
    rules = rules_of_sessions(ctx, event)
    consents = live_consents(ctx, event)
    return [
        Quote(each, rules.get(each.note.session_id, event.attribution_rule), consents.get(each.id)) for each in entries
    ]


def get_quote(ctx: Context, event: Event, entry_id: int) -> Quote:
    """Return a quote that the team may read. Raises `NotFound`."""
    found = next((each for each in list_quotes(ctx, event, handed_in=True) if each.entry.id == entry_id), None)
    if found is None:
        raise NotFound(_("There is no such quote."))
    return found


def live_consents(ctx: Context, event: Event) -> dict[int, QuoteConsent]:
    """Return the consent to each quote that was asked for and not replaced since, by entry."""
    rows = ctx.session.scalars(select(QuoteConsent).where(_live(event)).order_by(QuoteConsent.id))
    return {each.entry_id: each for each in rows}


def _live(event: Event) -> ColumnElement[bool]:
    return (QuoteConsent.event_id == event.id) & (QuoteConsent.state != ConsentState.REPLACED)


def hold_consents(ctx: Context, event_id: int) -> None:
    """Let no answer about a quote change until the end of the transaction."""
    held = select(QuoteConsent.id).where(QuoteConsent.event_id == event_id).order_by(QuoteConsent.id)
    ctx.session.execute(held.with_for_update(read=True)).all()


def link_version(session: Session, consent_id: int) -> int | None:
    """Return the version that the link to a question for consent carries now, None when it opens nothing."""
    return session.scalar(
        select(QuoteConsent.link_version).where(
            QuoteConsent.id == consent_id, QuoteConsent.state != ConsentState.REPLACED
        )
    )


def find_by_token(session: Session, keys: LinkKeys, token: str) -> QuoteConsent | None:
    """Return the question for consent that the link in a mail opens."""
    claimed = keys.object_id(token)
    if claimed is None or claimed >= 2**31:
        return None
    found = _find(session, claimed)
    return found if found is not None and keys.opens(token, Purpose.QUOTE, found.id, found.link_version) else None


def find_opened(session: Session, consent_id: int, version: int) -> QuoteConsent | None:
    """Return the question for consent that a browser answered before, unless its link was reissued since."""
    found = _find(session, consent_id)
    return found if found is not None and found.link_version == version else None


def _find(session: Session, consent_id: int) -> QuoteConsent | None:
    return session.scalar(
        select(QuoteConsent)
        .where(QuoteConsent.id == consent_id, QuoteConsent.state != ConsentState.REPLACED)
        .options(joinedload(QuoteConsent.entry).joinedload(NoteEntry.note))
    )


def list_texts_with(ctx: Context, entry_id: int) -> list[tuple[Publication, Edition | None]]:
    """Return the texts that have the quote behind a paragraph, each with its latest edition."""
    found = ctx.session.scalars(
        select(Publication)
        .where(Publication.id.in_(select(Source.publication_id).where(Source.entry_id == entry_id)))
        .order_by(Publication.kind, Publication.number)
    ).all()
    editions = notes.latest_editions(ctx, [each.id for each in found])
    return [(each, editions.get(each.id)) for each in found]


def count_to_act_on(ctx: Context, event: Event) -> int:
    """Return how many quotes were answered since the text that holds them was published last, if ever."""
    later_edition = exists().where(
        Edition.publication_id == Publication.id, Edition.published_at >= QuoteConsent.answered_at
    )
    any_edition = exists().where(Edition.publication_id == Publication.id)
    waits = exists().where(
        Source.entry_id == QuoteConsent.entry_id,
        Publication.id == Source.publication_id,
        Publication.state != PublicationState.FINAL,
        ~later_edition,
        or_(QuoteConsent.state == ConsentState.GIVEN, any_edition),
    )
    answered = QuoteConsent.state.in_((ConsentState.GIVEN, ConsentState.REFUSED))
    found = ctx.session.scalar(
        select(func.count()).select_from(QuoteConsent).where(QuoteConsent.event_id == event.id, answered, waits)
    )
    return found or 0


def list_people_to_ask(ctx: Context, event: Event) -> Sequence[Registration]:
    """Return the participants who may have said something, by name."""
    return ctx.session.scalars(
        select(Registration)
        .where(Registration.event_id == event.id, Registration.state == State.APPROVED)
        .order_by(func.lower(Registration.name), Registration.id)
    ).all()
