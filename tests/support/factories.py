"""Things to test with: one function each, with plain defaults that a test overrides."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime
from typing import Any

from eventapp.accounts.models import Account
from eventapp.core.access import Role
from eventapp.core.context import Context
from eventapp.core.text import fold
from eventapp.core.translated import Translated
from eventapp.events.models import Category, Event, Institution, Membership, Place, Theme
from eventapp.events.states import EventState, InstitutionKind
from eventapp.invitations.models import Invitation
from eventapp.invitations.states import InvitationState
from eventapp.registrations.answers import search_text
from eventapp.registrations.models import Registration
from eventapp.registrations.questions.models import Question, QuestionGroup, QuestionOption
from eventapp.registrations.states import Mode, Sector, State

_numbers = itertools.count(1)


def tr(en: str, fr: str = "", es: str = "") -> Translated:
    """A text in three languages."""
    return Translated(en=en, fr=fr or f"{en} (fr)", es=es or f"{en} (es)")


def make_account(ctx: Context, **fields: Any) -> Account:
    """An account that can sign in."""
    n = next(_numbers)
    values = {"email": f"staff{n}@example.org", "name": f"Staff {n}", "language": "en", "created_at": ctx.now, **fields}
    return _added(ctx, Account(**values))


def make_event(ctx: Context, **fields: Any) -> Event:
    """A published event in Barcelona with three languages and one category, registration open."""
    n = next(_numbers)
    values = {
        "slug": f"workshop-{n}",
        "state": EventState.PUBLISHED,
        "title": tr("Local solutions", "Solutions locales", "Soluciones locales"),
        "summary": tr("Two days of exchange.", "Deux jours d’échange.", "Dos días de intercambio."),
        "description": tr("**Why** we meet.", "**Pourquoi** nous nous réunissons.", "**Por qué** nos reunimos."),
        "place": tr("Barcelona", "Barcelone", "Barcelona"),
        "venue": tr("Venue to be confirmed", "Lieu à confirmer", "Lugar por confirmar"),
        "timezone": "Europe/Madrid",
        "starts_on": date(2024, 11, 7),
        "ends_on": date(2024, 11, 8),
        "languages": ["en", "fr", "es"],
        "contact_email": "team@example.org",
        "capacity_in_person": 100,
        "capacity_remote": 200,
        "registration_opens_at": datetime(2024, 9, 2, 7, tzinfo=UTC),
        "registration_closes_at": datetime(2024, 9, 20, 21, 59, tzinfo=UTC),
        "decisions_by": date(2024, 9, 27),
        "travel_rule": tr("Do not book travel yet.", "Ne réservez pas encore.", "No reserve todavía."),
        "privacy_notice": tr("What we hold.", "Ce que nous gardons.", "Lo que guardamos."),
        "created_at": ctx.now,
        "updated_at": ctx.now,
        "published_at": ctx.now,
        **fields,
    }
    event = _added(ctx, Event(**values))
    make_category(ctx, event)
    return event


def make_category(ctx: Context, event: Event, **fields: Any) -> Category:
    """A category without limits of its own."""
    n = next(_numbers)
    values = {"event_id": event.id, "position": n, "name": tr(f"Category {n}"), "quota": None, "reserved": 0, **fields}
    category = _added(ctx, Category(**values))
    ctx.session.refresh(event, ["categories"])
    return category


def make_theme(ctx: Context, event: Event, **fields: Any) -> Theme:
    """A numbered theme."""
    n = next(_numbers)
    return _added(
        ctx,
        Theme(**{"event_id": event.id, "number": n, "title": tr(f"Theme {n}"), "text": tr("What it asks."), **fields}),
    )


def make_place(ctx: Context, event: Event, **fields: Any) -> Place:
    """A room."""
    n = next(_numbers)
    values = {
        "event_id": event.id,
        "position": n,
        "name": tr(f"Room {n}"),
        "directions": Translated(),
        "capacity": None,
        **fields,
    }
    return _added(ctx, Place(**values))


def make_institution(ctx: Context, event: Event, **fields: Any) -> Institution:
    """A hosting institution."""
    n = next(_numbers)
    values = {
        "event_id": event.id,
        "position": n,
        "kind": InstitutionKind.ORGANISER,
        "name": tr(f"Institution {n}"),
        "text": Translated(),
        **fields,
    }
    return _added(ctx, Institution(**values))


def make_member(ctx: Context, event: Event, role: Role = Role.ORGANISER, **account: Any) -> Account:
    """An account with a role in the event."""
    person = make_account(ctx, **account)
    _added(ctx, Membership(event_id=event.id, account_id=person.id, role=role, created_at=ctx.now))
    return person


def make_invitation(ctx: Context, event: Event, **fields: Any) -> Invitation:
    """An invitation that was sent and waits for its answer."""
    n = next(_numbers)
    values = {
        "event_id": event.id,
        "state": InvitationState.SENT,
        "email": f"guest{n}@example.org",
        "name": f"Guest {n}",
        "organisation": "City of Example",
        "position": "Deputy mayor",
        "country": "SN",
        "category_id": event.categories[0].id,
        "language": "en",
        "created_at": ctx.now,
        "sent_at": ctx.now,
        **fields,
    }
    invitation = Invitation(**values)
    invitation.search_text = fold(f"{invitation.name} {invitation.organisation} {invitation.email}")
    return _added(ctx, invitation)


def make_registration(ctx: Context, event: Event, **fields: Any) -> Registration:
    """A submitted registration with its accepted invitation."""
    invitation = fields.pop("invitation", None) or make_invitation(
        ctx, event, state=InvitationState.ACCEPTED, answered_at=ctx.now
    )
    values = {
        "event_id": event.id,
        "invitation_id": invitation.id,
        "state": State.SUBMITTED,
        "name": invitation.name,
        "email": invitation.email,
        "language": invitation.language,
        "organisation": invitation.organisation,
        "position": invitation.position,
        "sector": Sector.LOCAL_GOVERNMENT,
        "country": invitation.country,
        "city": "Saint-Louis",
        "category_id": invitation.category_id,
        "mode": Mode.IN_PERSON,
        "speaks": ["en"],
        "interpretation": [],
        "first_time": True,
        "submitted_at": ctx.now,
        "updated_at": ctx.now,
        **fields,
    }
    registration = Registration(**values)
    registration.search_text = search_text(
        registration.name, registration.organisation, registration.city, registration.email
    )
    return _added(ctx, registration)


def make_questions(ctx: Context, event: Event, title: str, *questions: dict[str, Any]) -> list[Question]:
    """A page of own questions; each with `kind`, and `options` as `(label, places or None)`."""
    n = next(_numbers)
    event.form_stamp = f"form-{n}"
    group = _added(ctx, QuestionGroup(event_id=event.id, position=n, title=tr(title), text=Translated()))
    return [make_question(ctx, group, position, **fields) for position, fields in enumerate(questions)]


def make_question(ctx: Context, group: QuestionGroup, position: int, **fields: Any) -> Question:
    """A question of a page; `kind` is needed, `options` are `(label, places or None)`."""
    options = fields.pop("options", ())
    label = fields.pop("label", f"Question {next(_numbers)}")
    values = {
        "event_id": group.event_id,
        "group_id": group.id,
        "position": position,
        "label": label if isinstance(label, Translated) else tr(label),
        "help": Translated(),
        "depends_on_values": [],
        "created_at": ctx.now,
        "updated_at": ctx.now,
        **fields,
    }
    question = _added(ctx, Question(**values))
    question_to_change(ctx, question.id)
    for place, (text, places) in enumerate(options):
        _added(ctx, QuestionOption(question_id=question.id, position=place, label=tr(text), places=places))
    ctx.session.refresh(question)
    return question


def question_to_change(ctx: Context, question_id: int) -> Question:
    """A question that a test changes by hand; the form gets a new stamp, as from every command that changes it."""
    question = ctx.session.get_one(Question, question_id)
    ctx.session.get_one(Event, question.event_id).form_stamp = f"stamp-{next(_numbers)}"
    return question


def _added(ctx: Context, thing: Any) -> Any:
    ctx.session.add(thing)
    ctx.session.flush()
    return thing
