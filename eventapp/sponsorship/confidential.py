"""What the mail log and the audit tell of requests, and to whom: to nobody more than the pages of sponsorship do."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import load_only

from eventapp.accounts.models import Account
from eventapp.core.access import Permission
from eventapp.core.audit import AuditEntry
from eventapp.core.context import ActorKind, Context
from eventapp.events.models import Event, Membership
from eventapp.mail.models import OutboxMessage
from eventapp.sponsorship.deciding import messages as decision_messages
from eventapp.sponsorship.deciding.models import Successor
from eventapp.sponsorship.letters import messages as letter_messages
from eventapp.sponsorship.letters.models import Letter
from eventapp.sponsorship.models import Fund, Line, SponsorshipRequest
from eventapp.sponsorship.review import messages as review_messages
from eventapp.sponsorship.review.conflicts import find_workplace, hidden_from
from eventapp.sponsorship.review.models import DeclaredConflict, Review
from eventapp.sponsorship.sensitive import messages as sensitive_messages
from eventapp.sponsorship.sensitive.models import SensitiveRecord
from eventapp.sponsorship.spending import messages as spending_messages
from eventapp.sponsorship.spending.models import Authorisation, Booking, Receipt

MAILS = "sponsorship/"  # how the kinds of all mails of this room begin
_THINGS = "sponsorship_"  # how all its tables begin


def readable_mails(ctx: Context, event_id: int, permissions: Collection[Permission]) -> Collection[str]:
    """Return the things whose mails somebody with these permissions may read in the mail log."""
    event = ctx.session.get_one(Event, event_id)
    ids = _readable(ctx, event, permissions)
    if ids is None:
        return frozenset()
    staff = select(Account).join(Membership, Membership.account_id == Account.id).where(Membership.event_id == event_id)
    requests = _rows(ctx, SponsorshipRequest, SponsorshipRequest.id.in_(ids))
    return {
        *(decision_messages.about(each) for each in requests),
        *(spending_messages.about(each) for each in requests),
        *(letter_messages.about(each) for each in _rows(ctx, Letter, Letter.request_id.in_(ids))),
        *(sensitive_messages.about(each) for each in _rows(ctx, SensitiveRecord, SensitiveRecord.request_id.in_(ids))),
        *(decision_messages.about_fund(each) for each in _rows(ctx, Fund, Fund.event_id == event_id)),
        *(review_messages.about_reviewer(event, each) for each in ctx.session.scalars(staff)),
    }


def entries_for(ctx: Context, event: Event, permissions: Collection[Permission]) -> ColumnElement[bool]:
    """Return the condition of the event's audit entries that somebody with these permissions may see.

    What was done to a request tells by its moment whose it is, so an entry is seen by whoever may read the request;
    what became of its mails stands in the mail log alone.
    """
    ids = _readable(ctx, event, permissions) or []
    lines = select(Line.id).where(Line.request_id.in_(ids))
    things: dict[str, Collection[int] | Select[Any]] = {
        SponsorshipRequest.__tablename__: ids,
        Line.__tablename__: lines,
        Successor.__tablename__: select(Successor.id).where(
            Successor.ended_id.in_(ids), or_(Successor.suggested_id.is_(None), Successor.suggested_id.in_(ids))
        ),
    }
    for of_request in (Review, DeclaredConflict, Letter, SensitiveRecord):
        things[of_request.__tablename__] = select(of_request.id).where(of_request.request_id.in_(ids))
    for of_line in (Booking, Receipt, Authorisation):
        things[of_line.__tablename__] = select(of_line.id).where(of_line.line_id.in_(lines))
    mails = select(OutboxMessage.id).where(
        OutboxMessage.event_id == event.id, OutboxMessage.kind.startswith(MAILS, autoescape=True)
    )
    return and_(
        *(
            # 0: it no longer says of whom
            or_(AuditEntry.object_type != kind, AuditEntry.object_id == 0, AuditEntry.object_id.in_(found))
            for kind, found in things.items()
        ),
        or_(AuditEntry.object_type != OutboxMessage.__tablename__, AuditEntry.object_id.not_in(mails)),
    )


def by_the_person() -> ColumnElement[bool]:
    """Return the condition of an entry whose actor is the person who asks; the audit does not say who that is."""
    return and_(
        AuditEntry.actor_kind == ActorKind.PARTICIPANT, AuditEntry.object_type.startswith(_THINGS, autoescape=True)
    )


def is_by_the_person(entry: AuditEntry) -> bool:
    """Tell whether the entry's actor is the person who asks for support."""
    return entry.actor_kind == ActorKind.PARTICIPANT and entry.object_type.startswith(_THINGS)


def _readable(ctx: Context, event: Event, permissions: Collection[Permission]) -> list[int] | None:
    """Return the requests that the acting member of staff may read; None when they read none whatever there is."""
    if Permission.SPONSORSHIP_DECIDE not in permissions or find_workplace(ctx, event) is None:
        return None
    sent = select(SponsorshipRequest.id).where(
        SponsorshipRequest.event_id == event.id,
        SponsorshipRequest.submitted_at.is_not(None),
        SponsorshipRequest.registration_id.is_not(None),
    )
    ids = ctx.session.scalars(sent.order_by(SponsorshipRequest.id)).all()
    hidden = hidden_from(ctx, event) if ids else ()
    return [each for each in ids if each not in hidden]


def _rows(ctx: Context, model: Any, condition: ColumnElement[bool]) -> list[Any]:
    """Return rows of which no more is wanted than their number."""
    return list(ctx.session.scalars(select(model).where(condition).options(load_only(model.id))))
