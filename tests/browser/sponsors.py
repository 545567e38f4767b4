"""An event whose sponsorship is handled by six people and asked for by three, each with a browser without scripts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, expect

from eventapp.core.access import Role
from eventapp.core.context import SYSTEM
from eventapp.core.tokens import LinkKeys, Purpose
from eventapp.core.unit_of_work import unit_of_work
from eventapp.demo.clock import START
from eventapp.registrations.states import State
from tests.browser.story import Person, link_in, person_in
from tests.support.factories import make_event, make_invitation, make_member, make_registration
from tests.support.live import LiveSite
from tests.support.staff import browser_cookies

SLUG = "coast-towns"
PHONE = {"width": 390, "height": 844}
STAFF = {
    "coordinator": (Role.COORDINATOR, "Marta Vidal"),
    "nora": (Role.REVIEWER, "Nora Weiss"),
    "omar": (Role.REVIEWER, "Omar Haddad"),
    "budget_holder": (Role.BUDGET_HOLDER, "Pere Soler"),
    "finance": (Role.FINANCE, "Quim Roca"),
    "officer": (Role.OFFICER, "Rosa Font"),
}


@dataclass(frozen=True)
class Applicant:
    """Somebody who asks for support, as they type it in their own language."""

    name: str
    language: str
    city: str
    country: str
    travel: str
    score: str
    hotel: str = ""

    @property
    def email(self) -> str:
        return f"{self.name.split()[0].lower()}@{self.city.lower()}.example"


ADA = Applicant("Adaeze Obi", "en", "Lagos", "NG", "640.50", "5", hotel="300")
CAMILLE = Applicant("Camille Ndong", "fr", "Libreville", "GA", "900,25", "4")
BRUNO = Applicant("Bruno Paz", "es", "Rosario", "AR", "812,35", "3")
ALL = (ADA, CAMILLE, BRUNO)


class Journey:
    """An event on a live site, those who handle its sponsorship, and those who ask for it."""

    def __init__(self, site: LiveSite, browser: Browser) -> None:
        self.site, self._browser = site, browser
        self.people: dict[str, Person] = {}
        self.books = ""
        site.jump(START)
        keys: LinkKeys = site.app.extensions["link_keys"]
        with site.app.app_context(), unit_of_work(SYSTEM) as ctx:
            event = make_event(ctx, slug=SLUG)
            accounts = {
                key: make_member(ctx, event, role, name=name, email=f"{key}@hosts.example").id
                for key, (role, name) in STAFF.items()
            }
            self._links = {}
            for each in ALL:
                invitation = make_invitation(
                    ctx, event, name=each.name, email=each.email, organisation=f"City of {each.city}",
                    language=each.language, country=each.country, state="accepted", answered_at=ctx.now,
                )  # fmt: skip
                make_registration(ctx, event, invitation=invitation, state=State.APPROVED, decided_at=ctx.now)
                token = keys.token(Purpose.PARTICIPATION, invitation.id, invitation.link_version)
                self._links[each] = f"{site.url}/i/{token}"
        for key, account_id in accounts.items():
            person = self._person(key, "en", viewport={"width": 1280, "height": 900})
            person.context.add_cookies(browser_cookies(site.app, account_id, site.url))  # type: ignore[arg-type]
        for each in ALL:
            self._person(each.email, each.language, viewport=PHONE)

    def __getattr__(self, key: str) -> Person:
        return self.people[key]

    def guest(self, who: Applicant) -> Person:
        return self.people[who.email]

    def comes(self, who: Applicant, link: str = "") -> Person:
        """Have somebody come to the page of their request by the link of a mail, or of their invitation."""
        guest = self.guest(who)
        guest.open(link or self._links[who])
        guest.post("/open")
        guest.follow(guest.page.locator("main a[href$='/my/sponsorship']"))
        expect(guest.page.locator("html")).to_have_attribute("lang", who.language)
        return guest

    def returns(self, who: Applicant) -> Person:
        """Have somebody come back in the same browser."""
        guest = self.guest(who)
        guest.open(f"/{who.language}/{SLUG}/my/sponsorship")
        return guest

    def mail(self, who: Applicant, number: int) -> str:
        """Wait for the person's mail of this number, look at its language, and return its personal link."""
        found = self.site.next_mail(who.email, number - 1)
        assert found["Content-Language"] == who.language
        return link_in(found, "/i/")

    def code(self, address: str, before: int) -> str:
        """Wait for a fresh code."""
        text = self.site.next_mail(address, before).get_body(("plain",))
        assert text is not None
        (code,) = re.findall(r"\b(\d{6})\b", text.get_content())
        return str(code)

    def _person(self, key: str, locale: str, **options: Any) -> Person:
        self.people[key] = person_in(self._browser, self.site, script=False, locale=locale, **options)
        return self.people[key]
