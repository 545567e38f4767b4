"""Mail for tests: drafts, a transport that keeps what it is given, and a real SMTP server that can refuse."""

from __future__ import annotations

import email
import email.policy
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask

from eventapp.mail.delivery import Courier
from eventapp.mail.drafts import Draft
from eventapp.mail.letters import Letter
from eventapp.mail.transports import NotAccepted, Transport, transport_for


def a_draft(**fields: Any) -> Draft:
    """A mail of the house that needs no link: it tells somebody of a role."""
    values: dict[str, Any] = {
        "kind": "accounts/sign_in_asked",
        "recipient": "guest@example.org",
        "recipient_name": "Guest",
        "language": "en",
        "subject": "A subject",
        "values": {"minutes": 10, "max_tries": 5, "link": lambda name: name, "secret": lambda name: name},
        **fields,
    }
    return Draft(**values)


class KeepingTransport:
    """Keeps letters instead of sending them; `refusal` is raised instead while it is set."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.refusal: NotAccepted | None = None
        self.before: Callable[[Letter], None] = lambda letter: None

    def send(self, letter: Letter) -> None:
        self.before(letter)
        if self.refusal is not None:
            raise self.refusal
        self.letters.append(letter)

    def close(self) -> None:
        pass


def courier(app: Flask, transport: Transport | None = None) -> Courier:
    """A courier of the application; an application context must be open while it works."""
    settings = app.extensions["settings"]
    return Courier(settings, app.extensions["link_keys"], transport or transport_for(settings.mail_url))


class Inbox:
    """What a real SMTP server took, with the answers it is told to give."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.recipients: list[str] = []
        self.answer_to_recipient: Callable[[str], str] = lambda address: "250 OK"
        self.answer_to_data: Callable[[EmailMessage], str] = lambda message: "250 OK"
        self._lock = threading.Lock()

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.answer_to_recipient(address)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802 - the name that aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content
        raw = content if isinstance(content, bytes) else str(content).encode()
        message = email.message_from_bytes(raw, policy=email.policy.default)
        answer = self.answer_to_data(message)  # type: ignore[arg-type]
        if answer.startswith("250"):
            with self._lock:
                self.raw.append(raw)
                self.messages.append(message)  # type: ignore[arg-type]
                self.recipients += envelope.rcpt_tos
        return answer


@contextmanager
def smtp_server() -> Iterator[tuple[Inbox, str]]:
    """Run an SMTP server on a free port and yield its inbox and its MAIL_URL."""
    inbox = Inbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield inbox, f"smtp://127.0.0.1:{port}"
    finally:
        controller.stop()
