"""A mail is a row of the command's own transaction: it lives and dies with it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from eventapp.core.audit import AuditEntry
from eventapp.core.states import IllegalMove
from eventapp.core.tokens import Purpose
from eventapp.mail import service
from eventapp.mail.drafts import PersonalLinkRef, SecretRef
from eventapp.mail.models import OutboxMessage
from eventapp.mail.states import MessageState
from tests.support.factories import make_event
from tests.support.fixtures import Work
from tests.support.mail import a_draft


def _count(work: Work) -> int:
    with work() as ctx:
        return ctx.session.scalar(select(func.count(OutboxMessage.id))) or 0


def test_a_rolled_back_command_leaves_no_mail(work: Work) -> None:
    with pytest.raises(RuntimeError), work() as ctx:
        service.enqueue(ctx, a_draft())
        raise RuntimeError
    assert _count(work) == 0
    with work() as ctx:
        service.enqueue(ctx, a_draft())
    assert _count(work) == 1


def test_the_mail_is_written_in_the_recipients_language(work: Work) -> None:
    with work() as ctx:
        message = service.enqueue(ctx, a_draft(language="fr"))
        assert message.language == "fr"
        assert '<html lang="fr" dir="ltr">' in message.html_body
        unspoken = service.enqueue(ctx, a_draft(language="ar"))
        assert unspoken.language == "en"


def test_styles_are_put_into_the_elements(work: Work) -> None:
    with work() as ctx:
        message = service.enqueue(ctx, a_draft())
    assert '<body style="' in message.html_body
    assert "prefers-color-scheme: dark" in message.html_body


def test_a_stored_body_holds_marks_and_nothing_secret(app: Flask, work: Work) -> None:
    links = {"sign_in": PersonalLinkRef(Purpose.PARTICIPATION, 12)}
    secrets = {"code": SecretRef("sign_in_code", 12)}
    with work() as ctx:
        draft = a_draft(values={"minutes": 10, "max_tries": 5}, links=links, secrets=secrets)
        message = service.enqueue(ctx, draft)
    token = app.extensions["link_keys"].token(Purpose.PARTICIPATION, 12, 1)
    assert token not in message.text_body + message.html_body
    assert message.text_body.count("own-link-sign_in-") == message.html_body.count("own-link-sign_in-") == 1
    assert "own-secret-code-" in message.text_body


def test_a_template_that_asks_for_an_unknown_link_fails_at_once(work: Work) -> None:
    with pytest.raises(LookupError), work() as ctx:
        service.enqueue(ctx, a_draft(values={"minutes": 10, "max_tries": 5}))
    assert _count(work) == 0


def test_calling_back_takes_only_what_waits_about_the_object(work: Work) -> None:
    with work() as ctx:
        mine = service.enqueue(ctx, a_draft(about="registration:1"))
        other = service.enqueue(ctx, a_draft(about="registration:2"))
        sent = service.enqueue(ctx, a_draft(about="registration:1"))
        sent.state = MessageState.SENT
        assert service.cancel_pending(ctx, "registration:1", kinds=["no/such_kind"]) == 0
        assert service.cancel_pending(ctx, "registration:1") == 1
        assert service.cancel_pending(ctx, "registration:1") == 0
        assert (mine.state, other.state, sent.state) == (
            MessageState.CANCELLED,
            MessageState.QUEUED,
            MessageState.SENT,
        )


def test_only_failed_mail_is_sent_again_and_the_audit_says_by_whom(work: Work) -> None:
    with work() as ctx:
        event = make_event(ctx)
        message = service.enqueue(ctx, a_draft(event_id=event.id))
        with pytest.raises(IllegalMove):
            service.retry(ctx, message)
        message.state = MessageState.FAILED
        message.attempts = 9
        service.retry(ctx, message)
        assert (message.state, message.attempts) == (MessageState.QUEUED, 0)
        ctx.session.flush()
        entry = ctx.session.scalars(select(AuditEntry).where(AuditEntry.object_type == "outbox_message")).one()
        assert (entry.action, entry.event_id) == ("retry", event.id)


def test_long_subjects_and_names_fit_the_columns(work: Work) -> None:
    with work() as ctx:
        message = service.enqueue(ctx, a_draft(subject="Ê" * 900, recipient_name="名" * 900))
    assert len(message.subject) <= 300
    assert message.subject.endswith("…")
    assert len(message.recipient_name) == 200
