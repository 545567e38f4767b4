"""That no log or history repeats what people tell about themselves; `tests/web/walks` looks who sees it on pages."""

from __future__ import annotations

import io
import logging
import struct
import zlib
from collections.abc import Iterator
from io import BytesIO

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import text

from eventapp.core.access import Role
from eventapp.events.models import Institution
from eventapp.registrations.models import Registration
from eventapp.registrations.states import State
from tests.support.browsing import Visitor
from tests.support.confidences import SECRETS
from tests.support.factories import make_event, make_invitation, make_member, make_registration
from tests.support.fixtures import Work
from tests.support.staff import sign_in
from tests.web.invitations.test_letter import token
from tests.web.registrations.conftest import GOOD


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the application logs at its most talkative, SQL aside."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    root, old = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(old)


def test_history_outbox_and_log_repeat_no_answer(app: Flask, work: Work, log: io.StringIO) -> None:
    with work() as ctx:
        event = make_event(ctx, slug="here")
        category = event.categories[0].id
        link = f"/i/{token(app, make_invitation(ctx, event))}"
    guest = Visitor(app.test_client())
    guest.submit(guest.get(link), action="/accept")
    for page, values in GOOD.items():
        told = {**values, **({"category_id": str(category)} if page == "taking-part" else {})}
        shown = guest.get(f"/en/here/my/form/{page}")
        told |= {name: value for name, value in SECRETS.items() if name in shown.form("/form/").fields}
        guest.submit(shown, told, action="/form/")
    guest.submit(guest.get("/en/here/my/form/check"), action="/form/check")
    with work() as ctx:
        registration = ctx.session.query(Registration).one()
        assert SECRETS["dietary"] in str(vars(registration))
        for table in ("audit_entry", "outbox_message"):
            dump = str(ctx.session.execute(text(f"SELECT * FROM {table}")).all())  # noqa: S608 - our own names
            assert len(dump) > 10
            for value in SECRETS.values():
                assert value not in dump
    for value in SECRETS.values():
        assert value not in log.getvalue()


def picture(kind: str = "PNG") -> bytes:
    """A small picture."""
    made = BytesIO()
    Image.new("RGB", (8, 8), "teal").save(made, kind)
    return made.getvalue()


def bomb(side: int = 5_000) -> bytes:
    """A PNG small enough to be taken that unpacks to 75 MB, put together without packing that much here."""
    packer = zlib.compressobj(9)
    row = b"\0" + b"\0\0\0" * side
    first, again = (packer.compress(row) + packer.flush(zlib.Z_FULL_FLUSH) for _row in range(2))
    checksum = struct.pack(">HH", side * len(row) % 65521, 1)  # Adler-32 of nothing but zeros
    rows = first + again * (side - 1) + packer.flush()[:-4] + checksum
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="xss()"><script>xss()</script></svg>'
HTML = b"<!doctype html><script>xss()</script>"


@pytest.mark.parametrize(
    ("name", "media_type", "data", "taken"),
    [
        ("logo.png", "image/png", picture(), True),
        ("logo.svg", "image/svg+xml", SVG, False),
        ("logo.png", "image/png", SVG, False),
        ("logo.png", "image/png", HTML, False),
        ("logo.png", "image/png", b"\x89PNG\r\n\x1a\n" + HTML, False),
        ("logo.gif", "image/gif", b"GIF89a/*" + HTML, False),
        ("../../evil.html", "text/html", picture("JPEG") + HTML, True),  # a polyglot: the picture is made anew
        ("logo.png", "image/png", bomb(), False),
        ("logo.png", "image/png", bomb(20_000), False),
        ("logo.png", "image/png", b"PK\x03\x04" + b"\0" * 100, False),
    ],
    ids=["picture", "svg", "fake", "html", "html-after", "comment", "polyglot", "bomb", "big-bomb", "zip"],
)
def test_a_logo_is_a_picture_or_nothing(
    app: Flask, work: Work, name: str, media_type: str, data: bytes, taken: bool
) -> None:
    with work() as ctx:
        event = make_event(ctx, slug="here")
        make_registration(ctx, event, state=State.APPROVED)
        owner = make_member(ctx, event, Role.OWNER).id
    visitor = Visitor(app.test_client())
    sign_in(app, visitor.client, owner)
    page = visitor.get("/desk/here/settings/institutions/new")
    values = {"name-en": "City", "kind": "partner", "logo": (BytesIO(data), name, media_type)}
    answer = visitor.submit(page, values, button="Save")
    assert answer.status == (200 if taken else 422)
    with work() as ctx:
        institution = ctx.session.query(Institution).one_or_none()
        assert (institution is not None) == taken
        kept = institution.logo if institution is not None else b""
        logo_name = institution.logo_name if institution is not None else ""
    assert b"script" not in (kept or b"")
    if taken:
        shown = app.test_client().get(f"/en/here/logo/{logo_name}")
        assert shown.content_type in {"image/png", "image/jpeg"}
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
        assert "evil" not in logo_name
