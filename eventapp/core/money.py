"""Money: exact amounts, the minor units of currencies (ISO 4217), and amounts as people write them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from babel import Locale
from babel.numbers import format_currency, get_currency_name, get_currency_precision, list_currencies
from sqlalchemy import BigInteger, Dialect, String, TypeDecorator

MOST = Decimal(10) ** 12
_SCALE = 4  # no currency has more decimal places
_UNIT = Decimal(10) ** _SCALE


class AmountColumn(TypeDecorator[Decimal]):
    """An exact amount as a whole number of ten-thousandths, which both databases add up exactly."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Store the amount. Raises `ValueError` for one with more places than any currency has."""
        if value is None:
            return None
        stored = value * _UNIT
        if stored != stored.to_integral_value():
            raise ValueError("no currency has so many decimal places")
        return int(stored)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Return the amount; sums come back through here too."""
        return None if value is None else (Decimal(int(value)) / _UNIT).normalize() + 0


class RateColumn(TypeDecorator[Decimal]):
    """An exchange rate exactly as it was entered, as text."""

    impl = String(30)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        """Store the digits."""
        return None if value is None else format(value, "f")

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Return the rate."""
        return None if value is None else Decimal(value)


def is_currency(code: str) -> bool:
    """Tell whether the code is one of ISO 4217."""
    return len(code) == 3 and code.isupper() and code in list_currencies()


def decimal_places(currency: str) -> int:
    """Return how many decimal places an amount of the currency has: EUR 2, JPY 0, TND 3."""
    return int(get_currency_precision(currency))


def fits(amount: Decimal, currency: str) -> bool:
    """Tell whether the amount is a whole number of the currency's minor unit."""
    scaled = amount.scaleb(decimal_places(currency))
    return bool(scaled == scaled.to_integral_value())


def rounded(amount: Decimal, currency: str) -> Decimal:
    """Return the amount to the currency's minor unit, halves away from zero, as on an invoice."""
    return amount.quantize(Decimal(1).scaleb(-decimal_places(currency)), rounding="ROUND_HALF_UP")


def in_words(amount: Decimal, currency: str, language: str) -> str:
    """Return the amount as people of the language write it, with all its places."""
    return str(format_currency(amount, currency, locale=Locale.parse(language)))


def currency_name(currency: str, language: str) -> str:
    """Return the name of the currency in the language."""
    return str(get_currency_name(currency, locale=Locale.parse(language)))
