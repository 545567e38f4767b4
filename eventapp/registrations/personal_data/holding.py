"""What is held about one person: for the page in plain words, for the file by documented keys (`docs/privacy.md`)."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from eventapp.core import audit
from eventapp.core.audit import AuditEntry
from eventapp.core.context import Context
from eventapp.events.models import Event
from eventapp.invitations import retention as invitations
from eventapp.invitations.models import Interest, Invitation
from eventapp.mail import retention as mail
from eventapp.mail import words as mail_words
from eventapp.mail.models import OutboxMessage
from eventapp.registrations import queries as registrations
from eventapp.registrations.answers import saved_from_registration
from eventapp.registrations.checkin.models import CheckIn
from eventapp.registrations.models import Registration, RegistrationDraft
from eventapp.registrations.personal_data import hooks, people, queries
from eventapp.registrations.personal_data.hooks import HeldElsewhere
from eventapp.registrations.personal_data.models import ErasureRequest
from eventapp.registrations.personal_data.people import Rows
from eventapp.registrations.personal_data.retention import CLASSES
from eventapp.registrations.questions import asking
from eventapp.registrations.questions.asking import Asked
from eventapp.registrations.questions.models import AnswerFile
from eventapp.registrations.questions.reading import read_form
from eventapp.registrations.questions.wording import answer_in_words
from eventapp.registrations.snapshots import OWN

FORMAT = "eventapp-personal-data-1"
CONSENTS = ("consent_directory", "consent_photos", "consent_mail_after", "wants_summaries")


@dataclass(frozen=True)
class OwnAnswer:
    """An answer to a question of the organisers, or what they wrote there themselves."""

    question: Asked
    value: Any
    words: str


@dataclass(frozen=True)
class Holding:
    """Everything that is held about somebody, read once."""

    event: Event
    rows: Rows
    drafts: Sequence[RegistrationDraft]
    own_answers: Mapping[int, Sequence[OwnAnswer]]  # by registration
    own_when_decided: Mapping[int, Sequence[OwnAnswer]]  # by registration
    own_unsent: Mapping[int, Sequence[OwnAnswer]]  # by the invitation of the draft
    files: Sequence[AnswerFile]
    mails: Sequence[OutboxMessage]
    history: Sequence[AuditEntry]
    elsewhere: Sequence[HeldElsewhere]


def holding_of(ctx: Context, event: Event, invitation: Invitation) -> Holding:
    """Return what is held about the person who holds the invitation."""
    rows = people.rows_of(ctx, event, invitations.list_all_of(ctx, event, invitation.id))
    ids = rows.invitation_ids
    files = queries.list_files(ctx, ids)
    names = {each.name: each.filename for each in files}
    drafts = [draft for each in ids if (draft := registrations.find_draft(ctx, each)) is not None]
    own = {each.id: each.own_answers or {} for each in rows.registrations}
    decided = {each.id: (each.decided_answers or {}).get(OWN) or {} for each in rows.registrations}
    unsent = {each.invitation_id: each.answers.get(OWN) or {} for each in drafts}
    some = any(values for found in (own, decided, unsent) for values in found.values())
    form = read_form(ctx, event.id) if some else ()

    def in_words(found: Mapping[int, Mapping[str, Any]]) -> dict[int, list[OwnAnswer]]:
        return {
            key: [
                OwnAnswer(asked, value, answer_in_words(asked, value, ctx.language, names))
                for asked in asking.every(form)
                if not asking.is_empty(value := values.get(asked.key))
            ]
            for key, values in found.items()
        }

    return Holding(
        event=event,
        rows=rows,
        drafts=drafts,
        own_answers=in_words(own),
        own_when_decided=in_words(decided),
        own_unsent=in_words(unsent),
        files=files,
        mails=mail.list_of_person(ctx, event.id, abouts=rows.abouts, addresses=rows.addresses),
        history=audit.list_about(ctx, event.id, rows.things),
        elsewhere=[found for ask in hooks.held if (found := ask(ctx, invitation)) is not None],
    )


def document(ctx: Context, held: Holding) -> Iterator[str]:
    """Return the file: JSON in pieces, the handed-in files last and one at a time, so that none must fit into memory.

    All but the bytes of the files is read before it returns; they are read while the answer is on its way, when the
    request and its session are over.
    """
    head = json.dumps(_plain(_head(ctx, held)), ensure_ascii=False, indent=2).removesuffix("\n}")
    return _pieces(ctx.session.get_bind(), head, [(each.id, _plain(_file(each))) for each in held.files])


def _pieces(bind: Engine | Connection, head: str, files: Sequence[tuple[int, dict[str, Any]]]) -> Iterator[str]:
    yield f'{head},\n  "files": ['
    for number, (file_id, about) in enumerate(files):
        with Session(bind) as session:
            content = base64.b64encode(queries.bytes_of(session, file_id)).decode()
        yield ("," if number else "") + "\n" + _indented({**about, "content_base64": content})
    yield ("\n  ]" if files else "]") + "\n}\n"


def _head(ctx: Context, held: Holding) -> dict[str, Any]:
    event, rows, language = held.event, held.rows, ctx.language
    return {
        "format": FORMAT,
        "made_at": ctx.now,
        "event": {
            "title": event.title.text(language),
            "address": event.slug,
            "starts_on": event.starts_on,
            "ends_on": event.ends_on,
            "contact": event.contact_email,
        },
        "kept_until": {key.value: kept.last_day(event) for key, kept in CLASSES.items()},
        "invitations": [_invitation(each, language) for each in rows.invitations],
        "interest": [_interest(each, language) for each in rows.interests],
        "registrations": [_registration(each, held, language) for each in rows.registrations],
        "unsent_forms": [
            {
                "saved_at": each.updated_at,
                "answers": each.answers,
                "own_questions": _own(held.own_unsent[each.invitation_id], language),
            }
            for each in held.drafts
        ],
        "check_ins": [_check_in(each) for each in rows.check_ins],
        "mails": [_mail(each) for each in held.mails],
        "requests": [_request(each) for each in rows.requests],
        "history": [_entry(each) for each in held.history],
        "elsewhere": {each.key: each.values for each in held.elsewhere},
    }


def _invitation(each: Invitation, language: str) -> dict[str, Any]:
    names = (
        "state", "name", "email", "organisation", "position", "country", "language", "reason", "personal_message",
        "decline_reason", "preapproved", "created_at", "sent_at", "answer_by_at", "form_open_until_at", "answered_at",
        "reminded_at", "reminder_count", "no_reminders_at",
    )  # fmt: skip
    values = {name: getattr(each, name) for name in names}
    return {**values, "category": each.category.name.text(language) if each.category else None}


def _interest(each: Interest, language: str) -> dict[str, Any]:
    names = ("state", "name", "email", "organisation", "country", "motivation", "language", "created_at",
             "confirmed_at", "answered_at")  # fmt: skip
    values = {name: getattr(each, name) for name in names}
    return {**values, "theme": each.theme.title.text(language) if each.theme else None}


def _registration(each: Registration, held: Holding, language: str) -> dict[str, Any]:
    answers = {name: value for name, value in saved_from_registration(each).items() if name != "category_id"}
    consents = {name: answers.pop(name) for name in CONSENTS}
    names = ("state", "code", "submitted_at", "updated_at", "changed_at", "decided_at", "decision_reason",
             "override_reason", "waitlisted_at", "waitlist_rank", "offer_expires_at", "offer_reminded_at")  # fmt: skip
    return {
        **{name: getattr(each, name) for name in names},
        "answers": {**answers, "category": each.category.name.text(language)},
        "consents": consents,
        "own_questions": _own(held.own_answers[each.id], language),
        "answers_when_decided": each.decided_answers,
        "own_questions_when_decided": _own(held.own_when_decided[each.id], language),
    }


def _own(answers: Sequence[OwnAnswer], language: str) -> list[dict[str, Any]]:
    return [
        {
            "question": own.question.label.text(language),
            "kind": own.question.kind,
            "written_by_organisers": own.question.private,
            "sensitive": own.question.sensitive,
            "answer": own.value,
            "in_words": own.words,
        }
        for own in answers
    ]


def _check_in(each: CheckIn) -> dict[str, Any]:
    names = ("day", "state", "way", "scanned_at", "recorded_at", "undone_at")
    return {name: getattr(each, name) for name in names}


def _mail(each: OutboxMessage) -> dict[str, Any]:
    return {
        "kind": each.kind,
        "state": each.state,
        "to": each.recipient,
        "language": each.language,
        "written_at": each.created_at,
        "sent_at": each.sent_at,
        "subject": each.subject,
        "text": mail_words.body_for_others(each.text_body),
    }


def _request(each: ErasureRequest) -> dict[str, Any]:
    return {"state": each.state, "requested_at": each.requested_at, "answered_at": each.answered_at}


def _entry(each: AuditEntry) -> dict[str, Any]:
    """Return what was done and by which kind of person; who of the organisers it was is their own data."""
    said: dict[str, Any] = {
        name: each.details[name] for name in ("from", "to", "fields", "reason") if name in each.details
    }
    return {"at": each.at, "by": each.actor_kind, "about": each.object_type, "what": each.action, **said}


def _file(each: AnswerFile) -> dict[str, Any]:
    names = ("filename", "media_type", "size", "created_at")
    return {name: getattr(each, name) for name in names}


def _plain(value: Any) -> Any:
    """Return the value as JSON has it: instants and days in ISO 8601."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, datetime | date) else value


def _indented(value: Any) -> str:
    lines = json.dumps(value, ensure_ascii=False, indent=2).splitlines()
    return "\n".join(f"    {line}" for line in lines)
