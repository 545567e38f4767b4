"""The form of an import: a file, and the language that its texts are in."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField

from eventapp.core.forms import Form


class ImportForm(Form):
    """A file of sessions."""

    file = FileField(_l("File"), [FileRequired(_l("Choose a file."))])
    language = SelectField(
        _l("In which language are its texts?"),
        description=_l("A JSON file of ours says so itself."),
        validate_choice=True,
    )

    def offer(self, languages: Sequence[tuple[str, str]]) -> None:
        """Say which languages the event has."""
        self.language.choices = list(languages)
