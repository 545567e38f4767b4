"""The four journeys of the story, each with JavaScript and without."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from email.message import EmailMessage

import pytest
from playwright.sync_api import Browser, expect

from eventapp.core.context import SYSTEM
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.demo.clock import START
from eventapp.demo.content import SLUG, instant
from eventapp.demo.story import catch_up
from eventapp.registrations.models import Registration
from eventapp.registrations.states import State
from tests.browser.conftest import quiet
from tests.browser.story import Person, files_of, link_in, links_in, person_in, staff_address
from tests.support.calendars import faults, parsed
from tests.support.live import LiveSite

DESK = f"/desk/{SLUG}"
ORGANISER, RAPPORTEUR = staff_address("organiser"), staff_address("rapporteur")
ENDS = ("script", "plain-postgresql")


class Story:
    """A live site, and its people, who have JavaScript or not."""

    def __init__(self, site: LiveSite, browser: Browser, *, script: bool) -> None:
        self.site, self.script, self._browser = site, script, browser
        self.people: list[Person] = []
        site.jump(START)

    def person(self, locale: str = "en-GB") -> Person:
        self.people.append(person_in(self._browser, self.site, script=self.script, locale=locale))
        return self.people[-1]


@pytest.fixture
def story(request: pytest.FixtureRequest, sites: Callable[[str], LiveSite], browser: Browser) -> Iterator[Story]:
    """The story that the parameter names: with scripts on SQLite, or without on PostgreSQL."""
    told = Story(sites(request.param), browser, script="script" in request.param)
    yield told
    said = [line for person in told.people for line in person.said if "409" not in line and "422" not in line]
    for person in told.people:
        person.context.close()
    assert said == [], "errors of scripts, or of what pages asked for"


def taken(organiser: Person) -> list[str]:
    """The seats as the overview shows them."""
    organiser.open(f"{DESK}/registrations")
    return [each.inner_text() for each in organiser.page.locator(".seats > *").all()]


@pytest.mark.parametrize("story", ENDS, indirect=True)
def test_the_organiser_invites_and_confirms(story: Story) -> None:
    email = "aissatou.ba@saint-louis.example.org"
    organiser, guest = story.person(), story.person("fr-FR")
    organiser.sign_in(ORGANISER)
    seats = taken(organiser)
    link = organiser.invite(DESK, email, "Aïssatou Bâ", "fr")

    guest.open(link)
    assert guest.page.locator("html").get_attribute("lang") == "fr"
    guest.post("/accept")
    guest.fill_registration("fr")
    guest.post("/my/form/check")
    story.site.next_mail(email, 1)

    organiser.open(f"{DESK}/registrations?q=Aissatou")
    organiser.follow(organiser.page.locator("table a", has_text="Aïssatou Bâ"))
    expect(organiser.page.locator("h1")).to_have_text("Aïssatou Bâ")
    organiser.post("/approve")
    confirmed = story.site.next_mail(email, 2)
    assert confirmed["Content-Language"] == "fr"
    assert {"text/calendar", "application/pdf"} <= files_of(confirmed).keys()
    after = taken(organiser)
    assert len(after) == len(seats) and after != seats
    numbers = [[int(each) for each in re.findall(r"\d+", row[0])] for row in (seats, after)]
    assert numbers[1][0] == numbers[0][0] + 1


@pytest.mark.parametrize("story", ENDS, indirect=True)
def test_the_invitee_registers_and_withdraws(story: Story) -> None:
    email = "ousmane.sow@saint-louis.example.org"
    organiser, guest = story.person(), story.person()
    organiser.sign_in(ORGANISER)
    link = organiser.invite(DESK, email, "Ousmane Sow", "en")

    guest.open(link)
    assert guest.page.get_by_role("heading", level=1).count() == 1
    for _again in range(2):
        guest.open(link)  # looking changes nothing
    guest.post("/accept")
    assert guest.page.url.endswith(f"/en/{SLUG}/my/form/you")
    assert link.rsplit("/", 1)[1] not in guest.page.url

    guest.post("/my/form/you", {"position": "", "city": "Saint-Louis"})
    summary = guest.page.get_by_role("alert")
    if story.script:
        expect(summary).to_be_focused()
    with_error = guest.page.locator("[name=position]")
    expect(with_error).to_have_attribute("aria-invalid", "true")
    summary.locator("a").first.click()
    expect(guest.page.locator(":focus")).to_have_attribute("aria-invalid", "true")
    assert guest.page.locator("[name=city]").input_value() == "Saint-Louis", "what was typed is kept"
    assert guest.page.locator("[name=name]").input_value() == "Ousmane Sow"
    guest.fill_registration("en")

    guest.follow(guest.page.locator("main a[href*='/my/form/you']"))
    guest.post("/my/form/you", {"city": "Dakar"})
    assert guest.page.url.endswith("/my/form/check")
    assert "Dakar" in guest.body
    guest.post("/my/form/check")
    assert guest.page.url.endswith(f"/en/{SLUG}/my")
    assert "received your registration" in guest.page.locator("h1").inner_text()
    assert "27 September 2024" in guest.body, "it says by when there will be an answer"
    story.site.next_mail(email, 1)

    organiser.open(f"{DESK}/registrations?q=Ousmane")
    organiser.follow(organiser.page.locator("table a", has_text="Ousmane Sow"))
    organiser.post("/approve")
    mail = story.site.next_mail(email, 2)
    uid = calendar_entry_of(mail, email)

    guest.open(link_in(mail, "/i/"))
    guest.post("/open")
    assert "confirmed" in guest.page.locator("h1").inner_text().lower()
    assert "book" in guest.body and "Do not book" not in guest.body, "travel is allowed now"

    guest.follow(guest.page.locator("a[href$='/my/withdraw']"))
    guest.post("/my/withdraw", {"reason": "A council meeting."})
    assert guest.page.url.endswith("/my")
    assert guest.page.locator("a[href$='/my/withdraw']").count() == 0
    farewell = story.site.next_mail(email, 3)
    gone = parsed(files_of(farewell)["text/calendar"])
    assert gone["METHOD"] == "CANCEL"
    assert gone.walk("VEVENT")[0]["UID"] == uid


def calendar_entry_of(mail: EmailMessage, email: str) -> str:
    """Check the confirmation's calendar entry and agenda, and return the UID of the entry."""
    files = files_of(mail)
    assert files["application/pdf"].startswith(b"%PDF")
    content = files["text/calendar"]
    assert faults(content) == []
    asked = parsed(content)
    assert asked["METHOD"] == "REQUEST"
    (entry,) = asked.walk("VEVENT")
    assert entry["ATTENDEE"].lower() == f"mailto:{email}"
    assert (entry["DTSTART"].dt, entry["DTEND"].dt) == (date(2024, 11, 7), date(2024, 11, 9))
    return str(entry["UID"])


@pytest.mark.parametrize("story", ["script"], indirect=True)  # without scripts: `test_notes_journey.py`
def test_the_rapporteur_writes_and_publishes(story: Story) -> None:
    writer = story.person()
    story.site.jump(instant("2024-11-07T18:30"))
    writer.sign_in(RAPPORTEUR)
    text = f"{DESK}/notes/texts/summary-1"
    editor = f"{text}/write"
    writer.open(editor)
    stays = writer.page.locator("textarea[name=text]").input_value()
    first = f"{stays}\n\n## From the first window\n\nA sentence of the evening."
    second = f"{stays}\n\nWords of the second window."

    other = writer.context.new_page()
    other.set_default_timeout(15_000)
    late = Person(writer.site, writer.context, other, quiet(other))
    late.open(editor)

    writer.page.locator("textarea[name=text]").fill(first)
    if story.script:
        writer.page.locator("details", has=writer.page.locator("#preview")).evaluate("each => { each.open = true }")
        expect(writer.page.locator("#preview")).to_contain_text("From the first window")
    writer.post("/summary-1/write", button="button[value=preview]")
    expect(writer.page.locator("#preview").get_by_role("heading", name="From the first window")).to_be_visible()
    writer.post("/summary-1/write", button="button[value=save]")
    assert writer.page.locator("textarea[name=text]").input_value().strip() == first

    late.post("/summary-1/write", {"text": second}, button="button[value=save]")
    assert late.page.locator("textarea[name=text]").input_value().strip() == second
    assert "From the first window" in late.body
    late.post("/summary-1/write", {"text": f"{first}\n\nWords of the second window."}, button="button[value=save]")
    if story.script:
        nothing_is_lost_with_the_line(writer, editor)
    writer.open(editor)
    both = writer.page.locator("textarea[name=text]").input_value()
    assert "From the first window" in both and "Words of the second window." in both

    readers = readers_of(story.site)
    before = {address: len(story.site.mails_to(address)) for address in readers}
    assert len(readers) > 2
    writer.post("/submit")
    chair = story.person()
    chair.sign_in(ORGANISER)
    chair.open(f"{text}/check")
    chair.post("/approve")
    writer.open(f"{text}/publish")
    writer.post("/publish")
    for address, language in readers.items():
        mail = story.site.next_mail(address, before[address])
        assert mail["Content-Language"] == language
        assert any(f"/{language}/{SLUG}/summaries/1" in link for link in links_in(mail)["text"]), links_in(mail)

    reader = story.person()
    reader.open(f"/en/{SLUG}/summaries/1")
    expect(reader.page.get_by_role("heading", name="From the first window")).to_be_visible()


def nothing_is_lost_with_the_line(writer: Person, editor: str) -> None:
    """Write without a connection, close the page, and find the words again; then write on with the saved text."""
    page = writer.open(editor)
    area, offer = page.locator("textarea[name=text]"), page.locator("[data-kept-offer]")
    saved = area.input_value()
    area.fill(f"{saved}\n\nWritten in the train.")
    writer.context.set_offline(True)
    writer.form("/write").locator("button[value=save]").click()
    state = page.locator("[data-kept-state]")
    expect(state).to_have_text(state.get_attribute("data-kept-offline") or "no such words")
    writer.context.set_offline(False)
    page.once("dialog", lambda dialog: dialog.accept())  # leaving with unsaved words asks first
    writer.open(editor)
    expect(offer).to_be_visible()
    assert area.input_value() == saved
    offer.locator("[data-kept-restore]").click()
    assert area.input_value().endswith("Written in the train.")
    writer.post("/write", button="button[value=save]")
    assert area.input_value().endswith("Written in the train.")
    expect(offer).to_be_hidden()
    assert page.evaluate("localStorage.length") == 0


def readers_of(site: LiveSite) -> dict[str, str]:
    """Confirmed participants who asked for the summaries, and their languages."""
    with site.app.app_context():
        rows = reading(SYSTEM).session.query(Registration).filter_by(state=State.APPROVED, wants_summaries=True)
        return {row.email: row.language for row in rows}


@pytest.mark.parametrize("story", ENDS, indirect=True)
def test_everybody_reads(story: Story) -> None:
    reader = story.person()
    story.site.jump(START + timedelta(minutes=5))
    reader.open("/")
    reader.page.locator(f"main a[href='/en/{SLUG}/']").first.click()
    for language in ("fr", "es"):
        reader.page.locator(f"a[hreflang={language}]").first.click()
        reader.page.wait_for_url(f"**/{language}/{SLUG}/")
        assert reader.page.locator("html").get_attribute("lang") == language
    for language in ("es", "en"):
        reader.open(f"/{language}/{SLUG}/")
        reader.page.locator(f"a[href='/{language}/{SLUG}/agenda']").first.click()
        reader.page.wait_for_url(f"**/{language}/{SLUG}/agenda")
        for end in ("ics", "pdf"):
            link = reader.page.locator(f"a[href$='/{language}/{SLUG}/agenda.{end}']").first
            file = reader.context.request.get(story.site.url + (link.get_attribute("href") or ""))
            assert file.ok
            if end == "pdf":
                assert file.body().startswith(b"%PDF")
            else:
                assert faults(file.body()) == []
                assert len(parsed(file.body()).walk("VEVENT")) > 10
    reader.page.locator(f"main a[href*='/en/{SLUG}/sessions/']").first.click()
    reader.page.wait_for_url(re.compile(r"/sessions/\d+$"))
    session = reader.page.locator("a[href$='.ics']").first.get_attribute("href") or ""
    entry = reader.context.request.get(story.site.url + session).body()
    assert len(parsed(entry).walk("VEVENT")) == 1
    title = reader.page.locator("h1").inner_text()
    assert title in str(parsed(entry).walk("VEVENT")[0]["SUMMARY"])

    reader.open(f"/en/{SLUG}/summaries")
    published = reader.page.locator(f"a[href$='/en/{SLUG}/summaries/1']")
    if published.count() == 0:  # the evening of the first day has not come yet in this story
        publish_first_day(story.site)
        reader.open(f"/en/{SLUG}/summaries")
    published.first.click()
    reader.page.wait_for_url("**/summaries/1")
    document = reader.page.locator("a[href$='/summaries/1.pdf']").first.get_attribute("href") or ""
    assert reader.context.request.get(story.site.url + document).body().startswith(b"%PDF")


def publish_first_day(site: LiveSite) -> None:
    """Let the story's rapporteur publish, as the demo does when its evening has come."""
    site.jump(instant("2024-11-07T20:00"))
    with site.app.app_context(), unit_of_work(SYSTEM) as ctx:
        catch_up(ctx)
