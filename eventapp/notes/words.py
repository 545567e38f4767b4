"""The words for where a text stands."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from eventapp.notes.states import LanguageState

LANGUAGE_STATES: Mapping[LanguageState, LazyString] = {
    LanguageState.MISSING: _l("not written yet"),
    LanguageState.DRAFT: _l("draft"),
    LanguageState.PUBLISHED: _l("published"),
    LanguageState.CHANGED: _l("changed since it was published"),
}
TONES: Mapping[LanguageState, str] = {
    LanguageState.MISSING: "quiet",
    LanguageState.DRAFT: "wait",
    LanguageState.PUBLISHED: "good",
    LanguageState.CHANGED: "wait",
}
