"""The words for what became of an idea."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from flask_babel.speaklater import LazyString

from eventapp.notes.followup.states import Outcome

OUTCOMES: Mapping[Outcome, LazyString] = {
    Outcome.DONE: _l("Done"),
    Outcome.UNDER_WAY: _l("Under way"),
    Outcome.NOT_YET: _l("Not yet"),
    Outcome.GIVEN_UP: lazy_pgettext("idea", "Given up"),
}
