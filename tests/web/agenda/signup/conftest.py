"""An event whose released agenda has sessions to sign up for, and confirmed participants."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import undefer

from eventapp.agenda import queries as agenda
from eventapp.agenda import service
from eventapp.agenda.signup import service as sign_ups
from eventapp.agenda.signup.models import SignUp
from eventapp.agenda.states import SessionKind
from eventapp.agenda.values import SessionValues
from eventapp.core.unit_of_work import reading
from eventapp.events.models import Event
from eventapp.mail.hooks import ATTACHMENT_MAKERS, Attachment
from eventapp.mail.models import OutboxMessage
from eventapp.registrations.models import Registration
from eventapp.registrations.states import State
from tests.support.browsing import Visitor
from tests.support.factories import make_event, make_registration, tr
from tests.support.fixtures import Work


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2024-11-07T{text}")


SESSIONS: dict[str, dict[str, Any]] = {
    "opening": {"kind": SessionKind.PLENARY, "starts": "09:00", "ends": "10:00", "streamed": True},
    "coffee": {"kind": SessionKind.BREAK, "starts": "10:00", "ends": "10:30"},
    "visit": {"kind": SessionKind.VISIT, "starts": "10:30", "ends": "12:00", "sign_up": True, "capacity": 1},
    "lab": {"kind": SessionKind.WORKSHOP, "starts": "11:00", "ends": "12:30", "sign_up": True, "capacity": 2},
    "talk": {"kind": SessionKind.PARALLEL, "starts": "10:30", "ends": "11:30", "streamed": True},
    "late": {
        "kind": SessionKind.WORKSHOP,
        "starts": "15:00",
        "ends": "16:00",
        "sign_up": True,
        "capacity": 1,
        "streamed": True,
    },
}


@dataclass
class Signing:
    """The event, its sessions by name, and the doors to it."""

    app: Flask
    work: Work
    slug: str
    event_id: int
    ids: dict[str, int]

    def person(self, name: str = "Ada Person", **fields: Any) -> int:
        """Return the registration of a confirmed participant."""
        with self.work() as ctx:
            event = ctx.session.get_one(Event, self.event_id)
            return make_registration(ctx, event, **{"state": State.APPROVED, "name": name, **fields}).id

    def browser(self, registration_id: int) -> Visitor:
        """Return a browser in which the person's link was opened."""
        with self.app.app_context():
            invitation_id = reading().session.get_one(Registration, registration_id).invitation_id
        client = self.app.test_client()
        with client.session_transaction() as cookie:
            cookie["opened"] = {str(self.event_id): [invitation_id, 1]}
        return Visitor(client)

    def do(self, command: Callable[..., Any], registration_id: int, name: str, **options: Any) -> Any:
        """Run a command for a person and a session; return the state of the sign-up that it gives."""
        with self.work() as ctx:
            made = command(ctx, ctx.session.get_one(Registration, registration_id), self.ids[name], **options)
            return made.state if made is not None else None

    def choose(self, registration_id: int, name: str) -> Any:
        """Choose a session for a person."""
        return self.do(sign_ups.choose, registration_id, name)

    def standing(self, registration_id: int) -> dict[str, str]:
        """Return how the person stands to each session."""
        names = {number: name for name, number in self.ids.items()}
        with self.app.app_context():
            rows = reading().session.scalars(select(SignUp).where(SignUp.registration_id == registration_id))
            return {names[each.session_id]: each.state.value for each in rows}

    def release(self, name: str, **values: Any) -> None:
        """Change a session of the draft and release it."""
        with self.work() as ctx:
            event = ctx.session.get_one(Event, self.event_id)
            session = agenda.get_draft_session(ctx, event, self.ids[name])
            changed = replace(service.values_of(session), **values)
            service.edit_session(ctx, event, session, changed, seen_at=session.updated_at)
            service.release(ctx, event)

    def cancel(self, name: str) -> None:
        """Take a session out of the draft and release that."""
        with self.work() as ctx:
            event = ctx.session.get_one(Event, self.event_id)
            service.delete_session(ctx, agenda.get_draft_session(ctx, event, self.ids[name]))
            service.release(ctx, event)

    def mails(self) -> list[OutboxMessage]:
        """Return the mails of this room that were written and not called back."""
        with self.app.app_context():
            rows = (
                reading().session.scalars(select(OutboxMessage).options(undefer("*")).order_by(OutboxMessage.id)).all()
            )
            return [row for row in rows if row.state != "cancelled" and row.kind.startswith("agenda/")]

    def told(self) -> list[tuple[str, str]]:
        """Return kind and recipient's name of these mails."""
        return [(each.kind.removeprefix("agenda/"), each.recipient_name) for each in self.mails()]

    def files(self, message: OutboxMessage) -> list[Attachment]:
        """Return the files of a mail as they are at delivery."""
        with self.app.app_context():
            ctx = replace(reading(), language=message.language)
            made = [ATTACHMENT_MAKERS[maker](ctx, arguments) for maker, arguments in message.attachments]
            return [each for each in made if each is not None]

    def my(self, rest: str = "", lang: str = "en") -> str:
        """Return an address of one's own agenda."""
        return f"/{lang}/{self.slug}/my/agenda{rest}"


@pytest.fixture
def signing(app: Flask, work: Work) -> Signing:
    """Six sessions on one day: for everybody, a pause, three to sign up for of which two overlap, a parallel one."""
    with work() as ctx:
        event = make_event(ctx)
        ids = {}
        for name, given in SESSIONS.items():
            fields = {key: value for key, value in given.items() if key not in ("starts", "ends")}
            title = name.capitalize()
            values = SessionValues(
                title=tr(title), starts_local=at(given["starts"]), ends_local=at(given["ends"]), **fields
            )
            ids[name] = service.add_session(ctx, event, values).id
        service.release(ctx, event)
        return Signing(app, work, event.slug, event.id, ids)
