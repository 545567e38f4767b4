"""What a release sets in motion: a clash is refused kindly, and the calendar that follows the agenda changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from eventapp.agenda import service
from eventapp.agenda.states import SessionKind
from eventapp.agenda.values import SessionValues
from eventapp.core.context import SYSTEM
from eventapp.core.translated import Translated
from eventapp.core.unit_of_work import unit_of_work
from eventapp.demo.clock import START
from eventapp.demo.content import SLUG
from eventapp.demo.loader import find_staff
from eventapp.events.queries import find_event
from eventapp.invitations.models import Invitation
from eventapp.registrations.models import Registration
from eventapp.registrations.states import Mode, State
from tests.browser.story import Person, person_in
from tests.support.calendars import faults, parsed
from tests.support.live import LiveSite
from tests.support.staff import browser_cookies

VISITS = (("Visit the harbour", "11:00", "12:30"), ("Visit the market", "12:00", "13:00"))


@dataclass
class Released:
    """Two visits that overlap, released, and a browser of an organiser and of a participant."""

    site: LiveSite
    organiser: Person
    participant: Person
    visits: list[int] = field(default_factory=list)

    def entries(self, path: str) -> dict[str, Any]:
        """Return the entries of a calendar of the site by their titles, as a program that subscribed gets them."""
        answer = self.participant.context.request.get(self.site.url + path)
        assert answer.ok and faults(answer.body()) == []
        return {str(each["SUMMARY"]): each for each in parsed(answer.body()).walk("VEVENT")}


@pytest.fixture
def released(sites: Callable[[str], LiveSite], browser: Browser) -> Iterator[Released]:
    site = sites("door")
    site.jump(START)
    organiser, participant = (person_in(browser, site, script=True, locale="en-GB") for _person in range(2))
    told = Released(site, organiser, participant)
    with site.app.app_context(), unit_of_work(SYSTEM) as ctx:
        event, account = find_event(ctx.session, SLUG), find_staff(ctx, "organiser")
        assert event is not None and account is not None
        for title, starts, ends in VISITS:
            values = SessionValues(
                kind=SessionKind.VISIT,
                title=Translated(en=title, fr=title, es=title),
                starts_local=datetime.fromisoformat(f"2024-11-08T{starts}"),
                ends_local=datetime.fromisoformat(f"2024-11-08T{ends}"),
                sign_up=True,
                capacity=20,
            )
            told.visits.append(service.add_session(ctx, event, values).id)
        service.release(ctx, event)
        confirmed = select(Invitation).join(Registration, Registration.invitation_id == Invitation.id)
        here = (Registration.event_id == event.id, Registration.state == State.APPROVED)
        invitation = ctx.session.scalars(confirmed.where(*here, Registration.mode == Mode.IN_PERSON).limit(1)).one()
        opened = {str(event.id): [invitation.id, invitation.link_version]}
        account_id = account.id
    organiser.context.add_cookies(browser_cookies(site.app, account_id, site.url))  # type: ignore[arg-type]
    participant.context.add_cookies(cookies_of_invitee(site, opened))  # type: ignore[arg-type]
    yield told
    for person in (organiser, participant):
        person.context.close()
    assert [line for person in (organiser, participant) for line in person.said if "409" not in line] == []


def cookies_of_invitee(site: LiveSite, opened: dict[str, list[int]]) -> list[dict[str, str]]:
    """Return the cookie of a browser in which a personal link was opened."""
    client = site.app.test_client()
    with client.session_transaction() as session:
        session["opened"] = opened
    cookie = client.get_cookie("session", domain="localhost")
    assert cookie is not None
    return [{"name": "session", "value": cookie.value, "url": site.url}]


def test_a_clash_is_refused_kindly_and_a_release_reaches_the_calendar_that_follows(released: Released) -> None:
    guest, (harbour, market) = released.participant, released.visits
    guest.open(f"/en/{SLUG}/my/agenda")
    guest.post(f"/sessions/{harbour}/choose")
    expect(guest.page.locator("main")).to_contain_text("You are signed up")
    guest.post(f"/sessions/{market}/choose")
    expect(guest.page.locator("h1")).to_have_text("Both are at the same time")
    assert "Visit the harbour" in guest.body and "Visit the market" in guest.body
    assert "we have not changed anything" in guest.body
    guest.post(f"/sessions/{market}/exchange")
    assert guest.page.url.endswith("/my/agenda")
    guest.post("/my/agenda/calendar")
    feed = urlsplit(guest.page.locator("#feed-address").input_value()).path
    public = f"/en/{SLUG}/agenda.ics"
    before = {path: released.entries(path) for path in (feed, public)}
    assert "Visit the market" in before[feed] and "Visit the harbour" not in before[feed]

    organiser = released.organiser
    organiser.open(f"/desk/{SLUG}/agenda?day=2024-11-08&open={market}")
    organiser.page.locator(f"#delayed-{market}").click()
    expect(organiser.page.get_by_role("status").first).to_contain_text("12:05–13:05")
    assert released.entries(feed)["Visit the market"] == before[feed]["Visit the market"], "a draft reaches nobody"
    organiser.open(f"/desk/{SLUG}/agenda/release")
    expect(organiser.page.locator(".change-list").first).to_contain_text("Visit the market")
    organiser.post("/agenda/release")
    expect(organiser.page.get_by_role("status").first).to_contain_text("is public now")

    for path, earlier in before.items():
        was, now = earlier["Visit the market"], released.entries(path)["Visit the market"]
        assert now["UID"] == was["UID"]
        assert now["SEQUENCE"] == was["SEQUENCE"] + 1
        assert (was["DTSTART"].dt.minute, now["DTSTART"].dt.minute) == (0, 5)
