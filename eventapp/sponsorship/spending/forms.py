"""The forms of spending: bookings, rates, amounts to authorise, pay and take back, changes, and receipts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from flask_wtf.file import FileField
from wtforms import DateField, HiddenField, IntegerField, RadioField, SelectField
from wtforms.validators import Optional, StopValidation
from wtforms.widgets import HiddenInput

from eventapp.core.errors import DomainError
from eventapp.core.forms import AmountField, CurrencyField, Form, LineField, TextField, at_most, required
from eventapp.registrations.questions.files import MOST_BYTES, CheckedFile
from eventapp.sponsorship import words
from eventapp.sponsorship.models import Fund, SponsorshipRequest
from eventapp.sponsorship.spending.bookings import BookingValues
from eventapp.sponsorship.spending.claims import ReceiptValues, check_file
from eventapp.sponsorship.spending.queries import LineAccount
from eventapp.sponsorship.spending.rules import RATE_PLACES, BadRate, Rate, RateRefused, parse_rate
from eventapp.sponsorship.spending.staying import Stay
from eventapp.sponsorship.states import LineMode

_RATE_REFUSED: Mapping[BadRate, LazyString] = {
    BadRate.UNREADABLE: _l("Write the rate in figures, for example 0.0061, without separators of thousands."),
    BadRate.AMBIGUOUS: _l("This can mean two rates. Write it with a fourth decimal, or without separators."),
    BadRate.TOO_MANY_PLACES: _l("A rate has at most 10 decimals."),
    BadRate.OUT_OF_RANGE: _l("This rate is out of range. Check it."),
}


class DayField(DateField):  # type: ignore[misc]
    """A day; what is no day is refused in the house's words."""

    def process_formdata(self, valuelist: Any) -> None:
        """Read the day that was sent."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Enter a day, for example 2024-11-07.")) from None


class RateField(LineField):
    """How much one unit of a currency is in the fund's; `rate` is the exact number or None."""

    rate: Decimal | None = None

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - the signature of WTForms
        """Read the rate; an empty one is for the command to ask for, where it is needed."""
        if not self.data:
            return
        locale = get_locale()
        try:
            self.rate = parse_rate(self.data, locale.language if locale is not None else "en")
        except RateRefused as refusal:
            raise StopValidation(str(_RATE_REFUSED[refusal.reason])) from None


class _Seen(IntegerField):  # type: ignore[misc]
    widget = HiddenInput()


class RateForm(Form):
    """A rate with its day and source, which the fund's own currency does not need."""

    rate = RateField(_l("Rate"), validators=[at_most(12 + RATE_PLACES)])
    rate_on = DayField(_l("Day of the rate"), validators=[Optional()])
    rate_source = LineField(_l("Source of the rate"), validators=[at_most(100)])

    def known(self) -> Rate | None:
        """Return the rate that was entered, or None."""
        if self.rate.rate is None or self.rate_on.data is None:
            return None
        return Rate(self.rate.rate, self.rate_on.data, self.rate_source.data or "")

    def require_day(self, currency: str, own: str) -> bool:
        """Make sure that a rate to another currency comes with its day; tell whether it does."""
        if currency != own and self.rate.data and not self.rate_on.data:
            self.rate_on.errors = [_("Enter the day of the rate.")]
            return False
        return True


class BookingForm(RateForm):
    """What was booked."""

    supplier = LineField(_l("Booked with"), validators=[required(), at_most(200)])
    reference = LineField(_l("Booking number"), validators=[at_most(100)])
    details = TextField(_l("What the person has to know"), validators=[at_most(2000)])
    currency = CurrencyField(_l("Currency"), validators=[required()])
    amount = AmountField(_l("Amount"), validators=[required()])
    seen = _Seen(validators=[Optional()])

    def values(self) -> BookingValues:
        """Return what the form says."""
        return BookingValues(
            supplier=self.supplier.data,
            amount=self.amount.data,
            currency=self.currency.data,
            reference=self.reference.data or "",
            details=self.details.data or "",
            rate=self.known(),
        )


class RefusalForm(Form):
    """Why a receipt is refused."""

    reason = LineField(_l("Why it is refused"), validators=[required(), at_most(300)])


class WordsForm(Form):
    """Words to the person whose claim is returned."""

    reason = TextField(_l("What has to be put right"), validators=[required(), at_most(1000)])


class ReasonForm(Form):
    """Why something ends."""

    reason = TextField(_l("Why"), validators=[required(), at_most(300)])


class AuthoriseForm(Form):
    """How much may be paid."""

    amount = AmountField(_l("Amount to pay"), validators=[required()])


class PaymentForm(Form):
    """The reference of a payment."""

    reference = LineField(_l("Reference of the payment"), validators=[required(), at_most(100)])
    authorisation = HiddenField()

    def seen(self) -> int:
        """Return the authorisation that the form was about; none that exists when it was forged."""
        number = self.authorisation.data or ""
        return int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0


class RefundForm(Form):
    """Money that came back."""

    amount = AmountField(_l("Amount that came back"), validators=[required()])
    reference = LineField(_l("Reference of the payment"), validators=[required(), at_most(100)])
    note = LineField(_l("What for"), validators=[at_most(300)])
    seen = _Seen(validators=[Optional()])


class AmendForm(Form):
    """Another amount for a line."""

    amount = AmountField(_l("Approved from now on"), validators=[required()])
    reason = LineField(_l("Why; the person is told"), validators=[required(), at_most(300)])
    was = HiddenField()

    def seen(self) -> Decimal:
        """Return what was approved when the form was shown; what nothing can be when that was forged."""
        try:
            was = Decimal(self.was.data or "")
        except InvalidOperation:
            return Decimal(-1)
        return was if was.is_finite() else Decimal(-1)


class ModeForm(Form):
    """Another way of paying a line."""

    mode = RadioField(_l("Paid how"), coerce=LineMode, validators=[required()])
    reason = LineField(_l("Why; the person is told"), validators=[required(), at_most(300)])
    was = HiddenField()

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.mode.choices = list(words.MODE.items())

    def seen(self) -> LineMode:
        """Return how the line was paid when the form was shown; the last of all when that was forged."""
        return LineMode(self.was.data) if self.was.data in list(LineMode) else LineMode.IN_KIND


class StayForm(Form):
    """For which nights a room is kept; its hotels and what is kept now come from `stay_form`."""

    hotel = SelectField(_l("Hotel"))
    first_night = DayField(_l("First night"), validators=[Optional()])
    last_night = DayField(_l("Last night"), validators=[Optional()])
    reason = LineField(_l("Why; the person is told"), validators=[required(), at_most(300)])
    was = HiddenField()

    def stay(self) -> Stay:
        """Return what the form says."""
        if not self.hotel.data:
            return Stay()
        return Stay(int(self.hotel.data), self.first_night.data, self.last_night.data)


class ReceiptForm(Form):
    """A receipt with its photo or PDF."""

    file = FileField(_l("The receipt"))
    what = LineField(_l("What is it for?"), validators=[required(), at_most(200)])
    spent_on = DayField(_l("Day on the receipt"), validators=[required()])
    currency = CurrencyField(_l("Currency on the receipt"), validators=[required()])
    amount = AmountField(_l("Amount on the receipt"), validators=[required()])
    seen = _Seen(validators=[Optional()])

    def values(self) -> ReceiptValues:
        """Return what the form says."""
        spent_on: date = self.spent_on.data
        return ReceiptValues(spent_on, self.what.data, self.amount.data, self.currency.data)

    def checked(self) -> CheckedFile | None:
        """Return the file as it may be kept, or None with the fault beside the field."""
        upload = self.file.data
        if not getattr(upload, "filename", ""):
            self.file.errors = [_("Choose a photo or a PDF of the receipt.")]
            return None
        try:
            return check_file(upload.filename, upload.stream.read(MOST_BYTES + 1))
        except DomainError as refusal:
            self.file.errors = [refusal.message]
            return None


def stay_form(request: SponsorshipRequest, **options: Any) -> StayForm:
    """Return the form of a person's nights, with the hotels of their fund, filled with what is kept now."""
    kept = {"hotel": str(request.hotel_id or ""), "first_night": request.first_night, "last_night": request.last_night}
    form = StayForm(data=kept, **options)
    hotels = [(str(each.id), each.name) for each in request.fund.hotels]
    form.hotel.choices = [("", _("No hotel of this fund")), *hotels]
    return form


def with_currency(form: Any, fund: Fund) -> Any:
    """Have every amount of the form read in the fund's currency."""
    for field in form:
        if isinstance(field, AmountField):
            field.currency = fund.currency
    return form


def see_again(form: Any, account: LineAccount) -> None:
    """Have a form that comes back know how its line stands now, so that it can be sent again once it was looked at."""
    match form:
        case BookingForm() | ReceiptForm() | RefundForm():
            known = {BookingForm: account.bookings, ReceiptForm: account.receipts, RefundForm: account.refunds}
            form.seen.raw_data, form.seen.data = None, len(known[type(form)])
        case AmendForm():
            form.was.data = format(account.approved, "f")
        case ModeForm():
            form.was.data = account.line.mode.value
        case PaymentForm() if account.authorisation is not None:
            form.authorisation.data = str(account.authorisation.id)
