"""The forms of rapporteurs."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField
from wtforms.validators import NumberRange
from wtforms.widgets import HiddenInput

from eventapp.core.forms import Form, LineField, TextField, at_most, required
from eventapp.notes.rules import LONGEST_TEXT, LONGEST_TITLE


class RevisionField(IntegerField):  # type: ignore[misc]
    """The number of the revision that a text was begun from, carried along unseen."""

    widget = HiddenInput()

    def _value(self) -> str:
        return str(self.data or 0)  # what the view set; the parent would repeat what was sent


class TextForm(Form):
    """A text in the language that it is written in."""

    title = LineField(_l("Title"), validators=[required(_l("Give the text a title.")), at_most(LONGEST_TITLE)])
    text = TextField(_l("Text"), validators=[required(_l("Write the text before you save it.")), at_most(LONGEST_TEXT)])
    base_revision = RevisionField(default=0, validators=[NumberRange(min=0, max=2**31 - 1)])


class RestoreForm(Form):
    """The button that makes an old text the newest one."""

    base_revision = RevisionField(default=0, validators=[NumberRange(min=0, max=2**31 - 1)])
