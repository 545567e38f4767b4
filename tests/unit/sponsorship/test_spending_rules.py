"""Rates as people write them, and what they come to: exact to the minor unit, nothing guessed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from eventapp.sponsorship.spending.rules import BadRate, RateRefused, converted, most_to_authorise, parse_rate


@pytest.mark.parametrize(
    ("typed", "language", "rate"),
    [
        ("0.0061", "en", "0.0061"),
        ("0,0061", "en", "0.0061"),
        ("655,957", "fr", "655.957"),
        ("0.001", "es", "0.001"),
        ("1 960.5", "en", "1960.5"),
        ("161", "es", "161"),
    ],
)
def test_a_rate_is_read_as_it_was_meant(typed: str, language: str, rate: str) -> None:
    assert parse_rate(typed, language) == Decimal(rate)


@pytest.mark.parametrize(
    ("typed", "language", "reason"),
    [
        ("1,960", "en", BadRate.AMBIGUOUS),
        ("1.960", "es", BadRate.AMBIGUOUS),
        ("-1", "en", BadRate.UNREADABLE),
        ("1,2,3", "fr", BadRate.UNREADABLE),
        ("1e3", "en", BadRate.UNREADABLE),
        ("0", "en", BadRate.OUT_OF_RANGE),
        ("999999999", "en", BadRate.OUT_OF_RANGE),
        ("0.12345678901", "en", BadRate.TOO_MANY_PLACES),
    ],
)
def test_what_is_no_rate_or_could_be_two_is_refused(typed: str, language: str, reason: BadRate) -> None:
    with pytest.raises(RateRefused) as refused:
        parse_rate(typed, language)
    assert refused.value.reason is reason


def test_amounts_come_to_whole_minor_units_and_no_more_is_let_through_than_is_backed() -> None:
    assert converted(Decimal("52000"), Decimal("0.001524"), "EUR") == Decimal("79.25")
    assert converted(Decimal("9.99"), Decimal("161.37"), "JPY") == Decimal("1612")
    assert converted(Decimal("9.99"), Decimal("3.0391"), "TND") == Decimal("30.361")
    assert converted(Decimal("0.5"), Decimal("1"), "JPY") == Decimal("1"), "halves go up, as on an invoice"
    assert most_to_authorise(Decimal(120), [Decimal("79.25"), Decimal("6.5")]) == Decimal("85.75")
    assert most_to_authorise(Decimal(80), [Decimal("79.25"), Decimal("6.5")]) == 80
