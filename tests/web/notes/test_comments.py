"""Comments on published paragraphs: from what a participant writes to the answer that everybody reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from eventapp.core.audit import AuditEntry
from eventapp.core.errors import DomainError
from eventapp.core.translated import Translated
from eventapp.core.unit_of_work import replayable, unit_of_work
from eventapp.events.models import Event
from eventapp.mail.models import OutboxMessage
from eventapp.notes import queries as texts
from eventapp.notes import service as writing
from eventapp.notes.comments import annex, queries, rules, service
from eventapp.notes.comments.models import Comment
from eventapp.notes.comments.states import CommentAction, CommentState
from eventapp.notes.publishing import service as publishing
from eventapp.notes.states import PublicationKind
from eventapp.registrations.models import Registration
from eventapp.registrations.personal_data import service as personal_data
from eventapp.registrations.states import State
from tests.support.browsing import Visitor
from tests.support.clock import StoppedClock
from tests.support.factories import make_event, make_invitation, make_member, make_registration
from tests.support.fixtures import Work
from tests.support.publishing import publish_now, write_summary
from tests.web.notes.conftest import TEXTS

pytestmark = pytest.mark.both_engines

sqlite_only = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
HARM = '<script>alert(1)</script><img src=x onerror="alert(2)"> [x](javascript:alert(3))'


@dataclass(frozen=True)
class Here:
    """An event with a published day, three people who take part, one who does not, and a rapporteur."""

    event_id: int
    slug: str
    moderator: int
    opened: dict[str, list[int]]
    registrations: dict[str, int]
    paragraph: str

    def mine(self, tail: str = "", language: str = "en") -> str:
        return f"/{language}/{self.slug}/my/comments{tail}"

    def desk(self, tail: str = "") -> str:
        return f"/desk/{self.slug}/notes/comments{tail}"

    def write(self, paragraph: str | None = None) -> str:
        return self.mine(f"/write?text=summary-1&paragraph={self.paragraph if paragraph is None else paragraph}")


@pytest.fixture
def here(work: Work) -> Here:
    with work() as ctx:
        event = make_event(ctx)
        opened, numbers = {}, {}
        for language, state in (
            ("en", State.APPROVED),
            ("fr", State.APPROVED),
            ("es", State.APPROVED),
            ("no", State.SUBMITTED),
        ):
            guest = make_invitation(
                ctx, event, language=language, email=f"{language}@example.org", name=f"Guest {language}"
            )
            registration = make_registration(ctx, event, invitation=guest, state=state)
            opened[language], numbers[language] = [guest.id, guest.link_version], registration.id
        summary = write_summary(ctx, event, TEXTS)
        edition = publish_now(ctx, summary)
        return Here(
            event.id,
            event.slug,
            make_member(ctx, event, "rapporteur").id,
            opened,
            numbers,
            edition.paragraphs["en"][1].key,
        )


@pytest.fixture
def somebody(here: Here, visitor: Callable[[], Visitor]) -> Callable[[str], Visitor]:
    def make(name: str) -> Visitor:
        made = visitor()
        with made.client.session_transaction() as cookie:
            cookie["opened"] = {str(here.event_id): here.opened[name]}
        return made

    return make


def comments(work: Work) -> list[Comment]:
    with work() as ctx:
        found = list(ctx.session.scalars(select(Comment).order_by(Comment.id)))
        ctx.session.expunge_all()
        return found


def mails(work: Work) -> list[OutboxMessage]:
    with work() as ctx:
        rows = (
            select(OutboxMessage)
            .where(OutboxMessage.kind == "notes/answers_released")
            .order_by(OutboxMessage.recipient)
        )
        found = list(ctx.session.scalars(rows))
        for each in found:
            assert each.text_body and each.html_body
        ctx.session.expunge_all()
        return found


@sqlite_only
@pytest.mark.usefixtures("engine")
def test_from_a_comment_to_the_answer_that_everybody_reads(
    work: Work, here: Here, somebody: Callable[[str], Visitor], visitor: Callable[[], Visitor], staff: Any
) -> None:
    public = f"/en/{here.slug}/comments"
    stranger = visitor().get(here.write())
    assert stranger.status == 404
    assert "/en/my-link" in stranger.links().values()
    assert somebody("no").get(here.write()).path.endswith("/my")

    english = somebody("en")
    page = english.get(here.write())
    assert "Thursday began with a wish." in page.text
    assert page.form("write").fields["signed"] is None  # nobody is named unless they wish it
    for wrong in ("", "x" * (rules.LONGEST + 1)):
        refused = english.submit(page, {"text": wrong}, action="write")
        assert refused.status == 422
        assert refused.errors
    for _again in range(2):
        sent = english.submit(page, {"text": HARM}, action="write")
    assert "not public yet" in sent.text
    french = somebody("fr")
    french.submit(
        french.get(here.write().replace("/en/", "/fr/")),
        {"text": "Très juste, à mon avis.", "signed": "y"},
        action="write",
    )
    french.submit(french.get(here.write("")), {"text": "And the whole text?"}, action="write")
    assert [each.signed for each in comments(work)] == ["", "Guest fr", ""]
    assert "Très juste" not in visitor().get(public).text

    desk = staff(here.moderator)
    listed = desk.get(here.desk())
    assert "To look at (3)" in listed.text and "Thursday began" in listed.text
    assert "Guest en" not in listed.text  # an unsigned comment is unsigned at the desk too
    assert "alert(1)" in listed.text and not listed.tree.xpath("//main//script|//main//img")
    for number in (1, 2):
        desk.submit(desk.get(here.desk(f"/{number}")), action="/show")
    hidden = desk.submit(desk.get(here.desk("/3")), {"reason-en": "It names somebody."}, action="/hide")
    assert hidden.status == 200
    shown = visitor().get(public)
    assert "Très juste" in shown.text and "Guest fr" in shown.text and "A participant" in shown.text
    assert not shown.tree.xpath("//main//script|//main//img|//main//a[starts-with(@href, 'javascript')]")
    assert "And the whole text?" not in shown.text
    assert "It names somebody." in french.get(here.mine()).text


@sqlite_only
@pytest.mark.usefixtures("engine")
def test_answers_are_released_together_and_each_author_gets_one_mail(
    work: Work, here: Here, somebody: Callable[[str], Visitor], visitor: Callable[[], Visitor], staff: Any
) -> None:
    public = f"/en/{here.slug}/comments"
    with work() as ctx:
        for comment in (say(ctx, here, "en", HARM, signed=False), say(ctx, here, "fr", "Très juste, à mon avis.")):
            service.show(ctx, comment)
    english, desk = somebody("en"), staff(here.moderator)
    without = desk.submit(desk.get(here.desk("/1")), {"outcome": "take_up"}, action="/answer")
    assert without.status == 422
    desk.submit(
        desk.get(here.desk("/1")), {"outcome": "not_take_up", "reason-en": "First <b>thought</b>."}, action="/answer"
    )
    desk.submit(desk.get(here.desk("/1")), action="/think-again")
    desk.submit(
        desk.get(here.desk("/1")),
        {"outcome": "take_up", "reason-en": "We say so now.", "reason-fr": "C’est dit."},
        action="/answer",
    )
    desk.submit(
        desk.get(here.desk("/2")), {"outcome": "take_up_partly", "reason-fr": "En partie seulement."}, action="/answer"
    )
    assert "We say so now." not in visitor().get(public).text
    assert "public, not answered yet" in english.get(here.mine()).text
    with work() as ctx:
        event = ctx.session.get_one(Event, here.event_id)
        assert queries.count_unanswered(ctx, event) == 2
        assert annex.annex(ctx, event) == []

    before = desk.get(here.desk("/release"))
    assert "2 answers become public" in before.text
    assert "2 people each get one mail" in before.text and "English 1, French 1" in before.text
    done = desk.submit(before, action="/release")
    assert "2 answers are released. 2 people get a mail." in done.text
    again = desk.submit(before, action="/release")
    assert again.status == 409
    assert [each.recipient for each in mails(work)] == ["en@example.org", "fr@example.org"]
    answered = visitor().get(public)
    assert "We say so now." in answered.text and "taken up: 1" in answered.text
    assert "C’est dit." in visitor().get(public.replace("/en/", "/fr/")).text
    assert "We say so now." in english.get(here.mine()).text
    assert not desk.get(here.desk("/1")).tree.xpath("//form[contains(@action, 'think-again')]")
    french_mail = mails(work)[1]
    with work() as ctx:
        organiser = make_member(ctx, ctx.session.get_one(Event, here.event_id), "organiser").id
    reader = staff(organiser)
    logged = [reader.get(f"/desk/{here.slug}/mail{tail}") for tail in ("", f"/{french_mail.id}")]
    assert [page.status for page in logged] == [200, 200]
    assert not [page for page in logged if "fr@example.org" in page.text or "En partie" in page.text]  # who wrote it
    assert "En partie seulement." in french_mail.text_body and "<b>" not in mails(work)[0].html_body

    with work() as ctx:
        event = ctx.session.get_one(Event, here.event_id)
        assert queries.count_unanswered(ctx, event) == 0
        entries = annex.annex(ctx, event)
        assert [(each["said"], each["signed"], each["outcome"]) for each in entries] == [
            (HARM, "", "taken_up"),
            ("Très juste, à mon avis.", "Guest fr", "partly"),
        ]
        assert entries[0]["paragraphs"]["fr"].startswith("Le jeudi")
        said = " ".join(str(each) for each in ctx.session.scalars(select(AuditEntry.details)))
        assert "alert" not in said and "Très juste" not in said
        labels = set(ctx.session.scalars(select(AuditEntry.actor_label).where(AuditEntry.object_type == "comment")))
        assert "Guest en" not in labels


@sqlite_only
@pytest.mark.usefixtures("engine")
def test_a_paragraph_that_has_gone_a_final_text_and_what_is_taken_back(
    work: Work, here: Here, somebody: Callable[[str], Visitor], visitor: Callable[[], Visitor]
) -> None:
    one = somebody("en")
    page = one.get(here.write())
    one.submit(one.get(here.write()), {"text": "Said in time."}, action="write")
    with work() as ctx:
        event = ctx.session.get_one(Event, here.event_id)
        summary = texts.get_publication(ctx, event, PublicationKind.SUMMARY, 1)
        writing.save_source(ctx, summary, title="Another day", text="Quite other words, all of them.", base_revision=1)
        publishing.publish(ctx, summary, note=Translated(en="Written anew."))
        service.show(ctx, queries.get(ctx, event, 1, lock=True))

    late = one.submit(page, {"text": "My words stay."}, action="write")
    if late.status == 200:  # the paragraph was taken for the same one, reworded
        pytest.fail("the paragraph should have gone")
    assert late.status == 409
    assert "no longer in the text" in late.text and late.value("text").strip() == "My words stay."
    sent = one.submit(late, action="write")
    assert sent.status == 200
    assert [each.paragraph_key for each in comments(work)] == [here.paragraph, ""]
    public = visitor().get(f"/en/{here.slug}/comments")
    assert "Thursday began with a wish." in public.text and "earlier edition" in public.text

    one.submit(one.get(here.mine("/1/withdraw")), action="withdraw")
    assert comments(work)[0].state is CommentState.WITHDRAWN and comments(work)[0].text == ""
    assert "Said in time." not in visitor().get(f"/en/{here.slug}/comments").text
    assert somebody("fr").get(here.mine("/2/withdraw")).status == 404

    with work() as ctx:
        event = ctx.session.get_one(Event, here.event_id)
        publishing.finalise(ctx, texts.get_publication(ctx, event, PublicationKind.SUMMARY, 1))
    closed = one.get(here.write(""))
    assert "takes no more comments" in closed.text
    assert not closed.tree.xpath("//main//form[@method='post']")
    assert one.get(here.mine("/write?text=nonsense")).status == 404


def say(ctx: Any, here: Here, who: str, text: str, key: str = "", *, signed: bool = True) -> Comment:
    registration = ctx.session.get_one(Registration, here.registrations[who])
    summary = texts.get_publication(ctx, registration.event, PublicationKind.SUMMARY, 1)
    said = service.Words(here.paragraph, text, "en", signed, key or f"{who}-{text}"[:40])
    return service.write(ctx, registration, summary, said)


def test_who_is_erased_leaves_the_answer_and_takes_the_words(work: Work, here: Here) -> None:
    with work() as ctx:
        answered, waiting = say(ctx, here, "en", "Words of one."), say(ctx, here, "en", "Waits.")
        kept = say(ctx, here, "fr", "Words of another.")
        event = ctx.session.get_one(Event, here.event_id)
        for comment in (answered, kept):
            service.show(ctx, comment)
            service.answer(ctx, comment, CommentAction.TAKE_UP, Translated(en="Yes."))
        service.release(ctx, event, rules.seal_of(queries.list_unreleased(ctx, event)))
        entries = annex.annex(ctx, event)
    with work() as ctx:
        event = ctx.session.get_one(Event, here.event_id)
        personal_data.carry_out(ctx, event, here.opened["en"][0])
    with work() as ctx:
        event = ctx.session.get_one(Event, here.event_id)
        rows = {each.id: each for each in ctx.session.scalars(select(Comment))}
        assert (rows[answered.id].text, rows[answered.id].signed, rows[answered.id].state) == ("", "", "taken_up")
        assert rows[waiting.id].state is CommentState.WITHDRAWN
        assert rows[kept.id].text == "Words of another."
        assert [each["said"] for each in annex.without_erased(ctx, event, entries)] == ["", "Words of another."]


@sqlite_only
@pytest.mark.usefixtures("engine")
def test_when_the_time_of_everybody_is_over_public_comments_stay_without_a_name(
    work: Work, here: Here, clock: StoppedClock
) -> None:
    with work() as ctx:
        public, hidden = say(ctx, here, "en", "Public."), say(ctx, here, "fr", "Hidden.")
        service.show(ctx, public)
        service.hide(ctx, hidden, Translated(en="Rude."))
    clock.set(datetime(2025, 11, 10, tzinfo=UTC))  # the event keeps people for a year
    with work() as ctx:
        assert personal_data.expire(ctx, ctx.session.get_one(Event, here.event_id), 100) == 4
    with work() as ctx:
        rows = ctx.session.execute(select(Comment.text, Comment.signed, Comment.registration_id).order_by(Comment.id))
        assert rows.all() == [("Public.", "", None), ("", "", None)]


@sqlite_only
@pytest.mark.usefixtures("engine")
def test_what_is_far_too_long_or_forged_harms_nothing(
    work: Work, here: Here, somebody: Callable[[str], Visitor]
) -> None:
    one = somebody("en")
    page = one.get(here.write())
    assert one.submit(page, {"text": "x" * 2_000_000}, action="write").status == 422
    forged = {"text": "Words.", "paragraph": "p" * 20, "language": "xx", "key": "k" * 4_000}
    assert one.submit(page, forged, action="write").status == 422
    gone = one.submit(page, {"text": "Words.", "paragraph": "<script>"}, action="write")
    assert gone.status == 409 and not gone.tree.xpath("//main//script")
    assert comments(work) == []


@pytest.fixture
def together(app: Flask) -> Iterator[Callable[[Callable[[Any], Any]], list[Any]]]:
    """Do the same in four units of work at once; return what each made, or the kind of refusal."""

    def act(command: Callable[[Any], Any]) -> Any:
        while True:
            try:
                with app.app_context(), unit_of_work() as ctx:
                    return command(ctx)
            except DomainError as refusal:
                return type(refusal).__name__
            except OperationalError as error:
                if not replayable(error):
                    raise

    def run(command: Callable[[Any], Any]) -> list[Any]:
        with ThreadPoolExecutor(4) as pool:
            return list(pool.map(lambda _number: act(command), range(4)))

    yield run


def test_many_presses_make_one_comment_and_many_releases_one_mail(work: Work, here: Here, together: Any) -> None:
    made = together(lambda ctx: say(ctx, here, "en", "Once.", key="the-form").id)
    assert len(set(made)) == 1
    with work() as ctx:
        assert ctx.session.scalar(select(func.count(Comment.id))) == 1
    seal = answered(work, made[0])
    done = together(lambda ctx: service.release(ctx, ctx.session.get_one(Event, here.event_id), seal).people)
    assert sorted(done, key=str) == [1, "Conflict", "Conflict", "Conflict"]
    assert len(mails(work)) == 1


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)  # SQLite knows one writer at a time anyway
@pytest.mark.usefixtures("engine")
def test_without_the_lock_the_same_releases_write_four_mails(
    work: Work, here: Here, together: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with work() as ctx:
        number = say(ctx, here, "en", "Once.").id
    seal, all_have_looked = answered(work, number), Barrier(4)

    def look(ctx: Any, event: Event) -> Any:
        found = queries.list_unreleased(ctx, event)
        all_have_looked.wait(30)
        return found

    monkeypatch.setattr(service, "_hold_answers", look)
    together(lambda ctx: service.release(ctx, ctx.session.get_one(Event, here.event_id), seal).people)
    assert len(mails(work)) == 4


def answered(work: Work, number: int) -> str:
    """Answer a comment and return the seal of its release."""
    with work() as ctx:
        comment = ctx.session.get_one(Comment, number)
        service.show(ctx, comment)
        service.answer(ctx, comment, CommentAction.TAKE_UP, Translated(en="Yes."))
        return rules.seal_of([comment])
