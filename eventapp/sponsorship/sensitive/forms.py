"""Forms of sensitive data: passport, bank account, and the code before them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from wtforms import SelectField

from eventapp.accounts.forms import CodeForm
from eventapp.core.errors import DomainError
from eventapp.core.formatting import country_choices
from eventapp.core.forms import Form, LineField, at_most, required
from eventapp.events.forms import DayField
from eventapp.sponsorship.sensitive import fields
from eventapp.sponsorship.sensitive.fields import FIELDS
from eventapp.sponsorship.states import SensitiveKind

__all__ = ["CodeForm", "SensitiveForm", "form_of"]


class SensitiveForm(Form):
    """The values of one kind; after `validate`, `values` holds them as they are sealed."""

    sensitive_kind: SensitiveKind

    def validate_for(self, today: date) -> bool:
        """Check each value by itself and against the others; numbers are tidied first."""
        if not self.validate():
            return False
        check = self._check_passport if self.sensitive_kind is SensitiveKind.PASSPORT else self._check_account
        check(today)
        return not self.errors

    @property
    def values(self) -> dict[str, str]:
        """Return what is to be sealed."""
        return {each.name: _as_text(self[each.name].data) for each in FIELDS[self.sensitive_kind]}

    def _check_passport(self, today: date) -> None:
        self.number.data = fields.tidy_number(self.number.data)
        if not fields.is_passport_number(self.number.data):
            self._wrong("number", _("A passport number has 5 to 20 letters and digits. Look at it again."))
        if self.born_on.data >= today:
            self._wrong("born_on", _("This day is not in the past."))
        if self.issued_on.data > today:
            self._wrong("issued_on", _("This day is not in the past."))
        if self.expires_on.data <= today:
            self._wrong("expires_on", _("This passport is no longer valid. A visa needs one that is."))

    def _check_account(self, today: date) -> None:  # noqa: ARG002 - as its sibling
        self.account.data = fields.tidy_number(self.account.data)
        self.bic.data = fields.tidy_number(self.bic.data)
        if fields.looks_like_iban(self.account.data) and not fields.is_iban(self.account.data):
            self._wrong("account", _("This IBAN has a slip: its check digits do not fit. Compare it with your card."))
        if self.bic.data and not fields.is_bic(self.bic.data):
            self._wrong("bic", _("A BIC has 8 or 11 letters and digits, such as CAIXESBBXXX."))
        if not fields.looks_like_iban(self.account.data) and not self.bic.data:
            self._wrong("bic", _("Without an IBAN the bank needs this code."))

    def _wrong(self, field: str, message: str) -> None:
        self.refuse(DomainError(message, field=field))


def form_of(kind: SensitiveKind, language: str) -> SensitiveForm:
    """Return the form of the kind, filled with what was just sent; never with what is sealed."""
    members: dict[str, Any] = {"sensitive_kind": kind}
    for each in FIELDS[kind]:
        checks = [required()] if each.required else []
        if each.kind == "date":
            members[each.name] = DayField(each.label, checks)
        elif each.kind == "country":
            choices = [("", _("Choose")), *country_choices(language)]
            members[each.name] = SelectField(each.label, checks, choices=choices)
        else:
            members[each.name] = LineField(each.label, [*checks, at_most(each.longest)])
    form: SensitiveForm = type("FormOfKind", (SensitiveForm,), members)()
    return form


def _as_text(value: object) -> str:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return str(value or "")
