"""A meeting on its first morning, and the staff at its door."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from eventapp.core.access import Role
from eventapp.core.context import SYSTEM
from eventapp.core.unit_of_work import reading
from eventapp.events.models import Event
from eventapp.registrations.checkin.models import CheckIn
from eventapp.registrations.models import Registration
from eventapp.registrations.states import State
from tests.support.browsing import Page, Visitor
from tests.support.clock import StoppedClock
from tests.support.factories import make_member, make_registration
from tests.web.registrations.conftest import Meeting

MORNING = datetime(2024, 11, 7, 8, 12, tzinfo=UTC)  # 09:12 in Barcelona


class Door:
    """The door of a meeting."""

    def __init__(self, meeting: Meeting, clock: StoppedClock, staff: Callable[[Any], Visitor]) -> None:
        self.meeting, self.clock, self._staff = meeting, clock, staff
        self.clock.set(MORNING)

    @property
    def address(self) -> str:
        """Where the door is."""
        return f"/desk/{self.meeting.slug}/check-in"

    def person(self, **fields: Any) -> Registration:
        """Make somebody confirmed, unless another state is given."""
        with self.meeting.work() as ctx:
            event = ctx.session.get_one(Event, self.meeting.event_id)
            return make_registration(ctx, event, **{"state": State.APPROVED, **fields})

    def staff(self, role: Role = Role.DESK, name: str = "Ana Ruiz") -> Visitor:
        """Return the browser of somebody with a role in the event."""
        with self.meeting.work() as ctx:
            event = ctx.session.get_one(Event, self.meeting.event_id)
            account_id = make_member(ctx, event, role, name=name).id
        return self._staff(account_id)

    def scan(self, visitor: Visitor, typed: str) -> Page:
        """Type something at the door and return the page that answers."""
        return visitor.submit(visitor.get(self.address), {"who": typed}, action="/check-in")

    def send(self, visitor: Visitor, *scans: dict[str, Any], **more: Any) -> Any:
        """Send scans as a phone does, with a fresh token."""
        token = visitor.client.get(f"{self.address}/list").get_json()["csrf"]
        return visitor.client.post(
            f"{self.address}/scans", json={"scans": list(scans), **more}, headers={"X-CSRFToken": token}
        )

    def rows(self) -> list[CheckIn]:
        """Return all check-ins, undone ones too."""
        with self.meeting.app.app_context():
            return list(reading(SYSTEM).session.scalars(select(CheckIn).order_by(CheckIn.id)))


@pytest.fixture
def door(meeting: Meeting, clock: StoppedClock, staff: Callable[[Any], Visitor]) -> Door:
    """The door of the meeting on its first morning."""
    return Door(meeting, clock, staff)


def answer_of(page: Page) -> str:
    """Return what the door answers, in one line."""
    return " ".join(page.tree.xpath("string(//*[@data-answer])").split())
