"""Loads the sample event through the very commands people use, each at its time in the story."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from operator import itemgetter
from typing import Any

from sqlalchemy import select

from eventapp.accounts import service as accounts
from eventapp.accounts.models import Account
from eventapp.accounts.queries import find_account
from eventapp.agenda import service as agenda
from eventapp.agenda.states import PersonRole, PersonState, SessionKind
from eventapp.agenda.values import PersonValues, SessionValues
from eventapp.core.access import Role
from eventapp.core.context import SYSTEM, Actor, ActorKind, Context
from eventapp.core.translated import Translated
from eventapp.demo import questions, sponsoring
from eventapp.demo.content import SLUG, instant, summary_texts, table, translated
from eventapp.events import parts, people
from eventapp.events import service as events
from eventapp.events.models import Category, Event, Institution, Theme
from eventapp.events.queries import find_event
from eventapp.events.states import Accent, AttributionRule, InstitutionKind
from eventapp.invitations import interests
from eventapp.invitations import service as invitations
from eventapp.invitations.delegation import Colleague
from eventapp.invitations.models import Invitation
from eventapp.invitations.service import InvitationValues
from eventapp.notes import service as notes
from eventapp.notes.states import PublicationKind
from eventapp.registrations import service as registrations
from eventapp.registrations.answers import Answers
from eventapp.registrations.models import Registration
from eventapp.registrations.states import Mode, Sector

CREATED = instant("2024-07-01T10:00")
PUBLISHED = instant("2024-08-22T11:00")
INVITED = instant("2024-08-27T09:00")
REMINDED = instant("2024-09-09T10:00")
REGISTERED = instant("2024-09-03T08:30")
DECIDED = instant("2024-09-10T16:00")
OVERDUE = instant("2024-09-11T00:30")
LOADED = instant("2024-09-11T18:00")

_NEVER_SENT = {"draft"}
_ACCEPTED = {"filling", "submitted", "waitlisted", "approved", "registration_declined", "withdrawn", "revoked"}


@dataclass
class _Story:
    """The event as it is being told."""

    base: Context
    event: Event
    staff: dict[str, Account] = field(default_factory=dict)
    institutions: dict[str, Institution] = field(default_factory=dict)
    themes: dict[int, Theme] = field(default_factory=dict)
    categories: dict[str, Category] = field(default_factory=dict)
    questions: questions.Questions = field(default_factory=dict)
    later: list[tuple[datetime, Callable[[], None]]] = field(default_factory=list)  # when all are decided on

    def at(self, moment: datetime, who: str | Invitation = "organiser") -> Context:
        """Return the context of somebody at a moment of the story."""
        if isinstance(who, Invitation):
            actor = Actor(ActorKind.PARTICIPANT, who.id, who.name)
            return replace(self.base, now=moment, actor=actor, language=who.language)
        account = self.staff[who]
        return replace(self.base, now=moment, actor=_acting(account), language=account.language)


def load(ctx: Context) -> bool:
    """Load the sample event and return True, or return False when it is there already."""
    if find_event(ctx.session, SLUG) is not None:
        return False
    staff = _staff(replace(ctx, now=CREATED, actor=SYSTEM))
    event = _event(replace(ctx, now=CREATED, actor=_acting(staff["organiser"])), staff["organiser"])
    story = _Story(ctx, event, staff)
    _parts(story)
    _roles(story)
    story.questions = questions.write(story.at(CREATED + timedelta(days=20)), event)
    _agenda(story)
    events.publish(story.at(PUBLISHED), event)
    agenda.release(story.at(PUBLISHED + timedelta(minutes=20)), event, _first_release_note())
    for number, row in enumerate(table("people")["invitees"]):
        _invitee(story, number, row)
    for _moment, happens in sorted(story.later, key=itemgetter(0)):
        happens()
    sponsoring.tell(sponsoring.Teller(ctx, event, story.staff))
    invitations.expire_overdue(replace(ctx, now=OVERDUE, actor=SYSTEM))
    for number, row in enumerate(table("people")["interests"]):
        _interest(story, number, row)
    _summary(story)
    return True


def _acting(account: Account) -> Actor:
    return Actor(ActorKind.STAFF, account.id, account.name)


def _staff(ctx: Context) -> dict[str, Account]:
    made = {
        row["key"]: accounts.add_account(ctx, row["email"], row["name"], row["language"])
        for row in table("people")["staff"]
    }
    ctx.session.flush()
    return made


def _event(ctx: Context, owner: Account) -> Event:
    data = table("event")
    values: dict[str, Any] = {
        name: translated(data[name])
        for name in ("title", "summary", "description", "place", "venue", "travel_rule", "privacy_notice")
    }
    values |= {name: date.fromisoformat(data[name]) for name in ("starts_on", "ends_on", "decisions_by")}
    values |= {
        name: instant(data[name])
        for name in (
            "registration_opens_at",
            "registration_closes_at",
            "sponsorship_opens_at",
            "sponsorship_closes_at",
        )
    }
    values |= {
        name: data[name]
        for name in (
            "slug",
            "timezone",
            "languages",
            "contact_email",
            "capacity_in_person",
            "capacity_remote",
            "retention_days",
        )
    }
    values |= {"accent": Accent(data["accent"]), "attribution_rule": AttributionRule(data["attribution_rule"])}
    return events.create(ctx, owner.id, values)


def _parts(story: _Story) -> None:
    ctx, event, data = story.at(CREATED), story.event, table("event")
    for row in data["institutions"]:
        values = {
            "kind": InstitutionKind(row["kind"]),
            "name": translated(row["name"]),
            "text": translated(row["text"]),
            "url": row["url"],
        }
        story.institutions[row["key"]] = parts.add(ctx, event, Institution, values)
    for row in data["themes"]:
        values = {
            "title": translated(row["title"]),
            "text": translated(row["text"]),
            "working_group_url": row["working_group_url"],
        }
        story.themes[row["number"]] = parts.add(ctx, event, Theme, values)
    for row in data["categories"]:
        values = {"name": translated(row["name"]), "quota": row["quota"] or None, "reserved": row["reserved"]}
        story.categories[row["key"]] = parts.add(ctx, event, Category, values)


def _roles(story: _Story) -> None:
    ctx = story.at(CREATED + timedelta(hours=1))
    for row in table("people")["staff"]:
        if row["role"] != "organiser":
            people.give_role(ctx, story.event, row["email"], row["name"], Role(row["role"]))


def _agenda(story: _Story) -> None:
    ctx = story.at(CREATED + timedelta(days=30))
    for row in table("agenda")["sessions"]:
        values = SessionValues(
            kind=SessionKind(row["kind"]),
            title=translated(row["title"]),
            text=translated(row["text"]),
            starts_local=datetime.fromisoformat(row["starts_local"]),
            ends_local=datetime.fromisoformat(row["ends_local"]),
            theme_id=story.themes[row["theme"]].id if row["theme"] else None,
            languages=row["languages"],
            interpretation=row["interpretation"],
            streamed=row["streamed"],
            people=[_person(story, each) for each in row["people"]],
        )
        agenda.add_session(ctx, story.event, values)


def _person(story: _Story, row: Mapping[str, Any]) -> PersonValues:
    key = row.get("institution", "")
    return PersonValues(
        role=PersonRole(row["role"]),
        state=PersonState(row["state"]),
        name=row["name"],
        affiliation=translated(row.get("affiliation")),
        institution_id=story.institutions[key].id if key else None,
    )


def _first_release_note() -> Translated:
    return Translated(
        en="The first agenda. Names still to be confirmed will follow.",
        fr="Premier programme. Les noms encore à confirmer suivront.",
        es="Primer programa. Los nombres por confirmar se publicarán más adelante.",
    )


def _invitee(story: _Story, number: int, row: Mapping[str, Any]) -> None:
    """Tell one person's story, as far as it has come."""
    told, spread = row["story"], timedelta(minutes=37 * number)
    invitation = invitations.invite(story.at(INVITED - timedelta(days=2)), story.event, _letter(story, row, told))
    if told in _NEVER_SENT:
        return
    invitations.send(story.at(INVITED + timedelta(minutes=number)), invitation)
    if row.get("reminded"):
        invitations.remind(story.at(REMINDED), invitation)
    if told == "declined":
        instead = Colleague(**row["instead"]) if row.get("instead") else None
        ctx = story.at(REGISTERED + spread, invitation)
        invitations.decline(ctx, invitation, reason=row["decline_reason"], instead=instead)
    elif told == "revoked_invitation":
        invitations.revoke(story.at(DECIDED), invitation, row.get("revoke_reason", ""))
    elif told in _ACCEPTED:
        _participant(story, invitation, row, REGISTERED + spread)


def _letter(story: _Story, row: Mapping[str, Any], told: str) -> InvitationValues:
    return InvitationValues(
        email=row["email"],
        name=row["name"],
        organisation=row["organisation"],
        position=row["position"],
        country=row["country"],
        category_id=story.categories[row["category"]].id,
        language=row["language"],
        reason=row["reason"],
        personal_message=row["personal_message"],
        answer_by_at=instant("2024-09-10T23:59" if told == "expired" else "2024-09-20T23:59"),
    )


def _participant(story: _Story, invitation: Invitation, row: Mapping[str, Any], at: datetime) -> None:
    own = story.at(at, invitation)
    invitations.accept(own, invitation)
    answers = _answers(story, row)
    if row["story"] == "filling":
        saved = {"name": answers.name, "organisation": answers.organisation, "position": answers.position}
        saved |= {"sector": answers.sector.value, "country": answers.country, "city": answers.city}
        registrations.save_draft(own, invitation, "you", saved)
        return
    to_own_questions = questions.answers_of(row["key"], story.questions)
    submitted = registrations.submit(replace(own, now=at + timedelta(minutes=9)), invitation, answers, to_own_questions)
    after = _AFTERWARDS.get(row["story"])
    if after is not None:
        after(story, invitation, submitted, row)


def _answers(story: _Story, row: Mapping[str, Any]) -> Answers:
    return Answers(
        name=row["name"],
        email=row["email"],
        language=row["language"],
        organisation=row["organisation"],
        position=row["position"],
        sector=Sector(row["sector"]),
        country=row["country"],
        city=row["city"],
        category_id=story.categories[row["category"]].id,
        mode=Mode(row["mode"]),
        speaks=tuple(row["speaks"]),
        interpretation=tuple(row["interpretation"]),
        dietary=row["dietary"],
        access_needs=row["access_needs"],
        first_time=row["first_time"],
        gender=row["gender"],
        why=row["why"],
        consent_directory=row["consent_directory"],
        consent_photos=row["consent_photos"],
        consent_mail_after=row["consent_mail_after"],
        wants_summaries=row["wants_summaries"],
    )


def _approved(story: _Story, _invitation: Invitation, registration: Registration, _row: Mapping[str, Any]) -> None:
    registrations.approve(story.at(DECIDED + timedelta(minutes=registration.id)), registration)


def _waitlisted(story: _Story, _invitation: Invitation, registration: Registration, _row: Mapping[str, Any]) -> None:
    ctx = story.at(DECIDED + timedelta(minutes=registration.id))
    story.later.append((ctx.now, lambda: registrations.put_on_waitlist(ctx, registration)))


def _declined(story: _Story, _invitation: Invitation, registration: Registration, _row: Mapping[str, Any]) -> None:
    registrations.decline(story.at(DECIDED), registration)


def _withdrawn(story: _Story, invitation: Invitation, registration: Registration, row: Mapping[str, Any]) -> None:
    _approved(story, invitation, registration, row)
    ctx = story.at(DECIDED + timedelta(hours=20), invitation)
    story.later.append((ctx.now, lambda: registrations.withdraw(ctx, registration)))


def _revoked(story: _Story, invitation: Invitation, registration: Registration, row: Mapping[str, Any]) -> None:
    _approved(story, invitation, registration, row)
    ctx = story.at(DECIDED + timedelta(hours=22))
    story.later.append((ctx.now, lambda: registrations.revoke(ctx, registration, reason=row["revoke_reason"])))


_AFTERWARDS: Mapping[str, Callable[[_Story, Invitation, Registration, Mapping[str, Any]], None]] = {
    "approved": _approved,
    "waitlisted": _waitlisted,
    "registration_declined": _declined,
    "withdrawn": _withdrawn,
    "revoked": _revoked,
}


def _interest(story: _Story, number: int, row: Mapping[str, Any]) -> None:
    at = REGISTERED + timedelta(hours=5 * number)
    own = replace(story.base, now=at, language=row["language"], actor=SYSTEM)
    written = interests.record_interest(
        own,
        story.event,
        {
            "name": row["name"],
            "email": row["email"],
            "organisation": row["organisation"],
            "country": row["country"],
            "language": row["language"],
            "motivation": row["motivation"],
            "theme_id": story.themes[row["theme"]].id if row["theme"] else None,
        },
    )
    if written is None or row["story"] == "unconfirmed":
        return
    interests.confirm_interest(replace(own, now=at + timedelta(minutes=6)), written)
    if row["story"] == "declined":
        interests.decline_interest(story.at(DECIDED), written)


def _summary(story: _Story) -> None:
    """Leave the first day's summary with the rapporteur as a draft; the story publishes it when its evening comes."""
    ctx, event = story.at(LOADED, "rapporteur"), story.event
    titles, texts = translated(table("summary-day1")["title"]), summary_texts()
    summary = notes.open_publication(ctx, event, PublicationKind.SUMMARY, 1)
    first = summary.source_language
    source = notes.save_source(ctx, summary, title=titles[first], text=texts[first], base_revision=0).paragraphs
    for code, text in texts.items():
        if code != first:
            twins = notes.whole_translation(source, titles[code], text)
            reviewed = dict.fromkeys(twins, True)
            notes.save_translation(ctx, summary, code, twins, reviewed=reviewed, base_revision=0)


def find_invitation(ctx: Context, key: str = "amina") -> Invitation | None:
    """Return the invitation of somebody in the sample event."""
    email = next(row["email"] for row in table("people")["invitees"] if row["key"] == key)
    return ctx.session.scalar(
        select(Invitation).join(Invitation.event).where(Event.slug == SLUG, Invitation.email == email)
    )


def find_staff(ctx: Context, key: str) -> Account | None:
    """Return the account of one of the people who run the sample event."""
    email = next(row["email"] for row in table("people")["staff"] if row["key"] == key)
    return find_account(ctx.session, email)
