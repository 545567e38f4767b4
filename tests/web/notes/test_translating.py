"""Translating side by side: nobody's words are lost, and nothing counts for a source that nobody compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy import event as sqlalchemy_event

from eventapp.accounts.models import AccountSession
from eventapp.core.access import Role
from eventapp.core.audit import AuditEntry
from eventapp.core.database import db
from eventapp.events.models import Event
from eventapp.notes import queries, service
from eventapp.notes.paragraphs import TITLE
from eventapp.notes.states import ParagraphState, PublicationKind
from eventapp.notes.translating import service as translating
from tests.support.browsing import Page, Visitor
from tests.support.factories import make_member
from tests.support.fixtures import Work
from tests.unit.core.test_markdown import VECTORS
from tests.web.notes.conftest import Place

Staff = Callable[[Any], Visitor]

SHEET = "/texts/summary-1/translate/fr"
ONE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


class Desk:
    """The summary of the conftest, seen from the database."""

    def __init__(self, work: Work, place: Place) -> None:
        self.work, self.place = work, place
        with work() as ctx:
            event = ctx.session.get_one(Event, place.event_id)
            self.translator = make_member(ctx, event, Role.TRANSLATOR).id

    @property
    def keys(self) -> list[str]:
        """The keys of the paragraphs: title, first paragraph, heading, quote, list."""
        return [each.key for each in self.paragraphs("en")]

    def paragraphs(self, language: str) -> Any:
        with self.work() as ctx:
            event = ctx.session.get_one(Event, self.place.event_id)
            summary = queries.get_publication(ctx, event, PublicationKind.SUMMARY, 1)
            found = queries.find_latest_revision(ctx, summary, language)
            return found.paragraphs if found else ()

    def texts(self, language: str = "fr") -> list[str]:
        return [each.text for each in self.paragraphs(language)]

    def states(self, language: str = "fr") -> list[ParagraphState]:
        return list(queries.paragraphs.states(self.paragraphs("en"), self.paragraphs(language)).values())

    def rewrite(self, old: str, new: str) -> None:
        """Change the source."""
        with self.work() as ctx:
            event = ctx.session.get_one(Event, self.place.event_id)
            summary = queries.get_publication(ctx, event, PublicationKind.SUMMARY, 1)
            latest = queries.find_latest_revision(ctx, summary, "en")
            assert latest is not None
            text = latest.text.replace(old, new)
            service.save_source(ctx, summary, title=latest.title, text=text, base_revision=latest.number)


@pytest.fixture
def desk(work: Work, place: Place) -> Desk:
    return Desk(work, place)


def press(visitor: Visitor, page: Page, values: dict[str, Any], action: str = "save", **more: Any) -> Page:
    return visitor.submit(page, values, action="/translate/", press=("action", action), **more)


@ONE
@pytest.mark.usefixtures("engine")
def test_the_whole_way_of_a_translator(work: Work, staff: Staff, place: Place, desk: Desk) -> None:
    person = staff(desk.translator)
    todo = person.get(place.address("/translations"))
    assert todo.tree.xpath("//h2/text()") == ["French", "Spanish"]
    assert [" ".join(each.text_content().split()) for each in todo.tree.xpath("//section[2]//td")][:4] == [
        "5", "0", "0", "18",
    ]  # fmt: skip
    title, first, _heading, _quote, points = desk.keys
    assert f"{place.address('/texts/summary-1/translate/es')}?show=to-do#{TITLE}" in todo.body

    # in Spanish, nothing is there yet: what is shown to do is saved paragraph by paragraph
    sheet = person.get(place.address("/texts/summary-1/translate/es?show=to-do"))
    assert len(sheet.tree.xpath("//textarea[@dir='auto']")) == 5
    saved = press(person, sheet, {f"text-{title}": "Lo que nos enseñó el día"}, f"save:{title}")
    assert saved.status == 200 and desk.states("es")[0] is ParagraphState.DRAFT
    refused = press(person, saved, {f"reviewed-{points}": "1", f"text-{first}": "Empezó <b>bien</b>."})
    assert refused.status == 422
    assert refused.errors == ["Translate a paragraph before you mark it as reviewed."]
    assert refused.value(f"text-{first}").strip() == "Empezó <b>bien</b>."
    assert desk.texts("es")[1] == ""
    done = press(person, refused, {f"reviewed-{points}": None, f"reviewed-{first}": "1"}, "preview")
    assert done.heading == "Preview in Spanish"
    assert "Empezó <b>bien" not in done.body and "&lt;b&gt;bien" in done.body
    assert done.tree.xpath("//div[@lang='en']//h3") and "not translated yet" in done.text

    # a change of the original marks its own twin only, and shows what changed
    desk.rewrite("wish", "great wish")
    assert desk.states().count(ParagraphState.OUTDATED) == 1
    sheet = person.get(place.address(SHEET))
    assert "".join(sheet.tree.xpath(f"//*[@id='{first}']//ins/text()")).split() == ["great"]
    before = desk.texts()
    nothing = press(person, sheet, {})
    assert "nothing was saved" in nothing.text and desk.states()[1] is ParagraphState.OUTDATED
    other = press(person, nothing, {f"text-{points}": "- Demander avant.\n- [Où](https://example.org/x)"})
    assert desk.states()[1] is ParagraphState.OUTDATED, "what was left alone stays outdated"
    assert "https://example.org/x" in other.text and "number or kind" in other.text
    assert desk.texts()[1:3] == before[1:3]
    press(person, other, {f"reviewed-{first}": "1"})
    assert desk.states()[1] is ParagraphState.REVIEWED
    gone = press(person, person.get(place.address(SHEET)), {f"reviewed-{first}": None})
    assert desk.states()[1] is ParagraphState.DRAFT, "without the tick it is a draft"

    # many at once, after a question
    asked = press(person, gone, {}, "review")
    assert asked.heading == "Review many at once"
    assert len(asked.tree.xpath("//input[@name='key'][@checked]")) == 1
    person.submit(asked, action="/review")
    assert set(desk.states()) == {ParagraphState.REVIEWED}
    with work() as ctx:
        told = ctx.session.scalars(select(AuditEntry).where(AuditEntry.action.in_(["review", "unreview"]))).all()
        assert {each.actor_id for each in told} == {desk.translator}
        assert [(each.action, each.details["language"], each.details["paragraphs"]) for each in told] == [
            ("review", "es", [first]),
            ("review", "fr", [points]),
            ("review", "fr", [first]),
            ("unreview", "fr", [first]),
            ("review", "fr", [first]),
        ]
        assert "Demander" not in str([each.details for each in told])


def test_saves_in_different_paragraphs_merge_and_in_the_same_one_keep_both(
    work: Work, staff: Staff, place: Place, desk: Desk
) -> None:
    one, two = staff(desk.translator), staff(place.rapporteur)
    pages = [each.get(place.address(SHEET)) for each in (one, two)]
    title, first, _heading, quote, points = desk.keys
    press(one, pages[0], {f"text-{first}": "Le premier.", f"text-{points}": "- Tous deux."})
    merged = press(two, pages[1], {f"text-{quote}": "> La seconde.", f"text-{points}": "- Tous deux."})
    assert merged.status == 200 and desk.texts()[3:] == ["> La seconde.", "- Tous deux."]

    again = press(one, pages[0], {f"text-{first}": "Le premier.", f"text-{points}": "- Tous deux."})
    assert again.status == 200, "the same form twice is no clash"
    clash = press(two, pages[1], {f"text-{first}": "La deuxième & <i>.", f"text-{title}": "Titre à part"})
    assert clash.status == 409
    assert clash.value(f"text-{first}").strip() == "La deuxième & <i>."
    assert clash.value(f"text-{title}").strip() == "Titre à part"
    assert "Le premier." in clash.text and clash.tree.xpath("//del") and clash.tree.xpath("//ins")
    assert desk.texts()[:2] == ["Ce que retient la journée", "Le premier."]
    press(two, clash, {f"text-{first}": "Tous les deux."})
    assert desk.texts()[:2] == ["Titre à part", "Tous les deux."]

    # the original changed under the translator's hands: his words must not pass for a translation of the new ones
    page = one.get(place.address(SHEET))
    desk.rewrite("Thursday", "Friday")
    late = press(one, page, {f"text-{first}": "Le jeudi.", f"reviewed-{first}": "1"})
    assert late.status == 409 and "The original was changed" in late.text
    assert not late.tree.xpath(f"//input[@name='reviewed-{first}'][@checked]")
    desk.rewrite("Friday", "Saturday")
    desk.rewrite("\n\n> The cheapest offer cost most.", "")
    gone = press(one, page, {f"text-{quote}": "> Mots à garder."})
    assert gone.status == 409 and "Mots à garder." in gone.text and "taken out" in gone.text


@ONE
@pytest.mark.usefixtures("engine")
def test_without_the_check_the_second_text_would_cover_the_first(
    staff: Staff, place: Place, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(translating, "_clashes", lambda *_: False)
    monkeypatch.setattr(service, "refuse_stale", lambda *_: None)
    one, two = staff(desk.translator), staff(place.rapporteur)
    pages = [each.get(place.address(SHEET)) for each in (one, two)]
    first = desk.keys[1]
    for person, page, words in ((one, pages[0], "L’un."), (two, pages[1], "L’autre.")):
        assert press(person, page, {f"text-{first}": words}).status == 200
    assert desk.texts()[1] == "L’autre.", "the negative control must lose the first text"


@ONE
@pytest.mark.usefixtures("engine")
def test_an_expired_sign_in_keeps_every_word(work: Work, staff: Staff, place: Place, desk: Desk) -> None:
    person = staff(desk.translator)
    page = person.get(place.address(SHEET))
    first, quote = desk.keys[1], desk.keys[3]
    words = {f"text-{first}": "Une <b>longue</b> phrase.\n" * 5, f"text-{quote}": "> Courte."}
    with work() as ctx:
        ctx.session.execute(delete(AccountSession))
    kept = press(person, page, words)
    assert kept.status == 401
    back = staff(desk.translator)
    with back.client.session_transaction() as fresh, person.client.session_transaction() as cookie:
        cookie["staff"] = fresh["staff"]
    assert person.submit(kept, action=SHEET).status == 200
    assert desk.texts()[1] == words[f"text-{first}"].strip() and desk.texts()[3] == "> Courte."


@ONE
@pytest.mark.usefixtures("engine")
def test_others_only_read_and_nothing_written_can_do_harm(work: Work, staff: Staff, place: Place, desk: Desk) -> None:
    person, observer = staff(desk.translator), staff(place.observer)
    page = person.get(place.address(SHEET))
    first, points = desk.keys[1], desk.keys[4]
    assert press(person, page, {f"text-{first}": "x" * 60_001}).status == 422
    harm = "\n".join(VECTORS)[:50_000]
    saved = press(
        person, page, {f"text-{first}": harm, f"text-{points}": "![](data:image/png;base64,AAAA) [x](javascript:1)"}
    )
    for shown in (saved, person.get(place.address(f"{SHEET}/preview")), person.get(place.address(f"{SHEET}/review"))):
        assert shown.status == 200
        assert not shown.tree.xpath(
            "//main//script|//main//img|//main//iframe|//main//a[starts-with(@href,'javascript')]"
        )
        assert not [
            name for each in shown.tree.xpath("//main//*/@*") for name in [each.attrname] if name.startswith("on")
        ]
    with work() as ctx:
        chair = make_member(ctx, ctx.session.get_one(Event, place.event_id), Role.CHAIR).id
    reader = staff(chair)
    assert reader.get(place.address(SHEET)).tree.xpath("count(//main//textarea)") == 0
    assert reader.client.post(place.address(SHEET)).status_code in {400, 403}
    assert observer.get(place.address(f"{SHEET}/xliff")).status == 403
    for wrong in ("/texts/summary-1/translate/en", "/texts/summary-2/translate/fr", "/texts/summary-9/translate/fr",
                  "/texts/summary-1/translate/de", "/texts/nothing/translate/fr"):  # fmt: skip
        assert person.get(place.address(wrong)).status == 404


@ONE
def test_the_list_asks_as_much_of_the_database_for_many_texts_as_for_few(
    app: Any, work: Work, staff: Staff, place: Place, desk: Desk
) -> None:
    person, asked = staff(desk.translator), []
    with app.app_context():
        engine = db.engine
    person.get(place.address("/translations"))  # the first page of a visit also notes that somebody came
    counts = []
    for _round in range(2):
        sqlalchemy_event.listen(engine, "before_cursor_execute", note := lambda *said: asked.append(said[2]))
        try:
            assert person.get(place.address("/translations")).status == 200
        finally:
            sqlalchemy_event.remove(engine, "before_cursor_execute", note)
        counts.append(len(asked))
        asked.clear()
        with work() as ctx:
            event = ctx.session.get_one(Event, place.event_id)
            for kind, number in (
                (PublicationKind.SUMMARY, 2),
                (PublicationKind.READ_OUT, 0),
                (PublicationKind.GUIDELINES, 0),
            ):
                text = service.open_publication(ctx, event, kind, number)
                service.save_source(ctx, text, title="A title", text="One.\n\nTwo.", base_revision=0)
    assert counts[0] == counts[1]
