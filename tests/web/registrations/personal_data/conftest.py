"""A person of whom every table holds something, another who must be left alone, and all tables as text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from eventapp.accounts.models import Account
from eventapp.core import audit
from eventapp.core.access import Role
from eventapp.core.context import Actor, ActorKind, Context
from eventapp.core.database import Base
from eventapp.events.models import Event
from eventapp.invitations import interests
from eventapp.invitations import service as inviting
from eventapp.invitations.models import ImportPreview
from eventapp.registrations import service
from eventapp.registrations.answers import Answers
from eventapp.registrations.checkin.models import CheckIn
from eventapp.registrations.checkin.states import Way
from eventapp.registrations.models import Registration, RegistrationDraft
from eventapp.registrations.printing.models import PrintJob
from eventapp.registrations.printing.states import PrintKind
from eventapp.registrations.questions.models import AnswerFile, PlaceTaken
from eventapp.registrations.questions.states import QuestionKind
from eventapp.registrations.states import Mode, Sector
from tests.support.browsing import Visitor
from tests.support.factories import make_member, make_questions, make_registration, tr
from tests.web.registrations.conftest import Meeting

NAME, ADDRESS, WRITE_TO = "Zoë Quillfeather", "zoe.quill@erase.example", "zq.office@erase.example"
FILE = b"%PDF-1.7 scanned passport of somebody"
TOLD = {
    "organisation": "Quillery Institute",
    "city": "Quillaborough",
    "dietary": "nothing with quillwort",
    "access_needs": "a chair for a quillback",
    "gender": "quillish",
    "why": "to see quillwork",
}
OWN_ANSWER, PRIVATE_ANSWER = "I play the quillophone", "bring quill pens"
TRACES = ("quill", "zoë", "zo\\u00eb", ADDRESS, WRITE_TO, FILE.decode(), FILE.hex())


@dataclass
class Somebody:
    """A person in an event, and how to get to them."""

    meeting: Meeting
    invitation_id: int
    registration_id: int
    other_id: int
    organiser_id: int
    code: str

    def dump(self) -> str:
        """Return every table of the database as text, in lower case."""
        with self.meeting.work() as ctx:
            tables = {name: table for name, table in Base.metadata.tables.items() if name != "alembic_version"}
            rows = [
                f"{name}: {list(row)}" for name, table in tables.items() for row in ctx.session.execute(select(table))
            ]
        return "\n".join(rows).lower()

    def traces(self) -> list[str]:
        """Return what of the person is still found, with the line it is found in."""
        wanted = (*TRACES, self.code)
        return [line[:300] for line in self.dump().splitlines() if any(each.lower() in line for each in wanted)]

    def guest(self) -> Visitor:
        """Return the person's browser."""
        return self.meeting.opened(self.invitation_id)


@pytest.fixture
def somebody(meeting: Meeting) -> Somebody:
    """A person confirmed for a meeting, of whom everything is held that can be."""
    meeting.change(capacity_in_person=1)
    with meeting.work() as ctx:
        event = ctx.session.get_one(Event, meeting.event_id)
        organiser = make_member(ctx, event, Role.ORGANISER, name="Clara Organiser")
        made = _fill(ctx, event, organiser)
        other = make_registration(ctx, event, name="Bystander Example", dietary="no nuts", first_time=False)
        service.put_on_waitlist(ctx, other)
        return Somebody(meeting, made.invitation_id, made.id, other.id, organiser.id, made.code)


@pytest.fixture
def organiser(somebody: Somebody, staff: Callable[[Account | int], Visitor]) -> Visitor:
    """The organiser's browser."""
    return staff(somebody.organiser_id)


def _fill(ctx: Context, event: Event, organiser: Account) -> Registration:
    by_staff = _as(ctx, Actor(ActorKind.STAFF, organiser.id, organiser.name))
    interest = interests.record_interest(
        ctx,
        event,
        {"email": ADDRESS, "name": NAME, "organisation": TOLD["organisation"], "country": "KE",
         "motivation": "I would love to show our quills", "language": "fr"},
    )  # fmt: skip
    assert interest is not None
    interests.confirm_interest(ctx, interest)
    invitation = interests.invite_interested(by_staff, interest, {"reason": "Quillers are rare"})
    inviting.send(by_staff, invitation)
    themselves = _as(ctx, Actor(ActorKind.PARTICIPANT, invitation.id, NAME))
    inviting.accept(themselves, invitation)
    registration = service.submit(
        themselves,
        invitation,
        Answers(
            name=NAME,
            email=WRITE_TO,
            language="fr",
            position="Quill keeper",
            sector=Sector.ACADEMIA,
            country="KE",
            category_id=event.categories[0].id,
            mode=Mode.IN_PERSON,
            speaks=("fr", "en"),
            first_time=True,
            **TOLD,
        ),
    )
    _answer_own_questions(ctx, event, registration)
    service.approve(by_staff, registration)
    audit.record(by_staff, event, "edit", {"fields": ["title"], "reason": f"at the wish of {NAME}, {ADDRESS}"})
    ctx.session.add_all(
        [
            RegistrationDraft(
                invitation_id=invitation.id,
                answers={"city": "New Quillaborough"},
                pages_done=[],
                updated_at=ctx.now,
            ),
            ImportPreview(
                event_id=event.id,
                account_id=organiser.id,
                filename="people.csv",
                rows=[
                    {"line": 2, "values": {"name": NAME, "email": ADDRESS}, "problems": []},
                    {"line": 3, "values": {"name": "Bystander", "email": "by@example.org"}, "problems": []},
                ],
                ignored_columns=[],
                created_at=ctx.now,
            ),
            PrintJob(
                event_id=event.id,
                kind=PrintKind.BADGES,
                choice={"ids": [registration.id]},
                people=1,
                document=f"badge of {NAME}".encode(),
                created_at=ctx.now,
            ),
            CheckIn(
                event_id=event.id,
                registration_id=registration.id,
                way=Way.SCANNED,
                day=event.starts_on,
                scanned_at=ctx.now,
                recorded_at=ctx.now,
                key=f"quill-{registration.code}",
                checked_in_by_id=organiser.id,
            ),
        ]
    )
    ctx.session.flush()
    return registration


def _answer_own_questions(ctx: Context, event: Event, registration: Registration) -> None:
    music, pens, scan, health = make_questions(
        ctx,
        event,
        "More about you",
        {"label": tr("What do you play?"), "kind": QuestionKind.SHORT_TEXT},
        {"label": tr("For us"), "kind": QuestionKind.LONG_TEXT, "private": True},
        {"label": tr("Your passport"), "kind": QuestionKind.FILE},
        {"label": tr("Your health"), "kind": QuestionKind.ONE_OF, "options": [("Frail", 9)], "sensitive": True},
    )
    ctx.session.add(
        AnswerFile(
            event_id=event.id,
            invitation_id=registration.invitation_id,
            question_id=scan.id,
            name="random-name",
            filename="quill-passport.pdf",
            media_type="application/pdf",
            size=len(FILE),
            data=FILE,
            created_at=ctx.now,
        )
    )
    registration.own_answers = {
        str(music.id): OWN_ANSWER,
        str(pens.id): PRIVATE_ANSWER,
        str(scan.id): "random-name",
        str(health.id): health.options[0].id,
    }
    ctx.session.add(PlaceTaken(registration_id=registration.id, option_id=health.options[0].id))
    ctx.session.flush()


def _as(ctx: Context, actor: Actor) -> Context:
    return Context(ctx.session, actor, ctx.now, ctx.language)
