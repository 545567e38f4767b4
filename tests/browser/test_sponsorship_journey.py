"""Sponsorship from the fund to settled trips: three people ask in three languages, six handle it, without scripts."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, expect

from tests.browser.sponsors import ADA, ALL, BRUNO, CAMILLE, SLUG, Applicant, Journey
from tests.browser.story import Person
from tests.support.live import LiveSite
from tests.support.pdfs import qr_of, text_of

DESK = f"/desk/{SLUG}"
ROOM = f"{DESK}/sponsorship"
REVIEW_BEGINS = datetime(2024, 9, 21, 8, tzinfo=UTC)
EVENING_AFTER = datetime(2024, 11, 9, 17, tzinfo=UTC)
PASSPORT = "A12345678"


@pytest.fixture
def journey(sites: Callable[[str], LiveSite], browser: Browser) -> Iterator[Journey]:
    made = Journey(sites("door"), browser)
    yield made
    said = [line for person in made.people.values() for line in person.said]
    for person in made.people.values():
        person.context.close()
    assert said == [], "errors of what pages asked for"


def test_from_the_fund_to_settled_trips(journey: Journey) -> None:
    journey.books = sets_up_the_fund(journey.coordinator)
    for who in ALL:
        asks(journey, who)
    is_asked_and_answers(journey, BRUNO)

    journey.site.jump(REVIEW_BEGINS)
    is_scored(journey)
    proposes_and_releases(journey)
    accepts(journey, ADA, journey.mail(ADA, 2))
    declines(journey, CAMILLE)
    succeeds(journey, BRUNO)

    gets_letters(journey, ADA)
    is_booked(journey, ADA)
    claims(journey, BRUNO)
    journey.site.jump(EVENING_AFTER)
    is_paid(journey)
    is_settled(journey)


# --- asking ---------------------------------------------------------------------------------------------------------


def sets_up_the_fund(coordinator: Person) -> str:
    """Set up the fund as the coordinator and return where its books are."""
    page = coordinator.page
    coordinator.open(DESK)
    coordinator.follow(page.get_by_role("link", name="Sponsorship"))
    says_where(coordinator)
    coordinator.follow(page.get_by_role("link", name="Funds", exact=True))
    coordinator.follow(page.get_by_role("link", name="Add a fund"))
    values = {
        "name-en": "Travel fund", "name-fr": "Fonds de voyage", "name-es": "Fondo de viajes",
        "currency": "EUR", "budget": "2,000", "places": "2", "cap_travel": "950", "cap_accommodation": "300",
        "opens_at": "2024-09-01 09:00", "closes_at": "2024-09-20 18:00", "decisions_by": "2024-10-01",
        "claims_until": "2024-12-01",
    }  # fmt: skip
    coordinator.post("/funds/new", values, button=".buttons button")
    expect(page.get_by_role("heading", level=1)).to_have_text("Travel fund")
    books = f"{ROOM}/payments/funds/{page.url.rsplit('/', 1)[1]}"
    coordinator.follow(page.get_by_role("link", name="Add a hotel"))
    coordinator.post("/hotels/new", {"name": "Hotel Marina", "address": "Carrer de Mar 1"}, button=".buttons button")
    for evening in ("6 November", "7 November", "8 November"):
        page.get_by_role("textbox", name=f"{evening} Hotel Marina").fill("1")
    coordinator.post("/rooms", button=".buttons button")
    return books


def says_where(staff: Person) -> None:
    expect(staff.page.get_by_role("heading", level=1)).to_have_text("Where do you work?")
    staff.post("/workplace", {"organisation": "House of the Hosts"})


def asks(journey: Journey, who: Applicant) -> None:
    guest = journey.comes(who)
    guest.follow(guest.page.locator("main a[href$='/my/sponsorship/form']"))
    journey_of = {
        "origin_city": who.city, "origin_country": who.country,
        "arrives_on": "2024-11-06", "leaves_on": "2024-11-09",
    }  # fmt: skip
    guest.post("/form/journey", journey_of)
    guest.post("/form/costs", {"travel_amount": who.travel, "accommodation_amount": who.hotel})
    guest.post("/form/reasons", {"motivation": f"{who.city} ↔ Barcelona"}, button="[name=later]")
    journey.returns(who)
    guest.follow(guest.page.locator("main a[href$='/my/sponsorship/form']"))
    assert guest.page.url.endswith("/form/reasons"), "it goes on where it was left"
    expect(guest.page.locator("[name=motivation]")).to_have_value(f"{who.city} ↔ Barcelona")
    guest.post("/form/reasons", {"take_home": "A plan, un plan."})
    guest.post("/form/need", {"need": "needed"})
    assert guest.page.url.endswith("/form/check")
    assert who.travel in guest.body
    guest.post("/form/check")
    assert guest.page.url.endswith(f"/{who.language}/{SLUG}/my/sponsorship")
    journey.mail(who, 1)


def is_asked_and_answers(journey: Journey, who: Applicant) -> None:
    coordinator = journey.coordinator
    coordinator.open(ROOM)
    coordinator.follow(link_to(coordinator, who))
    coordinator.follow(coordinator.page.get_by_role("link", name="Ask the person something"))
    coordinator.post("/ask", {"question": "¿Por qué vía viaja?", "due_on": "2024-09-18"})
    guest = journey.comes(who, journey.mail(who, 2))
    assert "¿Por qué vía viaja?" in guest.body
    guest.follow(guest.page.locator("main a[href$='/answer']"))
    guest.post("/answer", {"answer": "Por Madrid, en tren."})
    coordinator.open(ROOM)
    coordinator.follow(link_to(coordinator, who))
    assert "Por Madrid, en tren." in coordinator.body


def link_to(staff: Person, who: Applicant) -> Locator:
    return staff.page.locator("main a", has_text=who.name)


# --- review and decision --------------------------------------------------------------------------------------------


def is_scored(journey: Journey) -> None:
    coordinator = journey.coordinator
    for reviewer in (journey.nora, journey.omar):
        reviewer.open(ROOM + "/review")
        says_where(reviewer)
    coordinator.open(ROOM)
    coordinator.post("/start-review")
    coordinator.open(ROOM + "/progress")
    coordinator.post("/progress/assign")
    expect(coordinator.page.get_by_text("Scores to come")).to_be_visible()
    comments = {"nora": "From Nora.", "omar": "From Omar."}
    for key, others in (("nora", "omar"), ("omar", "nora")):
        reviewer, page = journey.people[key], journey.people[key].page
        reviewer.open(ROOM + "/review")
        reviewer.follow(page.get_by_role("link", name="Score the next request"))
        for left in reversed(range(len(ALL))):
            who = next(each for each in ALL if each.name == page.locator("h1").inner_text())
            assert comments[others] not in reviewer.body, "hidden until one's own is in"
            scores = dict.fromkeys(("relevance", "application", "equity", "need"), who.score)
            reviewer.post(page.url.removeprefix(journey.site.url), {**scores, "comment": comments[key]})
            assert comments[key] in reviewer.body
            assert (comments[others] in reviewer.body) == (key == "omar"), "seen only once both are in"
            if left:
                reviewer.follow(page.get_by_role("link", name=f"Next request ({left} left)"))


def proposes_and_releases(journey: Journey) -> None:
    coordinator, page = journey.coordinator, journey.coordinator.page
    coordinator.open(ROOM + "/decisions")
    assert page.locator("table.queue tbody a").all_inner_texts() == [each.name for each in ALL], "the best first"
    for who in ALL:
        page.get_by_label(f"What if: {who.name}").check()
    coordinator.follow(page.get_by_role("button", name="Show what is left"))
    expect(page.locator("#what-if .over", has_text="€653.10 too much")).to_be_visible()
    expect(page.locator("#what-if .over", has_text="1 too many")).to_be_visible()

    stay = {"hotel": "Hotel Marina", "first_night": "2024-11-06", "last_night": "2024-11-08"}
    proposes(coordinator, ADA, {"travel": ("640.50", "prepaid"), "accommodation": ("280", "prepaid")}, **stay)
    proposes(coordinator, CAMILLE, {"travel": ("900.25", "prepaid")})
    proposes(coordinator, BRUNO, {}, outcome="waitlist")
    for who in ALL:
        assert len(journey.site.mails_to(who.email)) == (2 if who is BRUNO else 1), "nobody hears of a proposal"
    releases(coordinator, 3)
    journey.mail(BRUNO, 3)
    assert balance(journey, coordinator) == ["€2,000.00", "€1,820.75", "€0.00", "€179.25"]


def proposes(coordinator: Person, who: Applicant, lines: dict[str, tuple[str, str]], **fields: str) -> None:
    page = coordinator.page
    coordinator.follow(link_to(coordinator, who))
    words = {"travel": "Travel", "accommodation": "Accommodation"}
    for kind, (amount, mode) in lines.items():
        page.get_by_label(f"{words[kind]}: amount").fill(amount)
        page.get_by_label(f"{words[kind]}: how").select_option(mode)
    if hotel := fields.pop("hotel", ""):
        page.get_by_label("Hotel", exact=True).select_option(label=hotel)
    coordinator.post(page.url.removeprefix(coordinator.site.url), {"outcome": "offer", **fields})
    assert page.get_by_role("alert").count() == 0, coordinator.body


def releases(coordinator: Person, number: int) -> None:
    coordinator.follow(coordinator.page.get_by_role("link", name="Release decisions"))
    heading = "Release 1 decision?" if number == 1 else f"Release {number} decisions?"
    expect(coordinator.page.get_by_role("heading", level=1)).to_have_text(heading)
    coordinator.post("/release")


def balance(journey: Journey, staff: Person) -> list[str]:
    """Budget, promised, paid and available of the fund, as the page of its books shows them."""
    staff.open(journey.books)
    return staff.page.locator("main dl.facts").first.locator("dd").all_inner_texts()


def accepts(journey: Journey, who: Applicant, link: str) -> None:
    guest = journey.comes(who, link)
    guest.post("/offer/accept")
    expect(guest.form("/offer/accept")).to_have_count(0)


def declines(journey: Journey, who: Applicant) -> None:
    guest = journey.comes(who, journey.mail(who, 2))
    guest.follow(guest.page.locator("main a[href$='/offer/decline']"))
    guest.post("/offer/decline", {"reason": "Ma ville paie."})
    expect(guest.form("/offer/accept")).to_have_count(0)


def succeeds(journey: Journey, who: Applicant) -> None:
    coordinator = journey.coordinator
    coordinator.open(ROOM + "/decisions")
    suggestion = coordinator.page.locator(".rule", has_text="who comes next?")
    expect(suggestion.get_by_role("link", name=who.name)).to_be_visible()
    proposes(coordinator, who, {"travel": ("812.35", "reimbursed")})
    assert len(journey.site.mails_to(who.email)) == 3, "only suggested and proposed"
    releases(coordinator, 1)
    accepts(journey, who, journey.mail(who, 4))
    assert balance(journey, coordinator) == ["€2,000.00", "€1,732.85", "€0.00", "€267.15"]


# --- letters --------------------------------------------------------------------------------------------------------


def gets_letters(journey: Journey, who: Applicant) -> None:
    officer, page = journey.officer, journey.officer.page
    officer.open(DESK)
    officer.follow(page.get_by_role("link", name="Sponsorship"))
    says_where(officer)
    officer.open(ROOM + "/letters/signature")
    officer.post("/signature", {"name": "Rosa Font", "function-en": "Director"})
    row = page.locator("tr", has_text=who.name)
    officer.follow(row.get_by_role("button", name="Letter of support"))
    officer.follow(row.get_by_role("button", name="Ask for passport data"))
    guest = journey.comes(who, journey.mail(who, 5))
    guest.follow(guest.page.locator("main a[href$='/data/passport']"))
    opens_the_gate(journey, guest, who.email)
    values = {
        "surname": "Obi", "given_names": "Adaeze", "number": PASSPORT, "nationality": "NG",
        "born_on": "1980-05-01", "issued_on": "2022-01-01", "expires_on": "2032-01-01",
    }  # fmt: skip
    guest.post("/data/passport", values)
    assert PASSPORT not in guest.page.content(), "never shown again"

    officer.open(ROOM + "/letters")
    officer.follow(row.get_by_role("button", name="Letter for a visa"))
    journey.returns(who)
    for link, words in (("Letter of support", "€640.50"), ("Letter for the visa", PASSPORT)):
        letter = fetched(guest, link)
        assert words in text_of(letter)
        checks = qr_of(letter)
        assert re.fullmatch(rf"{journey.site.url}/verify/[A-Z0-9-]+", checks)
        anybody = journey.guest(BRUNO)
        anybody.open(checks)
        assert who.name not in anybody.body
        expect(anybody.page.locator(".rule.good")).to_be_visible()


def opens_the_gate(journey: Journey, person: Person, address: str) -> None:
    before = len(journey.site.mails_to(address))
    person.post("/sponsorship/code")
    person.post("/sponsorship/code/check", {"code": journey.code(address, before)})


def fetched(person: Person, link: str) -> bytes:
    address = person.page.get_by_role("link", name=link).get_attribute("href") or ""
    return person.context.request.get(person.site.url + address).body()


# --- money ----------------------------------------------------------------------------------------------------------


def is_booked(journey: Journey, who: Applicant) -> None:
    for line, supplier, amount in (("Travel", "Air Coast", "598"), ("Accommodation", "Hotel Marina", "280")):
        to_line(journey.coordinator, who, line, "Enter a booking")
        journey.coordinator.post("/book", {"supplier": supplier, "reference": "K7Q2", "amount": amount})
    guest = journey.returns(who)
    assert "Air Coast" in guest.body
    assert "598" not in guest.body


def to_line(staff: Person, who: Applicant, line: str, step: str) -> None:
    """Go to the next step of a person's line, from the page of the person or from the list of what waits."""
    page = staff.page
    if page.get_by_role("heading", level=1, name=who.name, exact=True).count() == 0:
        staff.open(ROOM + "/payments")
        if "/workplace" in page.url:
            says_where(staff)
        staff.follow(page.locator("main tr", has_text=who.name).filter(has_text=line).get_by_role("link"))
    section = page.locator(".money-line", has=page.get_by_role("heading", name=line, exact=True))
    staff.follow(section.get_by_role("link", name=step))


def claims(journey: Journey, who: Applicant) -> None:
    guest = journey.returns(who)
    guest.follow(guest.page.locator("main a[href$='/my/sponsorship/claims']"))
    guest.follow(guest.page.locator("main a[href$='/add']"))
    photo = io.BytesIO()
    Image.new("RGB", (600, 800), "white").save(photo, "JPEG")
    guest.page.locator("[name=file]").set_input_files(
        {"name": "billete.jpg", "mimeType": "image/jpeg", "buffer": photo.getvalue()}
    )
    values = {"what": "Billete de avión", "spent_on": "2024-09-21", "amount": "850,40", "currency": "USD"}
    guest.post("/add", values)
    guest.post("/send")
    expect(guest.form("/send")).to_have_count(0)


def is_paid(journey: Journey) -> None:
    finance, holder = journey.finance, journey.budget_holder
    to_line(finance, BRUNO, "Travel", "Check Billete de avión")
    finance.post("/check", {"rate": "0.9134", "rate_on": "2024-09-21", "rate_source": "InforEuro"})
    for who, lines in ((ADA, {"Travel": "598", "Accommodation": "280"}), (BRUNO, {"Travel": "776.76"})):
        for line, amount in lines.items():
            to_line(holder, who, line, "Authorise the payment")
            expect(holder.page.locator("[name=amount]")).to_have_value(amount)
            holder.post("/authorise")
        for line, amount in lines.items():
            to_line(finance, who, line, "Enter the payment")
            finance.post("/pay", {"reference": f"T-{amount}"})


def is_settled(journey: Journey) -> None:
    coordinator, finance = journey.coordinator, journey.finance
    coordinator.open(ROOM + "/payments/travelled")
    for who in (ADA, BRUNO):
        coordinator.page.get_by_role("checkbox", name=who.name).check()
    coordinator.post("/travelled")
    finance.open(ROOM + "/payments")
    finance.post("/settle")
    assert balance(journey, finance) == ["€2,000.00", "€0.00", "€1,654.76", "€345.24"]
    for who, heading in ((ADA, "Everything is settled"), (BRUNO, "Todo está liquidado")):
        expect(journey.returns(who).page.get_by_role("heading", level=1)).to_have_text(heading)
    adds_up(finance)


def adds_up(finance: Person) -> None:
    """Add the books up again from the file for finance, entry by entry, and person by person."""
    finance.open(ROOM + "/payments")
    finance.follow(finance.page.get_by_role("link", name="People and books"))
    finance.follow(finance.page.get_by_role("link", name="Travel fund"))
    with finance.page.expect_download() as handed_over:
        finance.page.get_by_role("button", name="CSV").click()
    rows = list(csv.DictReader(io.StringIO(handed_over.value.path().read_text("utf-8-sig"))))
    names = ("Budget", "Promised", "Amount paid")
    sums = {
        who: [sum(Decimal(row[name] or 0) for row in rows if row["Person"] == who) for name in names]
        for who in {row["Person"] for row in rows}
    }
    assert sums == {
        "": [Decimal(2000), 0, 0],
        ADA.name: [0, 0, Decimal("878.00")],
        CAMILLE.name: [0, 0, 0],
        BRUNO.name: [0, 0, Decimal("776.76")],
    }
    assert Decimal(rows[-1]["Available after it"]) == Decimal("345.24")
