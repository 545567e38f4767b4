"""The organisers' forms: add somebody to a session, take somebody out."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from eventapp.core.forms import Form, LongList, TextField, at_most, required


class ReasonForm(Form):
    """Why; the participant reads it."""

    reason = TextField(
        _l("Reason"),
        description=_l("The participant reads it in the mail."),
        validators=[required(_l("Say why; the participant will read it.")), at_most(500)],
    )


class AddForm(ReasonForm):
    """Whom to add, and why."""

    registration_id = SelectField(
        _l("Person"),
        widget=LongList(),
        validate_choice=True,
        validators=[required(_l("Choose somebody from the list."))],
    )

    def offer(self, people: Sequence[tuple[int, str]]) -> None:
        """Say who there is to choose from."""
        self.registration_id.choices = [("", _("Choose")), *((str(number), name) for number, name in people)]
