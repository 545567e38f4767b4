"""The forms about who may be named and quoted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField
from wtforms.validators import Optional

from eventapp.core.formatting import language_name
from eventapp.core.forms import AddressField, Form, LineField, TextField, at_most, required
from eventapp.core.languages import LANGUAGES
from eventapp.notes.attribution import rules, words
from eventapp.notes.attribution.states import Answer
from eventapp.registrations.models import Registration


class RulesForm(Form):
    """The rules of all sessions at once; each is a field of its own name."""


class ReasonForm(Form):
    """Why a name may stand; `back` says on which page somebody decided it."""

    name_hash = HiddenField(validators=[required()])
    back = HiddenField()
    reason = TextField(_l("Why it may stand"), [at_most(rules.LONGEST_REASON)])


class AskForm(Form):
    """Whom to ask, and for which words."""

    words = TextField(_l("The words as they would appear"), [required(), at_most(rules.LONGEST_WORDS)])
    registration_id = SelectField(_l("Participant"))
    name = LineField(_l("Name"), [at_most(200)])
    email = AddressField(_l("Address"), [Optional(), at_most(254)])
    language = SelectField(_l("Language of the mail"))

    def __init__(self, *arguments: Any, people: Sequence[Registration], shown_in: str, **values: Any) -> None:
        super().__init__(*arguments, **values)
        self.registration_id.choices = [
            ("", _("Somebody else")),
            *((str(each.id), f"{each.name}, {each.organisation}") for each in people),
        ]
        self.language.choices = [(code, language_name(code, shown_in)) for code in LANGUAGES]


class AnswerForm(Form):
    """What somebody says who is asked."""

    answer = RadioField(
        _l("May we quote you?"),
        [required(_l("Choose one of the answers."))],
        choices=[(each.value, words.ANSWERS[each]) for each in Answer],
    )
