"""Writing a text on the desk: nobody's words are lost, and none of them can do harm."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, select

from eventapp.accounts.models import AccountSession
from eventapp.core.access import Role
from eventapp.core.text import clean_text
from eventapp.events.models import Event
from eventapp.notes import service
from eventapp.notes.models import Publication, Revision
from eventapp.notes.states import PublicationKind
from tests.support.browsing import Page, Visitor
from tests.support.factories import make_event, make_member
from tests.support.fixtures import Work
from tests.unit.core.test_markdown import VECTORS
from tests.web.notes.conftest import TEXTS, Place

pytestmark = [
    pytest.mark.parametrize("engine", ["sqlite"], indirect=True),  # what a page says does not depend on the engine
    pytest.mark.usefixtures("engine"),
]

Staff = Callable[[Any], Visitor]
DAY, NEW = "/texts/summary-1/write", "/texts/summary-2/write"


def texts(work: Work, language: str = "en") -> list[str]:
    with work() as ctx:
        rows = select(Revision).where(Revision.language == language).order_by(Revision.number)
        return [revision.text for revision in ctx.session.scalars(rows)]


def save(writer: Visitor, page: Page, **values: Any) -> Page:
    return writer.submit(page, values, action="/write", press=("action", "save"))


def test_the_hub_names_the_next_step_of_every_text_by_role(staff: Staff, place: Place) -> None:
    page = staff(place.rapporteur).get(place.address(""))

    assert page.status == 200
    rows = page.tree.xpath("//main//tbody/tr")
    assert len(rows) == 4, "two days, the read-out, the guidelines"
    first, second = (" ".join(row.text_content().split()) for row in rows[:2])
    assert "Go on writing" in first and "What the day taught us" in first
    assert "Begin the text" in second
    assert place.address(DAY) in page.links().values()


def test_a_save_is_kept_and_handed_in(work: Work, staff: Staff, place: Place) -> None:
    writer = staff(place.rapporteur)
    saved = save(writer, writer.get(place.address(DAY)), text="Another text.")

    assert saved.status == 200
    assert saved.value("text").strip() == "Another text."
    assert texts(work) == [TEXTS["en"][1], "Another text."]
    assert writer.submit(saved, action="/submit").status == 200
    with work() as ctx:
        assert ctx.session.scalars(select(Publication.state)).one() == "in_check"


def test_a_day_may_be_written_in_another_language(work: Work, staff: Staff, place: Place) -> None:
    with work() as ctx:  # begun without a word
        service.open_publication(ctx, ctx.session.get_one(Event, place.event_id), PublicationKind.SUMMARY, 2)
    writer = staff(place.rapporteur)
    page = writer.get(place.address(NEW))
    save(writer, page, language="fr", title="Jour deux", text="Texte.")
    save(writer, page, language="de", title="Tag zwei", text="Text.", base_revision="1")
    with work() as ctx:
        second = ctx.session.scalars(select(Publication).where(Publication.number == 2)).one()
        assert second.source_language == "fr"
    assert texts(work, "fr")[-1] == "Texte."


def test_a_preview_shows_the_text_and_saves_nothing(work: Work, staff: Staff, place: Place) -> None:
    writer = staff(place.rapporteur)
    page = writer.get(place.address(NEW))
    typed = {"title": "Day two", "text": "## Head\n\nWords."}
    shown = writer.submit(page, typed, action="/write", press=("action", "preview"))

    assert shown.status == 200
    assert shown.tree.xpath("//h2[text()='Head'] | //h3[text()='Head']")
    assert shown.value("text").strip() == "## Head\n\nWords."
    assert shown.value("title") == "Day two"
    assert len(texts(work)) == 1


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"title": "", "text": "Kept."}, "Title: Give the text a title."),
        ({"title": "A", "text": "kept é\r\n" * 250_000}, "Text: Use at most 60000 characters."),
    ],
)
def test_a_text_that_cannot_be_saved_comes_back_with_a_message(
    work: Work, staff: Staff, place: Place, values: dict[str, str], error: str
) -> None:
    writer = staff(place.rapporteur)
    page = save(writer, writer.get(place.address(NEW)), **values)

    assert page.status == 422
    assert page.errors == [error]
    assert page.value("text").split() == values["text"].split()
    assert len(texts(work)) == 1


def stale(staff: Staff, place: Place) -> tuple[Visitor, Page]:
    """Two writers open the same text; the second to save gets this page."""
    one, two = staff(place.rapporteur), staff(place.rapporteur)
    first, second = one.get(place.address(DAY)), two.get(place.address(DAY))
    save(one, first, text="Words of the first.")
    return two, save(two, second, text="Words of the second.")


def test_a_stale_save_keeps_both_texts(work: Work, staff: Staff, place: Place) -> None:
    writer, page = stale(staff, place)

    assert page.status == 409
    assert page.value("text").strip() == "Words of the second."
    assert "Words of the first." in page.text
    assert page.tree.xpath("//del") and page.tree.xpath("//ins")
    assert texts(work)[-1] == "Words of the first."
    save(writer, page, text="Words of both.")
    assert texts(work)[1:] == ["Words of the first.", "Words of both."]


def test_without_the_check_the_second_save_would_cover_the_first(
    staff: Staff, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "refuse_stale", lambda *_: None)
    _, page = stale(staff, place)

    assert page.status == 200, "the negative control must not notice the first text"


def test_saving_twice_makes_one_revision(work: Work, staff: Staff, place: Place) -> None:
    writer = staff(place.rapporteur)
    page = writer.get(place.address(NEW))
    for _again in range(2):
        assert save(writer, page, title="Day two", text="Text.").status == 200
    assert texts(work) == [TEXTS["en"][1], "Text."]


def test_old_texts_are_listed_compared_and_restored(work: Work, staff: Staff, place: Place) -> None:
    writer = staff(place.rapporteur)
    versions = place.address("/texts/summary-1/revisions/en")
    save(writer, writer.get(place.address(DAY)), text=TEXTS["en"][1].replace("a wish", "two wishes"))
    save(writer, writer.get(place.address(DAY)), text="Last text.")
    assert f"{versions}/1" in writer.get(versions).body
    changed = writer.get(f"{versions}/compare?from=1&to=2")
    assert [each.text for each in changed.tree.xpath("//del | //ins")] == ["a", "two", "wish", "wishes"]
    assert "3 paragraphs as they were" in changed.text
    assert "Taken away" in writer.get(f"{versions}/compare?from=1&to=3").text
    old = writer.get(f"{versions}/1")
    assert "Thursday began with a wish." in old.text
    again = writer.submit(old, action="/restore")
    assert "restored from version 1" in again.text
    assert texts(work)[2:] == ["Last text.", TEXTS["en"][1]]
    assert writer.get(f"{versions}/9").status == 404
    assert {writer.get(f"{versions}/compare?from={number}&to=1").status for number in (9, -1, 2**64)} == {404}


def test_a_translator_restores_only_translations(work: Work, staff: Staff, place: Place) -> None:
    with work() as ctx:
        publication = ctx.session.scalars(select(Publication)).one()
        service.save_translation(ctx, publication, "fr", {"title": "Autre"}, reviewed={}, base_revision=1)
        service.save_source(ctx, publication, title="T", text="Other.", base_revision=1)
        event = publication.event
        translator = make_member(ctx, event, Role.TRANSLATOR).id
    reader = staff(translator)
    for language, allowed in (("fr", True), ("en", False)):
        address = place.address(f"/texts/summary-1/revisions/{language}/1")
        page = reader.get(address)
        assert ("Make this the newest text again" in page.text) == allowed
        token = page.value("csrf_token")
        posted = reader.client.post(f"{address}/restore", data={"csrf_token": token, "base_revision": "2"})
        assert posted.status_code == (303 if allowed else 403)
    assert len(texts(work, "fr")) == 3


def test_an_expired_sign_in_keeps_the_text(work: Work, staff: Staff, place: Place) -> None:
    writer = staff(place.rapporteur)
    page = writer.get(place.address(DAY))
    with work() as ctx:
        ctx.session.execute(delete(AccountSession))
    kept = save(writer, page, text="Long work & <b>words</b>.")

    assert kept.status == 401
    assert kept.value("text").strip() == "Long work & <b>words</b>."
    back = staff(place.rapporteur)
    with back.client.session_transaction() as fresh, writer.client.session_transaction() as cookie:
        cookie["staff"] = fresh["staff"]
    again = writer.submit(kept, action=DAY)
    assert again.status == 200
    assert texts(work)[-1] == "Long work & <b>words</b>."


def test_a_form_from_before_a_new_sign_in_can_be_sent_again(work: Work, staff: Staff, place: Place) -> None:
    writer = staff(place.rapporteur)
    address = place.address(DAY)
    form = {"title": "Day one", "text": "Long work\nin lines.", "base_revision": "1", "csrf_token": "of an old visit"}
    foreign = Page(writer.client.post(address, data=form, headers={"Sec-Fetch-Site": "cross-site"}))
    assert foreign.status == 400
    assert not foreign.tree.forms
    assert "Long work" in foreign.text
    own = Page(writer.client.post(address, data=form, headers={"Sec-Fetch-Site": "same-origin"}))
    assert own.status == 400
    assert writer.submit(own, action=DAY).status == 200
    assert texts(work)[-1] == "Long work\nin lines."


@pytest.mark.parametrize(
    ("who", "tail", "status"),
    [
        ("rapporteur", "/texts/summary-1/links", 200),
        ("rapporteur", "/texts/guidelines/write", 200),
        ("rapporteur", "/texts/summary-3/write", 404),
        ("rapporteur", "/texts/minutes/write", 404),
        ("rapporteur", "/texts/summary-1/revisions/de", 404),
        ("desk", "", 403),
        ("desk", DAY, 403),
        ("observer", "", 403),
    ],
)
def test_who_may_see_what(staff: Staff, place: Place, who: str, tail: str, status: int) -> None:
    assert staff(getattr(place, who)).get(place.address(tail)).status == status


def test_another_event_is_not_found(work: Work, staff: Staff, place: Place) -> None:
    with work() as ctx:
        stranger = make_member(ctx, make_event(ctx)).id
    assert staff(stranger).get(place.address(DAY)).status == 404
    assert staff(stranger).get(place.address("")).status == 404


SAFE = set("p br hr h2 h3 h4 h5 h6 strong em s blockquote ul ol li code pre a table thead tbody tr th td".split())  # noqa: SIM905
SAFE |= {"del", "ins", "aside", "section", "header", "svg", "rect"}  # of the pages that answer


def test_no_text_can_do_harm(staff: Staff, place: Place) -> None:
    writer = staff(place.rapporteur)
    clean = writer.get(place.address(DAY))
    for attack in VECTORS:
        shown = writer.submit(clean, {"title": "A", "text": attack}, action="/write", press=("action", "preview"))
        assert elements(shown) <= elements(clean) | SAFE, attack
        token = clean.value("csrf_token")
        live = writer.client.post(
            place.address("/preview"), data={"text": attack}, headers={"X-CSRFToken": token}
        ).get_data(as_text=True)
        assert "<script" not in live.lower(), attack
        title = attack.replace("\n", " ")[:200] or "A"
        other = save(writer, clean, title=title, text=attack + " x", base_revision="99")
        assert other.status == (409 if clean_text(attack + " x") else 422), attack
        assert elements(other) <= elements(clean) | SAFE, attack
    for base, text in ((1, "\n\n".join(VECTORS)), (2, "\n\n".join(f"{each} x" for each in reversed(VECTORS)))):
        assert save(writer, clean, title=text[:300], text=text, base_revision=str(base)).status == 200
    for tail in ("/links", "/revisions/en", "/revisions/en/3", "/revisions/en/compare?from=2&to=3", "/write"):
        page = writer.get(place.address(f"/texts/summary-1{tail}"))
        assert page.status == 200
        assert elements(page) <= elements(clean) | SAFE | {"select", "option", "caption"}, tail


def elements(page: Page) -> set[str]:
    """Return the elements of the page, with the attributes that could run something."""
    found = set()
    for each in page.tree.iter():
        if not isinstance(each.tag, str):
            continue
        found.add(each.tag)
        found |= {f"{each.tag}@{name}" for name in each.attrib if name.startswith("on") or name in {"style", "srcdoc"}}
        if "javascript:" in (each.get("href") or "").lower():
            found.add(f"{each.tag}@javascript")
    return found
