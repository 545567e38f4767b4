"""Delivery: nothing lost, nothing doubled, one bad mail in nobody's way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from eventapp.core.audit import AuditEntry
from eventapp.core.database import db
from eventapp.core.tokens import Purpose
from eventapp.core.unit_of_work import unit_of_work
from eventapp.mail import delivery, hooks, service
from eventapp.mail.delivery import BACK_OFF_MINUTES, LEASE, Courier
from eventapp.mail.drafts import AttachmentRef, PersonalLinkRef, SecretRef
from eventapp.mail.models import OutboxMessage
from eventapp.mail.states import MessageState
from eventapp.mail.transports import NotAccepted
from tests.support.clock import StoppedClock
from tests.support.fixtures import Work
from tests.support.mail import KeepingTransport, a_draft, courier


@pytest.fixture
def transport() -> KeepingTransport:
    return KeepingTransport()


def _put(work: Work, **fields: object) -> int:
    with work() as ctx:
        return service.enqueue(ctx, a_draft(**fields)).id


def _row(work: Work, message_id: int) -> OutboxMessage:
    with work() as ctx:
        return ctx.session.get_one(OutboxMessage, message_id)


def _deliver(app: Flask, transport: KeepingTransport) -> int:
    with app.app_context():
        return courier(app, transport).deliver_due()


def test_what_is_due_is_delivered_once_in_order_and_urgent_mail_first(
    app: Flask, work: Work, transport: KeepingTransport
) -> None:
    ids = [_put(work, subject=f"{n}") for n in range(3)]
    urgent = _put(work, urgent=True)
    assert _deliver(app, transport) == 4
    assert [letter.row_id for letter in transport.letters] == [urgent, *ids]
    assert _deliver(app, transport) == 0
    row = _row(work, ids[0])
    assert row.state is MessageState.SENT
    assert row.sent_at is not None


def test_links_and_secrets_are_put_in_at_delivery_with_the_version_of_that_moment(
    app: Flask, work: Work, transport: KeepingTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(hooks.LINK_VERSIONS, Purpose.PARTICIPATION, lambda session, object_id: object_id + 5)
    monkeypatch.setitem(hooks.SECRETS, "test", lambda session, keys, object_id: "314159")
    _put(
        work,
        values={"minutes": 10, "max_tries": 5},
        links={"sign_in": PersonalLinkRef(Purpose.PARTICIPATION, 12)},
        secrets={"code": SecretRef("test", 1)},
        unsubscribe=PersonalLinkRef(Purpose.NO_REMINDERS, 12, "/no-reminders/{token}"),
    )
    monkeypatch.setitem(hooks.LINK_VERSIONS, Purpose.NO_REMINDERS, lambda session, object_id: 1)
    _deliver(app, transport)
    (letter,) = transport.letters
    keys = app.extensions["link_keys"]
    link = f"http://localhost/i/{keys.token(Purpose.PARTICIPATION, 12, 17)}"
    assert link in letter.text
    assert f'href="{link}"' in letter.html
    assert "314159" in letter.text
    assert "314159" in letter.html
    assert letter.unsubscribe_address == f"http://localhost/no-reminders/{keys.token(Purpose.NO_REMINDERS, 12, 1)}"
    assert "own-link" not in letter.text + letter.html


def test_mail_whose_link_leads_nowhere_any_more_is_not_sent(
    app: Flask, work: Work, transport: KeepingTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(hooks.LINK_VERSIONS, Purpose.PARTICIPATION, lambda session, object_id: None)
    links = {"sign_in": PersonalLinkRef(Purpose.PARTICIPATION, 12)}
    message_id = _put(work, links=links)
    _deliver(app, transport)
    row = _row(work, message_id)
    assert (row.state, row.last_error) == (MessageState.CANCELLED, "link_gone")
    assert transport.letters == []


def test_temporary_refusals_back_off_with_jitter_and_end_after_a_day(
    app: Flask, work: Work, clock: StoppedClock, transport: KeepingTransport
) -> None:
    message_id = _put(work)
    transport.refusal = NotAccepted("451 later", final=False)
    for minutes in BACK_OFF_MINUTES:
        assert _deliver(app, transport) == 1
        row = _row(work, message_id)
        wait = row.next_attempt_at - clock.machine_now()
        assert timedelta(minutes=minutes * 0.8) <= wait <= timedelta(minutes=minutes * 1.2)
        assert (row.state, row.last_error) == (MessageState.QUEUED, "451 later")
        assert _deliver(app, transport) == 0
        clock.advance(minutes=minutes * 1.2)
    assert _deliver(app, transport) == 1
    assert _row(work, message_id).state is MessageState.FAILED
    assert 22 * 60 < sum(BACK_OFF_MINUTES) <= 24 * 60


def test_waits_differ_from_mail_to_mail() -> None:
    assert len({delivery.back_off(3) for _ in range(20)}) > 10


def test_a_final_refusal_fails_at_once_with_its_reason(app: Flask, work: Work, transport: KeepingTransport) -> None:
    message_id = _put(work)
    transport.refusal = NotAccepted("550 5.1.1 no such user", final=True)
    _deliver(app, transport)
    row = _row(work, message_id)
    assert (row.state, row.last_error) == (MessageState.FAILED, "550 5.1.1 no such user")
    transport.refusal = None
    with work() as ctx:
        service.retry(ctx, ctx.session.get_one(OutboxMessage, message_id))
    assert _deliver(app, transport) == 1
    assert _row(work, message_id).state is MessageState.SENT


def test_a_poisoned_mail_blocks_nobody_and_its_words_stay_out_of_the_log(
    app: Flask,
    work: Work,
    transport: KeepingTransport,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def poison(ctx: object, arguments: object) -> hooks.Attachment:
        raise ZeroDivisionError(" ".join(["secret", "words", "of", "the", "body"]))

    monkeypatch.setitem(hooks.ATTACHMENT_MAKERS, "poison", poison)
    bad = _put(work, attachments=[AttachmentRef("poison", {})])
    unknown = _put(work, attachments=[AttachmentRef("no such maker", {})])
    good = _put(work)
    assert _deliver(app, transport) == 3
    assert [letter.row_id for letter in transport.letters] == [good]
    assert _row(work, bad).last_error == "not_made: ZeroDivisionError"
    assert _row(work, unknown).state is MessageState.QUEUED
    assert "ZeroDivisionError" in caplog.text
    assert "secret words" not in caplog.text


def test_a_mail_withdrawn_before_delivery_is_not_sent(app: Flask, work: Work, transport: KeepingTransport) -> None:
    message_id = _put(work, about="registration:1")
    with work() as ctx:
        service.cancel_pending(ctx, "registration:1")
    assert _deliver(app, transport) == 0
    assert _row(work, message_id).state is MessageState.CANCELLED


def test_a_mail_withdrawn_while_its_files_are_made_is_not_sent(
    app: Flask, work: Work, transport: KeepingTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(ctx: object, arguments: object) -> hooks.Attachment:
        with app.app_context(), unit_of_work() as other:
            service.cancel_pending(other, "registration:1")
        return hooks.Attachment("a.pdf", "application/pdf", b"%PDF")

    monkeypatch.setitem(hooks.ATTACHMENT_MAKERS, "slow", slow)
    message_id = _put(work, about="registration:1", attachments=[AttachmentRef("slow", {})])
    _deliver(app, transport)
    assert transport.letters == []
    assert _row(work, message_id).state is MessageState.CANCELLED


def test_no_transaction_is_open_while_the_server_is_spoken_to(
    app: Flask, work: Work, transport: KeepingTransport
) -> None:
    _put(work)
    open_ones: list[bool] = []
    transport.before = lambda letter: open_ones.append(db.session().in_transaction())
    _deliver(app, transport)
    assert open_ones == [False]


def test_a_dead_workers_mail_is_taken_over_when_its_lease_ends_under_the_same_message_id(
    app: Flask, work: Work, clock: StoppedClock, transport: KeepingTransport
) -> None:
    message_id = _put(work)

    def die(letter: object) -> None:
        transport.letters.append(letter)  # type: ignore[arg-type]
        raise KeyboardInterrupt  # killed between the server's 250 and the mark

    transport.before = die
    with pytest.raises(KeyboardInterrupt):
        _deliver(app, transport)
    transport.before = lambda letter: None
    assert _row(work, message_id).state is MessageState.SENDING
    assert _deliver(app, transport) == 0
    clock.advance(seconds=LEASE.total_seconds())
    assert _deliver(app, transport) == 1
    first, second = transport.letters
    assert first.message_id == second.message_id
    clock.advance(hours=1)
    assert _deliver(app, transport) == 0


def test_a_mail_that_kills_its_worker_each_time_is_given_up(
    app: Flask, work: Work, clock: StoppedClock, transport: KeepingTransport
) -> None:
    message_id = _put(work)
    for _ in range(len(BACK_OFF_MINUTES) + 1):
        with app.app_context():
            assert delivery.claim("somebody who dies", clock.machine_now()) == message_id
        clock.advance(minutes=6)
    _deliver(app, transport)
    assert transport.letters == []
    assert _row(work, message_id).state is MessageState.FAILED


def test_one_claim_excludes_another(app: Flask, work: Work, clock: StoppedClock) -> None:
    first, second = _put(work), _put(work)
    with app.app_context():
        now = clock.machine_now()
        assert [delivery.claim("a", now), delivery.claim("b", now), delivery.claim("c", now)] == [first, second, None]


def test_a_sent_mail_called_back_too_late_says_when_it_left(
    app: Flask, work: Work, transport: KeepingTransport
) -> None:
    message_id = _put(work, about="registration:1")

    def called_back_meanwhile(letter: object) -> None:
        with app.app_context(), unit_of_work() as ctx:
            service.cancel_pending(ctx, "registration:1")

    transport.before = called_back_meanwhile
    _deliver(app, transport)
    row = _row(work, message_id)
    assert row.state is MessageState.CANCELLED
    assert row.sent_at is not None


def test_attachments_are_made_in_the_recipients_language_and_none_is_left_out(
    app: Flask, work: Work, transport: KeepingTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, object]] = []

    def make(ctx: hooks.Context, arguments: object) -> hooks.Attachment | None:
        asked.append((ctx.language, arguments))
        return None if arguments == {"id": 2} else hooks.Attachment("a.txt", "text/plain; charset=utf-8", b"x")

    monkeypatch.setitem(hooks.ATTACHMENT_MAKERS, "test", make)
    _put(work, language="es", attachments=[AttachmentRef("test", {"id": 1}), AttachmentRef("test", {"id": 2})])
    _deliver(app, transport)
    assert asked == [("es", {"id": 1}), ("es", {"id": 2})]
    assert [file.filename for file in transport.letters[0].attachments] == ["a.txt"]


def test_every_courier_has_a_name_of_its_own(app: Flask, transport: KeepingTransport) -> None:
    make: Callable[[], Courier] = lambda: courier(app, transport)  # noqa: E731
    assert make().name != make().name


def test_the_history_holds_every_step(app: Flask, work: Work, clock: StoppedClock, transport: KeepingTransport) -> None:
    _put(work)
    transport.refusal = NotAccepted("451 later", final=False)
    _deliver(app, transport)
    transport.refusal = None
    clock.advance(minutes=2)
    _deliver(app, transport)
    with work() as ctx:
        actions = ctx.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["postpone", "deliver"]
