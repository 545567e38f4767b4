"""Reads of invitations, expressions of interest and the previews of imports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from eventapp.core.audit import AuditEntry
from eventapp.core.context import Context
from eventapp.core.errors import NotFound
from eventapp.core.text import fold
from eventapp.core.tokens import LinkKeys, Purpose
from eventapp.events.models import Event
from eventapp.events.states import EventState
from eventapp.invitations.models import ImportPreview, Interest, Invitation
from eventapp.invitations.states import ACTIVE, InterestState, InvitationState

PAGE_SIZE = 50
_LARGEST_ID = 2**31
_NAMES_SOMEBODY = Invitation.email != ""  # of an erased person only the row's number is left
_SOMEBODYS = Interest.email != ""
_OPENS = frozenset(InvitationState) - {InvitationState.DRAFT, InvitationState.REVOKED}


@dataclass(frozen=True)
class Filters:
    """What a list of invitations is narrowed to; empty means everything."""

    state: InvitationState | None = None
    category_id: int | None = None
    language: str = ""
    country: str = ""
    search: str = ""
    proposed: bool = False  # by somebody who cannot come

    def clauses(self) -> list[ColumnElement[bool]]:
        """Return the conditions."""
        found: list[ColumnElement[bool]] = []
        if self.state is not None:
            found.append(Invitation.state == self.state)
        if self.category_id is not None:
            found.append(Invitation.category_id == self.category_id)
        if self.language:
            found.append(Invitation.language == self.language)
        if self.country:
            found.append(Invitation.country == self.country)
        if self.proposed:
            found.append(Invitation.delegated_from_id.is_not(None))
        found += [Invitation.search_text.contains(word, autoescape=True) for word in fold(self.search).split()[:8]]
        return found


@dataclass(frozen=True)
class PageOf:
    """One page of a list: its rows, which page it is, and how many there are."""

    rows: Sequence[Invitation]
    number: int
    total: int

    @property
    def pages(self) -> int:
        """Return how many pages there are, at least one."""
        return max(1, -(-self.total // PAGE_SIZE))

    @property
    def first(self) -> int:
        """Return the place of the first row in the whole list, counted from 1."""
        return (self.number - 1) * PAGE_SIZE + 1

    @property
    def last(self) -> int:
        """Return the place of the last row in the whole list."""
        return min(self.number * PAGE_SIZE, self.total)


def find_by_token(session: Session, keys: LinkKeys, token: str) -> Invitation | None:
    """Return the invitation that the personal link opens, with its event; a revoked or reissued one opens none."""
    return _opened_by(session, keys, token, Purpose.PARTICIPATION)


def find_by_reminder_token(session: Session, keys: LinkKeys, token: str) -> Invitation | None:
    """Return the invitation whose reminders the link in a reminder stops."""
    return _opened_by(session, keys, token, Purpose.NO_REMINDERS)


def find_opened(session: Session, event_id: int, invitation_id: int, link_version: int) -> Invitation | None:
    """Return the invitation that a browser opened before, unless its link was reissued or revoked since."""
    found = _find(session, invitation_id)
    if found is None or found.event_id != event_id or found.link_version != link_version:
        return None
    return found


def find_interest_by_token(session: Session, keys: LinkKeys, token: str) -> Interest | None:
    """Return the expression of interest that the link in the mail confirms."""
    claimed = _claimed_id(keys, token)
    if claimed is None:
        return None
    found = session.scalar(select(Interest).options(joinedload(Interest.event)).where(Interest.id == claimed))
    if found is None or not keys.opens(token, Purpose.INTEREST, found.id, found.link_version):
        return None
    return found


def link_version(session: Session, invitation_id: int) -> int | None:
    """Return the version that an invitation's links carry now, or None when none opens anything."""
    return session.scalar(
        select(Invitation.link_version).where(Invitation.id == invitation_id, Invitation.state.in_(_OPENS))
    )


def interest_link_version(session: Session, interest_id: int) -> int | None:
    """Return the version that the link to confirm an expression of interest carries now."""
    return session.scalar(select(Interest.link_version).where(Interest.id == interest_id))


def get_invitation(ctx: Context, event: Event, invitation_id: int, *, lock: bool = False) -> Invitation:
    """Return an invitation of this event, locked against others if asked. Raises `NotFound`."""
    query = select(Invitation).where(Invitation.id == invitation_id, Invitation.event_id == event.id, _NAMES_SOMEBODY)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = ctx.session.scalar(query) if invitation_id < _LARGEST_ID else None
    if found is None:
        raise NotFound(_("There is no such invitation in this event."))
    return found


def lock(ctx: Context, thing: Invitation | Interest) -> None:
    """Read the thing afresh and keep others from changing it until the unit of work ends. Raises `NotFound`.

    Not `Session.refresh`: that repeats the joins the thing was loaded with, which PostgreSQL cannot lock.
    """
    ctx.session.flush()
    kind = type(thing)
    afresh = select(kind).where(kind.id == thing.id).with_for_update().execution_options(populate_existing=True)
    if ctx.session.scalar(afresh) is None:
        raise NotFound(_("It was deleted in the meantime."))


def find_active(ctx: Context, event: Event, email: str) -> Invitation | None:
    """Return the one invitation of an address that stands in this event."""
    return ctx.session.scalar(
        select(Invitation).where(
            Invitation.event_id == event.id, Invitation.email == email, Invitation.state.in_(ACTIVE)
        )
    )


def list_to_mail_again(ctx: Context, email: str) -> Sequence[Invitation]:
    """Return the sent and accepted invitations of an address, to events not cancelled and not long over."""
    return ctx.session.scalars(
        select(Invitation)
        .join(Invitation.event)
        .options(joinedload(Invitation.event))
        .where(
            Invitation.email == email,
            Invitation.state.in_((InvitationState.SENT, InvitationState.ACCEPTED)),
            Event.state.in_((EventState.PUBLISHED, EventState.CLOSED)),
            Event.ends_on >= (ctx.now - timedelta(days=90)).date(),
        )
        .order_by(Invitation.id)
    ).all()


def page_of_invitations(ctx: Context, event: Event, filters: Filters, number: int) -> PageOf:
    """Return one page of the event's invitations, by name."""
    where = (Invitation.event_id == event.id, _NAMES_SOMEBODY, *filters.clauses())
    total = ctx.session.scalar(select(func.count()).select_from(Invitation).where(*where)) or 0
    number = min(max(1, number), max(1, -(-total // PAGE_SIZE)))
    rows = ctx.session.scalars(
        select(Invitation)
        .options(joinedload(Invitation.category), joinedload(Invitation.delegated_from))
        .where(*where)
        .order_by(Invitation.search_text, Invitation.id)
        .offset((number - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE)
    ).all()
    return PageOf(rows, number, total)


def count_by_state(ctx: Context, event: Event) -> Mapping[InvitationState, int]:
    """Return how many invitations of the event are in each state."""
    counted = ctx.session.execute(
        select(Invitation.state, func.count())
        .where(Invitation.event_id == event.id, _NAMES_SOMEBODY)
        .group_by(Invitation.state)
    )
    found = {state: number for state, number in counted}  # noqa: C416 - dict() takes a result for a mapping
    return {state: found.get(state, 0) for state in InvitationState}


def count_unanswered(ctx: Context, event: Event) -> int:
    """Return how many invitations were sent and wait for an answer."""
    return _count(ctx, Invitation.event_id == event.id, Invitation.state == InvitationState.SENT)


def count_proposals(ctx: Context, event: Event) -> int:
    """Return how many proposed colleagues wait for a letter or a kind refusal."""
    return _count(
        ctx,
        Invitation.event_id == event.id,
        Invitation.state == InvitationState.DRAFT,
        Invitation.delegated_from_id.is_not(None),
        Invitation.sent_at.is_(None),
    )


def list_countries(ctx: Context, event: Event) -> Sequence[str]:
    """Return the countries of the event's invitations."""
    return ctx.session.scalars(
        select(Invitation.country).where(Invitation.event_id == event.id, Invitation.country != "").distinct()
    ).all()


def list_drafts(
    ctx: Context, event: Event, *, ids: Sequence[int] = (), filters: Filters | None = None, up_to: int | None = None
) -> Sequence[Invitation]:
    """Return drafts in the order they were written: those of the ids, or those the filters leave, up to an id."""
    query = _of_event(event).where(Invitation.state == InvitationState.DRAFT)
    query = query.where(*filters.clauses()) if filters is not None else query.where(Invitation.id.in_(ids))
    if up_to is not None:
        query = query.where(Invitation.id <= up_to)
    return ctx.session.scalars(query).all()


def list_to_remind(ctx: Context, event: Event, pause_days: int, up_to: int | None = None) -> Sequence[Invitation]:
    """Return the invitations whose holders may be reminded: unanswered, not refused, not written to lately."""
    before = ctx.now - timedelta(days=pause_days)
    query = _of_event(event).where(
        Invitation.state == InvitationState.SENT,
        Invitation.no_reminders_at.is_(None),
        Invitation.sent_at <= before,
        or_(Invitation.reminded_at.is_(None), Invitation.reminded_at <= before),
        or_(Invitation.answer_by_at.is_(None), Invitation.answer_by_at > ctx.now),
    )
    if up_to is not None:
        query = query.where(Invitation.id <= up_to)
    return ctx.session.scalars(query).all()


def list_overdue(ctx: Context) -> Sequence[Invitation]:
    """Return the invitations, of any event, whose time to answer has run out."""
    return ctx.session.scalars(
        select(Invitation)
        .where(Invitation.state == InvitationState.SENT, Invitation.answer_by_at <= ctx.now)
        .order_by(Invitation.id)
        .limit(500)
        .with_for_update(skip_locked=True)
    ).all()


def known_addresses(ctx: Context, event: Event) -> Mapping[str, InvitationState]:
    """Return every address that has an invitation in the event, with the state that matters most."""
    rows = ctx.session.execute(
        select(Invitation.email, Invitation.state)
        .where(Invitation.event_id == event.id, _NAMES_SOMEBODY)
        .order_by(Invitation.id)
    )
    known: dict[str, InvitationState] = {}
    for email, state in rows:
        if known.get(email) not in ACTIVE:
            known[email] = state
    return known


def list_history(ctx: Context, event: Event, object_type: str, object_id: int) -> Sequence[AuditEntry]:
    """Return what happened to one object of the event, the latest first."""
    return ctx.session.scalars(
        select(AuditEntry)
        .where(
            AuditEntry.event_id == event.id, AuditEntry.object_type == object_type, AuditEntry.object_id == object_id
        )
        .order_by(AuditEntry.id.desc())
        .limit(200)
    ).all()


def get_interest(ctx: Context, event: Event, interest_id: int, *, lock: bool = False) -> Interest:
    """Return an expression of interest in this event. Raises `NotFound`."""
    query = select(Interest).where(Interest.id == interest_id, Interest.event_id == event.id, _SOMEBODYS)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = ctx.session.scalar(query) if interest_id < _LARGEST_ID else None
    if found is None:
        raise NotFound(_("There is no such expression of interest in this event."))
    return found


def find_interest(ctx: Context, event: Event, email: str) -> Interest | None:
    """Return the latest expression of interest of an address in this event."""
    return ctx.session.scalar(
        select(Interest).where(Interest.event_id == event.id, Interest.email == email).order_by(Interest.id.desc())
    )


def list_interests(ctx: Context, event: Event, state: InterestState | None = None) -> Sequence[Interest]:
    """Return the expressions of interest, those that wait longest first."""
    query = select(Interest).options(joinedload(Interest.theme)).where(Interest.event_id == event.id, _SOMEBODYS)
    if state is not None:
        query = query.where(Interest.state == state)
    return ctx.session.scalars(query.order_by(Interest.created_at, Interest.id)).all()


def count_interest_by_state(ctx: Context, event: Event) -> Mapping[InterestState, int]:
    """Return how many expressions of interest are in each state."""
    counted = ctx.session.execute(
        select(Interest.state, func.count()).where(Interest.event_id == event.id, _SOMEBODYS).group_by(Interest.state)
    )
    found = {state: number for state, number in counted}  # noqa: C416 - dict() takes a result for a mapping
    return {state: found.get(state, 0) for state in InterestState}


def count_open_interest(ctx: Context, event: Event) -> int:
    """Return how many expressions of interest wait for an answer."""
    where = and_(Interest.event_id == event.id, Interest.state == InterestState.OPEN, _SOMEBODYS)
    return ctx.session.scalar(select(func.count()).select_from(Interest).where(where)) or 0


def find_invitation_of_interest(ctx: Context, interest: Interest) -> Invitation | None:
    """Return the invitation that came of an expression of interest."""
    return ctx.session.scalar(
        select(Invitation).where(Invitation.interest_id == interest.id).order_by(Invitation.id.desc())
    )


def get_preview(ctx: Context, event: Event, preview_id: int, *, lock: bool = False) -> ImportPreview:
    """Return the preview of an import into this event. Raises `NotFound`."""
    query = select(ImportPreview).where(ImportPreview.id == preview_id, ImportPreview.event_id == event.id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = ctx.session.scalar(query) if preview_id < _LARGEST_ID else None
    if found is None:
        raise NotFound(_("This preview is no longer there. Choose the file again."))
    return found


def list_stale_previews(ctx: Context, before: datetime) -> Sequence[ImportPreview]:
    """Return the previews made before the instant."""
    return ctx.session.scalars(select(ImportPreview).where(ImportPreview.created_at < before)).all()


def _of_event(event: Event) -> Select[Any]:
    return (
        select(Invitation)
        .options(joinedload(Invitation.event))
        .where(Invitation.event_id == event.id)
        .order_by(Invitation.id)
    )


def _count(ctx: Context, *where: ColumnElement[bool]) -> int:
    return ctx.session.scalar(select(func.count()).select_from(Invitation).where(*where)) or 0


def _claimed_id(keys: LinkKeys, token: str) -> int | None:
    claimed = keys.object_id(token)
    return claimed if claimed is not None and claimed < _LARGEST_ID else None


def _opened_by(session: Session, keys: LinkKeys, token: str, purpose: Purpose) -> Invitation | None:
    claimed = _claimed_id(keys, token)
    found = _find(session, claimed) if claimed is not None else None
    if found is None or not keys.opens(token, purpose, found.id, found.link_version):
        return None
    return found


def _find(session: Session, invitation_id: int) -> Invitation | None:
    return session.scalar(
        select(Invitation)
        .options(joinedload(Invitation.event), joinedload(Invitation.category))
        .where(Invitation.id == invitation_id, Invitation.state.in_(_OPENS))
    )
