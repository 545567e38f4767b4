"""The forms of writers."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, SelectMultipleField
from wtforms.validators import NumberRange, Optional
from wtforms.widgets import HiddenInput

from eventapp.core.forms import Form, LineField, TextField, at_most, required
from eventapp.core.languages import own_name
from eventapp.notes.rules import LONGEST_TEXT, LONGEST_TITLE

_MOST_ADDED = 1_000  # notes taken into a text between two saves
_MOST = 2**31 - 1


class RevisionField(IntegerField):  # type: ignore[misc]
    """The number of the revision that a text was begun from, carried along unseen."""

    widget = HiddenInput()

    def _value(self) -> str:
        return str(self.data or 0)  # what the view set; the parent would repeat what was sent


class NotesField(SelectMultipleField):  # type: ignore[misc]
    """The ids of notes; which of them there are is for the command to say."""

    def __init__(self, label: object = None, **options: object) -> None:
        super().__init__(label, **{"coerce": int, "choices": [], "validate_choice": False, **options})

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Take the numbers among what was sent: a text is not refused for what stands beside it."""
        sent = [int(each) for each in valuelist[:_MOST_ADDED] if each.isascii() and each.isdigit() and len(each) < 11]
        self.data = [each for each in dict.fromkeys(sent) if each <= _MOST]


class TextForm(Form):
    """A text in the language that it is written in."""

    language = RadioField(_l("Language of the text"), validators=[Optional()])
    title = LineField(_l("Title"), validators=[required(_l("Give the text a title.")), at_most(LONGEST_TITLE)])
    text = TextField(_l("Text"), validators=[required(_l("Write the text before you save it.")), at_most(LONGEST_TEXT)])
    base_revision = RevisionField(default=0, validators=[NumberRange(min=0, max=_MOST)])
    added = NotesField(_l("Notes taken into the text"))

    def use_languages(self, languages: Sequence[str]) -> None:
        """Say in which languages the text can be begun."""
        self.language.choices = [(code, own_name(code)) for code in languages]


class RestoreForm(Form):
    """The button that makes an old text the newest one."""

    base_revision = RevisionField(default=0, validators=[NumberRange(min=0, max=_MOST)])


class LinksForm(Form):
    """Which notes stand behind a paragraph."""

    notes = NotesField(_l("Notes behind this paragraph"))
