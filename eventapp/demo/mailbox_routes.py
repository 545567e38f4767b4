"""The demo's mailbox: everybody's sent mail, read from the folder of `.eml` files; it does not exist in production."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from itertools import islice
from pathlib import Path

from flask import Blueprint, Response, abort, current_app, render_template, request
from markupsafe import Markup, escape

from eventapp.core.access import public
from eventapp.core.text import fold

bp = Blueprint("demo_mailbox", __name__)

PAGE_LENGTH = 30
_WHY = "the demo shows the mail it sends; in production this page does not exist"
_NAME = re.compile(r"[0-9]{8}T[0-9]{6}-[0-9]{1,12}")
_LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")
_PARSER = BytesParser(policy=policy.default)

# The mail's own page may style itself, as mail programs let it, and can do nothing else.
_HTML_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-top-navigation-by-user-activation allow-popups"
)
_FRAMING_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "frame-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True)
class MailFile:
    """A file that came with a mail."""

    filename: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class SentMail:
    """One mail as its recipient sees it; a list holds its headers only."""

    name: str
    recipient: str
    recipient_name: str
    sender: str
    reply_to: str
    subject: str
    written_at: datetime | None
    language: str
    text: str = ""
    html: str = ""
    files: tuple[MailFile, ...] = ()

    @property
    def linked_text(self) -> Markup:
        """Return the plain text with its addresses as links."""
        pieces, end = [], 0
        for match in _LINK.finditer(self.text):
            address = escape(match[0])
            pieces += [escape(self.text[end : match.start()]), Markup('<a href="{0}">{0}</a>').format(address)]
            end = match.end()
        return Markup("").join([*pieces, escape(self.text[end:])])


@bp.get("/mailbox")
@public(_WHY)
def listing() -> str:
    """List the sent mail, what came last first."""
    wanted = request.args.get("q", "").strip()[:200]
    page = max(1, min(request.args.get("page", 1, type=int), 10_000))
    mails = (mail for mail in _all_mails() if _matches(mail, wanted))
    first = (page - 1) * PAGE_LENGTH
    shown = list(islice(mails, first, first + PAGE_LENGTH + 1))
    return render_template(
        "demo/mailbox.html", mails=shown[:PAGE_LENGTH], page=page, more=len(shown) > PAGE_LENGTH, wanted=wanted
    )


@bp.get("/mailbox/<name>")
@public(_WHY)
def one(name: str) -> Response:
    """Show one mail: its text, and its HTML in a frame of its own."""
    mail = _mail_or_404(name)
    page = Response(render_template("demo/mailbox_mail.html", mail=mail))
    page.headers["Content-Security-Policy"] = _FRAMING_POLICY
    return page


@bp.get("/mailbox/<name>/html")
@public(_WHY)
def html(name: str) -> Response:
    """Give the mail's HTML alone, locked in; its links leave the frame."""
    mail = _mail_or_404(name)
    page = Response(mail.html.replace("<head>", '<head><base target="_top">', 1))
    page.headers["Content-Security-Policy"] = _HTML_POLICY
    return page


@bp.get("/mailbox/<name>/files/<int(max=99):number>")
@public(_WHY)
def file(name: str, number: int) -> Response:
    """Give one of the mail's files."""
    files = _mail_or_404(name).files
    if number >= len(files):
        abort(404)
    answer = Response(files[number].content, content_type=files[number].media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=files[number].filename)
    return answer


def _folder() -> Path | None:
    mail_url: str = current_app.extensions["settings"].mail_url
    return Path(mail_url.removeprefix("dir:")) if mail_url.startswith("dir:") else None


def _all_mails() -> Iterator[SentMail]:
    folder = _folder()
    paths = [path for path in folder.glob("*.eml") if _NAME.fullmatch(path.stem)] if folder is not None else []
    for path in sorted(paths, key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True):
        yield _headers(path.stem, _PARSER.parsebytes(path.read_bytes(), headersonly=True))


def _mail_or_404(name: str) -> SentMail:
    folder = _folder()
    path = folder / f"{name}.eml" if folder is not None and _NAME.fullmatch(name) else None
    if path is None or not path.is_file():
        abort(404)
    message = _PARSER.parsebytes(path.read_bytes())
    return replace(
        _headers(name, message),
        text=_body(message, "plain"),
        html=_with_pictures(_body(message, "html"), message),
        files=tuple(
            MailFile(part.get_filename() or "", part.get_content_type(), bytes(part.get_payload(decode=True) or b""))
            for part in message.iter_attachments()
        ),
    )


def _matches(mail: SentMail, wanted: str) -> bool:
    return not wanted or fold(wanted) in fold(f"{mail.recipient} {mail.recipient_name} {mail.subject}")


def _headers(name: str, message: EmailMessage) -> SentMail:
    to = message["To"].addresses[0]
    return SentMail(
        name=name,
        recipient=to.addr_spec,
        recipient_name=to.display_name,
        sender=str(message["From"]),
        reply_to=str(message.get("Reply-To", "")),
        subject=str(message["Subject"]),
        written_at=message["Date"].datetime,
        language=str(message.get("Content-Language", "en")),
    )


def _with_pictures(html: str, message: EmailMessage) -> str:
    """Return the HTML with the pictures that came along put into it, as mail programs show them (RFC 2392)."""
    for part in message.walk():
        name = str(part.get("Content-ID", "")).strip("<>")
        if name and part.get_content_maintype() == "image":
            content = b64encode(bytes(part.get_payload(decode=True) or b"")).decode()
            html = html.replace(f"cid:{name}", f"data:{part.get_content_type()};base64,{content}")
    return html


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part is not None else ""
