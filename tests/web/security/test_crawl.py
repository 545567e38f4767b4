"""Every page that a link of ours leads to, as everybody, beginning at the doors of the sample event."""

from __future__ import annotations

from collections import Counter, deque
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from eventapp.core.access import Role
from eventapp.core.tokens import LinkKeys, Purpose
from eventapp.demo import loader
from eventapp.demo.content import SLUG
from eventapp.events.models import Event
from eventapp.events.queries import find_event
from eventapp.invitations.models import Invitation
from eventapp.mail.delivery import Courier
from eventapp.mail.transports import transport_for
from eventapp.registrations.models import Registration
from eventapp.registrations.states import State
from tests.support.browsing import Visitor
from tests.support.factories import make_account, make_member
from tests.support.fixtures import Work
from tests.support.staff import sign_in

# Pages of one kind: addresses of the same rule with the same names in the query.
EACH = {"owner": 2, "participant": 2, "invitee": 2, "anonymous": 2}
PAGES = {"a": "href", "link": "href", "img": "src", "script": "src", "iframe": "src", "form": "action"}
AS_OWNERS = ("organiser", "administrator")  # whose pages are the owner's, or fewer of them
STAFF = (*(role.value for role in Role if role.value not in AS_OWNERS), "nobody")
VISITORS = ("anonymous", "invitee", "participant")


@pytest.fixture
def story(app: Flask, work: Work, sample: None) -> Event:
    """The sample event with its mail delivered."""
    with app.app_context():
        settings = app.extensions["settings"]
        courier = Courier(settings, app.extensions["link_keys"], transport_for(settings.mail_url))
        for _ in range(40):
            if not courier.deliver_next():
                break
    with work() as ctx:
        event = find_event(ctx.session, SLUG)
        assert event is not None
        return event


def enter(app: Flask, work: Work, event: Event, who: str) -> tuple[FlaskClient, list[str]]:
    """Return a client as that person, and the doors it knocks at."""
    client, doors = app.test_client(), ["/", "/demo/", f"/en/{event.slug}/", "/robots.txt"]
    if who == "anonymous":
        return client, [*doors, "/sign-in", "/mailbox", "/desk/style", "/fr/", "/es/"]
    if who in VISITORS:
        keys: LinkKeys = app.extensions["link_keys"]
        with work() as ctx:
            query = select(Invitation).join(Registration).where(Registration.state == State.APPROVED)
            invitation = loader.find_invitation(ctx) if who == "invitee" else ctx.session.scalars(query).first()
            assert invitation is not None
            letter = f"/i/{keys.token(Purpose.PARTICIPATION, invitation.id, invitation.link_version)}"
        visitor = Visitor(client)
        page = visitor.get(letter)
        visitor.submit(page, action="/accept" if f"{letter}/accept" in page.body else "/open")
        return client, [letter, f"/en/{event.slug}/my", f"/fr/{event.slug}/my/form/you"]
    with work() as ctx:
        account = make_account(ctx) if who == "nobody" else make_member(ctx, event, Role(who))
        account_id = account.id
    sign_in(app, client, account_id)
    return client, ["/", "/desk/", "/account"]


def links_of(body: str, address: str) -> list[str]:
    """Return the addresses on our own site that the page leads to by GET, and those of its parts."""
    found = []
    for element in html.document_fromstring(body).iter(*PAGES):
        if element.tag == "form" and element.get("method", "get").lower() == "post":
            continue
        target = element.get(PAGES[element.tag])
        if target is None:
            continue
        parts = urlsplit(urldefrag(urljoin(f"http://localhost{address}", target)).url)
        if parts.netloc == "localhost" and parts.scheme == "http":
            found.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return found


def crawl(app: Flask, client: FlaskClient, doors: list[str], each: int = 1) -> tuple[Counter[str], list[str]]:
    """Read so many pages of every kind that can be reached; return how many, and what was wrong with which."""
    adapter = app.url_map.bind("localhost")
    waiting = deque((door, "a door") for door in doors)
    seen, kinds, wrong = set(doors), Counter[str](), []
    while waiting:
        address, origin = waiting.popleft()
        path, _, query = address.partition("?")
        try:
            endpoint, values = adapter.match(path, method="GET")
        except RequestRedirect:
            endpoint, values = "redirect", {}
        except HTTPException as error:
            wrong.append(f"{error.code} {address} from {origin}")
            continue
        names = sorted(piece.partition("=")[0] for piece in query.split("&") if piece)
        kind = f"{endpoint} {values.get('lang', '')} {names}"
        if kinds[kind] >= each:
            continue
        kinds[kind] += 1
        answer = client.get(address)
        if answer.status_code in {301, 302, 303, 307, 308}:
            target = urlsplit(urljoin(f"http://localhost{address}", answer.headers["Location"]))
            found = [target.path + (f"?{target.query}" if target.query else "")]
        elif answer.status_code != 200:
            wrong.append(f"{answer.status_code} {address} from {origin}")
            continue
        elif "html" in (answer.content_type or ""):
            found = links_of(answer.get_data(as_text=True), address)
        else:
            found = []
        for target in found:
            if target not in seen:
                seen.add(target)
                waiting.append((target, address))
    return kinds, wrong


@pytest.mark.parametrize("engine", ["sqlite"])  # the walks over the URL map open every page on both
def test_no_page_leads_nowhere(app: Flask, work: Work, story: Event) -> None:
    wrong, pages = [], 0
    for who in [*VISITORS, *STAFF]:
        client, doors = enter(app, work, story, who)
        kinds, faults = crawl(app, client, doors, EACH.get(who, 1))
        wrong += [f"{who}: {fault}" for fault in faults]
        pages += sum(kinds.values())
    assert wrong == []
    assert pages > 150


@pytest.mark.parametrize("engine", ["sqlite"])
def test_the_crawl_can_fail(app: Flask, work: Work, story: Event) -> None:
    """Seen through other eyes: what only organisers may open, on the pages that they see."""
    client, doors = enter(app, work, story, "observer")
    _, wrong = crawl(app, client, [*doors, f"/desk/{story.slug}/people", f"/en/{story.slug}/nowhere"])
    assert [each[:4] for each in wrong] == ["403 ", "404 "] or [each[:4] for each in wrong] == ["404 ", "403 "]
