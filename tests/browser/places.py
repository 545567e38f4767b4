"""Every page of the sample event, each as somebody who may see it, and the cookies that make one that somebody."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import Any
from zlib import crc32

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from eventapp.accounts.models import SignInChallenge
from eventapp.accounts.rules import version_of
from eventapp.agenda import queries as agenda
from eventapp.agenda import service as agenda_service
from eventapp.agenda.exchange import service as exchange
from eventapp.agenda.exchange.files import read_file
from eventapp.agenda.live import service as live
from eventapp.agenda.live.values import AnnouncementValues
from eventapp.agenda.materials import service as materials
from eventapp.agenda.materials.models import Material
from eventapp.agenda.materials.states import Audience, MaterialKind
from eventapp.agenda.materials.values import MaterialValues
from eventapp.core.access import Carrier, PersonalLink, Public, declared_access
from eventapp.core.context import SYSTEM, Context
from eventapp.core.languages import LANGUAGES
from eventapp.core.tokens import LinkKeys, Purpose
from eventapp.core.translated import Translated
from eventapp.core.unit_of_work import reading, unit_of_work
from eventapp.demo.content import SLUG
from eventapp.demo.loader import find_staff
from eventapp.events.models import Event, Membership
from eventapp.events.queries import find_event
from eventapp.invitations import imports
from eventapp.invitations.models import Interest, Invitation
from eventapp.invitations.states import InterestState, InvitationState
from eventapp.mail.models import OutboxMessage
from eventapp.notes import queries as note_queries
from eventapp.notes.comments import service as comments
from eventapp.notes.ideas.models import IdeaBoard
from eventapp.notes.resources.values import Proposer
from eventapp.notes.states import PublicationKind
from eventapp.registrations import late
from eventapp.registrations.answers import PAGES
from eventapp.registrations.checkin import service as check_ins
from eventapp.registrations.checkin.models import CheckIn
from eventapp.registrations.checkin.service import Scan
from eventapp.registrations.checkin.states import Way
from eventapp.registrations.models import Registration
from eventapp.registrations.printing import service as printing
from eventapp.registrations.printing.states import PrintKind
from eventapp.registrations.questions import queries as question_queries
from eventapp.registrations.selection import pack
from eventapp.registrations.states import Mode, State
from tests.support.gathering import make_board, make_resource
from tests.support.publishing import issue_read_out, publish_now
from tests.support.staff import sign_in

STAFF = ("organiser", "rapporteur")
PARTS = ("institutions", "themes", "categories")
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

LIST = "Name;Email;Country\r\nAda Example;ada@example.org;SN\r\nNobody;not an address;ZZ\r\n".encode("cp1252")
SESSIONS = (
    "id,date,start,end,title,place,theme,speaker\r\n"
    "1,2024-11-07,16:00,17:00,A market that closes at noon,Great Hall,1,Ada\r\n"
    "2,2024-11-07,17:00,16:00,Backwards,Great Hall,1,Ada\r\n"
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
                self._furnish(ctx)
            self._look_up(reading(SYSTEM))

    def client(self, who: str) -> FlaskClient:
        """Return a test client that is `anonymous`, `asking` to sign in, one of the staff, or `invitee:<state>`."""
        if who not in self._clients:
            client = self.app.test_client()
            with client.session_transaction() as cookie:
                if who.startswith("invitee:"):
                    cookie["opened"] = {str(self._event_id): self._links[who.removeprefix("invitee:")]}
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
        """Every page, each in one language: what answers HTML to those whom it is for, and the pages of errors."""
        found = [
            Place("anonymous", "not found", f"/en/{SLUG}/nothing-here"),
            Place("rapporteur", "not allowed", f"/desk/{SLUG}/mail"),
        ]
        for rule in self.app.url_map.iter_rules():
            if "GET" not in (rule.methods or ()) or rule.endpoint in FILES or self._is_like_others(rule):
                continue
            outcomes = []
            for language, (who, values) in zip(_languages(rule.endpoint), self._ways(rule), strict=False):
                place = Place(who, rule.endpoint, self._path(rule, {"lang": language, **values}), language)
                answer = self._answer(place)
                outcomes.append(answer.status_code)
                if answer.status_code in {200, 409} and answer.mimetype == "text/html":
                    found.append(place)
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
        arguments = {name: values.get(name, self._values.get(name)) for name in rule.arguments}
        missing = [name for name, value in arguments.items() if value is None]
        if missing:
            raise AssertionError(f"tests/browser/places.py does not say what {missing} is in {rule.rule}")
        path = str(self.app.url_map.bind("localhost").build(rule.endpoint, arguments, method="GET"))
        return path + values.get("?", "")

    def _ways(self, rule: Rule) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield who looks at the rule's pages, and at which."""
        access = declared_access(self.app.view_functions[rule.endpoint])
        if isinstance(access, PersonalLink):
            for state in IN_THESE_STATES.get(rule.endpoint, self._tokens):
                if access.carrier is Carrier.TOKEN:
                    yield "anonymous", {"token": self._tokens[state]}
                else:
                    yield from ((f"invitee:{state}", {"page": page}) for page in self._pages(rule))
            return
        if rule.endpoint == "accounts.check_mail":
            yield "asking", {}
            return
        for values in self._objects.get(rule.endpoint, [{}]):
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
        return [*PAGES, *self._own_pages] if rule.endpoint == "registration_form.form" else [""]

    def _furnish(self, ctx: Context) -> None:
        """Add what the sample event does not have: a published summary, a list that is being imported."""
        event = _event(ctx)
        account = find_staff(ctx, "organiser")
        assert account is not None
        publish_now(ctx, note_queries.get_publication(ctx, event, PublicationKind.SUMMARY, 1))
        issue_read_out(ctx, event)  # before anybody comments
        table = imports.read("people.csv", LIST)
        rows, ignored = imports.check(table, imports.known_of(ctx, event))
        imports.keep_preview(ctx, event, "people.csv", account_id=account.id, rows=rows, ignored=ignored)
        late_rows, ignored = late.check(ctx, event, table)
        imports.keep_preview(ctx, event, "late.csv", account_id=account.id, rows=late_rows, ignored=ignored)
        confirmed = ctx.session.scalars(
            select(Registration).where(Registration.state == State.APPROVED).order_by(Registration.id)
        ).first()
        assert confirmed is not None
        check_ins.check_in(ctx, event, confirmed, Scan("walked-past", Way.TYPED))
        first_day = note_queries.get_publication(ctx, event, PublicationKind.SUMMARY, 1)
        said_of_it = comments.Words("", "We tried that, and it held.", "en", signed=True, key="of-the-sample")
        comments.show(ctx, comments.write(ctx, confirmed, first_day, said_of_it))
        make_board(ctx, event, 2, ("Plant along the tram line", "Ask the traders first"))
        make_resource(ctx, event, Proposer(account_id=account.id), theme_id=event.themes[0].id, country="SN")
        for kind in (PrintKind.BADGES, PrintKind.CERTIFICATES):  # one is made, one has failed, a third waits
            printing.ask(ctx, event, kind, [confirmed])
            claimed = printing.claim(ctx, ctx.now)
            assert claimed is not None
            if kind is PrintKind.BADGES:
                printing.finish(ctx, claimed, b"%PDF-1.7", {1: "0000"})
            else:
                printing.fail(ctx, claimed, "PdfFailed")
        printing.ask(ctx, event, PrintKind.BADGE_SHEETS, [confirmed])
        until = ctx.now + timedelta(days=99)
        live.announce(ctx, event, AnnouncementValues(Translated(en="The bus leaves at 18:00."), until))
        live.set_access(ctx, event, None, url="https://meet.example.org/workshop", passcode="918273")
        said = MaterialValues(
            Translated(en="The slides, with notes"), language="en", filename="a.pdf", data=b"%PDF-1.7"
        )
        materials.add(ctx, event, 2, MaterialKind.FILE, said)
        link = MaterialValues(
            Translated(en="The city’s own report"), "es", Audience.PARTICIPANTS, url="https://example.org"
        )
        materials.add(ctx, event, 2, MaterialKind.LINK, link)
        streamed = agenda.get_draft_session(ctx, event, 2)
        values = agenda_service.values_of(streamed)
        agenda_service.set_values(ctx, streamed, replace(values, ends_local=values.ends_local + timedelta(minutes=5)))
        agenda_service.release(ctx, event)  # the second, which those who take part from afar are to be told of
        sessions = read_file(SESSIONS.encode(), zone=event.timezone, language="en", languages=event.languages)
        exchange.keep_preview(ctx, event, "agenda.csv", sessions, account_id=account.id)
        ctx.session.add(
            SignInChallenge(account_id=account.id, created_at=ctx.now, expires_at=ctx.now + timedelta(days=999))
        )

    def _look_up(self, ctx: Context) -> None:
        event = _event(ctx)
        self._event_id = event.id
        self._staff = {key: account.id for key in STAFF if (account := find_staff(ctx, key)) is not None}
        keys: LinkKeys = self.app.extensions["link_keys"]
        rows = ctx.session.scalars

        invitations = {each.state: each for each in rows(select(Invitation).order_by(Invitation.id.desc()))}
        registrations = {each.state: each for each in rows(select(Registration).order_by(Registration.id.desc()))}
        interests = {each.state: each for each in rows(select(Interest).order_by(Interest.id.desc()))}
        answered = {each.invitation_id for each in rows(select(Registration))}
        filling = next(
            each
            for each in rows(select(Invitation).where(Invitation.state == InvitationState.ACCEPTED))
            if each.id not in answered
        )
        # One invitee in each state of the way: the letter, the form, the participation.
        invitees = {str(state): each for state, each in invitations.items() if state is not InvitationState.DRAFT}
        invitees["filling"] = filling
        invitees |= {f"registration_{state}": each.invitation for state, each in registrations.items()}
        invitees["remote"] = next(
            each.invitation
            for each in rows(select(Registration).where(Registration.state == State.APPROVED))
            if each.mode is Mode.REMOTE
        )
        for state in (State.SUBMITTED, State.APPROVED, State.WAITLISTED):
            invitees[str(state)] = invitees.pop(f"registration_{state}")
        self._tokens = {
            state: keys.token(Purpose.PARTICIPATION, each.id, each.link_version) for state, each in invitees.items()
        }
        self._links = {state: [each.id, each.link_version] for state, each in invitees.items()}

        challenge = rows(select(SignInChallenge).order_by(SignInChallenge.id.desc())).first()
        of_somebody = (Invitation.delegated_from_id.is_not(None), Invitation.state == InvitationState.DRAFT)
        proposed = rows(select(Invitation).where(*of_somebody)).first()
        assert proposed is not None
        unconfirmed, sent = interests[InterestState.UNCONFIRMED], invitations[InvitationState.SENT]
        assert challenge is not None
        message = rows(select(OutboxMessage)).first()
        here = rows(select(CheckIn).order_by(CheckIn.id.desc())).first()
        assert here is not None
        membership = rows(select(Membership).order_by(Membership.id.desc())).first()
        groups = question_queries.list_groups(ctx, event.id)
        group, self._own_pages = groups[0], [f"own-{each.id}" for each in groups]
        paper = rows(select(Material).order_by(Material.id)).first()
        assert message is not None and membership is not None and paper is not None
        board = rows(select(IdeaBoard)).one()
        self._values = {
            "board_id": board.id,
            "code": board.code,
            "event": SLUG,
            "registration_id": registrations[State.SUBMITTED].id,
            "invitation_id": invitations[InvitationState.DRAFT].id,
            "interest_id": interests[InterestState.OPEN].id,
            "preview_id": 1,
            "session_id": 1,
            "material_id": paper.id,
            "material_name": paper.name,
            "announcement_id": 1,
            "message_id": message.id,
            "membership_id": membership.id,
            "group_id": group.id,
            "question_id": group.questions[0].id,
            "number": 1,
            "slug": "summary-1",
            "day": event.starts_on.isoformat(),
            "fund_id": 1,
            "language": "en",
            "other": 2,
            "revision": 1,
            "page": "you",
            "name": sorted((self.app.extensions["settings"].instance / "mailbox").glob("*.eml"))[-1].stem,
        }
        parts = {"institutions": event.institutions, "themes": event.themes, "categories": event.categories}
        each_part = [{"kind": kind, "part_id": parts[kind][0].id} for kind in PARTS]
        ticked = {state: pack([each.id]) for state, each in registrations.items()}
        self._objects: dict[str, list[dict[str, Any]]] = {
            "accounts.open_link": [
                {"token": keys.token(Purpose.SIGN_IN, challenge.id, version_of(challenge.created_at))},
                {"token": "nothing"},
            ],
            "agenda_import.preview": [{"preview_id": 1}],
            "materials_desk.add": [{"session_id": 2, "what": "file"}, {"session_id": 2, "what": "link"}],
            "materials_desk.edit": [{"material_id": paper.id}, {"material_id": paper.id + 1}],
            "materials_desk.of_session": [{"session_id": 2}, {"session_id": 4}],
            "agenda_notices.look": [{"number": 2}],
            "agenda.session": [{"session_id": 2}, {"session_id": 4}],
            "check_in_desk.door": [
                {},
                {"?": "?who=ma"},
                {"?": f"?answer={registrations[State.WAITLISTED].id}"},
                {"?": f"?answer={here.registration_id}&done={here.id}"},
            ],
            "events_desk.confirm": [{"action": "close"}, {"action": "cancel"}],
            "events_parts.add": [{"kind": kind} for kind in (*PARTS, "places")],
            "events_parts.edit": each_part,
            "events_parts.listing": [{"kind": kind} for kind in (*PARTS, "places")],
            "events_parts.remove": each_part,
            "interest_desk.detail": [{"interest_id": each.id} for each in interests.values()],
            "invitations.interest_link": [
                {"token": keys.token(Purpose.INTEREST, unconfirmed.id, unconfirmed.link_version)},
                {"token": "nothing"},
            ],
            "invitations.unsubscribe": [{"token": keys.token(Purpose.NO_REMINDERS, sent.id, sent.link_version)}],
            "invitations_desk.detail": [{"invitation_id": each.id} for each in invitations.values()],
            "invitations_desk.imports.template": [{"kind": "csv"}],
            "invitations_desk.reissue": [{"invitation_id": sent.id}],
            "form_exceptions.keep_open": [
                {"invitation_id": invitations[each].id} for each in (InvitationState.SENT, InvitationState.DECLINED)
            ],
            "proposals_desk.decline": [{"invitation_id": proposed.id}],
            "invitations_desk.revoke": [{"invitation_id": sent.id}],
            "late_registrations.preview": [{"preview_id": 2}],
            "late_registrations.template": [{"kind": "csv"}],
            "notes_writing.write": [{"slug": "summary-1"}, {"slug": "summary-2"}],
            "notes_translating.sheet": [{"language": "fr"}],
            "questions_desk.add_question": [{}, {"?": "?kind=one_of"}],
            "questions_preview.preview": [{"language": "fr"}],
            "printing.choose": [{}, {"?": "?what=certificates"}],
            "printing.job": [{"job_id": number} for number in (1, 2, 3)],
            "printing.document": [{"job_id": 1}],
            "registrations_desk.ask": [
                {"registration_id": registrations[State.SUBMITTED].id, "action": "decline"},
                {"registration_id": registrations[State.APPROVED].id, "action": "revoke"},
            ],
            "registrations_bulk.done": [
                {"?": f"?decision=approve&done={ticked[State.APPROVED]}&full={ticked[State.SUBMITTED]}"}
            ],
            "registrations_bulk.restate": [
                {"?": f"?decision={decision}&chosen={ticked[State.SUBMITTED]}"} for decision in ("approve", "decline")
            ],
            "registrations_desk.detail": [{"registration_id": each.id} for each in registrations.values()],
            "registrations_desk.list_all": [{}, {"?": f"?show=chosen&chosen={ticked[State.SUBMITTED]}"}],
            "sign_ups.remove": [{"registration_id": registrations[State.APPROVED].id}],
            "waitlist_desk.offer": [{"registration_id": registrations[State.WAITLISTED].id}],
            "waitlist_desk.place": [{"registration_id": registrations[State.WAITLISTED].id}],
        }


def _languages(endpoint: str) -> Iterator[str]:
    """Yield the languages in turn, beginning with one that a new page elsewhere does not change."""
    return itertools.islice(itertools.cycle(LANGUAGES), crc32(endpoint.encode()) % len(LANGUAGES), None)


def _event(ctx: Context) -> Event:
    event = find_event(ctx.session, SLUG)
    assert event is not None
    return event
