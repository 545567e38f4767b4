"""Somebody who speaks: the address is told and taken along, goes with the person, and with everybody's in time."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from eventapp.agenda import personal_data as speakers
from eventapp.agenda import service as agenda
from eventapp.agenda.editing import service as editing
from eventapp.agenda.states import PersonRole, PersonState, SessionKind
from eventapp.agenda.values import PersonValues, SessionValues
from eventapp.events.models import Event
from eventapp.registrations.personal_data import service
from tests.support.clock import StoppedClock
from tests.support.factories import tr
from tests.web.registrations.personal_data.conftest import ADDRESS, WRITE_TO, Somebody

OTHER = "other.speaker@talk.example"


def test_a_speakers_address_goes_with_the_person_and_everybodys_in_time(
    somebody: Somebody, clock: StoppedClock
) -> None:
    with somebody.meeting.work() as ctx:
        event = ctx.session.get_one(Event, somebody.meeting.event_id)
        people = tuple(
            PersonValues(PersonRole.SPEAKER, PersonState.CONFIRMED, name=f"Speaker {number}", email=email)
            for number, email in enumerate((ADDRESS, WRITE_TO, OTHER))
        )
        starts_at = datetime(2024, 11, 7, 9)
        values = SessionValues(
            kind=SessionKind.PANEL,
            title=tr("On ink"),
            starts_local=starts_at,
            ends_local=starts_at + timedelta(hours=1),
            people=people,
        )
        editing.add(ctx, event, values)
        agenda.release(ctx, event)
    holding = ("session_person", "agenda_release", "agenda_edit_step")

    def mentioned_in(address: str) -> set[str]:
        lines = [line for line in somebody.dump().splitlines() if address in line]
        return {line.split(":")[0] for line in lines} & set(holding)

    assert mentioned_in(ADDRESS) == mentioned_in(WRITE_TO) == mentioned_in(OTHER) == set(holding)
    guest = somebody.guest()
    page = guest.get(somebody.meeting.my("/data"))
    assert "Your name and address as a speaker On ink" in " ".join(page.text.split())
    document = json.loads(guest.client.get(somebody.meeting.my("/data/file")).data)
    assert document["elsewhere"]["speaking"] == {"sessions": ["On ink"]}

    with somebody.meeting.work() as ctx:
        assert service.carry_out(ctx, ctx.session.get_one(Event, somebody.meeting.event_id), somebody.invitation_id)
    assert mentioned_in(ADDRESS) == mentioned_in(WRITE_TO) == set()
    assert mentioned_in(OTHER) == set(holding)

    with somebody.meeting.work() as ctx:
        event = ctx.session.get_one(Event, somebody.meeting.event_id)
        clock.set(datetime.fromisoformat(f"{event.ends_on}T00:00:00+00:00") + timedelta(days=event.retention_days - 1))
    with somebody.meeting.work() as ctx:
        assert speakers.forget_addresses(ctx) == 0
    clock.advance(days=3)
    for events in (1, 0):
        with somebody.meeting.work() as ctx:
            assert speakers.forget_addresses(ctx) == events
    assert mentioned_in(OTHER) == set()
