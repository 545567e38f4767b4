"""Nothing that participants write, nor what a read-out gathers of it, can do harm: public pages, desk, PDF and mail."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html
from pypdf import PdfReader
from sqlalchemy import select

from eventapp.core.context import Context
from eventapp.core.translated import Translated
from eventapp.mail.models import OutboxMessage
from eventapp.notes import queries as texts
from eventapp.notes import service as writing
from eventapp.notes.comments import queries as comment_queries
from eventapp.notes.comments import rules as comment_rules
from eventapp.notes.comments import service as comments
from eventapp.notes.comments.states import CommentAction
from eventapp.notes.ideas.models import Idea, IdeaBoard, IdeaGroup
from eventapp.notes.ideas.states import BoardState
from eventapp.notes.readout import service
from eventapp.notes.readout.rules import InsightValues
from eventapp.notes.resources.models import Resource
from eventapp.notes.resources.states import ResourceState
from eventapp.notes.states import PublicationKind
from eventapp.registrations.models import Registration
from tests.support.browsing import Visitor
from tests.support.fixtures import Work
from tests.support.publishing import publish_now
from tests.unit.core.test_markdown import VECTORS
from tests.web.notes.reading_out import Closing, closing
from tests.web.notes.test_published_harm import ACTIVE, CORPUS, links_in, names_in

__all__ = ["closing"]
HARMFUL = {"iframe", "object", "embed", "base", "meta", "style", "math", "img", "video", "audio", "marquee", "frameset"}
SHORT = [" ".join(vector.split())[:140] for vector in VECTORS]

pytestmark = [pytest.mark.parametrize("engine", ["sqlite"], indirect=True), pytest.mark.usefixtures("engine")]


def test_nothing_runs_of_what_participants_write_and_the_read_out_gathers(
    work: Work, closing: Closing, client: FlaskClient, staff: Any, visitor: Callable[[], Visitor]
) -> None:
    with work() as ctx:
        say_it_in_comments(ctx, closing)
        share_it(ctx, closing)
        board, code = gather_it(ctx, closing)
        issue_it(ctx, closing)
        person = ctx.session.get_one(Registration, closing.registration)
        opened = [person.invitation_id, person.invitation.link_version]
    reader = visitor()
    with reader.client.session_transaction() as cookie:
        cookie["opened"] = {str(closing.event_id): opened}
    public = [f"/en/{closing.slug}{tail}" for tail in ("/", "/comments", "/resources", "/read-out", "/guidelines")]
    own = [f"/en/{closing.slug}{tail}" for tail in ("/my", "/my/comments", f"/ideas/{code}", f"/ideas/{code}/screen")]
    desk = [
        f"/desk/{closing.slug}/notes{tail}"
        for tail in ("/comments?state=all", "/resources", f"/ideas/{board}", "/read-out", "/read-out/show")
    ]
    writer = staff(closing.rapporteur)
    for somebody, addresses in ((reader, public + own), (writer, desk)):
        for address in addresses:
            page = somebody.get(address)
            assert page.status == 200, address
            assert "alert" in page.body, f"{address} shows nothing of it"
            assert harm_in(page.tree) == [], address
    for tail in ("/read-out.pdf", "/guidelines.pdf"):
        pdf = PdfReader(io.BytesIO(client.get(f"/en/{closing.slug}{tail}").data))
        assert set(names_in(pdf.trailer)) & ACTIVE == set()
        for link in links_in(pdf):
            assert link.lower().startswith(("http://", "https://", "mailto:")), link
    with work() as ctx:
        mails = ctx.session.scalars(
            select(OutboxMessage.html_body).where(OutboxMessage.kind == "notes/answers_released")
        ).all()
    assert len(mails) == 1
    assert harm_in(html.document_fromstring(mails[0].replace("own-link-", "https://own-link-")), mail=True) == []


def test_the_judge_sees_what_would_run() -> None:
    seen = [vector for vector in VECTORS if "<" in vector and harm_in(html.document_fromstring(f"<p>x</p>{vector}"))]
    assert len(seen) > 50, "unescaped, half of the corpus at least is found"


def harm_in(tree: Any, *, mail: bool = False) -> list[str]:
    """Return what could run, load or lead astray; our own scripts and styles come from our own folder."""
    wrong = []
    for each in tree.xpath("//body//*"):
        if not isinstance(each.tag, str):
            continue
        if each.tag in HARMFUL or (each.tag == "script" and not (each.get("src") or "").startswith("/static/")):
            wrong.append(html.tostring(each)[:80].decode())
        wrong += [f"{name}={value}" for name, value in each.attrib.items() if name.startswith("on")]
        if not mail and "style" in each.attrib:
            wrong.append(f"style={each.get('style')}")
        for name in ("href", "action", "formaction", "src", "xlink:href"):
            address = (each.get(name) or "#").strip().lower()
            if not address.startswith(("http://", "https://", "mailto:", "/", "#", "?")) or address.startswith("//"):
                wrong.append(f"{name}={address}")
    return wrong


def say_it_in_comments(ctx: Context, closing: Closing) -> None:
    event = closing.event(ctx)
    summary = texts.get_publication(ctx, event, PublicationKind.SUMMARY, 1)
    paragraph = texts.latest_editions(ctx, [summary.id])[summary.id].paragraphs["en"][1].key
    person = ctx.session.get_one(Registration, closing.registration)
    person.name = SHORT[0]
    for number in range(0, len(VECTORS), 4):
        said = "\n\n".join(VECTORS[number : number + 4])[: comment_rules.LONGEST]
        words = comments.Words(paragraph if number % 8 else "", said, "en", True, f"key-{number:05d}")
        comment = comments.write(ctx, person, summary, words)
        ctx.session.flush()
        comments.show(ctx, comment)
        comments.answer(ctx, comment, CommentAction.TAKE_UP, Translated(en=said[: comment_rules.LONGEST_REASON]))
    seal = comment_rules.seal_of(comment_queries.list_unreleased(ctx, event))
    comments.release(ctx, event, seal)


def share_it(ctx: Context, closing: Closing) -> None:
    for number, vector in enumerate(SHORT):
        ctx.session.add(
            Resource(
                event_id=closing.event_id,
                key=f"resource-{number}",
                state=ResourceState.PUBLISHED,
                title=vector,
                text=vector,
                language="en",
                url=f"https://example.org/?{number}=%22%3E<svg onload=alert(1)>",
                created_at=ctx.now,
            )
        )
    ctx.session.flush()


def gather_it(ctx: Context, closing: Closing) -> tuple[int, str]:
    board = IdeaBoard(
        event_id=closing.event_id,
        session_id=1,
        question=Translated(en=SHORT[1]),
        state=BoardState.CLOSED,
        code="ABCDEF",
        created_at=ctx.now,
    )
    group = IdeaGroup(position=1, title=Translated(en=SHORT[2]))
    board.groups.append(group)
    ctx.session.add(board)
    ctx.session.flush()
    ctx.session.add_all(
        Idea(
            board_id=board.id,
            group_id=group.id if number % 2 else None,
            key=f"idea-{number:05d}",
            writer="w",
            language="en",
            text=vector,
            created_at=ctx.now,
        )
        for number, vector in enumerate(SHORT)
    )
    ctx.session.flush()
    service.adopt_group(ctx, closing.event(ctx), group.id)
    return board.id, board.code


def issue_it(ctx: Context, closing: Closing) -> None:
    event = closing.event(ctx)
    read_out = service.begin(ctx, event, "en")
    latest = texts.find_latest_revision(ctx, read_out, "en")
    assert latest is not None
    service.save_opening(ctx, event, title=SHORT[0], text=CORPUS, base_revision=latest.number)
    for number in range(0, len(VECTORS), 20):
        places = [{"name": vector[:80], "country": ""} for vector in SHORT[number : number + 10]]
        body = "\n\n".join(VECTORS[number : number + 20])[:5_000]
        service.add_insight(ctx, event, InsightValues(SHORT[number], body, places=places))
    publish_now(ctx, read_out)
    guidelines = writing.open_publication(ctx, event, PublicationKind.GUIDELINES)
    writing.save_source(ctx, guidelines, title=SHORT[0], text=CORPUS, base_revision=0)
    publish_now(ctx, guidelines)
