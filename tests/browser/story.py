"""People of the sample event in a browser: what each of them does, by addresses, field names and roles alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlsplit

from lxml import html
from playwright.sync_api import Browser, BrowserContext, Locator, Page

from eventapp.demo.content import SLUG, table
from tests.browser.conftest import quiet
from tests.support.live import LiveSite

ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "you": {
        "position": "Adjointe au maire",
        "sector": "local_government",
        "country": "SN",
        "city": "Saint-Louis",
    },
    "taking-part": {"mode": "in_person", "category_id": 0, "speaks": ["fr", "en"], "language": "fr"},
    "needs": {"dietary": "halal", "first_time": "yes", "why": "Pour comprendre."},
    "consents": {"consent_directory": True, "wants_summaries": True},
}


def staff_address(key: str) -> str:
    """Return the mail address of one of the people who run the event."""
    return str(next(row["email"] for row in table("people")["staff"] if row["key"] == key))


def links_in(mail: EmailMessage) -> dict[str, set[str]]:
    """Return the addresses of our site in each part of the mail."""
    plain, rich = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None and rich is not None
    tree = html.document_fromstring(rich.get_content())
    return {
        "text": set(re.findall(r"http://127[^\s<>]+", plain.get_content())),
        "html": {str(address) for address in tree.xpath("//a/@href") if str(address).startswith("http://127")},
    }


def link_in(mail: EmailMessage, path: str) -> str:
    """Return the one link below a path, which both parts of the mail must hold."""
    links = links_in(mail)
    assert links["text"] == links["html"]
    (found,) = {link for link in links["text"] if re.match(rf"http://[^/]+{path}", link)}
    return found


def files_of(mail: EmailMessage) -> dict[str, bytes]:
    """Return every part of the mail that is no text to read, by its media type."""
    return {
        part.get_content_type(): part.get_payload(decode=True)  # type: ignore[misc]
        for part in mail.walk()
        if not part.is_multipart() and part.get_content_type() not in {"text/plain", "text/html"}
    }


def person_in(browser: Browser, site: LiveSite, *, script: bool, locale: str, **options: Any) -> Person:
    """Return somebody with a browser of their own, with JavaScript or without."""
    context = browser.new_context(
        java_script_enabled=script, locale=locale, accept_downloads=True, timezone_id="Europe/Madrid", **options
    )
    page = context.new_page()
    page.set_default_timeout(15_000)
    return Person(site, context, page, quiet(page))


@dataclass
class Person:
    """Somebody with a browser of their own."""

    site: LiveSite
    context: BrowserContext
    page: Page
    said: list[str]

    def open(self, path: str) -> Page:
        """Open a page of the site."""
        answer = self.page.goto(path if path.startswith("http") else self.site.url + path)
        assert answer is not None and answer.ok, f"{path}: {answer and answer.status}"
        return self.page

    def follow(self, link: Locator) -> Page:
        """Click a link to another page and wait until it is there."""
        with self.page.expect_navigation():
            link.first.click()
        return self.page

    def form(self, action: str) -> Locator:
        """The form of the page that posts to an address that ends so, or to the page itself."""
        ends = (f'[action$="{action}"]', f'[action*="{action}?"]')
        found = self.page.locator(", ".join(f"form[method=post i]{end}" for end in ends))
        return found if found.count() else self.page.locator("main form[method=post i]:not([action])")

    def post(self, action: str, values: Mapping[str, Any] | None = None, *, button: str = "button") -> Page:
        """Fill a form of the page by the names of its fields and press its first button."""
        form = self.form(action).first
        for name, value in (values or {}).items():
            self._fill(form, name, value)
        with self.page.expect_navigation():
            form.locator(button).first.click()
        return self.page

    def _fill(self, form: Locator, name: str, value: Any) -> None:
        fields = form.locator(f'[name="{name}"]')
        kind = fields.first.evaluate("field => field.type")
        if isinstance(value, bool):
            fields.first.set_checked(value)
        elif isinstance(value, int):
            fields.nth(value).check()
        elif kind in {"checkbox", "radio"}:
            for each in [value] if isinstance(value, str) else value:
                form.locator(f'[name="{name}"][value="{each}"]').check()
        elif kind.startswith("select"):
            fields.first.select_option(value)
        else:
            fields.first.fill(value)

    def invite(self, desk: str, email: str, name: str, language: str) -> str:
        """As an organiser, write somebody a letter and send it; return the personal link in the delivered mail."""
        self.open(f"{desk}/invitations/new")
        values = {"name": name, "email": email, "organisation": "Ville de Saint-Louis", "language": language}
        self.post("/invitations/new", values)
        assert re.search(rf"{desk}/invitations/\d+$", self.page.url)
        assert self.site.mails_to(email) == []
        self.post("/send")
        mail = self.site.next_mail(email, 0)
        assert mail["Content-Language"] == language
        return link_in(mail, "/i/")

    def sign_in(self, address: str) -> None:
        """Sign in with the link of the mail, in this very browser."""
        before = len(self.site.mails_to(address))
        self.open("/sign-in")
        self.post("/sign-in", {"email": address})
        assert self.page.url.endswith("/sign-in/code")
        self.open(link_in(self.site.next_mail(address, before), "/sign-in/"))
        with self.page.expect_navigation():
            self.page.locator("main form button").click()
        assert "/desk/" in self.page.url

    def fill_registration(self, language: str) -> None:
        """Fill every page of the form, from the first to the check."""
        for name, values in ANSWERS.items():
            self._fill_own_pages()
            assert urlsplit(self.page.url).path == f"/{language}/{SLUG}/my/form/{name}"
            self.post(f"/my/form/{name}", values)
        assert self.page.url.endswith("/my/form/check")

    def _fill_own_pages(self) -> None:
        """Answer the first choice of each page of the organisers' own questions with the last of its answers."""
        while (name := self.page.url.rsplit("/", 1)[1]).startswith("own-"):
            choices = self.form(f"/my/form/{name}").locator("input[type=radio]")
            first = choices.first.get_attribute("name")
            choices.locator(f"xpath=self::*[@name='{first}']").last.check()
            self.post(f"/my/form/{name}")

    @property
    def body(self) -> str:
        """The text of the page's main part."""
        return self.page.locator("main").inner_text()
