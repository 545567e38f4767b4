"""Reads of who must not be named, what is public anyway, the rules of sessions, overrides and consents."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from eventapp.agenda.models import AgendaSession, SessionPerson
from eventapp.core.context import Context
from eventapp.core.errors import NotFound
from eventapp.core.languages import LANGUAGES
from eventapp.events.models import Event
from eventapp.events.states import AttributionRule
from eventapp.notes.attribution.models import NameOverride, QuoteConsent, SessionRule
from eventapp.notes.attribution.names import Known
from eventapp.notes.attribution.states import ConsentState
from eventapp.notes.session_notes import queries as session_notes
from eventapp.notes.session_notes.models import NoteEntry, SessionNote
from eventapp.notes.session_notes.queries import READABLE
from eventapp.notes.session_notes.states import EntryKind
from eventapp.registrations.models import Registration


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
    wanted = (
        select(NoteEntry)
        .join(NoteEntry.note)
        .where(SessionNote.event_id == event.id, NoteEntry.kind == EntryKind.QUOTE, NoteEntry.removed_at.is_(None))
        .options(contains_eager(NoteEntry.note))
        .order_by(SessionNote.starts_local, SessionNote.session_id, NoteEntry.position, NoteEntry.id)
    )
    if handed_in:
        wanted = wanted.where(SessionNote.state.in_(READABLE))
    entries = ctx.session.scalars(wanted).all()
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
    rows = ctx.session.scalars(
        select(QuoteConsent)
        .where(QuoteConsent.event_id == event.id, QuoteConsent.state != ConsentState.REPLACED)
        .order_by(QuoteConsent.id)
    )
    return {each.entry_id: each for each in rows}


def count_consents(ctx: Context, event: Event, state: ConsentState) -> int:
    """Return how many questions for consent stand so."""
    return (
        ctx.session.scalar(
            select(func.count())
            .select_from(QuoteConsent)
            .where(QuoteConsent.event_id == event.id, QuoteConsent.state == state)
        )
        or 0
    )
