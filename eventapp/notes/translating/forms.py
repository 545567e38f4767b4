"""The forms of translators: what they looked at, and a file from their own tool."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import IntegerField
from wtforms.validators import NumberRange
from wtforms.widgets import HiddenInput

from eventapp.core.forms import Form


class RevisionField(IntegerField):  # type: ignore[misc]
    """The number of a revision that somebody looked at, carried along unseen."""

    widget = HiddenInput()

    def _value(self) -> str:
        return str(self.data or 0)  # what the view set; the parent would repeat what was sent


_NUMBER = NumberRange(min=0, max=2**31 - 1)


class SheetForm(Form):
    """What a translator looked at; the paragraphs themselves are read by their keys."""

    base_revision = RevisionField(default=0, validators=[_NUMBER])
    source_revision = RevisionField(default=0, validators=[_NUMBER])


class FileForm(Form):
    """A file from a translator's tool."""

    file = FileField(_l("XLIFF file"), [FileRequired(_l("Choose a file."))])
