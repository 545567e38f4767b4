"""The forms of a material: a file or a link, in which language, for whom and when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import RadioField, SelectField
from wtforms.validators import Optional, ValidationError

from eventapp.agenda.materials.models import Material
from eventapp.agenda.materials.rules import LONGEST_ADDRESS, MOST_BYTES, is_link
from eventapp.agenda.materials.states import Audience
from eventapp.agenda.materials.values import MaterialValues
from eventapp.agenda.materials.words import AUDIENCE
from eventapp.core.forms import Form, InstantField, LineField, TranslatedField, at_most, required


class MaterialForm(Form):
    """What files and links have in common."""

    title = TranslatedField(_l("Title"), needed=True, longest=200)
    language = SelectField(_l("Language"), description=_l("Of the file or page itself."))
    audience = RadioField(_l("Who sees it"), coerce=Audience)
    shown_from_at = InstantField(
        _l("Shown from"),
        validators=[Optional()],
        description=_l("Empty: at once. A session is public with the agenda’s release."),
    )
    shown_until_at = InstantField(_l("Shown until"), validators=[Optional()], description=_l("Empty: for good."))

    def offer(self, languages: Sequence[tuple[str, str]], event_languages: Sequence[str], zone: str) -> None:
        """Say what there is to choose from in this event."""
        self.title.use_languages(event_languages)
        self.language.choices = [("", _("Not said, or several")), *languages]
        self.audience.choices = [(each, label) for each, label in AUDIENCE.items()]
        self.shown_from_at.zone = self.shown_until_at.zone = zone

    def validate_shown_until_at(self, field: Any) -> None:
        """Refuse an end before the beginning."""
        if field.data and self.shown_from_at.data and field.data <= self.shown_from_at.data:
            raise ValidationError(_("It must be hidden after it is shown."))

    def values(self) -> MaterialValues:
        """Return what the form says."""
        return MaterialValues(
            title=self.title.data,
            language=self.language.data or "",
            audience=self.audience.data,
            shown_from_at=self.shown_from_at.instant,
            shown_until_at=self.shown_until_at.instant,
        )


class FileForm(MaterialForm):
    """A file."""

    file = FileField(_l("File"))

    def values(self) -> MaterialValues:
        """Return what the form says, and the file if one was chosen."""
        said = super().values()
        sent = self.file.data
        if not sent:
            return said
        return MaterialValues(
            **{**vars(said), "filename": sent.filename or "", "data": sent.read(MOST_BYTES + 1)},
        )


class LinkForm(MaterialForm):
    """A link to elsewhere."""

    url = LineField(_l("Address"), validators=[required(), at_most(LONGEST_ADDRESS)])

    def validate_url(self, field: Any) -> None:
        """Refuse what does not lead to a page of the web."""
        if field.data and not is_link(field.data):
            raise ValidationError(_("Write a whole address that begins with https:// or http://."))

    def values(self) -> MaterialValues:
        """Return what the form says."""
        return MaterialValues(**{**vars(super().values()), "url": self.url.data})


def data_of(material: Material | None) -> dict[str, Any]:
    """Return the data with which the form shows a material, or a new one."""
    if material is None:
        return {"audience": Audience.EVERYBODY}
    return {
        name: getattr(material, name)
        for name in ("title", "language", "audience", "shown_from_at", "shown_until_at", "url")
    }
