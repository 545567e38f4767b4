"""The words for what is published and for where it stands."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from flask_babel.speaklater import LazyString

from eventapp.notes.states import ParagraphState, PublicationKind, PublicationState

KINDS: Mapping[PublicationKind, LazyString] = {
    PublicationKind.SUMMARY: _l("Day summary"),
    PublicationKind.READ_OUT: _l("Read-out"),
    PublicationKind.GUIDELINES: _l("Guidelines"),
}
STATES: Mapping[PublicationState, LazyString] = {
    PublicationState.DRAFTING: _l("being written"),
    PublicationState.IN_CHECK: _l("to be checked"),
    PublicationState.APPROVED: _l("approved"),
    PublicationState.PUBLISHED: lazy_pgettext("text", "published"),
    PublicationState.FINAL: _l("final"),
}
TONES: Mapping[PublicationState, str] = {
    PublicationState.DRAFTING: "quiet",
    PublicationState.IN_CHECK: "wait",
    PublicationState.APPROVED: "good",
    PublicationState.PUBLISHED: "good",
    PublicationState.FINAL: "good",
}
PARAGRAPH_STATES: Mapping[ParagraphState, LazyString] = {
    ParagraphState.MISSING: _l("not translated yet"),
    ParagraphState.DRAFT: _l("not reviewed yet"),
    ParagraphState.REVIEWED: _l("reviewed"),
    ParagraphState.OUTDATED: _l("outdated"),
}
PARAGRAPH_TONES: Mapping[ParagraphState, str] = {
    ParagraphState.MISSING: "quiet",
    ParagraphState.DRAFT: "wait",
    ParagraphState.REVIEWED: "good",
    ParagraphState.OUTDATED: "stop",
}
