"""A meeting that is reported on: two rapporteurs, a chair, a translator and five participants, without scripts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import Browser, expect

from eventapp.agenda import service as agenda
from eventapp.agenda.states import SessionKind
from eventapp.agenda.values import SessionValues
from eventapp.core.access import Role
from eventapp.core.context import SYSTEM
from eventapp.core.tokens import LinkKeys, Purpose
from eventapp.core.unit_of_work import unit_of_work
from eventapp.registrations.states import State
from tests.browser.story import Person, link_in, person_in
from tests.support.factories import make_event, make_invitation, make_member, make_registration, tr
from tests.support.live import LiveSite
from tests.support.staff import browser_cookies

SLUG = "river-towns"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
MORNING = datetime(2024, 11, 7, 8, 40, tzinfo=UTC)  # 09:40 in Barcelona, in the first session
STAFF = {
    "rosa": (Role.RAPPORTEUR, "Rosa Marín"),
    "remi": (Role.RAPPORTEUR, "Rémi Faure"),
    "chair": (Role.CHAIR, "Clara Boada"),
    "translator": (Role.TRANSLATOR, "Tomás Rey"),
}


@dataclass(frozen=True)
class Guest:
    """Somebody who takes part, and what they say of what they read."""

    name: str
    language: str
    organisation: str
    comment: str
    outcome: str

    @property
    def email(self) -> str:
        return f"{self.name.split()[0].lower()}@guests.example"


ADA = Guest("Adaeze Obi", "en", "Port Town of Bonny", "Name the budget line.", "take_up")
BRUNO = Guest("Bruno Paz", "es", "Ciudad de Rosario", "¿Y los pueblos pequeños?", "not_take_up")
CHLOE = Guest("Chloé N’Diaye", "fr", "Ville de Kaolack", "Dire qui paie l’entretien.", "take_up_partly")
DANA = Guest("Dana Kovač", "en", "Grad Sisak", "We tried this and it failed.", "take_up")
ELIF = Guest("Elif Şahin", "en", "Hatay Valiliği", "Thank you for the lunch.", "set_aside")
ALL = (ADA, BRUNO, CHLOE, DANA, ELIF)


class Meeting:
    """An event on a live site with one session on, those who report on it, and those who take part."""

    def __init__(self, site: LiveSite, browser: Browser) -> None:
        self.site, self._browser = site, browser
        self.people: dict[str, Person] = {}
        site.jump(MORNING)
        keys: LinkKeys = site.app.extensions["link_keys"]
        with site.app.app_context(), unit_of_work(SYSTEM) as ctx:
            event = make_event(ctx, slug=SLUG)
            session = SessionValues(
                kind=SessionKind.PLENARY,
                title=tr("Rivers and budgets", "Rivières et budgets", "Ríos y presupuestos"),
                starts_local=datetime(2024, 11, 7, 9),
                ends_local=datetime(2024, 11, 7, 11),
            )
            self.session_id = agenda.add_session(ctx, event, session).id
            agenda.release(ctx, event)
            accounts = {
                key: make_member(ctx, event, role, name=name, email=f"{key}@hosts.example").id
                for key, (role, name) in STAFF.items()
            }
            self._links = {}
            for each in ALL:
                invitation = make_invitation(
                    ctx, event, name=each.name, email=each.email, organisation=each.organisation,
                    language=each.language, state="accepted", answered_at=ctx.now,
                )  # fmt: skip
                make_registration(
                    ctx, event, invitation=invitation, state=State.APPROVED, decided_at=ctx.now,
                    wants_summaries=True, consent_mail_after=True,
                )  # fmt: skip
                token = keys.token(Purpose.PARTICIPATION, invitation.id, invitation.link_version)
                self._links[each] = f"{site.url}/i/{token}"
        for key, account_id in accounts.items():
            person = self._person(key, "en", viewport=DESK)
            person.context.add_cookies(browser_cookies(site.app, account_id, site.url))  # type: ignore[arg-type]
        for guest in ALL:
            self._person(guest.email, guest.language, viewport=PHONE)

    def __getattr__(self, key: str) -> Person:
        return self.people[key]

    def comes(self, who: Guest) -> Person:
        """Have somebody come to their own page by the link of their invitation."""
        guest = self.people[who.email]
        guest.open(self._links[who])
        guest.post("/open")
        expect(guest.page.locator("html")).to_have_attribute("lang", who.language)
        return guest

    def mail(self, who: Guest, number: int, path: str) -> str:
        """Wait for the person's mail of this number, look at its language, and return its link below a path."""
        found = self.site.next_mail(who.email, number - 1)
        assert found["Content-Language"] == who.language
        return link_in(found, path)

    def _person(self, key: str, locale: str, **options: Any) -> Person:
        self.people[key] = person_in(self._browser, self.site, script=False, locale=locale, **options)
        return self.people[key]
