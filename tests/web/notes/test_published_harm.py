"""Nothing that people write can do harm where it is published: page, edition, PDF, mail and feed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import etree, html
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject
from sqlalchemy import select

from eventapp.core.translated import Translated
from eventapp.events.models import Event
from eventapp.mail.models import OutboxMessage
from eventapp.notes import service
from eventapp.notes.publishing import service as publishing
from tests.support.fixtures import Work
from tests.support.publishing import publish_now, write_summary
from tests.unit.core.test_markdown import HARMLESS, VECTORS
from tests.web.notes.conftest import Place

FENCES = tuple(vector for vector in VECTORS if vector.startswith("```"))  # an open fence swallows what follows
CORPUS = "\n\n".join([*(vector for vector in VECTORS if vector not in FENCES), *FENCES])
ACTIVE = {
    "/JavaScript",
    "/JS",
    "/Launch",
    "/SubmitForm",
    "/ImportData",
    "/OpenAction",
    "/AA",
    "/EmbeddedFiles",
    "/RichMedia",
}
OF_THE_PAGE = set("main article section nav header div span strong ins del h1 dl dt dd small time svg rect".split())  # noqa: SIM905
ATOM = "{http://www.w3.org/2005/Atom}"

pytestmark = [pytest.mark.parametrize("engine", ["sqlite"], indirect=True), pytest.mark.usefixtures("engine")]


@pytest.mark.parametrize("title", ["<script>alert(1)</script>", "[x](javascript:alert(1))", '"><svg onload=alert(1)>'])
def test_nothing_runs_where_it_is_read(work: Work, client: FlaskClient, place: Place, title: str) -> None:
    with work() as ctx:
        event = ctx.session.get_one(Event, place.event_id)
        summary = write_summary(ctx, event, {"en": (title, "Words.\n\n- a")}, number=2)
        publish_now(ctx, summary)
        service.save_source(ctx, summary, title=title, text=f"1. a\n\n{CORPUS}", base_revision=1)
        publishing.publish(ctx, summary, Translated({"en": title}))
    address = f"/en/{place.slug}/summaries"
    for path in (f"{address}/2", f"{address}/2/editions/2", address, f"/en/{place.slug}/"):
        page = client.get(path).get_data(as_text=True)
        tree = html.document_fromstring(page)
        main = tree.xpath("//main")[0]
        assert wrong_in(main, OF_THE_PAGE) == [], path
        assert len(tree.xpath("//script")) == 1, path
    feed = etree.fromstring(client.get(f"{address}.atom").data)
    content = feed.find(f"{ATOM}entry/{ATOM}content")
    assert content.get("type") == "html"
    assert wrong_in(html.fragment_fromstring(content.text, create_parent="div"), {"div"}) == []
    reader = PdfReader(io.BytesIO(client.get(f"{address}/2.pdf").data))
    assert set(names_in(reader.trailer)) & ACTIVE == set()
    for link in links_in(reader):
        assert link.lower().startswith(("http://", "https://", "mailto:")), link
    with work() as ctx:
        mails = ctx.session.scalars(select(OutboxMessage.html_body)).all()
    assert len(mails) == 3
    for mail in mails:
        letter = html.document_fromstring(mail)
        assert letter.xpath("//script|//svg|//img|//iframe|//*[@onload]|//a[starts-with(@href, 'javascript')]") == []


def wrong_in(tree: Any, also: set[str]) -> list[str]:
    """Return the elements and attributes that are not plainly harmless."""
    wrong = []
    for each in tree.iter():
        if not isinstance(each.tag, str) or each.tag not in {*HARMLESS, *also}:
            wrong.append(f"<{each.tag}>")
        wrong += [
            f"{name}={value}"
            for name, value in each.attrib.items()
            if name.startswith("on") or name in {"style", "src"}
        ]
        address = (each.get("href") or "#").lower()
        if not address.startswith(("http://", "https://", "mailto:", "/", "#")) or address.startswith("//"):
            wrong.append(address)
    return wrong


def names_in(value: Any, seen: set[int] | None = None) -> Iterator[str]:
    """Yield every name that a PDF uses as a key or as a value."""
    seen = set() if seen is None else seen
    if isinstance(value, IndirectObject):
        if value.idnum in seen:
            return
        seen.add(value.idnum)
        value = value.get_object()
    if isinstance(value, DictionaryObject):
        for key, inner in value.items():
            yield str(key)
            yield from names_in(value.raw_get(key) if inner is not None else inner, seen)
    elif isinstance(value, ArrayObject):
        for index in range(len(value)):
            yield from names_in(list.__getitem__(value, index), seen)
    elif isinstance(value, str) and value.startswith("/"):
        yield value


def links_in(reader: PdfReader) -> Iterator[str]:
    """Yield the addresses that the pages of a PDF lead to."""
    for page in reader.pages:
        for annotation in page.get("/Annots", ()):
            action = annotation.get_object().get("/A")
            if action is not None and "/URI" in action:
                yield str(action["/URI"])
