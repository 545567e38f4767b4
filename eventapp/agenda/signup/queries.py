"""Reads of sign-ups and calendar feeds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from eventapp.agenda import queries as agenda
from eventapp.agenda.queries import Released
from eventapp.agenda.signup.models import CalendarFeed, SignUp
from eventapp.agenda.signup.states import SignUpState
from eventapp.core.context import Context
from eventapp.core.tokens import LinkKeys, Purpose
from eventapp.events.models import Event
from eventapp.registrations.models import Registration
from eventapp.registrations.states import Mode, State

_LARGEST_ID = 2**31
_IN_ORDER = (SignUp.since_at, SignUp.id)


def find_sign_up(ctx: Context, registration_id: int, session_id: int) -> SignUp | None:
    """Return somebody's sign-up for a session, left ones too."""
    return ctx.session.scalar(
        select(SignUp).where(SignUp.registration_id == registration_id, SignUp.session_id == session_id)
    )


def list_own(ctx: Context, registration_id: int) -> Sequence[SignUp]:
    """Return what somebody has chosen or waits for."""
    return ctx.session.scalars(
        select(SignUp)
        .where(SignUp.registration_id == registration_id, SignUp.state != SignUpState.LEFT)
        .order_by(SignUp.id)
    ).all()


def list_chosen_by(ctx: Context, registration_ids: Collection[int]) -> dict[int, set[int]]:
    """Return by registration the ids of the sessions that were chosen."""
    found: dict[int, set[int]] = {each: set() for each in registration_ids}
    rows = ctx.session.execute(
        select(SignUp.registration_id, SignUp.session_id).where(
            SignUp.registration_id.in_(registration_ids), SignUp.state == SignUpState.CHOSEN
        )
    )
    for registration_id, session_id in rows:
        found[registration_id].add(session_id)
    return found


def list_chosen(ctx: Context, event_id: int, session_ids: Collection[int]) -> Sequence[SignUp]:
    """Return who of the confirmed people has chosen one of the sessions, with the registration."""
    return ctx.session.scalars(
        select(SignUp)
        .join(SignUp.registration)
        .where(
            SignUp.event_id == event_id,
            SignUp.session_id.in_(session_ids),
            SignUp.state == SignUpState.CHOSEN,
            _confirmed(),
        )
        .order_by(SignUp.id)
        .options(joinedload(SignUp.registration).joinedload(Registration.invitation))
    ).all()


def list_waiting(ctx: Context, event_id: int) -> Sequence[SignUp]:
    """Return everybody who waits for a session of the event, in the order in which they came."""
    return ctx.session.scalars(
        select(SignUp)
        .join(SignUp.registration)
        .where(SignUp.event_id == event_id, SignUp.state == SignUpState.WAITING, _confirmed())
        .order_by(*_IN_ORDER)
        .options(joinedload(SignUp.registration))
        .execution_options(populate_existing=True)
    ).all()


def list_remote(ctx: Context, event_id: int, session_ids: Collection[int]) -> Sequence[Registration]:
    """Return who of the confirmed people takes part remotely and has chosen, or waits for, one of the sessions."""
    signed_up = select(SignUp.registration_id).where(
        SignUp.event_id == event_id, SignUp.session_id.in_(session_ids), SignUp.state != SignUpState.LEFT
    )
    return ctx.session.scalars(
        select(Registration)
        .where(Registration.id.in_(signed_up), Registration.mode == Mode.REMOTE, _confirmed())
        .order_by(Registration.id)
        .options(joinedload(Registration.invitation))
    ).all()


def list_of(ctx: Context, registration_ids: Collection[int]) -> Sequence[SignUp]:
    """Return what these people have chosen or wait for."""
    return ctx.session.scalars(
        select(SignUp).where(SignUp.registration_id.in_(registration_ids), SignUp.state != SignUpState.LEFT)
    ).all()


def list_entered(ctx: Context, event_id: int) -> Sequence[SignUp]:
    """Return the sign-ups whose entry was mailed and not taken back, with the registration."""
    return ctx.session.scalars(
        select(SignUp)
        .where(SignUp.event_id == event_id, SignUp.state != SignUpState.LEFT, SignUp.revision % 2 == 1)
        .order_by(SignUp.id)
        .options(joinedload(SignUp.registration))
    ).all()


def waiting_lines(ctx: Context, event_id: int) -> dict[int, list[int]]:
    """Return by session the registrations that wait for it, in order."""
    rows = ctx.session.execute(
        select(SignUp.session_id, SignUp.registration_id)
        .join(SignUp.registration)
        .where(SignUp.event_id == event_id, SignUp.state == SignUpState.WAITING, _confirmed())
        .order_by(*_IN_ORDER)
    )
    lines: dict[int, list[int]] = {}
    for session_id, registration_id in rows:
        lines.setdefault(session_id, []).append(registration_id)
    return lines


def count_chosen(ctx: Context, event_id: int, mode: Mode) -> Counter[int]:
    """Return by session how many confirmed people who take part this way have chosen it."""
    rows = ctx.session.execute(
        select(SignUp.session_id, func.count(SignUp.id).label("people"))
        .join(SignUp.registration)
        .where(SignUp.event_id == event_id, SignUp.state == SignUpState.CHOSEN, _confirmed(), Registration.mode == mode)
        .group_by(SignUp.session_id)
    )
    return Counter({row.session_id: row.people for row in rows})


def list_people(ctx: Context, event: Event, session_id: int) -> Sequence[SignUp]:
    """Return who has chosen a session or waits for it, with the registration: the chosen by name, then the line."""
    rows = ctx.session.scalars(
        select(SignUp)
        .join(SignUp.registration)
        .where(
            SignUp.event_id == event.id,
            SignUp.session_id == session_id,
            SignUp.state != SignUpState.LEFT,
            _confirmed(),
        )
        .order_by(*_IN_ORDER)
        .options(joinedload(SignUp.registration))
    ).all()
    chosen = [each for each in rows if each.state is SignUpState.CHOSEN]
    waiting = [each for each in rows if each.state is SignUpState.WAITING]
    return [*sorted(chosen, key=lambda each: (each.registration.name.casefold(), each.id)), *waiting]


def list_addable(ctx: Context, event: Event, session_id: int) -> Sequence[Registration]:
    """Return the confirmed people who have not chosen the session, by name."""
    there = select(SignUp.registration_id).where(
        SignUp.event_id == event.id, SignUp.session_id == session_id, SignUp.state == SignUpState.CHOSEN
    )
    return ctx.session.scalars(
        select(Registration)
        .where(Registration.event_id == event.id, _confirmed(), Registration.id.not_in(there))
        .order_by(Registration.name, Registration.id)
    ).all()


def feed_of(ctx: Context, registration_id: int) -> CalendarFeed | None:
    """Return somebody's calendar feed, also one that was ended."""
    return ctx.session.scalar(select(CalendarFeed).where(CalendarFeed.registration_id == registration_id))


def find_feed(session: Session, keys: LinkKeys, token: str) -> CalendarFeed | None:
    """Return the feed that a calendar's address opens, unless it was replaced or ended, or the person does not come."""
    claimed = keys.object_id(token)
    if claimed is None or claimed >= _LARGEST_ID:
        return None
    feed = session.scalar(
        select(CalendarFeed)
        .join(CalendarFeed.registration)
        .where(CalendarFeed.id == claimed, CalendarFeed.revoked_at.is_(None), _confirmed())
        .options(joinedload(CalendarFeed.registration).joinedload(Registration.event))
    )
    if feed is None or not keys.opens(token, Purpose.CALENDAR, feed.id, feed.version):
        return None
    return feed


def held_about(ctx: Context, registration_id: int) -> dict[str, Any]:
    """Return what is held about somebody here, as JSON values: sessions chosen, waited for and left, and the feed."""
    rows = ctx.session.scalars(
        select(SignUp).where(SignUp.registration_id == registration_id).order_by(SignUp.id)
    ).all()
    feed = feed_of(ctx, registration_id)
    release = _release_of(ctx, registration_id) if rows else None
    titles = {each.id: each.title.text(ctx.language) for each in release.snapshot.sessions} if release else {}
    return {
        "sessions": [
            {
                "session": titles.get(each.session_id, str(each.session_id)),
                "state": each.state.value,
                "since": each.since_at.isoformat(),
            }
            for each in rows
        ],
        "calendar_feed": {
            "language": feed.language,
            "made": feed.created_at.isoformat(),
            "ended": feed.revoked_at.isoformat() if feed.revoked_at else None,
        }
        if feed
        else None,
    }


def _release_of(ctx: Context, registration_id: int) -> Released | None:
    registration = ctx.session.get(Registration, registration_id)
    return agenda.latest_release(ctx, registration.event) if registration else None


def _confirmed() -> ColumnElement[bool]:
    return Registration.state == State.APPROVED
