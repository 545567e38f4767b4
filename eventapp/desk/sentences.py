"""The audit in words: one sentence for each thing that can happen to each kind of thing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from eventapp.agenda.materials import words as material_words
from eventapp.core.access import Role
from eventapp.core.audit import AuditEntry
from eventapp.core.context import ActorKind
from eventapp.desk import sponsorship_sentences
from eventapp.events.words import FIELD, ROLE
from eventapp.registrations.export import title_of
from eventapp.registrations.questions.words import FIELD as BUILDER_FIELD
from eventapp.registrations.words import QUESTION
from eventapp.sponsorship.asking.wording import QUESTION as SUPPORT_QUESTION
from eventapp.sponsorship.confidential import is_by_the_person

KIND: Mapping[str, LazyString] = {
    "event": _l("Event"),
    "institution": _l("Institutions"),
    "theme": _l("Themes"),
    "category": _l("Categories"),
    "place": _l("Places"),
    "membership": _l("Roles"),
    "account": _l("Accounts"),
    "invitation": _l("Invitations"),
    "interest": _l("Expressions of interest"),
    "import_preview": _l("Imports"),
    "registration": _l("Registrations"),
    "erasure_request": _l("Requests to be erased"),
    "check_in": _l("Check-ins"),
    "print_job": _l("Badges and certificates"),
    "question_group": _l("Pages of own questions"),
    "question": _l("Own questions"),
    "agenda_session": _l("Sessions"),
    "agenda_release": _l("Agenda releases"),
    "release_notices": _l("Mails about a release"),
    "agenda_import": _l("Imports of sessions"),
    "material": _l("Materials"),
    "announcement": _l("Announcements"),
    "remote_access": _l("Connections for remote participants"),
    "session_sign_up": _l("Sign-ups for sessions"),
    "calendar_feed": _l("Personal calendars"),
    "publication": _l("Texts to publish"),
    "session_note": _l("Notes of sessions"),
    "comment": _l("Comments"),
    "quote_consent": _l("Consent to quotes"),
    "take_home": _l("What people take home"),
    "idea_board": _l("Boards of ideas"),
    "resource": _l("Resources"),
    "insight": _l("Insights"),
    "outbox_message": _l("Mail"),
    **sponsorship_sentences.KIND,
}

_ANY_PART: Mapping[str, LazyString] = {
    "add": _l("“%(thing)s”: added"),
    "edit": _l("“%(thing)s”: changed"),
    "move": _l("“%(thing)s”: moved in its list"),
    "remove": _l("“%(thing)s”: removed"),
    "delete": _l("“%(thing)s”: removed"),
}

SENTENCES: Mapping[str, Mapping[str, LazyString]] = {
    "event": {
        "create": _l("The event was created"),
        "edit": _l("The event was changed"),
        "publish": _l("The event was published"),
        "close": _l("The event was closed"),
        "reopen": _l("The event was opened again"),
        "cancel": _l("The event was cancelled"),
        "expire-people": _l("People turned into numbers, their time was over: %(count)s"),
        "erase-again": _l("Erased again after a backup was restored: %(count)s"),
        "export": _l("List of participants taken (%(format)s): %(count)s people"),
        "export-sign-ups": _l("List of a session’s sign-ups taken (%(format)s): %(count)s people"),
        "remind-reviewers": _l("Reviewers of requests for support reminded: %(count)s"),
        "export-accounts": _l("Accounts of sponsorship taken (%(format)s): %(count)s lines"),
        "attribute": _l("Attribution rule of a session changed: %(session)s"),
        "release-answers": _l("Answers to comments released: %(count)s, %(people)s people told"),
        "export-needs": _l("Food and access needs taken (%(format)s): %(count)s people"),
    },
    "institution": _ANY_PART,
    "theme": _ANY_PART,
    "category": _ANY_PART,
    "place": _ANY_PART,
    "question_group": _ANY_PART,
    "question": {
        **_ANY_PART,
        "retire": _l("“%(thing)s”: no longer asked"),
        "bring-back": _l("“%(thing)s”: asked again"),
    },
    "agenda_session": {**_ANY_PART, "delay": _l("“%(thing)s”: said to run %(minutes)s minutes late")},
    "idea_board": {
        **_ANY_PART,
        "open": _l("Board of ideas “%(thing)s”: opened"),
        "reveal": _l("Board of ideas “%(thing)s”: ideas revealed"),
        "collect_more": _l("Board of ideas “%(thing)s”: more ideas are collected"),
        "vote": _l("Board of ideas “%(thing)s”: vote opened"),
        "close": _l("Board of ideas “%(thing)s”: closed"),
        "reopen": _l("Board of ideas “%(thing)s”: vote opened again"),
        "regroup": _l("Board of ideas “%(thing)s”: grouped again"),
        "group": _l("Board of ideas “%(thing)s”: groups changed"),
        "hide-ideas": _l("Board of ideas “%(thing)s”: ideas taken out (%(count)s)"),
        "show-ideas": _l("Board of ideas “%(thing)s”: ideas shown again (%(count)s)"),
    },
    "resource": {
        "add": _l("Resource “%(thing)s”: proposed"),
        "adopt": _l("Resource “%(thing)s”: taken over from the notes"),
        "edit": _l("Resource “%(thing)s”: changed"),
        "publish": _l("Resource “%(thing)s”: published"),
        "decline": _l("Resource “%(thing)s”: declined"),
        "withdraw": _l("Resource “%(thing)s”: withdrawn"),
        "reopen": _l("Resource “%(thing)s”: to be looked at again"),
        "let-name-stand": _l("Resource “%(thing)s”: a name may stand"),
        "protect-name": _l("Resource “%(thing)s”: a name is protected again"),
    },
    "announcement": {
        "add": _l("Announcement “%(thing)s”: written"),
        "edit": _l("Announcement “%(thing)s”: changed"),
        "end": _l("Announcement “%(thing)s”: ended"),
        "remove": _l("Announcement “%(thing)s”: removed before it was shown"),
    },
    "remote_access": {
        "add": _l("Connection for remote participants: given"),
        "edit": _l("Connection for remote participants: changed"),
        "remove": _l("Connection for remote participants: taken away"),
    },
    "session_sign_up": {
        "choose": _l("%(thing)s: signed up for a session"),
        "wait": _l("%(thing)s: on the waiting list of a session"),
        "move_up": _l("%(thing)s: got a place in a session"),
        "leave": _l("%(thing)s: left a session"),
    },
    "calendar_feed": {
        "make": _l("%(thing)s’s calendar: address made"),
        "replace": _l("%(thing)s’s calendar: new address, the old one ended"),
        "edit": _l("%(thing)s’s calendar: changed"),
        "end": _l("%(thing)s’s calendar: address ended"),
    },
    "sponsorship_workplace": {
        "add": _l("Said to work at “%(thing)s”"),
        "edit": _l("Now said to work at “%(thing)s”"),
    },
    "membership": {
        "give": _l("%(thing)s: role given"),
        "take": _l("%(thing)s: role taken away"),
    },
    "invitation": {
        "create": _l("%(thing)s’s invitation: written"),
        "edit": _l("%(thing)s’s invitation: changed"),
        "send": _l("%(thing)s’s invitation: sent"),
        "accept": _l("%(thing)s’s invitation: accepted"),
        "record": _l("%(thing)s’s invitation: acceptance recorded"),
        "decline": _l("%(thing)s’s invitation: declined"),
        "delegate": _l("%(thing)s’s invitation: passed on to somebody else"),
        "expire": _l("%(thing)s’s invitation: expired"),
        "revoke": _l("%(thing)s’s invitation: taken back"),
        "reopen": _l("%(thing)s’s invitation: opened again"),
        "reissue": _l("%(thing)s’s invitation: new link, the old one ended"),
        "remind": _l("%(thing)s’s invitation: reminder sent"),
        "refuse-reminders": _l("%(thing)s’s invitation: no more reminders wanted"),
        "delete": _l("%(thing)s’s invitation: deleted"),
        "keep-open": _l("%(thing)s’s form: kept open longer"),
        "end-keep-open": _l("%(thing)s’s form: closes as for everybody"),
    },
    "interest": {
        "express": _l("%(thing)s’s interest: expressed"),
        "confirm": _l("%(thing)s’s interest: address confirmed"),
        "invite": _l("%(thing)s’s interest: invited"),
        "decline": _l("%(thing)s’s interest: declined"),
    },
    "import_preview": {
        "import": _l("%(thing)s: imported"),
        "import-registrations": _l("%(thing)s: late registrations imported"),
    },
    "registration": {
        "submit": _l("%(thing)s’s registration: sent in"),
        "submit-again": _l("%(thing)s’s registration: sent in again"),
        "edit": _l("%(thing)s’s registration: answers changed"),
        "note": _l("%(thing)s’s registration: the organisers’ own notes changed"),
        "drop-choice": _l("%(thing)s’s registration: a choice was full by then and fell away"),
        "approve": _l("%(thing)s’s registration: approved"),
        "waitlist": _l("%(thing)s’s registration: put on the waiting list"),
        "decline": _l("%(thing)s’s registration: declined"),
        "offer": _l("%(thing)s’s registration: seat offered"),
        "accept": _l("%(thing)s’s registration: offered seat accepted"),
        "pass": _l("%(thing)s’s registration: offered seat passed on"),
        "lapse": _l("%(thing)s’s registration: offer lapsed"),
        "remind-offer": _l("%(thing)s’s registration: reminded of the offered seat"),
        "move-in-rank": _l("%(thing)s’s registration: moved on the waiting list"),
        "withdraw": _l("%(thing)s’s registration: withdrawn"),
        "revoke": _l("%(thing)s’s registration: confirmation taken back"),
        "reinstate": _l("%(thing)s’s registration: reinstated"),
        "see-changes": _l("%(thing)s’s registration: changes since the decision seen"),
    },
    "check_in": {
        "check-in": _l("%(thing)s: checked in at the door"),
        "undo": _l("%(thing)s: check-in undone"),
        "join": _l("%(thing)s: joined remotely"),
    },
    "print_job": {
        "ask": _l("Badges or certificates for %(count)s people (job %(thing)s): asked for"),
        "start": _l("Badges or certificates (job %(thing)s): begun"),
        "finish": _l("Badges or certificates for %(count)s people (job %(thing)s): made"),
        "fail": _l("Badges or certificates (job %(thing)s): not made"),
        "retry": _l("Badges or certificates (job %(thing)s): to be made again"),
    },
    "erasure_request": {
        "ask": _l("Request %(thing)s to be erased: asked"),
        "carry_out": _l("Request %(thing)s to be erased: carried out"),
        "take_back": _l("Request %(thing)s to be erased: taken back"),
    },
    "agenda_release": {"release": _l("Release %(thing)s of the agenda: published")},
    "release_notices": {
        "send": _l("Release %(thing)s of the agenda: %(people)s people told"),
        "drop": _l("Release %(thing)s of the agenda: nobody told"),
        "supersede": _l("Release %(thing)s of the agenda: its news go with those of the next"),
    },
    "agenda_import": {"import": _l("%(thing)s: sessions imported")},
    "material": _ANY_PART,
    "publication": {
        "save": _l("Text %(thing)s: saved"),
        "review": _l("Text %(thing)s: paragraphs of a translation marked as reviewed"),
        "unreview": _l("Text %(thing)s: paragraphs of a translation no longer marked as reviewed"),
        "link": _l("Text %(thing)s: notes behind a paragraph chosen"),
        "submit": _l("Text %(thing)s: handed in to be checked"),
        "return": _l("Text %(thing)s: sent back with remarks"),
        "approve": _l("Text %(thing)s: approved"),
        "revise": _l("Text %(thing)s: changed after it was approved"),
        "publish": _l("Text %(thing)s: published"),
        "finalise": _l("Text %(thing)s: made final"),
        "let-name-stand": _l("Text %(thing)s: a protected name may stand"),
        "protect-name": _l("Text %(thing)s: a name is protected again"),
        "reopen": _l("Text %(thing)s: opened again"),
    },
    "insight": {
        "add": _l("Insight %(thing)s: added"),
        "adopt": _l("Insight %(thing)s: made of a group of ideas"),
        "edit": _l("Insight %(thing)s: kind, theme or places changed"),
        "remove": _l("Insight %(thing)s: removed"),
        "put-back": _l("Insight %(thing)s: put back"),
    },
    "session_note": {
        "submit": _l("Notes of “%(thing)s”: handed in"),
        "take_back": _l("Notes of “%(thing)s”: taken back by their author"),
        "return": _l("Notes of “%(thing)s”: returned with remarks"),
        "accept": _l("Notes of “%(thing)s”: accepted"),
        "reopen": _l("Notes of “%(thing)s”: returned after they were accepted"),
    },
    "quote_consent": {
        "ask": _l("Quote %(thing)s: asked for consent"),
        "ask-again": _l("Quote %(thing)s: asked again"),
        "give": _l("Quote %(thing)s: consent given"),
        "refuse": _l("Quote %(thing)s: consent refused"),
        "edit": _l("Quote %(thing)s: answer changed"),
        "replace": _l("Quote %(thing)s: question replaced, its words or person changed"),
    },
    "comment": {
        "write": _l("Comment %(thing)s: written"),
        "withdraw": _l("Comment %(thing)s: withdrawn"),
        "show": _l("Comment %(thing)s: made public"),
        "hide": _l("Comment %(thing)s: hidden"),
        "take_up": _l("Comment %(thing)s: answered, taken up"),
        "take_up_partly": _l("Comment %(thing)s: answered, taken up in part"),
        "not_take_up": _l("Comment %(thing)s: answered, not taken up"),
        "set_aside": _l("Comment %(thing)s: answered, outside the text"),
        "reopen": _l("Comment %(thing)s: answer taken back to think again"),
    },
    "take_home": {
        "ask": _l("Idea %(thing)s to take home: asked for"),
        "tell": _l("Idea %(thing)s to take home: told"),
        "ask_again": _l("Idea %(thing)s to take home: asked what became of it"),
        "answer": _l("Idea %(thing)s to take home: said what became of it"),
        "stop": _l("Idea %(thing)s to take home: no more questions wanted"),
        "resume": _l("Idea %(thing)s to take home: questions wanted again"),
    },
    "outbox_message": {
        "deliver": _l("Mail “%(thing)s”: delivered"),
        "postpone": _l("Mail “%(thing)s”: not delivered, will be tried again"),
        "fail": _l("Mail “%(thing)s”: given up"),
        "cancel": _l("Mail “%(thing)s”: called back before it was sent"),
        "retry": _l("Mail “%(thing)s”: to be tried again"),
    },
    **sponsorship_sentences.SENTENCES,
}

_TAKEN_ALONG = frozenset({"export", "export-needs"})
_FORMAT: Mapping[str, LazyString] = {"csv": _l("CSV"), "xlsx": _l("XLSX"), "print": _l("to print")}


@dataclass(frozen=True)
class Line:
    """One entry of the audit as people read it."""

    entry: AuditEntry
    actor: str
    sentence: str
    fields: tuple[str, ...]
    reason: str


_ENDED_WITH_INVITATION = _l("%(thing)s’s registration: ended, because the invitation was taken back")


def lines_of(entries: Iterable[AuditEntry]) -> list[Line]:
    """Return the entries in words, in the language of the page."""
    return [
        Line(
            entry=entry,
            actor=_actor(entry),
            sentence=sentence_of(entry),
            fields=tuple(_field(entry, name) for name in entry.details.get("fields") or ()),
            reason=str(entry.details.get("reason") or ""),
        )
        for entry in entries
    ]


def sentence_of(entry: AuditEntry) -> str:
    """Return what happened as one sentence."""
    words = SENTENCES.get(entry.object_type, {}).get(entry.action)
    if entry.object_type == "registration" and entry.details.get("with_invitation"):
        words = _ENDED_WITH_INVITATION
    if words is None:
        kind = KIND.get(entry.object_type, entry.object_type)
        return str(_("%(kind)s, “%(thing)s”: %(action)s", kind=kind, thing=entry.object_label, action=entry.action))
    more = {
        "count": entry.details.get("count", ""),
        "format": _FORMAT.get(entry.details.get("format", ""), ""),
        "minutes": entry.details.get("minutes", ""),
        "people": entry.details.get("people", ""),
        "session": entry.details.get("session", ""),
    }
    return str(words) % {"thing": _label(entry), **more}


def _label(entry: AuditEntry) -> str:
    """Return the thing's name; a role in the reader's words, not the database's."""
    role = entry.details.get("role")
    if entry.object_type == "membership" and role in set(Role):
        return f"{entry.object_label.rpartition(', ')[0]}, {ROLE[Role(role)]}"
    return entry.object_label or str(_("Somebody who was erased"))


def _actor(entry: AuditEntry) -> str:
    if entry.actor_kind == ActorKind.SYSTEM:
        return str(_("By itself"))
    if is_by_the_person(entry):
        return str(_("The person who asks"))
    if entry.actor_kind == ActorKind.PARTICIPANT and not entry.actor_label:
        return str(_("Somebody who was erased"))
    return entry.actor_label or str(_("A visitor"))


def _field(entry: AuditEntry, name: str) -> str:
    if entry.action in _TAKEN_ALONG:
        return str(title_of(name))
    if entry.object_type == "material" and name in material_words.FIELD:
        return str(material_words.FIELD[name])
    if entry.object_type == "registration" and name in QUESTION:
        return str(QUESTION[name])
    if entry.object_type in ("question", "question_group") and name in BUILDER_FIELD:
        return str(BUILDER_FIELD[name])
    if entry.object_type == "sponsorship_request" and name in SUPPORT_QUESTION:
        return str(SUPPORT_QUESTION[name])
    return str(FIELD.get(name) or QUESTION.get(name) or name)
