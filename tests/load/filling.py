"""Databases to measure on: the sample event, invitees about to send their form, and crowds made by bulk insert."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import ColumnElement, Connection, String, Table, case, cast, func, insert, literal, select, true

from eventapp.accounts import service as accounts
from eventapp.accounts.models import AccountSession
from eventapp.accounts.queries import hash_of
from eventapp.agenda import queries as agendas
from eventapp.agenda import service as agenda
from eventapp.agenda.states import PersonRole, PersonState, SessionKind
from eventapp.agenda.values import PersonValues, SessionValues
from eventapp.application import create_app
from eventapp.core.context import SYSTEM, Context
from eventapp.core.translated import Translated
from eventapp.core.unit_of_work import unit_of_work
from eventapp.demo import loader
from eventapp.demo.content import SLUG
from eventapp.events.models import Category, Event
from eventapp.invitations.models import Invitation
from eventapp.invitations.states import InvitationState
from eventapp.notes import queries as notes
from eventapp.notes.states import PublicationKind
from eventapp.registrations import snapshots
from eventapp.registrations.answers import PAGES, saved_from_registration
from eventapp.registrations.models import Registration, RegistrationDraft
from eventapp.registrations.questions import queries as questions
from eventapp.registrations.questions.states import QuestionKind
from eventapp.registrations.states import State
from tests.load.served import HOST
from tests.support.clock import StoppedClock
from tests.support.databases import migrate, settings_for
from tests.support.publishing import publish_now

CSRF = "c" * 40
COUNTRIES = "ARBRCLCOCRDEDKECESFIFRGHGRIDIEILINITKEMAMXNLNOPEPHPLPTROSESNTNTRUGUSUYZA"

TITLES = {"en": "A local solution told", "fr": "Une solution locale racontée", "es": "Una solución local contada"}


@dataclass(frozen=True)
class Cookies:
    """Sessions as the application would have made them."""

    app: Flask

    def header(self, **values: Any) -> dict[str, str]:
        """Return the Cookie header of a session that holds the values."""
        signer: Any = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        return {"Cookie": f"{self.app.config['SESSION_COOKIE_NAME']}={signer.dumps({'csrf_token': CSRF, **values})}"}

    def of_invitee(self, event_id: int, invitation: Invitation) -> dict[str, str]:
        """Return the cookie of somebody who opened a personal link."""
        return self.header(opened={str(event_id): [invitation.id, invitation.link_version]})

    def csrf_token(self) -> str:
        """Return the token that a form of these sessions carries."""
        return str(URLSafeTimedSerializer(self.app.secret_key or "", salt="wtf-csrf-token").dumps(CSRF))


def load_sample(database_url: str, folder: Path) -> None:
    """Migrate the database, load the sample event, publish its summary, and leave its registration open today."""
    app = create_app(settings_for(database_url, folder, base_url=f"https://{HOST}"), clock=StoppedClock())
    migrate(app)
    with app.app_context(), unit_of_work(SYSTEM) as ctx:
        loader.load(ctx)
        event = _sample(ctx)
        summary = notes.find_publication(ctx, event, PublicationKind.SUMMARY, 1)
        if summary is not None:
            publish_now(ctx, summary)
        event.registration_closes_at = datetime.now(UTC) + timedelta(days=30)
        event.capacity_in_person = event.capacity_remote = 100_000


def invitee_who_fills(app: Flask) -> dict[str, str]:
    """Return the cookie of somebody who has begun the form."""
    with app.app_context(), unit_of_work(SYSTEM) as ctx:
        begun = select(Invitation).join(RegistrationDraft, RegistrationDraft.invitation_id == Invitation.id)
        return _cookie_of_first(app, ctx, begun)


def participant(app: Flask) -> dict[str, str]:
    """Return the cookie of somebody who is confirmed."""
    with app.app_context(), unit_of_work(SYSTEM) as ctx:
        confirmed = select(Invitation).join(Registration, Registration.invitation_id == Invitation.id)
        return _cookie_of_first(app, ctx, confirmed.where(Registration.state == State.APPROVED))


def organiser(app: Flask, email: str = "bench@example.org") -> dict[str, str]:
    """Return the cookie of a new administrator who is signed in."""
    token = secrets.token_urlsafe(24)
    with app.app_context(), unit_of_work(SYSTEM) as ctx:
        account = accounts.add_account(ctx, email, "Bench", "en", admin=True)
        ctx.session.flush()
        now = datetime.now(UTC)
        ctx.session.add(
            AccountSession(
                account_id=account.id,
                token_hash=hash_of(token),
                browser="bench",
                created_at=now,
                last_seen_at=now,
                expires_at=now + timedelta(days=1),
            )
        )
    return Cookies(app).header(staff=token)


def invitees_about_to_send(app: Flask, count: int) -> list[dict[str, str]]:
    """Prepare people who have answered every page and return the cookie of each."""
    with app.app_context(), unit_of_work(SYSTEM) as ctx:
        event = _sample(ctx)
        model = ctx.session.scalars(select(Registration).where(Registration.event_id == event.id).limit(1)).one()
        groups = questions.list_groups(ctx, event.id)
        own = {
            str(question.id): next(option.id for option in question.options if option.places is None)
            for group in groups
            for question in group.questions
            if question.required and question.kind is QuestionKind.ONE_OF
        }
        answers = {**saved_from_registration(model), "category_id": str(model.category_id), snapshots.OWN: own}
        invited = [
            Invitation(
                event_id=event.id,
                state=InvitationState.ACCEPTED,
                email=f"sender{n}@example.org",
                name=f"Sender {n}",
                language="en",
                created_at=ctx.now,
                sent_at=ctx.now,
                answered_at=ctx.now,
            )
            for n in range(count)
        ]
        ctx.session.add_all(invited)
        ctx.session.flush()
        ctx.session.add_all(
            RegistrationDraft(
                invitation_id=each.id,
                answers={**answers, "name": each.name, "email": each.email},
                pages_done=[*PAGES, *(f"own-{group.id}" for group in groups)],
                updated_at=ctx.now,
            )
            for each in invited
        )
        return [Cookies(app).of_invitee(event.id, each) for each in invited]


def add_agendas(app: Flask, sizes: Mapping[str, int]) -> None:
    """Add, for each slug, an event with a released agenda of so many sessions."""
    for slug, size in sizes.items():
        with app.app_context(), unit_of_work(SYSTEM) as ctx:
            event = ctx.session.get_one(Event, _copy_event(ctx, slug))
            for number in range(size):
                agenda.add_session(ctx, event, _session(event, number, size))
            agenda.release(ctx, event)


def move_all(app: Flask, slug: str, minutes: int) -> None:
    """Move every session of an event's draft by some minutes."""
    with app.app_context(), unit_of_work(SYSTEM) as ctx:
        event = ctx.session.scalars(select(Event).where(Event.slug == slug)).one()
        for session in agendas.list_draft_sessions(ctx, event):
            session.starts_local += timedelta(minutes=minutes)
            session.ends_local += timedelta(minutes=minutes)


def _session(event: Event, number: int, size: int) -> SessionValues:
    """Return one of many sessions, spread over the days of the event, with a text and two people."""
    per_day = -(-size // len(event.days))
    day, turn = divmod(number, per_day)
    starts = datetime.combine(event.days[day], time(8)) + timedelta(minutes=600 * turn // per_day)
    text = "%d: **what was tried**, what came of it, and what others can take home (%s).\n\n- Ask\n- Tell"
    return SessionValues(
        kind=SessionKind.PARALLEL,
        title=Translated({code: f"{number}. {title}" for code, title in TITLES.items()}),
        text=Translated({code: text % (number, code) for code in TITLES}),
        starts_local=starts,
        ends_local=starts + timedelta(minutes=45),
        languages=("en", "fr", "es"),
        interpretation=True,
        streamed=number % 4 == 0,
        people=[
            PersonValues(
                PersonRole.CHAIR, PersonState.CONFIRMED, f"Chair {number}", email=f"chair{number}@example.org"
            ),
            PersonValues(PersonRole.SPEAKER, PersonState.TO_BE_CONFIRMED, f"Speaker {number}"),
        ],
    )


def add_crowds(app: Flask, sizes: Mapping[str, int]) -> None:
    """Add, for each slug, an event with so many registrations."""
    with app.app_context(), unit_of_work(SYSTEM) as ctx:
        for slug, size in sizes.items():
            event_id = _copy_event(ctx, slug)
            category_id = _category_of(ctx, event_id)
            _people(ctx, size, partial(_always, event_id), category_id)


def add_events(app: Flask, *, events: int, people: int) -> None:
    """Add many events, each with as many invitations and registrations, by two statements a table."""
    with app.app_context(), unit_of_work(SYSTEM) as ctx:
        first = _copy_event(ctx, "crowd-0")
        category_id = _category_of(ctx, first)
        _multiply(
            ctx.session.connection(),
            Event.__table__,  # type: ignore[arg-type]
            first,
            events - 1,
            {"id": lambda n: literal(first + 1) + n, "slug": lambda n: literal("crowd-") + cast(n + 1, String)},
        )
        _people(ctx, events * people, lambda n: literal(first) + n // people, category_id)


def _cookie_of_first(app: Flask, ctx: Context, query: Any) -> dict[str, str]:
    invitation = ctx.session.scalars(query.order_by(Invitation.id).limit(1)).one()
    return Cookies(app).of_invitee(invitation.event_id, invitation)


def _sample(ctx: Context) -> Event:
    return ctx.session.scalars(select(Event).where(Event.slug == SLUG)).one()


def _copy_event(ctx: Context, slug: str) -> int:
    sample = _sample(ctx)
    same = {name: getattr(sample, name) for name in Event.__table__.columns.keys() if name not in {"id", "slug"}}  # noqa: SIM118 - not a dict
    event = Event(slug=slug, **same)
    event.categories = [Category(position=1, name=sample.categories[0].name, quota=None, reserved=0)]
    ctx.session.add(event)
    ctx.session.flush()
    return event.id


def _category_of(ctx: Context, event_id: int) -> int:
    return ctx.session.scalars(select(Category.id).where(Category.event_id == event_id)).one()


def _mixed_state(n: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a state of the nth registration: half wait for a decision, most others are confirmed."""
    states = Registration.state.type
    return case(
        (n % 2 == 0, literal(State.SUBMITTED, states)),
        (n % 9 == 0, literal(State.DECLINED, states)),
        else_=literal(State.APPROVED, states),
    )


def _always(value: int, _n: ColumnElement[Any]) -> ColumnElement[Any]:
    return literal(value)


Changes = Mapping[str, Callable[[ColumnElement[Any]], ColumnElement[Any]]]


def _people(ctx: Context, count: int, event_of: Callable[[Any], ColumnElement[Any]], category_id: int) -> None:
    """Add invitations and their registrations, copied from the first registration of the sample event."""
    model = ctx.session.scalars(select(Registration).where(Registration.event_id == _sample(ctx).id).limit(1)).one()
    first = {table: (ctx.session.scalar(select(func.max(table.id))) or 0) + 1 for table in (Invitation, Registration)}
    changes: dict[str, Callable[[Any], ColumnElement[Any]]] = {
        "event_id": event_of,
        "category_id": lambda _n: literal(category_id),
        "name": lambda n: literal("Guest ") + cast(n, String),
        "email": lambda n: literal(f"guest{first[Invitation]}-") + cast(n, String) + "@example.org",
        "search_text": lambda n: literal("guest ") + cast(n, String) + " city of example\n",
    }
    connection = ctx.session.connection()
    invitations: Any = Invitation.__table__
    registrations: Any = Registration.__table__
    own = {"id": lambda n: literal(first[Invitation]) + n}
    _multiply(connection, invitations, model.invitation_id, count, {**changes, **own})
    own = {
        "state": _mixed_state,
        "country": lambda n: func.substr(COUNTRIES, 2 * (n % (len(COUNTRIES) // 2)) + 1, 2),
        "id": lambda n: literal(first[Registration]) + n,
        "invitation_id": lambda n: literal(first[Invitation]) + n,
        "code": lambda n: cast(literal(10_000_000 + first[Registration]) + n, String),  # unlikely, and its own
    }
    _multiply(connection, registrations, model.id, count, {**changes, **own})


def _multiply(connection: Connection, table: Table, model_id: int, count: int, changes: Changes) -> None:
    """Insert copies of one row, made by the database itself; `changes` say what a column is in the nth copy."""
    numbers = select(literal(0).label("n")).cte(recursive=True)
    numbers = numbers.union_all(select(numbers.c.n + 1).where(numbers.c.n < count - 1))
    n: ColumnElement[Any] = numbers.c.n
    values = [changes[column.name](n) if column.name in changes else column for column in table.columns]
    copies = select(*values).select_from(table.join(numbers, true())).where(table.c.id == model_id)
    connection.execute(insert(table).from_select([column.name for column in table.columns], copies))
