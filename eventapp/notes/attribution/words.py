"""The words for rules, for what was found, and for where the consent to a quote stands."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from eventapp.events.states import AttributionRule
from eventapp.notes.attribution.names import What
from eventapp.notes.attribution.states import Answer, ConsentState

RULES: Mapping[AttributionRule, LazyString] = {
    AttributionRule.CHATHAM_HOUSE: _l("Chatham House Rule"),
    AttributionRule.CONSENTED: _l("Named with consent"),
    AttributionRule.ON_THE_RECORD: _l("On the record"),
}
FOUND: Mapping[What, LazyString] = {
    What.NAME: _l("name"),
    What.PART: _l("part of a name"),
    What.ORGANISATION: _l("organisation"),
}
CONSENTS: Mapping[ConsentState, LazyString] = {
    ConsentState.ASKED: _l("asked, no answer yet"),
    ConsentState.GIVEN: _l("agreed"),
    ConsentState.REFUSED: _l("said no"),
    ConsentState.REPLACED: _l("replaced"),
}
TONES: Mapping[ConsentState, str] = {
    ConsentState.ASKED: "wait",
    ConsentState.GIVEN: "good",
    ConsentState.REFUSED: "stop",
    ConsentState.REPLACED: "quiet",
}
ANSWERS: Mapping[Answer, LazyString] = {
    Answer.WITHOUT_NAME: _l("Yes, without my name"),
    Answer.WITH_NAME: _l("Yes, with my name"),
    Answer.NO: _l("No, please leave it out"),
}
