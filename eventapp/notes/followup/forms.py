"""The forms of the idea that somebody takes home, and of what became of it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField
from wtforms.validators import InputRequired

from eventapp.core.forms import Form, TextField, at_most, required
from eventapp.notes.followup.rules import LONGEST_IDEA, LONGEST_OUTCOME
from eventapp.notes.followup.states import Outcome
from eventapp.notes.followup.words import OUTCOMES


class IdeaForm(Form):
    """The idea, and whether to ask later what became of it."""

    idea = TextField(
        _l("The one idea I take home"),
        validators=[required(_l("Write down your idea first.")), at_most(LONGEST_IDEA)],
    )
    ask_later = BooleanField(_l("Write to me in three months and ask what became of it"))


class OutcomeForm(Form):
    """What became of it."""

    outcome = RadioField(
        _l("What became of it?"),
        choices=[(each.value, words) for each, words in OUTCOMES.items()],
        validators=[InputRequired(_l("Choose one."))],
    )
    words = TextField(_l("Tell us more"), validators=[at_most(LONGEST_OUTCOME)])
    may_share = BooleanField(_l("My idea and these words may be quoted without my name"))

    @property
    def chosen(self) -> Outcome:
        """Return what was chosen."""
        return Outcome(self.outcome.data)
