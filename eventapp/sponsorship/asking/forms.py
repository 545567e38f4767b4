"""The pages of the request, and the small forms of what one does with it later; no database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from werkzeug.datastructures import MultiDict
from wtforms import Field, RadioField, SelectField
from wtforms.validators import Optional, StopValidation
from wtforms.widgets import DateInput

from eventapp.core.formatting import short_day_in_words
from eventapp.core.forms import (
    AmountField,
    CurrencyField,
    Form,
    LineField,
    LongList,
    TextField,
    at_most,
    required,
)
from eventapp.core.money import as_typed
from eventapp.sponsorship import words
from eventapp.sponsorship.asking.answers import COSTS, FUND, JOURNEY, NEED, PAGES, REASONS
from eventapp.sponsorship.asking.rules import MARGIN_DAYS, Wanted
from eventapp.sponsorship.asking.wording import QUESTION
from eventapp.sponsorship.models import Line
from eventapp.sponsorship.states import LineKind, Need

Choice = tuple[str, str]
_LONGEST = 4000
_LONGEST_AMOUNT = 60


@dataclass(frozen=True)
class Choices:
    """What there is to choose from, in the reader's language, and what the answers are checked against."""

    funds: Sequence[Choice]
    countries: Sequence[Choice]
    currency: str  # that of the fund, which is chosen until somebody chooses another
    starts_on: date
    ends_on: date
    language: str


class _OneOfField(SelectField):  # type: ignore[misc]
    """One of several answers, from a list that drops down."""

    widget = LongList()

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators, validate_choice=False, **options)
        self.type = "SelectField"  # templates choose the markup by it

    def pre_validate(self, _form: Any) -> None:
        """Refuse an answer that was not offered."""
        _refuse_others(self)


class _OneOfFewField(RadioField):  # type: ignore[misc]
    """One of a few answers, all in sight."""

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators, validate_choice=False, **options)
        self.type = "RadioField"  # templates choose the markup by it

    def pre_validate(self, _form: Any) -> None:
        """Refuse an answer that was not offered."""
        _refuse_others(self)


def _refuse_others(field: Any) -> None:
    if field.data and field.data not in {value for value, _label in field.choices or ()}:
        raise StopValidation(_("Choose one of the answers offered."))


class _DayField(LineField):
    """A day, kept as it was typed; `day` is what was understood."""

    widget = DateInput()

    def pre_validate(self, _form: Any) -> None:
        """Refuse what is no day; an empty field is for `required` to refuse."""
        if self.data and self.day is None:
            raise StopValidation(_("Write a day as year, month and day: 2024-11-07."))

    @property
    def day(self) -> date | None:
        """Return the day, or None when there is none."""
        try:
            return date.fromisoformat(self.data or "")
        except ValueError:
            return None


class PageForm(Form):
    """One page of the request."""

    choices: Choices

    def offer(self, choices: Choices) -> None:
        """Take what there is to choose from."""
        self.choices = choices

    def kept(self) -> dict[str, Any]:
        """Return what was typed so far, right or wrong, cut to what any field can hold."""
        return {
            field.name: field.data[:_LONGEST]
            for field in self
            if field.name != "csrf_token" and isinstance(field.data, str)
        }


class FundPage(PageForm):
    """Which fund is asked."""

    fund = _OneOfFewField(QUESTION["fund"], [required(_l("Choose the fund that you ask."))])

    def offer(self, choices: Choices) -> None:
        """Offer the funds that take requests now."""
        super().offer(choices)
        self.fund.choices = list(choices.funds)


class JourneyPage(PageForm):
    """Where somebody comes from, and for how long."""

    origin_city = LineField(
        QUESTION["origin_city"], [required(_l("Enter the city from which you travel.")), at_most(200)]
    )
    origin_country = _OneOfField(
        QUESTION["origin_country"], [required(_l("Choose the country from which you travel."))]
    )
    arrives_on = _DayField(QUESTION["arrives_on"], [required(_l("Enter the day on which you arrive."))])
    leaves_on = _DayField(QUESTION["leaves_on"], [required(_l("Enter the day on which you leave."))])

    def offer(self, choices: Choices) -> None:
        """Offer all countries."""
        super().offer(choices)
        self.origin_country.choices = [("", _("Choose")), *choices.countries]

    def validate(self, extra_validators: Any = None) -> bool:
        """Check that the stay is around the event."""
        super().validate(extra_validators)
        arrives, leaves = self.arrives_on.day, self.leaves_on.day
        first = self.choices.starts_on - timedelta(days=MARGIN_DAYS)
        last = self.choices.ends_on + timedelta(days=MARGIN_DAYS)
        language = self.choices.language
        if arrives is not None and not first <= arrives <= self.choices.ends_on:
            _add(
                self.arrives_on,
                _(
                    "The event is from %(starts)s to %(ends)s. Choose a day from %(first)s on.",
                    starts=short_day_in_words(self.choices.starts_on, language),
                    ends=short_day_in_words(self.choices.ends_on, language),
                    first=short_day_in_words(first, language),
                ),
            )
        if leaves is not None and arrives is not None and leaves < arrives:
            _add(self.leaves_on, _("You cannot leave before you arrive."))
        elif leaves is not None and not self.choices.starts_on <= leaves <= last:
            _add(
                self.leaves_on,
                _(
                    "The event is from %(starts)s to %(ends)s. Choose a day until %(last)s.",
                    starts=short_day_in_words(self.choices.starts_on, language),
                    ends=short_day_in_words(self.choices.ends_on, language),
                    last=short_day_in_words(last, language),
                ),
            )
        return not self.errors


class CostsPage(PageForm):
    """What is asked for: for each kind of line an amount, its currency and a note. No amount: not asked for."""

    def offer(self, choices: Choices) -> None:
        """Choose the currency of the fund until somebody chooses another."""
        super().offer(choices)
        for kind in LineKind:
            currency = self._fields[f"{kind}_currency"]
            currency.data = currency.data or choices.currency

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the amounts; at least one must be there."""
        super().validate(extra_validators)
        amounts = [self._fields[f"{kind}_amount"] for kind in LineKind]
        for amount in amounts:
            if amount.data == 0 and not amount.errors:
                _add(amount, _("Write an amount, or leave the field empty if you do not need this."))
        if not self.errors and all(amount.data is None for amount in amounts):
            self.form_errors.append(_("Write an amount for at least one of these."))
        return not self.errors

    def kept(self) -> dict[str, Any]:
        """Return what was typed; amounts that were understood as such, for another language reads them otherwise."""
        kept = super().kept()
        for kind in LineKind:
            amount = self._fields[f"{kind}_amount"]
            understood = isinstance(amount.data, Decimal) and not amount.errors
            kept[amount.name] = (
                {"amount": format(amount.data, "f")}
                if understood
                else {"typed": (amount.typed or "")[:_LONGEST_AMOUNT]}
            )
        return kept


for _kind in LineKind:
    setattr(
        CostsPage,
        f"{_kind}_amount",
        AmountField(_l("%(line)s: amount", line=words.LINE[_kind]), [Optional()], currency=f"{_kind}_currency"),
    )
    setattr(CostsPage, f"{_kind}_currency", CurrencyField(_l("Currency")))
    setattr(CostsPage, f"{_kind}_note", LineField(_l("What it is made of"), [Optional(), at_most(300)]))


class ReasonsPage(PageForm):
    """Why somebody comes and what they take home."""

    motivation = TextField(QUESTION["motivation"], [required(_l("Say why you would like to come.")), at_most(2000)])
    take_home = TextField(QUESTION["take_home"], [required(_l("Say what you would do at home.")), at_most(2000)])


class NeedPage(PageForm):
    """How much the support is needed."""

    need = _OneOfFewField(QUESTION["need"], [required(_l("Choose the sentence that fits best."))])
    need_words = TextField(QUESTION["need_words"], [Optional(), at_most(1000)])
    other_funding = TextField(QUESTION["other_funding"], [Optional(), at_most(1000)])

    def offer(self, choices: Choices) -> None:
        """Offer the degrees of need."""
        super().offer(choices)
        self.need.choices = [(need.value, str(words.NEED_FOR_PERSON[need])) for need in Need]


FORMS: Mapping[str, type[PageForm]] = dict(
    zip(PAGES, (FundPage, JourneyPage, CostsPage, ReasonsPage, NeedPage), strict=True)
)
TITLES: Mapping[str, LazyString] = {
    FUND: _l("Which fund you ask"),
    JOURNEY: _l("Your journey"),
    COSTS: _l("What you ask for"),
    REASONS: _l("Why you come"),
    NEED: _l("How much you need it"),
}


def form_of(page: str, saved: Mapping[str, Any], choices: Choices) -> PageForm:
    """Return the form of a page, filled from what was sent with this request or else from the saved answers."""
    form = FORMS[page](data={name: _shown(value) for name, value in saved.items()})
    form.offer(choices)
    for field in form:
        if isinstance(field, AmountField) and field.typed is None:
            field.typed = (saved.get(field.name) or {}).get("typed")
    return form


def pages_to_mend(saved: Mapping[str, Any], choices: Choices, pages: Sequence[str]) -> list[str]:
    """Return the pages whose saved answers would be refused today."""
    sent = MultiDict(_as_sent(saved, choices.language))
    found = []
    for page in pages:
        form = FORMS[page](formdata=sent, meta={"csrf": False})
        form.offer(choices)
        if not form.validate():
            found.append(page)
    return found


class LessForm(Form):
    """Asking for less: the same amounts or lower ones, the same days or fewer; no amount: not needed any more."""

    arrives_on = _DayField(QUESTION["arrives_on"], [required(_l("Enter the day on which you arrive."))])
    leaves_on = _DayField(QUESTION["leaves_on"], [required(_l("Enter the day on which you leave."))])

    def ask_about(self, lines: Collection[Line]) -> None:
        """Keep the amounts of these lines only, each in its currency."""
        self.currencies = {line.kind: line.currency for line in lines}
        for kind in LineKind:
            if kind in self.currencies:
                self._fields[f"{kind}_amount"].currency = self.currencies[kind]
            else:
                del self[f"{kind}_amount"]

    @property
    def wanted(self) -> Wanted:
        """Return what is still asked for; needs `validate`."""
        amounts = {kind: self._fields[f"{kind}_amount"].data for kind in self.currencies}
        lines = {kind: (amount, self.currencies[kind]) for kind, amount in amounts.items() if amount}
        return Wanted(lines, self.arrives_on.day, self.leaves_on.day)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check that the days are in their order."""
        super().validate(extra_validators)
        arrives, leaves = self.arrives_on.day, self.leaves_on.day
        if arrives is not None and leaves is not None and leaves < arrives:
            _add(self.leaves_on, _("You cannot leave before you arrive."))
        return not self.errors


for _kind in LineKind:
    setattr(LessForm, f"{_kind}_amount", AmountField(words.LINE[_kind], [Optional()]))


class SendForm(Form):
    """A button that acts: nothing but the CSRF token."""


class AnswerForm(Form):
    """The answer to a question about the request."""

    answer = TextField(_l("Your answer"), [required(_l("Write your answer.")), at_most(4000)])


class WithdrawForm(Form):
    """Withdrawing or declining, with a reason if one likes."""

    reason = TextField(_l("Why, if you like to tell us"), [Optional(), at_most(1000)])


def _add(field: Field, message: str) -> None:
    field.errors = [*field.errors, message]


def _shown(value: Any) -> Any:
    """Return a saved value as its field takes it."""
    if isinstance(value, dict):
        return Decimal(value["amount"]) if "amount" in value else None
    return value


def _as_sent(saved: Mapping[str, Any], language: str) -> dict[str, str]:
    """Return the saved values as a browser would send them."""
    sent = {name: value for name, value in saved.items() if isinstance(value, str)}
    for kind in LineKind:
        amount = saved.get(f"{kind}_amount") or {}
        if "amount" in amount:
            sent[f"{kind}_amount"] = as_typed(Decimal(amount["amount"]), sent.get(f"{kind}_currency", ""), language)
        else:
            sent[f"{kind}_amount"] = str(amount.get("typed", ""))
    return sent
