"""What happened to an invitation or an expression of interest, in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from eventapp.core.audit import AuditEntry
from eventapp.core.context import ActorKind
from eventapp.core.formatting import list_in_words, moment_in_words
from eventapp.invitations.states import InterestAction, InvitationAction
from eventapp.invitations.words import FIELD

INVITATION: Mapping[str, LazyString] = {
    "create": _l("Draft written"),
    "edit": _l("Changed"),
    "reissue": _l("New link sent, the old one ended"),
    "remind": _l("Reminded"),
    "keep-open": _l("Form kept open longer"),
    "end-keep-open": _l("Form closes as for everybody"),
    "refuse-reminders": _l("Asked for no more reminders"),
    InvitationAction.SEND.value: _l("Letter sent"),
    InvitationAction.ACCEPT.value: _l("Accepted"),
    InvitationAction.DECLINE.value: _l("Said that they cannot come"),
    InvitationAction.DELEGATE.value: _l("Proposed a colleague instead"),
    InvitationAction.EXPIRE.value: _l("Time to answer ran out"),
    InvitationAction.REVOKE.value: _l("Taken back"),
    InvitationAction.REOPEN.value: _l("Made a draft again"),
}

INTEREST: Mapping[str, LazyString] = {
    "express": _l("Said that they would like to come"),
    InterestAction.CONFIRM.value: _l("Address confirmed"),
    InterestAction.INVITE.value: _l("Invitation written"),
    InterestAction.DECLINE.value: _l("Declined"),
}


def lines(
    entries: Sequence[AuditEntry], words: Mapping[str, LazyString], zone: str, language: str
) -> list[tuple[str, str]]:
    """Return `(when, sentence)` of each entry, in their order."""
    return [(moment_in_words(entry.at, zone, language), _sentence(entry, words, language)) for entry in entries]


def _sentence(entry: AuditEntry, words: Mapping[str, LazyString], language: str) -> str:
    said = str(words.get(entry.action, entry.action))
    fields = [str(FIELD[name]) for name in entry.details.get("fields", ()) if name in FIELD]
    if fields:
        said = _("%(what)s: %(fields)s", what=said, fields=list_in_words(fields, language))
    if entry.details.get("reason"):
        said = _("%(what)s. Reason: %(reason)s", what=said, reason=entry.details["reason"])
    if entry.actor_kind == ActorKind.STAFF and entry.actor_label:
        said = _("%(what)s · %(who)s", what=said, who=entry.actor_label)
    return said
