"""From notes on day one to the read-out: each step by those who do it, in three languages and without scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from lxml import etree
from playwright.sync_api import Browser, expect

from tests.browser.reporters import ADA, ALL, BRUNO, CHLOE, DANA, ELIF, SLUG, Guest, Meeting
from tests.browser.story import Person
from tests.support.live import LiveSite
from tests.support.pdfs import assert_accessible, bookmarks, text_of

NOTES = f"/desk/{SLUG}/notes"
DAY = f"{NOTES}/texts/summary-1"

IN_FRENCH = (
    "Ce que les rivières nous ont appris", "Une journée d’argent et d’eau.", "## Rivières et budgets",
    "Les rivières n’ont pas de ligne budgétaire.", "Un fonds des trois villes de l’amont.",
    "Donner à chaque rivière une ligne budgétaire.", "> Nous avons payé l’inondation deux fois et la rivière jamais.",
    "Dana Kovač, de Grad Sisak, a raconté comment cela a échoué.",
)  # fmt: skip
IN_SPANISH = (
    "Lo que nos enseñaron los ríos", "Un día de dinero y de agua.", "## Ríos y presupuestos",
    "Los ríos no tienen partida propia.", "Un fondo de los tres pueblos del alto río.",
    "Dar a cada río una partida.", "> Pagamos la inundación dos veces y el río nunca.",
    "Dana Kovač, de Grad Sisak, contó cómo fracasó.",
)  # fmt: skip
READ_OUT_IN_FRENCH = (
    "Ce que nous retenons des rivières", "Deux journées, cinq villes.", "Des comptes de rivière",
    "- Une rivière, un compte", "Donner à chaque rivière une ligne budgétaire.",
)  # fmt: skip


@pytest.fixture
def meeting(sites: Callable[[str], LiveSite], browser: Browser) -> Iterator[Meeting]:
    made = Meeting(sites("door"), browser)
    yield made
    said = [line for person in made.people.values() for line in person.said]
    for person in made.people.values():
        person.context.close()
    assert said == [], "errors of what pages asked for"


def test_from_notes_on_day_one_to_the_read_out(meeting: Meeting) -> None:
    notes_are_taken(meeting)
    notes_are_handed_in(meeting)
    the_day_is_written(meeting)
    the_day_is_translated(meeting)
    the_quote_is_agreed_to(meeting)
    the_day_is_published(meeting)
    the_day_is_commented_on(meeting)
    ideas_are_gathered(meeting)
    resources_are_shared(meeting)
    the_read_out_is_issued(meeting)


def notes_are_taken(meeting: Meeting) -> None:
    """Take notes in the session that is on, each rapporteur their own."""
    for who, entries in (
        (
            meeting.rosa,
            [
                ("key_point", "Rivers have no budget line of their own.", ""),
                ("quote", "We paid for the flood twice and for the river never.", "Adaeze Obi"),
            ],
        ),
        (
            meeting.remi,
            [("recommendation", "Give each river one budget line.", ""), ("idea", "A river fund of three towns.", "")],
        ),
    ):
        who.open(f"{NOTES}/sessions/now")
        assert who.page.url.endswith(f"{NOTES}/sessions/{meeting.session_id}")
        for kind, text, speaker in entries:
            fill_entry(who, kind, text, speaker)
        expect(who.page.locator("form[data-entry]")).to_have_count(3)
    meeting.rosa.open(f"{NOTES}/sessions/{meeting.session_id}")
    assert "line of their own" in meeting.rosa.page.content()
    assert "one budget line" not in meeting.rosa.page.content(), "what others note is theirs"


def fill_entry(who: Person, kind: str, text: str, speaker: str) -> None:
    form = who.page.locator("form#new")
    form.locator("[name=kind]").select_option(kind)
    form.locator("[name=text]").fill(text)
    form.locator("[name=speaker]").fill(speaker)
    with who.page.expect_navigation():
        form.locator("button[value=save]").click()


def unfold(who: Person, action: str) -> None:
    """Open the part of the page in which a form is folded away."""
    who.form(action).first.locator("xpath=ancestor::details/summary").click()


def notes_are_handed_in(meeting: Meeting) -> None:
    """Hand the notes in; the chair sends one back, and accepts both in the end."""
    for who in (meeting.rosa, meeting.remi):
        who.open(f"{NOTES}/sessions/{meeting.session_id}")
        who.post("/hand-in")
    chair, remi = meeting.chair, meeting.remi
    chair.open(f"{NOTES}/sessions")
    chair.follow(chair.page.locator("main a", has_text="Rémi Faure"))
    unfold(chair, "/return")
    chair.post("/return", {"remarks": "Which towns?"})
    remi.open(f"{NOTES}/sessions/{meeting.session_id}")
    assert "Which towns?" in remi.body
    form = remi.page.locator("form[data-entry]", has_text="three towns").first
    form.locator("[name=text]").fill("A river fund of the three towns on the upper river.")
    with remi.page.expect_navigation():
        form.locator("button[value=save]").click()
    remi.post("/hand-in")
    for name in ("Rosa Marín", "Rémi Faure"):
        chair.open(f"{NOTES}/sessions")
        chair.follow(chair.page.locator("main a", has_text=name))
        chair.post("/accept")


def the_day_is_written(meeting: Meeting) -> None:
    """Start from the accepted notes, have the text sent back and approved."""
    rosa, chair = meeting.rosa, meeting.chair
    rosa.open(f"{DAY}/write")
    rosa.page.locator("[name=title]").fill("What the rivers taught us")
    press(rosa, "button[value=start]")
    text = rosa.page.locator("[name=text]").input_value()
    assert text.index("no budget line") < text.index("three towns") < text.index("one budget line") < text.index("> We")
    rosa.post("/write", {"text": f"{text}\n\nDana Kovač of Grad Sisak told us how it failed."}, button="[value=save]")
    rosa.post("/submit")
    chair.open(f"{DAY}/check")
    assert "Give each river one budget line." in chair.body
    chair.post("/send-back", {"remarks": "A lead paragraph, please."})
    rosa.open(f"{DAY}/write")
    assert "A lead paragraph, please." in rosa.body
    text = rosa.page.locator("[name=text]").input_value()
    rosa.post("/write", {"text": f"A day about money and water.\n\n{text}"}, button="[value=save]")
    rosa.post("/submit")
    chair.open(f"{DAY}/check")
    chair.post("/approve")


def press(who: Person, button: str) -> None:
    """Press a button that stands outside of its form."""
    with who.page.expect_navigation():
        who.page.locator(button).first.click()


def the_day_is_translated(meeting: Meeting) -> None:
    """Translate into French on our page, into Spanish with a tool of one's own; review both."""
    translator = meeting.translator
    translator.open(f"{DAY}/translate/fr")
    for row, words in zip(translator.page.locator(".twin").all(), IN_FRENCH, strict=True):
        row.locator("textarea").fill(words)
        row.locator("[type=checkbox]").check()
    translator.post("/translate/fr", button="[value=save]")
    translator.open(f"{DAY}/translate/es")
    with translator.page.expect_download() as download:
        translator.page.locator("main a[href$='/xliff']").click()
    file = download.value.path()
    filled = in_spanish(file.read_bytes())
    translator.follow(translator.page.locator("main a[href$='/import']"))
    form = translator.form("/import").first
    form.locator("[type=file]").set_input_files(
        {"name": "summary-es.xlf", "mimeType": "application/xliff+xml", "buffer": filled}
    )
    with translator.page.expect_navigation():
        form.locator("button").click()
    translator.post("/import/confirm")
    translator.open(f"{NOTES}/translations")


def in_spanish(exported: bytes) -> bytes:
    """Do what a translator's tool does with the file: fill every target and call it final."""
    tree = etree.fromstring(exported)
    names = {"x": "urn:oasis:names:tc:xliff:document:1.2"}
    units = tree.findall(".//x:trans-unit", names)
    for unit, words in zip(units, IN_SPANISH, strict=True):
        target = unit.find("x:target", names)
        if target is None:
            target = etree.SubElement(unit, f"{{{names['x']}}}target")
        target.text = words
        target.set("state", "final")
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8")


def the_quote_is_agreed_to(meeting: Meeting) -> None:
    """Ask who said it; they look at the words and agree."""
    rosa = meeting.rosa
    rosa.open(f"{NOTES}/quotes")
    rosa.follow(rosa.page.locator("main a[href*='/quotes/']"))
    rosa.post("/quotes/2", {"registration_id": "Adaeze Obi, Port Town of Bonny"})
    ada = meeting.people[ADA.email]
    ada.open(meeting.mail(ADA, 1, "/quotes/"))
    assert "We paid for the flood twice and for the river never." in ada.body
    ada.post(urlsplit(ada.page.url).path, {"answer": ["without_name"]})
    assert "/quotes/" in ada.page.url and "answered" in ada.page.url, "the address holds no key any more"


def the_day_is_published(meeting: Meeting) -> None:
    """Two names stand in the way: one is taken out, the other may stand and somebody says why."""
    rosa, chair = meeting.rosa, meeting.chair
    rosa.open(f"{DAY}/publish")
    assert "Dana Kovač" in rosa.body
    rosa.open(f"{DAY}/write")
    text = rosa.page.locator("[name=text]").input_value()
    rosa.post("/write", {"text": text.replace("Dana Kovač of Grad", "Grad")}, button="[value=save]")
    rosa.post("/submit")
    chair.open(f"{DAY}/check")
    chair.post("/approve")
    rosa.open(f"{DAY}/publish")
    assert "Dana Kovač" not in rosa.body
    rosa.post("/names", {"reason": "Their own press release says so."})
    rosa.open(f"{DAY}/publish")
    rosa.post("/publish")
    for language, title in (("en", "What the rivers taught us"), ("fr", IN_FRENCH[0]), ("es", IN_SPANISH[0])):
        page = meeting.people[BRUNO.email].open(f"/{language}/{SLUG}/summaries/1")
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        body = meeting.people[BRUNO.email].body
        assert "Kovač" not in body
        assert "Grad Sisak told us how it failed." in body, "what waits for its translation is read in the source"
    for guest in ALL:
        assert f"/{guest.language}/{SLUG}/summaries/1" in meeting.mail(
            guest, 2 if guest is ADA else 1, f"/{guest.language}/"
        )


def the_day_is_commented_on(meeting: Meeting) -> None:
    """Five participants each say something of a paragraph; four are answered, one is still to come."""
    for guest in ALL:
        person = meeting.comes(guest)
        person.open(f"/{guest.language}/{SLUG}/summaries/1")
        person.follow(person.page.locator("a[href*='/my/comments/write']").nth(ALL.index(guest)))
        person.post("/my/comments/write", {"text": guest.comment})
        assert guest.comment in person.body
    rosa = meeting.rosa
    for _guest in ALL:
        rosa.open(f"{NOTES}/comments")
        rosa.post("/show")
    for guest in (ADA, BRUNO, CHLOE, DANA):
        is_answered(rosa, guest)


def is_answered(rosa: Person, guest: Guest) -> None:
    """Say what became of a comment, and why."""
    rosa.open(f"{NOTES}/comments?state=open")
    rosa.follow(rosa.page.locator("article.comment", has_text=guest.comment).locator("a[href*='/comments/']"))
    answer = {
        "outcome": [guest.outcome],
        "reason-en": f"To {guest.name.split()[0]}: because.",
        "reason-fr": "Parce que.",
    }
    rosa.post("/answer", answer)


def ideas_are_gathered(meeting: Meeting) -> None:
    """Ask the room; two write from their own page, one with the code; dots decide, and the first is an insight."""
    rosa = meeting.rosa
    rosa.open(f"{NOTES}/ideas/new")
    rosa.post("/ideas/new", {"question-en": "Where would you begin?", "question-fr": "Par où commencer ?"})
    board = rosa.page.url
    rosa.post("/step/open")
    code = rosa.page.locator(".room-code-inline").inner_text()
    for guest, idea in ((ADA, "One river, one account"), (CHLOE, "Une école de rivière")):
        person = meeting.comes(guest)
        person.follow(person.page.locator(f"main a[href$='/ideas/{code}']"))
        person.post(f"/ideas/{code}", {"text": idea})
        assert "One river" not in person.body or guest is ADA, "hidden until it is revealed"
    rosa.open(board)
    rosa.post("/step/reveal")
    for idea, title in (("One river, one account", "River accounts"), ("Une école de rivière", "River schools")):
        rosa.page.get_by_label(idea).check()
        rosa.post("/ideas", {"title-en": title}, button="[value=new]")
    rosa.post("/step/vote")
    for guest in (ADA, CHLOE):
        person = meeting.people[guest.email]
        person.open(f"/{guest.language}/{SLUG}/ideas/{code}")
        person.page.get_by_label("River accounts").select_option("2")
        person.post("/dots")
    rosa.open(board)
    rosa.post("/step/close")
    rosa.post("/adopt")
    expect(rosa.page.locator("[name=heading]")).to_have_value("River accounts")


def resources_are_shared(meeting: Meeting) -> None:
    chloe, rosa = meeting.comes(CHLOE), meeting.rosa
    chloe.open(f"/fr/{SLUG}/my/resources/add-link")
    chloe.post("/add-link", {"title": "Guide des rivières", "url": "https://rivieres.example/guide", "language": "fr"})
    rosa.open(f"{NOTES}/resources")
    rosa.follow(rosa.page.locator("main a", has_text="Guide des rivières"))
    rosa.post("/publish")


def the_read_out_is_issued(meeting: Meeting) -> None:
    """Write it, and find that one comment stands in the way; answer it, release all answers, issue."""
    rosa, chair = meeting.rosa, meeting.chair
    rosa.open(f"{NOTES}/read-out/opening")
    rosa.post("/opening", {"title": "What we take home from the rivers", "text": "Two days, five towns."})
    rosa.post("/take-recommendations")
    rosa.post("/texts/read-out/submit")
    chair.open(f"{NOTES}/texts/read-out/check")
    chair.post("/approve")
    rosa.open(f"{NOTES}/texts/read-out/publish")
    assert "5 comments have no released answer yet." in rosa.body, "one is not answered, four wait for their release"
    is_answered(rosa, ELIF)
    rosa.open(f"{NOTES}/comments/release")
    rosa.post("/release")
    for guest in ALL:
        meeting.mail(guest, 3 if guest in (ADA, CHLOE) else 2, f"/{guest.language}/")
    meeting.translator.open(f"{NOTES}/texts/read-out/translate/fr")
    for row, words in zip(meeting.translator.page.locator(".twin").all(), READ_OUT_IN_FRENCH, strict=True):
        row.locator("textarea").fill(words)
        row.locator("[type=checkbox]").check()
    meeting.translator.post("/translate/fr", button="[value=save]")
    rosa.open(f"{NOTES}/texts/read-out/publish")
    rosa.post("/publish")
    reader = meeting.people[CHLOE.email]
    source = ("What we take home from the rivers", "River accounts")
    for language, (title, insight) in (("en", source), ("fr", READ_OUT_IN_FRENCH[::2][:2]), ("es", source)):
        reader.open(f"/{language}/{SLUG}/read-out")
        expect(reader.page.get_by_role("heading", level=1)).to_have_text(title)
        for words in (*(guest.comment for guest in ALL), "Guide des rivières", insight, "4"):
            assert words in reader.body, (
                "every comment and its answer, what was shared, and the insight with its origin"
            )
        assert "Obi" not in reader.body and "Kovač" not in reader.body
        file = reader.context.request.get(f"{meeting.site.url}/{language}/{SLUG}/read-out.pdf").body()
        assert_accessible(file, language=language)
        assert insight in [heading for _level, heading in bookmarks(file)]
        assert title in text_of(file)
