"""Forms of signing in and of one's own account."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from eventapp.core.forms import AddressField, Form, LineField, at_most, required
from eventapp.core.languages import LANGUAGES


class AddressForm(Form):
    """Asks where to send the link and the code."""

    email = AddressField(_l("Your mail address"), validators=[required(_l("Type your mail address.")), at_most(254)])


class CodeForm(Form):
    """Asks for the six digits of the mail."""

    code = LineField(_l("Code"), validators=[required(_l("Type the 6 digits that stand in the mail.")), at_most(20)])


class AccountForm(Form):
    """One's own name and language."""

    name = LineField(_l("Name"), validators=[required(_l("Type your name.")), at_most(200)])
    language = SelectField(_l("Language of the desk and of mails to you"), choices=list(LANGUAGES.items()))
