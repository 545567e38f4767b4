"""Forms of the house: clean input, one wording for each fault, and fields in several languages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from markupsafe import Markup, escape
from werkzeug.datastructures import ImmutableMultiDict
from wtforms import Field, SelectField, StringField, TextAreaField
from wtforms.fields import DateTimeLocalField
from wtforms.validators import InputRequired, Length, StopValidation, ValidationError
from wtforms.widgets import html_params

from eventapp.core.errors import DomainError
from eventapp.core.languages import own_name
from eventapp.core.money import AmountProblem, as_typed, currency_choices, is_currency, parse_amount
from eventapp.core.text import clean_line, clean_text
from eventapp.core.translated import Translated
from eventapp.core.wall_time import WallTimeProblem, problem_of, to_instant, to_wall


class Form(FlaskForm):  # type: ignore[misc]
    """The base of every form: CSRF token, focused summary of errors, domain errors beside their field."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """How what was sent reaches the fields."""

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Take a form sent without any field for one whose fields were left empty, not for one never sent."""
            sent = super().wrap_formdata(form, formdata)
            if sent is None and formdata is not None and form.is_submitted():
                return ImmutableMultiDict()
            return sent

    def refuse(self, error: DomainError) -> None:
        """Show a domain error beside the field it names, or above the form."""
        if error.field is not None and error.field in self._fields:
            field = self._fields[error.field]
            field.errors = [*field.errors, error.message]
        else:
            self.form_errors.append(error.message)


class _Required(InputRequired):  # type: ignore[misc]
    """Something must have been sent, and a text must be more than spaces."""

    def __call__(self, form: Any, field: Any) -> None:
        """Refuse an empty field; the field's text is clean by now."""
        if isinstance(field.data, str) and not field.data.strip():
            field.raw_data = []
        super().__call__(form, field)


def required(message: Any = None) -> InputRequired:
    """Return the validator of a field that must be filled."""
    return _Required(message or _l("Fill in this field."))


def at_most(letters: int) -> Length:
    """Return the validator of a text's length."""
    return Length(max=letters, message=_l("Use at most %(max)d characters."))


class LongList:
    """A list that drops down, ten times faster for the 250 countries than the widget of WTForms."""

    def __call__(self, field: Any, **attributes: Any) -> Markup:
        """Return the list; its options have a value and a label, no other attributes and no groups."""
        if field.flags.required:
            attributes.setdefault("required", True)
        options = "".join(
            f'<option {"selected " if value == field.data else ""}value="{escape(value)}">{escape(label)}</option>'
            for value, label in field.choices
        )
        outer = html_params(**{"id": field.id, "name": field.name, **attributes})
        return Markup(f"<select {outer}>{options}</select>")  # noqa: S704 - escaped above


class LineField(StringField):  # type: ignore[misc]
    """One line of text, cleaned of line breaks and controls."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Take the cleaned line."""
        self.data = clean_line(valuelist[0]) if valuelist else ""


class TextField(TextAreaField):  # type: ignore[misc]
    """Several lines of text, cleaned of controls, line breaks as LF."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Take the cleaned text."""
        self.data = clean_text(valuelist[0]) if valuelist else ""


class AddressField(LineField):
    """One mail address, in its normal form; nothing that could be two."""

    def pre_validate(self, form: Any) -> None:
        """Refuse what is not one address; an empty field is for `required` to refuse."""
        if not self.data:
            return
        try:
            self.data = normal_address(self.data)
        except ValueError:
            raise StopValidation(_("This is not a complete address. It should look like name@example.org.")) from None


def normal_address(text: str) -> str:
    """Return the address in its normal form. Raises `ValueError` when it is not one address."""
    try:
        checked = validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError as fault:
        raise ValueError(str(fault)) from None
    if len(checked.normalized) > 254:
        raise ValueError("too long")
    return checked.normalized.lower()


def _language() -> str:
    locale = get_locale()
    return str(locale.language) if locale is not None else "en"


class CurrencyField(SelectField):  # type: ignore[misc]
    """One of the currencies in use."""

    widget = LongList()

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators, **{"choices": [], "validate_choice": False, **options})
        self.choices = currency_choices(_language())

    def pre_validate(self, form: Any) -> None:
        """Refuse what is not in the list."""
        if self.data and self.data not in dict(self.choices):
            raise StopValidation(_("Choose a currency of the list."))


class AmountField(StringField):  # type: ignore[misc]
    """An amount of money as people write it in the language of the page; `data` is an exact `Decimal` or None.

    `currency` is a code, or the name of the form's field that holds one; the form's owner may set it later.
    """

    data: Any
    raw_data: Any

    def __init__(
        self, label: Any = None, validators: Any = None, *, currency: str = "currency", **options: Any
    ) -> None:
        self.currency = currency
        self.typed: str | None = None
        self._form = options.get("_form")
        written = {"inputmode": "decimal", "autocomplete": "off", "class": "amount"}
        super().__init__(label, validators, **{"render_kw": written, **options})

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Keep what was typed; it is read once the currency is known."""
        if valuelist:
            self.typed, self.data = clean_line(valuelist[0]), None

    def pre_validate(self, form: Any) -> None:
        """Read the amount; an empty field is for `required` to refuse, and an unknown currency for its own field."""
        if not self.typed:
            self.raw_data = []
            return
        currency = self._code()
        if self.currency in form and currency and not is_currency(currency):
            raise StopValidation
        try:
            self.data = parse_amount(self.typed, _language(), currency)
        except AmountProblem as problem:
            raise StopValidation(str(problem)) from None

    def _code(self) -> str:
        if self._form is not None and self.currency in self._form:
            return str(self._form[self.currency].data or "")
        return self.currency

    def _value(self) -> str:
        """Return what the input shows: what was typed, or the stored amount as one would type it."""
        if self.typed is not None:
            return self.typed
        if self.data is None:
            return ""
        currency = self._code()
        return as_typed(self.data, currency, _language()) if is_currency(currency) else format(self.data, "f")


_MOMENT_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"]


class InstantField(DateTimeLocalField):  # type: ignore[misc]
    """An instant, typed as a wall time of the event's zone; skipped and repeated wall times are refused.

    The form sets `zone` before processing; `instant` is the UTC instant or None.
    """

    zone: str = "UTC"

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        # the first is the only one that every browser shows in its input
        super().__init__(label, validators, **{"format": _MOMENT_FORMATS, **options})

    def process_data(self, value: datetime | None) -> None:
        """Show a stored instant as the place's wall time."""
        self.data = to_wall(value, self.zone) if value is not None and value.tzinfo is not None else value

    def pre_validate(self, form: Any) -> None:
        """Refuse a wall time that the clock skips or shows twice."""
        if self.data is not None:
            refuse_unclear(self.data, self.zone)

    @property
    def instant(self) -> datetime | None:
        """Return the UTC instant of what was typed."""
        return to_instant(self.data, self.zone) if self.data is not None else None


def refuse_unclear(wall: datetime, zone: str) -> None:
    """Raise `ValidationError` when the wall time is skipped or repeated in the zone."""
    problem = problem_of(wall, zone)
    if problem is WallTimeProblem.NONEXISTENT:
        raise ValidationError(_("Clocks go forward then: this time does not exist. Choose another."))
    if problem is WallTimeProblem.REPEATED:
        raise ValidationError(_("Clocks go back then: this time comes twice. Choose another."))


@dataclass(frozen=True)
class LanguageEntry:
    """One language's input of a translated field, for the template."""

    code: str
    own_name: str
    id: str
    name: str
    value: str
    required: bool


class TranslatedField(Field):  # type: ignore[misc]
    """One text in each language of the event, side by side; `data` is a `Translated`.

    The form's owner calls `use_languages` before `validate`; the first language is required when `needed`.
    Inputs are named `<field>-<language>`.
    """

    def __init__(
        self, label: Any = None, *, multiline: bool = False, needed: bool = False, longest: int = 300, **options: Any
    ) -> None:
        super().__init__(label, **options)
        self.multiline = multiline
        self.needed = needed
        self.longest = longest
        self.languages: Sequence[str] = ()
        self._typed: Mapping[str, str] = {}

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Take the stored value, or every `<name>-<language>` that was sent."""
        self.process_errors: list[str] = []
        self.data = data if isinstance(data, Translated) else Translated(data if isinstance(data, Mapping) else {})
        self.object_data = self.data
        prefix = f"{self.name}-"
        if formdata is not None:
            clean: Callable[[str], str] = clean_text if self.multiline else clean_line
            sent = {
                name.removeprefix(prefix): clean(formdata.get(name)) for name in formdata if name.startswith(prefix)
            }
            if sent:
                self._typed = sent
                self.data = Translated(sent)

    def use_languages(self, languages: Iterable[str]) -> None:
        """Say which languages the event has, in order; text in others is kept untouched."""
        self.languages = tuple(languages)
        if self._typed:
            kept = {code: text for code, text in self.object_data.items() if code not in self.languages}
            sent = {code: self._typed.get(code, "") for code in self.languages}
            self.data = Translated({**sent, **kept})

    def pre_validate(self, form: Any) -> None:
        """Refuse a missing first language and texts that are too long."""
        if self.needed and self.languages and self.languages[0] not in self.data:
            raise StopValidation(
                _(
                    "Fill in this field in %(language)s; the other languages can follow.",
                    language=own_name(self.languages[0]),
                )
            )
        if any(len(text) > self.longest for text in self.data.values()):
            raise StopValidation(_("Use at most %(max)d characters.", max=self.longest))

    @property
    def entries(self) -> list[LanguageEntry]:
        """Return one entry a language, for the template."""
        return [
            LanguageEntry(
                code=code,
                own_name=own_name(code),
                id=f"{self.id}-{code}",
                name=f"{self.name}-{code}",
                value=self.data.get(code, ""),
                required=self.needed and index == 0,
            )
            for index, code in enumerate(self.languages)
        ]
