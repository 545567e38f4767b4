"""Amounts as people type them: read exactly, or refused with words that say what to do."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from flask import Flask
from flask_babel import Babel
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from eventapp.core.forms import AmountField, CurrencyField, Form, required
from eventapp.core.money import MOST, AmountProblem, as_typed, decimal_places, in_words, parse_amount

NARROW, FIXED = "\u202f", "\xa0"
LANGUAGES = ("en", "fr", "es")


@pytest.fixture(autouse=True)
def _request() -> Iterator[None]:
    app = Flask(__name__)
    app.config.update(SECRET_KEY="for tests", WTF_CSRF_ENABLED=False)
    Babel(app)
    with app.test_request_context(method="POST"):
        yield


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1250", "1250"),
        ("1250,5", "1250.5"),
        ("1250.50", "1250.5"),
        ("1,250.50", "1250.5"),
        ("1.250,50", "1250.5"),
        ("1 250,50", "1250.5"),
        (f"1{NARROW}250,50{FIXED}€", "1250.5"),
        ("€ 1’250.50", "1250.5"),
        ("1'250", "1250"),
        ("EUR 1,250,000", "1250000"),
        ("1.250.000", "1250000"),
        ("1 250 000.5", "1250000.5"),
        ("0", "0"),
        ("0,5", "0.5"),
        (",5", "0.5"),
        ("007", "7"),
        ("1234.50", "1234.5"),
        ("١٢٥٠", "1250"),
    ],
)
def test_one_reading(typed: str, amount: str, language: str) -> None:
    assert parse_amount(typed, language, "EUR") == Decimal(amount)


def test_a_mark_before_three_digits_counts_where_only_one_reading_makes_sense() -> None:
    assert parse_amount("1,250", "en", "EUR") == 1250
    assert parse_amount("1.250", "es", "EUR") == 1250
    assert parse_amount("1,250", "fr", "JPY") == parse_amount("1.250", "en", "JPY") == 1250
    assert parse_amount("0.250", "en", "TND") == Decimal("0.25")
    assert parse_amount("1 250,125", "fr", "TND") == Decimal("1250.125")
    assert parse_amount("1250.125", "fr", "TND") == Decimal("1250.125")
    assert parse_amount("1.2500", "en", "TND") == Decimal("1.25")


@pytest.mark.parametrize(
    ("typed", "language", "currency", "readings"),
    [
        ("1.250", "en", "EUR", ("€1,250.00", "€1.25", "1250", "1.25")),
        ("1,250", "fr", "EUR", (f"1{NARROW}250,00{FIXED}€", f"1,25{FIXED}€", "1250", "1,25")),
        ("1.250", "fr", "EUR", ("1.250", f"1{NARROW}250,00{FIXED}€")),
        ("1,250", "es", "EUR", (f"1.250,00{FIXED}€", f"1,25{FIXED}€")),
        ("1,234", "en", "TND", (f"TND{FIXED}1,234.000", f"TND{FIXED}1.234", "1.2340")),
    ],
)
def test_what_can_mean_two_amounts_is_refused_with_both(
    typed: str, language: str, currency: str, readings: tuple[str, ...]
) -> None:
    with pytest.raises(AmountProblem) as refusal:
        parse_amount(typed, language, currency)
    assert all(reading in str(refusal.value) for reading in readings), str(refusal.value)


@pytest.mark.parametrize(
    ("typed", "currency", "words"),
    [
        ("-5", "EUR", "below nothing"),
        ("−5,00 €", "EUR", "below nothing"),
        ("(5)", "EUR", "below nothing"),
        ("5-", "EUR", "below nothing"),
        ("1000000000001", "EUR", "too large"),
        ("9" * 500, "EUR", "too large"),
        ("12.345.678.901.234", "EUR", "too large"),
        ("12,3456", "EUR", "at most 2 decimals"),
        ("12.5", "JPY", "no decimals"),
        ("1,23456", "TND", "at most 3 decimals"),
        ("5", "XXX", "Choose a currency"),
        ("5", "DEM", "Choose a currency"),
        ("5", "", "Choose a currency"),
        ("5", "eur", "Choose a currency"),
        ("", "EUR", "in figures"),
        ("abc", "EUR", "1250.50, in EUR"),
        ("1e5", "EUR", "in figures"),
        ("NaN", "EUR", "in figures"),
        ("Infinity", "EUR", "in figures"),
        ("0x10", "EUR", "in figures"),
        ("1_000", "EUR", "in figures"),
        ("12.", "EUR", "in figures"),
        ("1,25,000", "EUR", "in figures"),
        ("1.234,567.8", "EUR", "in figures"),
        ("1 2,5", "EUR", "in figures"),
        ("100 USD", "EUR", "in EUR"),
        ("100; DROP TABLE", "EUR", "in figures"),
    ],
)
def test_what_is_no_amount_is_refused_with_what_to_do(typed: str, currency: str, words: str) -> None:
    with pytest.raises(AmountProblem, match=words):
        parse_amount(typed, "en", currency)


CURRENCIES = st.sampled_from(("EUR", "USD", "JPY", "TND", "XOF", "CHF", "GBP", "BHD"))


@given(data=st.data(), currency=CURRENCIES, language=st.sampled_from(LANGUAGES))
@settings(max_examples=200, deadline=None)
def test_what_is_shown_is_read_back_to_the_cent(data: st.DataObject, currency: str, language: str) -> None:
    places = decimal_places(currency)
    minor = data.draw(st.integers(0, int(MOST) * 10**places))
    amount = Decimal(minor).scaleb(-places)
    assert parse_amount(as_typed(amount, currency, language), language, currency) == amount
    shown = in_words(amount, currency, language)
    try:
        assert parse_amount(shown, language, currency) == amount
    except AmountProblem as refusal:  # three decimals and no grouping: it says so, and never reads something else
        assert places == 3
        assert amount < 1000
        assert shown in str(refusal)


@given(st.text(max_size=30), st.sampled_from(LANGUAGES), CURRENCIES)
@settings(max_examples=150, deadline=None)
def test_no_text_breaks_the_reading(text: str, language: str, currency: str) -> None:
    try:
        amount = parse_amount(text, language, currency)
    except AmountProblem as refusal:
        assert str(refusal)
    else:
        assert 0 <= amount <= MOST


class _Money(Form):
    currency = CurrencyField("Currency", [required()])
    amount = AmountField("Amount", [required()])
    fee = AmountField("Fee", currency="TND")


def _sent(**fields: str) -> _Money:
    form = _Money(MultiDict(fields))
    form.validate()
    return form


def test_the_fields_read_amounts_in_the_currency_beside_them() -> None:
    form = _sent(currency="EUR", amount=" 1 250,50 ", fee="")
    assert (form.errors, form.amount.data, form.fee.data) == ({}, Decimal("1250.5"), None)
    assert "amount" in _sent(currency="EUR", amount="  ").errors
    assert _sent(currency="ABC", amount="5").errors == {"currency": ["Choose a currency of the list."]}
    wrong = _sent(currency="JPY", amount="12.5")
    assert wrong.errors == {"amount": ["Amounts in JPY have no decimals."]}
    assert 'value="12.5"' in str(wrong.amount())
    shown = _Money(data={"currency": "EUR", "amount": Decimal("1250.5"), "fee": Decimal("1.5")})
    assert 'value="1250.50"' in str(shown.amount())
    assert 'value="1.5"' in str(shown.fee())
    assert '<option selected value="EUR">EUR – Euro</option>' in str(shown.currency())
