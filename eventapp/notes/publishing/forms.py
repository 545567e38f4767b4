"""The forms of checking and publishing."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, IntegerField
from wtforms.validators import Optional
from wtforms.widgets import HiddenInput

from eventapp.core.forms import Form, TextField, TranslatedField, at_most, required
from eventapp.notes.rules import LONGEST_NOTE, LONGEST_REMARKS


class RemarksForm(Form):
    """Why a text goes back to those who write it."""

    remarks = TextField(
        _l("What should be changed"), validators=[required(_l("Say what should be changed.")), at_most(LONGEST_REMARKS)]
    )


class ApproveForm(Form):
    """The revision that was read; `seen` is what is approved, and nothing later."""

    seen = IntegerField(widget=HiddenInput(), validators=[Optional()])


class PublishForm(Form):
    """What goes with a new edition; `seen` holds the revisions that the page showed, such as `en:3 fr:2`."""

    note = TranslatedField(_l("What changed"), longest=LONGEST_NOTE)
    tell = BooleanField(_l("Send a mail to the participants who asked for the summaries"))
    seen = HiddenField()

    @property
    def seen_revisions(self) -> dict[str, int]:
        """Return `{language: revision}` of what the page showed; what is not of that shape counts as not seen."""
        pairs = (pair.partition(":") for pair in (self.seen.data or "").split())
        return {language: int(number) for language, _, number in pairs if number.isdecimal() and len(number) < 10}


def in_one_line(revisions: dict[str, int]) -> str:
    """Return revisions by language as `PublishForm.seen` carries them."""
    return " ".join(f"{language}:{number}" for language, number in sorted(revisions.items()))
