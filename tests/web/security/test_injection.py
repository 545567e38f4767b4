"""What anybody can type is shown as typed: on every page, in every mail, document and calendar."""

from __future__ import annotations

import re
from datetime import datetime
from io import BytesIO

import pytest
from flask import Flask
from icalendar import Calendar
from lxml import html
from pypdf import PdfReader
from sqlalchemy import String, select, update

from eventapp.agenda import service as agenda
from eventapp.agenda.service import SessionValues
from eventapp.agenda.states import SessionKind
from eventapp.core import markdown
from eventapp.core.database import Base, LowerCase, TranslatedText
from eventapp.core.translated import Translated
from eventapp.events.models import Event
from eventapp.events.states import AttributionRule
from eventapp.invitations import messages as letters
from eventapp.invitations.models import Interest, Invitation
from eventapp.mail import service as mail
from eventapp.mail.letters import compose
from eventapp.mail.models import OutboxMessage
from eventapp.mail.states import MessageState
from eventapp.notes import service as notes
from eventapp.notes.attribution.models import SessionRule
from eventapp.notes.publishing import service as publishing
from eventapp.notes.states import PublicationKind
from eventapp.registrations import messages as participation
from eventapp.registrations.models import Registration
from tests.support import world as worlds
from tests.support.fixtures import Work
from tests.support.mail import KeepingTransport, courier
from tests.support.world import World

PLAIN = "{{7*7}} {event.__init__} %(x)s {0} ${7*7} ; , \\"
POISON = f"\"'><xss onx=1></title></script></style><script>xss()</script>{PLAIN}"
# What is chosen, worked out or checked elsewhere, and the finished HTML of mails.
LEFT_ALONE = {
    "slug", "email", "contact_email", "reply_to", "recipient", "timezone", "url", "accent", "logo_type", "logo_name",
    "media_type",
    "kind", "about", "message_id", "token_hash", "browser_hash", "state", "language", "country", "claimed_by", "action",
    "object_type", "actor_kind", "html_body", "text_body", "mode", "sector", "search_text", "currency", "content_hash",
}  # fmt: skip
pytestmark = pytest.mark.parametrize("engine", ["sqlite"])  # rendering does not depend on the engine
SHOWN_TO = ("anonymous", "participant", "owner")


@pytest.fixture
def world(app: Flask, work: Work) -> World:
    """A furnished event in which every text holds what should never work."""
    made = worlds.build(app)
    with work() as ctx:
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                if (
                    column.name in LEFT_ALONE
                    or isinstance(column.type, LowerCase)
                    or column.foreign_keys
                    or column.unique
                ):
                    continue
                if isinstance(column.type, TranslatedText):
                    value: object = Translated(en=POISON, fr=POISON, es=POISON)
                elif type(column.type).__name__ in {"String", "Text"} and isinstance(column.type, String):
                    value = POISON[: column.type.length] if column.type.length else POISON
                    if column.type.length and column.type.length < 100:
                        continue
                else:
                    continue
                ctx.session.execute(table.update().values({column.name: value}))
        ctx.session.expire_all()
        event = ctx.session.get_one(Event, made.here.event_id)
        values = SessionValues(
            kind=SessionKind.WORKSHOP,
            title=Translated(en=POISON),
            text=Translated(en=POISON),
            starts_local=datetime(2024, 11, 7, 11),
            ends_local=datetime(2024, 11, 7, 12),
        )
        agenda.add_session(ctx, event, values)
        agenda.release(ctx, event, Translated(en=POISON))
        event.attribution_rule = AttributionRule.ON_THE_RECORD  # else the poison would be a name to protect
        ctx.session.execute(update(SessionRule).values(rule=AttributionRule.ON_THE_RECORD))
        summary = notes.open_publication(ctx, event, PublicationKind.SUMMARY, 1)
        notes.save_source(ctx, summary, title=POISON, text=POISON, base_revision=1)
        publishing.publish(ctx, summary, note=Translated(en=POISON), tell=False)
    return made


def harmful(body: str) -> list[str]:
    """Return what of the poison has become more than text."""
    tree = html.document_fromstring(body)
    found = [f"<{element.tag}>" for element in tree.iter("xss")]
    found += [f"{element.tag} {name}" for element in tree.iter() for name in element.attrib if name.startswith("on")]
    found += ["a script of theirs" for script in tree.iter("script") if "xss()" in (script.text or "")]
    found += [link for element in tree.iter() if (link := element.get("href", "")).lower().startswith("javascript:")]
    return found


def test_what_is_harmful_is_seen(engine: str) -> None:
    assert len(harmful(f"<p>{POISON}</p><a href='javascript:xss()'>x</a>")) >= 4
    assert harmful("<p>&lt;xss onx=1&gt;</p>") == []


def test_no_page_shows_it_as_more_than_text(app: Flask, world: World) -> None:
    wrong, shown = [], 0
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()):
            continue
        address = world.address(rule, world.here)
        for who in SHOWN_TO:
            answer = world.reader(who).get(address)
            assert answer.status_code < 500, address
            if "html" not in (answer.content_type or ""):
                continue
            body = answer.get_data(as_text=True)
            shown += "{{7*7}}" in body
            wrong += [f"{address} as {who}: {each}" for each in harmful(body)]
    assert wrong == []
    assert shown > 40


def test_nothing_of_the_address_comes_back_as_more_than_text(app: Flask, world: World) -> None:
    names = ("lang", "q", "search", "state", "kind", "actor", "next", "day", "page", "variant", "category", "country")
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()):
            query = dict.fromkeys(names, POISON)
            answer = world.reader("owner").get(world.address(rule, world.here), query_string=query)
            if "html" in (answer.content_type or ""):
                assert harmful(answer.get_data(as_text=True)) == [], rule.rule


def test_every_mail_shows_it_as_text_to_one_recipient(app: Flask, work: Work, world: World) -> None:
    with work() as ctx:
        ctx.session.execute(
            OutboxMessage.__table__.update().values(state=MessageState.CANCELLED)  # type: ignore[attr-defined]
        )
        event = ctx.session.get_one(Event, world.here.event_id)
        invitation = ctx.session.scalars(select(Invitation).where(Invitation.event_id == event.id)).first()
        registration = ctx.session.scalars(select(Registration).where(Registration.event_id == event.id)).first()
        interest = ctx.session.scalars(select(Interest).where(Interest.event_id == event.id)).first()
        assert invitation is not None
        assert registration is not None
        assert interest is not None
        invitation.name = f"Amina\r\nBcc: thief@example.org {POISON}"[:200]
        drafts = [
            letters.invited(ctx, invitation),
            letters.reminded(ctx, invitation),
            letters.link_asked_for(ctx, invitation),
            letters.invitation_revoked(ctx, invitation, POISON),
            letters.interest_recorded(ctx, interest),
            letters.interest_declined(ctx, interest, POISON),
            participation.participation_confirmed(ctx, registration),
        ]
        for draft in drafts:
            mail.enqueue(ctx, draft)
    transport = KeepingTransport()
    with app.app_context():
        courier(app, transport).deliver_due()
    assert len(transport.letters) == len(drafts)
    for letter in transport.letters:
        assert harmful(letter.html) == [], letter.subject
        assert "{{7*7}}" in letter.html
        assert "{event.__init__}" in letter.text
        head = compose(letter).as_bytes().partition(b"\r\n\r\n")[0].decode()
        assert len(re.findall(r"(?mi)^to:", head)) == 1
        assert not re.search(r"(?mi)^(bcc|cc|x-|content-type: text/html)", head)
        message = compose(letter)
        assert len(message["To"].addresses) == 1
        for file in letter.attachments:
            if file.media_type.startswith("text/calendar"):
                assert len(Calendar.from_ical(file.content).events) == 1


def test_calendars_keep_their_shape(app: Flask, world: World) -> None:
    client = world.client("anonymous")
    raw = client.get("/en/here/agenda.ics").data
    calendar = Calendar.from_ical(raw)
    assert len(calendar.events) == 2
    assert raw.count(b"BEGIN:VEVENT") == 2
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert POISON in {str(event["SUMMARY"]) for event in calendar.events}


@pytest.mark.parametrize("address", ["/en/here/agenda.pdf", "/en/here/summaries/1.pdf"])
def test_documents_show_it_as_text(world: World, address: str) -> None:
    answer = world.client("anonymous").get(address)
    assert answer.status_code == 200
    read = " ".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages)
    assert "{{7*7}}" in re.sub(r"\s+", "", read)
    assert b"/JavaScript" not in answer.data
    assert b"/Launch" not in answer.data


@pytest.mark.parametrize(
    "link",
    [
        "javascript:xss()", "JaVaScRiPt:xss()", " javascript:xss()", "java\tscript:xss()", "&#106;avascript:xss()",
        "data:text/html,<script>xss()</script>", "vbscript:xss()", "file:///etc/passwd", "blob:x",
    ],
)  # fmt: skip
def test_markdown_links_lead_to_web_pages_only(engine: str, link: str) -> None:
    for text in (
        f"[a]({link})",
        f"[a](<{link}>)",
        f"![a]({link})",
        f"[a]: {link}\n\n[a]",
        f'<a href="{link}">a</a>',
        f"<{link}>",
    ):
        tree = html.fragment_fromstring(str(markdown.render(text)), create_parent=True)
        for element in tree.iter():
            for name in ("href", "src"):
                assert (element.get(name) or "http:").split(":")[0] in {"http", "https", "mailto"}, text


def test_the_template_of_an_import_holds_no_formula(world: World, work: Work) -> None:
    with work() as ctx:
        event = ctx.session.get_one(Event, world.here.event_id)
        for category, name in zip(event.categories * 6, ["=1+1", "+1", "-1", "@SUM(A1)"], strict=False):
            category.name = Translated(en=name)
    answer = world.client("owner").get("/desk/here/invitations/import/template.csv")
    for line in answer.get_data(as_text=True).splitlines():
        for cell in re.split(r"[;,]", line):
            assert cell.lstrip('"')[:1] not in {"=", "+", "-", "@", "\t", "\r"} or not cell
