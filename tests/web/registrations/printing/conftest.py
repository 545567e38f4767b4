"""A meeting with confirmed people, some of whom were there, and a press to print for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from flask import Flask

from eventapp.accounts.models import Account
from eventapp.core.access import Role
from eventapp.core.context import SYSTEM, Context
from eventapp.core.pdf import PdfEngine
from eventapp.core.unit_of_work import reading
from eventapp.events.models import Event
from eventapp.registrations.checkin.models import CheckIn
from eventapp.registrations.checkin.states import CheckInState, Way
from eventapp.registrations.models import Registration
from eventapp.registrations.printing.models import PrintJob
from eventapp.registrations.printing.press import Press
from eventapp.registrations.states import Mode, State
from tests.support.browsing import Visitor
from tests.support.factories import make_event, make_institution, make_invitation, make_member, make_registration, tr
from tests.support.fixtures import Work

FIRST, SECOND = date(2024, 11, 7), date(2024, 11, 8)


@pytest.fixture(scope="session")
def pdf_engine() -> Iterator[PdfEngine]:
    """One warm engine for all tests."""
    engine = PdfEngine()
    yield engine
    engine.close()


@dataclass
class House:
    """An event, its people by name, somebody at the desk, and the press."""

    app: Flask
    work: Work
    event_id: int
    slug: str
    desk: Visitor
    people: dict[str, int]
    press: Press

    def address(self, rest: str = "") -> str:
        return f"/desk/{self.slug}/badges{rest}"

    def order(self, whom: str = "all", query: str = "", **values: Any) -> int:
        """Order a document on the page and return the number of its job."""
        page = self.desk.get(self.address(query))
        sent = self.desk.submit(page, values, action="/badges", press=("whom", whom), follow=False)
        assert sent.status == 303, sent.text
        return int(sent.response.headers["Location"].rpartition("/")[2])

    def make(self) -> int:
        """Let the worker make what waits and return how many documents that were."""
        made = 0
        with self.app.app_context():
            while self.press.make_next():
                made += 1
        return made

    def job(self, job_id: int) -> PrintJob:
        with self.app.app_context():
            return reading(SYSTEM).session.get_one(PrintJob, job_id)

    def document(self, job_id: int) -> bytes:
        answer = self.desk.client.get(self.address(f"/{job_id}/document"))
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].startswith("attachment")
        return answer.data


@pytest.fixture
def house(
    app: Flask, work: Work, staff: Callable[[Account | int], Visitor], pdf_engine: PdfEngine, monkeypatch: Any
) -> House:
    """Three people confirmed in person, one remote, one not decided; Amina was there one day, Jean both."""
    monkeypatch.setitem(app.extensions, "pdf", pdf_engine)
    with work() as ctx:
        event = make_event(ctx)
        make_institution(ctx, event, name=tr("City of Barcelona", "Ville de Barcelone", "Ayuntamiento de Barcelona"))
        people = {
            "Amina Diallo": person(ctx, event, "Amina Diallo", "Zoo of Dakar", language="fr", speaks=["fr", "en"]),
            "Jean Petit": person(ctx, event, "Jean Petit", "Agence", language="es"),
            "王小明": person(ctx, event, "王小明", "Beijing", country="CN"),
            "Olga Remote": person(ctx, event, "Olga Remote", "Far away", mode=Mode.REMOTE),
            "Not Yet": person(ctx, event, "Not Yet", "Somewhere", state=State.SUBMITTED),
        }
        arrive(ctx, people["Amina Diallo"], FIRST)
        arrive(ctx, people["Jean Petit"], FIRST, SECOND)
        arrive(ctx, people["王小明"], FIRST, state=CheckInState.UNDONE)
        desk_id = make_member(ctx, event, Role.DESK).id
        event_id, slug, ids = event.id, event.slug, {name: each.id for name, each in people.items()}
    return House(app, work, event_id, slug, staff(desk_id), ids, Press(app.jinja_env, pdf_engine))


def person(ctx: Context, event: Event, name: str, organisation: str, **fields: Any) -> Registration:
    """Somebody confirmed in person."""
    invitation = make_invitation(
        ctx, event, name=name, organisation=organisation, state="accepted", answered_at=ctx.now
    )
    return make_registration(
        ctx, event, invitation=invitation, **{"state": State.APPROVED, "decided_at": ctx.now, **fields}
    )


def arrive(ctx: Context, person: Registration, *days: date, state: CheckInState = CheckInState.PRESENT) -> None:
    """Check somebody in."""
    for day in days:
        ctx.session.add(
            CheckIn(
                event_id=person.event_id,
                registration_id=person.id,
                state=state,
                way=Way.SCANNED,
                day=day,
                scanned_at=ctx.now,
                recorded_at=ctx.now,
                key=f"{person.id}-{day}",
            )
        )
    ctx.session.flush()
