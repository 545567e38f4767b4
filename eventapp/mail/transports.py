"""Where mail goes, as MAIL_URL says: an SMTP server, or a folder of `.eml` files."""

from __future__ import annotations

import os
import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from eventapp.mail.letters import Letter, compose

TIMEOUT_SECONDS = 30


class NotAccepted(Exception):
    """The mail was not taken; `final` when trying again would not help. The text is what the other side said."""

    def __init__(self, reason: str, *, final: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.final = final


class Transport(Protocol):
    """Takes mail out of the house."""

    def send(self, letter: Letter) -> None:
        """Hand the letter over. Raises `NotAccepted`."""
        ...

    def close(self) -> None:
        """Let go of what is held between letters."""
        ...


def transport_for(mail_url: str) -> Transport:
    """Return the transport that MAIL_URL names. Raises `ValueError` when it names none."""
    parts = urlsplit(mail_url)
    if parts.scheme == "dir":
        return FolderTransport(Path(mail_url.removeprefix("dir:")))
    if parts.scheme == "smtp" and parts.hostname:
        tls = parse_qs(parts.query).get("tls", ["none"])[0]
        if tls not in {"none", "starttls", "tls"}:
            raise ValueError("MAIL_URL: tls must be starttls or tls")
        port = parts.port or {"tls": 465, "starttls": 587}.get(tls, 25)
        return SmtpTransport(parts.hostname, port, unquote(parts.username or ""), unquote(parts.password or ""), tls)
    raise ValueError("MAIL_URL must begin with smtp:// or dir:")


class FolderTransport:
    """Every message as one file, whose name sorts by time; a repeat of a message replaces its file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, letter: Letter) -> None:
        """Write the file whole or not at all. Raises `NotAccepted` when the folder cannot be written."""
        path = self._folder / f"{letter.written_at:%Y%m%dT%H%M%S}-{letter.row_id:07}.eml"
        draft = path.with_suffix(f".{os.getpid()}.new")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(compose(letter).as_bytes())
            draft.replace(path)
        except OSError as error:
            with suppress(OSError):  # a full disk needs no half of a mail on it
                draft.unlink(missing_ok=True)
            raise NotAccepted(f"{type(error).__name__}: {error.strerror}", final=False) from error

    def close(self) -> None:
        """Do nothing: no file stays open."""


class SmtpTransport:
    """An SMTP server, spoken to over one connection for as long as there is mail (RFC 5321)."""

    def __init__(self, host: str, port: int, user: str, password: str, tls: str) -> None:
        self._host, self._port, self._user, self._password, self._tls = host, port, user, password, tls
        self._server: smtplib.SMTP | None = None

    def send(self, letter: Letter) -> None:
        """Send the letter and return once the server has taken charge of it. Raises `NotAccepted`."""
        message = compose(letter)
        try:
            server = self._connected()
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise NotAccepted(_said(error), final=False) from error  # our own affair, whatever the code: not the mail's
        try:
            server.send_message(message, from_addr=_plain(message, "From"), to_addrs=[_plain(message, "To")])
        except smtplib.SMTPNotSupportedError as error:
            raise NotAccepted(_said(error), final=True) from error
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            raise NotAccepted(f"{code} {_decoded(text)}", final=code >= 500) from error
        except smtplib.SMTPResponseException as error:
            self.close()
            raise NotAccepted(_said(error), final=error.smtp_code >= 500) from error
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise NotAccepted(_said(error), final=False) from error

    def close(self) -> None:
        """Say goodbye to the server."""
        server, self._server = self._server, None
        if server is not None:
            with suppress(OSError, smtplib.SMTPException):
                server.quit()

    def _connected(self) -> smtplib.SMTP:
        if self._server is not None:
            try:
                if self._server.noop()[0] == 250:
                    return self._server
            except (OSError, smtplib.SMTPException):
                pass  # it hung up while there was nothing to send
            self.close()
        safe = ssl.create_default_context()
        if self._tls == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(self._host, self._port, timeout=TIMEOUT_SECONDS, context=safe)
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=TIMEOUT_SECONDS)
        self._server = server
        if self._tls == "starttls":
            server.starttls(context=safe)
        if self._user:
            server.login(self._user, self._password)
        return server


def _plain(message: EmailMessage, header: str) -> str:
    return str(message[header].addresses[0].addr_spec)


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_decoded(error.smtp_error)}"
    return f"{type(error).__name__}: {error}"


def _decoded(text: bytes | str) -> str:
    return text.decode(errors="replace") if isinstance(text, bytes) else text
