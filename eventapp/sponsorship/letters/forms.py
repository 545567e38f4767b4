"""Forms of letters: the words of a kind, and who signs."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField

from eventapp.core.forms import Form, LineField, TextField, TranslatedField, at_most, required
from eventapp.events.forms import EditForm


class TemplateForm(EditForm):
    """The subject and the body of a kind of letter, in each language."""

    subject = TranslatedField(_l("Subject"), longest=200)
    body = TranslatedField(_l("Text of the letter"), multiline=True, longest=10_000)


class SignatureForm(Form):
    """Who signs the letters of the event."""

    name = LineField(_l("Name of who signs"), [required(), at_most(200)])
    function = TranslatedField(_l("Function"), longest=200)
    address = TextField(_l("Address at the head of the letter"), [at_most(500)])
    picture = FileField(_l("Picture of the signature"))
    remove_picture = BooleanField(_l("Remove the picture"))
