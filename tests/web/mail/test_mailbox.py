"""The demo's mailbox shows what was sent; in production it does not exist."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from eventapp.application import create_app
from eventapp.core.config import Environment
from eventapp.mail import hooks, service
from eventapp.mail.drafts import AttachmentRef
from tests.support import databases
from tests.support.browsing import Visitor
from tests.support.fixtures import Work
from tests.support.mail import a_draft, courier

Visitors = Callable[[], Visitor]


def send(app: Flask, work: Work, **fields: object) -> None:
    with work() as ctx:
        service.enqueue(ctx, a_draft(**fields))
    with app.app_context():
        courier(app).deliver_due()


def test_an_empty_mailbox_says_so(visitor: Visitors) -> None:
    assert "Nothing here" in visitor().get("/mailbox").text


def test_mails_are_listed_read_and_their_files_taken(
    app: Flask, work: Work, visitor: Visitors, monkeypatch: pytest.MonkeyPatch
) -> None:
    calendar = hooks.Attachment("meeting.ics", "text/calendar; method=REQUEST; charset=utf-8", b"BEGIN:VCALENDAR\r\n")
    monkeypatch.setitem(hooks.ATTACHMENT_MAKERS, "test", lambda ctx, arguments: calendar)
    send(app, work, subject="Earlier <b>", recipient_name="Amina ’“;, Ndiaye")
    send(app, work, subject="Later", attachments=[AttachmentRef("test", {})], values={
        "minutes": 10, "max_tries": 5, "link": lambda name: "http://localhost/i/abc-def?x=1&y=2", "secret": lambda n: n,
    })  # fmt: skip
    me = visitor()
    page = me.get("/mailbox")
    assert page.text.index("Later") < page.text.index("Earlier <b>")
    assert "Amina ’“;, Ndiaye" in page.text
    assert "Earlier" not in me.get("/mailbox?q=later").text

    mail = me.get(page.links()["Later"])
    assert mail.links()["http://localhost/i/abc-def?x=1&y=2"] == "http://localhost/i/abc-def?x=1&y=2"
    (frame,) = mail.tree.xpath("//iframe/@src")
    assert "frame-src 'self'" in mail.response.headers["Content-Security-Policy"]
    alone = me.get(frame)
    assert "style-src 'unsafe-inline'" in alone.response.headers["Content-Security-Policy"]
    assert "script-src" not in alone.response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in alone.response.headers["Content-Security-Policy"]
    file = me.client.get(mail.links()["meeting.ics"])
    assert file.data == b"BEGIN:VCALENDAR\r\n"
    assert file.headers["Content-Disposition"] == "attachment; filename=meeting.ics"
    assert me.get(mail.links()["meeting.ics"][:-1] + "7").status == 404


@pytest.mark.parametrize("name", ["x", "20240912T070000-0000999", "..%2f..%2fsecret-key", "a.eml"])
def test_other_names_are_no_mail(visitor: Visitors, name: str) -> None:
    assert visitor().get(f"/mailbox/{name}").status == 404
    assert visitor().get(f"/mailbox/{name}/html").status == 404


def test_production_has_no_mailbox(tmp_path: Path) -> None:
    settings = databases.settings_for(
        f"sqlite:///{tmp_path / 'p.sqlite'}",
        tmp_path,
        environment=Environment.PRODUCTION,
        base_url="https://workshops.example.org",
    )
    rules = {rule.rule for rule in create_app(settings).url_map.iter_rules()}
    assert not any(rule.startswith(("/mailbox", "/demo")) for rule in rules)
