"""The forms of a resource: a link or a file, what it is about, and why it was declined."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import HiddenField, SelectField

from eventapp.core.forms import Form, LineField, LongList, TextField, at_most, required
from eventapp.core.languages import LANGUAGES
from eventapp.events.models import Event
from eventapp.notes.resources.rules import LONGEST_ADDRESS, LONGEST_TEXT, LONGEST_TITLE, MOST_BYTES
from eventapp.notes.resources.values import ResourceValues

WORLD_LANGUAGES = ("ar", "de", "hi", "id", "it", "ja", "ko", "nl", "pl", "pt", "ru", "sw", "th", "tr", "uk", "vi", "zh")


class ResourceForm(Form):
    """What links and files have in common."""

    key = HiddenField()
    title = LineField(_l("Title"), validators=[required(), at_most(LONGEST_TITLE)])
    text = TextField(
        _l("What is it good for?"), validators=[at_most(LONGEST_TEXT)], description=_l("A sentence or two.")
    )
    theme_id = SelectField(_l("Theme"), coerce=lambda value: int(value or 0))
    country = SelectField(_l("Country it is about"), widget=LongList())
    language = SelectField(_l("Language it is written in"))

    def offer(
        self,
        themes: Iterable[tuple[int, str]],
        countries: Sequence[tuple[str, str]],
        languages: Sequence[tuple[str, str]],
        words: tuple[str, str],
    ) -> None:
        """Say what there is to choose from; `words` stand for no theme and for no country."""
        self.theme_id.choices = [(0, words[0]), *themes]
        self.country.choices = [("", words[1]), *countries]
        self.language.choices = list(languages)

    def values(self) -> ResourceValues:
        """Return what the form says."""
        return ResourceValues(
            title=self.title.data,
            text=self.text.data or "",
            theme_id=self.theme_id.data or None,
            country=self.country.data or "",
            language=self.language.data,
        )


class LinkForm(ResourceForm):
    """A link to elsewhere."""

    url = LineField(_l("Web address"), validators=[required(), at_most(LONGEST_ADDRESS)])

    def values(self) -> ResourceValues:
        """Return what the form says."""
        return ResourceValues(**{**vars(super().values()), "url": self.url.data})


class FileForm(ResourceForm):
    """A file."""

    file = FileField(_l("File"))

    def values(self) -> ResourceValues:
        """Return what the form says, and the file."""
        said, sent = super().values(), self.file.data
        if not sent:
            return said
        return ResourceValues(**{**vars(said), "filename": sent.filename or "", "data": sent.read(MOST_BYTES + 1)})


class DeclineForm(Form):
    """Why a resource is not published."""

    reason = TextField(_l("Reason"), validators=[required(), at_most(LONGEST_TEXT)])


def language_codes(event: Event) -> list[str]:
    """Return the languages that a resource can be written in, those of the event first."""
    return list(dict.fromkeys([*event.languages, *LANGUAGES, *WORLD_LANGUAGES]))


def data_of(thing: Any) -> dict[str, Any]:
    """Return the data with which the form shows a resource."""
    said = {name: getattr(thing, name) for name in ("title", "text", "country", "language", "url")}
    return {**said, "theme_id": thing.theme_id or 0}
