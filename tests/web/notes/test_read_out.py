"""The composer of the read-out, and the read-out as it is issued: page, document, editions, projector."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from eventapp.core.access import Role
from eventapp.core.translated import Translated
from eventapp.notes import queries as texts
from eventapp.notes.comments import rules as comment_rules
from eventapp.notes.comments import service as comments
from eventapp.notes.comments.models import Comment
from eventapp.notes.comments.states import CommentAction
from eventapp.notes.ideas import boards
from eventapp.notes.ideas import service as gathering_ideas
from eventapp.notes.ideas.models import Idea, IdeaBoard, IdeaGroup
from eventapp.notes.ideas.states import BoardAction, BoardState
from eventapp.notes.publishing import service as publishing
from eventapp.notes.readout import gathering, queries, service
from eventapp.notes.readout.models import Insight
from eventapp.notes.resources import service as resources
from eventapp.notes.resources.values import Proposer, ResourceValues
from eventapp.notes.states import PublicationKind
from eventapp.registrations.models import Registration
from eventapp.registrations.personal_data import service as personal_data
from tests.support.browsing import Visitor
from tests.support.factories import make_member
from tests.support.fixtures import Work
from tests.support.pdfs import assert_accessible, bookmarks, pages_of, places_of
from tests.support.publishing import publish_now
from tests.web.notes.reading_out import ARABIC, Closing, Staff, closing, compose

__all__ = ["closing"]
pytestmark = [pytest.mark.parametrize("engine", ["sqlite"], indirect=True), pytest.mark.usefixtures("engine")]


def headings(work: Work, here: Closing) -> list[str]:
    with work() as ctx:
        composition = queries.find_read_out(ctx, here.event(ctx))
        return [each.words.heading for each in composition.insights] if composition else []


def test_a_read_out_is_composed_part_by_part(work: Work, closing: Closing, staff: Staff) -> None:
    writer = staff(closing.rapporteur)
    assert writer.get(closing.desk("/opening")).path == closing.desk()
    page = writer.submit(writer.get(closing.desk()), {"language": "en"}, action="/begin")
    assert page.path == closing.desk()
    assert "What we take home" in page.text

    opening = writer.get(closing.desk("/opening"))
    assert writer.submit(opening, {"title": " "}, action="/opening").status == 422
    assert (
        writer.submit(opening, {"title": "Three things", "text": "Hello.\n\n" + ARABIC}, action="/opening").status
        == 200
    )

    new = writer.get(closing.desk("/insights/new"))
    assert "Town FR, France" in new.text
    wrong = writer.submit(new, {"heading": "", "places-name": ["Tbilisi"], "places-country": ["GE"]}, action="/new")
    assert wrong.status == 422
    assert wrong.errors == ["Heading: Give the insight a heading."]
    assert "Tbilisi" in wrong.body
    values = {
        "heading": "Publish the questions",
        "text": "Not only the *answers*.",
        "places-name": ["Tbilisi", ""],
        "places-country": ["GE", "KE"],
        "places-ticked": "FR|Town FR",
    }
    saved = writer.submit(wrong, values, action="/new")
    for text in ("Publish the questions", "Tbilisi, Georgia", "Kenya", "Town FR, France"):
        assert text in saved.text
    assert writer.submit(wrong, values, action="/new").status == 200
    assert headings(work, closing) == ["Publish the questions"]  # pressed twice

    chosen = [str(closing.entries["idea"]), str(closing.entries["outlook"])]
    adopted = writer.submit(saved, {"notes": chosen}, action="/adopt-notes")
    assert adopted.value("heading") == "Towns could share one buyer"
    assert headings(work, closing) == ["Publish the questions", "Towns could share one buyer"]
    with work() as ctx:
        event = closing.event(ctx)
        composition = queries.find_read_out(ctx, event)
        assert composition is not None
        behind = texts.list_sources(ctx, composition.publication)
        words = composition.parts[composition.insights[1].insight.part]
        assert [behind[each.key] for each in words[1:]] == [[int(number)] for number in chosen]

    second = composition.insights[1].insight.id
    writer.submit(writer.get(closing.desk()), action=f"/insights/{second}/move", press=("way", "up"))
    assert headings(work, closing) == ["Towns could share one buyer", "Publish the questions"]
    gone = writer.submit(writer.get(closing.desk()), action=f"/insights/{second}/remove")
    assert headings(work, closing) == ["Publish the questions"]
    writer.submit(gone, action=f"/insights/{second}/put-back")
    assert headings(work, closing) == ["Publish the questions", "Towns could share one buyer"]

    taken = writer.submit(writer.get(closing.desk()), action="/take-recommendations")
    assert "Publish every question" in taken.text
    assert not [form for form in taken.tree.forms if "take-recommendations" in (form.get("action") or "")]
    guidelines = writer.submit(taken, action="/guidelines")
    assert guidelines.path.endswith("/texts/guidelines/write")
    assert "Publish every question" in guidelines.value("text")


def test_its_pages_stand_below_the_same_tabs_and_lead_to_each_other(work: Work, closing: Closing, staff: Staff) -> None:
    with work() as ctx:
        compose(ctx, closing)
        chair = make_member(ctx, closing.event(ctx), Role.CHAIR).id
    texts_of = f"/desk/{closing.slug}/notes/texts/read-out"
    for who, path, tab, leads_to in (
        (closing.rapporteur, closing.desk(), "Read-out", 4),
        (closing.rapporteur, f"{texts_of}/links", "Read-out", 4),
        (closing.rapporteur, f"{texts_of}/revisions/en", "Read-out", 4),
        (closing.rapporteur, f"{texts_of}/publish", "Read-out", 4),
        (chair, f"{texts_of}/check", "Overview", 2),
    ):
        page = staff(who).get(path)
        assert [each.text for each in page.tree.xpath("//nav[following::h1]//a[@aria-current]")][-1:] == [tab]
        assert len(page.tree.xpath("//h1/following-sibling::p[@class='notes-trail'][1]/a")) == leads_to
        assert len(page.tree.xpath("//p[@class='notes-trail'][1]/a[@aria-current]")) == 1
    for part in ("Introduction", "Key insight 1", "Key insight 2", "Recommendations"):
        assert part in page.text, "whoever checks it reads it in its parts"


def test_two_writers_lose_no_word(work: Work, closing: Closing, staff: Staff) -> None:
    with work() as ctx:
        compose(ctx, closing)
        first, second = [each.id for each in ctx.session.scalars(select(Insight).order_by(Insight.id))]
    one, two = staff(closing.rapporteur), staff(closing.rapporteur)
    mine, same = one.get(closing.desk(f"/insights/{first}")), two.get(closing.desk(f"/insights/{first}"))
    other, outlook = two.get(closing.desk(f"/insights/{second}")), two.get(closing.desk("/outlook"))
    assert one.submit(mine, {"text": "My <b>words</b>."}, action=f"/insights/{first}").status == 200
    assert two.submit(other, {"text": "Beside it."}, action=f"/insights/{second}").status == 200
    assert two.submit(outlook, {"text": "What comes next."}, action="/outlook").status == 200

    both = two.submit(same, {"text": "Your words."}, action=f"/insights/{first}")
    assert both.status == 409
    assert "My <b>words</b>." in both.text
    assert both.value("text").strip() == "Your words."
    joined = two.submit(both, {"text": "Our words."}, action=f"/insights/{first}")
    assert joined.status == 200
    for text in ("Our words.", "Beside it.", "What comes next."):
        assert text in joined.text


def test_a_group_of_ideas_keeps_origin_and_counts(work: Work, closing: Closing, staff: Staff) -> None:
    with work() as ctx:
        event = closing.event(ctx)
        compose(ctx, closing)
        board = IdeaBoard(
            event_id=event.id,
            session_id=99,
            question=Translated(en="Where to begin?"),
            state=BoardState.COLLECTING,
            code="ABCD2345",
            created_at=ctx.now,
        )
        ctx.session.add(board)
        ctx.session.flush()
        for number in range(3):
            gathering_ideas.add_idea(ctx, event, board.id, f"w{number}", key=f"{number:016}", text=f"Idea {number}")
        boards.move(ctx, event, board.id, BoardAction.REVEAL)
        board.groups.append(IdeaGroup(position=1, title=Translated(en="Water first", fr="L’eau d’abord")))
        ctx.session.flush()
        group_id = board.groups[0].id
        ctx.session.refresh(board)
        boards.put_ideas(ctx, event, board.id, ctx.session.scalars(select(Idea.id)).all(), group_id)
        boards.move(ctx, event, board.id, BoardAction.VOTE)
        gathering_ideas.put_dots(ctx, event, board.id, "w1", {group_id: 2})
        boards.move(ctx, event, board.id, BoardAction.CLOSE)
    writer = staff(closing.rapporteur)
    form = writer.submit(writer.get(closing.desk()), action="read-out/adopt", button="Make an insight")
    assert form.value("heading") == "Water first"
    assert "Gathered from 3 ideas with 2 dots in the session Where to begin?" in form.text
    assert "Make an insight Water first" not in writer.get(closing.desk()).text
    writer.submit(form, {"heading": "Begin with water", "text": "Said often."}, action="/insights/")
    with work() as ctx:
        publish_now(ctx, closing.publication(ctx))
    page = writer.get(closing.public())
    assert "Begin with water" in page.text
    assert "Gathered from 3 ideas with 2 dots in the session Where to begin?" in page.text


def test_what_is_issued_is_read_in_every_language_and_stays(
    work: Work, closing: Closing, client: FlaskClient, staff: Staff, visitor: Callable[[], Visitor]
) -> None:
    reader = visitor()
    assert reader.get(closing.public()).status == 404
    with work() as ctx:
        publish_now(ctx, compose(ctx, closing))
        publish_now(ctx, service.start_guidelines(ctx, closing.event(ctx)))
    page = reader.get(closing.public())
    assert page.heading == "Three things we take home"
    assert "Read-out" in reader.get(f"/en/{closing.slug}/").text
    for text in ("Publish the questions", "Tbilisi, Georgia", "What the day taught us", "France 5"):
        assert text in page.text
    assert "Kenya" not in page.text  # one person alone
    assert len(client.get(closing.public(), headers={"Accept-Encoding": "gzip"}).data) < 20_000
    assert page.tree.xpath(f"//*[@dir='rtl']//*[contains(text(), '{ARABIC[:20]}')]")

    for language, pending in (("en", 0), ("fr", 1), ("es", 5)):
        page = reader.get(closing.public(language=language))
        assert page.status == 200
        assert len(page.tree.xpath("//*[contains(@class, 'paragraph pending')]")) == pending
        answer = client.get(closing.public(".pdf", language))
        assert_accessible(answer.data, language=language)
        marks = [words for _depth, words in bookmarks(answer.data)]
        assert len(marks) >= 8
        sheets = pages_of(answer.data)
        heading = "Publish the questions" if language != "fr" else "[fr] Publish the questions"
        assert heading in marks
        on = next(number for number, text in enumerate(sheets, 1) if number > 2 and heading in text)
        line = next(line for line in sheets[1].split("\n") if heading in line)
        assert line.split()[-1] == str(on)
        assert sheets[1].split()[-1] == f"2/{len(sheets)}"  # the cover has none
        short = client.get(f"/{language}/{closing.slug}/guidelines.pdf")
        assert_accessible(short.data, language=language)
        assert reader.get(f"/{language}/{closing.slug}/guidelines").status == 200
    arabic = places_of(client.get(closing.public(".pdf")).data, ARABIC.split()[0])
    assert arabic == [] or arabic[0].left > 300  # it begins at the right

    writer = staff(closing.rapporteur)
    part = writer.get(closing.desk("/outlook"))
    writer.submit(part, {"text": "We meet again."}, action="/outlook")
    with work() as ctx:
        edition = publishing.publish(ctx, closing.publication(ctx), note=Translated(en="An outlook"), tell=False)
        assert edition.number == 2
    latest, earlier = reader.get(closing.public()), reader.get(closing.public("/editions/1"))
    assert "We meet again." in latest.text and "We meet again." not in earlier.text.split("Editions of")[0]
    assert "This is an earlier edition." in earlier.text
    assert closing.public("/editions/1") in latest.links().values()
    assert b"%PDF" in client.get(closing.public("/editions/1.pdf")).data[:8]
    assert reader.get(closing.public("/editions/3")).status == 404


def test_no_edition_leads_to_what_was_taken_off_the_list(
    work: Work, closing: Closing, client: FlaskClient, visitor: Callable[[], Visitor]
) -> None:
    with work() as ctx:
        values = ResourceValues("A guide to shade", "en", url="https://example.org/guide")
        made = resources.add(ctx, closing.event(ctx), Proposer(closing.registration), values, key="resource-1")
        ctx.session.flush()
        shared = resources.publish(ctx, closing.event(ctx), made.id).id
        publish_now(ctx, compose(ctx, closing))
    reader, pdf = visitor(), closing.public(".pdf")
    assert reader.get(closing.public()).links()["A guide to shade"] == "https://example.org/guide"
    assert "example.org/guide" in " ".join(pages_of(client.get(pdf).data))
    with work() as ctx:
        resources.decline(ctx, closing.event(ctx), shared, "It leads somewhere else by now.")
    for tail in ("", "/editions/1"):
        page = reader.get(closing.public(tail))
        assert "A guide to shade no longer in the list" in page.text and "example.org/guide" not in page.body
    sheets = " ".join(pages_of(client.get(pdf).data))
    assert "A guide to shade" in sheets and "example.org/guide" not in sheets


def test_nobody_is_left_without_an_answer(
    work: Work, closing: Closing, staff: Staff, visitor: Callable[[], Visitor]
) -> None:
    issuing = f"/desk/{closing.slug}/notes/texts/read-out/publish"
    with work() as ctx:
        read_out = compose(ctx, closing)
        publishing.submit(ctx, read_out)
        latest = texts.find_latest_revision(ctx, read_out, "en")
        assert latest is not None
        publishing.approve(ctx, read_out, seen=latest.number)
    writer = staff(closing.rapporteur)
    opened_before = writer.get(issuing)
    with work() as ctx:
        summary = texts.get_publication(ctx, closing.event(ctx), PublicationKind.SUMMARY, 1)
        edition = texts.latest_editions(ctx, [summary.id])[summary.id]
        words = comments.Words(edition.paragraphs["en"][1].key, "Say <i>more</i>.", "en", False, "one")
        comments.write(ctx, ctx.session.get_one(Registration, closing.registration), summary, words)
    composer = writer.get(closing.desk())
    assert "1 comment has no released answer yet." in composer.text
    assert f"/desk/{closing.slug}/notes/comments" in composer.links().values()
    refused = writer.submit(opened_before, action="/publish")
    assert refused.status == 422
    for page in (refused, writer.get(issuing)):
        assert "1 comment has no released answer yet." in page.text
        assert not [form for form in page.tree.forms if (form.get("action") or "").endswith("/publish")]

    with work() as ctx:
        comment = ctx.session.scalars(select(Comment)).one()
        comments.show(ctx, comment)
        comments.answer(ctx, comment, CommentAction.TAKE_UP, Translated(en="We did."))
    assert writer.submit(opened_before, action="/publish").status == 422  # decided, but nobody knows
    with work() as ctx:
        comment = ctx.session.scalars(select(Comment)).one()
        comments.release(ctx, closing.event(ctx), comment_rules.seal_of([comment]))
    assert writer.submit(writer.get(issuing), action="/publish").status == 200
    page = visitor().get(closing.public())
    for text in ("Say <i>more</i>.", "We did.", "Taken up", "A participant"):
        assert text in page.text
    with work() as ctx:
        person = ctx.session.get_one(Registration, closing.registration)
        personal_data.carry_out(ctx, closing.event(ctx), person.invitation_id)
    assert "Say <i>more</i>." not in visitor().get(closing.public()).text
    with work() as ctx:
        edition = texts.latest_editions(ctx, [closing.publication(ctx).id])[closing.publication(ctx).id]
        assert "Say <i>more</i>." not in str(edition.extra)
        assert edition.extra["annex"][0]["outcome"] == "taken_up"


def test_the_projector_shows_one_insight_a_screen_before_anything_is_issued(
    work: Work, closing: Closing, staff: Staff
) -> None:
    writer = staff(closing.rapporteur)
    assert writer.get(closing.desk("/show")).status == 404
    with work() as ctx:
        compose(ctx, closing)
    for language, heading in (("en", "Buy together"), ("fr", "[fr] Buy together"), ("xx", "Buy together")):
        page = writer.get(closing.desk(f"/show?language={language}"))
        assert [each.text_content() for each in page.tree.xpath("//h2")][1] == heading
        assert len(page.tree.xpath("//section[contains(@class, 'slide')]")) == 3
        assert "#slide-2" in page.links().values()


def test_numbers_of_few_people_are_in_no_edition(work: Work, closing: Closing) -> None:
    with work() as ctx:
        balance = gathering.balance_of(ctx, closing.event(ctx))
    assert balance is not None and balance.countries == 3
    country = balance.tables[0]
    assert [(line.label["en"], line.label["fr"], line.number) for line in country.lines] == [("France", "France", 5)]
    assert country.concealed == 2
    assert all(line.number >= 3 for table in balance.tables for line in table.lines)
