"""What is kept, for how long, and what forgets it: one table, which the worker runs and the pages show.

A run forgets at most `BATCH` rows of a class in one short unit of work; what is left waits for the next run.
Nothing of an event that is not over is forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, exists, or_, select

from eventapp.core import audit
from eventapp.core.audit import AuditEntry
from eventapp.core.context import Context
from eventapp.core.wall_time import to_wall
from eventapp.events.models import Event
from eventapp.invitations import retention as invitations
from eventapp.invitations.models import ImportPreview, Interest, Invitation
from eventapp.mail import retention as mail
from eventapp.mail.models import OutboxMessage
from eventapp.registrations import queries as registrations
from eventapp.registrations import retention as registration_retention
from eventapp.registrations.checkin.models import CheckIn
from eventapp.registrations.models import Registration, RegistrationDraft
from eventapp.registrations.personal_data import hooks, messages, rules, service, words
from eventapp.registrations.personal_data.rules import Basis, DataClass
from eventapp.registrations.questions import retention as own_questions
from eventapp.registrations.questions.models import AnswerFile

NEEDS_DAYS = FILES_DAYS = DRAFT_DAYS = INTEREST_DAYS = 30
MAIL_DAYS = 90
BATCH = 200
FAREWELL_TRIES = timedelta(days=7)  # after which a last mail that cannot be delivered is forgotten too
NO_EVENT_DAYS = 90  # for mails of no event, such as those to sign in

# The kinds of things whose entries in the audit name participants.
ABOUT_PEOPLE = tuple(
    model.__tablename__
    for model in (Invitation, Interest, ImportPreview, Registration, CheckIn, OutboxMessage, AnswerFile)
)


@dataclass(frozen=True)
class Kept:
    """One class: `days` after the basis, None meaning as long as everything else; what is left; what forgets it."""

    key: DataClass
    basis: Basis
    days: int | None
    left: Callable[[], ColumnElement[bool]]  # whether the event has any
    forget: Callable[[Context, Event, int], int]

    def days_of(self, event: Event) -> int:
        """Return after how many days it is forgotten in the event, which keeps nothing longer than everything."""
        if self.days is None:
            return event.retention_days
        return min(self.days, event.retention_days) if self.basis is Basis.EVENT else self.days

    def due_at(self, event: Event) -> datetime:
        """Return the instant from which it is forgotten."""
        return rules.due_at(
            self.basis,
            self.days,
            over_at=rules.ends_at(event.ends_on, event.timezone),
            closes_at=registrations.registration_closes(event),
            keep_days=event.retention_days,
        )

    def last_day(self, event: Event) -> date:
        """Return the last day, at the event's place, on which it is still there."""
        return to_wall(self.due_at(event) - timedelta(seconds=1), event.timezone).date()

    def how_long(self, event: Event) -> str:
        """Return for how long it is kept, in words."""
        return words.how_long(self.basis, self.days_of(event))


def _texts(ctx: Context, event: Event, limit: int) -> int:
    # As old as the class says, or as everything else is: an event may keep nothing as long as that.
    before = ctx.now if ctx.now >= CLASSES[DataClass.PEOPLE].due_at(event) else ctx.now - timedelta(days=MAIL_DAYS)
    return mail.forget_texts(ctx, event.id, before, limit)


def _history(ctx: Context, event: Event, limit: int) -> int:
    """Delete entries about people; of the others, such as those about the agenda, only the reasons go."""
    purged = audit.purge(ctx, event.id, (*ABOUT_PEOPLE, *hooks.audited), limit)
    return purged or audit.drop_reasons(ctx, event.id, limit)


def _interests(ctx: Context, event: Event, limit: int) -> int:
    everything = ctx.now >= CLASSES[DataClass.PEOPLE].due_at(event)
    ids = invitations.list_interest_ids(ctx, event.id, limit, invited_too=everything)
    return invitations.forget_interests(ctx, event, ids)


def _all(*kept: Kept) -> Mapping[DataClass, Kept]:
    return {each.key: each for each in kept}


CLASSES: Mapping[DataClass, Kept] = _all(
    Kept(
        DataClass.NEEDS,
        Basis.EVENT,
        NEEDS_DAYS,
        lambda: exists().where(Registration.event_id == Event.id, registration_retention.has_needs()),
        lambda ctx, event, limit: registration_retention.forget_needs(ctx, event.id, limit),
    ),
    Kept(
        DataClass.SENSITIVE,
        Basis.EVENT,
        own_questions.SENSITIVE_DAYS,
        own_questions.may_have_sensitive_answers,
        lambda ctx, event, limit: own_questions.forget_sensitive(ctx, event.id, limit),
    ),
    Kept(
        DataClass.FILES,
        Basis.EVENT,
        FILES_DAYS,
        lambda: exists().where(AnswerFile.event_id == Event.id),
        lambda ctx, event, limit: own_questions.forget_files(ctx, event.id, limit),
    ),
    Kept(
        DataClass.DRAFTS,
        Basis.CLOSING,
        DRAFT_DAYS,
        lambda: exists().where(Invitation.event_id == Event.id, RegistrationDraft.invitation_id == Invitation.id),
        lambda ctx, event, limit: registration_retention.forget_drafts(ctx, event.id, limit),
    ),
    Kept(
        DataClass.INTERESTS,
        Basis.EVENT,
        INTEREST_DAYS,
        lambda: exists().where(Interest.event_id == Event.id, Interest.email != ""),
        _interests,
    ),
    Kept(
        DataClass.MAIL_TEXTS,
        Basis.WRITING,
        MAIL_DAYS,
        lambda: exists().where(OutboxMessage.event_id == Event.id, mail.has_text()),
        _texts,
    ),
    Kept(
        DataClass.MAILS,
        Basis.EVENT,
        None,
        lambda: exists().where(OutboxMessage.event_id == Event.id),
        lambda ctx, event, limit: mail.forget_event(ctx, event.id, limit),
    ),
    Kept(
        DataClass.PEOPLE,
        Basis.EVENT,
        None,
        lambda: exists().where(Invitation.event_id == Event.id, Invitation.email != ""),
        service.expire,
    ),
    Kept(
        DataClass.HISTORY,
        Basis.EVENT,
        None,
        lambda: exists().where(
            AuditEntry.event_id == Event.id,
            or_(AuditEntry.object_type.in_((*ABOUT_PEOPLE, *hooks.audited)), audit.says_why()),
        ),
        _history,
    ),
)


def job(key: DataClass) -> Callable[[Context], int]:
    """Return the worker's job that forgets what is due of a class and returns of how many rows."""
    return lambda ctx: forget(ctx, CLASSES[key])


def forget(ctx: Context, kept: Kept, limit: int = BATCH) -> int:
    """Forget up to `limit` rows of the class in events for which its time has come, and return how many."""
    number = 0
    for event in _due(ctx, kept):
        number += kept.forget(ctx, event, limit - number)
        if number >= limit:
            break
    return number


def forget_mails_of_no_event(ctx: Context) -> int:
    """Delete old mails to sign in, and return how many."""
    return mail.forget_without_event(ctx, ctx.now - timedelta(days=NO_EVENT_DAYS), BATCH)


def forget_farewells(ctx: Context) -> int:
    """Delete the last mails to erased people that have left, and those that could not for a week."""
    return mail.forget_once_left(ctx, [messages.ERASED], ctx.now - FAREWELL_TRIES)


def _due(ctx: Context, kept: Kept) -> list[Event]:
    """Return the events that are over, have any of the class left, and whose time has come."""
    over = ctx.session.scalars(
        select(Event)
        .where(Event.ends_on <= (ctx.now + timedelta(days=1)).date(), kept.left())
        .order_by(Event.ends_on, Event.id)
    )
    return [event for event in over.all() if ctx.now >= _first_due(kept, event)]


def _first_due(kept: Kept, event: Event) -> datetime:
    """Return from when the class is looked at: mails age one by one, from the end of the event on."""
    if kept.basis is Basis.WRITING:
        return rules.ends_at(event.ends_on, event.timezone)
    return kept.due_at(event)
