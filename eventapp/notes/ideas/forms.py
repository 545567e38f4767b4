"""The forms of a rapporteur: a board, and a group of ideas."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from eventapp.core.forms import Form, TranslatedField
from eventapp.notes.ideas.rules import LONGEST_QUESTION, LONGEST_TITLE, MOST_DOTS
from eventapp.notes.ideas.values import BoardValues


class BoardForm(Form):
    """A question to a room."""

    question = TranslatedField(
        _l("Question to the room"),
        needed=True,
        longest=LONGEST_QUESTION,
        description=_l("One question, answered in a sentence or two."),
    )
    session_id = SelectField(_l("Session"), coerce=int)
    dots = SelectField(
        _l("Dots per person"), coerce=int, default=3, description=_l("To vote with, once the ideas are grouped.")
    )

    def offer(self, sessions: Sequence[tuple[int, str]], languages: Sequence[str]) -> None:
        """Say what there is to choose from."""
        self.question.use_languages(languages)
        self.session_id.choices = list(sessions)
        self.dots.choices = [(number, str(number)) for number in range(1, MOST_DOTS + 1)]

    def values(self) -> BoardValues:
        """Return what the form says."""
        return BoardValues(session_id=self.session_id.data, question=self.question.data, dots=self.dots.data)


class GroupForm(Form):
    """What a group is called."""

    title = TranslatedField(_l("Title of the group"), longest=LONGEST_TITLE)
