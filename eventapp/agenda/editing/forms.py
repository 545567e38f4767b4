"""The forms that move several sessions at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField
from wtforms.fields import TimeField

from eventapp.core.forms import Form, required

Days = Sequence[tuple[str, str]]


def _day_or_none(value: Any) -> date | None:
    return value if isinstance(value, date) else date.fromisoformat(value) if value else None


class ClockField(TimeField):  # type: ignore[misc]
    """A time of the day."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Take the time, or say how it is written."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Give a time like this: 11:00.")) from None


class MinutesField(IntegerField):  # type: ignore[misc]
    """A number of minutes, later or, with a minus of any kind, earlier."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Take the number, or say how it is written."""
        try:
            super().process_formdata([value.strip().replace("−", "-") for value in valuelist])
        except ValueError:
            raise ValueError(_("Write by how many minutes, such as 15 or -10.")) from None


class ShiftForm(Form):
    """From when on the sessions of a day move, and by how much."""

    day = SelectField(_l("Day"), coerce=_day_or_none)
    after = ClockField(_l("Everything from"), validators=[required(_l("Say from when on."))])
    minutes = MinutesField(
        _l("By minutes"),
        validators=[required(_l("Write by how many minutes, such as 15 or -10."))],
        description=_l("-10 for earlier"),
    )

    def offer(self, days: Days) -> None:
        """Say which days there are to choose from."""
        self.day.choices = list(days)


class MoveDayForm(Form):
    """The day whose sessions go to another."""

    from_day = SelectField(_l("All sessions of"), coerce=_day_or_none)
    to_day = SelectField(_l("To the day"), coerce=_day_or_none)

    def offer(self, from_days: Days, to_days: Days) -> None:
        """Say which days there are to choose from."""
        self.from_day.choices = list(from_days)
        self.to_day.choices = list(to_days)
