"""The two ways out: a real SMTP server, and a folder."""

from __future__ import annotations

import email
from email.policy import default
from pathlib import Path

import pytest

from eventapp.mail.transports import NotAccepted, transport_for
from tests.support.mail import smtp_server
from tests.unit.mail.test_letters import a_letter


def test_a_server_takes_the_letter_over_one_connection() -> None:
    with smtp_server() as (inbox, mail_url):
        transport = transport_for(mail_url)
        transport.send(a_letter())
        transport.send(a_letter(recipient="other@example.org"))
        transport.close()
    assert inbox.recipients == ["guest@example.org", "other@example.org"]
    assert inbox.messages[0]["Message-ID"] == a_letter().message_id


@pytest.mark.parametrize(("answer", "final"), [("451 greylisted", False), ("550 5.1.1 no such user", True)])
def test_a_refused_recipient_is_final_only_with_5xx_and_the_next_letter_goes_through(answer: str, final: bool) -> None:
    with smtp_server() as (inbox, mail_url):
        inbox.answer_to_recipient = lambda address: answer if address.startswith("bad") else "250 OK"
        transport = transport_for(mail_url)
        with pytest.raises(NotAccepted) as refusal:
            transport.send(a_letter(recipient="bad@example.org"))
        transport.send(a_letter())
        transport.close()
    assert (refusal.value.final, refusal.value.reason) == (final, answer)
    assert inbox.recipients == ["guest@example.org"]


@pytest.mark.parametrize(("answer", "final"), [("452 full", False), ("554 looks like spam", True)])
def test_refused_data_is_final_only_with_5xx(answer: str, final: bool) -> None:
    with smtp_server() as (inbox, mail_url):
        inbox.answer_to_data = lambda message: answer
        transport = transport_for(mail_url)
        with pytest.raises(NotAccepted) as refusal:
            transport.send(a_letter())
        inbox.answer_to_data = lambda message: "250 OK"
        transport.send(a_letter())
        transport.close()
    assert (refusal.value.final, refusal.value.reason) == (final, answer)
    assert len(inbox.messages) == 1


def test_no_server_is_a_reason_to_try_later() -> None:
    with smtp_server() as (_inbox, mail_url):
        pass
    with pytest.raises(NotAccepted) as refusal:
        transport_for(mail_url).send(a_letter())
    assert not refusal.value.final


def test_a_server_that_went_away_between_letters_is_called_again() -> None:
    with smtp_server() as (inbox, mail_url):
        transport = transport_for(mail_url)
        transport.send(a_letter())
        transport._server.sock.close()  # type: ignore[attr-defined]
        transport.send(a_letter())
        transport.close()
    assert len(inbox.messages) == 2


def test_a_server_without_the_encryption_we_ask_for_gets_nothing() -> None:
    with smtp_server() as (inbox, mail_url), pytest.raises(NotAccepted) as refusal:
        transport_for(f"{mail_url}?tls=starttls").send(a_letter())
    assert not refusal.value.final
    assert inbox.messages == []


def test_a_folder_holds_one_file_a_message_and_a_repeat_replaces_it(tmp_path: Path) -> None:
    transport = transport_for(f"dir:{tmp_path / 'mailbox'}")
    transport.send(a_letter(row_id=2))
    transport.send(a_letter(row_id=2))
    transport.send(a_letter(row_id=10))
    names = sorted(path.name for path in (tmp_path / "mailbox").iterdir())
    assert names == ["20240912T070000-0000002.eml", "20240912T070000-0000010.eml"]
    message = email.message_from_bytes((tmp_path / "mailbox" / names[0]).read_bytes(), policy=default)
    assert message["Message-ID"] == a_letter().message_id


def test_a_folder_that_cannot_be_written_is_a_reason_to_try_later(tmp_path: Path) -> None:
    (tmp_path / "mailbox").write_text("in the way")
    with pytest.raises(NotAccepted) as refusal:
        transport_for(f"dir:{tmp_path / 'mailbox'}").send(a_letter())
    assert not refusal.value.final


@pytest.mark.parametrize("mail_url", ["", "http://example.org", "smtp://", "smtp://example.org?tls=maybe"])
def test_other_addresses_are_refused(mail_url: str) -> None:
    with pytest.raises(ValueError, match="MAIL_URL"):
        transport_for(mail_url)
