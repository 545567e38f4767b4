"""Every page of the sample event, each as somebody who may see it, and the cookies that make one that somebody."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from zlib import crc32

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from eventapp.core.access import Carrier, PersonalLink, Public, declared_access
from eventapp.core.context import SYSTEM
from eventapp.core.languages import LANGUAGES
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.demo.content import SLUG
from eventapp.demo.loader import find_staff
from eventapp.registrations.answers import PAGES
from tests.browser.arguments import look_up
from tests.browser.furniture import furnish
from tests.browser.looks import apart, shapes_of
from tests.support.staff import sign_in

STAFF = ("organiser", "rapporteur")
# Files of which the sample event has none, and a mail in its own frame.
FILES = frozenset(
    {
        "static",
        "my_agenda.feed",
        "agenda_signs.signs_pdf",
        "events.logo",
        "events_parts.logo",
        "demo_mailbox.file",
        "demo_mailbox.html",
        "registration_form.file",
        "registration_answers.file",
        "certificates.own_certificate",
    }
)
ENDED = ("registration_declined", "registration_withdrawn", "registration_revoked")

# Pages behind a personal link that look the same in every state; all others are visited in each.
IN_THESE_STATES = {
    "invitations.decline": ("sent", "accepted"),
    "registration_form.begin": ("filling",),
    "live.connection": ("remote",),
    "materials.mine": ("approved",),
    "materials.my_file": ("approved",),
    "my_comments.index": ("approved",),
    "my_agenda.my_agenda": ("approved",),
    "registrations.my": ("sent", "filling", "submitted", "waitlisted", "approved", *ENDED),
    "registration_form.form": ("filling",),
    "registration_form.saved": ("filling",),
    "registration_form.check": ("filling", "submitted"),
    "registrations.pass_offer": ("registration_offered",),
    "registrations.withdraw": ("submitted", "approved"),
    "personal_data.held": ("sent", "approved"),
    "personal_data.ask": ("sent", "approved"),
    "personal_data.take_along": ("approved",),
    "my_sponsorship.status": ("submitted", "approved"),
    "sponsorship_form.form": ("submitted",),
}

# Sponsorship has many pages that are much alike; these stand for all of them.
OF_SPONSORSHIP = frozenset({"my_sponsorship.status", "sponsorship_form.form", "sponsorship_funds.detail"})
# So have the notes: the one or two main pages of each part.
OF_NOTES = frozenset(
    {
        "notes.summaries",
        "notes.summary",
        "notes_translating.index",
        "notes_translating.sheet",
        "comments.index",
        "my_comments.index",
        "notes_attribution.names",
        "notes_comments.index",
        "notes_desk.index",
        "notes_publishing.publication",
        "notes_revisions.compare",
        "notes_read_out.index",
        "notes_sessions.index",
        "notes_sessions.write",
        "ideas.board",
        "read_out.page",
        "notes_ideas.board",
        "notes_resources.index",
        "notes_writing.write",
        "resources.index",
    }
)


@dataclass(frozen=True)
class Place:
    """A page, who looks at it, and in which language."""

    who: str
    endpoint: str
    path: str
    language: str = "en"

    def __str__(self) -> str:
        return f"{self.path} as {self.who} ({self.language})"


class Places:
    """The pages of one site, with what each argument of an address can be in its sample event."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self._clients: dict[str, FlaskClient] = {}
        with app.app_context():
            with unit_of_work(SYSTEM) as ctx:
                furnish(ctx)
            ctx = reading(SYSTEM)
            self._staff = {key: account.id for key in STAFF if (account := find_staff(ctx, key)) is not None}
            self._known = look_up(ctx, app.extensions["link_keys"], app.extensions["settings"].instance / "mailbox")

    def client(self, who: str) -> FlaskClient:
        """Return a test client that is `anonymous`, `asking` to sign in, one of the staff, or `invitee:<state>`."""
        if who not in self._clients:
            client = self.app.test_client()
            with client.session_transaction() as cookie:
                if who.startswith("invitee:"):
                    cookie["opened"] = {str(self._known.event_id): self._known.links[who.removeprefix("invitee:")]}
                if who == "asking":
                    cookie["sign_in"] = {"nonce": "asked-in-this-browser", "next": None}
            if who in STAFF:
                sign_in(self.app, client, self._staff[who])
            self._clients[who] = client
        return self._clients[who]

    def cookies(self, who: str, language: str = "en") -> list[dict[str, Any]]:
        """Return the cookies of somebody who reads this language, for a browser."""
        client = self.client(who)
        with client.session_transaction() as session:
            session["language"] = language
        cookie = client.get_cookie("session", domain="localhost")
        assert cookie is not None
        return [{"name": "session", "value": cookie.value, "url": self._origin}]

    @cached_property
    def all(self) -> list[Place]:
        """Every page, each in one language: what answers HTML to those whom it is for, and the pages of errors.

        Of the pages of one address those are left out that differ from fuller ones in nothing but their words.
        """
        found = [
            Place("anonymous", "not found", f"/en/{SLUG}/nothing-here"),
            Place("rapporteur", "not allowed", f"/desk/{SLUG}/mail"),
        ]
        for rule in self.app.url_map.iter_rules():
            if "GET" not in (rule.methods or ()) or rule.endpoint in FILES or self._is_like_others(rule):
                continue
            outcomes, answers = [], []
            for language, (who, values) in zip(_languages(rule.endpoint), self._ways(rule), strict=False):
                place = Place(who, rule.endpoint, self._path(rule, {"lang": language, **values}), language)
                answer = self._answer(place)
                outcomes.append(answer.status_code)
                if answer.status_code in {200, 409} and answer.mimetype == "text/html":
                    answers.append((place, shapes_of(answer.data)))
            found += apart(answers)
            if not any(status < 400 for status in outcomes):
                raise AssertionError(f"nobody gets to {rule.rule}: {outcomes}; see tests/browser/places.py")
        return found

    def public(self) -> list[Place]:
        """What people from outside see: the public pages and those of participants, without the demo's own."""
        return [
            place
            for place in self.all
            if place.who not in STAFF and not place.endpoint.startswith(("demo", "accounts", "desk"))
        ]

    def _answer(self, place: Place) -> TestResponse:
        headers = {
            "Cookie": "; ".join(f"{each['name']}={each['value']}" for each in self.cookies(place.who, place.language))
        }
        return self.app.test_client(use_cookies=False).get(self._origin + place.path, headers=headers)

    @property
    def _origin(self) -> str:
        return str(self.app.extensions["settings"].base_url)

    def _path(self, rule: Rule, values: dict[str, Any]) -> str:
        arguments = {name: values.get(name, self._known.values.get(name)) for name in rule.arguments}
        missing = [name for name, value in arguments.items() if value is None]
        if missing:
            raise AssertionError(f"tests/browser/places.py does not say what {missing} is in {rule.rule}")
        path = str(self.app.url_map.bind("localhost").build(rule.endpoint, arguments, method="GET"))
        return path + values.get("?", "")

    def _ways(self, rule: Rule) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield who looks at the rule's pages, and at which."""
        access = declared_access(self.app.view_functions[rule.endpoint])
        if isinstance(access, PersonalLink):
            for state in IN_THESE_STATES.get(rule.endpoint, self._known.tokens):
                if access.carrier is Carrier.TOKEN:
                    yield "anonymous", {"token": self._known.tokens[state]}
                else:
                    yield from ((f"invitee:{state}", {"page": page}) for page in self._pages(rule))
            return
        if rule.endpoint == "accounts.check_mail":
            yield "asking", {}
            return
        for values in self._known.objects.get(rule.endpoint, [{}]):
            if isinstance(access, Public):
                yield "anonymous", values
            else:
                yield from ((who, values) for who in STAFF)

    def _is_like_others(self, rule: Rule) -> bool:
        room = self.app.view_functions[rule.endpoint].__module__
        much_alike = room.startswith(("eventapp.sponsorship.", "eventapp.notes."))
        return much_alike and rule.endpoint not in OF_SPONSORSHIP | OF_NOTES

    def _pages(self, rule: Rule) -> Sequence[str]:
        """Return the pages of the form, the organisers' own among them, for the address that names one."""
        if rule.endpoint == "sponsorship_form.form":
            return ["costs"]
        return [*PAGES, *self._known.own_pages] if rule.endpoint == "registration_form.form" else [""]


def _languages(endpoint: str) -> Iterator[str]:
    """Yield the languages in turn, beginning with one that a new page elsewhere does not change."""
    return itertools.islice(itertools.cycle(LANGUAGES), crc32(endpoint.encode()) % len(LANGUAGES), None)
