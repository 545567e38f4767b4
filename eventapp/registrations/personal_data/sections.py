"""What is held about somebody as their page shows it: by class, in plain words, with why and until when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from eventapp.core.audit import AuditEntry
from eventapp.core.context import ActorKind, Context
from eventapp.core.formatting import country_name, list_in_words, moment_in_words, short_day_in_words
from eventapp.invitations.history import INTEREST, INVITATION
from eventapp.invitations.models import Invitation
from eventapp.invitations.words import FIELD as INVITATION_FIELD
from eventapp.mail.words import body_for_others
from eventapp.registrations import queries as registrations
from eventapp.registrations.again import state_in_words
from eventapp.registrations.answers import saved_from_registration
from eventapp.registrations.checkin.states import CheckInState
from eventapp.registrations.choices import in_words
from eventapp.registrations.models import Registration
from eventapp.registrations.personal_data import words
from eventapp.registrations.personal_data.holding import CONSENTS, Holding, OwnAnswer
from eventapp.registrations.personal_data.retention import CLASSES
from eventapp.registrations.personal_data.rules import DataClass
from eventapp.registrations.words import QUESTION
from eventapp.registrations.words import done as done_with_registration

NEEDS = ("dietary", "access_needs")
_DONE: Mapping[str, Mapping[str, LazyString]] = {
    "invitation": INVITATION,
    "interest": INTEREST,
    "check_in": {"check-in": _l("Checked in"), "undo": _l("Check-in undone")},
}
Row = tuple[str, str, None]  # what, the value, and nothing to change it by


@dataclass(frozen=True)
class MailLine:
    """One mail to the person."""

    when: str
    subject: str
    language: str
    text: str


@dataclass(frozen=True)
class Section:
    """One class of what is held."""

    key: str
    title: str
    rows: Sequence[Row]
    why: str
    until: date
    mails: Sequence[MailLine] = ()
    lines: Sequence[tuple[str, str]] = ()  # (when, what)


def sections_of(ctx: Context, held: Holding) -> list[Section]:
    """Return what is held, class by class; classes of which nothing is held are left out."""
    event, rows, language = held.event, held.rows, ctx.language
    zone = event.timezone
    categories = registrations.list_categories(ctx, event)
    pages = [in_words(saved_from_registration(each), categories, language) for each in rows.registrations]
    answers = [(one.field, one.question, one.answer) for each in pages for page in each for one in page.questions]
    own = [one for each in held.own_answers.values() for one in each]
    found = [
        _section(
            held,
            "invitation",
            DataClass.PEOPLE,
            _("Your invitation"),
            [row for each in rows.invitations for row in _invitation(each, zone, language)],
        ),
        _section(
            held,
            "registration",
            DataClass.PEOPLE,
            _("Your registration and your answers"),
            [row for each in rows.registrations for row in _standing(each, zone, language)]
            + [_row(question, answer) for field, question, answer in answers if field not in (*NEEDS, *CONSENTS)]
            + [_own(one, language) for one in own if not one.question.sensitive],
        ),
        _section(
            held,
            "sensitive",
            DataClass.SENSITIVE,
            words.TITLE[DataClass.SENSITIVE],
            [_own(one, language) for one in own if one.question.sensitive],
        ),
        _section(
            held,
            "needs",
            DataClass.NEEDS,
            words.TITLE[DataClass.NEEDS],
            [_row(question, answer) for field, question, answer in answers if field in NEEDS and answer],
        ),
        _section(
            held,
            "consents",
            DataClass.PEOPLE,
            _("What you agreed to"),
            [_row(question, answer) for field, question, answer in answers if field in CONSENTS],
        ),
        _section(
            held,
            "files",
            DataClass.FILES,
            words.TITLE[DataClass.FILES],
            [_row(each.filename, _size(each.size)) for each in held.files],
        ),
        _section(
            held,
            "unsent",
            DataClass.DRAFTS,
            _("Answers that you have not sent"),
            [_row(_("Last saved"), moment_in_words(each.updated_at, zone, language)) for each in held.drafts],
        ),
        _section(
            held,
            "check-ins",
            DataClass.PEOPLE,
            _("When you were there"),
            [
                _row(short_day_in_words(each.day, language), moment_in_words(each.scanned_at, zone, language))
                for each in rows.check_ins
                if each.state is CheckInState.PRESENT
            ],
        ),
        _section(
            held,
            "interest",
            DataClass.INTERESTS,
            _("What you wrote when you would have liked to come"),
            [
                row
                for each in rows.interests
                for row in (
                    _row(_("Written"), moment_in_words(each.created_at, zone, language)),
                    _row(QUESTION["organisation"], each.organisation),
                    _row(_("Why you would like to come"), each.motivation),
                )
            ],
        ),
        Section(
            "mails",
            _("Mails to you"),
            (),
            str(words.WHY[DataClass.MAIL_TEXTS]),
            CLASSES[DataClass.MAIL_TEXTS].last_day(event),
            mails=[
                MailLine(
                    moment_in_words(each.created_at, zone, language),
                    each.subject,
                    each.language,
                    body_for_others(each.text_body),
                )
                for each in held.mails
            ],
        ),
        Section(
            "history",
            _("What was done, and by whom"),
            (),
            str(words.WHY[DataClass.HISTORY]),
            CLASSES[DataClass.HISTORY].last_day(event),
            lines=[(moment_in_words(each.at, zone, language), _said(each, language)) for each in held.history],
        ),
        *(
            _section(held, each.key, DataClass.PEOPLE, each.title, [_row(*line) for line in each.lines])
            for each in held.elsewhere
        ),
    ]
    return [each for each in found if each.rows or each.mails or each.lines]


def _section(held: Holding, key: str, kept: DataClass, title: object, rows: Sequence[Row]) -> Section:
    return Section(key, str(title), rows, str(words.WHY[kept]), CLASSES[kept].last_day(held.event))


def _own(one: OwnAnswer, language: str) -> Row:
    question = one.question.label.text(language)
    by_organisers = _("%(question)s (written by the organisers)", question=question)
    return _row(by_organisers if one.question.private else question, one.words)


def _row(what: object, value: str) -> Row:
    return str(what), value, None


def _invitation(each: Invitation, zone: str, language: str) -> list[Row]:
    found = [
        (INVITATION_FIELD["name"], each.name),
        (INVITATION_FIELD["email"], each.email),
        (INVITATION_FIELD["organisation"], each.organisation),
        (INVITATION_FIELD["position"], each.position),
        (INVITATION_FIELD["country"], country_name(each.country, language) if each.country else ""),
        (_("Why you were invited"), each.reason),
        (_("What the organisers wrote to you"), each.personal_message),
        (_("Letter sent"), moment_in_words(each.sent_at, zone, language) if each.sent_at else ""),
        (_("Your answer"), moment_in_words(each.answered_at, zone, language) if each.answered_at else ""),
        (_("Why you cannot come"), each.decline_reason),
    ]
    return [_row(what, value) for what, value in found if value]


def _standing(each: Registration, zone: str, language: str) -> list[Row]:
    found = [
        (_("Where it stands"), str(state_in_words(each))),
        (_("Registered"), moment_in_words(each.submitted_at, zone, language)),
        (_("Decided"), moment_in_words(each.decided_at, zone, language) if each.decided_at else ""),
        (_("What the organisers wrote to you"), each.decision_reason),
        (_("Why you were given a place beyond the seats"), each.override_reason),
        (_("Code on your badge"), each.code),
    ]
    return [_row(what, value) for what, value in found if value]


def _said(entry: AuditEntry, language: str) -> str:
    """Return what was done and by which kind of person; who of the organisers it was is their own data."""
    what = str(_DONE.get(entry.object_type, {}).get(entry.action, entry.action))
    if entry.object_type == "registration":
        what = done_with_registration(entry)
    fields = [str(QUESTION[name]) for name in entry.details.get("fields", ()) if name in QUESTION]
    if fields:
        what = _("%(what)s: %(fields)s", what=what, fields=list_in_words(fields, language))
    return str(_("%(what)s · %(who)s", what=what, who=words.BY.get(entry.actor_kind, words.BY[ActorKind.ANONYMOUS])))


def _size(number: int) -> str:
    kilobytes = max(1, round(number / 1000))
    return str(ngettext("%(num)d kilobyte", "%(num)d kilobytes", kilobytes))
