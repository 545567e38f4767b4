"""The questions of the request as the participant reads them, and what a change that asks for more is told."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from eventapp.sponsorship import words
from eventapp.sponsorship.asking.rules import More
from eventapp.sponsorship.states import LineKind

QUESTION: Mapping[str, LazyString] = {
    "fund": _l("Which fund do you ask?"),
    "origin_city": _l("From which city do you travel?"),
    "origin_country": _l("In which country is it?"),
    "arrives_on": _l("Day of your arrival"),
    "leaves_on": _l("Day of your departure"),
    "lines": _l("What you ask for"),
    "motivation": _l("Why would you like to come?"),
    "take_home": _l("What will you do with it at home?"),
    "need": _l("How much do you need this support?"),
    "need_words": _l("If you like, say more about it"),
    "other_funding": _l("Does somebody else pay a part of your trip? Who, and how much?"),
}


def more_in_words(more: More, kind: LineKind | None) -> str:
    """Return the sentence that says why a change is refused once a request can only go down."""
    line = str(words.LINE[kind]) if kind is not None else ""
    sentences: Mapping[More, str] = {
        More.NEW_LINE: _("%(line)s: this was not part of your request, so it cannot be added any more.", line=line),
        More.HIGHER: _("%(line)s: you can only ask for less than before.", line=line),
        More.OTHER_CURRENCY: _("%(line)s: keep the currency that you asked in.", line=line),
        More.LONGER: _("You can only stay for fewer nights than you asked for: within the same days."),
        More.NOTHING_LEFT: _("Keep at least one amount. If you need no support any more, withdraw your request."),
    }
    return sentences[more]
