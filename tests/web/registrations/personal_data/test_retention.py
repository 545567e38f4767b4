"""What the clock forgets, over two years, and never before an event is over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import func, select, update

from eventapp.application import jobs
from eventapp.application.jobs import PeriodicJob, run_jobs
from eventapp.core.audit import AuditEntry
from eventapp.core.context import Context
from eventapp.core.database import db
from eventapp.events.models import Event
from eventapp.invitations.models import Interest, Invitation
from eventapp.mail.models import OutboxMessage
from eventapp.mail.states import MessageState
from eventapp.registrations import reports
from eventapp.registrations.balance import totals
from eventapp.registrations.models import Registration, RegistrationDraft
from eventapp.registrations.personal_data import retention
from eventapp.registrations.personal_data.rules import DataClass
from eventapp.registrations.questions.models import AnswerFile, PlaceTaken
from tests.support.clock import StoppedClock
from tests.support.factories import make_event, make_registration
from tests.support.mail import KeepingTransport, courier
from tests.web.registrations.personal_data.conftest import ADDRESS, NAME, OWN_ANSWER, PRIVATE_ANSWER, Somebody


def forget_all(somebody: Somebody, limit: int = 3) -> dict[str, int]:
    """Run every class until nothing is due, in batches, and return how much of each was forgotten."""
    done: dict[str, int] = {}
    for key, kept in retention.CLASSES.items():
        number = None
        while number is None or number > 0:
            with somebody.meeting.work() as ctx:
                number = retention.forget(ctx, kept, limit)
                assert number <= limit, key
            done[key] = done.get(key, 0) + number
    return {key: number for key, number in done.items() if number}


def count(ctx: Context, column: object) -> int:
    return ctx.session.scalar(select(func.count(column))) or 0  # type: ignore[arg-type]


def test_two_years_on_the_stopped_clock(somebody: Somebody, clock: StoppedClock) -> None:
    with somebody.meeting.work() as ctx:
        ctx.session.execute(update(OutboxMessage).values(state=MessageState.SENT))
        mails = count(ctx, OutboxMessage.id)
        ctx.session.add(
            Interest(event_id=somebody.meeting.event_id, email="hope@example.org", name="Hopeful", organisation="H",
                     country="KE", motivation="m", language="en", created_at=ctx.now)
        )  # fmt: skip
        far = clock.now().date() + timedelta(days=900)
        later = make_event(ctx, starts_on=far, ends_on=far)
        make_registration(ctx, later, dietary="still needed")
    clock.set(clock.now().replace(month=11, day=8, hour=22, minute=59))
    assert forget_all(somebody) == {}, "nothing of an event that is not over"
    clock.advance(minutes=1)
    assert forget_all(somebody) == {DataClass.DRAFTS: 1}
    clock.advance(days=30)
    forgotten = {DataClass.NEEDS: 2, DataClass.SENSITIVE: 1, DataClass.FILES: 1, DataClass.INTERESTS: 1}
    assert forget_all(somebody) == forgotten
    with somebody.meeting.work() as ctx:
        event_id = somebody.meeting.event_id
        assert set(ctx.session.scalars(select(Registration.dietary).where(Registration.event_id == event_id))) == {""}
        assert count(ctx, AnswerFile.id) == count(ctx, RegistrationDraft.id) == 0
        own = ctx.session.get_one(Registration, somebody.registration_id).own_answers
        assert sorted(own.values()) == sorted([OWN_ANSWER, PRIVATE_ANSWER]), "neither the file nor what is sensitive"
        assert count(ctx, PlaceTaken.id) == 0
        assert "random-name" not in str(ctx.session.scalars(select(Registration.own_answers)).all())
        assert set(ctx.session.scalars(select(Interest.name))) == {"", NAME}, "invited: kept with the invitation"
    clock.advance(days=60)
    assert forget_all(somebody) == {DataClass.MAIL_TEXTS: mails}
    with somebody.meeting.work() as ctx:
        assert set(ctx.session.execute(select(OutboxMessage.text_body, OutboxMessage.html_body)).all()) == {("", "")}
        assert ADDRESS in ctx.session.scalars(select(OutboxMessage.recipient)).all(), "that it went is still known"
        event = ctx.session.get_one(Event, event_id)
        before = totals(reports.list_groups(ctx, event), conceal=False)
    clock.advance(days=274)
    assert forget_all(somebody) == {}
    clock.advance(days=1)
    done = forget_all(somebody)
    assert done.pop(DataClass.HISTORY) > 5
    assert done == {DataClass.INTERESTS: 1, DataClass.MAILS: mails, DataClass.PEOPLE: 2}
    assert [line for line in somebody.traces() if not line.startswith(("import_preview", "print_job"))] == []
    with somebody.meeting.work() as ctx:
        event = ctx.session.get_one(Event, event_id)
        assert totals(reports.list_groups(ctx, event), conceal=False) == before, "people became numbers"
        kinds = set(ctx.session.scalars(select(AuditEntry.object_type).where(AuditEntry.event_id == event_id)))
        assert kinds <= {"event", "import_preview", "print_job"}
        kept = select(Registration.dietary)
        assert ctx.session.scalars(kept).all() == ["still needed"]
        assert count(ctx, Invitation.id) == 3, "numbers are not given out again"
    clock.advance(days=400)
    assert forget_all(somebody) == {}


def test_a_batch_costs_the_same_whatever_it_holds(app: Flask, somebody: Somebody, clock: StoppedClock) -> None:
    with somebody.meeting.work() as ctx:
        event = ctx.session.get_one(Event, somebody.meeting.event_id)
        for _each in range(30):
            make_registration(ctx, event)
    clock.advance(days=500)
    with somebody.meeting.work() as ctx:  # the first batch makes the counts, the others raise them
        retention.forget(ctx, retention.CLASSES[DataClass.PEOPLE], 2)
    statements: list[int] = []
    for limit in (2, 25):
        seen: list[str] = []
        with app.app_context():
            engine = db.engine
        listener = lambda *arguments, seen=seen: seen.append(arguments[2])  # noqa: E731
        sqlalchemy_event.listen(engine, "before_cursor_execute", listener)
        try:
            with somebody.meeting.work() as ctx:
                assert retention.forget(ctx, retention.CLASSES[DataClass.PEOPLE], limit) == limit
        finally:
            sqlalchemy_event.remove(engine, "before_cursor_execute", listener)
        statements.append(len(seen))
    assert abs(statements[0] - statements[1]) <= 4, statements


def test_a_job_that_found_nothing_rests_until_the_clock_moves_on(app: Flask, clock: StoppedClock) -> None:
    runs: list[str] = []
    resting = PeriodicJob("rests", lambda _ctx: bool(runs.append("ran")), timedelta(hours=1))
    with app.app_context():
        for minutes in (0, 30, 31, -600):
            clock.advance(minutes=minutes)
            run_jobs((resting,))
    jobs._idle_since.pop("rests")
    assert len(runs) == 3


@pytest.mark.parametrize("state", [MessageState.QUEUED, MessageState.SENDING])
def test_a_worker_survives_a_mail_that_is_erased_under_its_hands(somebody: Somebody, state: MessageState) -> None:
    transport = KeepingTransport()

    def erase(_letter: object) -> None:
        with somebody.meeting.work() as ctx:
            ctx.session.execute(OutboxMessage.__table__.delete())  # type: ignore[attr-defined]

    if state is MessageState.SENDING:
        transport.before = erase
    else:
        erase(None)
    with somebody.meeting.app.app_context():
        courier(somebody.meeting.app, transport).deliver_due()
    assert len(transport.letters) == (1 if state is MessageState.SENDING else 0)
