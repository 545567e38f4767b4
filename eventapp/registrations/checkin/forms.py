"""The forms of the door; no database."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField

from eventapp.core.forms import AddressField, Form, LineField, LongList, TextField, at_most, required
from eventapp.registrations import words
from eventapp.registrations.states import Sector

_KEY = re.compile(r"[0-9A-Za-z-]{8,64}")
Choice = tuple[str, str]


def new_key() -> str:
    """Return the key of a form: sent twice, it counts once."""
    return secrets.token_hex(16)


def is_key(text: object) -> bool:
    """Tell whether this can be the key of a scan."""
    return isinstance(text, str) and _KEY.fullmatch(text) is not None


class KeyedForm(Form):
    """A form that counts once however often it is sent."""

    key = HiddenField()

    @property
    def its_key(self) -> str:
        """Return the key that was sent, or a new one instead of what cannot be one."""
        return self.key.data if is_key(self.key.data) else new_key()


class DoorForm(KeyedForm):
    """The one input of the door."""

    who = LineField(_l("Code or name"), [required(_l("Scan a code, or type a name.")), at_most(200)])


class ConfirmForm(KeyedForm):
    """Why somebody who is not confirmed is let in; `beyond` says that the missing seat was shown."""

    reason = TextField(_l("Why this person is let in"), [required(_l("Say why, in a few words.")), at_most(500)])
    beyond = HiddenField()


class WalkInForm(KeyedForm):
    """Who somebody is who comes without a registration."""

    name = LineField(_l("Name"), [required(_l("Enter the name.")), at_most(200)])
    organisation = LineField(_l("Organisation"), [required(_l("Enter the organisation.")), at_most(200)])
    position = LineField(_l("Position"), [at_most(200)])
    email = AddressField(_l("Address"), [required(_l("Enter the mail address.")), at_most(254)])
    country = SelectField(
        words.FIELD["country"], [required(_l("Choose the country."))], validate_choice=True, widget=LongList()
    )
    sector = SelectField(words.FIELD["sector"], [required(_l("Choose the sector."))], widget=LongList())
    category_id = SelectField(words.FIELD["category_id"], [required(_l("Choose the category."))], widget=LongList())
    language = SelectField(_l("Language of mails"), [required(_l("Choose the language."))], widget=LongList())
    override_reason = TextField(_l("Why beyond the seats"), [at_most(500)])

    def offer(self, *, countries: Sequence[Choice], categories: Sequence[Choice], languages: Sequence[Choice]) -> None:
        """Put what there is to choose from into the fields."""
        none = ("", _("Choose"))
        self.country.choices = [none, *countries]
        self.sector.choices = [none, *((each.value, str(words.SECTOR[each])) for each in Sector)]
        self.category_id.choices = [none, *categories] if len(categories) > 1 else list(categories)
        self.language.choices = list(languages)
