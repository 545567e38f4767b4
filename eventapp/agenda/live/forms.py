"""The forms of the day itself: an announcement, and the way in for remote participants."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from eventapp.agenda.live.rules import LONGEST_LINK, is_link
from eventapp.agenda.live.values import AnnouncementValues
from eventapp.core.forms import Form, LineField, TranslatedField, at_most, required
from eventapp.events.forms import MomentField

LONGEST_LINE = 200


class AnnouncementForm(Form):
    """A line on top of every page; the zone its times are read in is given first."""

    text = TranslatedField(_l("Announcement"), needed=True, longest=LONGEST_LINE)
    starts_at = MomentField(_l("Shown from"))
    ends_at = MomentField(_l("Shown until"), validators=[required(_l("Say until when it is shown."))])

    def __init__(self, zone: str, *args: Any, **kwargs: Any) -> None:
        self.zone = zone
        super().__init__(*args, **kwargs)

    def process(self, *args: Any, **kwargs: Any) -> None:
        """Read every moment in the event's zone."""
        self.starts_at.zone = self.ends_at.zone = self.zone
        super().process(*args, **kwargs)

    def values(self) -> AnnouncementValues:
        """Return what the form, validated before, says."""
        ends_at = self.ends_at.instant
        if ends_at is None:
            raise ValueError("the form was not validated")
        return AnnouncementValues(text=self.text.data, starts_at=self.starts_at.instant, ends_at=ends_at)


class AccessForm(Form):
    """Link and passcode; an empty link takes the way in away."""

    url = LineField(_l("Link"), validators=[at_most(LONGEST_LINK)])
    passcode = LineField(_l("Passcode"), validators=[at_most(100)])

    def validate_url(self, field: Any) -> None:
        """Refuse what is no web address."""
        if field.data and not is_link(field.data):
            raise ValidationError(_("Give a full web address that begins with https:// or http://."))
