"""The forms of rapporteurs."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, IntegerField
from wtforms.validators import NumberRange
from wtforms.widgets import HiddenInput

from eventapp.core.forms import Form, LineField, TextField, at_most, required
from eventapp.notes.rules import LONGEST_NOTE, LONGEST_TEXT, LONGEST_TITLE


class RevisionField(IntegerField):  # type: ignore[misc]
    """The number of the revision that a text was begun from, carried along unseen."""

    widget = HiddenInput()

    def _value(self) -> str:
        return str(self.data or 0)  # what the view set; the parent would repeat what was sent


class TextForm(Form):
    """One language of a day's summary."""

    title = LineField(_l("Title"), validators=[required(_l("Give the summary a title.")), at_most(LONGEST_TITLE)])
    text = TextField(_l("Text"), validators=[required(_l("Write the text before you save it.")), at_most(LONGEST_TEXT)])
    base_revision = RevisionField(default=0, validators=[NumberRange(min=0, max=2**31 - 1)])


class RestoreForm(Form):
    """The button that makes an old text the newest one."""

    base_revision = RevisionField(default=0, validators=[NumberRange(min=0, max=2**31 - 1)])


class PublishForm(Form):
    """What goes with a new edition; `seen` holds the revisions that the page showed, such as `en:3 fr:2`."""

    note = LineField(_l("What changed"), validators=[at_most(LONGEST_NOTE)])
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
