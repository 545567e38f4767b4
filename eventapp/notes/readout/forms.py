"""The forms of the composer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, IntegerField, RadioField, SelectField
from wtforms.validators import NumberRange, StopValidation

from eventapp.core.formatting import country_choices
from eventapp.core.forms import Form, LineField, TextField, at_most, required
from eventapp.core.languages import own_name
from eventapp.core.text import clean_line
from eventapp.notes.readout import rules, words
from eventapp.notes.readout.rules import InsightValues
from eventapp.notes.rules import LONGEST_TEXT, LONGEST_TITLE
from eventapp.notes.session_notes.states import EntryKind
from eventapp.notes.writing.forms import NotesField, RevisionField

_FREE_ROWS = 2
_MOST = 2**31 - 1


class PlacesField(Field):  # type: ignore[misc]
    """Places in rows of a name and a country, and suggestions to tick; `data` is a list of name and country."""

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:  # noqa: ARG002
        """Take the stored places, or the rows and the ticked suggestions that were sent."""
        self.process_errors: list[str] = []
        self.data: list[dict[str, str]] = list(data or ())
        if formdata is not None:
            names, countries = formdata.getlist(f"{self.name}-name"), formdata.getlist(f"{self.name}-country")
            rows = [
                {"name": clean_line(name), "country": country} for name, country in zip(names, countries, strict=False)
            ]
            ticked = [each.partition("|") for each in formdata.getlist(f"{self.name}-ticked")]
            rows += [{"name": clean_line(name), "country": country} for country, _bar, name in ticked]
            filled = [row for row in rows if row["name"] or row["country"]]
            self.data = list({(row["name"], row["country"]): row for row in filled}.values())

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002
        """Refuse countries that do not exist, and too much."""
        known = dict(country_choices("en"))
        if any(row["country"] and row["country"] not in known for row in self.data):
            raise StopValidation(_("Choose a country of the list."))

    @property
    def rows(self) -> list[dict[str, str]]:
        """Return the rows to show, some of them empty."""
        return [*self.data, *({"name": "", "country": ""} for _row in range(_FREE_ROWS))]

    @property
    def countries(self) -> Sequence[tuple[str, str]]:
        """Return the countries by code and name, in the language of the page."""
        locale = get_locale()
        return country_choices(str(locale.language) if locale is not None else "en")

    def has(self, place: Mapping[str, str]) -> bool:
        """Tell whether the place is among those that stand there already."""
        return any(row["name"] == place["name"] and row["country"] == place["country"] for row in self.data)


class BeginForm(Form):
    """In which language the read-out is written."""

    language = RadioField(_l("Language of the text"), validators=[required(_l("Choose a language."))])

    def use_languages(self, languages: Sequence[str]) -> None:
        """Say in which languages the text can be begun."""
        self.language.choices = [(code, own_name(code)) for code in languages]


class OpeningForm(Form):
    """Title and introduction."""

    title = LineField(_l("Title"), validators=[required(_l("Give the text a title.")), at_most(LONGEST_TITLE)])
    text = TextField(_l("Introduction"), validators=[at_most(LONGEST_TEXT)])
    base_revision = RevisionField(default=0, validators=[NumberRange(min=0, max=_MOST)])


class PartForm(Form):
    """The recommendations or the outlook."""

    text = TextField(_l("Text"), validators=[at_most(LONGEST_TEXT)])
    base_revision = RevisionField(default=0, validators=[NumberRange(min=0, max=_MOST)])


class InsightForm(Form):
    """One insight."""

    heading = LineField(
        _l("Heading"), validators=[required(_l("Give the insight a heading.")), at_most(rules.LONGEST_HEADING)]
    )
    text = TextField(_l("Text"), validators=[at_most(rules.LONGEST_INSIGHT)])
    kind = SelectField(_l("Kind"), choices=[(kind.value, words.KINDS[kind]) for kind in rules.KINDS])
    theme_id = SelectField(_l("Theme"), coerce=lambda sent: int(sent) if sent else None, validate_choice=False)
    places = PlacesField(_l("Places behind it"))
    base_revision = RevisionField(default=0, validators=[NumberRange(min=0, max=_MOST)])

    def use_themes(self, choices: Sequence[tuple[int, str]]) -> None:
        """Say which themes the event has."""
        self.theme_id.choices = [("", _l("No theme")), *((str(number), title) for number, title in choices)]

    def values(self) -> InsightValues:
        """Return what was typed."""
        return InsightValues(
            heading=self.heading.data,
            text=self.text.data,
            kind=EntryKind(self.kind.data),
            theme_id=self.theme_id.data,
            places=self.places.data,
        )


class AdoptForm(Form):
    """Which notes become an insight."""

    notes = NotesField(_l("Notes"))


class GroupForm(Form):
    """Which group of ideas becomes an insight."""

    group_id = IntegerField(_l("Group of ideas"), validators=[NumberRange(min=1, max=_MOST)])
