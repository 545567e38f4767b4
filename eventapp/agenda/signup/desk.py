"""Who signed up, as organisers read it: counts per session, and one session's list as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from eventapp.agenda.signup import queries
from eventapp.agenda.signup.models import SignUp
from eventapp.agenda.signup.states import SignUpState
from eventapp.agenda.snapshot import SessionEntry, Snapshot, order
from eventapp.core import audit
from eventapp.core.context import Context
from eventapp.core.formatting import country_name
from eventapp.core.tables import Cell
from eventapp.core.wall_time import to_wall
from eventapp.events.models import Event
from eventapp.registrations.states import Mode
from eventapp.registrations.words import MODE


@dataclass(frozen=True)
class Count:
    """How many have chosen a session and how many wait for it."""

    session: SessionEntry
    in_person: int
    remote: int
    waiting: int

    @property
    def free(self) -> int | None:
        """Return how many places are left, below nought when more were given; None where there is no limit."""
        if not self.session.sign_up or self.session.capacity is None:
            return None
        return self.session.capacity - self.in_person


def count_sessions(ctx: Context, event: Event, snapshot: Snapshot) -> list[Count]:
    """Return the sessions that one signs up for, or that somebody has chosen, in three queries."""
    in_person = queries.count_chosen(ctx, event.id, Mode.IN_PERSON)
    remote = queries.count_chosen(ctx, event.id, Mode.REMOTE)
    waiting = queries.waiting_lines(ctx, event.id)
    return [
        Count(each, in_person[each.id], remote[each.id], len(waiting.get(each.id, [])))
        for each in sorted(snapshot.sessions, key=order)
        if each.sign_up or in_person[each.id] or remote[each.id] or each.id in waiting
    ]


def count_people(session: SessionEntry, people: Sequence[SignUp]) -> Count:
    """Return the figures of a session whose people are at hand."""
    chosen = [each.registration.mode for each in people if each.state is SignUpState.CHOSEN]
    waiting = sum(each.state is SignUpState.WAITING for each in people)
    return Count(session, chosen.count(Mode.IN_PERSON), chosen.count(Mode.REMOTE), waiting)


def table_of(event: Event, people: Sequence[SignUp], language: str) -> tuple[list[str], list[list[Cell]]]:
    """Return the head and the rows of a session's list."""
    head = [
        _("Name"),
        _("Organisation"),
        _("Country"),
        _("Email"),
        _("Mode"),
        _("State"),
        _("Since"),
    ]
    said = {SignUpState.CHOSEN: _("signed up"), SignUpState.WAITING: _("waiting")}
    rows: list[list[Cell]] = [
        [
            each.registration.name,
            each.registration.organisation,
            country_name(each.registration.country, language),
            each.registration.email,
            str(MODE[each.registration.mode]),
            str(said[each.state]),
            to_wall(each.since_at, event.timezone),
        ]
        for each in people
    ]
    return head, rows


def note_taken(ctx: Context, event: Event, session: SessionEntry, number: int) -> None:
    """Record that the list of a session was taken along."""
    audit.record(ctx, event, "export-sign-ups", {"count": number, "format": "csv", "session": session.title.text("en")})
