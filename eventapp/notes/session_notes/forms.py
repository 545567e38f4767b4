"""The forms of notes: one entry, and what is said to notes that are returned."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, SelectField
from wtforms.validators import NumberRange, ValidationError

from eventapp.core.forms import Form, LineField, TextField, at_most, required
from eventapp.notes.session_notes import rules, words
from eventapp.notes.session_notes.states import EntryKind
from eventapp.notes.session_notes.values import EntryValues


class EntryForm(Form):
    """One note; its limits are the service's, which says the same to scripts."""

    key = HiddenField()
    base = IntegerField(default=0, validators=[NumberRange(min=0, max=2**31 - 1)])
    kind = SelectField(
        _l("Kind"), choices=[(each.value, words.KINDS[each]) for each in EntryKind], default=EntryKind.KEY_POINT.value
    )
    text = TextField(_l("Note"))
    speaker = LineField(_l("Who said it"))

    def validate_key(self, field: HiddenField) -> None:
        """Refuse a key that no page of ours made."""
        if not rules.is_key(field.data):
            raise ValidationError("")

    def values(self, *, removed: bool) -> EntryValues:
        """Return what the form, validated before, says."""
        return EntryValues(EntryKind(self.kind.data), self.text.data or "", self.speaker.data or "", removed)


class RemarksForm(Form):
    """Why notes go back to their author."""

    remarks = TextField(
        _l("What is missing?"),
        validators=[
            required(_l("Say what is missing, so that the author can go on.")),
            at_most(rules.LONGEST_REMARKS),
        ],
    )
