"""The form of one person's exception to the deadline."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from eventapp.core.forms import Form, InstantField, LineField, at_most, required


class KeepOpenForm(Form):
    """Until when the form stays open for one person, and why."""

    until = InstantField(_l("Open until"), [required()])
    reason = LineField(
        _l("Why this person has longer"),
        [required(_l("Say why; it is kept in the history.")), at_most(500)],
        description=_l("Kept in the history; the person does not see it."),
    )

    def in_zone(self, zone: str) -> KeepOpenForm:
        """Read the time as a wall time of the zone."""
        self.until.zone = zone
        if self.until.object_data is not None and self.until.raw_data is None:
            self.until.process_data(self.until.object_data)
        return self
