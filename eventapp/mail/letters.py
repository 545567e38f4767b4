"""A mail as it goes over the wire: headers that cannot be broken into, text beside HTML, files (RFC 5322, 2045)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.headerregistry import Address, HeaderRegistry, UniqueSingleAddressHeader, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8, EmailPolicy
from email.utils import parseaddr
from typing import Any

import idna

from eventapp.core.text import clean_line
from eventapp.mail.hooks import Attachment

CALENDAR = "text/calendar"
_QUOTED_LETTERS = 60


@dataclass(frozen=True)
class Letter:
    """Everything that the recipient will read, secrets filled in; it lives in the worker's memory only."""

    row_id: int
    message_id: str
    written_at: datetime
    sender: str
    recipient: str
    recipient_name: str
    reply_to: str | None
    language: str
    subject: str
    text: str
    html: str
    unsubscribe_address: str | None = None
    attachments: Sequence[Attachment] = ()


class _TextHeader(UnstructuredHeader):
    """A line of words. The standard library's own folding loses spaces between long words."""

    max_count = 1

    def fold(self, *, policy: Any) -> str:
        name: str = self.name  # type: ignore[attr-defined]
        return f"{name}: {_words(str(self), name, policy.linesep)}{policy.linesep}"


class _AddressHeader(UniqueSingleAddressHeader):
    """One address with its name, folded as the line of words is."""

    def fold(self, *, policy: Any) -> str:
        name: str = self.name  # type: ignore[attr-defined]
        display, address = self.address.display_name, self.address.addr_spec
        if not display:
            return f"{name}: {address}{policy.linesep}"
        if _plain(display) and len(display) <= _QUOTED_LETTERS:
            quoted = display.replace("\\", "\\\\").replace('"', '\\"')
            return f'{name}: "{quoted}" <{address}>{policy.linesep}'
        words = Header(display, "utf-8", header_name=name).encode(linesep=policy.linesep)
        return f"{name}: {words}{policy.linesep} <{address}>{policy.linesep}"


class _WebAddressHeader(UnstructuredHeader):
    """A header whose value is an address on the web: folding would put encoded words into it."""

    max_count = 1

    def fold(self, *, policy: Any) -> str:
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]


def _words(text: str, header: str, linesep: str) -> str:
    return Header(text, "us-ascii" if _plain(text) else "utf-8", header_name=header).encode(linesep=linesep)


def _plain(text: str) -> bool:
    return text.isascii() and "=?" not in text


_registry = HeaderRegistry()
for _name in ("from", "to", "reply-to"):
    _registry.map_to_type(_name, _AddressHeader)  # type: ignore[arg-type]
_registry.map_to_type("subject", _TextHeader)  # type: ignore[arg-type]
_registry.map_to_type("list-unsubscribe", _WebAddressHeader)  # type: ignore[arg-type]
_ASCII: EmailPolicy[EmailMessage] = SMTP.clone(header_factory=_registry)
_INTERNATIONAL: EmailPolicy[EmailMessage] = SMTPUTF8.clone(header_factory=_registry)


def compose(letter: Letter) -> EmailMessage:
    """Return the message of the letter; the same letter gives the same Message-ID, date and words."""
    recipient = _address(letter.recipient_name, letter.recipient)
    message = EmailMessage(policy=_ASCII if recipient.username.isascii() else _INTERNATIONAL)
    message["From"] = _address(*parseaddr(letter.sender))
    message["To"] = recipient
    if letter.reply_to:
        message["Reply-To"] = _address("", letter.reply_to)
    message["Subject"] = clean_line(letter.subject)
    message["Date"] = letter.written_at
    message["Message-ID"] = letter.message_id
    message["Auto-Submitted"] = "auto-generated"
    if letter.unsubscribe_address:
        message["List-Unsubscribe"] = f"<{letter.unsubscribe_address}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    page: Any = message.get_body(("html",))
    for file in letter.attachments:
        if file.content_id:
            name = clean_line(file.filename)
            _add(page.add_related, file, disposition="inline", filename=name, cid=f"<{file.content_id}>")
    calendars = [file for file in letter.attachments if file.media_type.startswith(CALENDAR)]
    if len(calendars) == 1:  # of several alternatives a mail program would read one and drop the others
        _add(message.add_alternative, calendars[0])
    for file in letter.attachments:
        if not file.content_id:
            _add(message.add_attachment, file, filename=clean_line(file.filename))
    message["Content-Language"] = letter.language  # last: making a multipart moves such headers into its first part
    return message


def _add(add: Any, file: Attachment, **options: str) -> None:
    """Add the file byte for byte; mail programs expect a calendar both as an alternative and as a plain file."""
    declared = EmailMessage()
    declared["Content-Type"] = file.media_type
    content_type = declared["Content-Type"]
    if options and file.media_type.startswith(CALENDAR):
        add(file.content, maintype="application", subtype="ics", **options)
        return
    add(
        file.content,
        maintype=content_type.maintype,
        subtype=content_type.subtype,
        params=dict(content_type.params),
        **options,
    )


def _address(name: str, address: str) -> Address:
    """Return the address with its domain in ASCII; the name loses whatever could begin another header."""
    local, _, domain = clean_line(address).rpartition("@")
    if not domain.isascii():
        domain = idna.encode(domain, uts46=True).decode()
    return Address(display_name=clean_line(name), username=local, domain=domain)
