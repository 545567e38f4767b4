"""Writing a summary on the desk: nobody's words are lost, and none of them can do harm."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, select

from eventapp.accounts.models import AccountSession
from eventapp.core.text import clean_text
from eventapp.notes import service
from eventapp.notes.models import SummaryRevision
from tests.support.browsing import Page, Visitor
from tests.support.factories import make_event, make_member
from tests.support.fixtures import Work
from tests.unit.core.test_markdown import VECTORS
from tests.web.notes.conftest import TEXTS, Place

Staff = Callable[[Any], Visitor]


def texts(work: Work, language: str = "en") -> list[str]:
    with work() as ctx:
        rows = select(SummaryRevision.text).where(SummaryRevision.language == language)
        return list(ctx.session.scalars(rows.order_by(SummaryRevision.number)))


def test_a_rapporteur_sees_every_day_and_where_each_language_stands(staff: Staff, place: Place) -> None:
    page = staff(place.rapporteur).get(place.address(""))

    assert page.status == 200
    assert len(page.tree.xpath("//main//tbody/tr")) == 2
    assert place.address("/summaries/1/fr") in page.links().values() or "fr" in page.body
    assert place.address("/summaries/2/en") in page.body


def test_a_save_is_kept_and_another_language_stands_beside(work: Work, staff: Staff, place: Place) -> None:
    writer = staff(place.rapporteur)
    page = writer.get(place.address("/summaries/1/en"))
    assert "vœu" in page.text
    saved = writer.submit(page, {"text": "Another text."}, action="/notes/summaries", press=("action", "save"))

    assert saved.status == 200
    assert saved.value("text").strip() == "Another text."
    assert texts(work) == [TEXTS["en"][1], "Another text."]


def test_a_preview_shows_the_text_and_saves_nothing(work: Work, staff: Staff, place: Place) -> None:
    writer = staff(place.rapporteur)
    page = writer.get(place.address("/summaries/2/en"))
    shown = writer.submit(
        page, {"title": "Day two", "text": "## Head\n\nWords."}, action="/notes/summaries", press=("action", "preview")
    )

    assert shown.status == 200
    assert shown.tree.xpath("//h2[text()='Head'] | //h3[text()='Head']")
    assert shown.value("text").strip() == "## Head\n\nWords."
    assert shown.value("title") == "Day two"
    assert len(texts(work)) == 1


def test_a_text_without_title_comes_back_with_a_message(work: Work, staff: Staff, place: Place) -> None:
    writer = staff(place.rapporteur)
    page = writer.submit(
        writer.get(place.address("/summaries/2/en")),
        {"title": "", "text": "Kept."},
        action="/notes/summaries",
        press=("action", "save"),
    )

    assert page.status == 422
    assert page.errors == ["Title: Give the summary a title."]
    assert page.value("text").strip() == "Kept."


def stale(staff: Staff, place: Place) -> tuple[Visitor, Page]:
    """Two writers open the same text; the second to save gets this page."""
    one, two = staff(place.rapporteur), staff(place.rapporteur)
    address = place.address("/summaries/1/en")
    first, second = one.get(address), two.get(address)
    one.submit(first, {"text": "Words of the first."}, action="/notes/summaries", press=("action", "save"))
    return two, two.submit(
        second, {"text": "Words of the second."}, action="/notes/summaries", press=("action", "save")
    )


def test_a_stale_save_keeps_both_texts(work: Work, staff: Staff, place: Place) -> None:
    writer, page = stale(staff, place)

    assert page.status == 409
    assert page.value("text").strip() == "Words of the second."
    assert "Words of the first." in page.text
    assert page.tree.xpath("//del") and page.tree.xpath("//ins")
    assert texts(work)[-1] == "Words of the first."
    writer.submit(page, {"text": "Words of both."}, action="/notes/summaries", press=("action", "save"))
    assert texts(work)[1:] == ["Words of the first.", "Words of both."]


def test_without_the_check_the_second_save_would_cover_the_first(
    staff: Staff, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "refuse_stale", lambda *_: None)
    _, page = stale(staff, place)

    assert page.status == 200, "the negative control must not notice the first text"


def test_saving_twice_makes_one_revision(work: Work, staff: Staff, place: Place) -> None:
    writer = staff(place.rapporteur)
    page = writer.get(place.address("/summaries/2/fr"))
    for _again in range(2):
        answer = writer.submit(
            page, {"title": "Jour deux", "text": "Texte."}, action="/notes/summaries", press=("action", "save")
        )
        assert answer.status == 200
    assert texts(work, "fr") == [TEXTS["fr"][1].strip(), "Texte."]


def test_old_texts_are_listed_shown_and_restored(work: Work, staff: Staff, place: Place) -> None:
    writer = staff(place.rapporteur)
    address = place.address("/summaries/1/en")
    writer.submit(writer.get(address), {"text": "Second text."}, action="/notes/summaries", press=("action", "save"))
    assert f"{address}/revisions/1" in writer.get(f"{address}/revisions").body
    old = writer.get(f"{address}/revisions/1")
    assert "Thursday began with a wish." in old.text
    again = writer.submit(old, action="/restore")
    assert again.status == 200
    assert texts(work) == [TEXTS["en"][1], "Second text.", TEXTS["en"][1]]
    assert writer.get(f"{address}/revisions/9").status == 404


def test_an_expired_sign_in_keeps_the_text(work: Work, staff: Staff, place: Place) -> None:
    writer = staff(place.rapporteur)
    page = writer.get(place.address("/summaries/1/en"))
    with work() as ctx:
        ctx.session.execute(delete(AccountSession))
    kept = writer.submit(
        page, {"text": "Long work & <b>words</b>."}, action="/notes/summaries", press=("action", "save")
    )

    assert kept.status == 401
    assert kept.value("text").strip() == "Long work & <b>words</b>."
    back = staff(place.rapporteur)
    with back.client.session_transaction() as fresh, writer.client.session_transaction() as cookie:
        cookie["staff"] = fresh["staff"]
    again = writer.submit(kept, action="/summaries/1/en")
    assert again.status == 200
    assert texts(work)[-1] == "Long work & <b>words</b>."


def test_a_form_from_before_a_new_sign_in_can_be_sent_again(work: Work, staff: Staff, place: Place) -> None:
    writer = staff(place.rapporteur)
    address = place.address("/summaries/1/en")
    form = {"title": "Day one", "text": "Long work\nin lines.", "base_revision": "1", "csrf_token": "of an old visit"}
    foreign = Page(writer.client.post(address, data=form, headers={"Sec-Fetch-Site": "cross-site"}))
    assert foreign.status == 400
    assert not foreign.tree.forms
    assert "Long work" in foreign.text
    own = Page(writer.client.post(address, data=form, headers={"Sec-Fetch-Site": "same-origin"}))
    assert own.status == 400
    assert writer.submit(own, action="/summaries/1/en").status == 200
    assert texts(work)[-1] == "Long work\nin lines."


@pytest.mark.parametrize(
    ("who", "tail", "status"),
    [
        ("rapporteur", "", 200),
        ("rapporteur", "/summaries/1/en", 200),
        ("rapporteur", "/summaries/1/publish", 200),
        ("rapporteur", "/summaries/3/en", 404),
        ("rapporteur", "/summaries/1/de", 404),
        ("desk", "", 403),
        ("desk", "/summaries/1/en", 403),
        ("observer", "", 403),
    ],
)
def test_who_may_see_what(staff: Staff, place: Place, who: str, tail: str, status: int) -> None:
    assert staff(getattr(place, who)).get(place.address(tail)).status == status


def test_another_event_is_not_found(work: Work, staff: Staff, place: Place) -> None:
    with work() as ctx:
        stranger = make_member(ctx, make_event(ctx)).id
    assert staff(stranger).get(place.address("/summaries/1/en")).status == 404
    assert staff(stranger).get(place.address("")).status == 404


SAFE = set("p br hr h2 h3 h4 h5 h6 strong em s blockquote ul ol li code pre a table thead tbody tr th td".split())  # noqa: SIM905
SAFE |= {"del", "ins", "aside", "section", "header", "svg", "rect"}  # of the pages that answer


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)  # what a page says does not depend on the engine
@pytest.mark.usefixtures("engine")
def test_no_text_can_do_harm(staff: Staff, place: Place) -> None:
    writer = staff(place.rapporteur)
    address = place.address("/summaries/1/en")
    clean = writer.get(address)
    for attack in VECTORS:
        shown = writer.submit(
            clean, {"title": "A", "text": attack}, action="/notes/summaries", press=("action", "preview")
        )
        assert elements(shown) <= elements(clean) | SAFE, attack
        token = clean.value("csrf_token")
        live = writer.client.post(
            place.address("/preview"), data={"text": attack}, headers={"X-CSRFToken": token}
        ).get_data(as_text=True)
        assert "<script" not in live.lower(), attack
        other = writer.submit(
            clean,
            {"title": attack.replace("\n", " ")[:200] or "A", "text": attack + " x", "base_revision": "99"},
            action="/notes/summaries",
            press=("action", "save"),
        )
        assert other.status == (409 if clean_text(attack + " x") else 422), attack
        assert elements(other) <= elements(clean) | SAFE, attack


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
