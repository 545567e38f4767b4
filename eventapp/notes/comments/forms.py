"""The forms of comments: what somebody says, and what the team makes of it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField
from wtforms.validators import InputRequired, ValidationError

from eventapp.core.forms import Form, TextField, TranslatedField, at_most, required
from eventapp.notes.comments import rules
from eventapp.notes.comments.states import CommentAction
from eventapp.notes.comments.words import OUTCOMES


class CommentForm(Form):
    """What somebody says; `key` makes the form's second sending known, `paragraph` is empty for the whole text."""

    key = HiddenField(validators=[at_most(40)])
    paragraph = HiddenField(validators=[at_most(20)])
    text = TextField(_l("Your comment"), validators=[required(_l("Write your comment first.")), at_most(rules.LONGEST)])
    language = SelectField(_l("In which language do you write?"))
    signed = BooleanField(_l("Show my name beside the comment"))

    def offer(self, languages: Sequence[tuple[str, str]], language: str) -> None:
        """Say in which languages one can write; a new form begins in that of the page."""
        self.language.choices = list(languages)
        self.key.data = self.key.data or uuid.uuid4().hex
        if self.language.data not in dict(languages):
            self.language.data = language if language in dict(languages) else languages[0][0]


class HideForm(Form):
    """Why a comment is not shown."""

    reason = TranslatedField(_l("Why, in words for its author"), multiline=True, longest=rules.LONGEST_REASON)

    def validate_reason(self, field: Any) -> None:
        """Ask for the reason in one language at least."""
        _need_one(field)


class AnswerForm(Form):
    """What became of a comment, and why."""

    outcome = RadioField(
        _l("What became of it"),
        choices=[(action.value, words) for action, words in OUTCOMES.items()],
        validators=[InputRequired(_l("Choose what became of the comment."))],
    )
    reason = TranslatedField(_l("Why"), multiline=True, longest=rules.LONGEST_REASON)

    def validate_reason(self, field: Any) -> None:
        """Ask for the reason in one language at least."""
        _need_one(field)

    @property
    def action(self) -> CommentAction:
        """Return the outcome that was chosen."""
        return CommentAction(self.outcome.data)


class ReleaseForm(Form):
    """The answers that were looked at."""

    seen = HiddenField()


def _need_one(field: Any) -> None:
    if not field.data:
        raise ValidationError(_("Say why, in one language at least."))
